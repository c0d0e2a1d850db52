"""The keys of an inbox and of people, as an administrator meets them: a real browser and the pages' own forms."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page

from guichet.channels import keys
from guichet.channels.email.sealing import openpgp, smime
from guichet.channels.email.sealing.unsealing import Certificate
from guichet.channels.models import MailKey
from tests import make
from tests.browser import client_of, flaws
from tests.channels.identity import Identity

pytestmark = pytest.mark.django_db(transaction=True)
SHOTS = os.environ.get("SCREENSHOTS")


def test_an_inbox_gets_its_keys_and_answers_are_signed(enter: Callable[..., Page], tmp_path: Path) -> None:
    cast = make.cast()
    file = tmp_path / "desk.p12"
    file.write_bytes(Identity("support@desk.example").file(b"opens"))
    page = enter(cast.ada, viewport={"width": 1280, "height": 900})
    page.goto(f"/settings/inboxes/{cast.support.pk}/keys/")
    page.get_by_label("Key file").set_input_files(file)
    page.get_by_label("Password of the file").fill("wrong")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_text("This key cannot be used").wait_for()
    page.get_by_label("Key file").set_input_files(file)
    page.get_by_label("Password of the file").fill("opens")
    page.get_by_role("button", name="Add the key").click()
    page.get_by_text("The key is stored, encrypted.").wait_for()
    page.get_by_role("button", name="Make an OpenPGP key").click()
    page.get_by_role("cell", name="OpenPGP key").wait_for()
    page.get_by_label("Sign every answer").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved").wait_for()
    cast.support.refresh_from_db()
    assert cast.support.settings["seal"] == {"kind": "smime", "sign": True, "encrypt": "never"}
    assert MailKey.objects.filter(inbox=cast.support).count() == 2
    _check(page, "inbox-keys")
    assert page.content().count("PRIVATE KEY") == 0


def test_a_seen_key_is_trusted_and_one_is_deleted(enter: Callable[..., Page]) -> None:
    cast = make.cast()
    cleo = Identity("cleo@customer.example")
    until = cleo.certificate.not_valid_after_utc
    keys.seen("cleo@customer.example", Certificate(cleo.pem.decode(), smime.fingerprint(cleo.certificate), until))
    keys.add(openpgp.public_of(openpgp.generate("Dan", "dan@customer.example")).encode(), cast.ada)
    page = enter(cast.ada, viewport={"width": 1280, "height": 900})
    page.goto("/settings/keys/")
    _check(page, "keys")
    page.get_by_role("button", name="Trust cleo@customer.example").click()
    page.get_by_text("The key of cleo@customer.example is trusted").wait_for()
    page.get_by_role("button", name="Delete dan@customer.example").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.get_by_text("The key is deleted").wait_for()
    row = MailKey.objects.get()
    assert (row.address, row.is_trusted, row.by) == ("cleo@customer.example", True, cast.ada)


def test_a_file_names_all_whom_it_makes_trusted() -> None:
    cast = make.cast()
    names = [f"p{number}@customer.example" for number in range(9)]
    cleo = Identity("cleo@customer.example")
    san = x509.SubjectAlternativeName([x509.RFC822Name(name) for name in names])
    name, now = cleo.certificate.subject, cleo.certificate.not_valid_before_utc
    builder = x509.CertificateBuilder(name, name, cleo.key.public_key(), 7, now, now + timedelta(days=30))
    pem = builder.add_extension(san, critical=False).sign(cleo.key, hashes.SHA256()).public_bytes(Encoding.PEM)
    answer = client_of(cast.ada).post("/settings/keys/", {"file": SimpleUploadedFile("many.pem", pem)}, follow=True)
    assert ", ".join(names) in answer.content.decode()


def test_an_unusable_wish_is_refused_and_files_are_bounded() -> None:
    cast = make.cast()
    ada = client_of(cast.ada)
    answer = ada.post(
        f"/settings/inboxes/{cast.support.pk}/keys/use/", {"kind": "pgp", "sign": "on", "encrypt": "never"}, follow=True
    )
    assert "Add a key of this kind first" in answer.content.decode()
    cast.support.refresh_from_db()
    assert "seal" not in cast.support.settings
    large = SimpleUploadedFile("large.pem", b"x" * 1_100_000)
    assert "too large" in ada.post("/settings/keys/", {"file": large}).content.decode()
    for number in range(60):
        MailKey.objects.create(
            kind="pgp", address=f"p{number:02}@customer.example", public="x", fingerprint=str(number)
        )
    first = ada.get("/settings/keys/").content.decode()
    assert "p49@" in first and "p50@" not in first and "Next page" in first
    assert "p07@" in ada.get("/settings/keys/?q=p07").content.decode()


def _check(page: Page, name: str) -> None:
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            assert flaws(page) == []
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
