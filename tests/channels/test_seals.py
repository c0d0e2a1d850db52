"""Signed and encrypted mail: through the ledger and the reading child one way, through the composer the other."""

from __future__ import annotations

import datetime as dt
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from guichet.channels import intake, keys, seals
from guichet.channels.accept import Arrival, accept
from guichet.channels.base import Refused
from guichet.channels.email.channel import Email
from guichet.channels.email.reading.read import read
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.email.sealing import entity, openpgp, smime, unsealing
from guichet.channels.email.sending import parts
from guichet.channels.models import MailKey, Parcel
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Attachment, Inbox, Message
from tests import make
from tests.channels.identity import PAYLOAD, Identity, encrypted_for, mail_around, signed_by

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


def take_in(reader: Reader, raw: bytes, inbox: Inbox) -> Message:
    accept([Arrival("lmtp", "cleo@customer.example", inbox.pk, [inbox.address], raw)])
    while intake.drain(reader):
        pass
    parcel = Parcel.objects.latest("id")
    assert parcel.message, parcel.reason
    return parcel.message


def states(message: Message) -> list[tuple[str, str, str]]:
    return [(seal["kind"], seal["what"], seal["state"]) for seal in message.seals]


def test_a_signature_is_as_good_as_our_trust_in_its_certificate(reader: Reader) -> None:
    cast = make.cast()
    cleo = Identity("cleo@customer.example")
    first = take_in(reader, mail_around(signed_by(cleo)), cast.support)
    assert first.reply.strip() == "Le mot secret."
    assert states(first) == [("smime", "signed", "unknown")]
    remembered = MailKey.objects.get()
    assert (remembered.address, remembered.is_trusted) == ("cleo@customer.example", False)
    keys.add(cleo.pem, cast.ada)
    again = take_in(reader, mail_around(signed_by(cleo)).replace(b"Sealed", b"Sealed again"), cast.support)
    assert states(again) == [("smime", "signed", "valid")]
    assert again.seals[0]["signer"] == "cleo@customer.example"
    assert not again.attachments.filter(is_inline=False).exists(), "a signature is no file"


def test_a_changed_mail_and_another_ones_certificate_show(reader: Reader) -> None:
    cast = make.cast()
    cleo = Identity("cleo@customer.example")
    keys.add(cleo.pem, cast.ada)
    bent = mail_around(signed_by(cleo)).replace(b"mot secret", b"mot public")
    assert states(take_in(reader, bent, cast.support)) == [("smime", "signed", "invalid")]
    dan = Identity("dan@customer.example")
    keys.add(dan.pem, cast.ada)
    other = take_in(reader, mail_around(signed_by(dan)), cast.support)
    assert states(other) == [("smime", "signed", "unknown")]
    assert "dan@customer.example" in other.seals[0]["detail"]


def test_an_authority_vouches_for_its_people(reader: Reader) -> None:
    cast = make.cast()
    authority = Identity("", is_authority=True)
    keys.add(authority.pem, cast.ada)
    cleo = Identity("cleo@customer.example", by=authority)
    assert states(take_in(reader, mail_around(signed_by(cleo)), cast.support)) == [("smime", "signed", "valid")]


def test_an_opaque_signature_shows_what_is_inside(reader: Reader) -> None:
    cast = make.cast()
    cleo = Identity("cleo@customer.example")
    keys.add(cleo.pem, cast.ada)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(PAYLOAD)
    der = builder.add_signer(cleo.certificate, cleo.key, hashes.SHA256()).sign(
        Encoding.DER, [pkcs7.PKCS7Options.Binary]
    )
    part = parts.file_part("smime.p7m", "application/pkcs7-mime", der)
    message = take_in(reader, mail_around(part), cast.support)
    assert message.text.strip() == "Le mot secret."
    assert states(message) == [("smime", "signed", "valid")]


def test_what_is_encrypted_for_the_inbox_is_opened(reader: Reader) -> None:
    cast = make.cast()
    ours, cleo = Identity("support@desk.example"), Identity("cleo@customer.example")
    keys.add(ours.file(), cast.ada, inbox=cast.support, password="secret")
    keys.add(cleo.pem, cast.ada)
    message = take_in(reader, mail_around(encrypted_for(ours, signed_by(cleo))), cast.support)
    assert message.text.strip() == "Le mot secret."
    assert states(message) == [("smime", "encrypted", "valid"), ("smime", "signed", "valid")]
    assert not message.attachments.filter(name="smime.p7m").exists()


def test_what_nobody_can_open_is_kept_and_says_so(reader: Reader) -> None:
    cast = make.cast()
    stranger = Identity("somebody@else.example")
    message = take_in(reader, mail_around(encrypted_for(stranger)), cast.support)
    assert states(message) == [("smime", "encrypted", "unreadable")]
    assert message.attachments.get().name == "smime.p7m"
    assert "secret" not in message.text


@pytest.fixture
def cleo_pgp() -> str:
    return openpgp.generate("Cleo Martin", "cleo@customer.example")


def test_pgp_both_ways(reader: Reader, cleo_pgp: str) -> None:
    cast = make.cast()
    ours = keys.make_pgp(cast.support, cast.ada)
    keys.add(openpgp.public_of(cleo_pgp).encode(), cast.ada)
    armoured = openpgp.encrypt(PAYLOAD, [ours.public], cleo_pgp)
    inner = (
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b\r\n"
        b"Content-Type: application/octet-stream\r\n\r\n" + armoured.replace(b"\n", b"\r\n") + b"\r\n--b--\r\n"
    )
    message = take_in(reader, mail_around(inner), cast.support)
    assert message.text.strip() == "Le mot secret."
    assert states(message) == [("pgp", "encrypted", "valid"), ("pgp", "signed", "valid")]
    signed = seals._signed(
        PAYLOAD,
        b"Content-Type: application/pgp-signature\r\n\r\n" + openpgp.sign(PAYLOAD, cleo_pgp).replace(b"\n", b"\r\n"),
        "application/pgp-signature",
        "pgp-sha512",
    )
    assert states(take_in(reader, mail_around(signed), cast.support)) == [("pgp", "signed", "valid")]
    bent = mail_around(signed).replace(b"mot secret", b"mot public")
    assert states(take_in(reader, bent, cast.support)) == [("pgp", "signed", "invalid")]


def answer(cast: make.Cast, wish: dict[str, object]) -> bytes:
    Inbox.objects.filter(pk=cast.support.pk).update(settings={"seal": wish})
    ticket = make.ticket(to=Inbox.objects.get(pk=cast.support.pk), of=cast.cleo)
    words = Words(text="Voilà le code: 1234.", to=[{"name": "Cléo", "address": "cleo@customer.example"}])
    message = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
    return Email(ticket.inbox).write(Message.objects.select_related("ticket__inbox").get(pk=message.pk))


def test_an_answer_leaves_signed_and_encrypted_by_smime() -> None:
    cast = make.cast()
    ours, cleo = Identity("support@desk.example"), Identity("cleo@customer.example")
    keys.add(ours.file(), cast.ada, inbox=cast.support, password="secret")
    signed = answer(cast, {"kind": "smime", "sign": True, "encrypt": "possible"})
    assert read(signed).seal == "smime-signed", "without a key of Cleo's it goes out open"
    both = entity.parts_of(entity.split(signed))
    assert smime.verify(entity.decoded(both[1]), both[0])[0][0].is_intact
    keys.add(cleo.pem, cast.ada)
    raw = answer(cast, {"kind": "smime", "sign": True, "encrypt": "possible"})
    assert b"1234" not in raw and read(raw).seal == "smime-encrypted"
    opened = smime.decrypt(entity.decoded(raw), cleo.certificate, cleo.key)
    inside = entity.with_content(entity.split(raw), opened)
    assert "1234" in read(inside).text and read(inside).subject == read(raw).subject
    both = entity.parts_of(entity.split(inside))
    assert smime.verify(entity.decoded(both[1]), both[0])[0][0].is_intact


def test_an_answer_leaves_signed_and_encrypted_by_pgp(cleo_pgp: str) -> None:
    cast = make.cast()
    ours = keys.make_pgp(cast.support, cast.ada)
    signed = answer(cast, {"kind": "pgp", "sign": True, "encrypt": "never"})
    both = entity.parts_of(entity.split(signed))
    assert openpgp.verify(both[0], entity.decoded(both[1]), [ours.public]) == [ours.fingerprint]
    keys.add(openpgp.public_of(cleo_pgp).encode(), cast.ada)
    raw = answer(cast, {"kind": "pgp", "sign": True, "encrypt": "always"})
    assert b"1234" not in raw and read(raw).seal == "pgp-encrypted"
    both = entity.parts_of(entity.split(raw))
    opened, signers = openpgp.decrypt(entity.decoded(both[1]), cleo_pgp, "", [ours.public])
    assert "1234" in read(b"From: a@b.example\r\n" + opened).text and signers == [ours.fingerprint]


def test_an_inbox_that_sends_nothing_open_refuses_without_a_key() -> None:
    cast = make.cast()
    keys.add(Identity("support@desk.example").file(), cast.ada, inbox=cast.support, password="secret")
    with pytest.raises(Refused, match=r"cleo@customer\.example"):
        answer(cast, {"kind": "smime", "sign": True, "encrypt": "always"})


def test_keys_come_in_all_their_forms(cleo_pgp: str) -> None:
    cast = make.cast()
    cleo = Identity("cleo@customer.example")
    der = cleo.certificate.public_bytes(Encoding.DER)
    pem_both = cleo.pem + cleo.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert keys.add(der, cast.ada) == keys.add(cleo.pem, cast.ada)
    assert keys.add(pem_both, cast.ada, inbox=cast.support)[0].private["key"]
    with pytest.raises(keys.Refused):
        keys.add(cleo.pem, cast.ada, inbox=cast.support)
    with pytest.raises(keys.Refused):
        keys.add(cleo.file(b"right"), cast.ada, inbox=cast.support, password="wrong")
    with pytest.raises(keys.Refused):
        keys.add(b"nonsense", cast.ada)
    (row,) = keys.add(cleo_pgp.encode(), cast.ada)
    assert "PRIVATE" not in row.public and not row.private, "of other people we keep no private key"


def test_protected_headers_give_the_true_subject() -> None:
    raw = b"From: a@b.example\r\nSubject: ...\r\nContent-Type: multipart/encrypted\r\n\r\nx"
    inner = b'Content-Type: text/plain; protected-headers="v1"\r\nSubject: The truth\r\n\r\nhello\r\n'
    found = read(entity.with_content(entity.split(raw), inner))
    assert (found.subject, found.text.strip()) == ("The truth", "hello")


def test_a_mail_without_a_seal_is_left_alone() -> None:
    made = EmailMessage()
    made["From"] = "a@b.example"
    made.set_content("hello")
    incoming = read(made.as_bytes())
    assert seals.opened(made.as_bytes(), incoming, make.inbox(), read) == (incoming, (), None)


def hostile(names: list[x509.GeneralName]) -> Identity:
    made = Identity("cleo@customer.example")
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The Boss")]), dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(made.key.public_key())
    builder = builder.serial_number(5).not_valid_before(now - dt.timedelta(days=1))
    builder = builder.not_valid_after(now + dt.timedelta(days=30))
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    made.certificate = builder.sign(made.key, hashes.SHA256())
    return made


def test_a_hostile_certificate_is_only_a_mail_that_nobody_vouches_for(reader: Reader) -> None:
    cast = make.cast()
    for place, name in enumerate(("a\0b@customer.example", "a" * 700 + "@customer.example", "x@y\r\nz", "nobody")):
        raw = mail_around(signed_by(hostile([x509.RFC822Name(name)]))).replace(b"sealed@", b"%d@" % place)
        message = take_in(reader, raw, cast.support)
        assert states(message) == [("smime", "signed", "unknown")]
        assert "Boss" not in str(message.seals), "a name that anybody may choose"
    assert not MailKey.objects.exists()


def test_what_brings_the_opening_down_harms_one_mail(reader: Reader) -> None:
    """A row that cannot be used, as a hostile mail would have it: the mail after it is opened all the same."""
    cast = make.cast()
    MailKey.objects.create(
        kind="smime", inbox=cast.support, address="support@desk.example", public="x", private={"a": 1}
    )
    bad = mail_around(encrypted_for(Identity("support@desk.example"))).replace(b"sealed@", b"first@")
    accept([Arrival("lmtp", "cleo@customer.example", cast.support.pk, [cast.support.address], bad)])
    good = take_in(reader, mail_around(signed_by(Identity("cleo@customer.example"))), cast.support)
    assert states(good) == [("smime", "signed", "unknown")]
    first = Message.objects.get(message_id="first@customer.example")
    assert states(first) == [("smime", "encrypted", "unreadable")]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"--b--\r\n", b"--b\r\nContent-Type: text/plain\r\n\r\nEVIL\r\n--b--\r\n"),
        (b"--b--\r\n", b"--b--\r\n\r\nEVIL\r\n"),
        (b"\r\n\r\n--b\r\n", b"\r\n\r\nEVIL\r\n--b\r\n"),
        (b"--b--\r\n", b"--bb\r\nContent-Type: text/plain\r\n\r\nEVIL\r\n--b--\r\n"),
        (b"Content-Type: multipart/signed", b'Content-Type: multipart/mixed; boundary="c"\r\n\r\n--c\r\n\r\nEVIL\r\n--c\r\n'
         b"Content-Type: multipart/signed"),
    ],
    ids=["third part", "epilogue", "preamble", "longer delimiter", "within another"],
)  # fmt: skip
def test_only_what_was_signed_stands_under_a_signature(reader: Reader, good: bytes, bad: bytes) -> None:
    cast = make.cast()
    cleo = Identity("cleo@customer.example")
    keys.add(cleo.pem, cast.ada)
    message = take_in(reader, mail_around(signed_by(cleo).replace(good, bad, 1)), cast.support)
    assert states(message) != [("smime", "signed", "valid")] or "EVIL" not in message.text + message.html


def test_two_boundaries_show_what_was_verified(reader: Reader) -> None:
    cast = make.cast()
    cleo = Identity("cleo@customer.example")
    keys.add(cleo.pem, cast.ada)
    twice = signed_by(cleo).replace(b'boundary="b"', b'x="boundary=b"; boundary="c"', 1) + (
        b"--c\r\nContent-Type: text/plain\r\n\r\nEVIL\r\n--c\r\n"
        b"Content-Type: application/pkcs7-signature\r\n\r\nxx\r\n--c--\r\n"
    )
    message = take_in(reader, mail_around(twice), cast.support)
    assert states(message) != [("smime", "signed", "valid")]


def test_stolen_mail_is_not_read_out_to_whoever_sends_it_on(reader: Reader) -> None:
    cast = make.cast()
    ours = Identity("support@desk.example")
    keys.add(ours.file(), cast.ada, inbox=cast.support, password="secret")
    Inbox.objects.filter(pk=cast.support.pk).update(quote_history="all")
    stolen = mail_around(encrypted_for(ours), "eve@evil.example").replace(b"Cleo Martin", b"Eve")
    ticket = take_in(reader, stolen, Inbox.objects.get(pk=cast.support.pk)).ticket
    words = Words(text="What is this?", to=[{"name": "Eve", "address": "eve@evil.example"}])
    answered = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
    raw = Email(ticket.inbox).write(Message.objects.select_related("ticket__inbox").get(pk=answered.pk))
    assert b"mot secret" not in raw
    assert b"What is this?" in raw
    assert read(raw).subject == f"Re: Your request {ticket.number}", "the true subject may have come in secret"
    asked = Words(text="Look", subject="Look", to=[{"name": "Toner", "address": "help@toner.example"}])
    first = ticket.messages.order_by("pk")[0]
    with pytest.raises(actions.Refused, match="encrypted"):
        actions.ask(ticket, asked, By(cast.ana, "desk"), include=[first.pk])
    file = Attachment.objects.create(message=first, name="a.txt", content_type="text/plain", size=1, digest="0" * 64)
    with pytest.raises(actions.Refused, match="encrypted"):
        actions.ask(ticket, asked, By(cast.ana, "desk"), files=[file.pk])


def test_remembered_is_only_who_wrote_and_few_of_him(reader: Reader) -> None:
    cast = make.cast()
    take_in(reader, mail_around(signed_by(Identity("boss@firm.example"))), cast.support)
    assert not MailKey.objects.exists(), "a certificate for somebody else than the sender"
    both = hostile([x509.RFC822Name("cleo@customer.example"), x509.RFC822Name("boss@firm.example")])
    take_in(reader, mail_around(signed_by(both)).replace(b"sealed@", b"2@"), cast.support)
    assert [key.address for key in MailKey.objects.all()] == ["cleo@customer.example"]
    for place in range(keys.SEEN + 1):
        raw = mail_around(signed_by(Identity("cleo@customer.example"))).replace(b"sealed@", b"many%d@" % place)
        take_in(reader, raw, cast.support)
    assert MailKey.objects.count() == keys.SEEN


def test_a_refused_sender_plants_no_certificate(reader: Reader) -> None:
    cast = make.cast()
    Inbox.objects.filter(pk=cast.support.pk).update(authserv_id="mx.desk.example")
    refused = b"Authentication-Results: mx.desk.example; dmarc=fail header.from=customer.example\r\n"
    raw = refused + mail_around(signed_by(Identity("cleo@customer.example")))
    message = take_in(reader, raw, Inbox.objects.get(pk=cast.support.pk))
    assert message.trust["verdict"] == "fail"
    assert not MailKey.objects.exists()


def unsealed(raw: bytes, seal: str, **more: Any) -> unsealing.Opened:
    return unsealing.unseal(raw, unsealing.Asked(seal, "cleo@customer.example", **more), 20)


def test_many_signers_cost_no_more_than_two() -> None:
    cleo = Identity("cleo@customer.example")
    content = PAYLOAD + b"x" * (4 << 20)
    info = cms.ContentInfo.load(smime.sign(content, cleo.certificate, cleo.key))
    (one,) = info["content"]["signer_infos"]
    info["content"]["signer_infos"] = cms.SignerInfos([one] * 400)
    began = time.process_time()
    assert len(smime.verify(info.dump(force=True), content)[0]) == smime.SIGNERS
    assert time.process_time() - began < 1


@pytest.mark.skipif(shutil.which("gpg") is None, reason="GnuPG makes the compressed mail")
def test_a_compressed_bomb_bursts_in_the_child() -> None:
    """OpenPGP data that compresses to a thousandth: literal data of zeros, deflated, encrypted for us."""
    secret = openpgp.generate("Support", "support@desk.example")
    raw = bomb(openpgp.public_of(secret), 400 << 20)
    own = [[openpgp.public_of(secret), secret, ""]]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(smime.Unusable, match=r"too large|memory|too long"):
        unsealed(raw, "pgp-encrypted", own=own)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
    assert grown < 100, "the bomb burst in this process"


def bomb(public: str, size: int) -> bytes:
    home = Path(tempfile.mkdtemp())
    run = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--trust-model", "always"]
    try:
        subprocess.run([*run, "--import"], input=public.encode(), check=True, capture_output=True)
        found = subprocess.run(
            f"head -c {size} /dev/zero | {' '.join(run)} --compress-algo zlib -z 9 -r support@desk.example -e -a",
            shell=True, check=True, capture_output=True,
        ).stdout  # fmt: skip
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)
    return mail_around(
        b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--b\r\n"
        b"Content-Type: application/octet-stream\r\n\r\n" + found.replace(b"\n", b"\r\n") + b"\r\n--b--\r\n"
    )
