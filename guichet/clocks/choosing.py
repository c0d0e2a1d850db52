"""Which policy and which calendar a ticket has: asked of the database for many tickets at once.

The answer goes into the log, so that deadlines can be computed again from there when everything has changed since.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.functional import cached_property

from guichet.clocks import defaults
from guichet.clocks.facts import CHOSEN
from guichet.clocks.models import CalendarUse, CalendarVersion, PolicyVersion
from guichet.conditions.fields import Asker
from guichet.conditions.tree import EVERYTHING, Malformed
from guichet.people.models import Team
from guichet.tickets import fields
from guichet.tickets.models import Event, Inbox, Ticket

log = logging.getLogger(__name__)


class House:
    """Whoever asks on behalf of the house: no person, who sees all."""

    pk = 0
    is_authenticated = is_active = is_agent = is_admin = True

    @cached_property
    def team_ids(self) -> tuple[int, ...]:
        return tuple(Team.objects.values_list("pk", flat=True))

    @cached_property
    def inbox_ids(self) -> tuple[int, ...]:
        return tuple(Inbox.objects.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Choice:
    """Versions; no policy means no deadlines."""

    policy: int | None
    calendar: int | None


def in_force(tickets: Iterable[int]) -> dict[int, Choice]:
    """The choice that the log told last, of each ticket that has one."""
    told = Event.objects.filter(ticket__in=list(tickets), kind=CHOSEN)
    newest = told.order_by("ticket_id", "-id").distinct("ticket_id").values_list("ticket_id", "changes")
    return {pk: Choice(changes["policy"][1], changes["calendar"][1]) for pk, changes in newest}


class Rules:
    """All policies and calendars as they are now, read once for a batch: three queries, however many they are."""

    def __init__(self) -> None:
        self.policies, calendars = latest_policies(), _latest_calendars()
        if not self.policies or not calendars:
            defaults.ensure()
            self.policies, calendars = latest_policies(), _latest_calendars()
        self._versions = {calendar: version for calendar, version, _is_default in calendars}
        self._default = next((calendar for calendar, _version, is_default in calendars if is_default), None)
        self._of_team: dict[int, int] = {}
        self._of_organisation: dict[int, int] = {}
        self._of_site: dict[str, int] = {}
        for use in CalendarUse.objects.filter(calendar__removed_at=None):
            if use.team_id:
                self._of_team[use.team_id] = use.calendar_id
            elif use.organisation_id:
                self._of_organisation[use.organisation_id] = use.calendar_id
            else:
                self._of_site[use.site.casefold()] = use.calendar_id

    def choose(self, tickets: Iterable[Ticket]) -> Mapping[int, Choice]:
        """Of each ticket, by its id: one query."""
        wanted = [ticket.pk for ticket in tickets]
        asked = Ticket.objects.filter(pk__in=wanted).annotate(**self._columns())
        facts = ("pk", "team_id", "requester__organisation_id", "site", "requester__site")
        names = [f"policy_{version.pk}" for version in self.policies]
        found = {}
        for pk, team, organisation, site, usual_site, *holds in asked.values_list(*facts, *names):
            policy = next((one for one, is_it in zip(self.policies, holds, strict=True) if is_it), None)
            calendar = self._calendar(policy, team, organisation, site or usual_site) if policy else None
            found[pk] = Choice(policy.pk if policy else None, calendar)
        return found

    def _columns(self) -> dict[str, Any]:
        asker = Asker(House())
        return {f"policy_{version.pk}": _holds(version, asker) for version in self.policies}

    def _calendar(self, policy: PolicyVersion, team: int, organisation: int | None, site: str) -> int | None:
        wanted = (
            policy.calendar_id,
            self._of_organisation.get(organisation or 0),
            self._of_site.get((site or "").casefold()),
            self._of_team.get(team),
            self._default,
        )
        return next((self._versions[one] for one in wanted if one in self._versions), None)


def _latest_calendars() -> list[tuple[int, int, bool]]:
    """Of each calendar in use: the calendar, its version in force, and whether it is the one of the house."""
    found = CalendarVersion.objects.filter(calendar__removed_at=None).order_by("calendar_id", "-number")
    return list(found.distinct("calendar_id").values_list("calendar_id", "pk", "calendar__is_default"))


def latest_policies() -> list[PolicyVersion]:
    """The version in force of each policy, in their order."""
    found = PolicyVersion.objects.filter(policy__removed_at=None).select_related("policy", "calendar")
    newest = found.order_by("policy_id", "-number").distinct("policy_id")
    return sorted(newest, key=lambda version: (version.policy.position, version.policy_id))


def broken(versions: Iterable[PolicyVersion]) -> dict[int, str]:
    """Why the conditions of some can no longer be asked: a team was renamed, a category is gone."""
    asker, found = Asker(House()), {}
    for version in versions:
        try:
            fields.rule(version.condition, asker)
        except Malformed as wrong:
            found[version.policy_id] = str(wrong)
    return found


def _holds(version: PolicyVersion, asker: Asker) -> Any:
    """A condition that can no longer be asked (its team is gone, say) holds for nothing; its page says so."""
    if version.condition == EVERYTHING:
        return Value(True, output_field=BooleanField())
    try:
        rule = fields.rule(version.condition, asker)
    except Malformed as error:
        log.warning("policy %s holds for nothing: %s", version.policy_id, error)
        rule = Q(pk__in=())
    if not rule:
        return Value(True, output_field=BooleanField())
    return Case(When(rule, then=Value(True)), default=Value(False), output_field=BooleanField())
