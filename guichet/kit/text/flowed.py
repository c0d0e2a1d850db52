"""Text that its program wrapped with soft line ends (RFC 3676) becomes whole paragraphs again."""

from __future__ import annotations


def unflow(text: str, deletes_space: bool) -> str:
    """`deletes_space` is the parameter DelSp=yes: the space of a soft line end is not part of the text."""
    out: list[str] = []
    paragraph: list[str] = []
    depth_before = 0
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        if paragraph and depth != depth_before:
            out.append(_quoted(depth_before, paragraph))
            paragraph = []
        depth_before = depth
        is_soft = rest.endswith(" ") and rest != "-- "
        paragraph.append(rest[:-1] if is_soft and deletes_space else rest)
        if not is_soft:
            out.append(_quoted(depth, paragraph))
            paragraph = []
    if paragraph:
        out.append(_quoted(depth_before, paragraph))
    return "\n".join(out)


def _quoted(depth: int, paragraph: list[str]) -> str:
    words = "".join(paragraph)
    return f"{'>' * depth} {words}" if depth else words
