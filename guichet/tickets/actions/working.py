"""What is to be done on a ticket, item by item, and the time that it took."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Person
from guichet.tickets import events
from guichet.tickets.actions.words import Refused, locked, save
from guichet.tickets.events import By, record
from guichet.tickets.models import ChecklistItem, Ticket, TimeSpent

MOST_ITEMS = 200
MOST_MINUTES = 60 * 24 * 31


def add_items(
    ticket: Ticket, words: Sequence[str], by: By, *, is_needed: bool = False, owner: Person | None = None,
    place: int | None = None,
) -> list[ChecklistItem]:  # fmt: skip
    """At the end of the checklist, or at a place that was left free. Raises Refused for none, or too many."""
    lines = [line for one in words if (line := one_line(one, 300))]
    if not lines:
        raise Refused(_("Write what is to be done."))
    if owner is not None and not owner.is_agent:
        raise Refused(_("Only an active agent can own an item."))
    with transaction.atomic():
        ticket = locked(ticket)
        if ticket.checklist.count() + len(lines) > MOST_ITEMS:
            raise Refused(_("A checklist has at most %(n)s items.") % {"n": MOST_ITEMS})
        last = (ticket.checklist.aggregate(last=Max("place"))["last"] or 0) if place is None else place - 1
        made = ChecklistItem.objects.bulk_create(
            ChecklistItem(ticket=ticket, words=line, place=last + number, is_needed=is_needed, owner=owner)
            for number, line in enumerate(lines, 1)
        )
        _tell(ticket, by, "added", 0, len(made))
    return made


def set_done(item: ChecklistItem, is_done: bool, by: By) -> None:
    with transaction.atomic():
        ticket, item = _both(item)
        if (item.done_at is not None) == is_done:
            return
        item.done_at, item.done_by = (timezone.now(), by.person) if is_done else (None, None)
        item.save(update_fields=["done_at", "done_by"])
        save(ticket)
        record(ticket, events.CHECKED, by, changes={"item": [None, item.pk], "done": [not is_done, is_done]})


def change_item(item: ChecklistItem, words: str, owner: Person | None, is_needed: bool, by: By) -> None:
    line = one_line(words, 300)
    if not line:
        raise Refused(_("Write what is to be done."))
    with transaction.atomic():
        ticket, item = _both(item)
        item.words, item.owner, item.is_needed = line, owner, is_needed
        item.save(update_fields=["words", "owner", "is_needed"])
        _tell(ticket, by, "changed", 0, 1)


def move_item(item: ChecklistItem, steps: int, by: By) -> None:
    """Up (less than 0) or down the list."""
    with transaction.atomic():
        ticket, item = _both(item)
        rows = list(ticket.checklist.all())
        at = [row.pk for row in rows].index(item.pk)
        rows.insert(max(0, min(len(rows) - 1, at + steps)), rows.pop(at))
        for place, row in enumerate(rows, 1):
            row.place = place
        ChecklistItem.objects.bulk_update(rows, ["place"])
        save(ticket)


def remove_item(item: ChecklistItem, by: By) -> dict[str, Any]:
    """What it was, for `restore_item`."""
    with transaction.atomic():
        ticket, item = _both(item)
        was = {"words": item.words, "place": item.place, "owner": item.owner_id, "is_needed": item.is_needed}
        item.delete()
        _tell(ticket, by, "removed", 1, 0)
    return was


def undone_items(ticket: Ticket) -> list[ChecklistItem]:
    """What must be done before the ticket is resolved, and is not."""
    return list(ticket.checklist.filter(is_needed=True, done_at=None))


def start_clock(ticket: Ticket, person: Person, by: By) -> TimeSpent:
    """Raises Refused where this person's clock runs on the ticket already."""
    with transaction.atomic():
        ticket = locked(ticket)
        if ticket.times.filter(person=person, minutes=None, removed_at=None).exists():
            raise Refused(_("Your clock runs already."))
        save(ticket)
        return TimeSpent.objects.create(ticket=ticket, person=person, at=by.at or timezone.now())


def stop_clock(ticket: Ticket, person: Person, by: By, *, note: str = "") -> TimeSpent:
    """The minutes since it was started, rounded up. Raises Refused where none runs."""
    with transaction.atomic():
        ticket = locked(ticket)
        found = ticket.times.filter(person=person, minutes=None, removed_at=None).first()
        if found is None:
            raise Refused(_("Your clock does not run."))
        seconds = ((by.at or timezone.now()) - found.at).total_seconds()
        found.minutes, found.note = max(1, min(MOST_MINUTES, -int(-seconds // 60))), one_line(note, 300)
        found.save(update_fields=["minutes", "note"])
        _tell_time(ticket, by, found, None, found.minutes)
    return found


def spend(ticket: Ticket, minutes: int, by: By, *, note: str = "") -> TimeSpent:
    """Raises Refused for no time, or more than a month."""
    _sensible(minutes)
    assert by.person is not None
    with transaction.atomic():
        ticket = locked(ticket)
        at = by.at or timezone.now()
        made = TimeSpent.objects.create(
            ticket=ticket, person=by.person, at=at, minutes=minutes, note=one_line(note, 300)
        )
        _tell_time(ticket, by, made, None, minutes)
    return made


def change_time(spent: TimeSpent, minutes: int, by: By, *, note: str) -> None:
    """Only one's own. Raises Refused."""
    _sensible(minutes)
    with transaction.atomic():
        ticket, spent = _own(spent, by)
        before, spent.minutes, spent.note = spent.minutes, minutes, one_line(note, 300)
        spent.save(update_fields=["minutes", "note"])
        _tell_time(ticket, by, spent, before, minutes)


def remove_time(spent: TimeSpent, by: By, *, is_removed: bool = True) -> None:
    """Only one's own; or put it back. The row stays, and so does what the log says of it. Raises Refused."""
    with transaction.atomic():
        ticket, spent = _own(spent, by)
        if (spent.removed_at is not None) == is_removed:
            return
        spent.removed_at = timezone.now() if is_removed else None
        spent.save(update_fields=["removed_at"])
        pair = (spent.minutes, None) if is_removed else (None, spent.minutes)
        _tell_time(ticket, by, spent, *pair)


def _sensible(minutes: int) -> None:
    if not 0 < minutes <= MOST_MINUTES:
        raise Refused(_("Write a time of at least one minute and at most a month."))


def _own(spent: TimeSpent, by: By) -> tuple[Ticket, TimeSpent]:
    ticket = locked(spent.ticket)
    found = TimeSpent.objects.select_for_update().get(pk=spent.pk)
    if by.person is None or found.person_id != by.person.pk:
        raise Refused(_("Only who spent this time can change it."))
    return ticket, found


def _both(item: ChecklistItem) -> tuple[Ticket, ChecklistItem]:
    ticket = locked(item.ticket)
    found = ChecklistItem.objects.filter(pk=item.pk).first()
    if found is None:
        raise Refused(_("This item is no longer there."))
    return ticket, found


def _tell(ticket: Ticket, by: By, what: str, was: int, now: int) -> None:
    save(ticket)
    record(ticket, events.CHECKLIST_CHANGED, by, changes={what: [was, now]})


def _tell_time(ticket: Ticket, by: By, spent: TimeSpent, was: int | None, now: int | None) -> None:
    save(ticket)
    record(ticket, events.TIME_SPENT, by, changes={"minutes": [was, now], "time": [None, spent.pk]})
