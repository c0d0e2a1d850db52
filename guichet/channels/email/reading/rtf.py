"""Rich text of Outlook: LZFu decompression (MS-OXRTFCP), HTML taken back out (MS-OXRTFEX), or its plain words."""

from __future__ import annotations

import re

from guichet.channels.email.reading import charsets

_PRESET = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # fmt: skip
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
# Groups whose words are not part of the text.
_HIDDEN = frozenset(
    b"fonttbl colortbl stylesheet info pict header footer headerl headerr footerl footerr generator listtable "
    b"listoverridetable rsidtbl themedata colorschememapping datastore latentstyles xmlnstbl mmathPr object bkmkstart "
    b"bkmkend fldinst pntext htmlbase formatConverter".split()
)
_MARKS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t",
    b"bullet": "•",
    b"endash": "–", b"emdash": "—", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"~": "\xa0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\",
}  # fmt: skip
_FONT_CHARSETS = {
    b"128": "cp932", b"129": "cp949", b"134": "gb18030", b"136": "cp950", b"161": "cp1253", b"162": "cp1254",
    b"163": "cp1258", b"177": "cp1255", b"178": "cp1256", b"186": "cp1257", b"204": "cp1251", b"222": "cp874",
    b"238": "cp1250", b"0": "cp1252",
}  # fmt: skip
_FONT = re.compile(rb"\\f(\d{1,5})\b[^{}]{0,200}?\\fcharset(\d{1,3})")
_DEPTH = 200


def decompress(data: bytes, largest: int) -> bytes:
    """The RTF of PidTagRtfCompressed, at most so many bytes; b"" where it is not of that form."""
    if len(data) < 16:
        return b""
    raw_size = min(int.from_bytes(data[4:8], "little"), largest)
    kind = data[8:12]
    if kind == b"MELA":
        return data[16 : 16 + raw_size]
    if kind != b"LZFu":
        return b""
    window = bytearray(4096)
    window[: len(_PRESET)] = _PRESET
    at = len(_PRESET)
    out = bytearray()
    place, size = 16, len(data)
    while place < size and len(out) < raw_size:
        control = data[place]
        place += 1
        for bit in range(8):
            if place >= size:
                break
            if not control >> bit & 1:
                mark = data[place]
                place += 1
                out.append(mark)
                window[at] = mark
                at = (at + 1) % 4096
                continue
            if place + 1 >= size:
                return bytes(out)
            word = data[place] << 8 | data[place + 1]
            place += 2
            offset, length = word >> 4, (word & 15) + 2
            if offset == at:
                return bytes(out)
            for step in range(length):
                mark = window[(offset + step) % 4096]
                out.append(mark)
                window[at] = mark
                at = (at + 1) % 4096
    return bytes(out[:raw_size])


def rtf_to_html(data: bytes) -> str:
    """The HTML that was wrapped into the RTF, "" where it does not come from HTML."""
    if b"\\fromhtml" not in data[:10_000]:
        return ""
    return _words(data, is_html=True)


def rtf_to_text(data: bytes) -> str:
    """The plain words of an RTF document, paragraphs as lines."""
    if not data.lstrip().startswith(b"{\\rtf"):
        return ""
    return re.sub(r"\n{3,}", "\n\n", charsets.clean(_words(data, is_html=False))).strip("\n")


class _Group:
    """What holds inside one pair of braces."""

    __slots__ = ("charset", "is_hidden", "is_tag", "skip")

    def __init__(self, charset: str, skip: int, is_hidden: bool, is_tag: bool) -> None:
        self.charset = charset
        self.skip = skip
        self.is_hidden = is_hidden
        self.is_tag = is_tag


def _words(data: bytes, is_html: bool) -> str:
    """One pass over the tokens. In HTML mode \\htmlrtf stretches are for RTF readers only, \\*\\htmltag holds tags."""
    codepage = re.search(rb"\\ansicpg(\d{1,5})", data[:2000])
    default = f"cp{codepage[1].decode()}" if codepage and codepage[1] != b"0" else "cp1252"
    fonts = {number: _FONT_CHARSETS.get(charset, default) for number, charset in _FONT.findall(data[:100_000])}
    out: list[str] = []
    pending = bytearray()
    group = _Group(default, 1, False, False)
    stack: list[_Group] = []
    is_rtf_only = False
    to_skip = 0
    is_starred = False

    def flush() -> None:
        if pending:
            out.append(charsets.decode(bytes(pending), group.charset)[0])
            pending.clear()

    for match in _TOKEN.finditer(data):
        code, word, number, symbol, brace, plain = match.groups()
        if brace:
            flush()
            if brace == b"{":
                if len(stack) < _DEPTH:
                    stack.append(group)
                    group = _Group(group.charset, group.skip, group.is_hidden, group.is_tag)
            elif stack:
                group = stack.pop()
            to_skip = 0
            is_starred = False
            continue
        if symbol == b"*":
            is_starred = True
            continue
        if word == b"htmlrtf":
            flush()
            is_rtf_only = is_html and number != b"0"
            continue
        if word and is_starred:
            group.is_tag = word in (b"htmltag", b"mhtmltag")
            group.is_hidden |= not (is_html and word == b"htmltag")
        is_starred = False
        if word in _HIDDEN:
            group.is_hidden = True
        elif word == b"f" and number in fonts:
            flush()
            group.charset = fonts[number]
        elif word == b"uc" and number:
            group.skip = min(abs(int(number)), 10)
        if group.is_hidden or is_rtf_only:
            continue
        if word == b"u" and number:
            flush()
            out.append(_character(int(number)))
            to_skip = group.skip
        elif word in _MARKS or symbol in _MARKS:
            flush()
            mark = word or symbol
            out.append("&nbsp;" if is_html and mark == b"~" else "\r\n" if mark == b"par" and is_html else _MARKS[mark])
        elif code:
            if to_skip:
                to_skip -= 1
            else:
                pending.append(int(code, 16))
        elif plain:
            pending += plain[to_skip:]
            to_skip = 0
    flush()
    return _joined("".join(out))


def _character(number: int) -> str:
    return chr(number % 65536) if number % 65536 else ""


def _joined(text: str) -> str:
    """Pairs of surrogates, which RTF writes one by one, become their character."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
