"""The mailboxes of a real Dovecot, for every test that asks for them."""

from tests.channels.mailboxes import mailboxes, server

__all__ = ["mailboxes", "server"]
