"""Deadlines."""

from __future__ import annotations

from guichet.clocks.editing import save_calendar, save_policy
from guichet.clocks.models import Calendar, Policy
from guichet.conditions.tree import EVERYTHING
from tests.doors.rows import ADMINS, AGENTS, DISPATCHERS, Row, ticket_rows


def calendar() -> Calendar:
    found = Calendar.objects.in_use().filter(name="Night").first()
    return found or save_calendar(
        Calendar(name="Night"), None, zone="UTC", week=[[["20:00", "30:00"]]] * 7, days={}, country="", region=""
    )


def policy() -> Policy:
    found = Policy.objects.in_use().filter(name="Gold").first()
    return found or save_policy(
        Policy(name="Gold"), None, condition=EVERYTHING, targets={"first": {"3": 60}}, marks=[75], calendar=None
    )


ROWS: dict[str, list[Row]] = {
    "clocks:panel": ticket_rows(),
    "clocks:left": [Row(AGENTS)],
    "clocks:promises": [Row(DISPATCHERS)],
    **{f"clocks:{name}": [Row(ADMINS)] for name in ("calendars", "add_calendar", "regions", "policies", "add_policy", "condition")},
    **{f"clocks:{name}": [Row(ADMINS, lambda h: {"pk": calendar().pk})] for name in ("calendar", "remove_calendar")},
    **{
        f"clocks:{name}": [Row(ADMINS, lambda h: {"pk": policy().pk})]
        for name in ("policy", "move_policy", "remove_policy")
    },
}  # fmt: skip
