"""What holds for every mail whatever it is made of. The fuzzer, the hostile mails and the kept finds all ask here."""

from __future__ import annotations

import re

from guichet.channels.base import Address, File, Incoming
from guichet.channels.email import limits, wire
from guichet.kit.text.html import _ATTRIBUTES, _SCHEMES, _TAGS

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
_BEFORE_A_LINK = "".join(map(chr, range(33)))
_WITHIN_A_LINK = re.compile(r"[\t\n\r]")
_DECEPTIVE = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff/\\]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[^\s=>\"]+=\"[^\"]*\")*)\s*/?>")
_ATTRIBUTE = re.compile(r"([^\s=>\"]+)=\"([^\"]*)\"")
_ALLOWED = {name for names in _ATTRIBUTES.values() for name in names} | {"class", "id", "rel"}
_BAD_STYLE = re.compile(r"url\(|expression|@import|(?:^|;)\s*position\s*:|\\", re.IGNORECASE)


def broken(mail: Incoming) -> list[str]:
    """The rules that `mail` breaks, in words; empty when all is well."""
    found = [
        *_unstorable(mail),
        *_more_than_a_line(mail),
        *(problem for file in mail.files for problem in _file(file)),
        *_html(mail.html),
    ]
    if len(mail.text) > limits.TEXT_CHARS or len(mail.reply) > limits.TEXT_CHARS:
        found.append("text is longer than its limit")
    if max(len(mail.to), len(mail.cc), len(mail.reply_to)) > limits.ADDRESSES:
        found.append("more addresses than the limit")
    if mail.sent_at is not None and mail.sent_at.tzinfo is None:
        found.append("sent_at without a zone")
    if not found and wire.unpack(wire.pack(mail)) != mail:
        found.append("it does not cross the pipe unchanged")
    return found


def _people(mail: Incoming) -> list[Address]:
    return [mail.sender, *mail.to, *mail.cc, *mail.reply_to]


def _single_lines(mail: Incoming) -> dict[str, str]:
    lines = {"subject": mail.subject, "message_id": mail.message_id, "in_reply_to": mail.in_reply_to, "spam": mail.spam}
    lines |= {f"references {place}": item for place, item in enumerate(mail.references)}
    lines |= {f"auth_results {place}": item for place, item in enumerate(mail.auth_results)}
    lines |= {f"name of {item.address}": item.name for item in _people(mail)}
    lines |= {f"address {place}": item.address for place, item in enumerate(_people(mail))}
    lines |= {f"file {place}": item.name for place, item in enumerate(mail.files)}
    lines |= {f"cid {place}": item.content_id for place, item in enumerate(mail.files)}
    lines |= {f"type {place}": item.content_type for place, item in enumerate(mail.files)}
    if mail.bounce:
        lines["original id"] = mail.bounce.original_message_id
        for item in mail.bounce.recipients:
            lines |= {"recipient": item.address, "status": item.status, "action": item.action}
    return lines


def _unstorable(mail: Incoming) -> list[str]:
    texts = {"text": mail.text, "reply": mail.reply, "html": mail.html, **_single_lines(mail)}
    texts |= {f"problem {place}": item for place, item in enumerate(mail.problems)}
    if mail.bounce:
        texts |= {f"diagnostic of {item.address}": item.diagnostic for item in mail.bounce.recipients}
    return [f"{name} is not storable: {text[:80]!a}" for name, text in texts.items() if _UNSTORABLE.search(text)]


def _more_than_a_line(mail: Incoming) -> list[str]:
    return [
        f"{name} has a line break: {text[:80]!a}"
        for name, text in _single_lines(mail).items()
        if _LINE_BREAK.search(text)
    ]


def _file(file: File) -> list[str]:
    found = []
    if not file.name:
        found.append("a file without a name")
    if len(file.name.encode("utf-8", "replace")) > limits.NAME_BYTES:
        found.append(f"name of a file is too long: {file.name[:40]}")
    if _DECEPTIVE.search(file.name) or file.name in (".", ".."):
        found.append(f"name of a file deceives: {file.name!a}")
    if not re.fullmatch(r"[^\s/;]+/[^\s/;]+", file.content_type):
        found.append(f"content type of a file: {file.content_type!a}")
    return found


def _html(html: str) -> list[str]:
    """Only allowed tags and attributes, nothing that runs, nothing that loads but <img src>."""
    found = []
    place = 0
    for match in _TAG.finditer(html):
        if "<" in html[place : match.start()]:
            found.append(f"html has a stray <: {html[place : match.start()][:80]!a}")
        place = match.end()
        if match[2] not in _TAGS:
            found.append(f"html has <{match[2]}>")
        for name, value in _ATTRIBUTE.findall(match[3]):
            if name not in _ALLOWED:
                found.append(f"html has the attribute {name}")
            # Browsers leave out what stands before a link's scheme (C0 controls and spaces), and tabs and line breaks
            # anywhere in it (WHATWG URL 4.4).
            link = _WITHIN_A_LINK.sub("", value.lower()).lstrip(_BEFORE_A_LINK)
            if name in ("href", "src") and not link.startswith(tuple(f"{item}:" for item in _SCHEMES)):
                found.append(f"html links to {value[:80]!a}")
            if name == "style" and _BAD_STYLE.search(value):
                found.append(f"html has the style {value[:80]!a}")
    if "<" in html[place:]:
        found.append("html has a stray < at its end")
    return found[:10]
