"""Mail as a channel: what the outbox knows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from guichet.channels import seals
from guichet.channels.base import Incoming, Later, Receipt
from guichet.channels.email.reading.read import read
from guichet.channels.email.sending import dkim_signing, esp, write
from guichet.channels.email.sending.smtp import Connection, ehlo_name
from guichet.kit.account_urls import SmtpAccount, smtp_account
from guichet.tickets.models import Inbox, Message


class Email:
    """One inbox's way out: a service, its own server, or the house's (GUICHET_OUTGOING)."""

    kind = "email"

    def __init__(self, inbox: Inbox) -> None:
        self._dkim = inbox.settings.get("dkim")
        self._way = way_out(inbox)
        self.server = self._way.server if self._way else ""

    def read(self, raw: bytes) -> Incoming:
        return read(raw)

    def recipients(self, message: Message) -> list[str]:
        return write.recipients(message)

    def write(self, message: Message) -> bytes:
        raw = seals.sealed(write.compose(message), message.ticket.inbox, write.recipients(message))
        return dkim_signing.sign(raw, message.ticket.inbox.address, self._dkim)

    def send(self, message: Message, raw: bytes, to: Sequence[str], begin: Callable[[], None]) -> Receipt:
        if self._way is None:
            raise Later(_("No outgoing server is set up for this inbox."), is_down=True)
        return self._way.deliver(write.envelope_sender(message), to, raw, begin, message.pk)

    def close(self) -> None:
        """Sessions stay open for the next mail (pool.Pool)."""


def way_out(inbox: Inbox) -> esp.Way | None:
    """What mail of this inbox leaves by; None where nothing is set up."""
    service = esp.chosen(inbox)
    if service is not None:
        return esp.way(inbox, service)
    account = outgoing_account(inbox)
    return Connection(account, ehlo_name(inbox.address)) if account else None


def outgoing_account(inbox: Inbox) -> SmtpAccount | None:
    """The mail server that mail of this inbox leaves by, unless it has a service."""
    own: SmtpAccount | None = inbox.settings.get("outgoing")
    return own or house_account()


def house_account() -> SmtpAccount | None:
    return smtp_account(settings.OUTGOING) if settings.OUTGOING else None
