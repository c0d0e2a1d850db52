"""What is done to many tickets of a list at once, how far it is, and its way back."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guichet.conditions.tree import Malformed, Tree
from guichet.desk.acts import TAGS_OFFERED
from guichet.desk.doors import for_agents, reader
from guichet.desk.frame import Frame
from guichet.desk.kinds import sorting
from guichet.desk.lists import asking
from guichet.desk.lists.catalogue import tickets_of
from guichet.kit.lines import whole_numbers
from guichet.kit.web import back_to, say, toast
from guichet.people.models import Person, Team
from guichet.tickets import bulk, fields
from guichet.tickets.actions import Refused
from guichet.tickets.models import BulkRun, Category, Outcome, Priority, RunState, Status, Ticket

CHOSEN_LIMIT = 500
COUNTED = 1_000
REASONS = 20


@require_POST
@for_agents
def act(request: HttpRequest) -> HttpResponseBase:
    """`act` is "status:resolved"; on the tickets `t`, or with `whole` on all that the list of view and text holds."""
    frame = Frame(request)
    verb, _colon, word = request.POST.get("act", "").partition(":")
    pks = whole_numbers(request.POST.getlist("t")[:CHOSEN_LIMIT])
    try:
        whole = _whole(request, frame) if request.POST.get("whole") else None
        if whole is None and not pks:
            raise Refused(_("Choose some tickets first."))
        run = bulk.begin(frame.person, verb, word, pks=pks, condition=whole)
    except Refused as why:
        return _refused(request, str(why))
    return _begun(request, run)


def _whole(request: HttpRequest, frame: Frame) -> Tree:
    """The condition of the list that the page shows. The desk's own views say it in words too."""
    asked = asking.asked_of(request.POST, frame)
    if asked.mistake is not None:
        raise Refused(str(asked.mistake))
    return asking.tree_of_view(asked.view, frame)


@require_safe
@for_agents
def count(request: HttpRequest) -> HttpResponseBase:
    """How many tickets the list holds, as far as anybody wants to count."""
    frame = Frame(request)
    asked = asking.asked(request, frame)
    try:
        number = 0 if asked.mistake else tickets_of(asked.view, frame.asker).order_by()[: COUNTED + 1].count()
    except Malformed:
        number = 0
    words = f"{COUNTED}+" if number > COUNTED else str(number)
    return render(request, "desk/lists/bulk_count.html", {"number": words})


@require_safe
@for_agents
def choices(request: HttpRequest, verb: str) -> HttpResponseBase:
    """Whom, which team or which tag: fetched when the menu opens."""
    found: list[dict[str, Any]] = []
    if verb == "assignee":
        me = reader(request)
        people = sorted(Person.objects.agents(), key=lambda p: (p.pk != me.pk, str(p).lower()))
        found = [
            {"value": p.pk, "label": str(p), "is_person": True, "hint": _("you") if p == me else ""} for p in people
        ]
        found.append({"value": "", "label": _("Nobody"), "icon": "circle-dashed"})
    elif verb == "team":
        found = [{"value": team.pk, "label": team.name, "icon": "users"} for team in Team.objects.all()]
    elif verb in ("tag", "untag"):
        seen = fields.tags_seen(Frame(request).asker)[:TAGS_OFFERED]
        found = [{"value": name, "label": name, "icon": "tag"} for name in seen]
    elif verb == "category":
        found = [{"value": one.pk, "label": str(one), "icon": "folder"} for one in sorting.categories()]
        found.append({"value": "", "label": _("No category"), "icon": "circle-dashed"})
    elif verb == "severity":
        return render(request, "desk/lists/bulk_severity.html", sorting.matrix())
    elif verb == "more":
        return render(request, "desk/lists/bulk_sorting.html", sorting.in_use())
    return render(request, "desk/lists/bulk_choices.html", {"verb": verb, "choices": found, "can_make": verb == "tag"})


@require_safe
@for_agents
def progress(request: HttpRequest, pk: int) -> HttpResponseBase:
    run = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=pk)
    return render(request, "desk/lists/_run.html", report(run))


@require_POST
@for_agents
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    run = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=pk)
    try:
        back = bulk.take_back(run)
    except Refused as why:
        return _refused(request, str(why))
    BulkRun.objects.visible_to(request.user).filter(pk=pk).update(is_told=True)
    return _begun(request, back)


@require_POST
@for_agents
def stop(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Stop what runs; put the report of what is over away."""
    run = get_object_or_404(BulkRun.objects.visible_to(request.user), pk=pk)
    if run.is_over:
        BulkRun.objects.visible_to(request.user).filter(pk=pk).update(is_told=True)
        return HttpResponse("") if getattr(request, "htmx", False) else redirect("desk:home")
    bulk.stop(run)
    run.refresh_from_db()
    if not getattr(request, "htmx", False):
        return redirect("desk:home")
    return render(request, "desk/lists/_run.html", report(run))


def untold(person: Person) -> dict[str, Any] | None:
    """The report that stands above a list: of what runs, or is over and was not read away."""
    run = BulkRun.objects.visible_to(person).filter(is_told=False).order_by("-pk").first()
    return report(run) if run else None


def report(run: BulkRun) -> dict[str, Any]:
    numbers = dict(run.steps.values_list("outcome").annotate(n=Count("pk")).order_by())
    total, left = sum(numbers.values()), numbers.get(Outcome.TO_DO, 0)
    failed = run.steps.filter(outcome=Outcome.REFUSED).select_related("ticket").order_by("pk")[:REASONS]
    pks = [step.ticket_id for step in failed]
    seen = set(Ticket.objects.visible_to(run.person).filter(pk__in=pks).values_list("pk", flat=True)) if pks else set()
    return {
        "run": run,
        "words": sentence(run),
        "is_over": run.is_over,
        "is_gathering": run.state == RunState.GATHERING,
        "total": total,
        "gone_through": total - left,
        "done": numbers.get(Outcome.DONE, 0),
        "unchanged": numbers.get(Outcome.UNCHANGED, 0),
        "refused": numbers.get(Outcome.REFUSED, 0),
        "gone": numbers.get(Outcome.GONE, 0),
        "left": left,
        "reasons": [(step.ticket, step.why) for step in failed if step.ticket_id in seen],
        "can_undo": run.is_over and run.undoes_id is None and numbers.get(Outcome.DONE, 0) > 0,
    }


def sentence(run: BulkRun) -> str:
    """What is being done, in a word or two."""
    if run.undoes_id:
        return _("Taken back")
    value: Any = run.value
    if run.verb == "assignee":
        owner = Person.objects.agents().filter(pk=value).first() if value else None
        return _("Assigned to %(name)s") % {"name": owner or _("somebody")} if value else _("Nobody owns it now")
    if run.verb == "team":
        return _("Handed to %(team)s") % {"team": Team.objects.filter(pk=value).first() or _("a team")}
    if run.verb == "status":
        return _("Status: %(status)s") % {"status": Status(value).label}
    if run.verb == "priority":
        return _("Priority: %(priority)s") % {"priority": Priority(value).label}
    if run.verb == "category":
        category = Category.objects.filter(pk=value).select_related("parent").first() if value else None
        return _("Category: %(name)s") % {"name": category or _("No category")}
    if run.verb == "severity":
        return sorting.said(value)
    if run.verb in ("tag", "untag"):
        return (_("Tag %(name)s added") if run.verb == "tag" else _("Tag %(name)s removed")) % {"name": value}
    return _("Marked as read")


def _begun(request: HttpRequest, run: BulkRun) -> HttpResponseBase:
    """A small run without a hitch is a toast; anything else has its report above the list."""
    told = report(run)
    is_plain = run.is_over and not told["refused"] and not told["gone"]
    said = f"{told['words']} · {_counted(told['done'])}" if is_plain else ""
    way_back = (reverse("desk:bulk_undo", args=[run.pk]), {"undo": "1"}) if told["can_undo"] else None
    if is_plain:
        BulkRun.objects.visible_to(request.user).filter(pk=run.pk).update(is_told=True)
    if not getattr(request, "htmx", False):
        if is_plain:
            say(request, said, undo=way_back)
        return back_to(request)
    response = HttpResponse("")
    if is_plain:
        toast(response, said, undo=way_back)
    heard = json.loads(response.headers.get("HX-Trigger", "{}"))
    url = "" if is_plain else reverse("desk:bulk_run", args=[run.pk])
    pks = list(run.steps.values_list("ticket_id", flat=True)[:CHOSEN_LIMIT]) if run.is_over else []
    response["HX-Trigger"] = json.dumps({**heard, "bulk": {"url": url, "tickets": pks}})
    return response


def _counted(number: int) -> str:
    return ngettext("%(n)s ticket", "%(n)s tickets", number) % {"n": number}


def _refused(request: HttpRequest, why: str) -> HttpResponseBase:
    if not getattr(request, "htmx", False):
        messages.error(request, why)
        return back_to(request)
    response = HttpResponse(status=422, headers={"HX-Reswap": "none"})
    toast(response, why, is_error=True)
    return response
