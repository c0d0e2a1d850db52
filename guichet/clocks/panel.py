"""What the ticket page and the lists ask of this room: how much is left, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from guichet.clocks import explaining, keeping, words
from guichet.clocks.replay import Played
from guichet.kit.lines import whole_numbers
from guichet.people.doors import for_agents
from guichet.tickets.models import Ticket

ASKED = 200  # tickets of one page


@for_agents
@require_safe
def panel(request: HttpRequest, number: int) -> HttpResponse:
    """The clocks of a ticket, those that go on first, each with every stretch of its time."""
    ticket = get_object_or_404(Ticket.objects.visible_to(request.user), number=number)
    now = timezone.now()
    played = sorted(keeping.played([ticket.pk])[ticket.pk], key=_order)
    clocks = [explaining.explained(clock, now) for clock in played]
    context: dict[str, Any] = {"ticket": ticket, "clocks": clocks}
    return render(request, "clocks/_panel.html", context)


@for_agents
@require_safe
def left(request: HttpRequest) -> JsonResponse:
    """How much working time is left until the next deadline of these tickets: {id: [level, words]}."""
    asked = set(whole_numbers(request.GET.get("t", "").split(",")[:ASKED]))
    visible = Ticket.objects.visible_to(request.user).filter(pk__in=asked, due_at__isnull=False)
    now, said = timezone.now(), {}
    for pk, clocks in keeping.played(visible.values_list("pk", flat=True)).items():
        going = [clock for clock in clocks if clock.is_going and clock.due_at is not None]
        if going:
            said[pk] = words.left_of(min(going, key=lambda one: one.due_at or now), now)
    return JsonResponse({"left": said})


def _order(clock: Played) -> tuple[bool, bool, Any, int]:
    return not clock.is_going, clock.due_at is None, clock.due_at or clock.started_at, -clock.run
