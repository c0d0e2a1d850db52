"""Answers that were given before: to this customer, to requests like this one, lately by oneself and one's teams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.kit.lines import one_line
from guichet.kit.text.letters import is_letter, plain_letter, without_pictures
from guichet.people.models import Person
from guichet.tickets.models import Delivery, Message, MessageKind, Ticket
from guichet.tickets.models.message import MessageQuerySet
from guichet.tickets.search import similar

OFFERED = 40
TO_THIS_ONE = 15
LOOKED_AT = 2000  # the latest answers, through which words are sought
PREVIEW = 200
_NOT_SAID = (Delivery.WITHDRAWN, Delivery.HELD)


def _answers(person: Person) -> MessageQuerySet:
    """What people of this desk said to customers, as far as this one may see it."""
    said = Message.objects.visible_to(person).filter(
        kind=MessageKind.OUTBOUND, auto="", side=None, author__isnull=False
    )
    return said.exclude(delivery__in=_NOT_SAID)


@require_safe
@for_agents
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """The list, or what of it has all the words of `q`: five queries at most."""
    ticket, me = visible_ticket(request, number), reader(request)
    words = one_line(request.GET.get("q", ""), 200).split()[:8]
    has_words = Q(*(Q(text__icontains=word) for word in words))
    mine = _answers(me).select_related("author", "ticket").defer("html")
    to_him = mine.filter(has_words, ticket__requester=ticket.requester_id).order_by("-at", "-pk")[:TO_THIS_ONE]
    alike = [] if words else [one.ticket.pk for one in similar(ticket, me)]
    like_it = mine.filter(ticket__in=alike).order_by("-at", "-pk")[:TO_THIS_ONE] if alike else ()
    ours = Q(author=me) | Q(ticket__team__in=me.team_ids)
    # Words are sought among the latest alone: a list that answers while one types must not read years of mail.
    latest = _answers(me).filter(ours).order_by("-at", "-pk").values("pk")[:LOOKED_AT]
    lately = mine.filter(has_words, pk__in=latest).order_by("-at", "-pk")[:OFFERED]
    rows = _rows(ticket, (*to_him, *like_it, *lately))
    return render(request, "desk/earlier.html", {"rows": rows, "number": number, "is_sought": bool(words)})


def _rows(ticket: Ticket, found: Iterable[Message]) -> list[dict[str, Any]]:
    """Each once, and the same words once."""
    rows: dict[str, dict[str, Any]] = {}
    for message in found:
        preview = one_line(message.text, PREVIEW)
        is_his = message.ticket.requester_id == ticket.requester_id
        if preview:
            rows.setdefault(preview, {"message": message, "preview": preview, "is_his": is_his})
    return list(rows.values())[:OFFERED]


@require_safe
@for_agents
def words(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """One of them, to be inserted: without its pictures, which belong to the mail they came in."""
    visible_ticket(request, number)
    found = get_object_or_404(_answers(reader(request)), pk=message)
    html = without_pictures(found.html) if is_letter(found.html) else ""
    return JsonResponse({"text": found.text, "html": html or plain_letter(found.text)})
