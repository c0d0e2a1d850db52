"""How long a question takes at the server, at 100,000 tickets and 500,000 messages: `python -m bench.search`.

One signed-in agent asks the results page over HTTP, one question after the other, each of another word where there are
others; and, as in the condition box of a list, for the first fifty tickets with the words.
"""

from __future__ import annotations

import argparse
from typing import Any

from bench.desk import filled, measure

SIZE = 100_000


def run(tickets: int = SIZE) -> dict[str, Any]:
    with filled() as desk:
        figures: dict[str, Any] = measure(desk, "bench.search_within", str(tickets), str(desk.pids()["web"]))
    return figures


def show(figures: dict[str, Any]) -> None:
    house = figures.pop("house")
    sizes = f"index {house['index'] >> 20} MiB beside {house['text'] >> 20} MiB of messages"
    print(
        f"Search at the server, milliseconds; {house['tickets']:,} tickets, {house['messages']:,} messages, "
        f"{house['words']:,} known words, {sizes}, load {house['load']:.1f}   goal: p95 under 100"
    )
    for name, figure in figures.items():
        print(
            f"  {name:<34} p50 {figure['p50']:6.1f}   p95 {figure['p95']:6.1f}   web process {figure['cpu']:5.1f}"
            f"   {figure['bytes'] / 1024:.0f} KiB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickets", type=int, nargs="?", default=SIZE)
    show(run(parser.parse_args().tickets))


if __name__ == "__main__":
    main()
