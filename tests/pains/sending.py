"""Mail in and out as it really goes: bytes through the ledger and the reader, answers to a real SMTP server."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

from django.test import Client

from guichet.channels import intake, outbox
from guichet.channels.accept import Arrival, accept
from guichet.channels.email.reading.sandbox import Reader
from guichet.tickets.models import Delivery, Inbox, Message, Ticket
from tests import make
from tests.channels.sink import Sink


def desk(out: Sink) -> make.Cast:
    """The cast, whose inboxes send to `out`."""
    cast = make.cast()
    for inbox in (cast.support, cast.billing):
        inbox.settings, inbox.acknowledge = {"outgoing": out.account()}, False
        inbox.save()
    return cast


def mail(sender: str, subject: str, text: str, *, to: str = "support@desk.example", **headers: str) -> EmailMessage:
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = headers.pop("message_id", f"<{abs(hash((sender, subject, text)))}@customer.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def arrive(
    made: EmailMessage | bytes, inbox: Inbox, *, to: str = "", sender: str = "x@customer.example"
) -> Message | None:
    """The mail comes in; the newest message it became, if any."""
    raw = made if isinstance(made, bytes) else made.as_bytes()
    accept([Arrival("lmtp", sender, inbox.pk, [to or inbox.address], raw, "")])
    with Reader() as reader:
        while intake.drain(reader):
            pass
    mail_id = str(message_from_bytes(raw)["Message-ID"]).strip("<>")
    return Message.objects.filter(message_id=mail_id).first()


def letter(client: Client, ticket: Ticket, query: str = "") -> dict[str, str]:
    """What the composer holds when it opens: the names and values of its fields, as a browser would post them."""
    page = client.get(f"/tickets/{ticket.number}/compose/{query}", HTTP_HX_REQUEST="true").content.decode()
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_ticked = 'type="checkbox"' not in tag or " checked" in tag
        if name and name[1] not in ("csrfmiddlewaretoken", "send_at", "upload") and is_ticked:
            fields[name[1]] = unescape(value[1] if value else "")
    return fields


def press_send(client: Client, ticket: Ticket, text: str, query: str = "", way: str = "reply", **more: str) -> Message:
    """The letter that `query` opens, with these words, sent; and the message it became."""
    fields = {**letter(client, ticket, query), "text": text, **more}
    answer = client.post(f"/tickets/{ticket.number}/{way}/", fields, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200, answer.headers.get("HX-Trigger")
    return ticket.messages.filter(kind="outbound").latest("pk")


def gone(message: Message, out: Sink) -> tuple[list[str], EmailMessage]:
    """To whom it went, envelope-wise, and what arrived there."""
    assert outbox.send(message.pk) == Delivery.SENT
    found = message_from_bytes(out.taken[-1].raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return out.taken[-1].to, found


def text_of(made: EmailMessage, kind: str = "plain") -> str:
    body = made.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
