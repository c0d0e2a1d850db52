"""Settings: texts and macros, by folder, with what they would say."""

from __future__ import annotations

from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.kit.doors import reads_and_writes
from guichet.kit.text.letters import lightly_marked
from guichet.people.doors import for_agents
from guichet.people.models import Person
from guichet.rules import placeholders, verbs
from guichet.rules.macros.forms import MacroForm
from guichet.rules.models import Macro
from guichet.tickets.models import Ticket

LISTED = 500
EXAMPLE = {
    "customer.name": "Cleo Martin",
    "customer.first_name": "Cleo",
    "customer.email": "cleo@customer.example",
    "customer.organisation": "Acme",
    "ticket.number": "1042",
    "ticket.subject": "…",
}


def page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"rules/{template}.html", {"section": "settings", "settings_key": "macros", **context})


@for_agents
@require_safe
def macros(request: HttpRequest) -> HttpResponse:
    me = cast(Person, request.user)
    found = list(
        Macro.objects.visible_to(me)
        .in_use()
        .select_related("team")
        .prefetch_related("texts")
        .order_by("folder", "name")[:LISTED]
    )
    mine = set(
        Macro.objects.visible_to(me)
        .editable_by(me)
        .filter(pk__in=[macro.pk for macro in found])
        .values_list("pk", flat=True)
    )
    names = verbs.names_of(one.verbs for one in found)
    rows = [
        {"macro": one, "folder": one.folder, "acts": verbs.told(one.verbs, names), "can_change": one.pk in mine,
         "languages": [text.language for text in one.texts.all()]}
        for one in found
    ]  # fmt: skip
    folders = [(folder, list(some)) for folder, some in groupby(rows, lambda row: str(row["folder"]))]
    removed = request.GET.get("removed", "")
    gone = (
        Macro.objects.visible_to(me).editable_by(me).filter(pk=int(removed))
        if removed.isdecimal() and len(removed) < 19
        else None
    )
    return page(
        request, "macros", folders=folders, removed=gone.exclude(removed_at=None).first() if gone is not None else None
    )


@for_agents
@reads_and_writes
def macro(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A macro to change, or without `pk` a new one. "See" saves nothing."""
    me = cast(Person, request.user)
    editable = Macro.objects.visible_to(me).editable_by(me).in_use().prefetch_related("texts")
    found = get_object_or_404(editable, pk=pk) if pk else Macro()
    typed = request.POST if request.method == "POST" else None
    form = MacroForm(typed, instance=found, by=me)
    is_valid = typed is not None and form.is_valid()
    if typed is not None and is_valid and "see" not in typed:
        form.save()
        messages.success(request, _("Saved"))
        return redirect("rules:macros")
    shown = _seen(request, me, form) if typed is not None and is_valid else []
    if typed is not None and "see" in typed and request.headers.get("HX-Request"):
        return render(request, "rules/_preview.html", {"shown": shown, "form": form, "tells_errors": True})
    folders = (
        Macro.objects.visible_to(me).in_use().exclude(folder="").order_by("folder").values_list("folder", flat=True)
    )
    context = {"form": form, "macro": found if pk else None, "shown": shown, "folders": list(folders.distinct()[:100])}
    return page(request, "macro", vocabulary=placeholders.VOCABULARY, **context)


def _seen(request: HttpRequest, me: Person, form: MacroForm) -> list[dict[str, str]]:
    """The words as they would be inserted, for the latest ticket this agent sees or for somebody made up."""
    nouns = ("requester__organisation", "inbox", "team")
    visible = Ticket.objects.visible_to(me).select_related(*nouns).defer("inbox__settings")
    ticket = visible.order_by("-last_message_at").first()
    shown = []
    for language, text in form.said():
        values = placeholders.values_of(ticket, me, language) if ticket else EXAMPLE
        html, _empty = placeholders.fill(lightly_marked(text), values)
        shown.append({"language": language, "html": html})
    return shown


@for_agents
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of use, or with `undoing` back again."""
    found = get_object_or_404(Macro.objects.visible_to(request.user).editable_by(request.user), pk=pk)
    found.removed_at = None if "undoing" in request.POST else timezone.now()
    found.save(update_fields=["removed_at"])
    url = reverse("rules:macros")
    return redirect(url if "undoing" in request.POST else f"{url}?removed={found.pk}")
