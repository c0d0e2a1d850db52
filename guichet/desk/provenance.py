"""Where a mail came from, who vouches for it, and what may be done about it: in words, calm unless it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from guichet.people.models import Person
from guichet.tickets import events as log
from guichet.tickets import topics
from guichet.tickets.belief import refusal_words, seal_words, trust_words
from guichet.tickets.models import Event, Grouping, Message, MessageKind, Regrouping, Ticket

_LINKED = (
    log.JOINED, log.LEFT, log.SPLIT, log.SPLIT_OFF, log.MERGED, log.TOOK_IN, log.UNMERGED, log.GAVE_AWAY, log.PUT_BACK,
    log.LINKED, log.UNLINKED,
)  # fmt: skip


@dataclass
class About:
    """What stands under "About this mail"."""

    sender: str
    sign: str  # an icon: nothing to say, proved, refused
    facts: list[str] = field(default_factory=list)  # sentences, the most important first
    checks: list[tuple[str, str]] = field(default_factory=list)  # for those who know the names: SPF, DKIM, DMARC
    copied: str = ""
    ledger_url: str = ""


@dataclass
class Alarm:
    """What must be seen before the words are believed: "error" or "warning", and a sentence."""

    level: str
    words: str


def describe(messages: Sequence[Message], events: Sequence[Event], ticket: Ticket, person: Person) -> None:
    """Give each message `about`, `alarms`, `suggests` and `offers_split`, and each event its `link`: two queries.

    A ticket is named only to whoever may see it: a suggestion must not become a keyhole.
    """
    moved = {event.pk: _other(event, ticket) for event in events if event.kind in _LINKED}
    wanted = {*moved.values(), *(message.suggested_id for message in messages)} - {None}
    seen = Ticket.objects.visible_to(person).in_bulk(wanted) if wanted else {}
    undoable = _undoable(events, person)
    for event in events:
        shown: Any = event
        shown.link = seen.get(moved.get(event.pk))
        shown.act = undoable.get(event.changes.get("regrouping", [0, 0])[1] or 0)
    kept = {event.message_id: event.changes["kept"][1] for event in events if event.kind == log.KEPT}
    subject = ticket.subject
    for place, message in enumerate(messages):
        decorated: Any = message
        decorated.about, decorated.alarms = None, []
        decorated.suggests, decorated.offers_split = None, False
        decorated.is_alone = len(messages) == 1
        decorated.has_later = place + 1 < len(messages)
        if message.kind == MessageKind.INBOUND:
            decorated.about = _about(message, person)
            decorated.alarms = _alarms(message)
            decorated.suggests = seen.get(message.suggested_id) if message.suggested_id else None
            is_new = place > 0 and not message.auto and message.is_verified and message.side_id is None
            decorated.offers_split = is_new and not kept.get(message.pk) and topics.changed(subject, message.subject)
        if message.side_id is None and message.subject and not message.auto:
            subject = message.subject


def _undoable(events: Sequence[Event], person: Person) -> dict[int, int]:
    """Which merges, splits and moves that these events tell of can still be taken back."""
    told = (log.TOOK_IN, log.MERGED, log.JOINED, log.LEFT, log.SPLIT, log.SPLIT_OFF, log.GAVE_AWAY)
    ids = {event.changes["regrouping"][1] for event in events if event.kind in told and "regrouping" in event.changes}
    if not ids:
        return {}
    acts = Regrouping.objects.visible_to(person).active().filter(pk__in=ids).exclude(kind=Grouping.LEAD)
    return {pk: pk for pk in acts.values_list("pk", flat=True)}


def _other(event: Event, ticket: Ticket) -> int | None:
    return next((pk for pk in event.changes.get("ticket", ()) if pk != ticket.pk), None)


def _about(message: Message, person: Person) -> About:
    verdict = message.trust.get("verdict", "")
    sign = {"pass": "shield-check", "fail": "shield-alert"}.get(verdict, "info")
    about = About(f"{message.from_name} <{message.from_address}>".strip(), sign)
    about.facts = [trust_words(message.trust), *(seal_words(seal) for seal in message.seals), *_automatic(message)]
    about.checks = [
        (name.upper(), str(message.trust[name])) for name in ("spf", "dkim", "dmarc") if message.trust.get(name)
    ]
    if about.checks and message.trust.get("by"):
        about.checks.append((_("Checked by"), str(message.trust["by"])))
    about.copied = ", ".join(entry.get("address", "") for entry in message.cc[:20])
    about.ledger_url = _ledger_url(message) if person.is_admin else ""
    return about


def _ledger_url(message: Message) -> str:
    try:
        return reverse("channels:mail_of_message", args=[message.pk])
    except NoReverseMatch:
        return ""


def _automatic(message: Message) -> list[str]:
    kinds = {
        "auto-reply": _("An automatic reply: it reopens nothing and is never answered automatically."),
        "auto-generated": _("Written by a machine: it reopens nothing and is never answered automatically."),
        "list": _("It came through a mailing list: it is never answered automatically."),
        "bulk": _("Mail to many: it is never answered automatically."),
    }
    return [kinds[message.auto]] if message.auto in kinds else []


def _alarms(message: Message) -> list[Alarm]:
    found: list[Alarm] = []
    verdict = message.trust.get("verdict", "")
    if verdict == "fail":
        found.append(Alarm("error", refusal_words(message.trust)))
    elif message.author is not None and message.author.is_agent and verdict != "pass":
        words = _(
            "This comes from the address of %(name)s, who works here, but nothing proves that he or she wrote it."
        )
        found.append(Alarm("warning", words % {"name": message.author}))
    for seal in message.seals:
        if (seal.get("what"), seal.get("state")) == ("signed", "invalid"):
            found.append(Alarm("error", seal_words(seal)))
        elif (seal.get("what"), seal.get("state")) == ("encrypted", "unreadable"):
            found.append(Alarm("warning", seal_words(seal)))
    return found
