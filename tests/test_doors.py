"""The matrix: EVERY address × EVERY role × own, foreign and sealed objects. An address without a row fails."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from guichet.channels.models import MailImport, MailKey, MailRule, Parcel
from guichet.clocks.editing import save_calendar, save_policy
from guichet.clocks.models import Calendar, Policy
from guichet.conditions.tree import EVERYTHING
from guichet.kit.crypto import sign_token
from guichet.kit.files import BlobStore
from guichet.notices.models import Device
from guichet.people import actions as people
from guichet.people import contacts
from guichet.people.models import Change, Exchange, ExtraField, Note, Organisation, Person, Role, Skill, Team
from guichet.rules.models import Macro, Rule, RuleRun
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import (
    BulkRun,
    Category,
    ChecklistItem,
    ChecklistTemplate,
    Draft,
    Inbox,
    Link,
    LinkKind,
    Message,
    SavedView,
    SetAside,
    Ticket,
    TicketTemplate,
    TicketType,
    TimeSpent,
)
from tests import make

PLAN = b"first this, then that"
pytestmark = pytest.mark.django_db


@dataclass
class House:
    """The cast, one ordinary and one sealed object of each kind, and Hal, who alone is in the sealed team."""

    roles: dict[str, Any]
    support: Inbox
    secret: Inbox
    ours: Ticket
    sealed: Ticket
    our_parcel: Parcel
    sealed_parcel: Parcel
    our_rule: MailRule
    sealed_rule: MailRule
    our_import: MailImport
    sealed_import: MailImport
    set_aside: SetAside
    free_team: Team
    invitation: int
    absence: int
    our_key: MailKey
    sealed_key: MailKey
    their_key: MailKey
    views: dict[str, SavedView]
    run: BulkRun


def _device(person: Person) -> Device:
    facts = {"person": person, "key": "k", "secret": "s", "name": "Firefox, Linux"}
    return Device.objects.get_or_create(endpoint="https://push.example/1", defaults=facts)[0]


def _with_file(ticket: Ticket, person: Person) -> Message:
    file = FileRef("plan.txt", "text/plain", len(PLAN), BlobStore(settings.DATA / "blobs").put(PLAN))
    return actions.receive(ticket, Words(text="See the plan.", files=[file]), person, By(person, "email"))


def _parcel(inbox: Inbox, ticket: Ticket) -> Parcel:
    return Parcel.objects.create(
        inbox=inbox, door="lmtp", raw=hashlib.sha256(PLAN).hexdigest(), size=len(PLAN), digest=f"{inbox.pk:064}", received_at=timezone.now(),
        ticket=ticket, message=_last_message(ticket), state="quarantine",
    )  # fmt: skip


def _key(inbox: Inbox | None) -> MailKey:
    return MailKey.objects.create(
        kind="pgp", inbox=inbox, address="cleo@customer.example", public="key", fingerprint="a"
    )


def _rule(inbox: Inbox) -> MailRule:
    return MailRule.objects.create(inbox=inbox, field="sender", value="news@spam.example", action="quarantine")


def _import(inbox: Inbox) -> MailImport:
    source = {"path": "/nowhere"}
    return MailImport.objects.create(inbox=inbox, kind="mbox", name="old", source=source, state="stopped")


@pytest.fixture
def house() -> House:
    cast = make.cast()
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team,))
    people.save_team(secret.team, [hal], [hal])
    ours = make.ticket(to=cast.support, of=cast.cleo)
    sealed = make.ticket(to=secret, of=cast.dan)
    _with_file(ours, cast.cleo)
    _with_file(sealed, cast.dan)
    event = sealed.events.first()
    assert event is not None
    roles: dict[str, Person | None] = {
        "nobody": None, "cleo": cast.cleo, "dan": cast.dan,
        "ana": cast.ana, "ben": cast.ben, "hal": hal, "ada": cast.ada,
    }  # fmt: skip
    return House(
        roles=roles, support=cast.support, secret=secret, ours=ours, sealed=sealed,
        our_parcel=_parcel(cast.support, ours), sealed_parcel=_parcel(secret, sealed),
        our_rule=_rule(cast.support), sealed_rule=_rule(secret),
        our_import=_import(cast.support), sealed_import=_import(secret),
        set_aside=SetAside.objects.create(follower="x", event=event, error="broken"),
        free_team=make.team("Nobody's"),
        invitation=people.invite("new@desk.example", cast.ada)[0].pk,
        absence=people.set_absence(cast.ana, timezone.now() + timedelta(days=9), timezone.now() + timedelta(days=12)).pk,
        our_key=_key(cast.support), sealed_key=_key(secret), their_key=_key(None),
        run=BulkRun.objects.create(person=cast.ana, verb="read", state="done"),
        views={
            "mine": SavedView.objects.create(name="Mine", owner=cast.ana),
            "sealed": SavedView.objects.create(name="HR's", owner=hal, audience="team", team=secret.team),
            "shared": SavedView.objects.create(name="Everybody's", owner=cast.ada, audience="all"),
        },
    )  # fmt: skip


ANYONE = frozenset({"nobody", "cleo", "dan", "ana", "ben", "hal", "ada"})
PEOPLE = ANYONE - {"nobody"}
AGENTS = frozenset({"ana", "ben", "hal", "ada"})
OURS = frozenset({"ana", "ada"})  # who sees an ordinary ticket of the Support team on the desk
SEALED = frozenset({"hal"})
ADMINS = frozenset({"ada"})
DISPATCHERS = frozenset({"ada", "hal"})
NOBODY = frozenset[str]()

Arguments = Callable[[House], dict[str, object]]


@dataclass(frozen=True)
class Row:
    allowed: frozenset[str]
    arguments: Arguments = lambda house: {}


def _ticket_rows(**more: Callable[[Ticket], object]) -> list[Row]:
    """The same address for the ordinary and for the sealed ticket."""
    return [
        Row(OURS, lambda h: {"number": h.ours.number, **{k: f(h.ours) for k, f in more.items()}}),
        Row(SEALED, lambda h: {"number": h.sealed.number, **{k: f(h.sealed) for k, f in more.items()}}),
        Row(NOBODY, lambda h: {"number": 999_999_999, **dict.fromkeys(more, 1)}),
    ]


def _message_rows(pick: Callable[[Ticket], object]) -> list[Row]:
    return [Row(OURS, lambda h: {"pk": pick(h.ours)}), Row(SEALED, lambda h: {"pk": pick(h.sealed)})]


def _view_rows(shared: frozenset[str]) -> list[Row]:
    """Ana's own view, the sealed team's, and everybody's."""
    allowed = {"mine": frozenset({"ana"}), "sealed": SEALED, "shared": shared}
    return [Row(who, lambda h, name=name: {"pk": h.views[name].pk}) for name, who in allowed.items()]  # type: ignore[misc]


def _last_message(ticket: Ticket) -> Message:
    return ticket.messages.latest("id")


def _link(ticket: Ticket) -> Link:
    """To a second ticket of the same inbox."""
    found = ticket.links.first()
    if found is None:
        other = make.ticket(to=ticket.inbox, of=ticket.requester)
        found = actions.link(ticket, other, LinkKind.RELATED, By(via="desk"))
    return found


def _item(ticket: Ticket) -> ChecklistItem:
    return ticket.checklist.first() or actions.add_items(ticket, ["Call"], By(via="desk"))[0]


def _spent(ticket: Ticket) -> TimeSpent:
    owner = ticket.inbox.team.members.first()
    return ticket.times.first() or actions.spend(ticket, 5, By(owner, "desk"))


def _template() -> TicketTemplate:
    return TicketTemplate.objects.get_or_create(name="Newcomer", defaults={"parts": [{"subject": "Desk"}]})[0]


def _waiting_reply(ticket: Ticket) -> Message:
    """Ours, and not gone out yet."""
    found = ticket.messages.filter(kind="outbound").first()
    if found is None:
        later = timezone.now() + timedelta(hours=1)
        words = Words(text="Later.", to=[{"name": "", "address": "cleo@customer.example"}], send_at=later)
        found = actions.reply(ticket, words, By(via="desk"), seen=None)
    return found


def _identity(house: House, role: str) -> int:
    return int(house.roles[role].identities.get().pk)


def _list(house: House) -> Exchange:
    """Of Ana's, who may not import (any longer)."""
    return Exchange.objects.get_or_create(kind="people", name="list.csv", state="new", by=house.roles["ana"])[0]


def _field() -> ExtraField:
    return ExtraField.objects.get_or_create(of="person", key="floor", label="Floor")[0]


def _acme() -> Organisation:
    return Organisation.objects.get(name="Acme")


def _unknown() -> Organisation:
    """Nobody belongs to it."""
    return Organisation.objects.get_or_create(name="Nobody's")[0]


def _note(of: Person | Organisation) -> Note:
    return of.notes.first() or contacts.add_note(of, "Calls back.", Person.objects.get(name="Ada King"))


def _change(of: Person) -> Change:
    return of.changes.first() or contacts.record("added", None, {}, of=of)


def _answer(ticket: Ticket) -> Message:
    found = ticket.messages.filter(kind="outbound", author__isnull=False).first()
    if found is None:
        words = Words(text="Try the switch.", to=[{"name": "", "address": "cleo@customer.example"}])
        found = actions.reply(ticket, words, By(make.person(role=Role.AGENT), "desk"), seen=None, takes_over=False)
    return found


def _macro(person: Person | None) -> Macro:
    """Everybody's, or that person's own."""
    return Macro.objects.get_or_create(name="Toner", person=person)[0]


def _house_rule(inbox: Inbox | None) -> Rule:
    return Rule.objects.get_or_create(name="First look", inbox=inbox, on=["noted"], verbs={"priority": 1})[0]


def _rule_run(ticket: Ticket) -> RuleRun:
    made = _house_rule(None)
    return RuleRun.objects.get_or_create(rule=made, ticket=ticket, version=1, event=ticket.events.first())[0]


def _calendar() -> Calendar:
    found = Calendar.objects.in_use().filter(name="Night").first()
    return found or save_calendar(
        Calendar(name="Night"), None, zone="UTC", week=[[["20:00", "30:00"]]] * 7, days={}, country="", region=""
    )


def _policy() -> Policy:
    found = Policy.objects.in_use().filter(name="Gold").first()
    return found or save_policy(
        Policy(name="Gold"), None, condition=EVERYTHING, targets={"first": {"3": 60}}, marks=[75], calendar=None
    )


def _shared_draft(ticket: Ticket) -> Draft:
    """Of somebody who may not even see the ticket any more."""
    found = ticket.drafts.shared().first()
    if found is None:
        writer = make.person(role=Role.AGENT, name="Gone")
        found = actions.keep_draft(ticket, writer, "reply", actions.DraftWords(text="So far"), seen=0)
        assert found is not None
        actions.share_draft(found, By(writer, "desk"))
    return found


def _own_draft(house: House) -> Draft:
    ana = house.roles["ana"]
    found = Draft.objects.filter(person=ana).first()
    return found or actions.keep_draft(house.ours, ana, "note", actions.DraftWords(text="Mine"), seen=0)  # type: ignore[return-value]


MATRIX: dict[str, list[Row]] = {
    "desk:home": [Row(PEOPLE)],
    "desk:list": [Row(AGENTS)],
    **{f"desk:{name}": [Row(AGENTS)] for name in ("counts", "condition", "complete", "columns", "views", "new_view")},
    **{
        f"desk:{name}": _view_rows(shared=ADMINS)
        for name in ("view", "keep_view", "delete_view", "restore_view")
    },
    **{f"desk:{name}": _view_rows(shared=AGENTS) for name in ("pin_view", "move_view")},
    **{f"desk:{name}": [Row(ANYONE)] for name in ("manifest", "worker", "offline")},
    "notices:add_device": [Row(AGENTS)],
    "notices:remove_device": [
        Row(frozenset({"ana"}), lambda h: {"pk": _device(h.roles["ana"]).pk}),
        Row(NOBODY, lambda h: {"pk": 999_999_999}),
    ],
    **{f"desk:{name}": [Row(AGENTS)] for name in ("bulk", "bulk_count", "palette")},
    "desk:preview": _ticket_rows(),
    "desk:bulk_choices": [Row(AGENTS, lambda h, verb=verb: {"verb": verb}) for verb in ("assignee", "team", "tag", "x")],  # type: ignore[misc]
    **{
        f"desk:{name}": [Row(frozenset({"ana"}), lambda h: {"pk": h.run.pk})]
        for name in ("bulk_run", "bulk_undo", "bulk_stop")
    },
    "desk:appearance": [Row(AGENTS)],
    "desk:upload": [Row(AGENTS)],
    "rules:macros": [Row(AGENTS)],
    "rules:add_macro": [Row(AGENTS)],
    **{
        f"rules:{name}": [
            Row(ADMINS, lambda h: {"pk": _macro(None).pk}),
            Row(frozenset({"ana"}), lambda h: {"pk": _macro(h.roles["ana"]).pk}),
        ]
        for name in ("macro", "remove_macro")
    },
    "rules:choose_macro": _ticket_rows(),
    "rules:undo_macro": _ticket_rows(),
    "rules:use_promise": _ticket_rows(),
    "rules:choose_new": [Row(AGENTS)],
    "rules:use_new": [Row(AGENTS, lambda h: {"pk": _macro(None).pk}),
                      Row(frozenset({"ana"}), lambda h: {"pk": _macro(h.roles["ana"]).pk})],
    "desk:new_draft": [Row(AGENTS)],
    "rules:use_macro": [*_ticket_rows(pk=lambda t: _macro(None).pk),
                        Row(frozenset({"ana"}), lambda h: {"number": h.ours.number, "pk": _macro(h.roles["ana"]).pk})],
    **{f"rules:{name}": [Row(ADMINS)] for name in ("rules", "add_rule", "condition", "complete")},
    **{
        f"rules:{name}": [
            Row(ADMINS, lambda h: {"pk": _house_rule(None).pk}),
            Row(NOBODY, lambda h: {"pk": _house_rule(h.secret).pk}),
        ]
        for name in ("rule", "history", "move_rule", "switch_rule", "remove_rule")
    },
    "rules:done": _ticket_rows(),
    "rules:take_next": [Row(AGENTS)],
    **{f"settings:{name}": [Row(ADMINS)] for name in ("skills", "add_skill")},
    "settings:remove_skill": [Row(ADMINS, lambda h: {"pk": Skill.objects.get_or_create(name="VPN")[0].pk})],
    "rules:undo_run": [
        Row(OURS, lambda h: {"pk": _rule_run(h.ours).pk}),
        Row(SEALED, lambda h: {"pk": _rule_run(h.sealed).pk}),
    ],
    "clocks:panel": _ticket_rows(),
    "clocks:left": [Row(AGENTS)],
    "clocks:promises": [Row(DISPATCHERS)],
    **{f"clocks:{name}": [Row(ADMINS)] for name in ("calendars", "add_calendar", "regions", "policies", "add_policy", "condition")},
    **{f"clocks:{name}": [Row(ADMINS, lambda h: {"pk": _calendar().pk})] for name in ("calendar", "remove_calendar")},
    **{
        f"clocks:{name}": [Row(ADMINS, lambda h: {"pk": _policy().pk})]
        for name in ("policy", "move_policy", "remove_policy")
    },
    "desk:draft": _ticket_rows(panel=lambda t: "reply"),
    "desk:share_draft": _ticket_rows(panel=lambda t: "reply"),
    "desk:take_draft": _ticket_rows(pk=lambda t: _shared_draft(t).pk),
    "desk:drafts": [Row(AGENTS)],
    "desk:to_release": [Row(AGENTS)],
    "desk:release_link": [Row(AGENTS)],
    "desk:checks": [
        Row(ADMINS),
        Row(ADMINS, lambda h: {"pk": h.support.pk}),
        Row(NOBODY, lambda h: {"pk": h.secret.pk}),
    ],
    "desk:elsewhere": _ticket_rows(),
    "desk:earlier": _ticket_rows(),
    "desk:earlier_words": _ticket_rows(message=lambda t: _answer(t).pk),
    "desk:discard_draft": [Row(frozenset({"ana"}), lambda h: {"pk": _own_draft(h).pk})],
    "desk:uploaded": [Row(NOBODY, lambda h: {"token": "forged"})],  # only who sent it up (tests/desk/test_rich_box.py)
    "desk:writing": [Row(AGENTS)],
    "desk:picture": [Row(NOBODY, lambda h: {"token": "forged"})],
    **{
        f"desk:{name}": _ticket_rows()
        for name in (
            "ticket", "reply", "note", "assignee", "team", "set_status", "set_priority", "tags", "seen", "unseen",
            "compose", "ask", "snooze", "pend", "plan", "unplan", "give_back", "followers",
            "mentionable", "similar", "claim", "hand_over", "take_back_assignment",
        )
    },
    **{
        f"desk:{name}": _ticket_rows(message=lambda t: _waiting_reply(t).pk)
        for name in ("again", "take_back", "reschedule", "release", "not_released")
    },
    **{f"desk:{name}": [Row(AGENTS)] for name in ("new", "people", "search")},
    # Administrators and whoever looks after a team, each with the tickets that he sees.
    "desk:board": [Row(DISPATCHERS)],
    "desk:member": [
        Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk}),
        Row(DISPATCHERS, lambda h: {"pk": h.roles["hal"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    **{
        f"desk:{name}": [
            Row(ADMINS, lambda h: {"number": h.ours.number}),
            Row(SEALED, lambda h: {"number": h.sealed.number}),
        ]
        for name in ("board_assign", "board_undo", "whisper")
    },
    **{
        f"desk:{name}": _ticket_rows(message=lambda t: _last_message(t).pk)
        for name in ("accept", "join", "split", "keep")
    },
    **{f"contacts:{name}": [Row(AGENTS)] for name in ("people", "add_person", "find", "organisations", "add_organisation")},
    **{
        f"contacts:{name}": [
            Row(OURS, lambda h: {"pk": h.roles["cleo"].pk}),  # of an ordinary ticket of Support
            Row(frozenset({"hal", "ada"}), lambda h: {"pk": h.roles["dan"].pk}),  # of a sealed one
            Row(NOBODY, lambda h: {"pk": 999_999_999}),
        ]
        for name in ("person", "edit_person", "set_active", "add_identity", "add_note")
    },
    **{
        f"contacts:{name}": [
            Row(OURS, lambda h: {"pk": h.roles["cleo"].pk, "identity": _identity(h, "cleo")}),
            Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk, "identity": _identity(h, "dan")}),
        ]
        for name in ("remove_identity",)
    },
    **{
        f"contacts:{name}": [Row(ADMINS, lambda h: {"pk": h.roles["cleo"].pk, "identity": _identity(h, "cleo")})]
        for name in ("make_first", "move_address")
    },
    **{f"contacts:{name}": _ticket_rows() for name in ("card_more", "card_edit", "card_note", "card_private", "card_requester")},
    "contacts:card_undo": [
        Row(OURS, lambda h: {"number": h.ours.number, "change": _change(h.roles["cleo"]).pk}),
        Row(SEALED, lambda h: {"number": h.sealed.number, "change": _change(h.roles["dan"]).pk}),
        Row(NOBODY, lambda h: {"number": h.ours.number, "change": _change(h.roles["dan"]).pk}),
    ],
    **{f"contacts:{name}": [Row(AGENTS)] for name in ("exchanges", "export")},
    "contacts:fields": [Row(ADMINS)],
    "contacts:add_field": [Row(ADMINS, lambda h: {"of": "person"}), Row(NOBODY, lambda h: {"of": "nothing"})],
    **{f"contacts:{name}": [Row(ADMINS, lambda h: {"pk": _field().pk})] for name in ("field", "move_field")},
    "contacts:bring": [Row(ADMINS)],
    **{
        f"contacts:{name}": [Row(ADMINS, lambda h: {"pk": _list(h).pk})]
        for name in ("exchange", "check_exchange", "begin_exchange", "undo_exchange", "remove_exchange")
    },
    "contacts:merge": [Row(ADMINS, lambda h: {"pk": h.roles["cleo"].pk})],
    "contacts:duplicates": [Row(ADMINS)],
    **{
        f"contacts:{name}": [
            Row(OURS | SEALED, lambda h: {"pk": _acme().pk}),  # Cleo's and Dan's
            Row(ADMINS, lambda h: {"pk": _unknown().pk}),
        ]
        for name in (
            "organisation", "edit_organisation", "set_organisation_active", "add_organisation_note",
        )
    },
    "contacts:merge_organisation": [Row(ADMINS, lambda h: {"pk": _acme().pk})],
    "contacts:change_note": [
        Row(OURS, lambda h: {"pk": _note(h.roles["cleo"]).pk}),
        Row(frozenset({"hal", "ada"}), lambda h: {"pk": _note(h.roles["dan"]).pk}),
        Row(ADMINS, lambda h: {"pk": _note(_unknown()).pk}),
    ],
    "contacts:undo": [
        Row(OURS, lambda h: {"pk": _change(h.roles["cleo"]).pk}),
        Row(frozenset({"hal", "ada"}), lambda h: {"pk": _change(h.roles["dan"]).pk}),
    ],
    **{
        f"desk:{name}": _ticket_rows()
        for name in (
            "merge", "carry", "move", "undo_regrouping", "link", "follow_up", "checklist", "time", "set_type", "fields",
            "set_category", "set_severity", "set_language", "set_site", "set_needs",
        )
    },
    **{
        f"desk:{name}": _ticket_rows(item=lambda t: _item(t).pk)
        for name in ("tick", "change_item", "remove_item")
    },
    "desk:change_time": _ticket_rows(spent=lambda t: _spent(t).pk),
    **{f"desk:{name}": [Row(ADMINS)] for name in ("types", "add_type", "categories", "add_category", "severity")},
    **{
        f"desk:{name}": [Row(ADMINS, lambda h: {"pk": Category.objects.get_or_create(name="Hardware")[0].pk})]
        for name in ("category", "set_category_active")
    },
    **{
        f"desk:{name}": [Row(ADMINS, lambda h: {"pk": TicketType.objects.get_or_create(name="Order")[0].pk})]
        for name in ("type", "set_type_active")
    },
    **{f"desk:{name}": [Row(ADMINS)] for name in ("checklists", "add_checklist")},
    **{
        f"desk:{name}": [Row(ADMINS, lambda h: {"pk": ChecklistTemplate.objects.get_or_create(name="New", items=["x"])[0].pk})]
        for name in ("checklist_template", "delete_checklist")
    },
    "desk:unlink": _ticket_rows(pk=lambda t: _link(t).pk),
    **{f"desk:{name}": [Row(ADMINS)] for name in ("templates", "add_template")},
    **{f"desk:{name}": [Row(ADMINS, lambda h: {"pk": _template().pk})] for name in ("template", "delete_template")},
    "channels:agent_address": _ticket_rows(),
    "channels:mail_of_message": [
        Row(ADMINS, lambda h: {"pk": _last_message(h.ours).pk}),
        Row(NOBODY, lambda h: {"pk": _last_message(h.sealed).pk}),
    ],
    "desk:attachment": _message_rows(lambda t: _last_message(t).attachments.get().pk),
    "desk:message_html": _message_rows(lambda t: _last_message(t).pk),
    "desk:message_text": _message_rows(lambda t: _last_message(t).pk),
    **{
        f"notices:{name}": [Row(AGENTS)]
        for name in ("notices", "list", "panel", "bell", "read", "unread", "choices")
    },
    "notices:off": [
        Row(ANYONE, lambda h: {"token": sign_token("notices off", h.roles["ana"].pk)}),
        Row(NOBODY, lambda h: {"token": "forged"}),
        Row(NOBODY, lambda h: {"token": sign_token("notices off", h.roles["cleo"].pk)}),  # gets no such mails
    ],
    "account_login": [Row(ANYONE)],
    "account_logout": [Row(PEOPLE)],
    "account_inactive": [Row(ANYONE)],
    "account_change_password": [Row(PEOPLE)],
    "account_set_password": [Row(PEOPLE)],
    "account_reset_password": [Row(ANYONE)],
    "account_reset_password_done": [Row(ANYONE)],
    "account_reset_password_from_key": [Row(ANYONE, lambda h: {"uidb36": "1", "key": "forged"})],
    "account_reset_password_from_key_done": [Row(ANYONE)],
    "invitation": [Row(ANYONE, lambda h: {"token": "forged"})],
    "requests": [Row(PEOPLE)],
    "settings:me": [Row(PEOPLE)],
    "settings:home": [Row(ADMINS)],
    "settings:absence": [Row(AGENTS)],
    "settings:absence_of": [
        Row(ADMINS | {"ana"}, lambda h: {"pk": h.roles["ana"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    "settings:end_absence": [Row(ADMINS | {"ana"}, lambda h: {"pk": h.absence})],
    "settings:back": [Row(AGENTS)],
    "settings:take_back_work": [Row(AGENTS)],
    "settings:take_back_work_of": [
        Row(ADMINS | {"ana"}, lambda h: {"pk": h.roles["ana"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    "rules:suggestion": [
        Row(ADMINS, lambda h: {"number": h.ours.number}),
        Row(SEALED, lambda h: {"number": h.sealed.number}),
    ],
    "rules:waiting": [Row(DISPATCHERS)],
    "settings:shifts": [Row(AGENTS)],
    "settings:shift": [
        Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk}),
        Row(DISPATCHERS, lambda h: {"pk": h.roles["hal"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    "settings:shift_day": [
        Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk, "day": "2026-12-24"}),
        Row(DISPATCHERS, lambda h: {"pk": h.roles["hal"].pk, "day": "2026-12-24"}),
    ],
    "settings:team_shift": [
        Row(ADMINS, lambda h: {"pk": h.support.team_id}), Row(DISPATCHERS, lambda h: {"pk": h.secret.team_id}),
    ],
    "settings:team_day": [
        Row(ADMINS, lambda h: {"pk": h.support.team_id, "day": "2026-12-24"}),
        Row(DISPATCHERS, lambda h: {"pk": h.secret.team_id, "day": "2026-12-24"}),
    ],
    **{
        f"settings:{name}": [Row(ADMINS)]
        for name in ("house", "people", "invite", "teams", "add_team")
    },
    "settings:resend_invitation": [Row(ADMINS, lambda h: {"pk": h.invitation})],
    "settings:withdraw_invitation": [Row(ADMINS, lambda h: {"pk": h.invitation})],
    "settings:person": [Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk})],
    "settings:set_active": [Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk})],
    "settings:team": [Row(ADMINS, lambda h: {"pk": h.free_team.pk})],
    "settings:delete_team": [Row(ADMINS, lambda h: {"pk": h.free_team.pk})],
    **{
        f"channels:{name}": [Row(ADMINS)]
        for name in ("inboxes", "add_inbox", "ledger", "try_all_again", "held", "try_all_held_again")
    },
    "channels:inbox": [
        Row(ADMINS, lambda h: {"pk": h.support.pk}),
        Row(NOBODY, lambda h: {"pk": h.secret.pk}),  # Hal is in its team, but no administrator
    ],
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_parcel.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_parcel.pk}),
        ]
        for name in ("try_again", "raw", "mail", "source", "release", "send_on", "delete_mail", "take_mail_back")
    },
    **{
        f"channels:{name}": [Row(ADMINS)]
        for name in (
            "release_sender", "delete_sender", "take_sender_back", "quarantine_badge", "mail_rules", "add_mail_rule",
            "restore_mail_rule", "imports", "add_import",
        )
    },
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_rule.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_rule.pk}),
        ]
        for name in ("mail_rule", "remove_mail_rule")
    },
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_import.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_import.pk}),
        ]
        for name in ("import", "pause_import", "continue_import", "remove_import")
    },
    **{
        f"channels:{name}": [Row(ADMINS, lambda h: {"pk": h.support.pk}), Row(NOBODY, lambda h: {"pk": h.secret.pk})]
        for name in ("accounted", "check_now")
    },
    "channels:all_accounted": [Row(ADMINS)],
    "channels:keys": [Row(ADMINS)],
    "channels:trust_key": [Row(ADMINS, lambda h: {"pk": h.their_key.pk})],
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_key.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_key.pk}),
        ]
        for name in ("delete_key", "public_key")
    },
    **{
        f"channels:{name}": [Row(ADMINS, lambda h: {"pk": h.support.pk}), Row(NOBODY, lambda h: {"pk": h.secret.pk})]
        for name in ("inbox_keys", "make_key", "set_wish")
    },
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h, more=more: {"pk": h.support.pk, **more}),  # type: ignore[misc]
            Row(NOBODY, lambda h, more=more: {"pk": h.secret.pk, **more}),  # type: ignore[misc]
        ]
        for name, more in {
            "sending": {}, "forget_sending": {}, "sign_mail": {}, "test_sending": {},
            "sending_service": {"name": "postmark"}, "sign_in": {"provider": "google"},
        }.items()
    },
    "channels:oauth_callback": [Row(ADMINS)],
    # Only the service that knows the inbox's secret (tests/channels/services).
    **{f"hooks:{name}": [Row(NOBODY, lambda h: {"pk": h.support.pk})] for name in ("events", "inbound")},
    "channels:try_held_again": [Row(NOBODY, lambda h: {"pk": h.set_aside.pk})],  # its ticket is sealed
}  # fmt: skip


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}"


def signed_in(house: House) -> list[tuple[str, Client]]:
    clients = []
    for role, person in house.roles.items():
        client = Client()
        if person is not None:
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        clients.append((role, client))
    return clients


def answers(client: Client, method: str, url: str) -> HttpResponse:
    """The answer, with whatever it changed rolled back."""
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(url)
        transaction.set_rollback(True)
    return answer


def is_denied(answer: HttpResponse) -> bool:
    """Hidden, or sent to sign in. 405 is an answer to whoever is inside; it tells of no object."""
    return answer.status_code in (403, 404) or "/account/login/" in answer.headers.get("Location", "")


def test_every_address_has_a_row() -> None:
    assert sorted(set(addresses())) == sorted(MATRIX)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_each_role_gets_exactly_what_the_matrix_says(name: str, house: House) -> None:
    wrong, asked = [], 0
    for row, (role, client), method in itertools.product(MATRIX[name], signed_in(house), ("get", "post")):
        url = reverse(name, kwargs=row.arguments(house))
        answer = answers(client, method, url)
        if answer.status_code == 405:
            continue  # the other method is the one that is asked
        asked += 1
        expected = role in row.allowed
        denied = is_denied(answer) and not (name == "account_logout" and method == "post" and expected)
        if denied == expected or answer.status_code >= 500:
            wrong.append(f"{role} {method.upper()} {url}: {answer.status_code}, expected allowed={expected}")
    assert wrong == []
    assert asked >= len(house.roles) * len(MATRIX[name])


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_get_writes_nothing(name: str, house: House) -> None:
    """Each page is fetched while PostgreSQL itself refuses writes."""
    for row, (role, client) in itertools.product(MATRIX[name], signed_in(house)):
        if role not in row.allowed:
            continue
        url = reverse(name, kwargs=row.arguments(house))
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
            assert client.get(url).status_code < 500
            transaction.set_rollback(True)
