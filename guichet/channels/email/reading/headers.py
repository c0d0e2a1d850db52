"""Header fields of real mail: encoded words, parameters, Message-IDs, dates.

Each function takes the raw bytes of one unfolded field and runs in linear time (RFC 5322, 2045, 2047, 2231).
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from guichet.channels.email.reading import charsets

# A lone "?" in the text is wrong and yet common. No start is read past the next "=?", so all of them take linear time.
# The last word of a field may have lost its end.
ENCODED_WORD = re.compile(
    r"=\?\s{0,3}([^?\s=]{0,80})\s{0,3}\?\s{0,3}([bBqQ])\s{0,3}\?((?:[^?=]|\?(?!=)|=(?!\?[^=]))*+)(?:\?=|\?$|$|(?==\?))"
)
_GAP = re.compile(r"\s*")
_SPACES = re.compile(r"[ \t\n\xa0\u2028\u2029]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_ANGLED_ID = re.compile(r"<([^<>]*)>")
_ISO_DATE = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?\s*(Z|[+-]\d\d:?\d\d)?")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_FRACTION = re.compile(r"(?<=:\d\d)\.\d{1,9}")
_NO_SIGN = re.compile(r"(?<=:\d\d) (?=0000$)")
_AROUND_COLON = re.compile(r"(?<=\d)\s{0,9}:\s{0,9}(?=\d)")
_CONTINUED = re.compile(r"(.{1,100})\*(\d{1,4})(\*?)$")


def raw_text(value: bytes, charset: str = "") -> str:
    """Header bytes to text without touching encoded words.

    Raw 8-bit, against RFC 5322 but common, is UTF-8, else `charset` (that of the body), else guessed.
    """
    if value.isascii():
        return charsets.clean(value.decode("ascii").replace("\r", "").replace("\n", ""))
    try:
        return charsets.clean(value.decode("utf-8")).replace("\n", " ")
    except UnicodeError:
        found = charsets.clean(charsets.nearly_utf8(value)) or charsets.decode(value, charset)[0]
        return found.replace("\n", " ")


def text(value: bytes, charset: str = "") -> str:
    """A whole unstructured field as readable text on one line."""
    return one_line(decode_words(raw_text(value, charset)))


def one_line(value: str) -> str:
    return _SPACES.sub(" ", value).strip()


def decode_words(value: str) -> str:
    """Replace RFC 2047 encoded words; white space between two of them vanishes, split characters are joined."""
    if "=?" not in value:
        return value
    out: list[str] = []
    end = 0
    pending: list[bytes] = []
    pending_charset = ""

    def flush() -> None:
        if pending:
            out.append(charsets.decode(b"".join(pending), pending_charset)[0])
            pending.clear()

    for match in ENCODED_WORD.finditer(value):
        gap = value[end : match.start()]
        charset = match[1].partition("*")[0].lower()
        if gap.strip() or not end:
            flush()
            out.append(gap)
        elif charset != pending_charset:
            flush()
        data = _word_bytes(match[2], match[3])
        pending_charset = charset
        pending.append(data)
        end = match.end()
    if not end:
        return value
    flush()
    out.append(value[end:])
    return charsets.clean("".join(out)).replace("\n", " ")


def _word_bytes(kind: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if kind in "bB":
        return base64_bytes(raw)
    return binascii.a2b_qp(raw.replace(b"\r", b"").replace(b"\n", b""), header=True)


def base64_bytes(raw: bytes) -> bytes:
    """Lenient base64: foreign bytes are skipped, missing padding is added, a lone last letter is dropped."""
    if b"=" in raw.rstrip(b"=\r\n\t "):
        # Padding in the middle: several encoded pieces were joined; each is decoded by itself.
        return b"".join(base64_bytes(piece) for piece in _pieces(raw))
    raw = _NOT_BASE64.sub(b"", raw)
    if len(raw) % 4 == 1:
        raw = raw[:-1]
    return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))


def _pieces(raw: bytes) -> list[bytes]:
    return [piece for piece in re.split(rb"=+", raw) if piece.strip()]


def message_ids(value: bytes) -> list[str]:
    """The Message-IDs of a field without angle brackets, in order, each once."""
    words = one_line(raw_text(value))
    found = [re.sub(r"\s", "", _without_comments(item)) for item in _ANGLED_ID.findall(words)]
    if not found:
        found = [item.strip("<>,;") for item in words.split()]
        found = [item for item in found if "@" in item] or (found if len(found) == 1 else [])
    return list(dict.fromkeys(item for item in found if item))


def _without_comments(item: str) -> str:
    """An obsolete Message-ID may hold white space and comments; alone, brackets are part of it (RFC 5322 4.5.4)."""
    return _COMMENT.sub("", item) if " " in item and "(" in item else item


def date(value: bytes) -> datetime | None:
    """The sender's date as an aware time in UTC, None where it names no possible moment."""
    words = _NO_SIGN.sub(" +", _FRACTION.sub("", one_line(decode_words(raw_text(value[:300])))))
    try:
        parts = parsedate_tz(_AROUND_COLON.sub(":", _COMMENT.sub(" ", words)))
    except (ValueError, IndexError, TypeError, OverflowError):
        parts = None
    if parts is not None:
        year, month, day, hour, minute, second = parts[:6]
        try:
            zone = timezone(timedelta(seconds=parts[9] or 0))
            when = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
            return when.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    match = _ISO_DATE.search(words)
    if match is None:
        return None
    zone_text = match[3] or "Z"
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}{zone_text}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """Value and parameters of Content-Type or Content-Disposition, with RFC 2231 and RFC 2047 decoded."""
    words = raw_text(value)
    head, pieces = _split_parameters(words)
    plain: dict[str, str] = {}
    continued: dict[str, list[tuple[int, str, bool]]] = {}
    for name, content in pieces:
        match = _CONTINUED.match(name)
        if match is not None:
            continued.setdefault(match[1], []).append((int(match[2]), content, bool(match[3])))
        elif name.endswith("*"):
            continued.setdefault(name[:-1], []).append((0, content, True))
        else:
            plain.setdefault(name, content)
    result = {name: one_line(decode_words(content)) for name, content in plain.items()}
    for name, chunks in continued.items():
        decoded = one_line(_extended(sorted(chunks, key=lambda chunk: chunk[0])))
        if decoded:
            result[name] = decoded
    return head, result


def _extended(chunks: list[tuple[int, str, bool]]) -> str:
    """Join RFC 2231 continuations: percent-encoded and plain chunks share the charset of the first."""
    charset = ""
    data = bytearray()
    for place, (_number, content, is_encoded) in enumerate(chunks):
        if is_encoded:
            if place == 0 and content.count("'") >= 2:
                charset, _language, content = content.split("'", 2)
            data += unquote_to_bytes(content)
        else:
            data += content.encode("utf-8", "replace")
    text, _problem = charsets.decode(bytes(data), charset or "utf-8")
    return decode_words(text)


def _split_parameters(words: str) -> tuple[str, list[tuple[str, str]]]:
    """`text/plain; a=b; c="d;e"` to its head and pairs; quotes may be missing or never closed."""
    head, _, rest = words.partition(";")
    head = one_line(_without_comment(head)).lower()
    pieces: list[tuple[str, str]] = []
    place, size = 0, len(rest)
    while place < size and len(pieces) < 200:
        equal = rest.find("=", place)
        if equal < 0:
            break
        semicolon = rest.find(";", place, equal)
        if semicolon >= 0:
            place = semicolon + 1
            continue
        name = rest[place:equal].strip().lower()
        place = equal + 1
        while place < size and rest[place] in " \t":
            place += 1
        if place < size and rest[place] == '"':
            content, place = _quoted(rest, place + 1)
            after = rest.find(";", place)
            place = size if after < 0 else after + 1
        else:
            after = rest.find(";", place)
            stop = size if after < 0 else after
            content, place = rest[place:stop].strip(), stop + 1
            if not content.startswith("=?"):
                content = _without_comment(content)
        if name:
            pieces.append((name.split()[-1], content))
    return head, pieces


def _quoted(rest: str, place: int) -> tuple[str, int]:
    """The quoted string that begins at `place`, and where it ends."""
    start = place
    out: list[str] = []
    size = len(rest)
    while place < size:
        mark = rest[place]
        if mark == '"':
            return "".join(out), place + 1
        if mark == "\\" and place + 1 < size and rest[place + 1] in '"\\':
            place += 1
            mark = rest[place]
        out.append(mark)
        place += 1
    # Never closed: up to the next parameter.
    end = rest.find(";", start)
    return rest[start : size if end < 0 else end].strip(), size if end < 0 else end


def _without_comment(words: str) -> str:
    place = words.find(" (")
    return (words if place < 0 else words[:place]).strip()
