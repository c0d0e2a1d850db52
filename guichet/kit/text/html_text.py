"""The text of sanitised HTML, and what its markup tells about quotes and signatures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from itertools import accumulate, islice

from guichet.kit.text.announcements import announces
from guichet.kit.text.mail_headers import is_header


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_WHITE = re.compile(r"[ \t\n\r\f]+")
_MANY_LINES = re.compile(r"\n{4,}")
_BORDER_ABOVE = re.compile(r"border-top:\s?[^;]{0,40}solid")
# "Label: value" in a language that nobody told us.
_FIELD = re.compile(r"^\*?[^\s:：@/][^:：@/]{0,30}\s?[:：]\*?\s?\S")

_BLOCKS = _words(
    "p div ul ol table h1 h2 h3 h4 h5 h6 blockquote pre center dl section article header footer address hr figure "
    "details nav main aside caption"
)
_PARAGRAPHS = _words("p ul ol table h1 h2 h3 h4 h5 h6 blockquote pre dl hr figure")
# Elements that hold a quote and the line that announces it. Answers may stand between the quotes inside.
_QUOTE_MARKS = _words(
    "gmail_quote gmail_quote_container yahoo_quoted moz-cite-prefix moz-forward-container protonmail_quote "
    "tutanota_quote zmail_extra ms-outlook-mobile-reference-message freshdesk_quote front-quote zd_quote "
    "OutlookMessageHeader hubspot-quote mailru-blockquote divRplyFwdMsg appendonsend OLK_SRC_BODY_SECTION "
    "reply-intro isReplyContent isForwardContent mail-editor-reference-message-container x_divRplyFwdMsg "
    "x_appendonsend ydpquote tmail-quote mailContentQuote stopSpelling"
)
# From here on everything is quoted: these stand before the quote instead of around it.
_QUOTE_STARTS = _words(
    "divRplyFwdMsg appendonsend x_divRplyFwdMsg x_appendonsend OutlookMessageHeader "
    "ms-outlook-mobile-reference-message stopSpelling"
)
_SIGNATURES = _words(
    "gmail_signature moz-signature protonmail_signature_block outlook_signature ymail_android_signature Signature "
    "Zm-_Id_-Sgn composeAreaSignature edo-signature"
)


def html_to_text(cleaned: str) -> tuple[str, str]:
    """Text of HTML that `clean_html` made, and the same text with all that its markup tells put into words.

    In the text, lines in a quote begin with "> ". In the second text so do all lines that a mark of a mail program
    shows to be old, and "-- " stands above a marked signature: it is for `split_reply`, not for people. It is equal to
    the first where nothing is marked.
    """
    writer = _Writer()
    place = 0
    for match in _TOKEN.finditer(cleaned):
        if match.start() > place:
            writer.words(cleaned[place : match.start()])
        place = match.end()
        writer.tag(match[2], match[3], bool(match[1]))
    writer.words(cleaned[place:])
    return writer.text(), writer.marked_text()


@dataclass(slots=True)
class _Line:
    text: str
    is_old: bool = False
    is_mark: bool = False


@dataclass(slots=True)
class _Open:
    """An open element: whether it is a quote, old by a mark, or holds quotes; the first of its lines."""

    tag: str
    is_quote: bool = False
    is_old: bool = False
    is_holder: bool = False
    start: int = 0


class _Writer:
    """Lines of text while the tokens of well-formed HTML pass by."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.line: list[str] = []
        self.open: list[_Open] = []
        self.quotes = 0
        self.old = 0
        # Holders in which no quote has come yet, and the number of all open ones.
        self.holders: list[_Open] = []
        self.held = 0
        self.old_ranges: list[tuple[int, int]] = []
        self.is_all_old = False
        # Where a rule or a border stands: perhaps above the header of a quoted mail.
        self.borders: list[int] = []
        self.pre = 0
        self.blank = 0
        self.link = ""
        self.link_start = 0
        self.cells = 0
        self.lists: list[int] = []

    def words(self, source: str) -> None:
        text = unescape(source).replace("\xa0", " ")
        if self.pre:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self.end_line(keep_empty=True)
                self.line.append(line)
            return
        text = _WHITE.sub(" ", text)
        if not self.line or self.line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self.line.append(text)

    def tag(self, name: str, attributes: str, is_end: bool) -> None:
        if name == "br":
            self.end_line(keep_empty=True)
        elif name in _BLOCKS:
            self.end_line()
            if name in _PARAGRAPHS:
                self.blank = 1
            self.block(name, attributes, is_end)
        elif name == "tr":
            self.end_line()
            self.cells = 0
        elif name in ("td", "th"):
            self.end_line() if len(self.line) > 20 else None
            if not is_end:
                if self.cells and self.line:
                    self.line.append("\t")
                self.cells += 1
        elif name in ("li", "dt", "dd"):
            self.end_line()
            if name == "li" and not is_end:
                self.line.append(self.bullet())
        elif name == "img" and not is_end:
            alt = _attribute(attributes, "alt")
            if alt:
                self.words(alt)
        elif name == "a":
            self.anchor(attributes, is_end)
        elif name == "span":
            self.mark(name, attributes, is_end)

    def block(self, name: str, attributes: str, is_end: bool) -> None:
        if name == "pre":
            self.pre += -1 if is_end else 1
        elif name in ("ul", "ol"):
            if is_end:
                del self.lists[-1:]
            else:
                start = _attribute(attributes, "start")
                self.lists.append((int(start) if start.isdecimal() and len(start) < 6 else 1) if name == "ol" else 0)
        elif name == "hr":
            self.borders.append(len(self.lines))
            self.is_all_old |= _attribute(attributes, "id") == "stopSpelling"
        if name not in ("ul", "ol", "hr"):
            if not is_end and "border-top" in attributes and _BORDER_ABOVE.search(attributes):
                self.borders.append(len(self.lines))
            self.mark(name, attributes, is_end)

    def bullet(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}. "

    def mark(self, name: str, attributes: str, is_end: bool) -> None:
        """Keep account of what is a quote: by class, id or blockquote."""
        if is_end:
            while self.open:
                item = self.open.pop()
                self.leave(item)
                if item.tag == name:
                    break
            return
        item = _Open(name, start=len(self.lines))
        if attributes or name == "blockquote":
            self.look_at(item, f"{_attribute(attributes, 'class')} {_attribute(attributes, 'id')}".split(), attributes)
        self.open.append(item)
        self.quotes += item.is_quote
        self.old += item.is_old

    def look_at(self, item: _Open, names: list[str], attributes: str) -> None:
        marks = _QUOTE_MARKS.intersection(names)
        if marks & _QUOTE_STARTS:
            self.is_all_old = True
        if item.tag == "blockquote":
            is_old = bool(marks) or 'type="cite"' in attributes or self.is_announced()
            item.is_quote = is_old or "type=" in attributes or self.old > 0 or self.is_all_old or self.held > 0
            item.is_old = item.is_quote
            self.old_ranges += [(holder.start, len(self.lines)) for holder in self.holders]
            self.holders.clear()
        elif marks:
            item.is_holder = True
            self.holders.append(item)
            self.held += 1
        elif not _SIGNATURES.isdisjoint(names):
            self.end_line()
            self.lines.append(_Line("-- ", is_old=self.is_all_old or self.old > 0, is_mark=True))

    def leave(self, item: _Open) -> None:
        self.quotes -= item.is_quote
        self.old -= item.is_old
        if item.is_holder:
            self.held -= 1
            if self.holders and self.holders[-1] is item:
                self.end_line()
                self.holders.pop()
                self.old_ranges.append((item.start, len(self.lines)))

    def is_announced(self) -> bool:
        """Whether the words right above announce a quote."""
        above: list[str] = []
        for line in reversed(self.lines[-6:]):
            if line.text.strip("> "):
                above.insert(0, line.text)
                if announces(" ".join(above), is_quote_next=True):
                    return True
            if len(above) == 3:
                break
        return False

    def anchor(self, attributes: str, is_end: bool) -> None:
        if not is_end:
            self.link = unescape(_attribute(attributes, "href"))
            self.link_start = len(self.line)
            return
        shown = "".join(self.line[self.link_start :]).strip()
        if self.link.startswith(("http://", "https://")) and shown and "." not in shown and len(self.link) < 300:
            self.line.append(f" <{self.link}>")
        self.link = ""

    def end_line(self, keep_empty: bool = False) -> None:
        line = "".join(self.line).rstrip(" \t") if self.pre else "".join(self.line).strip(" \t")
        self.line.clear()
        if not line and not keep_empty:
            return
        prefix = "> " * min(self.quotes, 20)
        is_old = self.is_all_old or self.old > 0
        if self.blank and self.lines and self.lines[-1].text.strip("> "):
            self.lines.append(_Line(prefix.rstrip(), is_old))
        self.blank = 0
        self.lines.append(_Line(prefix + line if line else prefix.rstrip(), is_old))

    def text(self) -> str:
        self.end_line()
        return _joined(line.text for line in self.lines if not line.is_mark)

    def marked_text(self) -> str:
        for place in self.borders:
            if self.is_header_below(place):
                self.old_ranges.append((place, len(self.lines)))
                break
        steps = [0] * (len(self.lines) + 1)
        for start, end in self.old_ranges:
            steps[start] += 1
            steps[end] -= 1
        depths = accumulate(steps)
        return _joined(
            _as_old(line.text) if line.is_old or depth else line.text
            for line, depth in zip(self.lines, depths, strict=False)
        )

    def is_header_below(self, place: int) -> bool:
        bare = (line.text.strip("> ") for line in self.lines[place : place + 16])
        written = (text for text in bare if text)
        first = next(written, "")
        if _FIELD.match(first) is None:
            return False
        below = [first, *islice(written, 7)]
        if is_header(below):
            return True
        fields = [line for line in below if _FIELD.match(line)]
        return len(fields) >= 3 and any("@" in line for line in fields)


def _as_old(text: str) -> str:
    return text if text.startswith(">") else f"> {text}".rstrip()


def _joined(lines: Iterable[str]) -> str:
    return _MANY_LINES.sub("\n\n\n", "\n".join(lines)).strip("\n")


def _attribute(attributes: str, name: str) -> str:
    for key, value in _ATTRIBUTE.findall(attributes):
        if key == name:
            return str(value)
    return ""
