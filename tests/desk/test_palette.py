"""The command bar and the preview tell nothing that their reader may not see, at a fixed number of queries."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guichet.desk.lists.preview import SHOWN
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import SavedView
from tests import make

pytestmark = pytest.mark.django_db


def found(client: Client, typed: str) -> list[str]:
    page = client.get("/palette/", {"q": typed}).content.decode()
    return re.findall(r'<span class="grow">([^<]*)</span>', page)


def test_what_is_found_and_for_whom(cast: make.Cast, ana: Client, ben: Client) -> None:
    ours = make.ticket("Broken lamp", to=cast.support, of=cast.cleo)
    make.ticket("Lamp invoice", to=cast.billing, of=cast.dan)
    SavedView.objects.create(name="Lamps of the year", owner=cast.ana, is_pinned=False)
    assert found(ana, "lamp") == ["Lamps of the year", "Broken lamp"]
    assert found(ben, "lamp") == ["Lamp invoice"]
    assert found(ana, f"#{ours.number}") == found(ana, str(ours.number)) == ["Broken lamp"]
    assert found(ben, str(ours.number)) == []
    assert found(ana, "cleo m") == ["Broken lamp", "Cleo Martin"]
    assert found(ben, "cleo m") == [] and found(ana, "dan roth") == []
    assert found(ana, "ben wei") == ["Ben Weiss"], "colleagues are known"
    assert found(ana, "l") == found(ana, "") == found(ana, "9" * 30) == []


def test_the_preview_is_for_those_who_see_the_ticket_and_reads_nothing(
    cast: make.Cast, ana: Client, ben: Client
) -> None:
    ticket = make.ticket("Lamp", to=cast.support, of=cast.cleo)
    for at in range(SHOWN + 2):
        actions.receive(ticket, actions.Words(text=f"Word {at} <b>", reply=f"Word {at} <b>"), cast.cleo, By(cast.cleo))
    page = ana.get(f"/tickets/{ticket.number}/preview/").content.decode()
    assert f"Word {SHOWN + 1} &lt;b&gt;" in page and "Word 0" not in page
    assert "earlier ones are on the ticket" in page
    assert ben.get(f"/tickets/{ticket.number}/preview/").status_code == 404
    assert "row-unread" in ana.get("/tickets/?view=all").content.decode()


def test_both_cost_the_same_whatever_there_is(cast: make.Cast, ana: Client) -> None:
    ticket = make.ticket("Lamp", to=cast.support, of=cast.cleo)
    urls = ("/palette/?q=lamp", f"/tickets/{ticket.number}/preview/")

    def counted() -> list[int]:
        counts = []
        for url in urls:
            ana.get(url)
            with CaptureQueriesContext(connection) as captured:
                ana.get(url)
            counts.append(len(captured))
        return counts

    few = counted()
    for at in range(12):
        make.ticket(f"Lamp {at}", to=cast.support, of=make.person(f"lamp{at}@many.example", name=f"Lamp {at}"))
        actions.add_note(ticket, actions.Words(text="x"), By(cast.ana))
    # With many that fit exactly, nobody looks for misspelt names: one question less.
    assert all(now <= before for now, before in zip(counted(), few, strict=True))
