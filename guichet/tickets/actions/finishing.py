"""What holds a ticket open: it is asked whenever somebody resolves or closes one."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.tickets import events
from guichet.tickets.actions.kinds import all_filled
from guichet.tickets.actions.words import FINISHED, Refused, no_held_reply
from guichet.tickets.actions.working import undone_items
from guichet.tickets.events import By, record
from guichet.tickets.models import Link, LinkKind, Status, Ticket


class Unfinished(Refused):
    """Children of the ticket are still open; `children` are all of them, whoever may see them."""

    def __init__(self, children: list[Ticket]) -> None:
        count = len(children)
        words = ngettext("%(n)s child ticket is still open.", "%(n)s child tickets are still open.", count)
        super().__init__(words % {"n": count})
        self.children = children


def open_children(ticket: Ticket) -> list[Ticket]:
    """Children that are not finished, those of tickets merged into this one too."""
    of = Q(other=ticket) | Q(other__merged_into=ticket)
    children = Link.objects.filter(of, kind=LinkKind.CHILD).values("ticket")
    return list(Ticket.objects.open().filter(pk__in=children).order_by("number"))


def may_finish(ticket: Ticket, status: Status, by: By, *, anyway: bool = False) -> None:
    """Raises Refused to end a ticket in which a reply was held back, a field is empty or an item not done, and
    Unfinished one with open children: there `anyway` is a second, deliberate step, which the log keeps. It is locked.
    """
    if status not in FINISHED:
        return
    no_held_reply(ticket)
    if ticket.status in FINISHED:
        return
    all_filled(ticket)
    undone = undone_items(ticket)
    if undone:
        raise Refused(_("To be done first: %(items)s.") % {"items": ", ".join(item.words for item in undone[:5])})
    children = open_children(ticket)
    if children and not anyway:
        raise Unfinished(children)
    if children:
        record(ticket, events.FINISHED_ANYWAY, by, changes={"children": [0, len(children)]})
