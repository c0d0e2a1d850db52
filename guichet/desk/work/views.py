"""Tick off, add, change and order what is to be done; start and stop the clock; note, change and take off time."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.outcome import Undo, by, done, problem, refused
from guichet.desk.work.card import span, times_of, work
from guichet.desk.work.forms import ItemForm, TimeForm
from guichet.kit.doors import reads_and_writes
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.models import ChecklistItem, ChecklistTemplate, Ticket

TIMES = 200  # shown, the latest


@reads_and_writes
@for_agents
def checklist(request: HttpRequest, number: int) -> HttpResponseBase:
    """Add an item, or all of a template."""
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _list(request, ticket)
    word = request.POST.get("template", "")
    if word:
        number_of = int(word) if word.isascii() and word.isdecimal() and len(word) < 15 else 0
        template = get_object_or_404(ChecklistTemplate, pk=number_of)
        words, needed, owner, place = list(template.items), template.is_needed, None, None
    else:
        form = ItemForm(request.POST)
        if not form.is_valid():
            return refused(request, ticket, problem(form))
        words, needed = [form.cleaned_data["words"]], form.cleaned_data["needed"]
        owner, place = form.cleaned_data["owner"], form.cleaned_data["place"]
    try:
        made = actions.add_items(ticket, words, by(request), is_needed=needed, owner=owner, place=place)
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    text = ngettext("%(n)s item added", "%(n)s items added", len(made)) % {"n": len(made)}
    removing = reverse("desk:remove_item", args=[ticket.number, made[0].pk])
    undo: Undo | None = (removing, {}) if len(made) == 1 else None
    return done(request, ticket, text, undo)


def _list(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    template = "_checklist" if request.headers.get("HX-Request") else "checklist"
    context = {
        "ticket": ticket,
        "work": work(ticket, reader(request)),
        "templates": ChecklistTemplate.objects.all(),
        "agents": sorted(Person.objects.agents(), key=lambda person: str(person).lower()),
    }
    return render(request, f"desk/work/{template}.html", context)


@require_POST
@for_agents
def tick(request: HttpRequest, number: int, item: int) -> HttpResponseBase:
    ticket, found = _item(request, number, item)
    is_done = request.POST.get("done") == "1"
    try:
        actions.set_done(found, is_done, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    undo = (request.path, {"done": "0" if is_done else "1"})
    return done(request, ticket, _("Done: %(item)s") % {"item": found} if is_done else _("Open again"), undo)


@require_POST
@for_agents
def change_item(request: HttpRequest, number: int, item: int) -> HttpResponseBase:
    """Its words, owner and whether it is needed; or with "up" and "down" its place."""
    ticket, found = _item(request, number, item)
    steps = {"up": -1, "down": 1}.get(request.POST.get("move", ""))
    if steps is not None:
        try:
            actions.move_item(found, steps, by(request))
        except actions.Refused as why:
            return refused(request, ticket, str(why))
        return done(request, ticket, _("Moved"), (request.path, {"move": "down" if steps < 0 else "up"}))
    form = ItemForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    before = {"words": found.words, "owner": str(found.owner_id or ""), "needed": "on" if found.is_needed else ""}
    new = form.cleaned_data
    try:
        actions.change_item(found, new["words"], new["owner"], new["needed"], by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Item saved"), (request.path, before))


@require_POST
@for_agents
def remove_item(request: HttpRequest, number: int, item: int) -> HttpResponseBase:
    ticket, found = _item(request, number, item)
    try:
        was = actions.remove_item(found, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    back = {
        "words": str(was["words"]), "place": str(was["place"]), "owner": str(was["owner"] or ""),
        "needed": "on" if was["is_needed"] else "",
    }  # fmt: skip
    return done(request, ticket, _("Item removed"), (reverse("desk:checklist", args=[ticket.number]), back))


def _item(request: HttpRequest, number: int, item: int) -> tuple[Ticket, ChecklistItem]:
    ticket = visible_ticket(request, number)
    return ticket, get_object_or_404(ChecklistItem.objects.select_related("ticket"), pk=item, ticket=ticket)


@reads_and_writes
@for_agents
def time(request: HttpRequest, number: int) -> HttpResponseBase:
    """The times of a ticket; "start" and "stop" the own clock, or note minutes."""
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _times(request, ticket)
    try:
        if "start" in request.POST:
            actions.start_clock(ticket, reader(request), by(request))
            return done(request, ticket, _("The clock runs"))
        if "stop" in request.POST:
            spent = actions.stop_clock(ticket, reader(request), by(request), note=request.POST.get("note", "")[:300])
        else:
            form = TimeForm(request.POST)
            if not form.is_valid():
                return refused(request, ticket, problem(form))
            spent = actions.spend(ticket, form.cleaned_data["spent"], by(request), note=form.cleaned_data["note"])
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    undo = (reverse("desk:change_time", args=[ticket.number, spent.pk]), {"remove": "1"})
    return done(request, ticket, _("%(time)s noted") % {"time": span(spent.minutes or 0)}, undo)


def _times(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    rows = list(times_of(ticket).exclude(minutes=None).select_related("person")[:TIMES])
    context = {
        "ticket": ticket,
        "rows": [{"spent": row, "words": span(row.minutes or 0)} for row in rows],
        "work": work(ticket, reader(request)),
    }
    template = "_time" if request.headers.get("HX-Request") else "time"
    return render(request, f"desk/work/{template}.html", context)


@require_POST
@for_agents
def change_time(request: HttpRequest, number: int, spent: int) -> HttpResponseBase:
    """One's own: other minutes, or taken off and back."""
    ticket = visible_ticket(request, number)
    of = {"ticket__in": [ticket.pk, *ticket.absorbed.values_list("pk", flat=True)]}
    found = get_object_or_404(ticket.times.model.objects.select_related("ticket").filter(**of), pk=spent)
    try:
        if "remove" in request.POST:
            is_removed = request.POST["remove"] == "1"
            actions.remove_time(found, by(request), is_removed=is_removed)
            text = _("Time taken off") if is_removed else _("The time counts again")
            return done(request, ticket, text, (request.path, {"remove": "0" if is_removed else "1"}))
        form = TimeForm(request.POST)
        if not form.is_valid():
            return refused(request, ticket, problem(form))
        before = {"spent": str(found.minutes or 1), "note": found.note}
        actions.change_time(found, form.cleaned_data["spent"], by(request), note=form.cleaned_data["note"])
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Time saved"), (request.path, before))
