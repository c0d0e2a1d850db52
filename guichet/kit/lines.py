"""One-line text: what may stand in a list row, a header or a log."""

from __future__ import annotations

import unicodedata


def one_line(text: str, limit: int) -> str:
    """Control and line-breaking characters become spaces, runs of space fold, at most `limit` characters."""
    head = text[: limit * 4]  # enough for any folding; keeps a huge body cheap
    kept = "".join(" " if unicodedata.category(ch) in ("Cc", "Zl", "Zp", "Cs") else ch for ch in head)
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
