"""One run of the fuzzer over the reader: ends at the first mail that breaks a rule, which libFuzzer then writes down.

Started by `python -m tests.fuzz`; its arguments are libFuzzer's.
"""

from __future__ import annotations

import gc
import random
import sys
import time

import atheris

with atheris.instrument_imports(include=["guichet.channels", "guichet.kit.text"]):
    from guichet.channels.email.reading.read import Unreadable, read

from tests.fuzz.mutate import mutate
from tests.fuzz.rules import broken

SECONDS = 5.0


class Found(Exception):
    """A mail that breaks a rule."""


def one(data: bytes) -> None:
    start = time.process_time()
    try:
        mail = read(data)
    except Unreadable:
        return
    used = time.process_time() - start
    if used > SECONDS:
        raise Found(f"reading took {used:.1f} s of processor time")
    problems = broken(mail)
    if problems:
        raise Found("; ".join(problems))


def change(data: bytes, max_size: int, seed: int) -> bytes:
    number = random.Random(seed)
    changed = atheris.Mutate(data, max_size) if number.random() < 0.3 else mutate(data, number)
    return changed[:max_size]


if __name__ == "__main__":
    gc.freeze()
    atheris.Setup(sys.argv, one, custom_mutator=change)
    atheris.Fuzz()
