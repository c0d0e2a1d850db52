"""A ticket lives: each act of an agent is one change, one event, and shows in the history; notes never leave."""

from __future__ import annotations

import re

from tests.channels.sink import Sink
from tests.desk import RunningDesk
from tests.walks.people import Agent, arrived, post, write


def test_what_agents_do_is_done_once_and_told(desk: RunningDesk, ana: Agent, outside: Sink) -> None:
    post(desk, write("hal@customer.example", "support@desk.example", "The door squeaks", "All day long."))
    number = ana.ticket_named("The door squeaks", view="unassigned")
    here = f"/tickets/{number}"
    me = re.search(r'name="assignee" value="(\d+)"', ana.page(f"{here}/assignee/"))
    assert me

    assert ana.post(f"{here}/assignee/", assignee=me[1])[0] == 200
    assert ana.post(f"{here}/priority/", priority=1)[0] == 200
    assert ana.post(f"{here}/tags/", toggle="Doors")[0] == 200
    assert ana.post(f"{here}/note/", text="Oil is in the cellar, key with Ben.")[0] == 200
    assert ana.post(f"{here}/reply/", text="We come at noon.", seen=ana.version_of(number))[0] == 200
    assert ana.post(f"{here}/status/", status="resolved")[0] == 200
    assert ana.post(f"{here}/status/", status="resolved")[0] == 200

    page = re.sub(r"<[^>]+>|\s+", " ", ana.page(f"{here}/"))
    page = re.sub(r"\s+", " ", page)
    for said in (
        "took this over",
        "changed the priority from Normal to Critical",
        "added the tags doors",
        "changed the status from In progress to Resolved",
        "Oil is in the cellar, key with Ben.",
        "We come at noon.",
    ):
        assert said in page, said
    assert page.count("to Resolved") == 1

    _taken, answer = arrived(outside, "hal@customer.example", "We come at noon.")
    assert b"cellar" not in answer.as_bytes()
    assert number == ana.ticket_named("The door squeaks", view="resolved")


def test_other_teams_do_not_see_it(desk: RunningDesk, ana: Agent, ben: Agent) -> None:
    post(desk, write("ivy@customer.example", "support@desk.example", "Only for support", "Quietly."))
    number = ana.ticket_named("Only for support")
    assert ben.get(f"/tickets/{number}/")[0] == 404
    assert ben.post(f"/tickets/{number}/note/", text="I was here")[0] == 404
    assert "Only for support" not in ben.page("/tickets/?view=all")
    assert "I was here" not in ana.page(f"/tickets/{number}/")
