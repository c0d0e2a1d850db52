"""Merge, choose messages to move, move to another inbox, and take any of it back: at once or weeks later."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from guichet.desk import timeline
from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.outcome import Undo, by, done, problem, refused
from guichet.desk.regroup.customers import Mixed, mixed
from guichet.desk.regroup.forms import CarryForm, InboxForm, MergeForm, UndoForm
from guichet.desk.regroup.suggest import suggest
from guichet.kit.doors import reads_and_writes
from guichet.tickets import actions
from guichet.tickets.models import Grouping, Inbox, Message, Regrouping, Ticket

OFFERED = 300  # messages to choose from, the newest


@reads_and_writes
@for_agents
def merge(request: HttpRequest, number: int) -> HttpResponseBase:
    """Other tickets into this one, or this one into another."""
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _choose(request, ticket)
    form = MergeForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    chosen, way = _named(request, form.cleaned_data["ticket"]), form.cleaned_data["way"]
    if way == "there" and len(chosen) != 1:
        return refused(request, ticket, _("Choose the one ticket that this is to go into."))
    going, into = ([ticket], chosen[0]) if way == "there" else (chosen, ticket)
    found = mixed(going, into, way)
    if found is not None and form.cleaned_data["sure"] != found.sure:
        return _ask(request, ticket, chosen, found)
    try:
        acts = actions.merge(going, into, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    text = _merged(ticket, chosen, into)
    return there(request, into, text, undo_of(into, acts))


def _ask(request: HttpRequest, ticket: Ticket, chosen: Sequence[Ticket], found: Mixed) -> HttpResponse:
    """The second step, in the menu where it was chosen; without scripts on its page."""
    context = {"ticket": ticket, "mixed": found}
    if not getattr(request, "htmx", False):
        return render(request, "desk/regroup/merge.html", {**context, "chosen": chosen}, status=409)
    response = render(request, "desk/regroup/_mixed.html", context, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = "#merge-ask", "innerHTML"
    return response


def _choose(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    typed = request.GET.get("q", "")[:100]
    found = suggest(ticket, reader(request), typed)
    part = "_found" if request.headers.get("HX-Target") == "merge-found" else "_merge"
    template = part if request.headers.get("HX-Request") else "merge"
    context = {"ticket": ticket, "found": found, "typed": typed}
    return render(request, f"desk/regroup/{template}.html", context)


def _merged(ticket: Ticket, chosen: Sequence[Ticket], into: Ticket) -> str:
    if into != ticket:
        return _("#%(number)s is merged into this one") % {"number": ticket.number}
    words = ngettext("%(n)s ticket is merged into this one", "%(n)s tickets are merged into this one", len(chosen))
    return words % {"n": len(chosen)}


@reads_and_writes
@for_agents
def carry(request: HttpRequest, number: int) -> HttpResponseBase:
    """Chosen messages on a new ticket, or on another one."""
    ticket = visible_ticket(request, number)
    form = CarryForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _messages(request, ticket, form, problem(form) if request.method == "POST" else "")
    wanted, to = form.cleaned_data["message"], form.cleaned_data["number"]
    into = None
    if form.cleaned_data["where"] == "other":
        into = Ticket.objects.visible_to(request.user).filter(number=to or 0).first()
        if into is None:
            return _messages(request, ticket, form, _("There is no ticket of this number that you can see."))
    found = Message.objects.visible_to(request.user).filter(ticket=ticket, pk__in=wanted).values_list("pk", flat=True)
    try:
        if len(found) != len(wanted):
            raise actions.Refused(_("Somebody has moved these messages meanwhile."))
        act = actions.carry(ticket, found, by(request), into=into, subject=form.cleaned_data["subject"])
    except actions.Refused as why:
        return _messages(request, ticket, form, str(why))
    words = ngettext("%(n)s message is on ticket #%(number)s now", "%(n)s messages are on ticket #%(number)s now",
                     len(wanted))  # fmt: skip
    messages.success(request, words % {"n": len(wanted), "number": act.into.number})
    return redirect("desk:ticket", act.into.number)


def _messages(request: HttpRequest, ticket: Ticket, form: CarryForm, trouble: str) -> HttpResponse:
    said = Message.objects.visible_to(request.user).filter(ticket=ticket).exclude(delivery="withdrawn")
    newest = list(said.select_related("author", "side").order_by("-at", "-pk")[:OFFERED])
    chosen = request.POST.getlist("message") or [request.GET.get("message", "")]
    rows = [
        {"message": one, "who": timeline.who(one, ticket), "is_chosen": str(one.pk) in chosen} for one in newest[::-1]
    ]
    context = {"ticket": ticket, "rows": rows, "form": form, "trouble": trouble, "typed": request.POST}
    return render(request, "desk/regroup/carry.html", context, status=422 if trouble else 200)


@reads_and_writes
@for_agents
def inbox(request: HttpRequest, number: int) -> HttpResponseBase:
    """To another inbox and its team; taken back, its owner has it again."""
    ticket = visible_ticket(request, number)
    reachable = Inbox.objects.reachable_by(request.user).defer("settings").select_related("team")
    if request.method != "POST":
        choices = [
            {"name": "inbox", "value": one.pk, "label": str(one), "icon": "inbox", "hint": one.team.name,
             "is_picked": one.pk == ticket.inbox_id}
            for one in reachable
        ]  # fmt: skip
        context = {"post_url": request.path, "field": "inbox", "choices": choices, "has_filter": True}
        return render(request, "desk/choose.html", {**context, "placeholder": _("Find an inbox")})
    form = InboxForm(request.POST, inboxes=reachable)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    chosen, before = form.cleaned_data["inbox"], ticket
    undo = {"inbox": str(before.inbox_id), "team": str(before.team_id), "assignee": str(before.assignee_id or "")}
    moved = actions.move(ticket, chosen, by(request))
    if "undoing" in request.POST and form.cleaned_data["team"] is not None:
        moved = actions.assign(moved, form.cleaned_data["assignee"], by(request), team=form.cleaned_data["team"])
    return there(request, moved, _("Moved to %(inbox)s") % {"inbox": chosen}, (request.path, undo))


@require_POST
@for_agents
def undo(request: HttpRequest, number: int) -> HttpResponseBase:
    """Take merges, splits or moves of messages back, the latest first, if one sees all that they would touch."""
    ticket = visible_ticket(request, number)
    form = UndoForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    acts = Regrouping.objects.visible_to(request.user).select_related("ticket", "into")
    found = list(acts.filter(pk__in=form.cleaned_data["act"]).order_by("-pk"))
    if not found or len(found) != len(form.cleaned_data["act"]):
        raise Http404
    touched = {pk for act in found for pk in actions.reach(act)}
    if Ticket.objects.visible_to(request.user).filter(pk__in=touched).count() != len(touched):
        return refused(request, ticket, _("This would move words of a ticket that you cannot see."))
    try:
        for act in found:
            back = actions.undo(act, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    # What was split off leads to where its words went; whoever merged stays on the ticket that goes on.
    follows = len(found) == 1 and found[0].kind != Grouping.MERGE
    return there(request, back if follows else ticket, _("Undone"), None)


def undo_of(ticket: Ticket, acts: Sequence[Regrouping]) -> Undo:
    return reverse("desk:undo_regrouping", args=[ticket.number]), {"act": [str(act.pk) for act in acts]}


def there(request: HttpRequest, ticket: Ticket, text: str, undo: Undo | None) -> HttpResponseBase:
    """The page of the ticket where the words are now, its address in the browser's bar; the list, once out of sight."""
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        messages.success(request, text)
        home = reverse("desk:home")
        return HttpResponse(headers={"HX-Redirect": home}) if getattr(request, "htmx", False) else redirect(home)
    response = done(request, ticket, text, undo)
    response["HX-Push-Url"] = reverse("desk:ticket", args=[ticket.number])
    return response


def _named(request: HttpRequest, numbers: Sequence[int]) -> list[Ticket]:
    visible = Ticket.objects.visible_to(request.user).select_related("requester__organisation", "inbox")
    found = list(visible.defer("inbox__settings").filter(number__in=numbers))
    if len(found) != len(set(numbers)):
        raise Http404
    return found
