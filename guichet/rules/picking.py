"""Who gets a ticket: pure, from facts that are stored, so that the same facts always pick the same colleague."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

USUAL = 10  # units of work that somebody without a capacity is measured by
NEVER = "never"

TURN, LOAD, SKILLS = "turn", "load", "skills"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`load` is weighted open work, `turn` when they were last given something ("" never). `held` of at most `most` are
    the tickets that they have of the wanted one's inbox, or with `is_shared` of all inboxes of its channel.

    `away` is until when, with the `substitute` who stands in; `off` when the next shift begins (or NEVER) of somebody
    outside of one; `until` when the present one ends. `sites` are those that they look after, all where it is empty.
    """

    pk: int
    skills: Mapping[str, int] = field(default_factory=dict)  # id of the skill -> level
    load: int = 0
    capacity: int | None = None
    turn: str = ""
    away: str = ""
    substitute: int | None = None
    off: str = ""
    until: str = ""
    sites: Sequence[str] = ()
    most: int | None = None
    held: int = 0
    is_shared: bool = False

    @property
    def is_here(self) -> bool:
        return not self.away and not self.off

    @property
    def has_room(self) -> bool:
        """The last ticket may weigh more than what is left: else a heavy one might wait for ever."""
        return (self.capacity is None or self.load < self.capacity) and not self.has_most

    @property
    def has_most(self) -> bool:
        return self.most is not None and self.held >= self.most


@dataclass(frozen=True, slots=True)
class Wanted:
    """`earlier` is who looked after this customer before, and comes first if able; `site` is the customer's;
    `inbox` the one through which it came.
    """

    how: str = LOAD
    skills: Mapping[str, int] = field(default_factory=dict)
    earlier: int | None = None
    site: str = ""
    inbox: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """`better` is whoever would have been chosen were they here; `instead_of` for whom the chosen one stands in."""

    chosen: int | None
    better: int | None = None
    instead_of: int | None = None


def pick(wanted: Wanted, candidates: Sequence[Candidate]) -> Choice:
    """Of those who can, are here and have room. What would go to somebody who is away goes to who stands in for them.

    Their place is ranked with the work of the substitute, so that nobody carries two shares.
    """
    able = [one for one in candidates if can(wanted, one)]
    here = {one.pk: one for one in able if one.is_here and one.has_room}
    places = [(_rank(wanted, one, one), 0, one.pk, one.pk) for one in here.values()]
    places += [(_rank(wanted, one, here[one.substitute]), 1, one.pk, one.substitute)
               for one in able if one.away and one.substitute in here]  # fmt: skip
    if not places:
        return Choice(None, _first(wanted, able))
    _order, _stands_in, place, chosen = min(places)
    best = _first(wanted, able)
    return Choice(chosen, best if best != chosen else None, place if place != chosen else None)


def _first(wanted: Wanted, able: Sequence[Candidate]) -> int | None:
    """Who would come first, were everybody here."""
    roomy = [one for one in able if one.has_room]
    return min(roomy, key=lambda one: _rank(wanted, one, one)).pk if roomy else None


def order(wanted: Wanted, candidates: Sequence[Candidate]) -> list[Candidate]:
    """As a dispatcher looks at them: who is ready first, by rank; then who could; then who can most of it."""
    return sorted(candidates, key=lambda one: (
        not (can(wanted, one) and one.is_here and one.has_room), not can(wanted, one), len(lacking(wanted, one)),
        _rank(wanted, one, one),
    ))  # fmt: skip


def lacking(wanted: Wanted, one: Candidate) -> list[str]:
    """Ids of the skills that they have not, or not well enough."""
    return [skill for skill, level in wanted.skills.items() if one.skills.get(skill, 0) < level]


def can(wanted: Wanted, one: Candidate) -> bool:
    return serves(wanted, one) and all(one.skills.get(skill, 0) >= level for skill, level in wanted.skills.items())


def serves(wanted: Wanted, one: Candidate) -> bool:
    """A customer of no known site is everybody's."""
    if not wanted.site or not one.sites:
        return True
    return wanted.site.casefold() in (site.casefold() for site in one.sites)


def _rank(wanted: Wanted, one: Candidate, worker: Candidate) -> tuple[Any, ...]:
    """The smallest wins. Equal colleagues take turns, so nobody is ahead by more than one ticket.

    The place is that of `one`, and the work is done by `worker`.
    """
    is_other = one.pk != wanted.earlier
    if wanted.how == TURN:
        return (is_other, worker.turn, worker.pk)
    filled = worker.load / (worker.capacity or USUAL)
    level = -sum(one.skills.get(skill, 0) for skill in wanted.skills) if wanted.how == SKILLS else 0
    return (is_other, filled, level, worker.turn, worker.pk)


def to_facts(wanted: Wanted, candidates: Sequence[Candidate]) -> dict[str, Any]:
    return {"wanted": asdict(wanted), "candidates": [asdict(one) for one in candidates]}


def from_facts(facts: Mapping[str, Any]) -> tuple[Wanted, list[Candidate]]:
    return Wanted(**facts["wanted"]), [Candidate(**one) for one in facts["candidates"]]
