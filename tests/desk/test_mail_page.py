"""What the ticket page says about a mail: who vouches for it, what to beware of, where it may belong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from playwright.sync_api import Page

from guichet.channels.email import tokens
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.belief import seal_words, trust_words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, SideConversation, Status, Ticket
from tests import make
from tests.browser import flaws

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
FAIL = {
    "verdict": "fail",
    "by": "mx.desk.example",
    "spf": "fail",
    "dkim": "none",
    "dmarc": "fail",
    "domain": "bank.example",
    "note": "",
}


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def page(client: Client, ticket: Ticket) -> str:
    answer = client.get(f"/tickets/{ticket.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def said(ticket: Ticket, cast: make.Cast, **more: Any) -> Message:
    author = more.pop("author", cast.cleo)
    words = Words(
        **{"text": "Pay here", "from_address": str(author.email), "subject": "Re: The printer is dark", **more}
    )
    return actions.receive(ticket, words, author, By(author, "email"))


def post(client: Client, ticket: Ticket, act: str, message: Message, **values: str) -> Any:
    return client.post(f"/tickets/{ticket.number}/{act}/{message.pk}/", values, **HTMX)


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    return client.post(back["url"], {**back["values"], "undoing": "1"}, **HTMX)


def test_an_ordinary_mail_makes_no_noise(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    said(ticket, cast, trust={"verdict": "pass", "domain": "customer.example", "by": "mx.desk.example"})
    shown = page(ana, ticket)
    assert "customer.example confirmed that this mail is theirs." in shown
    conversation = shown.partition('role="log"')[2].partition('id="composer"')[0]
    assert conversation
    assert "callout-warning" not in conversation
    assert "callout-error" not in conversation


def test_a_refused_mail_is_loud_and_says_what_not_to_do(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    said(ticket, cast, trust=FAIL, is_verified=False)
    shown = page(ana, ticket)
    assert "bank.example says that this mail is NOT from them: do not trust links or bank details in it." in shown
    assert "callout-error" in shown
    assert "<dt>SPF</dt><dd>fail</dd>" in shown


@pytest.mark.parametrize("note", ["", "silent", "policy", "unmarked", "relayed", "broken"])
def test_every_verdict_has_words(note: str) -> None:
    words = {trust_words({"verdict": "none", "note": n, "domain": "a.example", "by": "mx"}) for n in ("", note)}
    assert len(words) == (2 if note else 1)
    assert "several senders" in trust_words({"verdict": "fail", "note": "several"})
    assert trust_words({})


@pytest.mark.parametrize("what", ["signed", "encrypted"])
@pytest.mark.parametrize("state", ["valid", "invalid", "unknown", "unreadable"])
def test_every_seal_has_words(what: str, state: str) -> None:
    assert seal_words({"kind": "pgp", "what": what, "state": state, "signer": "Cleo"}).endswith(".")


def test_why_a_seal_is_not_valid_is_told_in_the_readers_language() -> None:
    seal = {"kind": "smime", "what": "signed", "state": "unknown", "note": "The certificate is for another address."}
    with translation.override("de"):
        words = seal_words({**seal, "detail": "dan@customer.example"})
    assert words.endswith("Das Zertifikat gilt für eine andere Adresse. (dan@customer.example)")


def test_a_broken_signature_and_an_unopened_mail_are_seen(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    said(ticket, cast, seals=[{"kind": "smime", "what": "signed", "state": "invalid", "signer": "Cleo"}])
    said(ticket, cast, seals=[{"kind": "pgp", "what": "encrypted", "state": "unreadable", "note": "No key."}])
    shown = page(ana, ticket)
    assert "The signature is broken" in shown
    assert "could not be opened. No key." in shown


def test_an_agents_address_without_proof_is_not_an_agent(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    said(ticket, cast, author=cast.ben, trust={"verdict": "none"})
    assert "Ben Weiss, who works here, but nothing proves" in page(ana, ticket)
    other = make.ticket(to=cast.support)
    said(other, cast, author=cast.ben, trust={"verdict": "pass", "domain": "desk.example"})
    assert "nothing proves" not in page(ana, other)


def test_people_in_copy_and_third_parties_are_named_as_what_they_are(
    ticket: Ticket, cast: make.Cast, ana: Client
) -> None:
    said(ticket, cast, cc=[{"name": "", "address": "boss@customer.example"}])
    side = SideConversation.objects.create(ticket=ticket, subject="Spare part", created_at=ticket.created_at)
    said(ticket, cast, author=cast.eve, side=side, text="It costs 20")
    shown = page(ana, ticket)
    assert "Only named here: they take no part unless you write to them." in shown
    assert "With a third party: the customer does not see this" in shown
    assert "msg-side" in shown


def test_a_folded_storm_and_thanks_are_quiet_lines(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    actions.fold(ticket, By(via="email"), since=ticket.created_at)
    events.record(ticket, events.THANKED, By(cast.cleo, "email"))
    shown = page(ana, ticket)
    assert "More automatic mail came; it is kept in the mail ledger" in shown
    assert "said thanks; the request stays resolved" in shown


# -- what can be done


def test_a_stranger_is_let_in_and_out_again(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    message = said(ticket, cast, author=cast.eve, is_verified=False)
    assert "Let the sender join" in page(ana, ticket)
    answer = post(ana, ticket, "accept", message)
    message.refresh_from_db()
    assert message.is_verified
    assert "Let the sender join" not in answer.content.decode()
    undo(ana, answer)
    message.refresh_from_db()
    assert not message.is_verified
    assert post(ana, ticket, "accept", ticket.messages.earliest("id")).status_code == 422


def suggested(cast: make.Cast, to: Ticket) -> Message:
    words = Words(text="Here is the number", subject="Number", from_address="eve@stranger.example", suggested=to)
    return actions.open_ticket(cast.support, cast.eve, words, By(cast.eve, "email")).messages.get()


def test_a_suggestion_is_taken_up_and_undone(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    message = suggested(cast, ticket)
    home = message.ticket
    assert f"#{ticket.number}" in page(ana, home)
    answer = post(ana, home, "join", message)
    assert answer["HX-Push-Url"] == f"/tickets/{ticket.number}/"
    assert f'data-ticket="{ticket.pk}"' in answer.content.decode()
    assert f">#{ticket.number}</a>" in page(ana, home), "the emptied ticket leads to its words"
    back = undo(ana, answer)
    assert back["HX-Push-Url"] == f"/tickets/{home.number}/"
    message.refresh_from_db()
    home.refresh_from_db()
    assert (message.ticket, home.status) == (home, Status.OPEN)
    post(ana, home, "keep", message)
    assert "Move it there" not in page(ana, home)


def test_a_suggestion_is_no_keyhole(cast: make.Cast, ana: Client) -> None:
    hidden = make.ticket("Salary of the director", to=cast.billing)
    message = suggested(cast, hidden)
    shown = page(ana, message.ticket)
    assert "Salary" not in shown
    assert "Move it there" not in shown
    assert post(ana, message.ticket, "join", message).status_code == 422
    message.refresh_from_db()
    assert message.ticket != hidden


def test_a_changed_topic_is_offered_as_a_ticket_of_its_own(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    same = said(ticket, cast)
    other = said(ticket, cast, subject="Invoice 4711 is wrong", text="Please look at it")
    shown = page(ana, ticket)
    assert f'id="topic-{other.pk}"' in shown
    assert f'id="topic-{same.pk}"' not in shown
    kept = post(ana, ticket, "keep", other)
    assert "This seems to be another matter." not in kept.content.decode()
    undo(ana, kept)
    assert "This seems to be another matter." in page(ana, ticket)
    answer = post(ana, ticket, "split", other)
    new = Ticket.objects.latest("id")
    assert (new.subject, new.messages.get()) == ("Invoice 4711 is wrong", other)
    undo(ana, answer)
    other.refresh_from_db()
    assert other.ticket == ticket


def test_words_that_moved_out_of_sight_leave_no_trace(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    """A reply that is stale because of a message that stands elsewhere by now does not quote it."""
    seen = ticket.version
    secret = said(ticket, cast, subject="Salary", text="SECRET words")
    new = actions.split(secret, By(cast.ana, "desk"))
    actions.move(new, cast.billing, By(cast.ada, "desk"))
    for url in ("reply", ""):
        answer = (
            ana.post(f"/tickets/{ticket.number}/{url}/", {"text": "x", "seen": seen}, **HTMX)
            if url
            else ana.get(f"/tickets/{ticket.number}/")
        )
        assert "SECRET" not in answer.content.decode()


def test_the_page_is_whole_in_a_browser(cast: make.Cast, enter: Callable[..., Page], transactional_db: None) -> None:
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    said(ticket, cast, trust=FAIL, is_verified=False, cc=[{"name": "", "address": "boss@customer.example"}])
    other = said(
        ticket,
        cast,
        subject="Invoice 4711 is wrong",
        trust={"verdict": "pass", "domain": "customer.example", "dkim": "pass", "by": "Guichet"},
    )
    browser = enter(cast.ana)
    browser.goto(f"/tickets/{ticket.number}/")
    browser.keyboard.press("Tab")
    button = browser.locator(f"#message-{other.pk} .msg-about")
    button.focus()
    browser.keyboard.press("Enter")
    about = browser.locator(f"#about-{other.pk}")
    about.wait_for()
    assert "customer.example confirmed" in about.inner_text()
    about.get_by_text("How it was checked").click()
    assert "pass" in about.inner_text()
    assert flaws(browser) == []
    browser.keyboard.press("Escape")
    browser.locator(f"#topic-{other.pk}").get_by_text("Make it a ticket of its own").click()
    browser.wait_for_url(f"**/tickets/{Ticket.objects.latest('id').number}/")
    browser.locator("#toasts").get_by_role("button", name="Undo").click()
    browser.wait_for_url(f"**/tickets/{ticket.number}/")
    assert browser.locator(f"#message-{other.pk}").count() == 1


def test_an_agent_is_shown_his_own_address_where_the_inbox_allows_it(
    ticket: Ticket, cast: make.Cast, ana: Client, ben: Client
) -> None:
    assert "Answer by mail" not in page(ana, ticket)
    url = f"/settings/tickets/{ticket.number}/my-address/"
    assert "support+" not in ana.get(url).content.decode()
    Inbox.objects.filter(pk=cast.support.pk).update(agents_by_mail=True)
    assert url in page(ana, ticket)
    shown = ana.get(url).content.decode()
    address = shown.partition('value="')[2].partition('"')[0]
    code = tokens.read_agent_address(address)
    ticket.refresh_from_db()
    assert code == (ticket.pk, cast.ana.pk, ticket.version)
    assert ben.get(url).status_code == 404


def test_the_address_is_copied_by_a_button(cast: make.Cast, enter: Callable[..., Page], transactional_db: None) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(agents_by_mail=True)
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    browser = enter(cast.ana, permissions=["clipboard-read", "clipboard-write"])
    browser.goto(f"/tickets/{ticket.number}/")
    browser.get_by_role("button", name="More").click()
    browser.get_by_role("button", name="Answer by mail").click()
    browser.get_by_role("button", name="Copy").click()
    browser.get_by_text("Copied").wait_for()
    assert browser.evaluate("navigator.clipboard.readText()").startswith("support+")
    assert flaws(browser) == []
