"""The menu beside every settings page. It names addresses, not rooms: pages that are not there are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from guichet.people.access import can


@dataclass(frozen=True)
class Item:
    key: str
    name: str  # of the URL
    label: str
    icon: str
    counter: str = ""  # name of the URL that tells how much waits there, asked once the page is shown

    @property
    def url(self) -> str:
        return reverse(self.name)

    @property
    def counter_url(self) -> str:
        return reverse(self.counter) if self.counter else ""


@dataclass(frozen=True)
class Group:
    heading: str
    items: Sequence[Item]


def groups(person: Any) -> list[Group]:
    """Everyone has a profile; the rest is for administrators."""
    mine = [Item("me", "settings:me", _("Your profile"), icon="user-round")]
    if can(person, "work"):
        mine.append(Item("notices", "notices:choices", _("Notices"), icon="bell"))
        mine.append(Item("absence", "settings:absence", _("Absence"), icon="palmtree"))
        mine.append(Item("shifts", "settings:shifts", _("Who is here"), icon="calendar-days"))
        mine.append(Item("macros", "rules:macros", _("Texts and macros"), icon="message-square-text"))
    own = Group("", mine)
    if not can(person, "administer"):
        return [own]
    mail = [
        Item("inboxes", "channels:inboxes", _("Inboxes"), icon="inbox"),
        Item("ledger", "channels:ledger", _("Mail ledger"), icon="book-text", counter="channels:quarantine_badge"),
        Item("mail_rules", "channels:mail_rules", _("Rules about mail"), icon="funnel"),
        Item("imports", "channels:imports", _("Imports"), icon="archive-restore"),
        Item("keys", "channels:keys", _("Keys of people"), icon="key-round"),
        Item("held", "channels:held", _("Set aside"), icon="circle-pause"),
    ]
    work = [
        Item("rules", "rules:rules", _("Rules"), icon="workflow"),
        Item("policies", "clocks:policies", _("Deadlines"), icon="timer"),
        Item("calendars", "clocks:calendars", _("Working hours"), icon="calendar-clock"),
        Item("types", "desk:types", _("Ticket types"), icon="shapes"),
        Item("categories", "desk:categories", _("Categories"), icon="folder-tree"),
        Item("severity", "desk:severity", _("Severity"), icon="gauge"),
        Item("checklists", "desk:checklists", _("Checklists"), icon="list-checks"),
        Item("templates", "desk:templates", _("Ticket templates"), icon="layers"),
    ]
    people = [
        Item("people", "settings:people", _("People"), icon="users"),
        Item("teams", "settings:teams", _("Teams"), icon="network"),
        Item("skills", "settings:skills", _("Skills"), icon="graduation-cap"),
        Item("fields", "contacts:fields", _("Fields"), icon="list-plus"),
    ]
    house = [
        Item("house", "settings:house", _("The help desk"), icon="building-2"),
        Item("checks", "desk:checks", _("Before it leaves"), icon="shield-check"),
    ]
    return [
        own,
        Group(_("House"), house),
        Group(_("Tickets"), work),
        Group(_("Mail"), mail),
        Group(_("Colleagues"), people),
    ]


def settings_menu(request: HttpRequest) -> dict[str, Any]:
    """The context processor: made only when a settings page asks for it."""
    return {"settings_menu": SimpleLazyObject(lambda: groups(getattr(request, "user", None)))}
