"""How much open work somebody has at once: what is their own, or else their team's, or else the house's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from guichet.people.house import forget, house
from guichet.people.models import Capacity, Helpdesk, Team


def capacities(
    members: Iterable[tuple[int, int]], known: Iterable[Team] | None = None
) -> dict[tuple[int, int], int | None]:
    """Of each (team, person), None where there is no limit: two queries, or one where all their teams are `known`."""
    pairs = list(members)
    own = dict(Capacity.objects.filter(person__in={p for _t, p in pairs}).values_list("person_id", "units"))
    of_teams = known if known is not None else Team.objects.filter(pk__in={team for team, _p in pairs})
    teams = {team.pk: team.capacity for team in of_teams}
    return {(team, person): own.get(person) or teams.get(team) or house().capacity for team, person in pairs}


def save_capacities(of_house: int | None, of_teams: Mapping[Team, int | None]) -> None:
    """Of whoever has none of their own; None or 0 is no limit."""
    with transaction.atomic():
        Helpdesk.objects.update_or_create(pk=1, defaults={"capacity": of_house or None})
        for team, units in of_teams.items():
            if (units or None) != team.capacity:
                Team.objects.filter(pk=team.pk).update(capacity=units or None)
    forget()
