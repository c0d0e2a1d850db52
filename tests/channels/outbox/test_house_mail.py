"""Mail of the house itself, of passwords and invitations, leaves by the same worker."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from guichet.channels.email.sending import dkim_signing, house
from tests import make
from tests.channels.outbox.making import run_jobs
from tests.channels.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


class TestHouseMail:
    @pytest.fixture(autouse=True)
    def _backend(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "guichet.channels.email.sending.house.HouseBackend"

    def write(self) -> int:
        made = EmailMultiAlternatives(
            "Reset\r\nBcc: x@y".replace("\r\n", " "), "https://desk.example/SECRET-LINK", to=["Ana <ana@desk.example>"]
        )
        made.attach_alternative("<p>Grüße</p>", "text/html")
        return made.send()

    def test_it_leaves_by_the_first_inbox_that_can_as_that_inbox(self, cast: make.Cast, out: Sink) -> None:
        assert self.write() == 1
        assert "SECRET" not in str(ProcrastinateJob.objects.get().args)
        run_jobs(lambda: len(out.taken) == 1)
        taken = out.taken[0]
        assert (taken.sender, taken.to) == ("support@desk.example", ["ana@desk.example"])
        assert b"From: Support <support@desk.example>\r\n" in taken.raw
        assert b"Auto-Submitted: auto-generated\r\n" in taken.raw
        assert b"SECRET-LINK" in taken.raw
        assert taken.raw.isascii()

    def test_with_the_house_s_account_it_comes_from_the_house(self, cast: make.Cast, out: Sink, settings: Any) -> None:
        settings.OUTGOING = f"smtp://127.0.0.1:{out.port}?tls=none"
        self.write()
        run_jobs(lambda: len(out.taken) == 1)
        assert out.taken[0].sender == settings.DEFAULT_FROM_EMAIL

    def test_an_inbox_lends_its_signature_to_mail_of_its_domain(
        self, cast: make.Cast, out: Sink, settings: Any
    ) -> None:
        settings.OUTGOING = f"smtp://127.0.0.1:{out.port}?tls=none"
        cast.billing.settings = {"dkim": dkim_signing.make("desk.example", "s1") | {"is_on": True}}
        cast.billing.save()
        for sender, is_signed in (("guichet@desk.example", True), ("guichet@other.example", False)):
            settings.DEFAULT_FROM_EMAIL = sender
            self.write()
            run_jobs(lambda sender=sender: any(taken.sender == sender for taken in out.taken))
            raw = next(taken.raw for taken in out.taken if taken.sender == sender)
            assert (b"d=desk.example;" in raw.partition(b"From:")[0]) is is_signed
        cast.billing.settings["dkim"]["is_on"] = False
        cast.billing.save()
        settings.DEFAULT_FROM_EMAIL = "desk@desk.example"
        self.write()
        run_jobs(lambda: out.taken[-1].sender == "desk@desk.example")
        assert out.taken[-1].raw.startswith(b"From:")

    def test_with_no_way_out_the_log_says_what_to_do(self, caplog: pytest.LogCaptureFixture) -> None:
        make.inbox()
        assert house.way_out() is None
        assert self.write() == 0
        assert "GUICHET_OUTGOING" in caplog.text

    def test_a_server_that_is_away_is_tried_again(self, cast: make.Cast, out: Sink) -> None:
        out.answers = ["451 Not now"]
        self.write()
        run_jobs(lambda: len(out.taken) == 1)

    def test_the_job_of_a_killed_worker_is_taken_up_again(self, cast: make.Cast, out: Sink) -> None:
        self.write()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
        run_jobs(lambda: len(out.taken) == 1)
        assert mail.outbox == []
