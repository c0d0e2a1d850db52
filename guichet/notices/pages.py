"""The bell, the list of notices, and everyone's own choices. Only one's own are ever shown."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guichet.kit import pg, push
from guichet.kit.doors import reads_and_writes
from guichet.kit.web import read_cursor, toast, write_cursor
from guichet.notices import forms, saying
from guichet.notices.models import Device, Notice, NoticeQuerySet
from guichet.people.doors import for_agents
from guichet.people.models import Person
from guichet.tickets.events import LIVE

PAGE, IN_PANEL, LINES = 30, 8, 3
MOST_COUNTED = 99
CURSOR = "notices"


def _me(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _mine(request: HttpRequest) -> NoticeQuerySet:
    return Notice.objects.visible_to(request.user).standing().in_bell()


def piles(mine: NoticeQuerySet, most: int, before: int | None = None) -> tuple[list[saying.Pile], int | None]:
    """Newest tickets first, each with its last few notices; and where the next page begins. Three queries."""
    news = Count("pk", filter=Q(read_at=None))
    tickets = mine.order_by().values("ticket").annotate(last=Max("pk"), unread=news, all=Count("pk")).order_by("-last")
    if before is not None:
        tickets = tickets.filter(last__lt=before)
    page = list(tickets[: most + 1])
    shown = page[:most]
    wanted = mine.filter(ticket__in=[row["ticket"] for row in shown]).order_by("-pk")
    found = wanted.select_related(*saying.NOUNS).defer("ticket__inbox__settings")[: most * LINES * 4]
    by_ticket = {pile.ticket.pk: pile for pile in saying.piles(found)}
    made = []
    for row in shown:
        pile = by_ticket.get(row["ticket"])
        if pile is None:  # so many of the others are newer: its own line alone
            newest = wanted.filter(pk=row["last"]).select_related(*saying.NOUNS).defer("ticket__inbox__settings")
            pile = saying.piles(newest)[0]
        pile.notices, pile.unread = pile.notices[:LINES], row["unread"]
        pile.more = row["all"] - len(pile.notices)
        for notice in pile.notices:
            cast(Any, notice).said, cast(Any, notice).who = saying.sentence(notice), saying.who(notice)
        made.append(pile)
    return made, (page[most - 1]["last"] if len(page) > most else None)


@for_agents
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "notices/notices.html", {"section": "notices", **_list(request)})


def _list(request: HttpRequest) -> dict[str, Any]:
    is_all = request.GET.get("show") == "all"
    mine = _mine(request) if is_all else _mine(request).unread()
    after = read_cursor(CURSOR, request.GET.get("after", ""))
    found, following = piles(mine, PAGE, after[0] if after else None)
    here = reverse("notices:notices")
    shown = {"show": "all"} if is_all else {}
    return {
        "piles": found,
        "is_all": is_all,
        "page_url": f"{here}?{urlencode(shown)}" if shown else here,
        "first_url": (f"{here}?{urlencode(shown)}" if shown else here) if after else "",
        "next_url": f"{here}?{urlencode({**shown, 'after': write_cursor(CURSOR, [following])})}" if following else "",
    }


@for_agents
@require_safe
def part(request: HttpRequest) -> HttpResponse:
    """The list alone, for pages that are open already."""
    return render(request, "notices/_list.html", _list(request))


@for_agents
@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """What the bell opens."""
    found, _following = piles(_mine(request), IN_PANEL)
    return render(request, "notices/_panel.html", {"piles": found})


@for_agents
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """How many tickets have news, whether `?ticket=` is among them, and the newest in words."""
    news = _mine(request).unread().order_by()
    count = news.values("ticket").distinct()[: MOST_COUNTED + 1].count()
    newest = news.select_related(*saying.NOUNS).defer("ticket__inbox__settings").order_by("-pk").first()
    number = request.GET.get("ticket", "")
    is_here = bool(count) and number.isascii() and number.isdecimal() and len(number) < 16
    context = {
        "count": f"{MOST_COUNTED}+" if count > MOST_COUNTED else count,
        "newest": newest,
        "said": saying.sentence(newest) if newest else "",
        "is_here": is_here and news.filter(ticket__number=int(number)).exists(),
    }
    return render(request, "notices/_bell.html", context)


@for_agents
@require_POST
def read(request: HttpRequest) -> HttpResponseBase:
    """The notices of one ticket, or all."""
    number = request.POST.get("ticket", "")
    news = _mine(request).unread()
    if number:
        is_number = number.isascii() and number.isdecimal() and len(number) < 16
        news = news.filter(ticket__number=int(number)) if is_number else news.none()
    now = timezone.now()
    count = _own(request).filter(pk__in=list(news.values_list("pk", flat=True))).update(read_at=now)
    if count:
        pg.notify(LIVE, f"notice:{_me(request).pk}")
    if "quietly" in request.POST:  # the ticket is being looked at
        return HttpResponse(status=204)
    said = ngettext("%(n)s notice marked as read", "%(n)s notices marked as read", count) % {"n": count}
    return _done(request, said, (reverse("notices:unread"), {"at": now.isoformat()}) if count else None)


@for_agents
@require_POST
def unread(request: HttpRequest) -> HttpResponseBase:
    """Takes `read` back: those that were marked at that moment."""
    at: datetime | None = None
    with contextlib.suppress(ValueError):
        at = parse_datetime(request.POST.get("at", ""))
    if at is not None and timezone.is_aware(at) and _own(request).filter(read_at=at).update(read_at=None):
        pg.notify(LIVE, f"notice:{_me(request).pk}")
    return _done(request, _("Undone"), None)


def _own(request: HttpRequest) -> NoticeQuerySet:
    return Notice.objects.visible_to(request.user)


def _done(request: HttpRequest, said: str, undo: Any) -> HttpResponseBase:
    if not request.headers.get("HX-Request"):
        messages.success(request, said)
        return redirect("notices:notices")
    response = HttpResponse(status=204)
    toast(response, said, undo=undo)
    return response


@for_agents
@reads_and_writes
def choices(request: HttpRequest) -> HttpResponseBase:
    """Saved as soon as something is changed."""
    me = _me(request)
    form = forms.ChoicesForm(request.POST or None, person=me)
    is_part = bool(request.headers.get("HX-Request"))
    if request.method == "POST" and form.is_valid():
        form.save()
        if not is_part:
            messages.success(request, _("Saved"))
            return redirect("notices:choices")
        form = forms.ChoicesForm(None, person=me)
    context = {
        "section": "settings",
        "settings_key": "notices",
        "form": form,
        "push_key": push.public_key(),
        "devices": Device.objects.visible_to(me).order_by("-pk"),
    }
    response = render(request, "notices/_choices.html" if is_part else "notices/choices.html", context)
    if is_part and form.is_bound is False:
        toast(response, _("Saved"))
    return response
