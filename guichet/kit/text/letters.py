"""What is written here in a rich box: the few kinds of markup that it can make, cleaned by the one sanitiser.

A paragraph is one line, as in a mail program: a gap is an empty one. Narrower than what strangers' mail may hold
(`html.clean_html`): no styles, classes, ids, tables or frames, so that it can stand in a page of the desk.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

import nh3

from guichet.kit.text.html import DROPPED_WITH_CONTENT, is_parseable

_TAGS = {
    "p", "br", "strong", "em", "s", "u", "a", "ul", "ol", "li", "blockquote", "code", "pre", "h2", "h3", "hr", "img",
}  # fmt: skip
_LINKS = ("http://", "https://", "mailto:", "tel:")
_BARE_PICTURE = re.compile(r'<img(?![^>]*\ssrc=")[^>]*>')
_LINK = re.compile(r'<a href="([^"]*)"[^>]*>([^<]*)</a>')
_MARKUP = re.compile(r"<(?!/?p>|br>)")
# Empty paragraphs at the end are only where the writer's caret stood.
_EMPTY_END = re.compile(r"(?:\s*<p>(?:\s|<br>|&nbsp;)*</p>)+\s*$")
STEADY_AFTER = 4  # readings; markup that still changes then is shown as its text
Picture = Callable[[str], str | None]


def is_content_id(source: str) -> str | None:
    """A picture that travels with its mail, and nothing from anywhere else."""
    return source if source.startswith("cid:") else None


def clean_letter(source: str, picture: Picture = is_content_id, *, in_page: bool = False) -> str:
    """Sanitised markup of a rich box. `picture` gives a picture's address for the one it has, or None to drop it.

    With `in_page` links open a tab of their own.
    """
    if is_parseable(source):
        cleaned = _cleaned(source, picture, in_page=in_page)
        # What is left of markup nested wrongly may read otherwise the next time: it is read until it stands.
        for _again in range(STEADY_AFTER):
            before, cleaned = cleaned, _cleaned(cleaned, lambda address: address, in_page=in_page)
            if before == cleaned:
                return cleaned
        source = cleaned
    return plain_letter(unescape(re.sub(r"<[^>]*>", " ", source)))


def plain_letter(text: str) -> str:
    """Plain text as a letter: a paragraph a line."""
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n"))


def _cleaned(source: str, picture: Picture, *, in_page: bool) -> str:
    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src":
            return picture(value)
        if tag == "a" and name == "href":
            return value if value.lower().startswith(_LINKS) else None
        return value

    cleaned = nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=set(DROPPED_WITH_CONTENT),
        attributes={"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}} if in_page else {},
        strip_comments=True,
    ).clean(source)
    return _EMPTY_END.sub("", _BARE_PICTURE.sub("", cleaned)).strip()


def is_letter(html: str) -> bool:
    """Whether this is just what `clean_letter` makes, so that it may stand in a page."""
    return bool(html) and clean_letter(html) == html


def letter_text(letter: str) -> str:
    """A clean letter as readable plain text: bullets, numbers, "> " before quotes, addresses behind their links."""
    writer = _Text()
    writer.feed(letter)
    writer.close()
    writer.end_line()
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join(writer.lines)).strip("\n")


class _Text(HTMLParser):
    """Lines of text while the tags of a clean letter pass by. `marks` is what stands before them, outermost first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.line: list[str] = []
        self.marks: list[list[str]] = []  # [before the first line, before all others]
        self.lists: list[int] = []  # the next number, or 0 for bullets
        self.link: tuple[str, int] | None = None
        self.is_code = False

    def handle_data(self, data: str) -> None:
        if not self.is_code:
            data = re.sub(r"[ \t\r\n]+", " ", data.replace("\xa0", " "))
            data = data if self.line else data.lstrip(" ")
        if data:
            self.line.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "br":
            self.end_line(even_empty=True)
        elif tag == "img":
            self.line.append(f"[{given.get('alt') or '…'}]")
        elif tag == "a":
            self.link = (given.get("href") or "", len(self.line))
        elif tag == "li":
            self.end_line()
            bullet = f"{self.lists[-1]}. " if self.lists and self.lists[-1] else "- "
            if self.lists and self.lists[-1]:
                self.lists[-1] += 1
            self.marks.append([bullet, " " * len(bullet)])
        elif tag in ("ul", "ol", "blockquote", "pre", "h2", "h3", "hr"):
            self.gap()
            self.open_block(tag, given)

    def open_block(self, tag: str, given: dict[str, str | None]) -> None:
        if tag in ("ul", "ol"):
            start = given.get("start") or ""
            number = int(start) if start.isascii() and start.isdecimal() and len(start) < 6 else 1
            self.lists.append(number if tag == "ol" else 0)
        elif tag == "blockquote":
            self.marks.append(["> ", "> "])
        elif tag == "pre":
            self.is_code = True
        elif tag == "hr":
            self.line.append("-" * 20)
            self.gap()

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self.end_line(even_empty=not self.marks)
        elif tag == "a" and self.link is not None:
            address, start = self.link
            shown = "".join(self.line[start:]).strip()
            bare = address.removeprefix("mailto:").removeprefix("tel:")
            if bare and shown.rstrip("/") != bare.rstrip("/"):
                self.line.append(f" <{bare}>")
            self.link = None
        elif tag == "li":
            self.end_line()
            del self.marks[-1:]
        elif tag in ("ul", "ol", "blockquote", "pre", "h2", "h3"):
            self.end_line()
            self.is_code = False
            if tag == "blockquote":
                while self.lines and not self.lines[-1].strip("> "):
                    self.lines.pop()
                del self.marks[-1:]
            elif tag in ("ul", "ol"):
                del self.lists[-1:]
            self.gap()

    def gap(self) -> None:
        """A blank line between blocks, but not within a list."""
        self.end_line()
        if self.lines and self.lines[-1].strip("> ") and not self.lists:
            self.lines.append("".join(mark[1] for mark in self.marks).rstrip())

    def end_line(self, *, even_empty: bool = False) -> None:
        said = "".join(self.line)
        if not said.strip() and not even_empty:
            self.line.clear()
            return
        for row in (said.rstrip("\n") if self.is_code else said.strip()).split("\n"):
            before = "".join(mark[0] for mark in self.marks)
            for mark in self.marks:
                mark[0] = mark[1]
            self.lines.append(f"{before}{row}".rstrip())
        self.line.clear()


def is_plain(letter: str) -> bool:
    """Whether a letter says nothing that plain text would not: paragraphs, line ends, links that show their address."""
    bare = _LINK.sub(
        lambda link: "" if unescape(link[1]).rstrip("/") == unescape(link[2]).rstrip("/") else "<a>", letter
    )
    return _MARKUP.search(bare) is None


# Mail programs know no style sheet of ours: what would look odd without one gets the least that helps.
_INLINE = {
    "<p></p>": "<p><br></p>",
    "<p>": '<p style="margin: 0">',
    "<blockquote>": '<blockquote style="margin: 0 0 0 8px; padding-left: 12px; border-left: 3px solid #c6cbd2">',
    "<pre>": '<pre style="padding: 8px 12px; background-color: #f3f4f6; white-space: pre-wrap">',
    "<img ": '<img style="max-width: 100%; height: auto" ',
}


def mailed(letter: str) -> str:
    """A letter as it leaves, with the little style that mail programs need."""
    for plain, styled in _INLINE.items():
        letter = letter.replace(plain, styled)
    return letter


def without_pictures(letter: str) -> str:
    return re.sub(r"<img[^>]*>", "", letter)


_BOLD = re.compile(r"\*\*(?=\S)(.{1,500}?)(?<=\S)\*\*")
_NAMED_LINK = re.compile(r"\[([^\]\n]{1,200})\]\((https?://[^\s()]{1,1000}|mailto:[^\s()]{1,300})\)")
_ITEM = re.compile(r"\s{0,3}(?:([-*•])|(\d{1,4})[.)])\s+(.*)")


def lightly_marked(text: str) -> str:
    """Plain text as a letter, with the little markup that people type: **bold**, [words](address), "- " and "1. "."""
    out: list[str] = []
    kind = ""
    for line in text.replace("\r\n", "\n").split("\n"):
        item = _ITEM.fullmatch(line)
        now = "" if item is None else "ul" if item[1] else "ol"
        if now != kind:
            out += [f"</{kind}>"] if kind else []
            out += [f"<{now}>"] if now else []
            kind = now
        out.append(f"<li><p>{_marked(item[3])}</p></li>" if item else f"<p>{_marked(line)}</p>")
    return clean_letter("".join(out) + (f"</{kind}>" if kind else ""))


def _marked(line: str) -> str:
    words = escape(line, quote=True)
    return _NAMED_LINK.sub(r'<a href="\2">\1</a>', _BOLD.sub(r"<strong>\1</strong>", words))
