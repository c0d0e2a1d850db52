"""Who of the demo desk can do what, and is here when: skills, capacities, shifts, a holiday to come and an absence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from guichet.demo import cast
from guichet.demo.furniture import ADA, CLAIRE, INES, JONAS, TOM
from guichet.people import actions, shifts
from guichet.people.models import Person, Skill, Team
from guichet.people.skills import add_skill, save_skills

SKILLS = (("Français", "fr"), ("Deutsch", "de"), ("English", "en"), ("VPN", ""), ("SAP", ""), ("Accounts", ""))
LEVELS = {
    INES: {"Français": 5, "English": 3, "VPN": 4, "SAP": 2},
    JONAS: {"Deutsch": 5, "English": 4, "SAP": 5, "VPN": 1},
    CLAIRE: {"Français": 5, "Deutsch": 2, "Accounts": 4},
    TOM: {"English": 5, "Accounts": 3},
    ADA: {"English": 4, "Deutsch": 3, "VPN": 3},
}
CAPACITIES = {INES: 12, JONAS: 10, CLAIRE: 12, TOM: 8}
SITES = {JONAS: [cast.STUTTGART, cast.LEEDS]}
OFFICE, EARLY, LATE = [["08:30", "12:00"], ["13:00", "17:30"]], [["07:00", "15:00"]], [["11:00", "19:00"]]
PARIS = "Europe/Paris"


def plan(people: Mapping[str, Person]) -> None:
    teams = {team.name: team for team in Team.objects.all()}
    for name, language in SKILLS:
        add_skill(name, language)
    known = {skill.name: skill.pk for skill in Skill.objects.all()}
    levels = {(people[who].pk, known[name]): n for who, some in LEVELS.items() for name, n in some.items()}
    units: dict[int, int | None] = {people[who].pk: n for who, n in CAPACITIES.items()}
    sites = {people[who].pk: some for who, some in SITES.items()}
    save_skills([people[who] for who in LEVELS], levels, units, sites)
    for name in (cast.SERVICE_TEAM, cast.CARE_TEAM):
        shifts.save_shift(teams[name], PARIS, [OFFICE] * 5 + [[], []])
    shifts.save_shift(people[INES], PARIS, [LATE, LATE, OFFICE, LATE, LATE, [["09:00", "13:00"]], []])
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    early, late = [*[EARLY] * 4, [["07:00", "13:00"]], [], []], [*[LATE] * 5, [], []]
    shifts.save_shift(people[JONAS], "Europe/Berlin", early + late, today)
    for team in teams.values():
        shifts.save_day(team, monday + timedelta(days=8), [], "Company day")
    _away(people[CLAIRE], monday, 5, people[TOM])


def _away(person: Person, first: date, days: int, substitute: Person) -> None:
    begins = timezone.make_aware(datetime.combine(first, time()))
    actions.set_absence(person, begins, begins + timedelta(days=days), substitute)
