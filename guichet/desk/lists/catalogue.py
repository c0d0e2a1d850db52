"""Which views there are for a person: those that the desk brings, those that were saved; and their counters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Func, IntegerField, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import plain, write
from guichet.conditions.tree import EVERYTHING, Malformed, Tree
from guichet.people.models import Person, Team
from guichet.people.named import all_but_name
from guichet.tickets.fields import FIELDS, holds_open_only, rule
from guichet.tickets.models import SavedView, Status, Ticket
from guichet.tickets.models.ticket import TicketQuerySet
from guichet.tickets.unseen import hides, veiled

COUNT_LIMIT = 100  # a counter says "99+" beyond it, so that counting costs the same in every house
AWAKE, ASLEEP = Q(snoozed_until=None), Q(snoozed_until__isnull=False)
SEARCH = "search"  # the key of what was typed into the box and not saved


@dataclass
class View:
    """One list. `words` is its condition as text; the desk's own views carry it as `rule` too. `is_open` lists read the
    small partial indexes.
    """

    key: str
    label: str
    icon: str
    words: str = ""
    rule: Q | None = None
    condition: Tree = EVERYTHING
    is_open: bool = True
    is_counted: bool = True
    empty_heading: str = ""
    empty_words: str = ""
    count: str = ""
    colour: str = ""
    sort: str = "newest"
    columns: Sequence[str] = ()
    saved: SavedView | None = field(default=None, repr=False)
    asker: Asker | None = field(default=None, repr=False)  # of a saved view: its reader

    @property
    def url(self) -> str:
        return f"{reverse('desk:list')}?view={self.key}"

    @cached_property
    def tree(self) -> Tree:
        """The condition as its reader may know it: what others wrote may name what he may not."""
        if self.asker is None or self.saved is None or self.saved.is_written_by(self.asker.person):
            return self.condition
        return veiled([self.condition], self.asker)[0]

    @property
    def text(self) -> str:
        return write(self.tree, FIELDS, self.asker) if self.asker and not self.words else self.words

    @property
    def hides(self) -> bool:
        return hides(self.tree)


@dataclass(frozen=True)
class Group:
    heading: str
    views: Sequence[View]
    is_saved: bool = False


_FINISHED = gettext_lazy("Finished requests stay here; one that gets a new answer from the customer opens again.")


def groups(person: Person, teams: Sequence[Team], saved: Sequence[View]) -> list[Group]:
    """The side bar: the views of a person in their order."""
    own = [
        View("mine", _("My work"), "circle-user-round", "assignee:me finished:no asleep:no",
             AWAKE & Q(assignee_id=person.pk),
             empty_heading=_("Nothing waits for you"),
             empty_words=_("Tickets that you take, or that are assigned to you, appear here.")),
        View("unassigned", _("Unassigned"), "circle-dashed", "assignee:none finished:no asleep:no",
             AWAKE & Q(assignee=None),
             empty_heading=_("Everything has an owner"),
             empty_words=_("New requests appear here until somebody takes them.")),
        View("teams", _("My teams"), "users", "team:mine finished:no asleep:no", AWAKE & Q(team_id__in=person.team_ids),
             empty_heading=_("Your teams are done"), empty_words=_("Open tickets of your teams appear here.")),
        View("all", _("All open"), "inbox", "finished:no", Q(), empty_heading=_("Nothing is open"),
             empty_words=_("A mail to one of your inboxes becomes a ticket and appears here by itself.")),
    ]  # fmt: skip
    of_teams = [
        # An administrator sees every team; counting stays with their own.
        View(f"team-{team.pk}", team.name, "users", f"team:{plain(team.name)} finished:no asleep:no",
             AWAKE & Q(team_id=team.pk), is_counted=team.pk in person.team_ids,
             empty_heading=_("Nothing is open"), empty_words=_("Open tickets of this team appear here."))
        for team in teams
    ]  # fmt: skip
    states = [
        View("snoozed", _("Asleep"), "moon", "finished:no asleep:yes", ASLEEP, empty_heading=_("Nothing sleeps here"),
             empty_words=_("Tickets that you let sleep wait here until their time, or until the customer writes.")),
        _by_status(Status.PENDING, "circle-pause", _("Tickets that wait for the customer appear here.")),
        _by_status(Status.RESOLVED, "circle-check", str(_FINISHED)),
        _by_status(Status.CLOSED, "archive", str(_FINISHED)),
    ]  # fmt: skip
    # One team alone is "My teams" already.
    beside = [Group(_("Teams"), of_teams)] if len(of_teams) > 1 else []
    here = [view for view in saved if getattr(view.saved, "is_here", False)]
    kept = [Group(_("Saved views"), here, is_saved=True)] if saved else []
    return [Group("", own), *beside, *kept, Group(_("By status"), states)]


def _by_status(status: Status, icon: str, words: str) -> View:
    is_open = status == Status.PENDING
    return View(
        str(status), str(status.label), icon, f"status:{status}", Q(status=status), EVERYTHING, is_open, is_open,
        _("Nothing here"), words,
    )  # fmt: skip


def saved_views(asker: Asker) -> list[View]:
    """All that were saved and are visible to the asker, also those outside the side bar."""
    person = asker.person
    found = SavedView.objects.visible_to(person).arranged_for(person).select_related("team", "owner")
    found = found.defer(*all_but_name("owner"))
    return [of_saved(view, asker) for view in found]


def read_together(views: Sequence[View], asker: Asker) -> None:
    """What each of them hides, looked up for all at once."""
    shared = [view for view in views if view.saved is not None and not view.saved.is_written_by(asker.person)]
    for view, tree in zip(shared, veiled([view.condition for view in shared], asker), strict=True):
        view.tree = tree


def of_saved(view: SavedView, asker: Asker) -> View:
    is_open = holds_open_only(view.condition)
    return View(
        f"v{view.pk}", view.name, view.icon, condition=view.condition, asker=asker, is_open=is_open, is_counted=is_open,
        empty_heading=_("Nothing here"), empty_words=_("Tickets that fit this view's condition appear here."),
        colour=view.colour, sort=view.sort, columns=view.columns, saved=view,
    )  # fmt: skip


def of_search(tree: Tree, words: str) -> View:
    """What was typed, as a view of its own."""
    return View(
        SEARCH, _("Search"), "search", words, condition=tree, is_open=holds_open_only(tree), is_counted=False,
        empty_heading=_("Nothing found"),
        empty_words=_("No ticket that you may see fits all of this. Take a part of it away to see more."),
    )  # fmt: skip


def tickets_of(view: View, asker: Asker) -> TicketQuerySet:
    """Raises Malformed where the condition names what is no longer there."""
    fitting = rule(view.tree, asker) if view.rule is None else view.rule
    visible = Ticket.objects.visible_to(asker.person).filter(fitting)
    return visible.open() if view.is_open else visible


def count(views: Sequence[View], asker: Asker) -> None:
    """Fill in `count` of the counted views with one query. They hold open tickets only."""
    rules: dict[str, Q] = {}
    read_together([view for view in views if view.is_counted], asker)
    brief = asker.brief()
    for view in views:
        if view.is_counted:
            try:
                rules[view.key] = rule(view.tree, brief) if view.rule is None else view.rule
            except Malformed:
                continue  # its list says what is wrong
    # The rights are resolved once for all of them.
    visible = Ticket.objects.visible_to(asker.person).open().order_by().values("pk")
    none = Value([], ArrayField(BigIntegerField()))  # where it is plain that nothing fits, there is no query
    columns = {
        f"n{index}": Func(
            Coalesce(ArraySubquery(visible.filter(fitting)[:COUNT_LIMIT]), none),
            function="cardinality", output_field=IntegerField(),
        )
        for index, fitting in enumerate(rules.values())
    }  # fmt: skip
    numbers = Person.objects.filter(pk=asker.person.pk).annotate(**columns).values_list(*columns).get()
    found = dict(zip(rules, numbers, strict=True))
    for view in views:
        number = found.get(view.key, 0)
        view.count = "" if not number else f"{COUNT_LIMIT - 1}+" if number >= COUNT_LIMIT else str(number)


def list_url(view: str, sort: str = "", **more: str) -> str:
    query = {"view": view, **({"sort": sort} if sort else {}), **{k: v for k, v in more.items() if v}}
    return f"{reverse('desk:list')}?{urlencode(query)}"
