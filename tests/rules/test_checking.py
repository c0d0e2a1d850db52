"""Circles and overwriting are found by looking at rules, before they act."""

from __future__ import annotations

import pytest

from guichet.rules import actions, checking
from guichet.rules.models import Rule
from guichet.tickets.actions import Refused
from tests import make
from tests.rules.making import admin, rule, unsaved

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cast(cast: make.Cast) -> None:
    """The vocabulary knows the teams."""


def names(rules: list[Rule]) -> list[str]:
    return [one.name for one in rules]


class TestCircles:
    def test_of_two_is_refused(self) -> None:
        rule("priority:high", {"status": "pending"}, on=["priority"], name="A")
        closing = unsaved("became-status:pending", {"priority": 2}, on=["status"], name="B")
        assert names(checking.circle(closing, list(Rule.objects.all()))) == []  # high stays high: nothing happens
        rule("became-status:open", {"priority": 2}, on=["status"], name="C")
        going_on = unsaved("became-status:pending", {"status": "open", "priority": 3}, on=["status"], name="D")
        assert set(names(checking.circle(going_on, list(Rule.objects.all())))) == {"D", "C", "A"}
        with pytest.raises(Refused, match=r"without end.*“D” →"):
            actions.save_rule(going_on, admin())
        assert not Rule.objects.filter(name="D").exists()

    def test_of_two_statuses(self) -> None:
        rule("became-status:pending", {"status": "open"}, on=["status"], name="A")
        with pytest.raises(Refused, match="“B” → “A” → “B”"):
            rule("became-status:open", {"status": "pending"}, on=["status"], name="B")

    def test_one_that_is_switched_off_closes_nothing_until_it_is_on(self) -> None:
        rule("became-status:pending", {"status": "open"}, on=["status"], name="A")
        off = rule("became-status:open", {"status": "pending"}, on=["status"], name="B", is_active=False)
        with pytest.raises(Refused):
            actions.switch_rule(off, admin(), is_active=True)

    @pytest.mark.parametrize(
        ("text", "verbs", "on", "is_circle"),
        [
            ("", {"note": "Hm."}, ["noted"], True),
            ("by:agent", {"note": "Hm."}, ["noted"], False),
            ("-by:rule", {"note": "Hm."}, ["noted"], False),
            ("", {"priority": 1}, ["priority"], False),  # what is there already is no change
            ("", {"add_tags": ["a"]}, ["tagged"], False),
            ("", {"needs": {"1": 2}}, ["changed"], False),
            ("", {"severity": {"impact": 1}}, ["changed", "priority"], False),
            ("", {"severity": {"impact": 1}, "note": "Hm."}, ["changed", "noted"], True),
            ("", {"follow_up": 1}, ["opened"], True),
            ("subject:onboarding", {"follow_up": 1}, ["opened"], False),  # the new ones have subjects of their own
            ("tag:onboarding", {"follow_up": 1}, ["opened"], False),
            ("-by:rule", {"follow_up": 1}, ["opened"], False),
            ("became-status:resolved", {"status": "closed"}, ["status"], False),
        ],
    )
    def test_of_one_alone(self, text: str, verbs: dict[str, object], on: list[str], *, is_circle: bool) -> None:
        assert bool(checking.circle(unsaved(text, verbs, on=on), [])) == is_circle

    def test_rules_of_two_inboxes_never_meet(self, cast: make.Cast) -> None:
        rule("became-status:pending", {"status": "open"}, on=["status"], name="A", inbox=cast.support)
        rule("became-status:open", {"status": "pending"}, on=["status"], name="B", inbox=cast.billing)

    def test_many_rules_are_looked_at_in_time(self) -> None:
        many = [unsaved("", {"add_tags": [f"t{at}"]}, on=["tagged"], name=str(at)) for at in range(60)]
        for at, one in enumerate(many):
            one.pk = at + 1
        assert checking.circle(many[0], many[1:]) == []


class TestClashes:
    def test_two_that_want_different_things(self) -> None:
        rule("subject:vpn", {"priority": 1, "add_tags": ["a"]}, name="A")
        later = unsaved("team:Support", {"priority": 3, "add_tags": ["b"]}, name="B")
        (found,) = checking.clashes(later, list(Rule.objects.all()))
        assert (found.earlier.name, found.later.name, found.field) == ("A", "B", "priority")

    @pytest.mark.parametrize(
        ("text", "verbs", "on"),
        [
            ("priority:low", {"priority": 3}, ["opened"]),  # apart: both cannot hold
            ("subject:x", {"priority": 1}, ["opened"]),  # the same thing
            ("subject:x", {"priority": 3}, ["received"]),  # another event
            ("-priority:critical", {"priority": 3}, ["opened"]),  # what the first did keeps the second away
        ],
    )
    def test_what_is_none(self, text: str, verbs: dict[str, object], on: list[str]) -> None:
        rule("priority:high", {"priority": 1}, name="A")
        assert checking.clashes(unsaved(text, verbs, on=on), list(Rule.objects.all())) == []

    def test_behind_one_that_stops_nothing_is_overwritten(self) -> None:
        rule("", {"priority": 1}, stops=True)
        assert checking.clashes(unsaved("", {"priority": 3}), list(Rule.objects.all())) == []

    def test_a_tag_put_on_and_taken_off(self) -> None:
        rule("", {"add_tags": ["a"]})
        (found,) = checking.clashes(unsaved("", {"remove_tags": ["a"]}), list(Rule.objects.all()))
        assert found.field == "tag"


class TestSound:
    @pytest.mark.parametrize(
        ("text", "verbs", "more", "why"),
        [
            ("assignee:me", {"priority": 1}, {}, "nobody"),
            ("team:mine", {"priority": 1}, {}, "nobody"),
            ("", {"status": "closed", "look": 60}, {}, "finished"),
            ("", {"priority": 1}, {"on": ["time"]}, "how long"),
            ("", {"priority": 1}, {"on": []}, "when"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, text: str, verbs: dict[str, object], more: dict[str, object], why: str
    ) -> None:
        with pytest.raises(Refused, match=why):
            rule(text, verbs, **more)  # type: ignore[arg-type]
