"""Bytes of doubtful charset to storable text: what is declared, then UTF-8, then a guess, then replacement.

Never raises. The result holds no NUL, no lone surrogate, no control character but tab and newline.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

# Names found in real mail that Python does not know, or knows as a set smaller than what senders mean.
_ALIASES = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb-2312": "gb18030",
    "x-gb2312": "gb18030",
    "ks_c_5601-1987": "cp949",
    "ks-c-5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "x-ms-cp932": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-macroman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "x-utf-8": "utf-8",
    "x-user-defined": "cp1252",
    "ansi": "cp1252",
    "cp-850": "cp850",
    "x-cp1250": "cp1250",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "koi8r": "koi8-r",
    "koi": "koi8-r",
    "iso-10646-ucs-2": "utf-16",
    "ucs-2": "utf-16",
    "unicode": "utf-16",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "cp936": "gb18030",
    "windows-936": "gb18030",
    "ms936": "gb18030",
    "euc-cn": "gb18030",
    "x-euc-cn": "gb18030",
    "csgb2312": "gb18030",
    "x-mac-chinesesimp": "gb18030",
    "big5-eten": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "x-mac-chinesetrad": "big5hkscs",
    "cp950": "big5hkscs",
    "windows-950": "big5hkscs",
    "euckr": "cp949",
    "ksc5601": "cp949",
    "ksc_5601": "cp949",
    "ks_c_5601-1989": "cp949",
    "korean": "cp949",
    "windows-949": "cp949",
    "uhc": "cp949",
    "x-mac-korean": "cp949",
    "x-shift-jis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "csshiftjis": "cp932",
    "x-mac-japanese": "cp932",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "csiso2022jp": "iso2022_jp_ext",
    "jis": "iso2022_jp_ext",
    "eucjp": "euc_jp",
    "eucjp-ms": "euc_jp",
    "cp51932": "euc_jp",
    "x-windows-874": "cp874",
    "x-tis-620": "cp874",
    "cp20866": "koi8-r",
    "x-koi8-r": "koi8-r",
    "koi8u": "koi8-u",
    "koi8-ru": "koi8-u",
    "x-koi8-u": "koi8-u",
    "cp21866": "koi8-u",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "win-1252": "cp1252",
    "windows1252": "cp1252",
    "cp10000": "mac_roman",
    "mac": "mac_roman",
    "cp20127": "us-ascii",
    "cp28591": "cp1252",
    "cp28605": "iso-8859-15",
    "cp65001": "utf-8",
    "visual": "iso-8859-8",
}
# Names that say nothing: 7bit text, or a mailer that did not know.
_NOTHING = frozenset(
    {"", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown", "unknown-8bit", "x-unknown", "default", "default_charset",
     "none", "null", "binary", "8bit", "7bit", "utf-8-or-guess", "iso-8859"}
)  # fmt: skip
# Text codecs of Python that are no charsets of mail; some are slow or have side effects.
_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode-escape", "unicode_escape", "raw-unicode-escape",
                      "raw_unicode_escape", "mbcs", "oem", "palmos", "cp037", "cp273", "cp424", "cp500",
                      "cp875", "cp1026", "cp1140"})  # fmt: skip
_SINGLE_BYTE = re.compile(r"cp125|cp437|cp8[568]|iso-?8859|koi8|mac|latin|cp874")
_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE = 16 * 1024

_HIGH = re.compile(rb"[\x80-\xff]+")
_DOUBLE_BYTE = ("shift", "cp9", "big5", "euc", "gb", "hz", "johab")
_ESCAPE = re.compile(rb"(\x1b(?:\$\(?[@BD]|\([BJIH]))")
_DOUBLE = (b"\x1b$@", b"\x1b$B", b"\x1b$(@", b"\x1b$(B")
# Letters and marks of Western European text in windows-1252, mostly between ASCII letters.
_WESTERN = re.compile(
    rb"[\x80\x82\x84\x85\x8c\x91-\x97\x99\x9c\xa0\xa1\xa3\xa7\xa9\xab\xae\xb0\xb4\xb7\xbb\xbf\xd1\xdf\xf1]"
    rb"|(?<![\xc0-\xff])[\xc0-\xcf\xd2-\xd6\xd8-\xdc\xe0-\xef\xf2-\xf6\xf8-\xfc](?![\xc0-\xff])|\xe7[\xe3\xf5]"
)

_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], None)
for _keep in (0x09, 0x0A):
    del _CONTROL[_keep]
_CONTROL[0x85] = "\n"
_CONTROL[0x0B] = "\n"
_CONTROL[0x0C] = "\n"
_HAS_BAD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@lru_cache(maxsize=256)
def codec(name: str) -> str:
    """The Python codec for a declared charset, "" where the name says nothing or is unknown."""
    name = name.strip().strip("\"'<>;, ").lower()[:60]
    name = name.split("//", 1)[0].split("*", 1)[0].split("$", 1)[0].split(";", 1)[0].lstrip("_").strip()
    if name in _NOTHING:
        return ""
    name = _ALIASES.get(name, name)
    if name in _REFUSED:
        return ""
    for guess in (
        name,
        name.removeprefix("x-"),
        name.removeprefix("charset="),
        name.replace("windows-", "cp"),
        name.replace("_", "-"),
        name.replace(" ", ""),
        name.rpartition(".")[2],
    ):
        guess = _ALIASES.get(guess, guess)  # fmt: skip
        try:
            found = codecs.lookup(guess)
        except (LookupError, ValueError, UnicodeError):
            continue
        if not getattr(found, "_is_text_encoding", True) or found.name in _REFUSED:
            return ""
        return _ALIASES.get(found.name, found.name)
    return ""


def decode(data: bytes, declared: str = "", fallback: str = "") -> tuple[str, str]:
    """Decode `data`; the second value is a problem in plain English, "" when it went as declared."""
    if data.isascii() and not _stateful(declared) and b"\x1b$" not in data:
        return clean(data.decode("ascii")), ""
    name = codec(declared)
    if name.startswith(("utf-16", "utf-32")) and b"\0" not in data and not data.startswith(_MARKS_16):
        # Nobody writes whole texts without one character below U+0100.
        name = ""
    if name:
        try:
            text = data.decode(name)
        except (UnicodeError, ValueError):
            pass
        else:
            if not _SINGLE_BYTE.match(name) or not _looks_utf8(data):
                return clean(text), ""
    elif codec(fallback):
        try:
            return clean(data.decode(codec(fallback))), ""
        except (UnicodeError, ValueError):
            pass
    text, used = _guess(data, name)
    return clean(text), f"text is not {declared[:40]}: read as {used}" if declared else f"no charset: read as {used}"


def clean(text: str) -> str:
    """Storable text: line ends as newline, no NUL, no lone surrogate, no other control characters."""
    if _HAS_BAD.search(text) is None:
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_CONTROL)
    return _SURROGATE.sub("\ufffd", text)


def _stateful(declared: str) -> bool:
    """Charsets whose bytes are all below 128 and yet not ASCII."""
    name = declared.lower()
    if name.startswith(("cp5022", "csiso2022", "jis")):
        return True
    return "2022" in name or "utf-7" in name or "utf7" in name or "hz" in name or "utf-16" in name or "utf-32" in name


def _looks_utf8(data: bytes) -> bool:
    """Declared as a charset of single bytes and yet valid UTF-8 beyond ASCII: then it is UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _cyrillic(sample: bytes) -> str:
    """The charset of short Russian text, which statistics take for Asian: whole words of letters above 192."""
    runs = _HIGH.findall(sample)
    high = sum(map(len, runs))
    upper_half = len(sample.translate(None, bytes(range(0xE0))))
    lower_half = len(sample.translate(None, bytes(range(0xC0)))) - upper_half
    if high < 4 * len(runs) or upper_half + lower_half < 0.95 * high:
        return ""
    return "cp1251" if upper_half >= lower_half else "koi8-r"


def _japanese(data: bytes) -> str:
    """ISO-2022-JP as Windows writes it: with rows of JIS X 0208 that only its own code page knows, and raw bytes."""
    out: list[str] = []
    for place, piece in enumerate(_ESCAPE.split(data)):
        # The pattern's group gives: text, escape, text, escape, ...
        if place % 2:
            escape = piece
        elif place == 0 or escape not in _DOUBLE:
            out.append(_half_width(piece) if place and escape == b"\x1b(I" else piece.decode("cp932", "replace"))
        else:
            out.append(_shifted(piece).decode("cp932", "replace"))
    return "".join(out)


def _half_width(piece: bytes) -> str:
    return bytes(mark | 0x80 if 0x20 < mark < 0x60 else mark for mark in piece).decode("cp932", "replace")


def _shifted(piece: bytes) -> bytes:
    """Pairs of seven-bit JIS as Shift_JIS."""
    out = bytearray()
    place = 0
    while place < len(piece):
        row = piece[place]
        if not 0x21 <= row <= 0x7E or not 0x21 <= (piece[place + 1] if place + 1 < len(piece) else 0) <= 0x7E:
            out.append(row)
            place += 1
            continue
        cell = piece[place + 1]
        out.append((row + 1) // 2 + (0x70 if row < 0x5F else 0xB0))
        out.append(cell + (0x7E if row % 2 == 0 else 0x20 if cell >= 0x60 else 0x1F))
        place += 2
    return bytes(out)


def nearly_utf8(data: bytes) -> str:
    """Text of UTF-8 with a few broken bytes in it, cut characters for example; "" where it is something else."""
    text = data.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(data.translate(None, bytes(range(128, 256)))) - bad
    return text if good >= 3 and bad * 5 <= good else ""


def _guess(data: bytes, declared: str) -> tuple[str, str]:
    for bom, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(bom):
            return data.decode(name, "replace"), name
    if b"\x1b$" in data and declared in ("", "iso2022_jp_ext", "ascii", "utf-8"):
        korean = b"\x1b$)C" in data
        return (data.decode("iso2022_kr", "replace"), "iso-2022-kr") if korean else (_japanese(data), "iso-2022-jp")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeError:
        pass
    if nearly := nearly_utf8(data):
        return nearly, "utf-8 with errors"
    if declared:
        text = data.decode(declared, "replace")
        odd = len(data) - len(data.translate(None, bytes(range(128, 256))))
        if text.count("\ufffd") * 10 <= odd:
            return text, f"{declared} with errors"
    sample = data[:_SAMPLE]
    high = len(sample.translate(None, bytes(range(128))))
    if high >= 8 or len(data.translate(None, bytes(range(128)))) >= 8:
        if sum(map(len, _WESTERN.findall(sample))) >= 0.9 * high:
            return data.decode("cp1252", "replace"), "windows-1252"
        best = from_bytes(sample).best()
        if (best is None or best.encoding.startswith(_DOUBLE_BYTE)) and (cyrillic := _cyrillic(sample)):
            return data.decode(cyrillic, "replace"), cyrillic
        if best is not None:
            return data.decode(best.encoding, "replace"), best.encoding
    try:
        return data.decode("cp1252"), "windows-1252"
    except UnicodeError:
        return data.decode("latin-1"), "iso-8859-1"
