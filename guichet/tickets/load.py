"""How much somebody has to do: open work, weighed by priority and by the inbox it came through; and how many tickets
somebody has at most, of one inbox or of all inboxes of a channel together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.expressions import CombinedExpression

from guichet.people.capacity import capacities
from guichet.tickets.models import ChannelMost, Inbox, Priority, Status, Ticket
from guichet.tickets.models.ticket import TicketQuerySet

WEIGHTS = {Priority.CRITICAL: 3, Priority.HIGH: 2}  # all others 1


def weight_of(ticket: Ticket) -> int:
    return WEIGHTS.get(Priority(ticket.priority), 1) * ticket.inbox.weight


def weight() -> CombinedExpression:
    """Of each ticket of a query."""
    whens = (When(priority=priority, then=Value(weight)) for priority, weight in WEIGHTS.items())
    return Case(*whens, default=Value(1), output_field=IntegerField()) * F("inbox__weight")


def loads_of(people: Iterable[int]) -> dict[int, int]:
    """By person; what waits for somebody else or is asleep weighs nothing."""
    rows = _in_work(people).values("assignee").annotate(load=Sum(weight()))
    return dict(rows.values_list("assignee", "load"))


def _in_work(people: Iterable[int]) -> TicketQuerySet:
    rows = Ticket.objects.open().awake().exclude(status=Status.PENDING)
    return rows.filter(assignee__in=list(people)).order_by()


def weigh(inboxes: Mapping[Inbox, int]) -> None:
    """What a ticket of each of these weighs from now on."""
    for inbox, weight in inboxes.items():
        if inbox.weight != weight:
            Inbox.objects.filter(pk=inbox.pk).update(weight=weight)


# An inbox by its number, or by its kind the channel that it and others belong to.
Place = int | str


@dataclass(frozen=True)
class Room:
    """Of at most `most` tickets somebody has `held`; `is_shared`: of all inboxes of a channel together."""

    most: int | None = None
    held: int = 0
    is_shared: bool = False


@dataclass(frozen=True)
class Mosts:
    """How many tickets of a place somebody has at most, by (place, person); by (place, None) everybody else.

    `kinds` are the channels of those inboxes whose channel has a most.
    """

    by_whom: Mapping[tuple[Place, int | None], int] = field(default_factory=dict)
    kinds: Mapping[int, str] = field(default_factory=dict)

    def of(self, place: Place, person: int) -> int | None:
        own = self.by_whom.get((place, person))
        return own if own is not None else self.by_whom.get((place, None))

    def room(self, inbox: int, person: int, held: Callable[[Place], int]) -> Room:
        """That of the two which is nearer to its end: of this inbox, and of all of its channel."""
        places: list[Place] = [inbox, *([self.kinds[inbox]] if inbox in self.kinds else [])]
        rooms = [
            Room(most, held(place), isinstance(place, str))
            for place in places if (most := self.of(place, person)) is not None
        ]  # fmt: skip
        return min(rooms, key=lambda room: (room.most or 0) - room.held, default=Room())


def mosts_of(inboxes: Iterable[int]) -> Mosts:
    """Two queries where there is a most of a whole channel, else one."""
    pks = set(inboxes)
    rows = list(ChannelMost.objects.filter(Q(inbox__in=pks) | Q(inbox=None))) if pks else []
    by_whom = {(one.inbox_id or one.channel, one.person_id): one.most for one in rows}
    shared = {one.channel for one in rows if one.channel}
    kinds = Inbox.objects.filter(pk__in=pks, channel__in=shared).values_list("pk", "channel") if shared else ()
    return Mosts(by_whom, dict(kinds))


def held_of(people: Iterable[int], mosts: Mosts) -> dict[tuple[Place, int], int]:
    """How many tickets in work each has, by (place, person); nothing is asked where nothing has a most."""
    places = {place for place, _person in mosts.by_whom}
    if not places:
        return {}
    inboxes, kinds = {one for one in places if isinstance(one, int)}, set(mosts.kinds.values())
    rows = _in_work(people).filter(Q(inbox__in=inboxes) | Q(inbox__channel__in=kinds))
    found: Counter[tuple[Place, int]] = Counter()
    for inbox, kind, person, held in rows.values_list("inbox", "inbox__channel", "assignee").annotate(n=Count("pk")):
        found[inbox, person] += held
        found[kind, person] += held
    return found


def has_room(person: int, ticket: Ticket) -> bool:
    """Whether one ticket more is not too much for them. The last may weigh more than what is left."""
    capacity = capacities([(ticket.team_id, person)])[ticket.team_id, person]
    if capacity is not None and loads_of([person]).get(person, 0) >= capacity:
        return False
    mosts = mosts_of([ticket.inbox_id])
    held = held_of([person], mosts)
    room = mosts.room(ticket.inbox_id, person, lambda place: held.get((place, person), 0))
    return room.most is None or room.held < room.most


def limit(mosts: Mapping[tuple[Inbox | str, int | None], int | None]) -> None:
    """At most so many from now on, by (inbox or channel, person); None is no limit of this kind."""
    rows: dict[tuple[int | None, str, int | None], int | None] = {
        (None, place, person) if isinstance(place, str) else (place.pk, "", person): most
        for (place, person), most in mosts.items()
    }  # fmt: skip
    inboxes, kinds = {inbox for inbox, _k, _p in rows}, {kind for _i, kind, _p in rows if kind}
    known = ChannelMost.objects.filter(Q(inbox__in=inboxes - {None}) | Q(channel__in=kinds))
    with transaction.atomic():
        gone = [one.pk for one in known if rows.get((one.inbox_id, one.channel, one.person_id), one.most) is None]
        ChannelMost.objects.filter(pk__in=gone).delete()
        ChannelMost.objects.bulk_create(
            [ChannelMost(inbox_id=inbox, channel=kind, person_id=person, most=most)
             for (inbox, kind, person), most in rows.items() if most is not None],
            update_conflicts=True, unique_fields=["inbox", "channel", "person"], update_fields=["most"],
        )  # fmt: skip
