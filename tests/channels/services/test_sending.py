"""Sending by a service's API, over real HTTP."""

from __future__ import annotations

import base64
import socket
from typing import Any

import pytest

from guichet.channels import outbox
from guichet.channels.email.sending import esp, esp_sending, house
from guichet.channels.models import Dispatch
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery
from tests import make
from tests.channels.services.making import MAILGUN_YES, PNG, POSTMARK_YES, due_again, reply, rich, state, use
from tests.channels.services.server import CUT, HANG, Service, service

pytestmark = pytest.mark.django_db(transaction=True)


class TestSending:
    def test_postmark_gets_every_piece_and_our_message_id(self, cast: make.Cast, postmark: Service) -> None:
        message = rich(cast)
        assert outbox.send(message.pk) == Delivery.SENT
        (asked,) = postmark.asked
        assert asked.headers["X-Postmark-Server-Token"] == "pm-token-1"
        said = asked.json
        headers = {one["Name"].lower(): one["Value"] for one in said["Headers"]}
        assert headers["message-id"] == f"<{message.message_id}>"
        assert headers["x-pm-keepid"] == "true"
        first = message.ticket.messages.earliest("id").message_id
        assert headers["in-reply-to"] == headers["references"] == f"<{first}>"
        assert not {"dkim-signature", "date", "subject"} & set(headers)
        assert said["Subject"] == "Re: The printer is dark"
        assert "née Ünal" in said["To"] and "<cleo@customer.example>" in said["To"]
        assert (said["Cc"], said["Bcc"]) == ("dan@customer.example", "eve@stranger.example")
        assert said["ReplyTo"].split("<")[-1].startswith("support+")
        assert "See the plan." in said["TextBody"] and "<b>the</b>" in said["HtmlBody"]
        files = {one["Name"]: one for one in said["Attachments"]}
        assert base64.b64decode(files["plän.txt"]["Content"]).decode() == "Plän\n"
        assert files["pic.png"]["ContentID"] == "cid:pic@desk.example"
        assert base64.b64decode(files["pic.png"]["Content"]) == PNG
        assert said["TrackOpens"] is False and said["TrackLinks"] == "None"
        assert said["Metadata"] == {"guichet": esp_sending.mark_of(message.pk)}

    def test_mailgun_gets_every_piece_and_our_message_id(self, cast: make.Cast, mailgun: Service) -> None:
        message = rich(cast)
        assert outbox.send(message.pk) == Delivery.SENT
        (asked,) = mailgun.asked
        assert asked.path == "/v3/mg.desk.example/messages"
        assert base64.b64decode(asked.headers["Authorization"].split()[1]) == b"api:mg-key-1"
        form = asked.form
        assert form["h:Message-Id"] == [f"<{message.message_id}>"]
        assert form["h:References"] == form["h:In-Reply-To"]
        assert form["to"][0].endswith("<cleo@customer.example>")
        assert (form["cc"], form["bcc"]) == (["dan@customer.example"], ["eve@stranger.example"])
        assert form["attachment"] == [("plän.txt", "text/plain", "Plän\n".encode())]
        assert form["inline"] == [("pic@desk.example", "image/png", PNG)]
        assert form["v:guichet"] == [esp_sending.mark_of(message.pk)]
        assert form["o:tracking-opens"] == ["no"]

    @pytest.mark.parametrize("name", sorted(esp.SERVICES))
    def test_every_service_can_be_told_of_a_whole_mail(self, name: str, cast: make.Cast) -> None:
        """anymail knows how to say it; what each answers is its own."""
        answers = {
            "postmark": POSTMARK_YES, "mailgun": MAILGUN_YES, "brevo": (201, {"messageId": "<b@x>"}),
            "mailjet": (200, {"Messages": [{"Status": "success", **{kind: [{"Email": address, "MessageID": 7}] for kind, address in
                        (("To", "cleo@customer.example"), ("Cc", "dan@customer.example"), ("Bcc", "eve@stranger.example"))}}]}),
            "resend": (200, {"id": "r-1"}), "sendgrid": (202, b""),
            "sparkpost": (200, {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 3, "id": "s-1"}}),
        }  # fmt: skip
        with service(answers[name]) as made:
            wanted = {option.name: "x" for option in esp.SERVICES[name].options if option.is_required}
            use(cast, name, **wanted, api_url=made.url)
            message = rich(cast)
            outbox.send(message.pk)
            assert state(message) == (Delivery.SENT, "")
            assert message.message_id.encode() in made.asked[0].body
            assert esp_sending.mark_of(message.pk).encode() in made.asked[0].body
            assert b"eve@stranger.example" in made.asked[0].body

    def test_an_automatic_mail_says_so(self, cast: make.Cast, postmark: Service) -> None:
        words = Words(text="We have it.", to=[{"name": "", "address": "cleo@customer.example"}], auto="auto-reply")
        outbox.send(reply(cast, words).pk)
        headers = {one["Name"].lower(): one["Value"] for one in postmark.asked[0].json["Headers"]}
        assert headers["auto-submitted"] == "auto-replied"

    def test_one_address_is_refused_and_named(self, cast: make.Cast, postmark: Service) -> None:
        postmark.answers = [(200, {**POSTMARK_YES[1], "Message": "Message OK, but will not deliver to these inactive addresses: "
                                   "dan@customer.example. Inactive recipients are ones that have bounced."})]  # fmt: skip
        message = rich(cast)
        outbox.send(message.pk)
        delivery, note = state(message)
        assert delivery == Delivery.FAILED
        assert "dan@customer.example" in note.splitlines()[0]
        assert "Delivered to: cleo@customer.example, eve@stranger.example" in note
        actions.send_again(message, By(cast.ana, "desk"))
        outbox.send(message.pk)
        again = postmark.asked[1].json
        assert again["To"] == "dan@customer.example"
        assert "cleo" not in again["To"] + again.get("Cc", "") + again.get("Bcc", "")
        assert state(message)[0] == Delivery.SENT

    @pytest.mark.parametrize(
        ("answer", "delivery", "words"),
        [
            (
                (422, {"ErrorCode": 300, "Message": "Invalid 'From' address."}),
                Delivery.FAILED,
                "Invalid 'From' address.",
            ),
            ((413, {"Message": "Too large"}), Delivery.FAILED, "413 Too large"),
            ((401, {"ErrorCode": 10, "Message": "Bad token"}), Delivery.QUEUED, "refuses the account: 401 Bad token"),
            ((429, {"Message": "Slow down"}), Delivery.QUEUED, "does not take it now: 429 Slow down"),
            ((503, b"maintenance"), Delivery.QUEUED, "does not take it now: 503 maintenance"),
            ((302, b""), Delivery.FAILED, "302"),
        ],
    )
    def test_what_the_service_answers(
        self, answer: Any, delivery: str, words: str, cast: make.Cast, postmark: Service
    ) -> None:
        postmark.answers = [answer]
        message = reply(cast)
        outbox.send(message.pk)
        assert state(message)[0] == delivery
        assert words in state(message)[1]
        assert "pm-token-1" not in state(message)[1]
        assert Dispatch.objects.get(message=message).unanswered == 0
        assert len(postmark.asked) == 1

    @pytest.mark.parametrize("silence", [HANG, CUT, (504, b"gateway"), (200, b"<html>?")])
    def test_no_answer_means_once_more_with_the_same_id_and_then_uncertain(
        self, silence: Any, cast: make.Cast, postmark: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(esp_sending, "ANSWER_SECONDS", 0.5)
        postmark.answers = [silence, silence, silence]
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert due_again(message) == Delivery.UNCERTAIN
        assert due_again(message) == Delivery.UNCERTAIN
        first, second = postmark.asked
        assert first.body == second.body
        assert message.message_id.encode() in first.body

    def test_a_service_out_of_reach_is_no_doubt(self, cast: make.Cast) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            use(cast, "postmark", server_token="x", api_url=f"http://127.0.0.1:{held.getsockname()[1]}/")
            message = reply(cast)
            assert outbox.send(message.pk) == Delivery.QUEUED
            assert "cannot be reached" in state(message)[1]
            assert Dispatch.objects.get(message=message).unanswered == 0

    def test_a_sealed_mail_is_not_taken_apart(self, cast: make.Cast, postmark: Service) -> None:
        message = reply(cast)
        way = esp.way(cast.support, cast.support.settings["esp"])
        raw = b"From: a@desk.example\r\nTo: b@x.example\r\nContent-Type: multipart/signed; boundary=x\r\n\r\n--x--\r\n"
        with pytest.raises(outbox.Refused, match="Signed or encrypted"):
            way.deliver("", ["b@x.example"], raw, lambda: None, message.pk)
        assert postmark.asked == []

    def test_where_the_extra_is_missing_mail_waits_and_says_why(
        self, cast: make.Cast, postmark: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(esp, "is_installed", lambda: False)
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert "pip install 'guichet[esp]'" in state(message)[1]

    def test_the_houses_own_mail_leaves_by_it_too(self, cast: make.Cast, postmark: Service) -> None:
        from django.core.mail import EmailMessage  # noqa: PLC0415

        way = house.way_out()
        assert way is not None
        raw = house.compose(
            EmailMessage("Reset", "By this link.", to=["ana@desk.example"]), ("Support", "support@desk.example")
        )
        way.out.deliver("support@desk.example", ["ana@desk.example"], raw, lambda: None)
        assert postmark.asked[0].json["To"] == "ana@desk.example"
        assert "Metadata" not in postmark.asked[0].json
