"""Several acts on one ticket at one go: it is locked and read once, and written once behind them.

What an action does by itself in a transaction of its own it does here as a part of its caller's, and if it fails, all
of it fails. This is for acts that change the ticket's own row and its tags; whoever lets words be said or other tickets
be made writes it first and reads it again (`let_go`).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar, Token

from django.db import transaction

from guichet.tickets.models import Ticket


class Held:
    """A ticket that the caller's transaction has locked. `with` it, actions work on this very object."""

    def __init__(self, ticket: Ticket, tags: list[str] | None = None) -> None:
        self.ticket = ticket
        self.tags = tags  # their names, where they are known
        self.changed: set[str] = set()  # fields that are still to be written
        self._is_stale = False
        self._token: Token[Held | None] | None = None

    def __enter__(self) -> Ticket:
        self._token = _held.set(self)
        return self.fresh()

    def __exit__(self, error: type[BaseException] | None, *_more: object) -> None:
        assert self._token is not None
        _held.reset(self._token)
        if error is not None:
            self.let_go()
        elif self.changed:
            self.ticket.save(update_fields=sorted(self.changed))
        self.changed.clear()

    def fresh(self) -> Ticket:
        """The ticket as it is."""
        if self._is_stale:
            self.ticket.refresh_from_db()
            self.tags, self._is_stale = None, False
        return self.ticket

    def let_go(self) -> None:
        """Others may change the row from here on: it is read again before the next act."""
        self._is_stale = True


_held: ContextVar[Held | None] = ContextVar("held", default=None)


def hold(ticket: Ticket) -> Held:
    """Within the caller's transaction."""
    return Held(Ticket.objects.select_for_update().get(pk=ticket.pk))


def hold_all(pks: Iterable[int]) -> dict[int, Held]:
    """Those that are there still, with their tags, in one order for everybody: two queries."""
    rows = Ticket.objects.select_for_update().filter(pk__in=set(pks)).order_by("pk")
    found = {row.pk: Held(row, []) for row in rows}
    tagged = Ticket.tags.through.objects.filter(ticket__in=list(found)).order_by("tag__name")
    for pk, name in tagged.values_list("ticket_id", "tag__name"):
        tags = found[pk].tags
        assert tags is not None
        tags.append(name)
    return found


def held(ticket: Ticket) -> Held | None:
    now = _held.get()
    return now if now is not None and now.ticket.pk == ticket.pk else None


def act() -> transaction.Atomic:
    """The transaction of one action."""
    return transaction.atomic(savepoint=_held.get() is None)
