"""The log's vocabulary: the heart's event kinds, and `record`. What is said of each stands in `sentences`.

An event names facts and ids, never prose, so that redaction touches messages and not history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from guichet.people.models import Person
from guichet.tickets.models import Event, Message, Ticket

BELL = "guichet"  # the one NOTIFY channel; payloads are "ticket:<id>" and "parcel"
LIVE = "guichet_live"  # for open browsers alone, so that no worker wakes: "notice:<person>", and who is where


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, through which door ("desk", "email", "rule:12", "system"), because of which event, and when.

    `at` is for what happened elsewhere or long ago (imports, the demo desk); empty means now.
    """

    person: Person | None = None
    via: str = "system"
    cause: Event | None = None
    is_quiet: bool = False  # imported history: recorded, followed by nobody
    at: datetime | None = None


OPENED = "ticket.opened"
ASSIGNED = "ticket.assigned"
STATUS_CHANGED = "ticket.status_changed"
PRIORITY_CHANGED = "ticket.priority_changed"
SUBJECT_CHANGED = "ticket.subject_changed"
REQUESTER_CHANGED = "ticket.requester_changed"  # changes {"requester": [who it was, who it is]}
MADE_PRIVATE = "ticket.made_private"  # changes {"private": [was, is]}
TAGGED = "ticket.tagged"
MOVED = "ticket.moved"
RECEIVED = "message.received"
WRITTEN = "message.written"
NOTED = "message.noted"
SENT = "message.sent"
FAILED = "message.failed"
UNCERTAIN = "message.uncertain"
RETRIED = "message.retried"
WITHDRAWN = "message.withdrawn"
HELD = "message.held"
INSISTED = "message.insisted"  # sent past a warning; changes {"unseen": [0, n], "findings": [[], keys]}
RELEASED = "message.released"  # changes {"release": [author, who released it]} where four eyes were asked for
NOT_RELEASED = "message.not_released"  # given back to its author; a note says why
EDITED = "message.edited"  # by whoever releases it
RESCHEDULED = "message.rescheduled"
FOLDED = "message.folded"
THANKED = "message.thanked"
ACCEPTED = "message.accepted"
SET_APART = "message.set_apart"
KEPT = "message.kept"  # changes {"kept": [was, is], "suggested": [ticket, ticket]}
LEFT = "message.left"  # the messages of a ticket went elsewhere; changes {"ticket": [this one, where they are]}
JOINED = "message.joined"  # changes {"ticket": [where it was, here], "side": [None, the talk it joined]}
SPLIT = "ticket.split"  # changes {"ticket": [this one, the new one]}
SPLIT_OFF = "ticket.split_off"  # changes {"ticket": [where it was, this one], "side": [the talk it was in, None]}
MERGED = "ticket.merged"  # changes {"ticket": [this one, where its words are], "regrouping": [None, the act]}
TOOK_IN = "ticket.took_in"  # changes {"ticket": [the merged one, this one], …}
UNMERGED = "ticket.unmerged"  # on both; changes {"ticket": [where the words were, where they are again], …}
GAVE_AWAY = "message.gave_away"  # changes {"ticket": [this one, another], "messages": [0, how many], …}
PUT_BACK = "message.put_back"  # changes {"ticket": [where they were, this one], "messages": [0, how many], …}
LINKED = "ticket.linked"  # on both; changes {"ticket": [the child, its parent], "link": [None, "child"]}
UNLINKED = "ticket.unlinked"
CHECKED = "checklist.checked"  # changes {"item": [None, id], "done": [was, is]}
CHECKLIST_CHANGED = "checklist.changed"  # changes {"added" | "changed" | "removed": [was, is]}, in items
TIME_SPENT = "time.spent"  # changes {"minutes": [was, is], "time": [None, id]}
TYPE_CHANGED = "ticket.type_changed"  # changes {"type": [was, is]}
EXTRA_CHANGED = "ticket.extra_changed"  # changes {"fields": [[], keys], "extra.KEY": [was, is] where it is no prose}
CATEGORY_CHANGED = "ticket.category_changed"  # changes {"category": [was, is]}
SEVERITY_CHANGED = "ticket.severity_changed"  # changes {"impact" | "urgency": [was, is]}
LANGUAGE_CHANGED = "ticket.language_changed"  # changes {"language": [was, is]}
SITE_CHANGED = "ticket.site_changed"
NEEDS_CHANGED = "ticket.needs_changed"  # changes {"needs": [was, is]}, each {id of a skill: least level}
FINISHED_ANYWAY = "ticket.finished_anyway"  # changes {"children": [0, how many were open]}
SIDE_OPENED = "side.opened"
PLANNED = "ticket.planned"  # changes {"step": [was, is], "look": [was, is]}
SNOOZED = "ticket.snoozed"  # changes {"until": [was, is]}; without an end it is awake again
RETURNED = (
    "ticket.returned"  # to the dispatcher; changes {"why": [was, is], "assignee": [was, is], "agenda": [was, None]}
)
GIVEN_BACK = "ticket.given_back"  # the reverse; changes {"why": [was, None]}
DRAFT_SHARED = "draft.shared"
DRAFT_TAKEN = "draft.taken"  # changes {"drafter": [whose it was, whose it is]}
FOLLOWED = "ticket.followed"  # changes {"follower": [None, who follows now]}
DUE_SET = "ticket.due_set"  # changes {"due": [was, is]}: a deadline that somebody sets
PROMISED = "ticket.promised"  # changes {"promise": [was, is]}: until when the customer was told that an answer comes
UNFOLLOWED = "ticket.unfollowed"  # changes {"follower": [who does no longer, None]}
NOTIFIED = "ticket.notified"  # changes {"people": [[], ids], "teams": [[], ids]}

# Kinds that carry new words: a reply written without having seen them is stale.
WORDS = (OPENED, RECEIVED, WRITTEN, NOTED)
REGROUPED = (LEFT, SPLIT, MERGED, UNMERGED, GAVE_AWAY, PUT_BACK)
NEWS = (*WORDS, ACCEPTED, JOINED, TOOK_IN, PUT_BACK)
# Kinds that say anew what is next.
AGENDA = (RECEIVED, WRITTEN, ACCEPTED, JOINED, PLANNED, SNOOZED, RETURNED, GIVEN_BACK)


def event_of(
    ticket: Ticket,
    kind: str,
    by: By,
    *,
    message: Message | None = None,
    changes: Mapping[str, list[Any]] | None = None,
    at: datetime | None = None,
) -> Event:
    """An event as it stands in the log, not yet written."""
    return Event(
        at=at or by.at or timezone.now(),
        ticket=ticket,
        kind=kind,
        version=ticket.version,
        actor=by.person,
        via=by.via,
        cause=by.cause,
        message=message,
        changes=dict(changes or {}),
        is_quiet=by.is_quiet,
    )


def record(ticket: Ticket, kind: str, by: By, **facts: Any) -> Event:
    """Append one event (facts as in `event_of`) within the caller's transaction; a trigger rings the bell with it."""
    event = event_of(ticket, kind, by, **facts)
    event.save(force_insert=True)
    return event
