"""What a check found: the shape that every room's lines for `guichet check` have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"  # worth a look; the desk works
    FAIL = "fail"  # mail or data is at risk, or something does not work


@dataclass(frozen=True, slots=True)
class Line:
    """One finding: its subject in a word or two, what is, and for warn and fail what to do."""

    level: Level
    subject: str
    text: str
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.level:<5} {self.subject:<14} {self.text}" + (f" -> {self.advice}" if self.advice else "")


def ok(subject: str, text: str) -> Line:
    return Line(Level.OK, subject, text)


def warn(subject: str, text: str, advice: str) -> Line:
    return Line(Level.WARN, subject, text, advice)


def fail(subject: str, text: str, advice: str) -> Line:
    return Line(Level.FAIL, subject, text, advice)
