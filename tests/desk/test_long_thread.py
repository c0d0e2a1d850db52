"""A ticket of ten thousand messages: its end first, and from there to any part of it, always at the same price."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.tickets import actions
from guichet.tickets.models import Message, Ticket
from tests import make


def thread(cast: make.Cast, count: int) -> tuple[Ticket, list[int]]:
    ticket = make.ticket("A long story", to=cast.support, of=cast.cleo, text="word 0")
    begin = timezone.now() - timedelta(days=400)
    ticket.messages.update(at=begin)
    rows = [
        Message(
            ticket=ticket, kind="inbound", author=cast.cleo, from_name="Cleo Martin", from_address="cleo@customer.example",
            at=begin + timedelta(minutes=(number + 1) // 3), text=f"word {number}", reply=f"word {number}",
            message_id=f"{number}.long@customer.example",
        )
        for number in range(1, count)
    ]  # fmt: skip
    Message.objects.bulk_create(rows)
    return ticket, list(ticket.messages.order_by("at", "pk").values_list("pk", flat=True))


def shown(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="message-(\d+)"', page)]


def link(page: str, words: str) -> str:
    found = re.search(rf'<a class="btn[^"]*" href="([^"#]*)[^"]*"[^>]*>(?:(?!</a>).)*{words}', page)
    assert found is not None, words
    return found[1].replace("&amp;", "&")


@pytest.mark.django_db
class TestParts:
    def test_every_message_is_met_once_by_walking(self, cast: make.Cast, ana: Client) -> None:
        ticket, pks = thread(cast, 330)
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert shown(page) == pks[-40:]
        assert "290 earlier messages" in page
        url = link(page, "290 earlier messages")
        while "shown=" in url:
            page = ana.get(url).content.decode()
            if "before=" in (url := link(page, "earlier messages|Earlier messages")):
                break
        assert shown(page) == pks[-200:]
        met = shown(page)
        while True:
            page = ana.get(url).content.decode()
            met = shown(page) + met
            if "Earlier messages" not in page:
                break
            url = link(page, "Earlier messages")
        assert met == pks
        page = ana.get(f"/tickets/{ticket.number}/?first=1").content.decode()
        met = shown(page)
        while "Later messages" in page:
            page = ana.get(link(page, "Later messages")).content.decode()
            met += shown(page)
        assert met == pks
        assert "Latest message" in page

    def test_what_is_unread_is_a_step_away(self, cast: make.Cast, ana: Client) -> None:
        ticket, pks = thread(cast, 200)
        ninth = Message.objects.get(pk=pks[90])
        actions.mark_seen(ticket, cast.ana, ninth.at)
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        target = link(page, "First unread")
        first = shown(ana.get(target).content.decode())[0]
        assert Message.objects.get(pk=first).at > ninth.at
        assert pks.index(first) <= 93

    def test_a_foreign_or_made_up_place_is_the_beginning(self, cast: make.Cast, ana: Client) -> None:
        ticket, pks = thread(cast, 60)
        foreign = make.ticket(to=cast.billing).messages.get()
        for asked in (f"from={foreign.pk}", "from=999999999", "before=7x", "after=-1"):
            assert shown(ana.get(f"/tickets/{ticket.number}/?{asked}").content.decode()) in (pks[:40], pks[-40:])

    @pytest.mark.parametrize("part", ["", "first=1", "from", "before", "after"])
    def test_the_same_queries_however_long(self, part: str, cast: make.Cast, ana: Client) -> None:
        def cost(count: int) -> int:
            ticket, pks = thread(cast, count)
            asked = f"{part}={pks[len(pks) // 2]}" if part and "=" not in part else part
            url = f"/tickets/{ticket.number}/?{asked}"
            ana.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert ana.get(url).status_code == 200
            return len(captured)

        assert cost(100) == cost(1500)


@pytest.mark.django_db(transaction=True)
def test_to_the_first_message_and_back(enter: Callable[..., Page], transactional_db: None) -> None:
    cast = make.cast()
    ticket, pks = thread(cast, 120)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    expect(page.locator(f"#message-{pks[-1]}")).to_be_in_viewport()
    page.get_by_role("link", name="First message").click()
    expect(page.locator(f"#message-{pks[0]}")).to_be_in_viewport()
    page.get_by_role("link", name="Later messages").click()
    expect(page.locator(f"#message-{pks[40]}")).to_be_in_viewport()
    page.keyboard.press("n")
    expect(page.locator("#note-text-rich")).to_be_focused()
    page.keyboard.type("Read it all.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-note")).to_contain_text("Read it all.")  # it stands at the end, and so does the page
    expect(page.locator(f"#message-{pks[-1]}")).to_be_attached()
