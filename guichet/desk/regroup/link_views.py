"""Links between tickets, and the follow-up tickets that large work begins with."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.outbound import guarded
from guichet.desk.outcome import by, done, problem, refused
from guichet.desk.regroup import links
from guichet.desk.regroup.forms import FollowUpForm, LinkForm, parts_of
from guichet.desk.regroup.suggest import suggest
from guichet.kit.doors import reads_and_writes
from guichet.people.models import Person, Team
from guichet.tickets import actions
from guichet.tickets.models import Inbox, Link, LinkKind, Ticket, TicketTemplate

ROWS = 50  # tickets made at once


@reads_and_writes
@for_agents
def link(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _choose(request, ticket)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    other = get_object_or_404(Ticket.objects.visible_to(request.user), number=form.cleaned_data["ticket"])
    kind = form.cleaned_data["kind"]
    first, second = (other, ticket) if kind.startswith("-") else (ticket, other)
    try:
        made = actions.link(first, second, LinkKind(kind.removeprefix("-")), by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    undo = (reverse("desk:unlink", args=[ticket.number, made.pk]), {"undoing": "1"})
    return done(request, ticket, _("Linked to #%(number)s") % {"number": other.number}, undo)


def _choose(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    typed = request.GET.get("q", "")[:100]
    part = "_found_link" if request.headers.get("HX-Target") == "link-found" else "_link"
    template = part if request.headers.get("HX-Request") else "link"
    found = suggest(ticket, reader(request), typed)
    context = {"ticket": ticket, "found": found, "typed": typed, "kinds": links.choices()}
    return render(request, f"desk/regroup/{template}.html", context)


@require_POST
@for_agents
def unlink(request: HttpRequest, number: int, pk: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    found = get_object_or_404(Link.objects.visible_to(request.user).select_related("ticket", "other"), pk=pk)
    ends = (found.ticket, found.other)
    if ticket.pk not in {pk for end in ends for pk in (end.pk, end.merged_into_id)}:
        return refused(request, ticket, _("They are no longer linked."))
    is_first = ticket.pk in (found.ticket_id, found.ticket.merged_into_id)
    other, kind = (found.other, found.kind) if is_first else (found.ticket, f"-{found.kind}")
    try:
        actions.unlink(found, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    undo = (reverse("desk:link", args=[ticket.number]), {"ticket": str(other.number), "kind": kind})
    return done(request, ticket, _("No longer linked to #%(number)s") % {"number": other.number}, undo)


@reads_and_writes
@for_agents
def follow_up(request: HttpRequest, number: int) -> HttpResponseBase:
    """Children or follow-ups of a ticket, one or several; "more" and "use" only draw the page anew."""
    ticket = visible_ticket(request, number)
    form = FollowUpForm(request.POST or None, inboxes=Inbox.objects.reachable_by(request.user))
    rows = _rows(request, ticket)
    if request.method != "POST" or "more" in request.POST or "use" in request.POST:
        return _page(request, ticket, rows, "")
    if not form.is_valid():
        return _page(request, ticket, rows, problem(form))
    try:
        parts = parts_of(rows, form.cleaned_data)
        kind, insists = LinkKind(form.cleaned_data["kind"]), guarded.insists(request.POST)
        made = actions.follow_up(ticket, parts, by(request), kind=kind, insists=insists)
    except actions.Guarded as found:
        return _page(request, ticket, rows, "", **guarded.context(found, request.POST))
    except actions.Refused as why:
        return _page(request, ticket, rows, str(why))
    words = ngettext("%(n)s ticket is made: #%(first)s", "%(n)s tickets are made, from #%(first)s on", len(made))
    messages.success(request, words % {"n": len(made), "first": made[0].number})
    return redirect("desk:ticket", ticket.number)


def _rows(request: HttpRequest, ticket: Ticket) -> list[dict[str, Any]]:
    """What was typed so far, with one more row if asked for, or the parts of a template."""
    post = request.POST
    typed = zip_longest(*(post.getlist(name)[:ROWS] for name in ("subject", "team", "assignee")), fillvalue="")
    rows = [{"subject": subject, "team": team, "assignee": assignee} for subject, team, assignee in typed]
    use = post.get("use", "")
    is_number = use.isascii() and use.isdecimal() and len(use) < 15
    template = TicketTemplate.objects.filter(pk=int(use)).first() if is_number else None
    if template is not None:
        known = template.teams()
        rows = [row for row in rows if row["subject"].strip()]
        rows += [
            {"subject": part["subject"], "team": str(part["team"]) if part.get("team") in known else "", "assignee": ""}
            for part in template.parts
        ]
    if "more" in post or not rows:
        rows.append({"subject": "", "team": "", "assignee": ""})
    return rows[:ROWS]


def _page(
    request: HttpRequest, ticket: Ticket, rows: list[dict[str, Any]], trouble: str, **found: object
) -> HttpResponse:
    context = {
        "ticket": ticket,
        "rows": rows,
        "trouble": trouble,
        "typed": request.POST,
        "kind": request.POST.get("kind", LinkKind.CHILD),
        "teams": Team.objects.visible_to(request.user),
        "agents": sorted(Person.objects.agents(), key=lambda person: str(person).lower()),
        "inboxes": Inbox.objects.reachable_by(request.user).defer("settings"),
        "templates": TicketTemplate.objects.all(),
        "can_send": bool(ticket.requester.address),
        **found,
    }
    return render(request, "desk/regroup/follow_up.html", context, status=422 if trouble else 409 if found else 200)
