"""Who is picked, as sums: nobody without skill, room or presence; equal colleagues within one ticket; the facts pick the same again."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from guichet.rules import picking
from guichet.rules.picking import Candidate, Wanted

LEVELS = st.dictionaries(st.sampled_from(["1", "2", "3"]), st.integers(1, 5), max_size=3)
SITES = ["Lyon", "Metz"]
CANDIDATES = st.lists(
    st.builds(
        Candidate, pk=st.integers(1, 40), skills=LEVELS, load=st.integers(0, 12),
        capacity=st.none() | st.integers(1, 12), turn=st.sampled_from(["", "2026-01-01", "2026-02-01"]),
        away=st.sampled_from(["", "", "2026-12-01T00:00:00+00:00"]), substitute=st.none() | st.integers(1, 40),
        off=st.sampled_from(["", "", "2026-12-01T08:00:00+00:00", picking.NEVER]),
        sites=st.lists(st.sampled_from(SITES), max_size=2, unique=True),
        most=st.none() | st.integers(0, 4), held=st.integers(0, 5),
    ),
    max_size=8, unique_by=lambda one: one.pk,
)  # fmt: skip

WANTED = st.builds(
    Wanted, how=st.sampled_from(["turn", "load", "skills"]), skills=LEVELS, earlier=st.none() | st.integers(1, 40),
    site=st.sampled_from(["", "lyon", "Nancy"]),
)  # fmt: skip


def able(wanted: Wanted, one: Candidate) -> bool:
    """Skills and site alone, in other words than those of picking."""
    serves = not wanted.site or not one.sites or wanted.site.lower() in {site.lower() for site in one.sites}
    return serves and all(one.skills.get(skill, 0) >= level for skill, level in wanted.skills.items())


class TestPicking:
    @given(WANTED, CANDIDATES)
    def test_nobody_outside_shift_skill_site_or_capacity(self, wanted: Wanted, candidates: list[Candidate]) -> None:
        chosen = picking.pick(wanted, candidates).chosen
        ready = {
            one.pk for one in candidates
            if able(wanted, one) and not one.away and not one.off
            and (one.capacity is None or one.load < one.capacity) and (one.most is None or one.held < one.most)
        }  # fmt: skip
        assert chosen in ready if ready else chosen is None
        if wanted.earlier in ready:
            assert chosen == wanted.earlier

    @given(WANTED, CANDIDATES)
    def test_the_substitute_gets_what_would_have_gone_to_the_absent(
        self, wanted: Wanted, candidates: list[Candidate]
    ) -> None:
        choice = picking.pick(wanted, candidates)
        by_pk = {one.pk: one for one in candidates}
        if choice.instead_of is not None:
            absent = by_pk[choice.instead_of]
            assert absent.away and absent.substitute == choice.chosen != absent.pk
            assert able(wanted, absent)
        earlier = by_pk.get(wanted.earlier or 0)
        if earlier is not None and earlier.away and able(wanted, earlier):
            substitute = by_pk.get(earlier.substitute or 0)
            if substitute and able(wanted, substitute) and substitute.is_here and substitute.has_room:
                assert choice.chosen == substitute.pk

    @given(WANTED, CANDIDATES, st.randoms())
    def test_the_facts_pick_the_same_again_in_any_order(
        self, wanted: Wanted, candidates: list[Candidate], chance: Any
    ) -> None:
        before = picking.pick(wanted, candidates)
        shuffled = list(candidates)
        chance.shuffle(shuffled)
        assert picking.pick(wanted, shuffled) == before
        stored = json.loads(json.dumps(picking.to_facts(wanted, candidates)))
        assert picking.pick(*picking.from_facts(stored)) == before

    def test_facts_of_before_there_were_shifts_are_still_read(self) -> None:
        old = {"pk": 3, "skills": {"1": 2}, "load": 4, "capacity": 10, "turn": "", "away": ""}
        facts = {"wanted": {"how": "skills", "skills": {"1": 2}, "earlier": None}, "candidates": [old]}
        assert picking.pick(*picking.from_facts(facts)).chosen == 3

    @given(
        st.sampled_from(["turn", "load", "skills"]),
        st.integers(2, 7),
        st.integers(1, 60),
        st.none() | st.integers(1, 6),
    )
    def test_equal_colleagues_are_within_one_ticket(
        self, how: str, size: int, tickets: int, stands_in: int | None
    ) -> None:
        """Also where one of them stands in for somebody: nobody carries two shares."""
        team = [Candidate(pk, {"1": 3}) for pk in range(size)]
        absent = Candidate(99, {"1": 3}, away="2026-12-01T00:00:00+00:00", substitute=stands_in)
        given: Counter[int] = Counter()
        for at in range(tickets):
            chosen = picking.pick(Wanted(how, {"1": 2}), [*team, absent]).chosen
            assert chosen is not None
            given[chosen] += 1
            team = [replace(one, load=one.load + 1, turn=f"{at:05}") if one.pk == chosen else one for one in team]
        counts = [given[pk] for pk in range(size)]
        assert max(counts) - min(counts) <= 1
