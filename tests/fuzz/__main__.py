"""Fuzz the mail reader for some time: python -m tests.fuzz [--seconds 600] [--folder .fuzz]

Each mail that breaks a rule of tests/fuzz/rules.py is kept in FOLDER/finds; move it to tests/channels/email/finds/
when it is mended, so that a test reads it for ever. FOLDER/log has one line a run: how long, on which code, what was found.
"""

from __future__ import annotations

import argparse
import hashlib
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.hostile import mails

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "mails"
FINDS = ROOT / "tests" / "channels" / "email" / "finds"
READ_BY_THE_READER = (
    "guichet/channels/base.py",
    "guichet/channels/email/limits.py",
    "guichet/channels/email/reading/*.py",
    "guichet/kit/text/**/*",
)
LARGEST = 64 * 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--folder", type=Path, default=ROOT / ".fuzz")
    options = parser.parse_args()
    folder = options.folder.absolute()
    corpus, finds = folder / "corpus", folder / "finds"
    for path in (corpus, finds):
        path.mkdir(parents=True, exist_ok=True)
    seed(corpus)
    before = set(finds.iterdir())
    used = 0.0
    found: set[Path] = set()
    end = time.monotonic() + options.seconds
    while (left := end - time.monotonic()) > 1:
        spent = run(corpus, finds, folder / "output", int(left))
        used += spent
        found |= set(finds.iterdir()) - before
        if spent < 3:
            # Nothing was fuzzed: the code does not even load at this moment.
            time.sleep(min(5, left))
    line = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} code {digest()} processor seconds {used:.0f} finds {len(found)}"
    with (folder / "log").open("a") as log:
        log.write(line + "\n")
    print(line, *sorted(found), sep="\n")
    return 1 if found else 0


def run(corpus: Path, finds: Path, output: Path, seconds: int) -> float:
    """One process until its time is over or it found something; the processor seconds it used."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with output.open("ab") as written:
        subprocess.run(
            [sys.executable, "-m", "tests.fuzz.reader", str(corpus), f"-artifact_prefix={finds}/", "-timeout=60",
             f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-rss_limit_mb=1536", "-len_control=0", "-verbosity=1"],
            cwd=ROOT, stdout=written, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seed(corpus: Path) -> None:
    """Start from real mails, where they lie beside the repository, from hostile ones, and from earlier finds."""
    raws = [path.read_bytes() for path in REAL.glob("*/*") if path.suffix != ".json" and path.is_file()]
    raws += [path.read_bytes() for path in FINDS.glob("*")]
    raws += [mail.raw for mail in mails()]
    for raw in raws:
        if len(raw) <= LARGEST:
            (corpus / hashlib.sha256(raw).hexdigest()[:40]).write_bytes(raw)


def digest() -> str:
    """Which code was fuzzed."""
    total = hashlib.sha256()
    for pattern in READ_BY_THE_READER:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix != ".pyc":
                total.update(path.read_bytes())
    return total.hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
