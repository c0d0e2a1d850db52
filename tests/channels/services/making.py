"""Answers that leave by a service, and the service's calls to the desk."""

from __future__ import annotations

import base64
import urllib.error
import urllib.parse
import urllib.request

from django.conf import settings

from guichet.channels import outbox
from guichet.kit.files import BlobStore
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message
from tests import make
from tests.channels.services.server import Service

PNG = b"\x89PNG\r\n\x1a\n picture"
SECRET = "hook-secret-71c"
POSTMARK_YES = (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "cleo@customer.example"})
MAILGUN_YES = (200, {"id": "<mg-1@desk.example>", "message": "Queued. Thank you."})


def use(cast: make.Cast, name: str, **options: str) -> None:
    options = {"webhook_signing_key": "mg-signing", **options} if name == "mailgun" else options
    cast.support.settings = {"esp": {"name": name, "options": options, "webhook_secret": SECRET}}
    cast.support.save()


def reply(cast: make.Cast, words: Words | None = None) -> Message:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    given = words or Words(
        text="Have you tried the switch?", to=[{"name": cast.cleo.name, "address": "cleo@customer.example"}]
    )
    return actions.reply(ticket, given, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)


def rich(cast: make.Cast) -> Message:
    blobs = BlobStore(settings.DATA / "blobs")
    return reply(
        cast,
        Words(
            text="See the plan.",
            html='<p>See <b>the</b> plan. <img src="cid:pic@desk.example"></p>',
            to=[{"name": "Cleo Martin, née Ünal", "address": "cleo@customer.example"}],
            cc=[{"name": "", "address": "dan@customer.example"}],
            bcc=[{"name": "", "address": "eve@stranger.example"}],
            files=[
                FileRef("plän.txt", "text/plain", 6, blobs.put("Plän\n".encode()), False, ""),
                FileRef("pic.png", "image/png", len(PNG), blobs.put(PNG), True, "pic@desk.example"),
            ],
        ),
    )


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, message.delivery_note


def due_again(message: Message) -> Delivery:
    Message.objects.filter(pk=message.pk).update(next_try_at="2020-01-01T00:00:00Z")
    return outbox.send(message.pk)


def call(address: str, path: str, body: bytes, kind: str = "application/json", secret: str = SECRET) -> int:
    headers = {"Content-Type": kind}
    if secret:
        headers["Authorization"] = "Basic " + base64.b64encode(f"hook:{secret}".encode()).decode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}/hooks/mail/{path}", body, headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def sent(cast: make.Cast, out: Service) -> Message:
    message = rich(cast)
    assert outbox.send(message.pk) == Delivery.SENT
    return message
