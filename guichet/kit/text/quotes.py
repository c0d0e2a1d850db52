"""The words that a sender newly wrote, apart from quoted and forwarded mail and from what stands under a letter.

Works line by line on plain text, in linear time. The whole text stays with the mail: a mistake here loses nothing.
"""

from __future__ import annotations

import re

from guichet.kit.text import phrases
from guichet.kit.text.announcements import announcements
from guichet.kit.text.endings import without_endings
from guichet.kit.text.mail_headers import header_block, is_raw_field, kinds_of
from guichet.kit.text.marks import MAX_LINE, QUOTED, is_piped, is_quoted

# "JD> words": a quote marked with initials, as some newsreaders do.
_INITIALS = re.compile(r"^\s?[A-Z]{1,3}>\s?")
_RULE = re.compile(r"^[>\s*]{0,6}[-_=*—–─━]{5,200}\s*$")
_BLANK_LINES = re.compile(r"\n{3,}")
# Nobody writes more than this by hand: in a longer text only the beginning is searched for quotes.
_MAX_TEXT = 256 * 1024
# How deep a forwarded mail is opened, where the sender wrote nothing above it.
_MAX_FORWARDS = 3
_DASHES = "-_=*#–—─"
_LINK_MARK = re.compile(r"[/=&%]")


def split_reply(text: str) -> str:
    """The new words of `text`: quotes at the top, between and at the bottom removed, signature cut. May be empty.

    Where the sender wrote nothing above a forwarded mail, the words of that mail.
    """
    if len(text) > _MAX_TEXT:
        head = text[:_MAX_TEXT]
        reply = split_reply(head)
        return text.strip() if reply.split() == head.split() else reply
    lines = text.lstrip("\ufeff").split("\n")
    for _ in range(_MAX_FORWARDS):
        kept, rest = _Splitter(lines).split()
        if rest is None or any(line.strip() for stretch in kept for line in stretch):
            break
        lines = rest
    body = without_endings(kept)
    while body and (not body[-1].strip() or _RULE.match(body[-1])):
        del body[-1]
    return _BLANK_LINES.sub("\n\n", "\n".join(body)).strip()


class _Splitter:
    """One walk through the lines of a text."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.size = len(lines)
        # What is new, parted where a quote was left out.
        self.stretches: list[list[str]] = [[]]
        self.announced = announcements(lines)
        # ">>> " is the prompt of Python where it never occurs beside ordinary quote marks.
        self.has_prompts = not any(is_quoted(line) and not line.lstrip().startswith(">>> ") for line in lines)
        self.is_piped = False
        self.no_header_before = 0

    @property
    def kept(self) -> list[str]:
        return self.stretches[-1]

    def split(self) -> tuple[list[list[str]], list[str] | None]:
        """The stretches outside quotes; and, where a quote without marks begins, what it says without its header."""
        place = 0
        while place < self.size:
            line = self.lines[place]
            if not line or line.isspace():
                self.kept.append("")
                place += 1
                continue
            length = self.announced.get(place, 0)
            if length:
                self._keep_before(line)
                after = self._next_written(place + length)
                if after < self.size and not self._starts_quote(after):
                    return self.stretches, self.lines[after:]
                self._part()
                place = after
                continue
            if len(line) <= MAX_LINE:
                cut = self._quoted_mail(place)
                if cut:
                    return self.stretches, _without_marks(self.lines[cut:])
            if self._is_quoted(place):
                self._part()
            else:
                self.kept.append(line)
            place += 1
        return self.stretches, None

    def _part(self) -> None:
        if self.kept:
            self.stretches.append([])

    def _keep_before(self, line: str) -> None:
        """Words of the sender's own on the line on which the announcement begins."""
        found = phrases.BEHIND.search(line[:MAX_LINE])
        if found is not None and not is_quoted(line) and line[: found.start()].strip(_DASHES + " >"):
            self.kept.append(line[: found.start()])

    def _starts_quote(self, place: int) -> bool:
        line = self.lines[place]
        self.is_piped = is_piped(line)
        return self.is_piped or is_quoted(line)

    def _is_quoted(self, place: int) -> bool:
        line = self.lines[place]
        if self.is_piped:
            self.is_piped = is_piped(line)
            return self.is_piped
        if is_quoted(line):
            return not (line.rstrip().endswith("<<<") or self._is_own_list(place))
        if self._is_rest_of_link(place):
            return True
        return _INITIALS.match(line) is not None and (
            (place > 0 and _INITIALS.match(self.lines[place - 1]) is not None)
            or (place + 1 < self.size and _INITIALS.match(self.lines[place + 1]) is not None)
        )

    def _is_rest_of_link(self, place: int) -> bool:
        """A quoted link that was wrapped, right between two quoted lines."""
        bare = self.lines[place].strip().removesuffix(">").rstrip()
        if " " in bare or len(bare) < 5 or _LINK_MARK.search(bare) is None or not 0 < place < self.size - 1:
            return False
        return bool(is_quoted(self.lines[place - 1]) and is_quoted(self.lines[place + 1]))

    def _is_own_list(self, place: int) -> bool:
        """Lines with ">" that the sender wrote: a prompt, a diff, or a list under "these steps:"."""
        line = self.lines[place].lstrip()
        if line.startswith(">>> ") and self.has_prompts:
            return True
        if self.announced or not self.kept or place == 0:
            return False
        above = self.lines[place - 1]
        if is_quoted(above):
            return self.kept[-1] == above
        if above.strip() == "---":
            return True
        return above.rstrip().endswith(":") and "@" not in above and len(above) < 100 and self.kept[-1] == above

    def _next_written(self, place: int) -> int:
        """The next line that is not empty, at most a few lines on."""
        stop = min(place + 8, self.size)
        while place < stop and not self.lines[place].strip():
            place += 1
        return place

    def _quoted_mail(self, place: int) -> int:
        """The first line of the words of a quoted mail whose separator or header stands here, 0 for none."""
        after = place
        if self._is_separator(place):
            after = self._next_written(place + 1)
        block = self._header(after)
        if block:
            return after + block
        if after == place:
            return 0
        return self._after_fields(after)

    def _is_title(self, place: int) -> bool:
        """ "Previous replies" alone on the line below a rule."""
        words = phrases.fold(self.lines[place][:100]).strip(" *_:#") if place < self.size else ""
        return len(words) < 40 and phrases.ORIGINAL.fullmatch(words) is not None

    def _after_fields(self, place: int) -> int:
        """The first line that is no field, below a separator: whatever fields stand there."""
        while place < self.size and (kinds_of(self.lines[place]) or is_raw_field(self.lines[place])):
            place += 1
        return place

    def _header(self, place: int) -> int:
        """The number of lines of a header here, 0 for none."""
        if place >= self.size or place < self.no_header_before:
            return 0
        block = header_block(self.lines, place)
        if block < 0:
            self.no_header_before = place - block
        return max(block, 0)

    def _is_separator(self, place: int) -> bool:
        line = self.lines[place]
        if len(line) > 400:
            return False
        bare = line.lstrip("> \t\xa0\ufeff")
        has_dashes = bare[:1] in _DASHES if bare else False
        if has_dashes and len(bare.strip()) > 2 and not bare.strip(_DASHES + " \t") and self._is_title(place + 1):
            return True
        if has_dashes and (_RULE.match(line) or len(bare.strip(_DASHES + " \t")) > 2):
            if _RULE.match(line):
                after = self._next_written(place + 1)
                return self._header(after) > 0
            words = phrases.fold(bare[:200])
            inner = words.lstrip(_DASHES + " ")
            dashes = len(words) - len(inner)
            if dashes >= 2 and inner and (len(words) < 80 or dashes > 3):
                match = phrases.ORIGINAL.match(inner)
                if match is not None and _closes(inner[match.end() :]):
                    return True
        words = phrases.fold(bare[:160]).strip(" *_")
        if words.endswith(":") and words.rstrip(": ") in phrases.BEGIN:
            return True
        return len(line) < 160 and phrases.ABOVE_THIS_LINE.match(phrases.fold(line.strip())) is not None


def _closes(rest: str) -> bool:
    """What may follow "---- Original message": dashes, a colon, a field, or "from X"."""
    rest = rest.strip()
    return not rest or rest[0] in _DASHES + ":/(," or ":" in rest or rest.endswith("-") or len(rest) < 60


def _without_marks(lines: list[str]) -> list[str]:
    """A forwarded mail that its program marked as a quote, line by line, loses the marks."""
    written = [line for line in lines if line.strip()]
    if not written or not is_quoted(written[0]):
        return lines
    return [QUOTED.sub("", line, count=1) for line in lines]
