"""Tickets that hang together: links of each kind, follow-up tickets, and children that hold their parent open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Person, Team
from guichet.tickets import agenda, events
from guichet.tickets.actions.sorting import needs_like, sorting_of
from guichet.tickets.actions.speaking import add_note, reply
from guichet.tickets.actions.words import FINISHED, Refused, Words, change_owner, save
from guichet.tickets.events import By, record
from guichet.tickets.models import Inbox, Link, LinkKind, Step, Ticket

MOST = 50  # follow-up tickets made at once
DEEPEST = 20  # generations of children


@dataclass(frozen=True, slots=True)
class Part:
    """A ticket to be made for another one; without team or inbox it gets that one's.

    `text` is a note, or with `is_sent` the first words to the requester.
    """

    subject: str
    text: str = ""
    team: Team | None = None
    assignee: Person | None = None
    inbox: Inbox | None = None
    is_sent: bool = False


def link(ticket: Ticket, other: Ticket, kind: LinkKind, by: By) -> Link:
    """`ticket` is a child, duplicate or follow-up of `other`, or related to it. Raises Refused.

    The caller has fetched both through `visible_to`.
    """
    with transaction.atomic():
        rows = _locked(ticket, other)
        ticket, other = rows[ticket.pk], rows[other.pk]
        if ticket.pk == other.pk:
            raise Refused(_("A ticket cannot be linked to itself."))
        both_ways = Q(ticket=ticket, other=other) | Q(ticket=other, other=ticket)
        if Link.objects.filter(both_ways, kind=kind).exists():
            raise Refused(_("They are linked like this already."))
        if kind == LinkKind.CHILD:
            _may_be_child(ticket, other)
        made = Link.objects.create(kind=kind, ticket=ticket, other=other)
        _tell(made, rows, events.LINKED, by)
    return made


def unlink(found: Link, by: By) -> None:
    with transaction.atomic():
        rows = _locked(found.ticket, found.other)
        if not Link.objects.filter(pk=found.pk).exists():
            raise Refused(_("They are no longer linked."))
        _tell(found, rows, events.UNLINKED, by)
        Link.objects.filter(pk=found.pk).delete()


def follow_up(
    ticket: Ticket,
    parts: Sequence[Part],
    by: By,
    *,
    kind: LinkKind = LinkKind.FOLLOW_UP,
    insists: Collection[str] = (),
) -> list[Ticket]:
    """New internal tickets for this one's requester, linked to it as children or follow-ups. Nobody gets any mail
    unless a part `is_sent`; `insists` as in `reply`. Raises Refused, Guarded.
    """
    if not parts or len(parts) > MOST:
        raise Refused(_("Make at least one ticket, and at most %(n)s.") % {"n": MOST})
    with transaction.atomic():
        rows = _locked(ticket)
        ticket = rows[ticket.pk]
        made = []
        for part in parts:
            new = _made(ticket, part, by, insists)
            made.append(new)
            one = Link.objects.create(kind=kind, ticket=new, other=ticket)
            _tell(one, {**rows, new.pk: new}, events.LINKED, by)
    return made


def _may_be_child(ticket: Ticket, parent: Ticket) -> None:
    if Link.objects.filter(kind=LinkKind.CHILD, ticket=ticket).exists():
        raise Refused(_("#%(number)s has a parent already.") % {"number": ticket.number})
    if ticket.is_open and parent.status in FINISHED:
        raise Refused(_("#%(number)s is finished: reopen it before it gets open children.") % {"number": parent.number})
    above: int | None = parent.pk
    for _generation in range(DEEPEST):
        up = Link.objects.filter(kind=LinkKind.CHILD, ticket=above).select_related("other").first()
        above = (up.other.merged_into_id or up.other_id) if up else None
        if above is None:
            return
        if above == ticket.pk:
            raise Refused(_("#%(number)s is a parent of this ticket already.") % {"number": ticket.number})
    raise Refused(_("Children of children go no deeper here."))


def _locked(*tickets: Ticket) -> dict[int, Ticket]:
    found = Ticket.objects.select_for_update().filter(pk__in={ticket.pk for ticket in tickets}).order_by("pk")
    rows = {row.pk: row for row in found}
    if any(row.merged_into_id for row in rows.values()):
        raise Refused(_("A ticket that was merged is linked no more: take the one it was merged into."))
    return rows


def _tell(one: Link, rows: dict[int, Ticket], kind: str, by: By) -> None:
    for ticket in (rows[one.ticket_id], rows[one.other_id]):
        save(ticket)
        facts = {"ticket": [one.ticket_id, one.other_id], "link": [None, str(one.kind)]}
        record(ticket, kind, by, changes=facts)


def _made(ticket: Ticket, part: Part, by: By, insists: Collection[str]) -> Ticket:
    subject = one_line(part.subject, 500)
    if not subject:
        raise Refused(_("A ticket needs a subject."))
    if part.assignee is not None and not part.assignee.is_agent:
        raise Refused(_("Only an active agent can own a ticket."))
    at = by.at or timezone.now()
    inbox = part.inbox or ticket.inbox
    new = Ticket.objects.create(
        subject=subject,
        requester_id=ticket.requester_id,
        inbox=inbox,
        team_id=part.team.pk if part.team else inbox.team_id if part.inbox else ticket.team_id,
        language=ticket.language,
        **sorting_of(ticket),
        is_private=ticket.is_private,
        created_at=at,
        updated_at=at,
        last_message_at=at,
        next_step=Step.WORK,  # until words to the requester leave with it
        next_look_at=agenda.look_for(Step.WORK, at),
    )
    needs_like(new, ticket)
    # What a rule opened keeps the rule's name, so that no rule can go round by way of new tickets.
    opened = record(new, events.OPENED, by if by.person is None else replace(by, via="desk"))
    after = replace(by, cause=opened)
    if part.assignee is not None:
        change_owner(new, part.assignee, new.team, after)
    if part.is_sent:
        requester = ticket.requester
        to = [{"name": requester.name, "address": requester.address}] if requester.address else []
        words = Words(text=part.text, subject=subject, to=to)
        reply(new, words, after, seen=None, takes_over=False, insists=insists)
    elif part.text.strip():
        add_note(new, Words(text=part.text), after)
    new.refresh_from_db()
    return new
