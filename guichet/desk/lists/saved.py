"""Saved views: made from the box, changed, put into the side bar and in order, deleted and brought back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.conditions.fields import HIDDEN
from guichet.conditions.tree import Tree
from guichet.desk.doors import for_agents, reader
from guichet.desk.frame import Frame
from guichet.desk.lists import catalogue
from guichet.desk.lists.catalogue import View, list_url
from guichet.desk.lists.forms import COLOURS, ICONS, ColumnsForm, QuickForm, ViewForm
from guichet.desk.lists.paging import SORTS
from guichet.desk.lists.views import audiences
from guichet.desk.outcome import problem
from guichet.kit.doors import reads_and_writes
from guichet.kit.web import back_to, say, toast
from guichet.tickets import actions
from guichet.tickets.models import Audience, SavedView


@require_safe
@for_agents
def overview(request: HttpRequest) -> HttpResponseBase:
    """All of them, also those outside the side bar."""
    frame = Frame(request)
    catalogue.read_together(frame.saved, frame.asker)
    context = {"frame": frame, "view_key": "views", "views": frame.saved, "sorts": SORTS}
    return render(request, "desk/lists/views.html", context)


@reads_and_writes
@for_agents
def new(request: HttpRequest) -> HttpResponseBase:
    """Posted from the box with a name; the page itself offers everything a view has."""
    frame = Frame(request)
    if request.method != "POST":
        return _form_page(request, frame, SavedView(owner=frame.person), request.GET.get("q", "finished:no"))
    whole = "icon" in request.POST
    form = (ViewForm if whole else QuickForm)(request.POST, asker=frame.asker)
    view = SavedView(owner=frame.person)
    return _saved(request, frame, form, view, _("Saved as %(name)s"))


@reads_and_writes
@for_agents
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    frame = Frame(request)
    view = _changeable(request, pk)
    if request.method != "POST":
        return _form_page(request, frame, view, catalogue.of_saved(view, frame.asker).text)
    return _saved(request, frame, ViewForm(request.POST, asker=frame.asker), view, _("%(name)s changed"))


@require_POST
@for_agents
def keep(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the box and the order say now becomes the view's own. The undo posts what it was before."""
    frame = Frame(request)
    view = _changeable(request, pk)
    shown = catalogue.of_saved(view, frame.asker)
    before = {"q": shown.text, "sort": view.sort}
    form = QuickForm({**request.POST.dict(), "name": view.name}, asker=frame.asker)
    if not form.is_valid():
        return _failed(request, problem(form))
    view.condition, view.sort = _kept(shown, form), form.cleaned_data["sort"] or view.sort
    try:
        actions.save_view(view, frame.person)
    except actions.Refused as why:
        return _failed(request, str(why))
    # What one may not know cannot be posted back.
    undo = None if "undoing" in request.POST or shown.hides else (request.path, before)
    say(request, _("%(name)s changed") % {"name": view.name}, undo=undo)
    return _to(request, list_url(f"v{view.pk}"))


@require_POST
@for_agents
def pin(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Into one's own side bar, or out of it."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
    actions.pin_view(view, reader(request), is_pinned=request.POST.get("pinned") == "1")
    return redirect("desk:views")


@require_POST
@for_agents
def move(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One place up or down, in one's own order."""
    views = list(SavedView.objects.visible_to(request.user).arranged_for(reader(request)))
    at = next((at for at, view in enumerate(views) if view.pk == pk), None)
    if at is None:
        get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk)
        return redirect("desk:views")
    to = at + (-1 if request.POST.get("to") == "up" else 1)
    if 0 <= to < len(views):
        views[at], views[to] = views[to], views[at]
        actions.arrange_views(views, reader(request))
    return redirect(f"{reverse('desk:views')}#view-{pk}")


@require_POST
@for_agents
def delete(request: HttpRequest, pk: int) -> HttpResponseBase:
    view = _changeable(request, pk)
    actions.delete_view(view)
    undo = (reverse("desk:restore_view", args=[pk]), {"undo": "1"})
    say(request, _("%(name)s deleted") % {"name": view.name}, undo=undo)
    return _to(request, reverse("desk:views"))


@require_POST
@for_agents
def restore(request: HttpRequest, pk: int) -> HttpResponseBase:
    view = get_object_or_404(SavedView.objects.changeable_by(request.user), pk=pk)
    actions.restore_view(view)
    messages.success(request, _("%(name)s is back") % {"name": view.name})
    return _to(request, reverse("desk:views"))


@require_POST
@for_agents
def columns(request: HttpRequest) -> HttpResponseBase:
    """What rows show: of a view that one may change for all its readers, else of one's own lists."""
    form = ColumnsForm(request.POST)
    if not form.is_valid():
        return _failed(request, problem(form))
    person, chosen = reader(request), form.cleaned_data["columns"]
    if form.cleaned_data["view"]:
        view = _changeable(request, form.cleaned_data["view"])
        view.columns = chosen
        view.save(update_fields=["columns"])
    else:
        person.columns = chosen
        person.save(update_fields=["columns"])
    return back_to(request)


def _changeable(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user).changeable_by(request.user), pk=pk)


def _saved(request: HttpRequest, frame: Frame, form: QuickForm, view: SavedView, said: str) -> HttpResponseBase:
    """Store it and show its list; else say why not, with all that was typed."""
    if form.is_valid():
        condition = _kept(catalogue.of_saved(view, frame.asker), form)
        form.fill(view).condition = condition
        try:
            actions.save_view(view, frame.person)
        except actions.Refused as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, said % {"name": view.name})
            return _to(request, list_url(f"v{view.pk}"))
    if not isinstance(form, ViewForm) and getattr(request, "htmx", False):
        return _failed(request, problem(form))
    return _form_page(request, frame, view, request.POST.get("q", ""), form, status=422)


def _kept(shown: View, form: QuickForm) -> Tree:
    """What was typed. Where that is what was shown, the view keeps its condition with all that is hidden in it."""
    typed: Tree = form.cleaned_data["q"]
    return shown.condition if typed == shown.tree else typed


def _form_page(
    request: HttpRequest, frame: Frame, view: SavedView, text: str, form: QuickForm | None = None, status: int = 200
) -> HttpResponse:
    given: dict[str, Any] = {
        "name": view.name, "columns": view.columns, "icon": view.icon, "colour": view.colour, "q": text,
        "sort": request.GET.get("sort", view.sort), "is_pinned": view.is_pinned,
        "audience": f"team-{view.team_id}" if view.audience == Audience.TEAM else view.audience,
    }  # fmt: skip
    shown = form if isinstance(form, ViewForm) else ViewForm(initial=given, asker=frame.asker)
    chosen = shown.data if shown.is_bound else given
    context = {
        "frame": frame, "view_key": f"v{view.pk}" if view.pk else "views", "saved": view, "form": shown, "text": text,
        "audiences": audiences(frame), "audience": chosen.get("audience", "me"), "icons": ICONS,
        "icon": chosen.get("icon", ICONS[0]), "colours": COLOURS, "colour": chosen.get("colour", ""),
        "sorts": SORTS, "sort": chosen.get("sort", "newest"),
        "errors": form.non_field_errors() if form is not None else [],
        "name_errors": form.errors.get("name", []) if form is not None else [],
        "hides": HIDDEN in text,
        "text_errors": form.errors.get("q", []) if form is not None else [],
    }  # fmt: skip
    return render(request, "desk/lists/view.html", context, status=status)


def _failed(request: HttpRequest, said: str) -> HttpResponseBase:
    if not getattr(request, "htmx", False):
        messages.error(request, said)
        return redirect("desk:views")
    response = HttpResponse(status=422, headers={"HX-Reswap": "none"})
    toast(response, said, is_error=True)
    return response


def _to(request: HttpRequest, url: str) -> HttpResponseBase:
    """Go there; what was done is said on the page that comes."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
