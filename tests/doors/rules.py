"""Rules, macros and routing."""

from __future__ import annotations

from guichet.people.models import Person
from guichet.rules.actions import facts_of
from guichet.rules.models import Macro, Rule, RuleRun, RuleVersion
from guichet.tickets.models import Inbox, Ticket
from tests.doors.rows import ADMINS, AGENTS, DISPATCHERS, NOBODY, OURS, SEALED, Row, ticket_rows


def macro(person: Person | None) -> Macro:
    """Everybody's, or that person's own."""
    return Macro.objects.get_or_create(name="Toner", person=person)[0]


def house_rule(inbox: Inbox | None) -> Rule:
    return Rule.objects.get_or_create(name="First look", inbox=inbox, on=["noted"], verbs={"priority": 1})[0]


def rule_run(ticket: Ticket) -> RuleRun:
    made = house_rule(None)
    return RuleRun.objects.get_or_create(rule=made, ticket=ticket, version=1, event=ticket.events.first())[0]


def rule_as_it_was(ticket: Ticket) -> int:
    made = rule_run(ticket).rule
    RuleVersion.objects.get_or_create(rule=made, version=1, facts=facts_of(made))
    return made.pk


ROWS: dict[str, list[Row]] = {
    "rules:macros": [Row(AGENTS)],
    "rules:add_macro": [Row(AGENTS)],
    **{
        f"rules:{name}": [
            Row(ADMINS, lambda h: {"pk": macro(None).pk}),
            Row(frozenset({"ana"}), lambda h: {"pk": macro(h.roles["ana"]).pk}),
        ]
        for name in ("macro", "remove_macro")
    },
    "rules:choose_macro": ticket_rows(),
    "rules:undo_macro": ticket_rows(),
    "rules:use_promise": ticket_rows(),
    "rules:choose_new": [Row(AGENTS)],
    "rules:use_new": [Row(AGENTS, lambda h: {"pk": macro(None).pk}),
                      Row(frozenset({"ana"}), lambda h: {"pk": macro(h.roles["ana"]).pk})],
    "rules:use_macro": [*ticket_rows(pk=lambda t: macro(None).pk),
                        Row(frozenset({"ana"}), lambda h: {"number": h.ours.number, "pk": macro(h.roles["ana"]).pk})],
    **{f"rules:{name}": [Row(ADMINS)] for name in ("rules", "add_rule", "condition", "complete")},
    **{
        f"rules:{name}": [
            Row(ADMINS, lambda h: {"pk": house_rule(None).pk}),
            Row(NOBODY, lambda h: {"pk": house_rule(h.secret).pk}),
        ]
        for name in ("rule", "history", "move_rule", "switch_rule", "remove_rule")
    },
    "rules:done": ticket_rows(),
    "rules:as_it_was": ticket_rows(pk=rule_as_it_was, version=lambda t: 1),
    "rules:take_next": [Row(AGENTS)],
    "rules:undo_run": [
        Row(OURS, lambda h: {"pk": rule_run(h.ours).pk}),
        Row(SEALED, lambda h: {"pk": rule_run(h.sealed).pk}),
    ],
    "rules:suggestion": [
        Row(ADMINS, lambda h: {"number": h.ours.number}),
        Row(SEALED, lambda h: {"number": h.sealed.number}),
    ],
    "rules:waiting": [Row(DISPATCHERS)],
}  # fmt: skip
