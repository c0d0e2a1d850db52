"""Pain 17: encrypted mail is a paid module that signs but neither verifies nor decrypts, and mail that a gateway signed
shows as an empty ticket with `smime.p7m`. Here its words are read without any key or extra, and with a key it is opened.
"""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from guichet.channels import intake, keys
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.email.sending import parts
from guichet.tickets.models import Message
from tests import make
from tests.channels.identity import PAYLOAD, Identity, encrypted_for, mail_around, signed_by
from tests.channels.intake_process import Intake, Line

pytestmark = pytest.mark.django_db(transaction=True)


def delivered(*raws: bytes) -> list[Message]:
    with Intake() as door, Line(door.lmtp) as line:
        for raw in raws:
            assert line.deliver(raw, "support@desk.example")[0].startswith("250")
    with Reader() as reader:
        while intake.drain(reader):
            pass
    return list(Message.objects.order_by("id"))


def test_mail_that_a_gateway_signed_is_no_empty_ticket() -> None:
    make.cast()
    gateway = Identity("gateway@customer.example")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(PAYLOAD)
    signer = builder.add_signer(gateway.certificate, gateway.key, hashes.SHA256())
    opaque = parts.file_part(
        "smime.p7m", "application/pkcs7-mime", signer.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )
    apart = mail_around(signed_by(gateway)).replace(b"<sealed@", b"<apart@")
    for message in delivered(mail_around(opaque), apart):
        assert message.reply.strip() == "Le mot secret."
        assert message.ticket.preview == "Le mot secret."
        assert not message.attachments.filter(is_inline=False).exists(), "a signature is no file to open"


def test_mail_that_is_encrypted_for_us_is_opened_and_its_signature_checked() -> None:
    cast = make.cast()
    ours, cleo = Identity("support@desk.example"), Identity("cleo@customer.example")
    keys.add(ours.file(), cast.ada, inbox=cast.support, password="secret")
    keys.add(cleo.pem, cast.ada)
    (message,) = delivered(mail_around(encrypted_for(ours, signed_by(cleo))))
    assert message.reply.strip() == "Le mot secret."
    assert [(seal["what"], seal["state"]) for seal in message.seals] == [("encrypted", "valid"), ("signed", "valid")]
