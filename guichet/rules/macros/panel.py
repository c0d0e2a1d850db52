"""What the reply box asks of this room: the macros that fit a ticket, one of them used, its changes taken back."""

from __future__ import annotations

from typing import Any, cast

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.kit.doors import only
from guichet.kit.lines import one_line
from guichet.kit.text.letters import letter_text, lightly_marked
from guichet.kit.web import toast
from guichet.people.access import can
from guichet.people.models import Person
from guichet.rules import placeholders, verbs
from guichet.rules.models import Macro
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Ticket

OFFERED = 300
PREVIEW = 140
for_agents = only(lambda person: can(person, "work"))


def _ticket(request: HttpRequest, number: int) -> Ticket:
    nouns = ("requester__organisation", "inbox", "team", "assignee")
    visible = Ticket.objects.visible_to(request.user).select_related(*nouns).defer("inbox__settings")
    return get_object_or_404(visible, number=number)


@for_agents
@require_safe
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """All that this agent may use here, the most used first, with the beginning of its words for this customer."""
    ticket = _ticket(request, number)
    fields = ("name", "folder", "verbs", "used")
    found = list(Macro.objects.visible_to(request.user).in_use().only(*fields).prefetch_related("texts")[:OFFERED])
    names = verbs.names_of(macro.verbs for macro in found)
    rows = []
    for macro in found:
        said = macro.words(*_languages(ticket))
        preview = one_line(said.text, PREVIEW) if said else ""
        rows.append({"macro": macro, "preview": preview, "acts": verbs.told(macro.verbs, names)})
    return render(request, "rules/choose.html", {"rows": rows, "number": number})


def _languages(ticket: Ticket) -> tuple[str, str]:
    return ticket.language, ticket.inbox.language


def filled(macro: Macro, ticket: Ticket, agent: Person) -> dict[str, Any]:
    """Its words for this customer: {"text", "html", "open": placeholders that nobody could fill}."""
    said = macro.words(*_languages(ticket))
    if said is None:
        return {"text": "", "html": "", "open": []}
    letter = lightly_marked(said.text.strip("\n"))
    html, empty = placeholders.fill(letter, placeholders.values_of(ticket, agent, said.language))
    return {
        "text": letter_text(html),
        "html": html,
        "open": [f"{{{name}}}" for name in empty],
        "language": said.language,
    }


@for_agents
@require_POST
def use(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Its acts are done and its words come back, to be inserted where the caret stands."""
    ticket, me = _ticket(request, number), cast(Person, request.user)
    macro = get_object_or_404(Macro.objects.visible_to(me).in_use().prefetch_related("texts"), pk=pk)
    answer = filled(macro, ticket, me)
    try:
        with transaction.atomic():
            verbs.as_it_is(ticket)
            seen = ticket.version
            changes = verbs.do(ticket, macro.verbs, By(me, f"macro:{macro.pk}"))
            stays = Ticket.objects.visible_to(me).filter(pk=ticket.pk).exists()
            if not stays and answer["text"]:
                raise actions.Refused(
                    _("It hands the ticket to a team whose tickets you do not see: nothing was done.")
                )
            Macro.objects.filter(pk=macro.pk).update(used=F("used") + 1, used_at=timezone.now())
    except actions.Refused as why:
        return JsonResponse({"error": str(why)}, status=422)
    answer["seen"] = [seen, ticket.version]  # a note of the macro's own is no news to whoever used it
    if not stays:
        answer["url"] = reverse("desk:home")
    if changes or macro.verbs.get("note"):
        answer["toast"] = {"text": _("%(macro)s: done") % {"macro": macro.name}}
    if changes and stays:
        token = signing.dumps([me.pk, ticket.pk, changes], salt="macro", compress=True)
        undo = {"url": reverse("rules:undo_macro", args=[number]), "values": {"changes": token}}
        answer["toast"]["undo"] = undo
    return JsonResponse(answer)


@for_agents
@require_POST
def undo_macro(request: HttpRequest, number: int) -> HttpResponse:
    ticket, me = _ticket(request, number), cast(Person, request.user)
    response = HttpResponse(status=204)
    try:
        person, pk, changes = signing.loads(request.POST.get("changes", ""), salt="macro", max_age=24 * 3600)
    except signing.BadSignature:
        person = pk = 0
    if (person, pk) != (me.pk, ticket.pk):
        toast(response, _("That cannot be taken back any more."), is_error=True)
        return response
    try:
        whole = verbs.undo(ticket, changes, By(me, "desk"))
    except actions.Refused as why:
        toast(response, str(why), is_error=True)
        return response
    toast(response, _("Undone") if whole else _("Undone, but for what was changed again since"))
    return response
