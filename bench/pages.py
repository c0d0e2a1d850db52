"""How long the list and the ticket page take at the server, at 1,000 and at 100,000 tickets: `python -m bench.pages`.

One signed-in agent asks over HTTP, one request after the other, of the running web process. The lists are a mixture
of views and orders, the tickets a random choice; 300 requests each after 40 that warm up.
"""

from __future__ import annotations

import argparse
from typing import Any

from bench.desk import filled, measure

SIZES = (1000, 100_000)


def run(sizes: tuple[int, ...] = SIZES, *more: str) -> dict[int, dict[str, Any]]:
    with filled() as desk:
        web = str(desk.pids()["web"])
        return {size: measure(desk, "bench.pages_within", str(size), web, *more) for size in sizes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickets", type=int, nargs="*")
    parser.add_argument("-v", action="store_true", help="each view too")
    options = parser.parse_args()
    figures = run(tuple(options.tickets) or SIZES, *(["views"] if options.v else []))
    print("Pages at the server, milliseconds   goal: p95 under 50, and within 1.3 of each other")
    for size, pages in figures.items():
        for page, figure in pages.items():
            if "p50" in figure:
                print(
                    f"  {size:7,} tickets  {page:<22} p50 {figure['p50']:6.1f}   p95 {figure['p95']:6.1f}"
                    f"   web process {figure['cpu']:5.1f}   {figure['bytes'] / 1024:.0f} KiB"
                )
    small, large = min(figures), max(figures)
    if small != large:
        ratios = [
            f"{page} {figures[large][page]['p95'] / figures[small][page]['p95']:.2f}" for page in ("list", "ticket")
        ]
        print(f"  p95 at {large:,} against {small:,}: {', '.join(ratios)}")


if __name__ == "__main__":
    main()
