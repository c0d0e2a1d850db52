"""Mail as a channel: what the outbox knows of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from guichet.channels.base import Incoming, Later, Receipt
from guichet.channels.email import write
from guichet.channels.email.read import read
from guichet.channels.email.smtp import Connection, ehlo_name
from guichet.kit.account_urls import SmtpAccount, smtp_account
from guichet.tickets.models import Inbox, Message


class Email:
    """One inbox's way out by SMTP: its own account, or the house's (GUICHET_OUTGOING)."""

    kind = "email"

    def __init__(self, inbox: Inbox) -> None:
        self.account = outgoing_account(inbox)
        self.server = repr(sorted(self.account.items())) if self.account else ""
        self._connection = Connection(self.account, ehlo_name(inbox.address)) if self.account else None

    def read(self, raw: bytes) -> Incoming:
        return read(raw)

    def recipients(self, message: Message) -> list[str]:
        return write.recipients(message)

    def write(self, message: Message) -> bytes:
        return write.compose(message)

    def send(self, message: Message, raw: bytes, to: Sequence[str], begin: Callable[[], None]) -> Receipt:
        if self._connection is None:
            raise Later(_("No outgoing server is set up for this inbox."), is_down=True)
        return self._connection.deliver(write.envelope_sender(message), to, raw, begin)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def outgoing_account(inbox: Inbox) -> SmtpAccount | None:
    """The account that mail of this inbox leaves by."""
    own: SmtpAccount | None = inbox.settings.get("outgoing")
    return own or house_account()


def house_account() -> SmtpAccount | None:
    return smtp_account(settings.OUTGOING) if settings.OUTGOING else None
