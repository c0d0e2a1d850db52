"""Rules about mail and spam filters: what they stop, what they never stop, and that nothing goes unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.channels import intake, sorting
from guichet.channels.accept import Arrival, accept
from guichet.channels.email import tokens
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import End, MailRule, Parcel, ParcelState
from guichet.tickets.models import Inbox, Ticket
from tests import make

SUPPORT = "support@desk.example"


@pytest.fixture
def inbox() -> Inbox:
    return make.inbox(SUPPORT)


def take(inbox: Inbox, *, sender: str = "cleo@customer.example", subject: str = "Hello", body: str = "Words.",
         to: str = SUPPORT, head: str = "", number: list[int] = [0]) -> Parcel:  # noqa: B006  # fmt: skip
    number[0] += 1
    raw = f"From: <{sender}>\nTo: {to}\nSubject: {subject}\nMessage-ID: <{number[0]}.s@customer.example>\n{head}\n{body}\n"
    parcel = accept([Arrival("lmtp", sender, inbox.pk, [to], raw.encode())])[0]
    with Reader() as reader:
        while intake.drain(reader):
            pass
    return Parcel.objects.get(pk=parcel.pk)


def rule(field: str, value: str, action: str = "quarantine", inbox: Inbox | None = None) -> MailRule:
    return MailRule.objects.create(field=field, value=value, action=action, inbox=inbox)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "stopped", "passed"),
    [
        ("sender", "news@spam.example", {"sender": "News@Spam.example"}, {"sender": "other@spam.example"}),
        ("domain", "spam.example", {"sender": "a@mail.spam.example"}, {"sender": "a@notspam.example"}),
        ("subject", "lottery win", {"subject": "Your LOTTERY  win!"}, {"subject": "lottery winner", "body": "lottery win"}),
        ("words", "lottery win", {"body": "the lottery\nwin is yours"}, {"body": "the lottery was a win"}),
        ("words", "当選", {"body": "おめでとう当選しました"}, {"body": "おめでとう"}),
    ],
)  # fmt: skip
def test_each_kind_of_rule_stops_what_it_names(
    field: str, value: str, stopped: dict[str, str], passed: dict[str, str], inbox: Inbox
) -> None:
    rule(field, value)
    held = take(inbox, **stopped)  # type: ignore[arg-type]
    assert (held.state, held.end, held.message) == (ParcelState.QUARANTINE, End.QUARANTINED, None)
    assert value in str(held.steps)
    assert take(inbox, **passed).end == End.TICKETED  # type: ignore[arg-type]


@pytest.mark.django_db
def test_ignored_mail_stays_recorded(inbox: Inbox) -> None:
    rule("domain", "customer.example", "ignore")
    parcel = take(inbox)
    assert (parcel.state, parcel.end, Ticket.objects.count()) == (ParcelState.SUPPRESSED, End.IGNORED, 0)


@pytest.mark.django_db
def test_a_rule_of_an_inbox_holds_there_alone_and_before_one_of_the_house(inbox: Inbox) -> None:
    billing = make.inbox("billing@desk.example")
    rule("domain", "customer.example", "quarantine")
    rule("domain", "customer.example", "ignore", inbox)
    assert take(inbox).end == End.IGNORED
    assert take(billing, to="billing@desk.example").end == End.QUARANTINED


@pytest.mark.django_db
def test_what_is_allowed_wins_over_all_rules_and_the_spam_filter(inbox: Inbox) -> None:
    rule("domain", "customer.example", "quarantine", inbox)
    rule("sender", "cleo@customer.example", "allow")
    assert take(inbox, head="X-Spam-Flag: YES\n").end == End.TICKETED
    assert take(inbox, sender="dan@customer.example").end == End.QUARANTINED


@pytest.mark.django_db
def test_what_a_spam_filter_called_spam_is_quarantined_with_its_words(inbox: Inbox) -> None:
    parcel = take(inbox, head="X-Spam-Flag: YES\n")
    assert (parcel.end, parcel.reason) == (End.QUARANTINED, "A spam filter on the way called it spam.")
    assert take(inbox, head="X-Spam-Flag: NO\n").end == End.TICKETED


@pytest.mark.django_db
def test_an_answer_to_our_signed_address_is_never_lost_to_a_spam_filter(inbox: Inbox) -> None:
    cleo = make.person("cleo@customer.example")
    ticket = make.ticket(to=inbox, of=cleo)
    address = tokens.reply_address(inbox, ticket.pk, cleo.pk)
    answer = take(inbox, to=address, head="X-Spam-Flag: YES\n")
    assert (answer.end, answer.ticket) == (End.JOINED, ticket)
    assert take(inbox, sender="eve@stranger.example", to=address, head="X-Spam-Flag: YES\n").end == End.QUARANTINED
    rule("sender", "cleo@customer.example")
    assert take(inbox, to=address).end == End.QUARANTINED, "an explicit rule counts all the same"


@pytest.mark.django_db(transaction=True)
def test_hits_are_counted(inbox: Inbox) -> None:
    made = rule("domain", "customer.example")
    for _ in range(2):
        take(inbox)
    made.refresh_from_db()
    assert made.hits == 2
    assert made.last_hit_at is not None


@given(st.text(max_size=60), st.text(max_size=200))
def test_any_rule_meets_any_text(value: str, text: str) -> None:
    made = MailRule(field="words", value=" ".join(value.casefold().split()), action="quarantine")
    sorting.matches(made, "a@b.example", "", text.casefold())
    if made.value and made.value.isalnum() and made.value.isascii():
        assert sorting.matches(made, "", "", f"before {made.value} after")
        assert not sorting.matches(made, "", "", f"before x{made.value}x after")
