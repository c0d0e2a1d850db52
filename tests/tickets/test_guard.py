"""The guard in the heart: no way for a person's words goes round it, and it knows only what their writer may see."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from guichet.people.models import FourEyes, Identity, Membership, Team
from guichet.tickets import actions, events
from guichet.tickets.actions import FileRef, Guarded, Words
from guichet.tickets.events import By
from guichet.tickets.guard import checks, secret, wording
from guichet.tickets.guard.letter import CHECKS, Check, Facts, Finding, Rules, flat
from guichet.tickets.guard.sentences import HELP, LABELS, sentence
from guichet.tickets.models import Delivery, Event, GuardPhrase, GuardSwitch, HeldFor, Message, Status, Ticket
from tests import make

CLEO = {"name": "Cleo Martin", "address": "cleo@customer.example"}
INTERNAL = "Internal note: she pays late.\n\nHello Cleo, we come at noon."


@pytest.fixture
def cast(db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return Ticket.objects.get(pk=make.ticket(to=cast.support, of=cast.cleo).pk)


def send(ticket: Ticket, by: Any, text: str, insists: Sequence[str] = (), **more: Any) -> Message:
    words = Words(text=text, **{"to": [CLEO], **more})
    return actions.reply(ticket, words, By(by, "desk"), seen=None, insists=insists)


def found(ticket: Ticket, by: Any, text: str, **more: Any) -> list[Finding]:
    with pytest.raises(Guarded) as guarded:
        send(ticket, by, text, **more)
    return guarded.value.findings


class TestTheHeart:
    def test_nothing_is_done_before_somebody_insists(self, cast: make.Cast, ticket: Ticket) -> None:
        before = ticket.events.count()
        (finding,) = found(ticket, cast.ana, INTERNAL)
        assert (finding.key, finding.words, finding.start) == (Check.INTERNAL, "Internal note:", 0)
        assert (ticket.events.count(), ticket.messages.count()) == (before, 1)
        message = send(ticket, cast.ana, INTERNAL, insists=[finding.token])
        assert message.delivery == Delivery.QUEUED
        insisted = ticket.events.get(kind=events.INSISTED)
        assert (insisted.actor, insisted.message) == (cast.ana, message)
        assert insisted.changes == {"findings": [[], ["internal"]]}

    def test_who_insists_on_one_thing_is_asked_about_the_next(self, cast: make.Cast, ticket: Ticket) -> None:
        (finding,) = found(ticket, cast.ana, INTERNAL)
        text = f"{INTERNAL}\nThe pin is 4711. Your password: Kq7!xv2p"
        with pytest.raises(Guarded) as guarded:
            send(ticket, cast.ana, text, insists=[finding.token])
        assert {one.key for one in guarded.value.findings} == {Check.PASSWORD}
        # The same words are meant, and not whatever else is found of that kind.
        with pytest.raises(Guarded):
            send(ticket, cast.ana, "Between us, he is late. Hello Cleo, it is done.", insists=[finding.token])

    def test_automatic_mail_is_not_asked_about(self, cast: make.Cast, ticket: Ticket) -> None:
        words = Words(text="test", to=[CLEO], auto="auto-reply")
        assert actions.reply(ticket, words, By(via="acknowledgement"), seen=None).delivery == Delivery.QUEUED

    @pytest.mark.parametrize("way", ["ask", "new", "later"])
    def test_every_way_out_is_guarded(self, way: str, cast: make.Cast, ticket: Ticket) -> None:
        by, dealer = By(cast.ana, "desk"), [{"name": "", "address": "help@toner.example"}]
        words = Words(text="Hello, the key is AKIAIOSFODNN7EXAMPLE.", to=dealer, subject="Toner")
        count = Ticket.objects.count(), Message.objects.count(), Event.objects.count()

        def act(insists: Sequence[str] = ()) -> Any:
            if way == "ask":
                return actions.ask(ticket, words, by, insists=insists)
            if way == "new":
                return actions.open_outgoing(cast.support, cast.cleo, words, by, insists=insists)
            return send(ticket, cast.ana, words.text, insists, send_at=timezone.now() + timedelta(days=1))

        with pytest.raises(Guarded) as guarded:
            act()
        assert (Ticket.objects.count(), Message.objects.count(), Event.objects.count()) == count
        assert [one.key for one in guarded.value.findings] == [Check.API_KEY]
        act([guarded.value.findings[0].token])
        assert Event.objects.filter(kind=events.INSISTED).count() == 1

    def test_stale_comes_first_and_both_can_be_insisted_on(self, cast: make.Cast, ticket: Ticket) -> None:
        seen = Ticket.objects.get(pk=ticket.pk).version
        actions.receive(ticket, Words(text="More."), cast.cleo, By(cast.cleo, "email"))
        words, by = Words(text=INTERNAL, to=[CLEO]), By(cast.ana, "desk")
        with pytest.raises(actions.Stale):
            actions.reply(ticket, words, by, seen=seen)
        with pytest.raises(Guarded):
            actions.reply(ticket, words, by, seen=seen, anyway=True)
        actions.reply(ticket, words, by, seen=seen, anyway=True, insists=["internal"])
        assert ticket.events.get(kind=events.INSISTED).changes == {"unseen": [0, 1], "findings": [[], ["internal"]]}


class TestWhatItKnows:
    def test_another_customer_of_whom_the_writer_knows(self, cast: make.Cast, ticket: Ticket) -> None:
        theirs = make.ticket(to=cast.support, of=cast.eve)
        type(cast.eve).objects.filter(pk=cast.eve.pk).update(name="Eve Stone")
        text = f"Hello Cleo, Eve Stone (eve@stranger.example) has the same fault, see #{theirs.number}."
        assert {one.key for one in found(ticket, cast.ana, text)} == {Check.PERSON, Check.ADDRESS, Check.TICKET}
        # Ben's team sees neither: nothing is told to him of somebody he must not know.
        foreign = make.ticket(to=cast.billing, of=cast.dan)
        assert send(
            foreign,
            cast.ben,
            "Hello, Eve Stone has the same fault.",
            to=[{"name": "", "address": "dan@customer.example"}],
        )

    def test_those_of_the_customers_own_house_may_be_named(self, cast: make.Cast, ticket: Ticket) -> None:
        make.ticket(to=cast.support, of=cast.dan)
        assert send(ticket, cast.ana, "Hello Cleo, Dan Roth (dan@customer.example) has the same fault.")

    def test_whom_the_customer_named_himself(self, cast: make.Cast, ticket: Ticket) -> None:
        make.ticket(to=cast.support, of=cast.eve)
        type(cast.eve).objects.filter(pk=cast.eve.pk).update(name="Eve Stone", organisation=None)
        actions.receive(
            ticket,
            Words(text="Eve Stone told me so.", reply="Eve Stone told me so."),
            cast.cleo,
            By(cast.cleo, "email"),
        )
        assert send(ticket, cast.ana, "Hello Cleo, Eve Stone is right.")

    def test_a_title_and_the_name_of_whose_ticket_was_just_read(self, cast: make.Cast, ticket: Ticket) -> None:
        type(cast.eve).objects.filter(pk=cast.eve.pk).update(name="Eve Stone")
        theirs = make.ticket(to=cast.support, of=cast.eve)
        text = "Hello Cleo, Mrs Stone says that it helped."
        assert send(make.ticket(to=cast.support, of=cast.cleo), cast.ana, text)
        actions.mark_seen(theirs, cast.ana)
        assert [one.key for one in found(ticket, cast.ana, text)] == [Check.PERSON]

    def test_a_file_of_another_customer(self, cast: make.Cast, ticket: Ticket) -> None:
        plan = FileRef("plan.pdf", "application/pdf", 4, "a" * 64)
        theirs = make.ticket(to=cast.support, of=cast.eve)
        actions.receive(theirs, Words(text="Our plan.", files=[plan]), cast.eve, By(cast.eve, "email"))
        (finding,) = found(ticket, cast.ana, "Here is the plan.", files=[plan])
        assert (finding.key, finding.words) == (Check.FILE, "plan.pdf")
        actions.receive(ticket, Words(text="Our plan too.", files=[plan]), cast.cleo, By(cast.cleo, "email"))
        assert send(ticket, cast.ana, "Here is the plan.", files=[plan])

    @pytest.mark.parametrize(
        ("address", "is_known"),
        [("dan@customer.example", True), ("boss@customer.example", True), ("eve@stranger.example", False),
         ("ben@desk.example", True), ("other@home.example", True)],
    )  # fmt: skip
    def test_recipients(self, address: str, is_known: bool, cast: make.Cast, ticket: Ticket) -> None:
        Identity.objects.create(person=cast.cleo, value="other@home.example")
        cc = [{"name": "", "address": address}]
        if is_known:
            assert send(ticket, cast.ana, "We come at noon.", cc=cc)
            return
        (finding,) = found(ticket, cast.ana, "We come at noon.", cc=cc)
        assert (finding.key, finding.words, finding.start) == (Check.RECIPIENT, address, None)
        send(ticket, cast.ana, "We come at noon.", [finding.token], cc=cc)
        assert send(ticket, cast.ana, "Or at one.", cc=cc)  # he takes part by now

    def test_the_language_of_the_customer_and_not_of_the_inbox(self, cast: make.Cast, ticket: Ticket) -> None:
        french = "Bonjour, nous avons commandé la pièce et nous vous appelons dès qu'elle est arrivée."
        assert send(ticket, cast.ana, french)  # "It was bright yesterday." is too short to tell
        text = "Bonjour, l'imprimante de notre bureau est toujours en panne et nous ne pouvons pas travailler."
        actions.receive(ticket, Words(text=text, reply=text), cast.cleo, By(cast.cleo, "email"))
        english = "We have ordered the part and will call you as soon as it has arrived at our shop."
        (finding,) = found(ticket, cast.ana, english)
        assert (finding.key, finding.about) == (Check.LANGUAGE, "en fr")
        assert send(ticket, cast.ana, french)

    def test_it_costs_the_same_however_long_the_conversation(self, cast: make.Cast, ticket: Ticket) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                send(ticket, cast.ana, "Hello Cleo, Max Frost will call you about #12.")
            return len(captured)

        cost()
        few = cost()
        for number in range(30):
            actions.receive(ticket, Words(text=f"More {number}."), cast.cleo, By(cast.cleo, "email"))
        make.ticket(to=cast.support, of=cast.eve)
        assert cost() == few


class TestRules:
    def test_off_for_the_house_and_on_again_for_one_inbox(self, cast: make.Cast, ticket: Ticket) -> None:
        GuardSwitch.objects.create(check_key=Check.INTERNAL, is_on=False)
        assert send(ticket, cast.ana, INTERNAL)
        GuardSwitch.objects.create(check_key=Check.INTERNAL, inbox=cast.support, is_on=True)
        assert found(ticket, cast.ana, INTERNAL)

    def test_words_of_the_house_and_of_one_inbox(self, cast: make.Cast, ticket: Ticket) -> None:
        GuardPhrase.objects.create(words="project * falcon")
        GuardPhrase.objects.create(words="sunset", inbox=cast.billing)
        (finding,) = found(ticket, cast.ana, "Hello Cleo, Project Red Falcon begins at sunset.")
        assert (finding.key, finding.words) == (Check.WORDS, "Project Red Falcon")
        assert send(ticket, cast.ana, "Hello Cleo, the falconer comes to the project.")

    def test_what_is_always_allowed(self, cast: make.Cast, ticket: Ticket) -> None:
        text = "Hello Cleo, please pay to DE89 3704 0044 0532 0130 00 by Friday."
        assert found(ticket, cast.ana, text)[0].key == Check.IBAN
        GuardPhrase.objects.create(words="DE89370400440532013000", kind=GuardPhrase.Kind.ALLOWED)
        assert send(ticket, cast.ana, text)

    @given(st.text(alphabet="ab* \n.", max_size=30), st.text(alphabet="ab* ", max_size=12))
    def test_places_of_a_phrase(self, said: str, phrase: str) -> None:
        for start, end in wording.places(said, phrase):
            words = said[start:end]
            parts = [part for part in phrase.split("*") if part]
            assert parts[0] in words and parts[-1] in words
            assert "\n" not in words


class TestPure:
    def test_every_check_has_its_words(self) -> None:
        assert set(LABELS) == set(HELP) == set(CHECKS)
        for language in ("en", "fr", "de"):
            with translation.override(language):
                assert all(sentence(Finding(key, "x", 0, "en fr")) for key in CHECKS)

    @given(st.text(max_size=400))
    def test_any_text_is_judged_and_places_are_right(self, text: str) -> None:
        facts = Facts(customer="Cleo", names=frozenset({"cleo"}), conversation="hello", languages=frozenset({"fr"}))
        for one in checks.check(text, facts, Rules(never=["a*b"])):
            assert one.start is None or one.words

    @given(st.text(max_size=200))
    def test_flat_text_is_as_long(self, text: str) -> None:
        assert len(flat(text)) == len(text)

    @pytest.mark.parametrize(
        "unit",
        ["please find the big ", "password for the x y ", "{a ", "[a ", "Aa Bb ", "@", "DE12 3456 ", "1234 ", "tell the customer ",
         "der kunden nicht das ", "…", "X", "\n> ", "ci-joint votre ", "a@b.", "im Anhang ", "-", "pin " , "on wrote ", "ich hange das ",
         "(for the ", "he ", "sie will ", "<a ", "lass ihn ", "merged 12 ", "keys aA1", "password to a1b2c3d4 ", "elle le "],
    )  # fmt: skip
    def test_the_time_grows_with_the_text(self, unit: str) -> None:
        """Doubling a hostile text does not cost four times as much; best of three, because others use this machine."""

        def seconds(size: int) -> float:
            text = unit * (size // len(unit))
            best = 9.0
            for _ in range(3):
                start = time.process_time()
                checks.check(text, Facts(names=frozenset({"cleo"}), conversation="x", languages=frozenset({"fr"})))
                best = min(best, time.process_time() - start)
            return best

        small, large = seconds(20_000), seconds(80_000)
        assert large < 0.05 + 8 * small

    @pytest.mark.parametrize("iban", ["DE89370400440532013000", "GB29NWBK60161331926819", "NO9386011117947"])
    def test_checksums_of_accounts(self, iban: str) -> None:
        assert secret.is_iban(iban)
        assert not secret.is_iban(iban[:-1] + ("1" if iban[-1] != "1" else "2"))

    def test_checksums_of_cards(self) -> None:
        assert secret.is_luhn("4111111111111111")
        assert not secret.is_luhn("4111111111111112")


class TestFourEyes:
    @pytest.fixture
    def joe(self, cast: make.Cast) -> Any:
        """A second colleague of Ana's."""
        Team.objects.filter(pk=cast.support.team_id).update(four_eyes=FourEyes.ALL)
        return make.person("joe@desk.example", make.Role.AGENT, name="Joe Fell", teams=(cast.support.team,))

    def test_it_waits_and_a_colleague_releases_it(self, cast: make.Cast, joe: Any, ticket: Ticket) -> None:
        words = Words(text="We come at noon.", to=[CLEO])
        message = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, status=Status.PENDING)
        assert (message.delivery, message.held_for) == (Delivery.HELD, HeldFor.RELEASE)
        ticket.refresh_from_db()
        assert ticket.waiting_since is not None
        assert ticket.status == Status.OPEN
        assert not Message.objects.visible_to(cast.cleo).filter(pk=message.pk).exists()
        with pytest.raises(actions.Refused):
            actions.release(message, By(cast.ana, "desk"), seen=None)
        with pytest.raises(actions.Refused):
            actions.release(message, By(cast.ben, "desk"), seen=None)
        with pytest.raises(actions.Refused):
            actions.reschedule(message, None, By(cast.ana, "desk"), seen=None)
        message = actions.release(message, By(joe, "desk"), seen=None)
        ticket.refresh_from_db()
        assert (message.delivery, message.held_for, ticket.status) == (Delivery.QUEUED, "", Status.PENDING)
        assert ticket.events.get(kind=events.RELEASED).changes == {"release": [cast.ana.pk, joe.pk]}

    def test_stale_and_guarded_again_at_release(self, cast: make.Cast, joe: Any, ticket: Ticket) -> None:
        message = send(ticket, cast.ana, "We come at noon.")
        seen = Ticket.objects.get(pk=ticket.pk).version
        actions.receive(ticket, Words(text="Not today."), cast.cleo, By(cast.cleo, "email"))
        with pytest.raises(actions.Stale):
            actions.release(message, By(joe, "desk"), seen=seen)
        with pytest.raises(Guarded):
            actions.release(message, By(joe, "desk"), seen=None, text=INTERNAL)
        message.refresh_from_db()
        assert (message.text, message.delivery) == ("We come at noon.", Delivery.HELD)
        actions.release(message, By(joe, "desk"), seen=None, text="We come tomorrow.")
        message.refresh_from_db()
        assert (message.text, message.author, message.delivery) == ("We come tomorrow.", cast.ana, Delivery.QUEUED)
        assert ticket.events.filter(kind=events.EDITED, actor=joe).exists()

    def test_taken_back_it_waits_again(self, cast: make.Cast, joe: Any, ticket: Ticket, settings: Any) -> None:
        settings.UNDO_SECONDS = 30
        words = Words(text="We come at noon.", to=[CLEO])
        message = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, status=Status.RESOLVED)
        actions.release(message, By(joe, "desk"), seen=None)
        assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED
        message = actions.take_back_release(message, By(joe, "desk"))
        assert (message.held_for, Ticket.objects.get(pk=ticket.pk).status) == (HeldFor.RELEASE, Status.OPEN)

    def test_given_back_with_a_note(self, cast: make.Cast, joe: Any, ticket: Ticket) -> None:
        message = send(ticket, cast.ana, "We come at noon.")
        with pytest.raises(actions.Refused):
            actions.return_reply(message, " ", By(joe, "desk"))
        message = actions.return_reply(message, "At one, I think.", By(joe, "desk"))
        assert message.held_for == HeldFor.RETURNED
        assert ticket.messages.filter(kind="note", text="At one, I think.").exists()
        with pytest.raises(actions.Refused):
            actions.release(message, By(joe, "desk"), seen=None)
        message = actions.ask_again(message, By(cast.ana, "desk"))
        assert message.held_for == HeldFor.RELEASE
        assert actions.take_back(message, By(cast.ana, "desk")).delivery == Delivery.WITHDRAWN

    def test_trainees_only(self, cast: make.Cast, joe: Any, ticket: Ticket) -> None:
        Team.objects.filter(pk=cast.support.team_id).update(four_eyes=FourEyes.TRAINEES)
        Membership.objects.filter(person=cast.ana).update(is_trainee=True)
        ana, joe = (type(joe).objects.get(pk=one.pk) for one in (cast.ana, joe))
        ticket = Ticket.objects.get(pk=ticket.pk)
        assert send(ticket, joe, "We come at noon.").held_for == ""
        waiting = send(ticket, ana, "We come at one.")
        assert waiting.held_for == HeldFor.RELEASE
        # A trainee releases nothing.
        Membership.objects.filter(person=joe).update(is_trainee=True)
        with pytest.raises(actions.Refused):
            actions.release(waiting, By(type(joe).objects.get(pk=joe.pk), "desk"), seen=None)
        # An administrator who sees the ticket does.
        assert actions.release(waiting, By(cast.ada, "desk"), seen=None).delivery == Delivery.QUEUED


class TestWeighed:
    """Sentences without a label, a call or a phrase that anybody listed."""

    FACTS = Facts(customer="Cleo Martin", names=frozenset({"cleo", "martin"}))

    @pytest.mark.parametrize(
        "words",
        [
            "Sounds like another excuse to me, he can wait until accounts has the money.",
            "Je crois qu'elle se moque de nous, on la laisse attendre.",
            "Ich glaub, der will nur Geld sparen, lasst den mal warten.",
        ],
    )
    def test_talk_of_the_customer_is_found_and_the_words_are_told(self, words: str) -> None:
        (finding,) = checks.check(words, self.FACTS)
        assert (finding.key, finding.words) == (Check.INTERNAL, words)
        told = finding.about.split(", ")
        assert told and all(word in flat(words) for one in told for word in one.split())
        assert finding.about in sentence(finding)

    def test_a_supplier_gets_what_is_said_of_the_customer(self) -> None:
        words = "She says the printer smells. Can you send somebody to have a look at it before Friday?"
        assert checks.check(words, replace(self.FACTS, is_third_party=True)) == []

    def test_a_promised_file_is_asked_for_once_and_not_where_one_is_attached(self) -> None:
        words = "Hello Cleo,\n\nthe form is attached. Please sign the attached form."
        assert [one.key for one in checks.check(words, self.FACTS)] == [Check.ATTACHMENT]
        assert checks.check(words, replace(self.FACTS, has_files=True)) == []

    @pytest.mark.parametrize(
        "words",
        ["On Monday.", "Which one?", "Try the other plug.\nAna Lopez", "Wir kommen um zwölf.", "Nous regardons."],
    )
    def test_a_short_answer_is_no_talk(self, words: str) -> None:
        assert checks.check(words, replace(self.FACTS, colleagues={"ana": "Ana Lopez"})) == []
