"""What the timeline says of each event, in the reader's language: facts and ids become a sentence only here.

Those of the heart go on from the name of whoever acted ("Ana took this over"), but for the whole sentences of WHOLE;
what other rooms tell is always a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from guichet.people.models import Language
from guichet.tickets import events
from guichet.tickets.guard.sentences import labels
from guichet.tickets.models import Event, Impact, Priority, Return, Status, Step, Urgency


@dataclass(frozen=True)
class Names:
    """The names a page of sentences needs, fetched with two queries whatever its length."""

    people: Mapping[int, str]
    teams: Mapping[int, str]
    inboxes: Mapping[int, str]
    fields: Mapping[str, str] = field(default_factory=dict)  # of extra fields, by key
    vias: Mapping[str, str] = field(default_factory=dict)  # of what acts by itself
    categories: Mapping[int, str] = field(default_factory=dict)
    skills: Mapping[int, str] = field(default_factory=dict)

    def person(self, pk: int | None) -> str:
        return self.people.get(pk, _("somebody")) if pk else _("nobody")

    def team(self, pk: int | None) -> str:
        return self.teams.get(pk, _("a team")) if pk else _("no team")

    def via(self, via: str) -> str:
        """Who acted where nobody of flesh did: a rule with its version, or the house."""
        if via not in self.vias:
            return _("Guichet")
        words = {"name": self.vias[via], "version": via.rpartition(":")[2]}
        return _("Rule “%(name)s”, version %(version)s") % words

    def inbox(self, pk: int | None) -> str:
        return self.inboxes.get(pk, _("another inbox")) if pk else _("no inbox")


def ids_named(events: Iterable[Event], field: str) -> set[int]:
    """Ids that the changes of these events mention under `field` ("assignee", "team", "inbox"), one or several."""
    named = (value for event in events for value in event.changes.get(field, ()) if value)
    return {pk for value in named for pk in (value if isinstance(value, list) else (value,))}


def _assigned(event: Event, names: Names) -> str:
    changes = event.changes
    if "assignee" not in changes:
        return _("handed this to team %(team)s") % {"team": names.team(changes["team"][1])}
    old, new = changes["assignee"]
    if new is None and old == event.actor_id:
        return _("let this go; nobody owns it now")
    if new is None:
        return _("took this from %(name)s; nobody owns it now") % {"name": names.person(old)}
    if new == event.actor_id:
        return _("took this over")
    return _("assigned this to %(name)s") % {"name": names.person(new)}


def _status(event: Event, names: Names) -> str:
    return _("changed the status from %(old)s to %(new)s") % {
        "old": Status(event.changes["status"][0]).label,
        "new": Status(event.changes["status"][1]).label,
    }


def _priority(event: Event, names: Names) -> str:
    return _("changed the priority from %(old)s to %(new)s") % {
        "old": Priority(event.changes["priority"][0]).label,
        "new": Priority(event.changes["priority"][1]).label,
    }


def _requester(event: Event, names: Names) -> str:
    old, new = event.changes["requester"]
    return _("gave this request of %(old)s to %(new)s") % {"old": names.person(old), "new": names.person(new)}


def _private(event: Event, names: Names) -> str:
    if event.changes["private"][1]:
        return _("made this private: only the requester sees it, not their organisation")
    return _("let the requester's organisation see this")


def _tagged(event: Event, names: Names) -> str:
    old, new = (set(tags) for tags in event.changes["tags"])
    added, removed = ", ".join(sorted(new - old)), ", ".join(sorted(old - new))
    if added and removed:
        return _("added the tags %(added)s and removed %(removed)s") % {"added": added, "removed": removed}
    if added:
        return _("added the tags %(added)s") % {"added": added}
    return _("removed the tags %(removed)s") % {"removed": removed}


def _moved(event: Event, names: Names) -> str:
    return _("moved this to %(inbox)s") % {"inbox": names.inbox(event.changes["inbox"][1])}


def _folded(event: Event, names: Names) -> str:
    if "held" in event.changes:
        return _("Many more mails of this sender came; they are held in quarantine")
    return _("More automatic mail came; it is kept in the mail ledger")


def _held(event: Event, names: Names) -> str:
    if "findings" in event.changes:
        return _("A reply was held back by the check: %(what)s") % {"what": labels(event.changes["findings"][1])}
    if "release" in event.changes:
        return _("A reply waits for a colleague to release it")
    return _("A reply was held back: somebody wrote meanwhile")


def _released(event: Event, names: Names) -> str:
    return _("released a reply") if "release" in event.changes else _("let a held reply go out")


def _insisted(event: Event, names: Names) -> str:
    if "findings" in event.changes:
        return _("sent a reply past the check: %(what)s") % {"what": labels(event.changes["findings"][1])}
    return _("sent a reply although somebody had written meanwhile")


def _kept(event: Event, names: Names) -> str:
    if event.changes.get("kept", [False, True])[1]:
        return _("said that a message belongs here")
    return _("asked again whether a message belongs here")


def day_of(fact: Any) -> str:
    """A moment that stands in an event, in the reader's language and zone."""
    local = timezone.localtime(datetime.fromisoformat(fact))
    # Translators: date format of Django: day and month with the year.
    return f"{date_format(local, pgettext('date', 'j M Y'))}, {local:%H:%M}"


def _planned(event: Event, names: Names) -> str:
    step, look = event.changes["step"], event.changes["look"]
    words = {"step": str(Step(step[1]).label), "time": day_of(look[1])}
    if step[0] == step[1]:
        return _("changed when to look at this: %(time)s") % words
    return _("said what is next: %(step)s; to be looked at %(time)s") % words


def _snoozed(event: Event, names: Names) -> str:
    until = event.changes["until"][1]
    return _("let this sleep until %(time)s") % {"time": day_of(until)} if until else _("woke this up")


_RETURNED = {
    Return.LOOK: gettext_lazy("brought this back: it was time to look at it"),
    Return.SNOOZE: gettext_lazy("brought this back: it has slept long enough"),
    Return.BOUNCED: gettext_lazy("brought this back: a message was not delivered"),
    Return.UNCERTAIN: gettext_lazy("brought this back: it is uncertain whether a message arrived"),
    Return.ABSENT: gettext_lazy("brought this back: %(name)s is away"),
    Return.FULL: gettext_lazy("brought this back: %(name)s is away, and whoever stands in has no room"),
    Return.LEFT: gettext_lazy("brought this back: %(name)s is no longer in the team"),
    Return.GONE: gettext_lazy("brought this back: %(name)s no longer works here"),
}


def _returned(event: Event, names: Names) -> str:
    owner = event.changes.get("assignee", [None])[0]
    return str(_RETURNED[Return(event.changes["why"][1])]) % {"name": names.person(owner)}


def _due_set(event: Event, names: Names) -> str:
    due = event.changes["due"][1]
    return _("set a deadline: %(time)s") % {"time": day_of(due)} if due else _("took the deadline off")


def _promised(event: Event, names: Names) -> str:
    return _("promised the customer an answer by %(time)s") % {"time": day_of(event.changes["promise"][1])}


def _draft_taken(event: Event, names: Names) -> str:
    old, new = event.changes["drafter"]
    if old == new:
        return _("took the own draft back")
    return _("took over the draft of %(name)s") % {"name": names.person(old)}


def _followed(event: Event, names: Names) -> str:
    pk = event.changes["follower"][1]
    if pk == event.actor_id:
        return _("follows this ticket")
    return _("lets %(name)s follow this ticket") % {"name": names.person(pk)}


def _gave_away(event: Event, names: Names) -> str:
    count = event.changes.get("messages", [0, 1])[1]
    words = ngettext("moved %(n)s message to another ticket", "moved %(n)s messages to another ticket", count)
    return words % {"n": count}


def _linked(event: Event, names: Names) -> str:
    is_first = event.changes["ticket"][0] == event.ticket_id
    words = {
        ("child", True): _("made this a child of"),
        ("child", False): _("gave this a child"),
        ("duplicate", True): _("marked this as a duplicate of"),
        ("duplicate", False): _("marked another ticket as a duplicate of this"),
        ("follow_up", True): _("made this as a follow-up of"),
        ("follow_up", False): _("made a follow-up ticket"),
    }
    return words.get((event.changes["link"][1], is_first), _("linked this to a related ticket"))


def _checked(event: Event, names: Names) -> str:
    if event.changes["done"][1]:
        return _("ticked off an item of the checklist")
    return _("opened an item of the checklist again")


def _time_spent(event: Event, names: Names) -> str:
    was, now = event.changes["minutes"]
    if now is None:
        return _("took %(n)s min of work off again") % {"n": was}
    if was is None:
        return _("noted %(n)s min of work") % {"n": now}
    return _("changed a time from %(old)s to %(new)s min") % {"old": was, "new": now}


def _extra_changed(event: Event, names: Names) -> str:
    fields = event.changes.get("fields", [[], []])[1]
    return _("filled in %(fields)s") % {"fields": ", ".join(names.fields.get(key, key) for key in fields)}


def _category(event: Event, names: Names) -> str:
    pk = event.changes["category"][1]
    if pk is None:
        return _("took the category off")
    return _("sorted this under %(category)s") % {"category": names.categories.get(pk, "?")}


def _severity(event: Event, names: Names) -> str:
    told = []
    for name, label, grades in (("impact", _("Impact"), Impact), ("urgency", _("Urgency"), Urgency)):
        if name in event.changes:
            grade = event.changes[name][1]
            told.append(f"{label}: {dict(grades.choices).get(grade, '–')}")
    return _("said how grave this is (%(grades)s)") % {"grades": ", ".join(told)}


def _language(event: Event, names: Names) -> str:
    code = event.changes["language"][1]
    named: dict[str, Any] = dict(Language.choices)
    return _("changed the language to %(language)s") % {"language": named.get(code, code or "–")}


def _needs(event: Event, names: Names) -> str:
    needs = event.changes["needs"][1]
    if not needs:
        return _("took the needed skills off")
    told = (f"{names.skills.get(int(skill), '?')} {level}" for skill, level in needs.items())
    return _("said which skills this needs: %(skills)s") % {"skills": ", ".join(told)}


def _finished_anyway(event: Event, names: Names) -> str:
    count = event.changes["children"][1]
    words = ngettext("ended this although %(n)s child ticket is open",
                     "ended this although %(n)s child tickets are open", count)  # fmt: skip
    return words % {"n": count}


def _notified(event: Event, names: Names) -> str:
    people = [names.person(pk) for pk in event.changes.get("people", [[], []])[1]]
    called = [*people, *(names.team(pk) for pk in event.changes.get("teams", [[], []])[1])]
    return _("notified %(names)s") % {"names": ", ".join(called)}


def _plain(text: Any) -> Callable[[Event, Names], str]:
    return lambda event, names: str(text)


SENTENCES: dict[str, Callable[[Event, Names], str]] = {
    events.OPENED: _plain(gettext_lazy("opened this request")),
    events.ASSIGNED: _assigned,
    events.STATUS_CHANGED: _status,
    events.PRIORITY_CHANGED: _priority,
    events.SUBJECT_CHANGED: _plain(gettext_lazy("changed the subject")),
    events.REQUESTER_CHANGED: _requester,
    events.MADE_PRIVATE: _private,
    events.TAGGED: _tagged,
    events.MOVED: _moved,
    events.RECEIVED: _plain(gettext_lazy("wrote")),
    events.WRITTEN: _plain(gettext_lazy("replied")),
    events.NOTED: _plain(gettext_lazy("left a note")),
    events.SENT: _plain(gettext_lazy("The message was handed to the mail server")),
    events.FAILED: _plain(gettext_lazy("The message could not be delivered")),
    events.UNCERTAIN: _plain(gettext_lazy("It is uncertain whether the message arrived")),
    events.RETRIED: _plain(gettext_lazy("sent the message once more")),
    events.WITHDRAWN: _plain(gettext_lazy("took a reply back before it went out")),
    events.HELD: _held,
    events.INSISTED: _insisted,
    events.RELEASED: _released,
    events.NOT_RELEASED: _plain(gettext_lazy("gave a reply back to its author")),
    events.EDITED: _plain(gettext_lazy("changed a reply before releasing it")),
    events.RESCHEDULED: _plain(gettext_lazy("changed when a reply goes out")),
    events.FOLDED: _folded,
    events.THANKED: _plain(gettext_lazy("said thanks; the request stays resolved")),
    events.ACCEPTED: _plain(gettext_lazy("let the sender join the conversation")),
    events.SET_APART: _plain(gettext_lazy("kept the sender out of the conversation")),
    events.KEPT: _kept,
    events.LEFT: _plain(gettext_lazy("moved all messages to another ticket and closed this one")),
    events.JOINED: _plain(gettext_lazy("moved a message here from another ticket")),
    events.SPLIT: _plain(gettext_lazy("moved a message to a ticket of its own")),
    events.SPLIT_OFF: _plain(gettext_lazy("split this off from another ticket")),
    events.MERGED: _plain(gettext_lazy("merged this into another ticket and closed it")),
    events.TOOK_IN: _plain(gettext_lazy("merged another ticket into this one")),
    events.UNMERGED: _plain(gettext_lazy("took a merge with another ticket back")),
    events.GAVE_AWAY: _gave_away,
    events.PUT_BACK: _plain(gettext_lazy("put messages back here from another ticket")),
    events.LINKED: _linked,
    events.UNLINKED: _plain(gettext_lazy("removed the link to another ticket")),
    events.CHECKED: _checked,
    events.CHECKLIST_CHANGED: _plain(gettext_lazy("changed the checklist")),
    events.TIME_SPENT: _time_spent,
    events.TYPE_CHANGED: _plain(gettext_lazy("changed the type")),
    events.CATEGORY_CHANGED: _category,
    events.SEVERITY_CHANGED: _severity,
    events.LANGUAGE_CHANGED: _language,
    events.SITE_CHANGED: _plain(gettext_lazy("changed the site")),
    events.NEEDS_CHANGED: _needs,
    events.EXTRA_CHANGED: _extra_changed,
    events.FINISHED_ANYWAY: _finished_anyway,
    events.SIDE_OPENED: _plain(gettext_lazy("asked a third party")),
    events.PLANNED: _planned,
    events.SNOOZED: _snoozed,
    events.RETURNED: _returned,
    events.GIVEN_BACK: _plain(gettext_lazy("left this where it was")),
    events.DRAFT_SHARED: _plain(gettext_lazy("handed a draft to the team")),
    events.DRAFT_TAKEN: _draft_taken,
    events.FOLLOWED: _followed,
    events.UNFOLLOWED: _plain(gettext_lazy("follows this ticket no longer")),
    events.DUE_SET: _due_set,
    events.PROMISED: _promised,
    events.NOTIFIED: _notified,
}


# About what became of words, whoever wrote them.
WHOLE = (events.SENT, events.FAILED, events.UNCERTAIN, events.HELD, events.FOLDED)


@cache
def told_by_rooms() -> dict[str, Callable[[Event, Names], str] | None]:
    """The kinds that followers add, each with its sentence, or None where the timeline does not mention it."""
    return {
        kind: said for path in settings.FOLLOWERS for kind, said in getattr(import_module(path), "TELLS", {}).items()
    }


def is_whole(kind: str) -> bool:
    """Whether the sentence stands for itself, with no name before it."""
    return kind in WHOLE or kind in told_by_rooms()


def sentence(event: Event, names: Names) -> str:
    """What the timeline says of an event, without its actor, in the active language."""
    said = SENTENCES.get(event.kind) or told_by_rooms().get(event.kind)
    return said(event, names) if said else event.kind
