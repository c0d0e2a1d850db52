"""A ticket in a few lines beside its list, to decide without going there. Looking does not count as reading."""

from __future__ import annotations

from django.db.models.functions import Left
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.tickets.models import Message

SHOWN = 4
LENGTH = 3_000  # characters of a message


@require_safe
@for_agents
def preview(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    visible = Message.objects.visible_to(reader(request)).filter(ticket=ticket).select_related("author")
    said = visible.annotate(words=Left("reply", LENGTH)).defer("reply", "text", "html").order_by("-at", "-pk")
    found = list(said[: SHOWN + 1])
    context = {
        "ticket": ticket,
        "messages_shown": list(reversed(found[:SHOWN])),
        "has_earlier": len(found) > SHOWN,
        "tags": list(ticket.tags.values_list("name", flat=True)),
        "length": LENGTH,
        "word_no_subject": _("(no subject)"),
    }
    return render(request, "desk/lists/preview.html", context)
