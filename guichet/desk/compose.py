"""Writing to the outside: a reply, a question to a third party, a ticket that begins with us."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.desk import files, forms, letter, timeline
from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.frame import Frame
from guichet.desk.kinds import sorting
from guichet.desk.outbound import guarded
from guichet.desk.outcome import Undo, by, done, problem, refused
from guichet.desk.writing import kept, rich
from guichet.kit.doors import reads_and_writes
from guichet.kit.web import toast
from guichet.people.actions import person_at
from guichet.people.models import Person
from guichet.people.search import find_people
from guichet.tickets import actions
from guichet.tickets.models import Event, HeldFor, Impact, Inbox, Message, MessageKind, Ticket, Urgency
from guichet.tickets.participants import Mailbox, answering

SUGGESTED = 8
LOOKED_AT = 100  # the latest letters to third parties, for their addresses


@require_safe
@for_agents
def compose(request: HttpRequest, number: int) -> HttpResponseBase:
    """The letter that the query names (letter.of_ticket): its form alone for scripts, or a page of its own."""
    ticket = visible_ticket(request, number)
    return _form(request, ticket, letter.of_ticket(request, ticket, request.GET))


def _form(request: HttpRequest, ticket: Ticket, made: letter.Letter, **more: Any) -> HttpResponse:
    context = {"ticket": ticket, "letter": made, "upload_limit": files.UPLOAD_LIMIT_MB, **more}
    if getattr(request, "htmx", False):
        return render(request, "desk/_letter.html", context)
    if made.salutation and not made.text:
        made.text = f"{made.salutation}\n\n"
    return render(request, "desk/letter.html", {"frame": Frame(request), **context})


@require_POST
@for_agents
def reply(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = forms.ReplyForm(guarded.resumed(request.POST))
    is_valid = form.is_valid()
    answered = letter.answered_by(request, ticket, request.POST.get("answers", ""))
    if not is_valid:
        return _kept(request, ticket, letter.reply(request, ticket, answered), problem(form))
    data = form.cleaned_data
    made = letter.reply(request, ticket, answered)
    if "to" not in request.POST:
        data["to"] = [one.entry for one in answering(ticket, answered, answered.side if answered else None).to]
    words = actions.Words(
        **_said(request, data, ticket.inbox, made.salutation),
        subject="" if made.is_third_party else ticket.subject,
        in_reply_to=answered.message_id if answered else "",
        side=answered.side if answered else None,
    )
    steps = {"seen": data["seen"], "anyway": data["anyway"], "status": data["status"]}
    steps["insists"] = guarded.insists(request.POST)
    try:
        with transaction.atomic():
            message = actions.reply(ticket, words, by(request), **steps)
            rest = actions.finish_draft(ticket, reader(request), made.panel, message, seen=data["draft"])
    except actions.Stale as stale:
        return _stale(request, ticket, stale, made)
    except actions.Guarded as found:
        return _guarded(request, ticket, found, letter.typed(made, request.POST))
    except actions.Refused as why:
        return _kept(request, ticket, made, str(why))
    return kept.tell_left(request, _sent(request, ticket, message), rest)


@require_POST
@for_agents
def ask(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = forms.AskForm(guarded.resumed(request.POST))
    is_valid = form.is_valid()
    made = letter.third_party(request, ticket, include=form.cleaned_data.get("include", ()))
    if not is_valid:
        return _kept(request, ticket, made, problem(form))
    data = form.cleaned_data
    words = actions.Words(**_said(request, data, ticket.inbox), subject=data["subject"])
    steps = {"seen": data["seen"], "anyway": data["anyway"], "status": data["status"]}
    steps["insists"] = guarded.insists(request.POST)
    try:
        with transaction.atomic():
            message = actions.ask(ticket, words, by(request), include=data["include"], files=data["pass_on"], **steps)
            rest = actions.finish_draft(ticket, reader(request), made.panel, message, seen=data["draft"])
    except actions.Stale as stale:
        return _stale(request, ticket, stale, made)
    except actions.Guarded as found:
        return _guarded(request, ticket, found, letter.typed(made, request.POST))
    except actions.Refused as why:
        return _kept(request, ticket, made, str(why))
    return kept.tell_left(request, _sent(request, ticket, message), rest)


def _said(request: HttpRequest, data: dict[str, Any], inbox: Inbox, salutation: str = "") -> dict[str, Any]:
    """What was typed, with its pictures and files; a salutation alone is nobody's words."""
    said = rich.said(request, data, domain=inbox.address.rpartition("@")[2])
    is_bare = said.text.strip() == salutation and not said.pictures
    return {
        "text": "" if is_bare else said.text,
        "html": "" if is_bare else said.html,
        "to": data["to"],
        "cc": data["cc"],
        "bcc": data["bcc"],
        "from_address": data["alias"],
        "send_at": data["send_at"],
        "files": [*files.taken(request), *said.pictures],
    }


def _sent(request: HttpRequest, ticket: Ticket, message: Message) -> HttpResponseBase:
    """What was done, and for a while the way back."""
    undo: Undo = (reverse("desk:take_back", args=[ticket.number, message.pk]), {})
    name = Mailbox(message.to[0]["address"], message.to[0]["name"])
    who = {"name": name.name.split(" ")[0] or name.address}
    if message.held_for == HeldFor.RELEASE:
        return done(request, ticket, _("It waits for a colleague to release it"), undo)
    if message.send_at is not None:
        when = date_format(timezone.localtime(message.send_at), "DATETIME_FORMAT")
        return done(request, ticket, _("It goes out on %(date)s") % {"date": when}, undo)
    if settings.UNDO_SECONDS:
        return done(request, ticket, _("Your words to %(name)s go out") % who, undo, seconds=settings.UNDO_SECONDS)
    return done(request, ticket, _("Your reply to %(name)s is on its way") % who)


def _kept(request: HttpRequest, ticket: Ticket, made: letter.Letter, why: str) -> HttpResponseBase:
    """Not sent: the words stay in their box, with scripts or without."""
    if getattr(request, "htmx", False):
        return refused(request, ticket, why)
    messages.error(request, why)
    return _form(request, ticket, letter.typed(made, request.POST))


def _stale(request: HttpRequest, ticket: Ticket, stale: actions.Stale, made: letter.Letter) -> HttpResponseBase:
    """What changed, beside the text that stays in its box; sending anyway is a second, deliberate step."""
    changed = changed_since(stale.since, reader(request))
    if not getattr(request, "htmx", False):
        return _form(request, ticket, letter.typed(made, request.POST), changed=changed)
    response = render(request, "desk/_changed.html", {"changed": changed}, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = f"#panel-{made.panel} .changed-place", "innerHTML"
    return response


def _guarded(request: HttpRequest, ticket: Ticket | None, found: actions.Guarded, made: letter.Letter) -> HttpResponse:
    """What the guard found, beside the text that stays in its box."""
    more = guarded.context(found, guarded.resumed(request.POST))
    if getattr(request, "htmx", False):
        return guarded.panel(request, f"#panel-{made.panel} .changed-place", more)
    made.tokens = [files.held(request, ref) for ref in files.taken(request)]
    return _form(request, ticket, made, **more) if ticket else _new(request, made, **more)


def changed_since(events: list[Event], person: Person) -> list[Event]:
    timeline.tell(events, person)
    return events


@reads_and_writes
@for_agents
def new(request: HttpRequest) -> HttpResponseBase:
    """A ticket whose first words are ours."""
    me = reader(request)
    inboxes = list(Inbox.objects.visible_to(me).filter(is_active=True).select_related("team").defer("settings"))
    made = letter.Letter("new", reverse("desk:new"))
    made.aliases = [address for inbox in inboxes for address in inbox.addresses]
    made.to = request.GET.get("to", "")[:320]
    draft = letter.begun(request, request.GET.get("draft", ""))
    made.sorting = sorting.choices(request.POST or (kept.sorted_by(draft) if draft else {}))
    if request.method != "POST":
        if draft is None:
            return _new(request, made)
        return _new(request, letter.go_on_new(request, made, draft), drafts={"new": kept.as_json(request, draft)})
    form = forms.OutgoingForm(guarded.resumed(request.POST))
    if not form.is_valid():
        return _not_opened(request, made, problem(form))
    data = form.cleaned_data
    inbox = next((one for one in inboxes if data["alias"] in one.addresses), None)
    if inbox is None or not data["to"]:
        why = _("Choose the address it leaves under.") if inbox is None else _("A reply needs a recipient.")
        return _not_opened(request, made, why)
    try:
        ticket = _opened(request, inbox, data)
    except actions.Refused as why:
        return _not_opened(request, made, str(why))
    except actions.Guarded as found:
        return _guarded(request, None, found, letter.typed(made, request.POST))
    messages.success(request, _("Ticket #%(number)s is open") % {"number": ticket.number})
    url = reverse("desk:ticket", args=[ticket.number])
    return HttpResponse(headers={"HX-Redirect": url}) if getattr(request, "htmx", False) else redirect(url)


@transaction.atomic
def _opened(request: HttpRequest, inbox: Inbox, data: dict[str, Any]) -> Ticket:
    """All or nothing: where the letter is refused, nobody is entered as a customer either."""
    words = actions.Words(**_said(request, data, inbox), subject=data["subject"])
    first = data["to"][0]
    ticket = actions.open_outgoing(
        inbox,
        person_at(first["address"], reader(request), first["name"]),
        words,
        by(request),
        owner=reader(request) if data["take"] else None,
        category=data["category"],
        severity=(sorting.grade(Impact, data["impact"]), sorting.grade(Urgency, data["urgency"])),
        insists=guarded.insists(request.POST),
    )
    if data["kept"]:
        actions.finish_new(reader(request), data["kept"], ticket.messages.get(), seen=data["draft"])
    return ticket


def _new(request: HttpRequest, made: letter.Letter, **more: Any) -> HttpResponse:
    context = {"frame": Frame(request), "letter": made, "upload_limit": files.UPLOAD_LIMIT_MB, "drafts": {}, **more}
    return render(request, "desk/new.html", context)


def _not_opened(request: HttpRequest, made: letter.Letter, why: str) -> HttpResponseBase:
    if getattr(request, "htmx", False):
        response = HttpResponse(status=422, headers={"HX-Reswap": "none"})
        toast(response, why, is_error=True)
        return response
    messages.error(request, why)
    return _new(request, letter.typed(made, request.POST))


@require_safe
@for_agents
def people(request: HttpRequest) -> HttpResponseBase:
    """Whom a letter may go to, by a part of name or address: people this agent sees, and third parties asked before."""
    me, part = reader(request), request.GET.get("q", "").strip()[:100]
    found: dict[str, Mailbox] = {}
    if len(part) > 1:
        for person in find_people(Person.objects.visible_to(me).current().exclude(email=None), part, SUGGESTED):
            found[person.email or ""] = Mailbox(person.email or "", person.name)
    asked = Message.objects.visible_to(me).filter(kind=MessageKind.OUTBOUND, side__isnull=False)
    for lists in asked.order_by("-pk").values_list("to", "cc")[:LOOKED_AT]:
        for entry in (*lists[0], *lists[1]):
            if part.lower() in f"{entry.get('name', '')} {entry['address']}".lower():
                found.setdefault(entry["address"].lower(), Mailbox(entry["address"], entry.get("name", "")))
    return render(request, "desk/people.html", {"people": list(found.values())[:SUGGESTED]})


@require_POST
@for_agents
def take_back(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """Undo: the words come back into their box, with their recipients and files."""
    ticket = visible_ticket(request, number)
    try:
        taken = actions.take_back(_waiting(request, ticket, message), by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    url = f"{reverse('desk:compose', args=[number])}?draft={taken.pk}"
    if not getattr(request, "htmx", False):
        messages.success(request, _("Taken back: nothing was sent"))
        return redirect(url)
    response = done(request, ticket, _("Taken back: nothing was sent"))
    response["HX-Trigger-After-Settle"] = json.dumps({"compose": {"url": url, "panel": _panel(taken)}})
    return response


def _panel(message: Message) -> str:
    return "ask" if message.side_id else "reply"


@require_POST
@for_agents
def reschedule(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """Another time for words that wait for theirs, or at once; so goes on what was held back."""
    ticket = visible_ticket(request, number)
    form = forms.LaterForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    data = form.cleaned_data
    found = _waiting(request, ticket, message)
    try:
        actions.reschedule(
            found, data["send_at"], by(request), seen=data["seen"], insists=guarded.insists(request.POST)
        )
    except actions.Guarded as guarded_by:
        return _still_held(request, ticket, found, guarded_by)
    except actions.Stale:
        return refused(request, ticket, _("Not sent yet: somebody wrote since you last looked."))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    found.refresh_from_db()
    if found.held_for == HeldFor.RELEASE:
        return done(request, ticket, _("It waits for a colleague to release it"))
    if data["send_at"] is None:
        return done(request, ticket, _("It is on its way"))
    when = date_format(timezone.localtime(data["send_at"]), "DATETIME_FORMAT")
    return done(request, ticket, _("It goes out on %(date)s") % {"date": when})


def _still_held(request: HttpRequest, ticket: Ticket, message: Message, found: actions.Guarded) -> HttpResponseBase:
    """What was held back shows what was found in it, with the second step."""
    more = guarded.context(found, request.POST)
    more |= {"ticket": ticket, "message": message, "seen": request.POST.get("seen", "")}
    if getattr(request, "htmx", False):
        return guarded.panel(request, f"#waits-{message.pk}", {**more, "is_of_message": True})
    return render(request, "desk/outbound/held.html", {"frame": Frame(request), **more})


def _waiting(request: HttpRequest, ticket: Ticket, pk: int) -> Message:
    ours = Message.objects.visible_to(request.user).filter(ticket=ticket, kind=MessageKind.OUTBOUND)
    return get_object_or_404(ours, pk=pk)
