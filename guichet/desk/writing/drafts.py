"""Drafts kept by the desk: saved while somebody types, there again on any device, handed to the team and taken over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.desk import files, forms
from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.frame import Frame
from guichet.desk.kinds import sorting
from guichet.desk.outcome import Undo, by, done, problem, refused
from guichet.desk.writing import kept, rich
from guichet.kit.lines import one_line
from guichet.tickets import actions
from guichet.tickets.models import Draft, Impact, Message, Panel, Ticket, Urgency

LISTED = 100


@require_POST
@for_agents
def keep(request: HttpRequest, number: int, panel: str) -> HttpResponseBase:
    """What stands in a box now. 409 says that another device was quicker, and gives what it wrote."""
    ticket = _ticket(request, number, panel)
    form = forms.DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": problem(form)}, status=422)
    words, seen = _words(request, ticket, form.cleaned_data), form.cleaned_data["version"]
    try:
        draft = actions.keep_draft(ticket, reader(request), panel, words, seen=seen)
    except actions.DraftMoved as moved:
        return JsonResponse(kept.as_json(request, moved.draft), status=409)
    return JsonResponse({"version": draft.version if draft else 0})


@require_POST
@for_agents
def keep_new(request: HttpRequest) -> HttpResponseBase:
    """The same for a ticket that is not open yet; `kept` is the draft's own number, 0 for one that begins."""
    form = forms.DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": problem(form)}, status=422)
    words, data = _words(request, None, form.cleaned_data), form.cleaned_data
    try:
        draft = actions.keep_new(reader(request), words, data["kept"] or 0, seen=data["version"])
    except actions.DraftMoved as moved:
        return JsonResponse(kept.as_json(request, moved.draft), status=409)
    return JsonResponse({"version": draft.version if draft else 0, "kept": draft.pk if draft else 0})


def _words(request: HttpRequest, ticket: Ticket | None, data: dict[str, Any]) -> actions.DraftWords:
    address = ticket.inbox.address if ticket else data["alias"]
    said = rich.said(request, data, domain=address.rpartition("@")[2])
    answered = None
    if ticket is not None and data["answers"]:
        answered = Message.objects.visible_to(request.user).filter(ticket=ticket, pk=data["answers"]).first()
    category = sorting.offered(data["category"])
    names = ("to", "cc", "bcc", "alias", "subject")
    return actions.DraftWords(
        text=said.text,
        html=said.html,
        category_id=category.pk if category else None,
        impact=sorting.grade(Impact, data["impact"]),
        urgency=sorting.grade(Urgency, data["urgency"]),
        answers_id=answered.pk if answered else None,
        files=[*files.taken(request), *said.pictures],
        **{name: data[name] for name in names},
    )


@require_POST
@for_agents
def share(request: HttpRequest, number: int, panel: str) -> HttpResponseBase:
    ticket = _ticket(request, number, panel)
    own = Draft.objects.visible_to(request.user).own(reader(request))
    draft = own.filter(ticket=ticket, panel=panel).select_related("ticket").first()
    if draft is None:
        return refused(request, ticket, _("Write something first."))
    try:
        actions.share_draft(draft, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    undo: Undo = (reverse("desk:take_draft", args=[number, draft.pk]), {})
    return done(request, ticket, _("Your draft is in the team's hands"), undo)


@require_POST
@for_agents
def take(request: HttpRequest, number: int, pk: int) -> HttpResponseBase:
    """The page is loaded anew: it comes with the draft in its box."""
    ticket = visible_ticket(request, number)
    shared = Draft.objects.visible_to(request.user).shared().filter(ticket=ticket).select_related("ticket")
    try:
        draft = actions.take_draft(get_object_or_404(shared, pk=pk), by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    messages.success(request, _("The draft is yours to finish and send"))
    return _to_box(request, draft)


def _to_box(request: HttpRequest, draft: Draft) -> HttpResponseBase:
    assert draft.ticket is not None
    url = reverse("desk:ticket", args=[draft.ticket.number])
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(f"{reverse('desk:compose', args=[draft.ticket.number])}?kept={draft.pk}")


@require_safe
@for_agents
def mine(request: HttpRequest) -> HttpResponseBase:
    """Everything one has begun and not sent, and what colleagues handed over."""
    me = reader(request)
    unsent = Draft.objects.visible_to(me).unsent().filter(Q(person=me) | Q(shared_at__isnull=False))
    rows: list[Any] = list(
        unsent.select_related("ticket__requester", "person").defer("html").order_by("-updated_at")[:LISTED]
    )
    for row in rows:
        row.preview = one_line(row.text, kept.PREVIEW) or ", ".join(file["name"] for file in row.files)
        row.is_own = row.person_id == me.pk
        row.about = row.ticket.subject if row.ticket else row.subject
        new = f"{reverse('desk:new')}?draft={row.pk}"
        row.url = reverse("desk:ticket", args=[row.ticket.number]) if row.ticket else new
    own = [row for row in rows if row.shared_at is None]
    shared = [row for row in rows if row.shared_at is not None]
    gone = request.GET.get("discarded", "")
    context = {"frame": Frame(request), "own": own, "shared": shared, "view_key": "drafts"}
    context["discarded"] = gone if gone.isascii() and gone.isdecimal() and len(gone) < 19 else ""
    return render(request, "desk/drafts.html", context)


@require_POST
@for_agents
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Away with it, or with `undoing` back again."""
    mine = Draft.objects.visible_to(request.user).filter(person=reader(request), message=None, pk=pk)
    draft = get_object_or_404(mine.select_related("ticket", "person"))
    try:
        (actions.bring_draft_back if "undoing" in request.POST else actions.discard_draft)(draft)
    except actions.Refused as why:
        messages.error(request, str(why))
        return redirect("desk:drafts")
    return redirect(reverse("desk:drafts") + ("" if "undoing" in request.POST else f"?discarded={draft.pk}"))


def _ticket(request: HttpRequest, number: int, panel: str) -> Ticket:
    if panel not in Panel.values or panel == Panel.NEW:
        raise Http404
    return visible_ticket(request, number)
