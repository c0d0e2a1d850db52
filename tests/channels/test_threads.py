"""Which ticket a mail belongs to and whom we believe, through the LMTP door: security 11-18, and every order of arrival."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from django.core.mail import EmailMessage as HouseMail
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guichet.channels import intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email import tokens
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Parcel, ParcelState
from guichet.people.models import Person
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Inbox, Message, MessageKind, Status, Ticket
from tests import make
from tests.channels.intake_process import Intake, Line

pytestmark = pytest.mark.django_db(transaction=True)
CLEO, DAN, EVE = "cleo@customer.example", "dan@customer.example", "eve@stranger.example"
RELAY = "mx.desk.example"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def door() -> Iterator[Line]:
    with Intake() as process, Line(process.lmtp) as line:
        yield line


def mail(sender: str = CLEO, *, text: str = "It is dark.", to: str = "support@desk.example", **headers: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = sender, to
    made["Subject"] = headers.pop("subject", "Printer")
    made["Message-ID"] = headers.pop("message_id", f"<{next(_numbers)}.thread@customer.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes().replace(b"\n", b"\r\n")


def deliver(door: Line, reader: Reader, raw: bytes, to: str = "support@desk.example", *, sender: str = CLEO) -> Parcel:
    assert door.deliver(raw, to, sender=sender) == ["250 2.0.0 OK stored"]
    while intake.drain(reader):
        pass
    return Parcel.objects.latest("id")


def answered(cast: make.Cast) -> tuple[Ticket, Message]:
    """A ticket of Cleo's with Ana's answer."""
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    return ticket, actions.reply(
        ticket, Words(text="Switch it on.", to=[{"name": "Cleo", "address": CLEO}]), By(cast.ana, "desk"), seen=None
    )


def passes(verdict: str = "pass", domain: str = "desk.example") -> dict[str, str]:
    return {"Authentication_Results": f"{RELAY}; dmarc={verdict} (p=reject) header.from={domain}"}


def trusting(**fields: object) -> None:
    Inbox.objects.filter(address="support@desk.example").update(authserv_id=RELAY, **fields)


# -- strangers


def test_what_a_stranger_knows_of_a_ticket_opens_his_own_with_a_suggestion_at_most(
    cast: make.Cast, door: Line, reader: Reader
) -> None:
    ticket, ours = answered(cast)
    known = ticket.messages.earliest("id").message_id
    for headers, is_suggested in (
        ({"subject": f"Re: [#{ticket.number}] The printer is dark"}, False),
        ({"subject": "Re: The printer is dark", "Thread_Index": "AQHZ"}, False),
        ({"In_Reply_To": f"<{ours.message_id}>"}, True),
        ({"References": f"<x@y> <{known}>"}, True),
    ):
        parcel = deliver(door, reader, mail(EVE, **headers), sender=EVE)
        message = Message.objects.get(pk=parcel.message_id)
        assert message.ticket != ticket
        assert message.suggested == (ticket if is_suggested else None)
    assert ticket.messages.count() == 2


def test_all_that_somebody_in_copy_answers_to_one_mail_is_one_ticket_beside_it(
    cast: make.Cast, door: Line, reader: Reader
) -> None:
    """As it is where the mail that he answers comes later, or never; and where it belongs all of it goes together."""
    deliver(door, reader, mail(message_id="<a@customer.example>", Cc=f"{DAN}, {EVE}"))
    ticket = Ticket.objects.get()
    first, second, other = (
        Message.objects.get(
            pk=deliver(door, reader, mail(sender, In_Reply_To="<a@customer.example>"), sender=sender).message_id
        )
        for sender in (DAN, DAN, EVE)
    )
    assert first.ticket == second.ticket
    assert len({ticket.pk, first.ticket_id, other.ticket_id}) == 3
    assert first.suggested == other.suggested == ticket
    actions.join(first, ticket, By(cast.ana, "desk"))
    assert ticket.messages.filter(author=first.author).count() == 2


def test_somebody_in_copy_is_only_shown(cast: make.Cast, door: Line, reader: Reader) -> None:
    """Security 12: neither Cc nor Reply-To of a mail makes a participant."""
    deliver(door, reader, mail(message_id="<a@customer.example>", Cc=EVE, Reply_To=EVE))
    ticket = Ticket.objects.get()
    deliver(door, reader, mail(EVE, In_Reply_To="<a@customer.example>"), sender=EVE)
    assert ticket.messages.count() == 1
    assert Ticket.objects.count() == 2
    actions.reply(
        ticket, Words(text="We look at it.", to=[{"name": "", "address": CLEO}]), By(cast.ana, "desk"), seen=None
    )
    assert not any(EVE in str((m.to, m.cc)) for m in Message.objects.filter(kind=MessageKind.OUTBOUND))


def test_a_leaked_address_brings_a_stranger_neither_in_nor_anything_out(
    cast: make.Cast, door: Line, reader: Reader
) -> None:
    ticket, _ = answered(cast)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    first = Message.objects.get(pk=deliver(door, reader, mail(EVE), address, sender=EVE).message_id)
    deliver(door, reader, mail(EVE, In_Reply_To=f"<{first.message_id}>"), address, sender=EVE)
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert [m.is_verified for m in ticket.messages.filter(author=cast.eve)] == [False, False]
    # let in by an agent, he takes part
    actions.accept_sender(first, By(cast.ana, "desk"))
    deliver(door, reader, mail(EVE, In_Reply_To=f"<{first.message_id}>", text="Thank you"), sender=EVE)
    assert ticket.messages.latest("id").is_verified


def test_a_wrong_or_cut_code_is_a_new_ticket(cast: make.Cast, door: Line, reader: Reader) -> None:
    ticket, _ = answered(cast)
    address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    local, at, domain = address.partition("@")
    for wrong in (local[:-1] + at + domain, local + "a" + at + domain, "support+x@desk.example"):
        deliver(door, reader, mail(), wrong)
    assert ticket.messages.count() == 2
    assert Ticket.objects.count() == 4


def test_a_sender_his_own_domain_disowns_takes_part_nowhere(cast: make.Cast, door: Line, reader: Reader) -> None:
    trusting()
    ticket, ours = answered(cast)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    forged = passes("fail", "customer.example")
    address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    on_it = Message.objects.get(pk=deliver(door, reader, mail(**forged), address).message_id)
    beside = Message.objects.get(
        pk=deliver(door, reader, mail(In_Reply_To=f"<{ours.message_id}>", **forged)).message_id
    )
    ticket.refresh_from_db()
    assert (on_it.ticket, on_it.is_verified, ticket.status) == (ticket, False, Status.RESOLVED)
    assert (beside.suggested, beside.is_verified) == (ticket, False)
    # an honest one, and one under a forged verdict of somebody else's, are as good as ever
    other = {"Authentication_Results": "mx.evil.example; dmarc=fail header.from=customer.example"}
    assert deliver(door, reader, mail(In_Reply_To=f"<{ours.message_id}>", **other)).ticket_id == ticket.pk


def test_the_envelope_decides_which_inbox_and_words_command_nothing(
    cast: make.Cast, door: Line, reader: Reader
) -> None:
    """Security 17 and 18."""
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    raw = mail(
        to="hr@desk.example",
        subject="[close] #1 @Ben",
        text="@Ben /close /assign me",
        X_Guichet_Ticket="1",
        X_Priority="1",
    )
    parcel = deliver(door, reader, raw)
    assert parcel.inbox == cast.support
    ticket = Ticket.objects.get()
    assert (ticket.inbox, ticket.status, ticket.assignee, ticket.priority) == (cast.support, Status.OPEN, None, 3)
    assert not Ticket.objects.filter(inbox=secret).exists()


# -- agents


def test_a_mail_from_an_agents_address_is_no_act_of_the_agent(cast: make.Cast, door: Line, reader: Reader) -> None:
    """Security 13."""
    trusting()
    ticket, ours = answered(cast)
    ana = "ana@desk.example"
    for headers in (passes("fail"), {}):
        address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
        parcel = deliver(door, reader, mail(ana, In_Reply_To=f"<{ours.message_id}>", **headers), address, sender=ana)
        message = Message.objects.get(pk=parcel.message_id)
        assert (message.kind, message.is_verified) == (MessageKind.INBOUND, False)
    assert not Message.objects.filter(kind=MessageKind.OUTBOUND).exclude(pk=ours.pk).exists()


@pytest.mark.parametrize("missing", ["nothing", "switch", "verdict", "checked", "person", "code", "right", "automatic"])
def test_an_agent_answers_by_mail_only_with_all_the_proof_there_is(
    cast: make.Cast, door: Line, reader: Reader, missing: str
) -> None:
    trusting(agents_by_mail=missing != "switch")
    ticket, _ = answered(cast)
    version = Ticket.objects.get(pk=ticket.pk).version
    person = cast.ben if missing == "right" else cast.ana
    address = tokens.agent_address(cast.support, ticket.pk, person.pk, version)
    if missing == "code":
        address = tokens.reply_address(cast.support, ticket.pk, cast.ana.pk)
    sender = "ada@desk.example" if missing == "person" else str(person.email)
    headers = {} if missing == "checked" else passes("none" if missing == "verdict" else "pass")
    if missing == "automatic":
        headers["Auto_Submitted"] = "auto-replied"
    parcel = deliver(door, reader, mail(sender, text="Try the other plug.", **headers), address, sender=sender)
    message = Message.objects.get(pk=parcel.message_id)
    assert message.ticket == ticket
    if missing == "nothing":
        assert (message.kind, message.author, message.delivery) == (MessageKind.OUTBOUND, cast.ana, Delivery.QUEUED)
        assert (message.text.strip(), message.to[0]["address"]) == ("Try the other plug.", CLEO)
        assert ticket.events.get(kind=events.WRITTEN, message=message).via == "email"
        return
    assert (message.kind, message.is_verified) == (MessageKind.INBOUND, False)
    alerts = [words for words, _values in Parcel.objects.get(pk=parcel.pk).steps if words.startswith("Alert")]
    assert bool(alerts) == (missing not in ("code", "automatic"))


def test_an_agents_mail_written_before_somebody_else_wrote_is_held(cast: make.Cast, door: Line, reader: Reader) -> None:
    trusting(agents_by_mail=True)
    ticket, ours = answered(cast)
    address = tokens.agent_address(cast.support, ticket.pk, cast.ana.pk, Ticket.objects.get(pk=ticket.pk).version)
    deliver(door, reader, mail(In_Reply_To=f"<{ours.message_id}>", text="It works again, thank you"))
    raw = mail("ana@desk.example", text="Try the other plug.", **passes())
    message = Message.objects.get(pk=deliver(door, reader, raw, address, sender="ana@desk.example").message_id)
    assert (message.kind, message.delivery) == (MessageKind.OUTBOUND, Delivery.HELD)
    assert ticket.events.filter(kind=events.HELD, message=message).exists()


@pytest.mark.parametrize("is_html", [False, True])
def test_an_agents_mail_of_nothing_but_quotes_does_not_go_to_the_customer(
    cast: make.Cast, door: Line, reader: Reader, is_html: bool
) -> None:
    trusting(agents_by_mail=True)
    ticket, _ = answered(cast)
    address = tokens.agent_address(cast.support, ticket.pk, cast.ana.pk, Ticket.objects.get(pk=ticket.pk).version)
    quoted = "\n> An internal remark: he never pays.\n> Second line\n"
    raw = mail("ana@desk.example", text=quoted, **passes())
    if is_html:
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = "ana@desk.example", "support@desk.example", "Re: Printer"
        made["Authentication-Results"] = passes()["Authentication_Results"]
        made.set_content("<blockquote type=cite><p>An internal remark: he never pays.</p></blockquote>", subtype="html")
        raw = made.as_bytes().replace(b"\n", b"\r\n")
    parcel = deliver(door, reader, raw, address, sender="ana@desk.example")
    message = Message.objects.get(pk=parcel.message_id)
    assert (message.kind, message.is_verified, message.ticket) == (MessageKind.INBOUND, False, ticket)
    assert any("no new words" in words for words, _values in parcel.steps)
    assert not Message.objects.filter(kind=MessageKind.OUTBOUND, text__contains="never pays").exists()


# -- words that were moved


def test_late_answers_follow_the_words_they_answer(cast: make.Cast, door: Line, reader: Reader) -> None:
    ticket, ours = answered(cast)
    raw = mail(message_id="<invoice@customer.example>", In_Reply_To=f"<{ours.message_id}>", text="My invoice is wrong")
    invoice = Message.objects.get(pk=deliver(door, reader, raw).message_id)
    old = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    new = actions.split(invoice, By(cast.ana, "desk"))
    make.follow_log()
    assert Parcel.objects.get(message=invoice).ticket == new, "the ledger leads to where the words stand"
    for where, reference in ((new, "invoice@customer.example"), (ticket, ours.message_id)):
        # the old number's address is in the customer's address book whatever he answers
        parcel = deliver(door, reader, mail(In_Reply_To=f"<{reference}>"), old)
        assert parcel.ticket_id == where.pk
    actions.unsplit(new, ticket, By(cast.ana, "desk"))
    address = tokens.reply_address(cast.support, new.pk, cast.cleo.pk)
    assert deliver(door, reader, mail(), address).ticket_id == ticket.pk, "an emptied ticket leads to its words"


def test_late_mail_to_either_number_of_a_merge_lands_on_one_and_parts_again(
    cast: make.Cast, door: Line, reader: Reader
) -> None:
    kept, ours = answered(cast)
    other = make.ticket("The same again", to=cast.support, of=cast.cleo)
    theirs = actions.reply(
        other, Words(text="We look.", to=[{"name": "", "address": CLEO}]), By(cast.ana, "desk"), seen=None
    )
    (act,) = actions.merge([other], kept, By(cast.ana, "desk"))
    address = {one.pk: tokens.reply_address(cast.support, one.pk, cast.cleo.pk) for one in (kept, other)}
    landed = {
        "by number": deliver(door, reader, mail(), address[other.pk]),
        "by answer": deliver(door, reader, mail(In_Reply_To=f"<{theirs.message_id}>")),
        "by its number": deliver(door, reader, mail(), address[kept.pk]),
        "by its answer": deliver(door, reader, mail(In_Reply_To=f"<{ours.message_id}>")),
    }
    assert {parcel.ticket_id for parcel in landed.values()} == {kept.pk}
    actions.undo(act, By(cast.ana, "desk"))
    stand = {name: Message.objects.get(pk=parcel.message_id).ticket_id for name, parcel in landed.items()}
    assert stand == {
        "by number": other.pk, "by answer": other.pk, "by its number": kept.pk, "by its answer": kept.pk,
    }  # fmt: skip
    make.follow_log()
    assert Parcel.objects.get(pk=landed["by number"].pk).ticket == other, "the ledger follows"
    assert deliver(door, reader, mail(), address[other.pk]).ticket_id == other.pk


# -- every order of arrival


@dataclass
class Story:
    """Mails of one conversation as their writers see it: each has a sender and names its whole thread."""

    mails: list[tuple[str, str, list[str]]] = field(default_factory=list)  # id, sender, thread nearest last

    def raw(self, place: int, run: str, ours: dict[str, str]) -> bytes:
        own, sender, thread = self.mails[place]
        refs = [f"<{ours.get(one) or run + one}>" for one in thread]
        headers = {"In_Reply_To": refs[-1], "References": " ".join(refs)} if refs else {}
        cc = [other for other in (CLEO, DAN, EVE) if other != sender]
        return mail(sender, message_id=f"<{run}{own}>", text=own, Cc=", ".join(cc), **headers)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Up to three threads. A mail answers any earlier one; "ours-N" stands for an answer of ours to customer N."""
    story = Story()
    for number in range(draw(st.integers(2, 9))):
        earlier = [*story.mails, ("ours-0", "", []), ("ours-1", "", [])]
        parent = draw(st.sampled_from([None, *earlier]))
        thread = [*parent[2], parent[0]] if parent else []
        story.mails.append(
            (f"m{number}.{next(_numbers)}@customer.example", draw(st.sampled_from([CLEO, DAN, EVE])), thread)
        )
    return story


def partition(story: Story, order: list[int], cuts: set[int], reader: Reader) -> set[frozenset[str]]:
    """The story delivered in this order and in these batches: which mails stand together, ours included."""
    run = f"{next(_numbers)}."
    inbox = make.inbox(f"{run}support@desk.example", flood_limit=0)
    ana = Person.objects.get(email="ana@desk.example")
    ours = {}
    for number, address in enumerate((CLEO, DAN)):
        ticket = make.ticket(f"Told {number}", to=inbox, of=make.person(address), text=f"told-{number}")
        words = Words(text=f"ours-{number}", to=[{"name": "", "address": address}])
        ours[f"ours-{number}"] = actions.reply(ticket, words, By(ana, "desk"), seen=None).message_id
    batch: list[Arrival] = []
    for at, place in enumerate(order):
        # each comes twice
        batch += [
            Arrival("lmtp", story.mails[place][1], inbox.pk, [inbox.address], story.raw(place, run, ours), "")
        ] * 2
        if at in cuts or at == len(order) - 1:
            accept(batch)
            batch = []
            while intake.drain(reader):
                pass
    assert not Parcel.objects.filter(inbox=inbox).exclude(state=ParcelState.TICKET).exists()
    found: dict[int, set[str]] = {}
    for ticket_id, text in Message.objects.filter(ticket__inbox=inbox).values_list("ticket", "text"):
        found.setdefault(ticket_id, set()).add(text.strip())
    assert sum(map(len, found.values())) == len(story.mails) + 4
    return {frozenset(texts) for texts in found.values()}


def in_one_thread(story: Story) -> set[tuple[str, str]]:
    """Pairs of mails of one author in threads with the same beginning: they belong together in every order."""
    begun = [(own, sender, [*thread, own][0]) for own, sender, thread in story.mails]
    return {(own, other) for (own, *here), (other, *there) in itertools.combinations(begun, 2) if here == there}


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[Story, list[int], set[int]]:
    """A story, the order in which its mails arrive, and the places after which a batch ends."""
    story = draw(stories())
    places = range(len(story.mails))
    return story, draw(st.permutations(places)), draw(st.sets(st.sampled_from(places)))


def two_answers_to(first: list[tuple[str, str, list[str]]], thread: list[str]) -> Story:
    """Dan's two answers in a thread of Cleo's that he takes no part in."""
    return Story([*first, ("m8@customer.example", DAN, thread), ("m9@customer.example", DAN, thread)])


CLEOS = "m0@customer.example"


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(arrivals())
@example((two_answers_to([(CLEOS, CLEO, [])], [CLEOS]), [2, 1, 0], set()))
@example((two_answers_to([(CLEOS, CLEO, [])], [CLEOS]), [1, 0, 2], {0, 1}))
@example((two_answers_to([(CLEOS, CLEO, ["ours-0"])], ["ours-0", CLEOS]), [2, 1, 0], {0}))
@example((two_answers_to([], ["ours-0"]), [1, 0], set()))
def test_every_order_of_arrival_and_every_batch_gives_the_same_tickets(
    cast: make.Cast, reader: Reader, arrival: tuple[Story, list[int], set[int]]
) -> None:
    story, order, cuts = arrival
    expected = partition(story, list(range(len(story.mails))), set(range(len(story.mails))), reader)
    assert partition(story, order, cuts, reader) == expected
    for one, other in in_one_thread(story):
        assert any({one, other} <= together for together in expected)


def test_an_agents_mail_that_the_guard_stops_is_held_and_he_gets_word(
    cast: make.Cast, door: Line, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda mail: told.append(mail) or 1)
    trusting(agents_by_mail=True)
    ticket, _ = answered(cast)
    address = tokens.agent_address(cast.support, ticket.pk, cast.ana.pk, Ticket.objects.get(pk=ticket.pk).version)
    raw = mail("ana@desk.example", text="Your new password is Kq7!xv2p, do not tell the customer.", **passes())
    parcel = deliver(door, reader, raw, address, sender="ana@desk.example")
    message = Message.objects.get(pk=parcel.message_id)
    assert (message.kind, message.delivery, message.held_for) == (MessageKind.OUTBOUND, Delivery.HELD, "guard")
    (back,) = told
    assert isinstance(back, HouseMail)
    assert back.to == ["ana@desk.example"]
    assert f"#{ticket.number}" in back.subject
    assert ticket.subject not in back.subject + back.body
    assert "A password" in back.body
    assert f"/tickets/{ticket.number}/#message-{message.pk}" in back.body
    assert "Kq7" not in back.body
