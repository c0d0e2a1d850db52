"""Hostile mails of our own making."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Hostile:
    name: str
    kind: str
    raw: bytes
    expect: dict[str, Any] = field(default_factory=dict)


def mails() -> list[Hostile]:
    return []
