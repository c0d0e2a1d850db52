"""What the frame around every agents' page shows: views with their counts, keys, appearance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from guichet.conditions.fields import Asker
from guichet.desk.lists import catalogue
from guichet.desk.lists.catalogue import Group, View
from guichet.kit.crypto import seal_place
from guichet.people.access import can
from guichet.people.models import Person, Team, Theme
from guichet.tickets.models import Event

THEME_ICONS = {"auto": "monitor", "light": "sun", "dark": "moon", "contrast": "contrast"}


class Frame:
    """Each part is fetched when a template first asks for it: a page without the side bar pays nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._person = cast(Person, request.user)

    @property
    def person(self) -> Person:
        return self._person

    @cached_property
    def asker(self) -> Asker:
        return Asker(self._person, looks_ahead=True)

    @cached_property
    def saved(self) -> list[View]:
        return catalogue.saved_views(self.asker)

    @cached_property
    def groups(self) -> Sequence[Group]:
        """The views; their counts come a moment later, by `desk:counts`, so that no page waits for them."""
        return catalogue.groups(self._person, self._visible_teams, self.saved)

    @cached_property
    def counted(self) -> Sequence[View]:
        catalogue.count(self.views, self.asker)
        return [view for view in self.views if view.is_counted]

    @property
    def views(self) -> list[View]:
        return [view for group in self.groups for view in group.views]

    def view(self, key: str) -> View | None:
        """One of this person's views, whether or not it stands in the side bar."""
        return next((view for view in (*self.views, *self.saved) if view.key == key), None)

    @property
    def own_teams(self) -> list[Team]:
        return [team for team in self._visible_teams if team.pk in self._person.team_ids]

    @cached_property
    def _visible_teams(self) -> list[Team]:
        teams = Team.objects.all() if self._person.is_admin else Team.objects.filter(pk__in=self._person.team_ids)
        return list(teams)

    @cached_property
    def last_event(self) -> str:
        """The newest event before this page was made: its stream says whether more came before it stood.

        Sealed, because the house's count of events would tell how busy the inboxes are that one may not see.
        """
        return seal_place(Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)

    @property
    def zone(self) -> str:
        return timezone.get_current_timezone_name()

    @property
    def density(self) -> str:
        return self._person.density

    @property
    def themes(self) -> list[tuple[str, str, str]]:
        return [(theme.value, str(theme.label), THEME_ICONS[theme.value]) for theme in Theme]

    @property
    def profile_url(self) -> str:
        return _url("settings:me")

    @property
    def settings_url(self) -> str:
        return _url("settings:home") if self._person.is_admin else ""

    @property
    def board_url(self) -> str:
        return _url("desk:board") if can(self._person, "dispatch") else ""

    @property
    def ticket_keys(self) -> list[tuple[str, str, str]]:
        return [
            ("r", _("Reply"), "reply"),
            ("n", _("Write a note"), "lock"),
            ("f", _("Ask a third party"), "forward"),
            ("q", _("Insert a text or macro"), "message-square-text"),
            ("a", _("Assign"), "circle-user-round"),
            ("i", _("Take it"), "hand"),
            ("h", _("Hand over"), "arrow-right-left"),
            ("s", _("Change the status"), "state-open"),
            ("p", _("Change the priority"), "priority-high"),
            ("t", _("Tags"), "tag"),
            ("e", _("What is next"), "calendar-clock"),
            ("w", _("Pending until"), "state-pending"),
            ("z", _("Let it sleep"), "moon"),
            ("v", _("Follow, or let others follow"), "eye"),
            ("g", _("Merge"), "git-merge"),
            ("l", _("Link to a ticket"), "link"),
            ("u", _("Back to the list"), "arrow-left"),
        ]

    @property
    def keys(self) -> list[tuple[str, tuple[str, ...]]]:
        return [
            (_("Down and up the list, or to the next ticket"), ("j", "k")),
            (_("Open the ticket"), ("o", "↵")),
            (_("Choose the ticket, or not"), ("x",)),
            (_("Preview the ticket"), (_("Space"),)),
            (_("New ticket"), ("c",)),
            (_("Take the most urgent that I can do"), ("m",)),
            *([(_("Board"), ("d",)), (_("On the board: give it to who fits best"), ("y",))] if self.board_url else []),
            (_("Back to the list"), ("u",)),
            (_("Reply"), ("r",)),
            (_("Reply to all"), ("R",)),
            (_("Write a note"), ("n",)),
            (_("Ask a third party"), ("f",)),
            (_("Insert a text or macro"), ("q",)),
            (_("Assign"), ("a",)),
            (_("Take it"), ("i",)),
            (_("Hand over"), ("h",)),
            (_("Change the status"), ("s",)),
            (_("Change the priority"), ("p",)),
            (_("Tags"), ("t",)),
            (_("What is next"), ("e",)),
            (_("Pending until"), ("w",)),
            (_("Let it sleep"), ("z",)),
            (_("Follow, or let others follow"), ("v",)),
            (_("Notices"), ("b",)),
            (_("Merge"), ("g",)),
            (_("Link to a ticket"), ("l",)),
            (_("Send what you wrote"), (_("Ctrl"), "↵")),
            (_("Search"), ("/",)),
            (_("Go to a ticket, a view, a command"), (f"{_('Ctrl')} K",)),
            (_("This list"), ("?",)),
        ]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame`, for those who work here."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_agent:
        return {}
    return {"frame": Frame(request)}
