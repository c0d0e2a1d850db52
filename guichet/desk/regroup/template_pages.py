"""Settings: named sets of tickets that large work begins with."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import one_line
from guichet.people.doors import for_admins
from guichet.people.models import Team
from guichet.tickets.models import TicketTemplate

PARTS = 50


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    class Meta:
        model = TicketTemplate
        fields: ClassVar = ["name"]


@for_admins
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    return _page(request, "templates", templates=TicketTemplate.objects.all())


@for_admins
@reads_and_writes
def template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A template to change, or without `pk` a new one; "more" only adds a row."""
    found = get_object_or_404(TicketTemplate, pk=pk) if pk else TicketTemplate()
    name = found.name
    form = TemplateForm(request.POST if request.method == "POST" else None, instance=found)
    parts = _typed(request) if request.method == "POST" else found.parts or [{"subject": "", "team": None}]
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        kept = [part for part in parts if part["subject"]]
        if kept:
            found.parts = kept
            form.save()
            messages.success(request, _("Saved"))
            return redirect("desk:templates")
        form.add_error(None, _("Write the subject of at least one ticket."))
    if request.method == "POST" and "more" in request.POST:
        form = TemplateForm(initial={"name": request.POST.get("name", "")})
        parts = [*parts, {"subject": "", "team": None}][:PARTS]
    teams = Team.objects.visible_to(request.user)
    return _page(request, "template", template=found, name=name, form=form, parts=parts, teams=teams)


@for_admins
@require_POST
def delete_template(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(TicketTemplate, pk=pk)
    found.delete()
    messages.success(request, _("The template %(name)s is deleted.") % {"name": found.name})
    return redirect("desk:templates")


def _typed(request: HttpRequest) -> list[dict[str, Any]]:
    known = {str(pk) for pk in Team.objects.visible_to(request.user).values_list("pk", flat=True)}
    pairs = zip(request.POST.getlist("subject"), request.POST.getlist("team"), strict=False)
    return [
        {"subject": one_line(subject, 500), "team": int(team) if team in known else None} for subject, team in pairs
    ][:PARTS]


def _page(request: HttpRequest, page: str, **context: Any) -> HttpResponse:
    context = {"section": "settings", "settings_key": "templates", **context}
    return render(request, f"desk/regroup/{page}.html", context)
