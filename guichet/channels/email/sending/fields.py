"""The header fields of outgoing mail: the only builder, and it lets nothing start a line of its own (security A18).

Fields are folded to 78 columns, text outside ASCII goes into encoded words (RFC 2047), parameters into RFC 2231.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import quote

WIDTH = 76
WORD_BYTES = 39  # of UTF-8 in one encoded word: with the name of the field it stays within one line
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,400}")
_Q_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")


class BadField(ValueError):
    """A value that may not stand in a header: a line break, a control character or half a character."""


def plain(name: str, value: str) -> bytes:
    """A field whose value is ours and short: ASCII, not folded."""
    return f"{name}: {_checked(name, value)}\r\n".encode("ascii")


def text(name: str, value: str) -> bytes:
    """An unstructured field: a subject."""
    words = " ".join(_checked(name, value).split())
    if _is_plain(words) and all(len(word) < WIDTH - 10 for word in words.split()):
        return _folded(name, words.split())
    return _folded(name, encoded_words(words))


def mailboxes(name: str, people: Iterable[tuple[str, str]]) -> bytes:
    """An address field from (display name, address) pairs; addresses as `address` made them."""
    items = [_mailbox(name, display, address) for display, address in people]
    lines = ",\r\n ".join(items)
    return f"{name}: {lines}\r\n".encode()  # UTF-8 only for addresses that need SMTPUTF8 (RFC 6532)


def message_ids(name: str, ids: Iterable[str]) -> bytes:
    """References and their like: one Message-ID a line. Raises BadField for what is none."""
    for one in ids:
        if not is_message_id(one):
            raise BadField(f"{name}: not a Message-ID")
    return _folded(name, [f"<{one}>" for one in ids])


def is_message_id(value: str) -> bool:
    """Whether this may stand between <> in a header of ours."""
    return bool(_MESSAGE_ID.fullmatch(value))


def parameters(name: str, value: str, given: Mapping[str, str]) -> bytes:
    """`value` with parameters, each on its own line; long and non-ASCII ones as RFC 2231 asks."""
    out = [_checked(name, value)]
    for key, content in given.items():
        out += _parameter(key, _checked(key, content))
    return (f"{name}: " + ";\r\n ".join(out) + "\r\n").encode("ascii")


def address(written: str) -> str:
    """An address for header and envelope: its domain in ASCII (IDNA). Raises BadField for what is no address."""
    local, at, domain = _checked("address", written.strip()).rpartition("@")
    if not at or not local or not domain or len(written) > 320 or re.search(r"[\s<>(),;:\\\"\[\]]", local):
        raise BadField(f"{written!r} is not a mail address")
    if re.search(r"[^\w.-]", domain) or domain.startswith(".") or ".." in domain:
        raise BadField(f"{written!r} is not a mail address")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode('ascii')}"
    except UnicodeError as bad:
        raise BadField(f"{written!r} is not a mail address") from bad


def encoded_words(value: str) -> list[str]:
    """RFC 2047 words of at most 64 characters, none of which splits a character."""
    use_q = sum(not ch.isascii() for ch in value) * 6 < len(value)
    words: list[str] = []
    piece = b""
    for ch in value:
        raw = ch.encode()
        grown = _q(piece + raw) if use_q else ""
        if len(grown) > 52 or len(piece) + len(raw) > WORD_BYTES:
            words.append(_word(piece, use_q))
            piece = b""
        piece += raw
    return [*words, _word(piece, use_q)] if piece else words


def _checked(name: str, value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    for ch in value:
        if unicodedata.category(ch) in ("Cc", "Zl", "Zp", "Cs"):
            raise BadField(f"{name}: character U+{ord(ch):04X} may not stand in a header")
    return value


def _is_plain(value: str) -> bool:
    return value.isascii() and "=?" not in value


def _word(raw: bytes, use_q: bool) -> str:
    return f"=?utf-8?q?{_q(raw)}?=" if use_q else f"=?utf-8?b?{binascii.b2a_base64(raw, newline=False).decode()}?="


def _q(raw: bytes) -> str:
    return "".join(chr(byte) if byte in _Q_SAFE else "_" if byte == 32 else f"={byte:02X}" for byte in raw)


def _mailbox(name: str, display: str, address: str) -> str:
    display = " ".join(_checked(name, display).split())
    if re.search(r"[\s<>]", _checked(name, address)):
        raise BadField(f"{name}: not a mail address")
    if not display:
        return address if address.isascii() else f"<{address}>"
    words = _phrase(display)
    gap = "\r\n " if len(words) + len(address) > WIDTH - 10 else " "
    return f"{words}{gap}<{address}>"


def _phrase(display: str) -> str:
    if not _is_plain(display) or len(display) > 60:
        return "\r\n ".join(encoded_words(display))
    if _ATOMS.fullmatch(display):
        return display
    escaped = display.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _folded(name: str, tokens: list[str]) -> bytes:
    lines = [f"{name}:"]
    for token in tokens:
        if len(lines[-1]) + 1 + len(token) > WIDTH and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {token}"
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _parameter(key: str, content: str) -> list[str]:
    if content.isascii() and len(content) < WIDTH - len(key) - 6:
        escaped = content.replace("\\", "\\\\").replace('"', '\\"')
        return [f'{key}="{escaped}"']
    pieces = [""]
    for ch in content:
        code = quote(ch, safe="")
        if len(pieces[-1]) + len(code) > WIDTH - len(key) - 20:
            pieces.append("")
        pieces[-1] += code
    pieces[0] = f"utf-8''{pieces[0]}"
    if len(pieces) == 1:
        return [f"{key}*={pieces[0]}"]
    return [f"{key}*{number}*={piece}" for number, piece in enumerate(pieces)]
