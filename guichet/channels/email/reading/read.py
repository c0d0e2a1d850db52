"""Bytes of one mail to `Incoming`: pure, without Django, and run in the bounded child of `sandbox`.

What had to be repaired or left out is listed in `problems`; only a mail over the size limit is refused.
"""

from __future__ import annotations

from datetime import datetime

from guichet.channels.base import Address, Incoming
from guichet.channels.email import limits
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.reading import headers
from guichet.channels.email.reading.addresses import addresses
from guichet.channels.email.reading.auto import auto_of
from guichet.channels.email.reading.body import Body
from guichet.channels.email.reading.bounces import bounce_of
from guichet.channels.email.reading.mime import Part, Tree
from guichet.channels.email.reading.verdicts import auth_results_of, spam_of
from guichet.kit.text import split_reply

__all__ = ["Unreadable", "read"]


def read(raw: bytes) -> Incoming:
    """What the mail says. Raises Unreadable where it is larger than the limit (25 MiB)."""
    if len(raw) > limits.MESSAGE_BYTES:
        raise Unreadable(f"mail is larger than {limits.MESSAGE_BYTES // 1024 // 1024} MiB")
    problems: list[str] = []
    tree = Tree(problems)
    root = tree.read(_trimmed(raw))
    fields = _Fields(root, tree)
    subject = fields.subject()
    body = Body(tree, subject)
    body.read(root)
    sender = fields.sender()
    text = body.text()
    reply = body.reply(split_reply)
    bounce = bounce_of(root, text, subject, sender)
    in_reply_to = headers.message_ids(root.first("in-reply-to"))
    return Incoming(
        message_id=next(iter(headers.message_ids(root.first("message-id"))), ""),
        in_reply_to=in_reply_to[0] if in_reply_to else "",
        references=tuple(headers.message_ids(root.first("references"))[-limits.REFERENCES :]),
        sent_at=fields.date(),
        sender=sender,
        authors=fields.authors(),
        reply_to=fields.people("reply-to"),
        to=fields.people("to"),
        cc=fields.people("cc"),
        subject=subject,
        text=text,
        reply=reply,
        html=body.html(),
        files=tuple(body.files),
        auto=auto_of(root, subject, sender.address, bounce is not None, reply),
        bounce=bounce,
        seal=tree.seal,
        auth_results=auth_results_of(root),
        spam=spam_of(root),
        problems=tuple(problems),
    )


def _trimmed(raw: bytes) -> bytes:
    """Without what may stand before the first header: byte order mark, empty lines, an mbox line."""
    return raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\0")


def _charset_of(part: Part) -> str:
    """The charset that the first text part declares: that of raw 8-bit headers, too."""
    while part.children and part.content_type.startswith("multipart/"):
        part = part.children[0]
    return part.params.get("charset", "")


class _Fields:
    """The header fields of the mail itself in neutral words."""

    def __init__(self, root: Part, tree: Tree) -> None:
        self.root = root
        self.tree = tree
        self.charset = _charset_of(root)
        for name in ("from", "subject", "date", "message-id", "to", "content-type"):
            if len(root.all(name)) > 1:
                tree.note(f"header {name} stands there {min(len(root.all(name)), 100)} times")

    def subject(self) -> str:
        return headers.text(self.root.first("subject"), self.charset)

    def date(self) -> datetime | None:
        values = [value for value in self.root.all("date")[:20] if value.strip()]
        found = next(filter(None, map(headers.date, values)), None)
        if values and found is None:
            self.tree.note("Date is not understood")
        return found

    def people(self, name: str) -> tuple[Address, ...]:
        """All mailboxes of all fields of that name, each address once."""
        found: list[Address] = []
        for value in self.root.all(name):
            more, is_cut = addresses(value, self.charset)
            found += more
            if is_cut or len(found) > limits.ADDRESSES:
                self.tree.note(f"more than {limits.ADDRESSES} addresses in {name}: the rest is left out")
                break
        return tuple({item.address.lower() or item.name: item for item in reversed(found)}.values())[::-1][
            : limits.ADDRESSES
        ]

    def authors(self) -> tuple[str, ...]:
        """All addresses in the From fields, lower case, each once; where there are too many of them, at least two."""
        found: dict[str, None] = {}
        for value in self.root.all("from"):
            more, is_cut = addresses(value, self.charset)
            found.update(dict.fromkeys(item.address.lower() for item in more if "@" in item.address))
            if is_cut:
                found[""] = None  # one that was not read
        return tuple(found)[: limits.ADDRESSES]

    def sender(self) -> Address:
        """The first mailbox of From; without one of Sender, Reply-To or Return-Path."""
        found = self.people("from")
        with_address = [item for item in found if "@" in item.address]
        if len(with_address) > 1:
            self.tree.note("From names several people: the first is taken")
        if with_address:
            return with_address[0]
        for name in ("sender", "reply-to", "return-path"):
            others = [item for item in self.people(name) if "@" in item.address]
            if others:
                self.tree.note(f"From names no address: taken from {name}")
                return Address(found[0].name if found and found[0].name else others[0].name, others[0].address)
        self.tree.note("From names no address")
        return found[0] if found else Address("", "")
