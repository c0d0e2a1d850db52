"""Drafts: kept while they are written, handed to the team, taken over, and gone with the message they become.

Keeping one is no event: it is nobody's business but its writer's until he hands it over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.people.models import Person
from guichet.tickets import events
from guichet.tickets.actions.words import FileRef, Refused, locked, save
from guichet.tickets.events import By, record
from guichet.tickets.models import Draft, Impact, Message, Panel, Ticket, Urgency

DISCARDED_FOR = timedelta(days=30)  # so long it can be brought back
PARTS = 20


class DraftMoved(Exception):
    """The draft was changed elsewhere since: nothing was overwritten. `draft` is what stands there now, if anything."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__("the draft was changed elsewhere")
        self.draft = draft


@dataclass(frozen=True, slots=True)
class DraftWords:
    text: str = ""
    html: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    alias: str = ""
    subject: str = ""
    category_id: int | None = None
    impact: Impact | None = None
    urgency: Urgency | None = None
    answers_id: int | None = None
    files: Sequence[FileRef] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.html or self.files)


def keep_draft(ticket: Ticket, person: Person, panel: str, words: DraftWords, *, seen: int) -> Draft | None:
    """What somebody has written so far; nothing is kept of empty words. `seen` is the version last known, 0 for none.

    Raises DraftMoved if another device was quicker.
    """
    return _keep(Draft(ticket=ticket, person=person, panel=panel, version=0), words, seen)


def keep_new(person: Person, words: DraftWords, pk: int, *, seen: int) -> Draft | None:
    """The same for a ticket that is yet to be opened; `pk` is the draft's, 0 for one that begins."""
    return _keep(Draft(pk=pk or None, person=person, panel=Panel.NEW, version=0), words, seen)


def _place(draft: Draft) -> QuerySet[Draft]:
    """What its writer has there, unsent: one draft at most."""
    own = Draft.objects.own(draft.person).filter(panel=draft.panel)
    return own.filter(ticket=draft.ticket) if draft.ticket else own.filter(ticket=None, pk=draft.pk or 0)


def _keep(draft: Draft, words: DraftWords, seen: int) -> Draft | None:
    fields: dict[str, Any] = {name: getattr(words, name) for name in words.__slots__ if name != "files"}
    fields |= {"files": [asdict(file) for file in words.files], "updated_at": timezone.now()}
    with transaction.atomic():
        found = _place(draft).select_for_update().first()
        if (found.version if found else 0) != seen:
            raise DraftMoved(found)
        if words.is_empty:
            if found is not None:
                _end(found)
            return None
        draft.pk = None
        draft = found or draft
        for name, value in fields.items():
            setattr(draft, name, value)
        draft.version += 1
        try:
            with transaction.atomic():
                draft.save()
        except IntegrityError as quicker:  # both devices began at the same moment
            raise DraftMoved(_place(draft).first()) from quicker
    return draft


def finish_draft(ticket: Ticket, person: Person, panel: str, message: Message, *, seen: int | None) -> Draft | None:
    """The words were sent. A draft that went through several hands stays with its message, to tell who wrote what.

    `seen` is the version of the draft that the sender knew. What another device wrote since, and what he never saw,
    stays a draft unless those words went out too: it is given back.
    """
    draft = Draft.objects.own(person).filter(ticket=ticket, panel=panel).select_for_update().first()
    return None if draft is None else _finish(draft, message, seen)


def finish_new(person: Person, pk: int, message: Message, *, seen: int | None) -> None:
    """The same for the first words of a ticket of our own."""
    draft = Draft.objects.own(person).filter(ticket=None, pk=pk).select_for_update().first()
    if draft is not None:
        _finish(draft, message, seen)


def _finish(draft: Draft, message: Message, seen: int | None) -> Draft | None:
    if not (seen is not None and draft.version <= seen) and not _went_out(draft, message):
        return draft
    if draft.parts:
        draft.message = message
        draft.save(update_fields=["message"])
    else:
        draft.delete()
    return None


def _went_out(draft: Draft, message: Message) -> bool:
    """Whether all that stands in the draft stands in the message too."""
    sent = {file.digest for file in message.attachments.all()}
    words = " ".join(draft.text.split())
    return words in " ".join(message.text.split()) and all(file["digest"] in sent for file in draft.files)


def share_draft(draft: Draft, by: By) -> None:
    """Into the team's hands: each who sees the ticket may take it over."""
    assert draft.ticket is not None
    with transaction.atomic():
        ticket = locked(draft.ticket)
        found = Draft.objects.own(draft.person).select_for_update(of=("self",)).filter(pk=draft.pk).first()
        if found is None:  # sent, emptied or handed over from another window
            raise Refused(_("This draft is no longer yours to hand over."))
        draft = found
        draft.shared_at = timezone.now()
        draft.parts = [*draft.parts, _part(draft)][-PARTS:]
        draft.save(update_fields=["shared_at", "parts"])
        save(ticket)
        record(ticket, events.DRAFT_SHARED, by)


def take_draft(draft: Draft, by: By) -> Draft:
    """A shared draft goes on in another hand. Raises Refused if another was quicker, or has begun one of his own."""
    assert by.person is not None
    assert draft.ticket is not None
    with transaction.atomic():
        ticket = locked(draft.ticket)
        draft = Draft.objects.select_for_update(of=("self",)).select_related("person").get(pk=draft.pk)
        if draft.shared_at is None or draft.message_id is not None or draft.discarded_at is not None:
            raise Refused(_("Somebody else took this draft over."))
        if Draft.objects.own(by.person).filter(ticket=ticket, panel=draft.panel).exists():
            raise Refused(_("You have begun an answer of your own here: send it or empty its box first."))
        before, draft.person, draft.shared_at = draft.person, by.person, None
        draft.version += 1
        draft.save(update_fields=["person", "shared_at", "version"])
        save(ticket)
        record(ticket, events.DRAFT_TAKEN, by, changes={"drafter": [before.pk, by.person.pk]})
    return draft


def discard_draft(draft: Draft) -> None:
    """Raises Refused where it was sent or is in other hands meanwhile."""
    with transaction.atomic():
        found = _still(draft)
        found.discarded_at = timezone.now()
        found.version += 1
        found.save(update_fields=["discarded_at", "version"])
        Draft.objects.filter(person=found.person_id, discarded_at__lt=timezone.now() - DISCARDED_FOR).delete()


def bring_draft_back(draft: Draft) -> None:
    """Raises Refused where its place is taken."""
    with transaction.atomic():
        found = _still(draft)
        taken = Draft.objects.own(found.person).filter(ticket=found.ticket_id, panel=found.panel)
        if found.ticket_id is not None and found.shared_at is None and taken.exists():
            raise Refused(_("You have begun an answer of your own here: send it or empty its box first."))
        found.discarded_at = None
        found.version += 1
        found.save(update_fields=["discarded_at", "version"])


def _still(draft: Draft) -> Draft:
    """The draft, locked, if it is its writer's and not sent. Raises Refused."""
    rows = Draft.objects.select_for_update(of=("self",)).select_related("person")
    found = rows.filter(pk=draft.pk, person=draft.person_id, message=None).first()
    if found is None:
        raise Refused(_("This draft was sent, or somebody else took it over."))
    return found


def _end(draft: Draft) -> None:
    """Emptied by its writer: what others wrote into it before is not thrown away with it."""
    if draft.parts:
        discard_draft(draft)
    else:
        draft.delete()


def _part(draft: Draft) -> dict[str, Any]:
    return {"person": draft.person_id, "at": timezone.now().isoformat(timespec="seconds"), "text": draft.text}
