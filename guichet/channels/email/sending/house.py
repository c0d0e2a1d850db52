"""The house's own mail: password resets and invitations, by the house's account or the first inbox that has one.

Nobody waits for a mail server while a page loads, and no answer comes later because an account exists: a mail
becomes a job, sealed with the house's key, since it may carry a link that opens the door.
"""

from __future__ import annotations

import base64
import json
import logging
import secrets
from collections.abc import Sequence
from email.utils import format_datetime, parseaddr
from typing import Any, NamedTuple

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from procrastinate.contrib.django import app

from guichet.channels.base import Refused, Unanswered
from guichet.channels.email import channel
from guichet.channels.email.sending import dkim_signing, esp, fields, parts
from guichet.channels.email.sending.smtp import Connection, ehlo_name
from guichet.kit import crypto
from guichet.kit.lines import one_line
from guichet.tickets.models import Inbox

# Fields of their own that the house's mails may have (RFC 2369, 8058).
OWN = ("List-Unsubscribe", "List-Unsubscribe-Post")
JOB = "guichet.channels.tasks.send_house_mail"
log = logging.getLogger(__name__)


class Way(NamedTuple):
    """A way out, and the inbox it belongs to: its server may take no other sender."""

    out: esp.Way
    inbox: Inbox | None


def way_out() -> Way | None:
    """What the house's own mail leaves by; None where nothing is set up."""
    account = channel.house_account()
    if account is not None:
        return Way(Connection(account, ehlo_name()), None)
    for inbox in Inbox.objects.filter(is_active=True).order_by("pk"):
        out = channel.way_out(inbox)
        if out is not None:
            return Way(out, inbox)
    return None


class HouseBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND. With no way out it logs what to do and returns 0; pages ask `way_out` beforehand."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        way = way_out()
        if way is None:
            log.error(
                "mail of the house's own was not sent, for there is no outgoing server: "
                "set GUICHET_OUTGOING, or give an inbox an outgoing account"
            )
            return 0
        sealed = [_seal(message, way.inbox) for message in email_messages if message.recipients()]
        for one in sealed:
            app.configure_task(JOB).defer(sealed=one)
        return len(sealed)


def deliver(sealed: str) -> None:
    """Send one such mail. Raises Later where it is worth trying again."""
    mail = json.loads(crypto.decrypt(sealed))
    way = way_out()
    if way is None:
        log.error("mail of the house's own was given up: its outgoing server is no longer set up")
        return
    try:
        receipt = way.out.deliver(mail["sender"], mail["to"], base64.b64decode(mail["raw"]), lambda: None)
    except Refused as refused:
        log.error("mail of the house's own was refused: %s", refused)
        return
    except Unanswered as cut:
        log.warning("mail of the house's own may or may not have arrived: %s", cut)
        return
    for words in (*receipt.refused.values(), *receipt.later.values()):
        log.error("mail of the house's own was not taken: %s", words)


def _seal(message: EmailMessage, inbox: Inbox | None) -> str:
    name, sender = parseaddr(message.from_email)
    if inbox is not None:
        name, sender = inbox.name, inbox.address
    sender = fields.address(sender)
    to = [fields.address(parseaddr(one)[1]) for one in message.recipients()]
    raw = compose(message, (one_line(name, 120), sender))
    raw = dkim_signing.sign(raw, sender, _key(sender, inbox))
    return crypto.encrypt(json.dumps({"sender": sender, "to": to, "raw": base64.b64encode(raw).decode("ascii")}))


def _key(sender: str, inbox: Inbox | None) -> dict[str, Any] | None:
    """The house's account has no key of its own: whatever inbox signs for the sender's domain lends it its one."""
    inboxes = [inbox] if inbox else Inbox.objects.filter(is_active=True).order_by("pk")
    keys = (one.settings.get("dkim") or {} for one in inboxes)
    domain = dkim_signing.domain_of(sender)
    return next((key for key in keys if key.get("is_on") and key["domain"] == domain), None)


def compose(message: EmailMessage, sender: tuple[str, str]) -> bytes:
    """The mail through the same builder as all that goes out; the house's own has no attachments."""
    message_id = f"{secrets.token_hex(20)}@{sender[1].rpartition('@')[2]}"
    to = [(one_line(name, 120), fields.address(address)) for name, address in map(parseaddr, message.to)]
    bodies = [parts.text_part("plain", str(message.body))]
    for html in getattr(message, "alternatives", ()):
        bodies.append(parts.text_part("html", str(html[0])))
    return b"".join(
        (
            fields.mailboxes("From", [sender]),
            fields.mailboxes("To", to),
            fields.text("Subject", one_line(str(message.subject), 300)),
            fields.plain("Date", format_datetime(timezone.now())),
            fields.message_ids("Message-ID", [message_id]),
            fields.plain("Auto-Submitted", "auto-generated"),
            *(fields.plain(name, str(message.extra_headers[name])) for name in OWN if name in message.extra_headers),
            fields.plain("MIME-Version", "1.0"),
            parts.multipart("alternative", bodies, parts.Boundaries(message_id).next()),
        )
    )
