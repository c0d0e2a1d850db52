"""Whether work on input built to exhaust it takes linear time, by the processor time of this thread alone."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def seconds(work: Callable[[T], object], given: T) -> float:
    """Processor time, without looking through all that other tests have left in memory."""
    gc.disable()
    try:
        start = time.thread_time()
        work(given)
        return time.thread_time() - start
    finally:
        gc.enable()


def is_linear(work: Callable[[T], object], make: Callable[[int], T], size: int = 200_000) -> bool:
    """Doubling the input takes at most 2.5 times as long; a tenth of a second is noise, so is a busy moment."""
    half, whole = make(size), make(size * 2)
    return any(seconds(work, whole) <= 2.5 * seconds(work, half) + 0.1 for _ in range(3))


def repeated(piece: str) -> Callable[[int], str]:
    return lambda size: piece * (size // len(piece))
