"""A colleague answered the same customer in another ticket lately: said once, quietly, when a reply box opens."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.kit.lines import one_line
from guichet.tickets.models import Delivery, Message, MessageKind

LATELY = timedelta(days=4)


@require_safe
@for_agents
def answered(request: HttpRequest, number: int) -> HttpResponseBase:
    """The newest such answer in an open ticket that this reader sees; nothing at all where there is none."""
    ticket, me = visible_ticket(request, number), reader(request)
    others = Message.objects.visible_to(me).filter(ticket__requester=ticket.requester_id, ticket__is_open=True)
    ours = others.filter(kind=MessageKind.OUTBOUND, auto="", side=None, at__gt=timezone.now() - LATELY)
    ours = ours.exclude(delivery__in=[Delivery.WITHDRAWN, Delivery.HELD]).exclude(ticket=ticket).exclude(author=None)
    found = ours.exclude(author=me).select_related("author", "ticket").order_by("-at", "-pk").first()
    words = one_line(found.reply or found.text, 90) if found else ""
    return render(request, "desk/outbound/_elsewhere.html", {"found": found, "words": words, "ticket": ticket})
