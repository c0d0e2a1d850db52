"""Plain words as HTML for a mail."""

from __future__ import annotations

import re
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?')\]]")


def paragraphs(text: str) -> str:
    """Blank lines part paragraphs, addresses of pages become links."""
    return "".join(f"<p>{lines(block)}</p>" for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip())


def lines(text: str) -> str:
    """One paragraph, without its tags: lines are parted by <br>."""
    out, end = [], 0
    for link in _LINK.finditer(text):
        shown = escape(link[0])
        out.append(f'{escape(text[end : link.start()])}<a href="{shown}">{shown}</a>')
        end = link.end()
    out.append(escape(text[end:]))
    return "<br>".join("".join(out).strip("\n").splitlines())
