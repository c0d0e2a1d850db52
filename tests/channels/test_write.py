"""What leaves: bytes read back by the standard library's parser, and what can never be among them."""

from __future__ import annotations

import email
import email.policy
import re
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from guichet.channels.base import Refused
from guichet.channels.email import tokens
from guichet.channels.email.sending import fields, parts, write
from guichet.kit.files import BlobStore
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, Ticket
from guichet.tickets.models.inbox import QuoteHistory
from tests import make

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "dccc59e70000000049454e44ae426082"
)


def to(person: Person) -> list[dict[str, str]]:
    return [{"name": person.name, "address": person.email or ""}]


def answer(ticket: Ticket, text: str = "Have you tried the switch?", **words: object) -> Message:
    words.setdefault("to", to(ticket.requester))
    written = actions.reply(
        ticket, Words(text=text, **words), By(make_agent(), "desk"), seen=None, insists=make.UNGUARDED
    )  # type: ignore[arg-type]
    return Message.objects.select_related("ticket__inbox").get(pk=written.pk)


def make_agent() -> Person:
    return Person.objects.filter(role="agent").first() or make.cast().ana


def parsed(message: Message) -> EmailMessage:
    raw = write.compose(message)
    assert raw == write.compose(Message.objects.get(pk=message.pk)), "composed twice, the bytes differ"
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    made = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    assert [defect for part in made.walk() for defect in part.defects] == []
    return made


def body(made: EmailMessage, kind: str) -> str:
    part = made.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n") + "\n"


@pytest.mark.django_db
class TestReply:
    def test_a_reply_carries_all_that_threads_it(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        first = ticket.messages.get()
        message = answer(ticket)
        made = parsed(message)
        assert made["From"] == "Support <support@desk.example>"
        assert made["To"] == "Cleo Martin <cleo@customer.example>"
        assert made["Subject"] == "Re: The printer is dark"
        assert made["Message-ID"] == f"<{message.message_id}>"
        assert made["In-Reply-To"] == made["References"] == f"<{first.message_id}>"
        assert tokens.read_reply_address(made["Reply-To"].addresses[0].addr_spec) == (ticket.pk, cast.cleo.pk, None)
        assert tokens.read_return_path(write.envelope_sender(message)) == message.pk
        assert made["Auto-Submitted"] is None
        assert made["Date"].datetime == message.at.replace(microsecond=0)

    def test_references_keep_the_first_and_the_latest(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        ids = [ticket.messages.get().message_id]
        for number in range(30):
            words = Words(text="More.", message_id=f"{number}@customer.example", from_address="cleo@customer.example")
            ids.append(actions.receive(ticket, words, cast.cleo, By(cast.cleo, "email")).message_id)
        made = parsed(answer(ticket))
        assert made["In-Reply-To"] == f"<{ids[-1]}>"
        assert str(made["References"]).split() == [f"<{one}>" for one in (ids[0], *ids[-19:])]

    @pytest.mark.parametrize("choice", [QuoteHistory.LAST, QuoteHistory.ALL])
    def test_a_very_long_conversation_is_written_like_a_short_one(
        self, choice: QuoteHistory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Only its latest heads are loaded; what is older is asked for where it matters."""
        cast = make.cast()
        Inbox.objects.update(quote_history=choice)
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        answer(ticket, "Dan, do you know?", to=to(cast.dan))
        received = [ticket.messages.get(kind="inbound")]
        for number in range(12):
            received.append(
                actions.receive(
                    ticket,
                    Words(
                        text=f"part {number}",
                        message_id=f"part-{number}@customer.example",
                        from_address="cleo@customer.example",
                    ),
                    cast.cleo,
                    By(cast.cleo, "email"),
                )
            )
            answer(ticket, f"answer {number}")
        for words in ({}, {"in_reply_to": received[1].message_id}, {"to": to(cast.dan)}, {"to": to(cast.eve)}):
            message = answer(ticket, "now", **words)
            monkeypatch.setattr(write, "LATEST", 10_000)
            whole = write.compose(message)
            monkeypatch.setattr(write, "LATEST", 31)
            assert write.compose(message) == whole
            monkeypatch.setattr(write, "REFERENCES", 4)
            monkeypatch.setattr(write, "HISTORY_MESSAGES", 3)
            few = write.compose(message)
            monkeypatch.setattr(write, "LATEST", 4)
            assert write.compose(message) == few
            assert len(write._Before(message).rows) == 4
            monkeypatch.undo()
        Message.objects.filter(pk=received[0].pk).update(seals=[{"what": "encrypted"}])
        monkeypatch.setattr(write, "LATEST", 4)
        assert "Your request" in str(email.message_from_bytes(write.compose(message))["Subject"])

    def test_a_message_id_from_outside_that_could_break_a_header_is_left_out(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        for bad in ("a b@x", "x>\r\nBcc: <eve@stranger.example", "ü@x", "y" * 450):
            words = Words(text="More.", message_id=bad)
            actions.receive(ticket, words, cast.cleo, By(cast.cleo, "email"))
        made = parsed(answer(ticket))
        assert made["References"] == f"<{ticket.messages.earliest('pk').message_id}>"
        assert made["Bcc"] is None

    def test_several_recipients(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        people = [*to(cast.cleo), {"name": "Roth, Dan", "address": "dan@customer.example"}]
        hidden = [{"name": "", "address": "eve@Stranger.example"}]
        message = answer(ticket, to=people, cc=[{"name": "Zoë Ürgen", "address": "z@münchen.example"}], bcc=hidden)
        made = parsed(message)
        assert [a.display_name for a in made["To"].addresses] == ["Cleo Martin", "Roth, Dan"]
        assert made["Cc"].addresses[0].display_name == "Zoë Ürgen"
        assert made["Cc"].addresses[0].addr_spec == "z@xn--mnchen-3ya.example"
        assert "stranger" not in write.compose(message).decode().lower()
        assert write.recipients(message) == [
            "cleo@customer.example", "dan@customer.example", "z@xn--mnchen-3ya.example", "eve@Stranger.example",
        ]  # fmt: skip
        # One mail to all: the signed address is the one given to the first of them.
        assert tokens.read_reply_address(made["Reply-To"].addresses[0].addr_spec) == (ticket.pk, cast.cleo.pk, None)

    def test_an_address_outside_ascii_stands_raw_and_asks_for_smtputf8(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        message = answer(ticket, to=[{"name": "Jörg", "address": "jörg@exämple.example"}])
        assert "<jörg@xn--exmple-cua.example>".encode() in write.compose(message)

    @pytest.mark.parametrize("address", ["", "nobody", "a b@x.example", "a@x.example>", "a@x\r\nBcc: e@x", "@x", "a@"])
    def test_what_is_no_address_is_refused_by_name(self, address: str) -> None:
        cast = make.cast()
        message = answer(make.ticket(to=cast.support, of=cast.cleo), to=[{"name": "", "address": address}])
        with pytest.raises(Refused, match="is not a mail address"):
            write.recipients(message)
        with pytest.raises(Refused):
            write.compose(message)

    def test_an_inbox_without_signed_addresses_gives_its_own(self) -> None:
        cast = make.cast()
        Inbox.objects.filter(pk=cast.support.pk).update(plus_addresses=False)
        ticket = make.ticket(to=Inbox.objects.get(pk=cast.support.pk), of=cast.cleo)
        message = answer(ticket)
        assert parsed(message)["Reply-To"] is None
        assert write.envelope_sender(message) == "support@desk.example"

    def test_signature_text_and_html(self) -> None:
        cast = make.cast()
        Inbox.objects.filter(pk=cast.support.pk).update(signature="Your Support <3\nhttps://desk.example/")
        ticket = make.ticket(to=Inbox.objects.get(pk=cast.support.pk), of=cast.cleo)
        made = parsed(answer(ticket, "Look at https://desk.example/a?b=1&c=2.\n\n1 < 2 & <b>not bold</b>"))
        plain, html = body(made, "plain"), body(made, "html")
        assert "1 < 2 & <b>not bold</b>\n\n-- \nYour Support <3\nhttps://desk.example/\n" in plain
        assert 'href="https://desk.example/a?b=1&amp;c=2"' in html
        assert "1 &lt; 2 &amp; &lt;b&gt;not bold" in html
        assert "Your Support &lt;3<br>" in html

    def test_html_of_an_editor_goes_out_sanitised(self) -> None:
        cast = make.cast()
        html = "<p>Good <b>day</b><script>alert(1)</script><img src=x onerror=alert(1)></p>"
        made = parsed(answer(make.ticket(to=cast.support, of=cast.cleo), "Good day", html=html))
        assert "<b>day</b>" in body(made, "html")
        assert "alert" not in body(made, "html")

    def test_files_and_the_pictures_that_the_html_shows(self) -> None:
        cast = make.cast()
        blobs = BlobStore(settings.DATA / "blobs")
        name = "Übersicht “Räume”.pdf"
        files = [
            FileRef(name, "application/pdf", 3, blobs.put(b"%PDF"), False, ""),
            FileRef("dot.png", "image/png", len(PIXEL), blobs.put(PIXEL), True, "dot@desk"),
            FileRef("a.eml", "message/rfc822", 9, blobs.put(b"From: a\n\n"), True, ""),
            FileRef("x\r\nBcc: e@x", "text/html; charset=x\r\nBcc: e@x", 1, blobs.put(b"x"), False, ""),
        ]
        html = '<p>See <img src="cid:dot@desk"></p>'
        made = parsed(answer(make.ticket(to=cast.support, of=cast.cleo), "See", html=html, files=files))
        found = {part.get_filename(): part for part in made.walk() if part.get_filename()}
        assert set(found) == {name, "dot.png", "a.eml", "x Bcc: e@x"}
        assert found[name].get_payload(decode=True) == b"%PDF"
        assert found[name].get_content_disposition() == "attachment"
        assert found["dot.png"].get_content_disposition() == "inline"
        assert found["dot.png"]["Content-ID"] == "<dot@desk>"
        assert found["a.eml"].get_content_type() == "application/octet-stream"
        assert made["Bcc"] is None
        assert [part.get_content_type() for part in made.walk()][:5] == [
            "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        ]  # fmt: skip

    def test_the_subject_of_the_message_answered(self) -> None:
        cast = make.cast()
        for subject, expected in (
            ("Réponse", "Re: Réponse"),
            ("AW: Drucker", "AW: Drucker"),
            ("RE[2]: x", "RE[2]: x"),
            ("=?utf-8?q?evil?=", "Re: =?utf-8?q?evil?="),
            ("word " * 90, "Re: " + ("word " * 90).strip()),
            ("x" * 400, "Re: " + "x" * 400),
            ("漢字" * 100, "Re: " + "漢字" * 100),
        ):
            made = parsed(answer(make.ticket(subject, to=cast.support, of=cast.cleo)))
            assert made["Subject"] == expected

    def test_a_renamed_ticket_keeps_the_subject_that_its_reader_knows(self) -> None:
        cast = make.cast()
        ticket = make.ticket("Printer", to=cast.support, of=cast.cleo)
        ticket = actions.set_subject(ticket, "INTERNAL Printer of floor 2", By(cast.ana, "desk"))
        assert parsed(answer(ticket, subject=ticket.subject))["Subject"] == "Re: Printer"
        assert parsed(answer(ticket, subject="Your new printer"))["Subject"] == "Your new printer"

    def test_the_words_around_follow_the_ticket_s_language(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        Ticket.objects.filter(pk=ticket.pk).update(language="fr")
        made = parsed(answer(Ticket.objects.get(pk=ticket.pk)))
        assert made["Content-Language"] == "fr"
        assert '<html lang="fr">' in body(made, "html")


@pytest.mark.django_db
class TestHistory:
    def conversation(self, choice: QuoteHistory) -> tuple[make.Cast, Ticket]:
        cast = make.cast()
        Inbox.objects.filter(pk=cast.support.pk).update(quote_history=choice)
        ticket = make.ticket(to=Inbox.objects.get(pk=cast.support.pk), of=cast.cleo, text="FIRST words")
        answer(ticket, "SECOND words")
        words = Words(text="THIRD words", message_id="third@customer.example", from_address="cleo@customer.example")
        actions.receive(ticket, words, cast.cleo, By(cast.cleo, "email"))
        actions.add_note(ticket, Words(text="SECRETNOTE"), By(cast.ana, "desk"))
        stray = Words(text="UNVERIFIED", message_id="stray@stranger.example", is_verified=False)
        actions.receive(ticket, stray, cast.eve, By(cast.eve, "email"))
        return cast, ticket

    @pytest.mark.parametrize(
        ("choice", "quoted"),
        [(QuoteHistory.NONE, []), (QuoteHistory.LAST, ["THIRD"]), (QuoteHistory.ALL, ["THIRD", "SECOND", "FIRST"])],
    )
    def test_what_the_inbox_chooses_newest_first(self, choice: QuoteHistory, quoted: list[str]) -> None:
        _cast, ticket = self.conversation(choice)
        made = parsed(answer(ticket, "LAST words"))
        plain, html = body(made, "plain"), body(made, "html")
        assert re.findall(r"^> (\w+) words", plain, re.MULTILINE) == quoted
        assert re.findall(r"<blockquote[^>]*><p>(\w+) words", html) == quoted
        if quoted:
            assert (
                re.search(r"\nOn .+ \d{4}.*, Cleo.* wrote:\n> THIRD", plain) or "cleo@customer.example wrote:" in plain
            )
        assert made["In-Reply-To"] == "<third@customer.example>"

    def test_notes_and_unverified_mail_never_leave(self) -> None:
        _cast, ticket = self.conversation(QuoteHistory.ALL)
        raw = write.compose(answer(ticket))
        made = email.message_from_bytes(raw, policy=email.policy.default)
        everything = raw.decode() + body(made, "plain") + body(made, "html")  # type: ignore[arg-type]
        assert "SECRETNOTE" not in everything
        assert "UNVERIFIED" not in everything
        assert "stray@stranger.example" not in everything

    @pytest.mark.parametrize("field", ["to", "cc", "bcc"])
    def test_history_is_never_handed_to_a_newcomer(self, field: str) -> None:
        cast, ticket = self.conversation(QuoteHistory.ALL)
        people = {"to": to(cast.cleo)}
        people[field] = [*people.get(field, []), *to(cast.dan)]
        made = parsed(answer(ticket, "Dan, can you look?", **people))
        assert "FIRST" not in body(made, "plain") + body(made, "html")
        # He takes part from now on, since an agent has written to him.
        assert "FIRST" in body(parsed(answer(ticket, "Again", **people)), "plain")

    def test_the_writer_of_unverified_mail_is_a_newcomer(self) -> None:
        cast, ticket = self.conversation(QuoteHistory.ALL)
        made = parsed(answer(ticket, "Who are you?", to=to(cast.eve)))
        assert "words" not in body(made, "plain")


@pytest.mark.django_db
class TestAcknowledgement:
    def test_it_says_that_it_is_automatic_and_carries_no_word_of_the_sender(self) -> None:
        cast = make.cast()
        ticket = make.ticket("BUY PILLS", to=cast.support, of=cast.cleo, text="SPAM SPAM")
        words = Words(text="We have it.", to=to(cast.cleo), auto="auto-reply")
        message = actions.reply(ticket, words, By(via="acknowledgement"), seen=None, insists=make.UNGUARDED)
        made = parsed(message)
        assert made["Auto-Submitted"] == "auto-replied"
        assert made["X-Auto-Response-Suppress"] == "All"
        assert write.envelope_sender(message) == ""
        assert "PILLS" not in str(made)
        assert "SPAM" not in body(made, "plain") + body(made, "html")


ANY_TEXT = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=60)
EVIL = st.one_of(
    ANY_TEXT, ANY_TEXT.map(lambda t: f"{t}\r\nBcc: eve@x\r\n\r\n{t}"), ANY_TEXT.map(lambda t: f"{t}\x85\u2028{t}")
)


class TestFields:
    """Whatever is put into a header, exactly one header comes out, or none at all."""

    def check(self, raw: bytes, name: str) -> EmailMessage:
        assert raw.endswith(b"\r\n")
        assert b"\n" not in raw.replace(b"\r\n", b"")
        made = email.message_from_bytes(raw + b"\r\n", policy=email.policy.default)
        assert made.keys() == [name]
        assert made.get_payload() == ""
        return made  # type: ignore[return-value]

    @given(EVIL)
    def test_text(self, value: str) -> None:
        try:
            raw = fields.text("Subject", value)
        except fields.BadField:
            assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", value)
            return
        made = self.check(raw, "Subject")
        assert " ".join(str(made["Subject"]).split()) == " ".join(value.split())

    @given(EVIL, EVIL)
    def test_mailboxes(self, name: str, address: str) -> None:
        try:
            raw = fields.mailboxes("To", [(name, fields.address(address)), ("", "b@x.example")])
        except fields.BadField:
            return
        self.check(raw, "To")

    @given(EVIL)
    @example("0" + "\u0800" * 13)
    def test_display_names_come_back(self, name: str) -> None:
        try:
            raw = fields.mailboxes("To", [(name, "a@x.example"), ("Ben", "b@x.example")])
        except fields.BadField:
            return
        made = self.check(raw, "To")
        assert [one.addr_spec for one in made["To"].addresses] == ["a@x.example", "b@x.example"]
        shown = made["To"].addresses[0].display_name
        if b"=?" in raw:
            # RFC 2047 6.2: nothing stands between adjacent encoded words. The parser above puts a space there.
            phrase = raw.decode().partition(": ")[2].partition("<")[0].replace("\r\n", "")
            shown = str(make_header(decode_header(phrase.strip())))
        assert " ".join(shown.split()) == " ".join(name.split())

    @given(st.lists(EVIL, min_size=1, max_size=5))
    def test_message_ids(self, ids: list[str]) -> None:
        try:
            raw = fields.message_ids("References", ids)
        except fields.BadField:
            return
        self.check(raw, "References")

    @given(EVIL)
    def test_file_names_come_back(self, name: str) -> None:
        try:
            raw = parts.file_part(name, "application/pdf", b"x")
        except fields.BadField:
            return
        if name and not name.strip():
            return  # no file is called so: names are cleaned where they come in, and the parser drops blanks
        made = email.message_from_bytes(raw, policy=email.policy.default)
        assert made.keys() == ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]
        assert (made.get_filename() or "") == name

    @pytest.mark.parametrize("bad", ["\r", "\n", "\0", "\x85", "\u2028", "\u2029", "\ud800"])
    def test_line_breaks_of_every_kind_are_refused(self, bad: str) -> None:
        for build in (
            lambda v: fields.text("Subject", v),
            lambda v: fields.plain("Subject", v),
            lambda v: fields.mailboxes("To", [(v, "a@x.example")]),
            lambda v: fields.mailboxes("To", [("", v)]),
            lambda v: fields.message_ids("References", [v]),
            lambda v: fields.parameters("Content-Type", "text/plain", {"name": v}),
            fields.address,
        ):
            with pytest.raises(fields.BadField):
                build(f"a{bad}b@x.example")  # type: ignore[no-untyped-call]


@pytest.mark.django_db
@hypothesis_settings(max_examples=40)
@given(subject=EVIL, text=EVIL, name=EVIL)
def test_no_words_of_anybody_become_a_header(subject: str, text: str, name: str) -> None:
    """From the action on, as an agent and a customer would type it."""
    clean = [re.sub("[\x00\ud800-\udfff]", "", one) for one in (subject, text, name)]
    ticket = make.ticket("x" + clean[0], to=make.inbox(), text="x" + clean[1])
    people = [{"name": clean[2], "address": "cleo@customer.example"}]
    words = Words(text="x" + clean[1], to=people)
    made = parsed(actions.reply(ticket, words, By(via="test"), seen=None, insists=make.UNGUARDED))
    assert set(made.keys()) <= {
        "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Reply-To", "Content-Language",
        "MIME-Version", "Content-Type",
    }  # fmt: skip
