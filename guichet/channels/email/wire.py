"""How `Incoming` crosses the pipe from the reading child: one JSON head, then the raw files.

The child handles hostile bytes, so nothing from it is trusted: every field is checked for its type here.
"""

from __future__ import annotations

import json
import struct
from datetime import datetime
from typing import Any, get_args

from guichet.channels.base import Address, Auto, Bounce, BounceRecipient, File, Incoming, Report, Seal

LENGTH = struct.Struct("!I")
_AUTO, _REPORTS, _SEALS = get_args(Auto), get_args(Report), get_args(Seal)


class Broken(Exception):
    """The bytes are no answer of a reading child."""


def pack(incoming: Incoming) -> bytes:
    """One answer without its length: length of the head, head, contents of the files one after another."""
    head = {
        "ids": [incoming.message_id, incoming.in_reply_to, *incoming.references],
        "at": incoming.sent_at.isoformat() if incoming.sent_at else "",
        "from": _pair(incoming.sender),
        "authors": incoming.authors,
        "reply_to": [_pair(item) for item in incoming.reply_to],
        "to": [_pair(item) for item in incoming.to],
        "cc": [_pair(item) for item in incoming.cc],
        "words": [incoming.subject, incoming.text, incoming.reply, incoming.html],
        "files": [[f.name, f.content_type, len(f.content), f.is_inline, f.content_id] for f in incoming.files],
        "auto": incoming.auto,
        "bounce": _bounce_head(incoming.bounce),
        "seal": incoming.seal,
        "auth_results": incoming.auth_results,
        "spam": incoming.spam,
        "problems": incoming.problems,
    }
    encoded = json.dumps(head, separators=(",", ":")).encode()
    return b"".join([LENGTH.pack(len(encoded)), encoded, *(file.content for file in incoming.files)])


def pack_reason(reason: str) -> bytes:
    encoded = json.dumps({"unreadable": reason}).encode()
    return LENGTH.pack(len(encoded)) + encoded


def unpack(answer: bytes) -> Incoming | str:
    """The mail, or the reason why it is unreadable. Raises Broken."""
    try:
        (size,) = LENGTH.unpack_from(answer)
        head = json.loads(answer[LENGTH.size : LENGTH.size + size])
        if "unreadable" in head:
            return _text(head["unreadable"])
        return _incoming(head, memoryview(answer)[LENGTH.size + size :])
    except (struct.error, ValueError, KeyError, TypeError, RecursionError, AttributeError) as error:
        raise Broken(str(error)) from error


def _incoming(head: dict[str, Any], content: memoryview) -> Incoming:
    ids = _texts(head["ids"])
    subject, text, reply, html = _texts(head["words"])
    if head["auto"] not in _AUTO or head["seal"] not in _SEALS:
        raise Broken("auto or seal")
    return Incoming(
        message_id=ids[0],
        in_reply_to=ids[1],
        references=ids[2:],
        sent_at=datetime.fromisoformat(head["at"]) if head["at"] else None,
        sender=_address(head["from"]),
        authors=_texts(head["authors"]),
        reply_to=tuple(_address(item) for item in head["reply_to"]),
        to=tuple(_address(item) for item in head["to"]),
        cc=tuple(_address(item) for item in head["cc"]),
        subject=subject,
        text=text,
        reply=reply,
        html=html,
        files=_files(head["files"], content),
        auto=head["auto"],
        bounce=_bounce(head["bounce"]),
        seal=head["seal"],
        auth_results=_texts(head["auth_results"]),
        spam=_text(head["spam"]),
        problems=_texts(head["problems"]),
    )


def _files(heads: list[Any], content: memoryview) -> tuple[File, ...]:
    out: list[File] = []
    place = 0
    for name, content_type, size, is_inline, content_id in heads:
        if type(size) is not int or type(is_inline) is not bool or not 0 <= size <= len(content) - place:
            raise Broken("files")
        data = bytes(content[place : place + size])
        place += size
        out.append(File(_text(name), _text(content_type), data, is_inline, _text(content_id)))
    if place != len(content):
        raise Broken("files")
    return tuple(out)


def _pair(address: Address) -> list[str]:
    return [address.name, address.address]


def _address(pair: Any) -> Address:
    name, address = _texts(pair)
    return Address(name, address)


def _bounce_head(bounce: Bounce | None) -> list[Any] | None:
    if bounce is None:
        return None
    rows = [[r.address, r.status, r.action, r.diagnostic] for r in bounce.recipients]
    return [bounce.kind, bounce.original_message_id, rows]


def _bounce(head: Any) -> Bounce | None:
    if head is None:
        return None
    kind, original, rows = head
    if kind not in _REPORTS:
        raise Broken("report")
    return Bounce(tuple(BounceRecipient(*_four(row)) for row in rows), _text(original), kind)


def _four(row: Any) -> tuple[str, str, str, str]:
    address, status, action, diagnostic = _texts(row)
    return address, status, action, diagnostic


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Broken("text")
    return value


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise Broken("texts")
    return tuple(_text(value) for value in values)
