"""Never two answers: of fifty who send at the same moment exactly one answer goes out, whichever door they came by."""

from __future__ import annotations

import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Ticket
from tests import make
from tests.browser import client_of

SENDERS = 50
CLEO = {"name": "Cleo Martin", "address": "cleo@customer.example"}
pytestmark = pytest.mark.django_db(transaction=True)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _poster(address: str, person: Any) -> Callable[..., tuple[int, str]]:
    """One browser's session: post(path, fields) gives the status and the page."""
    client = client_of(person)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    opener = urllib.request.build_opener(_Stay)
    token = "x" * 32

    def post(path: str, **fields: Any) -> tuple[int, str]:
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
        headers = {"Cookie": cookies, "HX-Request": "true", "Origin": address}
        try:
            with opener.open(urllib.request.Request(address + path, data, headers), timeout=120) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return post


def _together(works: list[Callable[[], Any]]) -> list[Any]:
    """All of them at the same moment, each in its own thread."""
    gate, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        gate.wait()
        try:
            found[place] = works[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _went_out(ticket: Ticket) -> list[Message]:
    return [m for m in ticket.messages.filter(kind="outbound") if m.delivery != Delivery.HELD]


def _colleagues(cast: make.Cast, count: int) -> list[Any]:
    several = [make.person(f"agent{n}@desk.example", make.Role.AGENT, name=f"Agent {n}", teams=(cast.support.team,))
               for n in range(5)]  # fmt: skip
    return [several[n % 5] for n in range(count)]


@pytest.mark.parametrize("by_mail", [0, 1])
def test_of_fifty_senders_one_goes_out_and_the_others_learn_what_changed(
    by_mail: int, address: str, transactional_db: None
) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    seen, path = Ticket.objects.get(pk=ticket.pk).version, f"/tickets/{ticket.number}/reply/"
    agents = _colleagues(cast, SENDERS - by_mail)
    posts = [_poster(address, agent) for agent in agents]
    works: list[Callable[[], Any]] = [
        lambda n=n: posts[n](path, text=f"Answer {n}.", seen=seen) for n in range(len(posts))
    ]

    def answer_by_mail() -> tuple[int, str]:
        """What the mail door does with an agent's mail that was written after seeing this version."""
        words = Words(text="Answer by mail.", to=[CLEO])
        mine = Ticket.objects.select_related("inbox", "requester", "team").get(pk=ticket.pk)
        message = actions.reply(mine, words, By(cast.ana, "email"), seen=seen, holds=True)
        return (409 if message.delivery == Delivery.HELD else 200), ""

    works += [answer_by_mail] * by_mail
    answers = _together(works)
    assert Counter(status for status, _page in answers) == {200: 1, 409: SENDERS - 1}
    (sent,) = _went_out(ticket)
    conflicts = [page for status, page in answers if status == 409 and page]
    assert all("Not sent yet" in page and "replied" in page for page in conflicts)
    assert all(sent.reply[:20] in page for page in conflicts)
    held = ticket.messages.filter(delivery=Delivery.HELD)
    assert held.count() <= by_mail
    # One of those who were refused reads what is new and insists: it goes out, and the log knows.
    again, loser = next((n, post) for n, post in enumerate(posts) if answers[n][0] == 409)
    assert loser(path, text=f"Answer {again}.", seen=seen, anyway="1")[0] == 200
    insisted = ticket.events.get(kind=events.INSISTED)
    assert insisted.changes["unseen"][1] >= 1
    assert len(_went_out(ticket)) == 2


def test_of_fifty_questions_to_a_third_party_one_goes_out(address: str, transactional_db: None) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    seen, path = Ticket.objects.get(pk=ticket.pk).version, f"/tickets/{ticket.number}/ask/"
    posts = [_poster(address, agent) for agent in _colleagues(cast, 12)]
    fields = {"to": "help@toner.example", "subject": "Toner", "seen": seen}
    answers = _together([lambda n=n: posts[n](path, text=f"Question {n}?", **fields) for n in range(12)])
    assert Counter(status for status, _page in answers) == {200: 1, 409: 11}
    assert ticket.sides.count() == 1


def test_of_many_who_release_one_held_reply_one_does(address: str, transactional_db: None) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    words, by = Words(text="Kept back.", to=[CLEO]), By(cast.ana, "email")
    actions.receive(ticket, Words(text="More."), cast.cleo, By(cast.cleo, "email"))
    message = actions.reply(ticket, words, by, seen=1, holds=True)
    assert message.delivery == Delivery.HELD
    path = f"/tickets/{ticket.number}/take-back/{message.pk}/"
    release = f"/tickets/{ticket.number}/reschedule/{message.pk}/"
    seen = Ticket.objects.get(pk=ticket.pk).version
    posts = [_poster(address, agent) for agent in _colleagues(cast, 12)]
    works = [lambda n=n: posts[n](path if n % 2 else release, seen=seen) for n in range(12)]
    answers = _together(works)
    assert sum(status == 200 for status, _page in answers) >= 1
    # Taken back or on its way, never both: the log tells one story.
    message.refresh_from_db()
    kinds = list(
        ticket.events.filter(message=message, kind__in=[events.WITHDRAWN, events.RELEASED]).values_list(
            "kind", flat=True
        )
    )
    assert kinds.count(events.WITHDRAWN) <= 1
    assert (message.delivery == Delivery.WITHDRAWN) == (events.WITHDRAWN in kinds)
