"""Promises kept: how often customers had their answer by when they were told, and each time they had not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from guichet.clocks import words
from guichet.clocks.models import Promise, PromiseQuerySet
from guichet.kit.lines import whole_number
from guichet.kit.web import read_cursor, write_cursor
from guichet.people.doors import for_dispatchers
from guichet.people.models import Person
from guichet.tickets.models import Inbox

PERIODS = (7, 30, 90, 365)  # days
USUAL = 30
SHOWN = 50


@dataclass
class Sum:
    """What became of some promises; `key` narrows the page to them."""

    name: str
    key: tuple[str, int] | None = None
    kept: int = 0
    broken: int = 0
    open: int = 0
    url: str = ""
    is_chosen: bool = False

    @property
    def over(self) -> int:
        return self.kept + self.broken

    @property
    def share(self) -> str:
        """Rounded down: nobody who broke one kept them all."""
        return f"{self.kept * 100 // self.over} %" if self.over else "–"

    def add(self, row: dict[str, Any]) -> None:
        self.kept, self.broken, self.open = (
            self.kept + row["kept"], self.broken + row["broken"], self.open + row["open"],
        )  # fmt: skip


@for_dispatchers
@require_safe
def promises(request: HttpRequest) -> HttpResponse:
    """Four queries whatever there is: the sums, names of inboxes, the broken ones, who asks."""
    me, now = cast(Person, request.user), timezone.now()
    asked = {name: whole_number(request.GET.get(name, "")) for name in ("days", "team", "inbox")}
    days = asked["days"] if asked["days"] in PERIODS else USUAL
    chosen = {"days": days, **{name: asked[name] for name in ("team", "inbox") if asked[name]}}
    since = now - timedelta(days=days)
    visible = Promise.objects.visible_to(me).filter(at__gte=since).judged(now)
    whole, teams, inboxes = _sums(me, visible, chosen)
    for one in (*teams, *inboxes):
        assert one.key is not None
        one.is_chosen = chosen.get(one.key[0]) == one.key[1]
        one.url = _url({**chosen, one.key[0]: 0 if one.is_chosen else one.key[1]})
    broken = _of(visible, chosen).filter(Q(verdict="broken"))
    rows, next_url = _page(broken, chosen, read_cursor("promises", request.GET.get("after", "")))
    context = {
        "whole": whole, "teams": teams, "inboxes": inboxes, "next_url": next_url, "section": "promises",
        "rows": [{"promise": one, "late": _late(one, now)} for one in rows],
        "periods": [{"label": _days(n), "url": _url({**chosen, "days": n}), "is_chosen": n == days} for n in PERIODS],
        "first_url": _url(chosen) if "after" in request.GET else "",
    }  # fmt: skip
    return render(request, "clocks/promises.html", context)


def _of(some: PromiseQuerySet, chosen: dict[str, int]) -> PromiseQuerySet:
    names = {"team": "ticket__team", "inbox": "ticket__inbox"}
    return some.filter(**{names[name]: pk for name, pk in chosen.items() if name in names})


def _sums(me: Person, visible: PromiseQuerySet, chosen: dict[str, int]) -> tuple[Sum, list[Sum], list[Sum]]:
    """Of all that is chosen; by team for the inbox that is chosen, and by inbox for the team. One query for all."""
    counts = {name: Count("pk", filter=Q(verdict=name)) for name in ("kept", "broken", "open")}
    parts: Iterable[Any] = (
        visible.order_by().values("ticket__team", "ticket__team__name", "ticket__inbox").annotate(**counts)
    )
    known = {pk: name or address for pk, name, address in
             Inbox.objects.known_to(me).values_list("pk", "name", "address")}  # fmt: skip
    whole, teams, inboxes = Sum(_("All")), dict[int, Sum](), dict[int, Sum]()
    for part in parts:
        team, inbox = part["ticket__team"], part["ticket__inbox"]
        fits_team, fits_inbox = (chosen.get("team") in (None, team), chosen.get("inbox") in (None, inbox))
        if fits_inbox:
            teams.setdefault(team, Sum(part["ticket__team__name"], ("team", team))).add(part)
        if fits_team and inbox in known:
            inboxes.setdefault(inbox, Sum(known[inbox], ("inbox", inbox))).add(part)
        if fits_team and fits_inbox:
            whole.add(part)
    return whole, _sorted(teams.values()), _sorted(inboxes.values())


def _sorted(sums: Iterable[Sum]) -> list[Sum]:
    """Where most is broken first."""
    return sorted(sums, key=lambda one: (-one.broken, -one.over, one.name))


def _page(broken: PromiseQuerySet, chosen: dict[str, int], after: list[Any] | None) -> tuple[list[Promise], str]:
    if after is not None:
        at, pk = datetime.fromisoformat(after[0]), after[1]
        broken = broken.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    nouns = ("ticket__requester", "ticket__team", "ticket__assignee")
    rows = list(broken.select_related(*nouns).order_by("-at", "-pk")[: SHOWN + 1])
    if len(rows) <= SHOWN:
        return rows, ""
    last = rows[SHOWN - 1]
    return rows[:SHOWN], _url({**chosen, "after": write_cursor("promises", [last.at.isoformat(), last.pk])})


def _late(one: Promise, now: datetime) -> str:
    if one.settled_at is None:
        return _("no answer yet")
    return _("%(span)s late") % {"span": words.span(int((one.settled_at - one.at).total_seconds()))}


def _days(count: int) -> str:
    if count == 365:
        return _("A year")
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}


def _url(chosen: dict[str, Any]) -> str:
    given = {name: value for name, value in chosen.items() if value and (name, value) != ("days", USUAL)}
    return reverse("clocks:promises") + (f"?{urlencode(given)}" if given else "")
