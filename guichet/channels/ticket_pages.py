"""What the ticket page asks of the channels: an agent's own address for one ticket, and the mail behind a message."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.channels.email import tokens
from guichet.channels.models import Parcel
from guichet.people.doors import for_admins, for_agents
from guichet.people.models import Person
from guichet.tickets.models import Ticket


@for_agents
@require_safe
def agent_address(request: HttpRequest, number: int) -> HttpResponse:
    """Where this agent answers this customer by mail; it knows what the agent has seen by now."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user).select_related("inbox"), number=number)
    me = cast(Person, request.user)
    address = ""
    if ticket.inbox.agents_by_mail:
        address = tokens.agent_address(ticket.inbox, ticket.pk, me.pk, ticket.version)
    subject = f"Re: {ticket.subject or _('(no subject)')}"
    return render(request, "channels/_agent_address.html", {"address": address, "subject": subject, "from": me.email})


@for_admins
@require_safe
def mail_of_message(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of the mail that a message was made of."""
    parcel = Parcel.objects.visible_to(request.user).filter(message=pk).order_by("-pk").first()
    if parcel is None:
        raise Http404
    return redirect("channels:mail", parcel.pk)
