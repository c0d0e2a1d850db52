"""`guichet demo` as a newcomer meets it: it fills itself once, says how to go on, and what it says is true."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from guichet.demo import cast
from guichet.demo.stories import ALL
from tests.desk import RunningDesk, free_ports
from tests.walks import people
from tests.walks.people import Agent, until

FILLED = "Sign in with the password"


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    port = free_ports(4)[3]
    running = RunningDesk(("demo",), {"GUICHET_DEMO_SMTP": f"127.0.0.1:{port}"})
    try:
        running.start()
        until(lambda: FILLED in running.said(), "the desk is filled", 90)
        yield running
    finally:
        running.remove()


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PASSWORD", cast.PASSWORD)


def ledger(desk: RunningDesk) -> list[dict[str, object]]:
    return [json.loads(line) for line in desk.guichet("mail", "list", "--json").stdout.splitlines()]


def answers(desk: RunningDesk) -> list[Path]:
    return list((desk.data / "outside").glob("*/*.eml"))


def test_it_is_filled_through_the_real_intake(desk: RunningDesk) -> None:
    rows = ledger(desk)
    assert len(rows) >= 40
    states = Counter(str(row["state"]) for row in rows)
    assert states["quarantine"] == states["received"] == 0
    assert states["suppressed"] == 1, "the delivery report"
    assert len({row["ticket"] for row in rows}) == len(ALL)
    until(lambda: len(answers(desk)) >= 25, "the agents' answers are outside")
    assert "ERROR" not in desk.said()


def test_every_login_it_prints_works_and_sees_its_own_team(desk: RunningDesk) -> None:
    said = desk.said()
    for agent in cast.AGENTS:
        assert agent.address in said
    claire, jonas = Agent(desk.url, "claire@lumen.example"), Agent(desk.url, "jonas@lumen.example")
    assert "LU-20402" in claire.page("/tickets/?view=all")
    assert "LU-20402" not in jonas.page("/tickets/?view=all")
    assert "badge" in jonas.page("/tickets/?view=all").lower()
    assert 'lang="de"' in jonas.page("/tickets/?view=all")


def test_a_newcomer_sees_everything_work(desk: RunningDesk) -> None:
    """Each of what the desk can do stands there once, with something in it."""
    ada = Agent(desk.url, "ada@lumen.example")
    assert "Please send a picture" in ada.page("/settings/macros/")
    assert "Equipment order" in ada.page("/settings/ticket-types/")
    assert "New starter" in ada.page("/settings/checklists/") and "New starter" in ada.page(
        "/settings/ticket-templates/"
    )
    assert "Customer number" in ada.page("/contacts/fields/")
    assert "Damage in transit" in ada.page("/settings/categories/")
    assert 'name="impact"' in ada.page("/tickets/new/")
    for agent, views in (
        ("jonas@lumen.example", ("Werk Stuttgart", "Security", "High and critical")),
        ("claire@lumen.example", ("Devis", "Exchanges and damage", "High and critical")),
    ):
        page = Agent(desk.url, agent).page("/views/")
        assert all(name in page for name in views)
        assert ("Werk Stuttgart" in page) is (agent == "jonas@lumen.example")
    ines = Agent(desk.url, "ines@lumen.example")
    starter = ines.page(f"/tickets/{ines.ticket_named('New starter on 1 December')}/")
    for words in ("Equipment order", "4120", "Create accounts and mailbox", "Badge and key for the new starter"):
        assert words in starter, words
    for agent in ("ada", "ines", "jonas", "claire", "tom"):
        notices = until(
            lambda agent=agent: "pile-link" in (page := Agent(desk.url, f"{agent}@lumen.example").page("/notices/?show=all")) and page,
            f"{agent} was mentioned", 30,
        )  # fmt: skip
        assert "@" not in agent and notices
    assert ada.page("/tickets/?view=snoozed").count('class="row') >= 1
    guest = Agent(desk.url, cast.GUEST).page("/requests/")
    assert "LU-20417" in guest and "Whitcombe Accounts Payable" in guest


def test_rules_deadlines_and_sharing_out_are_at_work(desk: RunningDesk) -> None:
    ada = Agent(desk.url, "ada@lumen.example")
    rules = ada.page("/settings/rules/")
    assert "VPN goes to who knows it" in rules and "shared out by language" in rules
    policies, hours = ada.page("/settings/deadlines/"), ada.page("/settings/hours/")
    assert all(name in policies for name in ("Security", "Contract customers", "Everybody"))
    assert all(name in hours for name in ("Lyon", "Werk Stuttgart", "Leeds"))
    assert ada.page("/tickets/?view=all&sort=due").count("data-due=") >= 15
    shared_out = ada.page(f"/tickets/{ada.ticket_named('Garantieverlängerung')}/rules/")
    assert "Customer care: shared out by language" in shared_out
    assert ada.page("/tickets/?view=unassigned").count("data-ticket=") >= 3, "something is left to take"
    assert desk.guichet("clocks", "verify").returncode == 0


def test_the_line_it_prints_sends_a_mail_that_is_acknowledged(desk: RunningDesk) -> None:
    line = re.search(r"^ +(python3 -c .*)$", desk.said(), re.M)
    assert line
    subprocess.run(line[1], shell=True, check=True, timeout=30)
    ada = Agent(desk.url, "ada@lumen.example")
    assert ada.ticket_named("A first mail")
    until(lambda: list((desk.data / "outside" / "you@home.example").glob("*.eml")), "the acknowledgement is outside")


def test_a_second_start_is_quick_and_changes_nothing(desk: RunningDesk) -> None:
    before = len(ledger(desk))
    desk.stop()
    desk.log.write_text("")
    started = time.monotonic()
    desk.start()
    took = time.monotonic() - started
    assert took < 20, "5 s on a quiet machine"
    until(lambda: FILLED in desk.said(), "it says how to go on")
    assert len(ledger(desk)) == before
