"""The work of whoever is away: given to others as the absence begins, and taken back when they are here again.

`hand_on_absent` costs what has just begun, two may run at once, and after a day of downtime each absence hands its
tickets on once, late.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.failpoints import hit
from guichet.people.models import Absence, Person
from guichet.tickets.actions.dispatching import take_back_assignment
from guichet.tickets.actions.returning import BATCH, absences_of, leave_absent, try_each
from guichet.tickets.actions.words import Refused, change_owner, locked
from guichet.tickets.agenda import WAITING
from guichet.tickets.events import By
from guichet.tickets.models import OPEN_STATUSES, HandedOn, Message, MessageKind, Status, Ticket
from guichet.tickets.models.ticket import TicketQuerySet


def hand_on_absent(limit: int = BATCH) -> int:
    """What those who have just gone would have to do goes where their teams want it; how many tickets went.

    What waits for somebody else, or sleeps, stays with them until it is due or the customer writes.
    """
    count = 0
    while True:
        with transaction.atomic():
            absence = _begun()
            if absence is None:
                return count
            needing = _needing(absence.person)
            urgent = needing.order_by("priority", "pk").values("pk")[:limit]
            rows = list(needing.filter(pk__in=urgent).select_for_update(of=("self",)).order_by("pk"))
            rows.sort(key=lambda ticket: ticket.priority)  # whoever stands in may not have room for all
            absences = absences_of({absence.person_id})
            count += sum(try_each(leave_absent, ticket, absences) for ticket in rows)
            hit("absence.before_mark")
            if len(rows) < limit:
                Absence.objects.filter(pk=absence.pk).update(handed_at=timezone.now())
        if len(rows) == limit:
            return count  # the rest with the next round, so that no transaction is long


def _begun() -> Absence | None:
    rows = Absence.objects.select_for_update(of=("self",), skip_locked=True).select_related("person")
    return rows.at(timezone.now()).filter(handed_at=None).order_by("begins_at", "pk").first()


def _needing(person: Person) -> TicketQuerySet:
    """What this person would have to do now."""
    mine = Ticket.objects.open().awake().filter(assignee=person).exclude(status=Status.PENDING)
    return mine.exclude(next_step__in=WAITING).select_related("assignee", "team")


def needing(person: Person, *, by: Person) -> int:
    """How many tickets that `by` sees would go to others if this person were away from now on."""
    return _needing(person).visible_to(by).count()


def left_behind(person: Person, *, by: Person) -> TicketQuerySet:
    """Of the tickets that went to others while `person` was away, those that `by` sees, that are open and that others
    still have; once the absence is over."""
    now = timezone.now()
    over = HandedOn.objects.filter(absence__person=person, absence__ends_at__lte=now, settled_at=None)
    visible = Ticket.objects.visible_to(by).open().filter(pk__in=over.values("ticket"), merged_into=None)
    said = Message.objects.filter(ticket=OuterRef("pk"), kind=MessageKind.OUTBOUND, author__isnull=False)
    since = over.filter(ticket=OuterRef("ticket")).order_by("-at").values("at")[:1]
    answered = Exists(said.exclude(author=person).filter(at__gt=Subquery(since)))
    return visible.exclude(assignee=person).annotate(is_answered=answered)


def take_back_work(person: Person, tickets: Iterable[Ticket], by: By) -> int:
    """These of `left_behind` are theirs again, and the rest stays where it is; how many. Raises Refused."""
    if not person.is_agent:
        raise Refused(_("Only an active agent can own a ticket."))
    count = 0
    with transaction.atomic():
        for each in sorted(tickets, key=lambda ticket: ticket.pk):
            ticket = locked(each)
            if ticket.status in OPEN_STATUSES and ticket.assignee_id != person.pk:
                change_owner(ticket, person, ticket.team, by)
                count += 1
        over = HandedOn.objects.filter(absence__person=person, absence__ends_at__lte=timezone.now(), settled_at=None)
        over.update(settled_at=timezone.now())
    return count


def leave_work(person: Person, tickets: Iterable[Ticket], by: By) -> int:
    """The reverse of `take_back_work`: with whoever had them before, and offered again; how many. Where somebody
    has assigned one anew meanwhile it stays."""
    count = 0
    taken = HandedOn.objects.filter(absence__person=person, settled_at__isnull=False).values("ticket")
    pks = [ticket.pk for ticket in tickets]
    for ticket in Ticket.objects.filter(pk__in=pks, assignee=person).filter(pk__in=taken).order_by("pk"):
        with transaction.atomic():
            try:
                take_back_assignment(ticket, by)
            except Refused:
                continue
            HandedOn.objects.filter(absence__person=person, ticket=ticket).update(settled_at=None)
            count += 1
    return count
