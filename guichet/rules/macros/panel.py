"""What the reply box asks of this room: the macros that fit a ticket, one of them used, its changes taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from email.utils import getaddresses
from typing import Any, cast

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.kit.lines import one_line
from guichet.kit.text.letters import letter_text, lightly_marked
from guichet.kit.web import toast
from guichet.people.actions import normal_address
from guichet.people.doors import for_agents
from guichet.people.models import Person
from guichet.rules import placeholders, undoing, verbs
from guichet.rules.models import Macro
from guichet.tickets import actions, promises
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Ticket

OFFERED = 300
PREVIEW = 140


def _ticket(request: HttpRequest, number: int) -> Ticket:
    nouns = ("requester__organisation", "inbox", "team", "assignee")
    visible = Ticket.objects.visible_to(request.user).select_related(*nouns).defer("inbox__settings")
    return get_object_or_404(visible, number=number)


@for_agents
@require_safe
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """All that this agent may use here, the most used first, with the beginning of its words for this customer."""
    ticket = _ticket(request, number)
    found = _in_use(request)
    names = verbs.names_of(macro.verbs for macro in found)
    rows = [{**_row(macro, _languages(ticket)), "acts": verbs.told(macro.verbs, names)} for macro in found]
    for row in rows:
        row["url"] = reverse("rules:use_macro", args=[number, row["macro"].pk])
    due = promises.next_answer(ticket, timezone.now())
    promise = promises.moment(due, ticket) if due is not None else ""
    return render(request, "rules/choose.html", {"rows": rows, "number": number, "promise": promise})


@for_agents
@require_safe
def choose_new(request: HttpRequest) -> HttpResponse:
    """The same for a letter whose ticket is not open yet: words alone, for there is nothing to act on."""
    language = cast(Person, request.user).language
    rows = [_row(macro, (language, language)) for macro in _in_use(request) if macro.texts.all()]
    for row in rows:
        row["url"] = reverse("rules:use_new", args=[row["macro"].pk])
    return render(request, "rules/choose.html", {"rows": rows})


def _in_use(request: HttpRequest) -> list[Macro]:
    fields = ("name", "folder", "verbs", "used")
    return list(Macro.objects.visible_to(request.user).in_use().only(*fields).prefetch_related("texts")[:OFFERED])


def _row(macro: Macro, languages: tuple[str, str]) -> dict[str, Any]:
    said = macro.words(*languages)
    return {"macro": macro, "preview": one_line(said.text, PREVIEW) if said else ""}


def _languages(ticket: Ticket) -> tuple[str, str]:
    return ticket.language, ticket.inbox.language


def filled(macro: Macro, ticket: Ticket, agent: Person) -> dict[str, Any]:
    """Its words for this customer: {"text", "html", "open": placeholders that nobody could fill}."""
    return _filled(macro, _languages(ticket), lambda language: placeholders.values_of(ticket, agent, language))


def _filled(macro: Macro, languages: tuple[str, str], values: Callable[[str], Mapping[str, str]]) -> dict[str, Any]:
    said = macro.words(*languages)
    if said is None:
        return {"text": "", "html": "", "open": []}
    letter = lightly_marked(said.text.strip("\n"))
    html, empty = placeholders.fill(letter, values(said.language))
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
        token = signing.dumps([me.pk, ticket.pk, changes, bool(macro.verbs.get("note"))], salt="macro", compress=True)
        undo = {"url": reverse("rules:undo_macro", args=[number]), "values": {"changes": token}}
        answer["toast"]["undo"] = undo
    return JsonResponse(answer)


@for_agents
@require_POST
def use_promise(request: HttpRequest, number: int) -> JsonResponse:
    """A sentence that promises the next answer, in the ticket's language; the moment is put in when it is sent."""
    ticket = _ticket(request, number)
    with translation.override(ticket.language or ticket.inbox.language):
        text = _("You will have our next answer by %(time)s.") % {"time": promises.OPEN_PLACE}
    html = f"<p>{escape(text)}</p>"
    return JsonResponse({"text": text, "html": html, "open": [], "seen": [ticket.version, ticket.version]})


@for_agents
@require_POST
def use_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Its words for whom the letter names so far (`to`, `alias`, `subject`), in the language that they read."""
    me = cast(Person, request.user)
    macro = get_object_or_404(Macro.objects.visible_to(me).in_use().prefetch_related("texts"), pk=pk)
    inboxes = Inbox.objects.visible_to(me).filter(is_active=True).select_related("team").defer("settings")
    alias = request.POST.get("alias", "")
    inbox = next((one for one in inboxes if alias in one.addresses), None)
    if inbox is None:
        return JsonResponse({"error": _("Choose the address it leaves under.")}, status=422)
    customer = _first_of(me, request.POST.get("to", "")[:1000])
    subject = one_line(request.POST.get("subject", ""), 200)
    answer = _filled(
        macro,
        (customer.language or inbox.language, inbox.language),
        lambda language: placeholders.values_before(customer, inbox, subject, me, language),
    )
    Macro.objects.visible_to(me).filter(pk=macro.pk).update(used=F("used") + 1, used_at=timezone.now())
    if macro.verbs:
        said = _("Only the words of %(macro)s: there is no ticket yet to act on") % {"macro": macro}
        answer["toast"] = {"text": said}
    return JsonResponse({**answer, "seen": [0, 0]})


def _first_of(me: Person, to: str) -> Person:
    """Whom a letter is for: somebody this agent sees, or as much of him as the line says."""
    found = getaddresses([to])[:1]
    name, address = found[0] if found else ("", "")
    known = Person.objects.visible_to(me).select_related("organisation").filter(email=normal_address(address)).first()
    return known or Person(name=name, email=address or None, language="")


@for_agents
@require_POST
def undo_macro(request: HttpRequest, number: int) -> HttpResponse:
    ticket, me = _ticket(request, number), cast(Person, request.user)
    response = HttpResponse(status=204)
    try:
        person, pk, changes, noted = signing.loads(request.POST.get("changes", ""), salt="macro", max_age=24 * 3600)
    except (signing.BadSignature, ValueError):
        person = pk = 0
    if (person, pk) != (me.pk, ticket.pk):
        toast(response, _("That cannot be taken back any more."), is_error=True)
        return response
    try:
        whole = undoing.undo(ticket, changes, By(me, "desk"))
    except actions.Refused as why:
        toast(response, str(why), is_error=True)
        return response
    toast(response, _undone(whole, noted))
    return response


def _undone(whole: bool, noted: bool) -> str:
    """A note that colleagues may have read, and were told of, is not unsaid."""
    if whole:
        return _("Undone; the note stays") if noted else _("Undone")
    if noted:
        return _("Undone, but for what was changed again since; the note stays")
    return _("Undone, but for what was changed again since")
