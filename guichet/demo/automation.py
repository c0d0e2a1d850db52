"""What the demo desk does by itself: three rules, which begin to work when the past is told and show what they did."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.demo import cast
from guichet.demo.furniture import ADA
from guichet.people.models import Person, Skill
from guichet.rules import fields, running
from guichet.rules.actions import save_rule
from guichet.rules.models import TIME, Rule, Since
from guichet.tickets import events, log
from guichet.tickets.models import Ticket

PATIENCE = 60.0  # seconds for the followers to read what was told
DAY = 8 * 60  # minutes of work
SHARED_OUT = 2  # of the tickets that nobody owns yet: the others stay, for "take next"
_log = logging.getLogger(__name__)


def switch_on(people: Mapping[str, Person]) -> None:
    ada = people[ADA]
    _wait_for_followers()
    vpn, care = _vpn(ada), _care(ada)
    _unanswered(ada)
    unowned = Ticket.objects.open().filter(assignee=None, returned_at=None).order_by("pk")
    for ticket in [*unowned.filter(team__name=cast.CARE_TEAM)[:SHARED_OUT], *unowned.filter(subject__icontains="VPN")]:
        rule = care if ticket.team.name == cast.CARE_TEAM else vpn
        running.run(rule, ticket, event=ticket.events.filter(kind=events.OPENED).first())


def _vpn(ada: Person) -> Rule:
    skill = str(Skill.objects.get(name="VPN").pk)
    verbs = {"needs": {skill: 2}, "route": {"how": "skills", "language": True}}
    return _rule("VPN goes to who knows it", "subject:vpn", verbs, ada)


def _care(ada: Person) -> Rule:
    verbs = {"route": {"how": "load", "language": True, "sticky": True}}
    return _rule("Customer care: shared out by language", f'team:"{cast.CARE_TEAM}"', verbs, ada)


def _unanswered(ada: Person) -> Rule:
    more = {"on": [TIME], "since": Since.WAITING, "minutes": DAY, "in_working_time": True}
    verbs = {"notify": {"owner": True}}
    return _rule("Waiting for a working day: tell who has it", "finished:no assignee:any", verbs, ada, **more)


def _rule(name: str, condition: str, verbs: Mapping[str, Any], by: Person, **more: Any) -> Rule:
    known = fields.TIMED if more else fields.FIELDS
    asked = parse(condition, known, Asker(by))
    return save_rule(Rule(**{"name": name, "condition": asked, "verbs": dict(verbs), "on": ["opened"], **more}), by)


def _wait_for_followers() -> None:
    """What the stories have told is past: no rule is to hear of it. Without a worker they begin all the same."""
    deadline = time.monotonic() + PATIENCE
    while any(log.lag().values()):
        if time.monotonic() > deadline:
            _log.warning("the log of the demo is not read to its end: is the worker at work?")
            return
        time.sleep(0.1)
