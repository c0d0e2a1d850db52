from __future__ import annotations

import pytest

from guichet.people.models import Person, Role
from guichet.people.skills import add_skill, save_skills
from tests import make


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def team(cast: make.Cast) -> dict[str, Person]:
    """Ana and two more in Support; Ada is there too, with no skill."""
    french, vpn = add_skill("French", "fr"), add_skill("VPN")
    assert french is not None
    assert vpn is not None
    one = {"ana": cast.ana, "ada": cast.ada}
    for name in ("zoe", "max"):
        one[name] = make.person(f"{name}@desk.example", Role.AGENT, name=name.title(), teams=(cast.support.team,))
    levels = {("ana", french): 3, ("ana", vpn): 2, ("zoe", french): 5, ("zoe", vpn): 5, ("max", vpn): 1}
    save_skills(one.values(), {(one[p].pk, s.pk): n for (p, s), n in levels.items()}, {one["ana"].pk: 10})
    return one
