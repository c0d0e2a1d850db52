"""Who gets a ticket: pure, from facts that are stored, so that the same facts always pick the same colleague."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

USUAL = 10  # units of work that somebody without a capacity is measured by

TURN, LOAD, SKILLS = "turn", "load", "skills"


@dataclass(frozen=True, slots=True)
class Candidate:
    """`load` is weighted open work, `turn` when they were last given something ("" never), `away` until when."""

    pk: int
    skills: Mapping[str, int] = field(default_factory=dict)  # id of the skill -> level
    load: int = 0
    capacity: int | None = None
    turn: str = ""
    away: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`earlier` is who looked after this customer before, and comes first if able."""

    how: str = LOAD
    skills: Mapping[str, int] = field(default_factory=dict)
    earlier: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """`better` is whoever would have been chosen were they not away."""

    chosen: int | None
    better: int | None = None


def pick(wanted: Wanted, candidates: Sequence[Candidate]) -> Choice:
    able = [one for one in candidates if _can(wanted, one)]
    here = [one for one in able if not one.away and _has_room(one)]
    ranked = sorted(here, key=lambda one: _rank(wanted, one))
    whole = sorted((one for one in able if _has_room(one)), key=lambda one: _rank(wanted, one))
    chosen = ranked[0].pk if ranked else None
    best = whole[0].pk if whole else None
    return Choice(chosen, best if best != chosen else None)


def _can(wanted: Wanted, one: Candidate) -> bool:
    return all(one.skills.get(skill, 0) >= level for skill, level in wanted.skills.items())


def _has_room(one: Candidate) -> bool:
    return one.capacity is None or one.load < one.capacity


def _rank(wanted: Wanted, one: Candidate) -> tuple[Any, ...]:
    """The smallest wins. Equal colleagues take turns, so nobody is ahead by more than one ticket."""
    is_other = one.pk != wanted.earlier
    if wanted.how == TURN:
        return (is_other, one.turn, one.pk)
    filled = one.load / (one.capacity or USUAL)
    level = -sum(one.skills.get(skill, 0) for skill in wanted.skills) if wanted.how == SKILLS else 0
    return (is_other, filled, level, one.turn, one.pk)


def to_facts(wanted: Wanted, candidates: Sequence[Candidate]) -> dict[str, Any]:
    return {"wanted": asdict(wanted), "candidates": [asdict(one) for one in candidates]}


def from_facts(facts: Mapping[str, Any]) -> tuple[Wanted, list[Candidate]]:
    return Wanted(**facts["wanted"]), [Candidate(**one) for one in facts["candidates"]]
