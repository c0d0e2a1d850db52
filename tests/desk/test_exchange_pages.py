"""Lists of people through the browser: brought, understood, checked, imported, taken back, and taken out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from playwright.sync_api import Page, expect

from guichet.people.exchange import reading, run
from guichet.people.models import Exchange, Person
from tests import make
from tests.browser import client_of, flaws

Enter = Callable[..., Page]


@pytest.mark.django_db
class TestDoors:
    def test_only_keepers_import_and_only_what_one_sees_goes_out(
        self, cast: make.Cast, ana: Client, ben: Client
    ) -> None:
        make.ticket(to=cast.billing, of=cast.cleo)
        file = SimpleUploadedFile("x.csv", b"email\nx@new.example\n")
        assert ana.post("/contacts/lists/bring/", {"kind": "people", "file": file}).status_code == 404
        for client, found in ((ana, False), (ben, True)):
            answer = client.post("/contacts/lists/export/", {"kind": "people"})
            text = b"".join(answer).decode()  # type: ignore[call-overload]
            assert ("cleo@customer.example" in text) is found
            assert answer["Content-Disposition"].startswith("attachment") and answer["Cache-Control"] == "no-store"
            organisations = b"".join(client.post("/contacts/lists/export/", {"kind": "organisations"}))  # type: ignore[call-overload]
            assert (b"Acme" in organisations) is found
        assert list(Exchange.objects.filter(kind="people").order_by("pk").values_list("by__name", "total")) == [
            ("Ana Lopez", 0), ("Ben Weiss", 1),
        ]  # fmt: skip
        assert "Ben Weiss" not in ana.get("/contacts/lists/").content.decode()

    def test_what_is_wrong_with_a_file_is_said(self, cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        ada = client_of(cast.ada)

        def bring(data: bytes) -> str:
            form = {"kind": "people", "file": SimpleUploadedFile("x.csv", data)}
            return ada.post("/contacts/lists/bring/", form, follow=True).content.decode()

        assert "The file is empty." in bring(b"\n\n") and "broken" in bring(b'a,"b\n')
        # What the page of the columns would show is looked at too: it has nothing to offer without them.
        assert "Line 2 is broken" in bring(b'name,email\n"Zo,zo@new.example\nx,x@new.example\n')
        assert not Exchange.objects.exists()
        monkeypatch.setattr(reading, "MEGABYTES", 0)
        assert "larger than" in bring(b"email\n")
        monkeypatch.undo()
        assert "Choose a file" in ada.post("/contacts/lists/bring/", {"kind": "x"}, follow=True).content.decode()
        bring(b"email,mail\nx@new.example,\n")
        exchange = Exchange.objects.get()
        url = f"/contacts/lists/{exchange.pk}/check/"
        assert "are the same thing" in ada.post(url, {"column": ["email", "email"]}, follow=True).content.decode()
        assert "by them people are known" in ada.post(url, {"column": ["name", ""]}, follow=True).content.decode()
        ada.post(f"/contacts/lists/{exchange.pk}/remove/")
        assert not Exchange.objects.exists() and not run.path_of(exchange).exists()

    def test_columns_are_not_changed_under_a_list_that_is_read(self, cast: make.Cast) -> None:
        ada = client_of(cast.ada)
        form = {"kind": "people", "file": SimpleUploadedFile("x.csv", b"email,name\nx@new.example,X\n")}
        ada.post("/contacts/lists/bring/", form)
        exchange = Exchange.objects.get()
        url = f"/contacts/lists/{exchange.pk}/check/"
        ada.post(url, {"column": ["email", "name"], "overwrites": "1"})
        again = ada.post(url, {"column": ["name", "email"]}, follow=True).content.decode()
        assert "in another state by now" in again
        exchange.refresh_from_db()
        assert (exchange.columns, exchange.overwrites, exchange.state) == (["email", "name"], True, "checking")


@pytest.mark.django_db(transaction=True)
class TestByHand:
    @pytest.fixture
    def cast(self, transactional_db: None) -> make.Cast:
        return make.cast()

    def test_from_the_file_to_the_import_and_back(self, enter: Enter, cast: make.Cast, tmp_path: Path) -> None:
        file = tmp_path / "kunden.csv"
        file.write_bytes(
            "Vorname;Nachname;E-Mail;Kommentar;Farbe\r\nZoë;New;zoe@new.example;Ruft zurück;rot\r\nX;Y;nope;;\r\n".encode(
                "cp1252"
            )
        )
        page = enter(cast.ada)
        page.goto("/contacts/lists/")
        assert flaws(page) == []
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Choose the columns").click()
        expect(page.get_by_label("What E-Mail means")).to_have_value("email")
        expect(page.get_by_label("What Farbe means")).to_have_value("")
        assert flaws(page) == []
        page.get_by_role("button", name="Check it").click()
        exchange = Exchange.objects.get()
        run.run(exchange.pk)  # what the worker does
        expect(page.get_by_text("Checked: nothing is changed yet")).to_be_visible()
        expect(page.locator("#exchange")).to_contain_text("nope is not a mail address. Correct it")
        expect(page.locator("#exchange")).to_contain_text("Ruft zurück")
        assert flaws(page) == []
        assert not Person.objects.filter(email="zoe@new.example").exists()
        page.get_by_role("button", name="Import it").click()
        run.run(exchange.pk)
        expect(page.get_by_text("Imported", exact=True)).to_be_visible()
        assert Person.objects.get(email="zoe@new.example").name == "Zoë New"
        page.get_by_role("button", name="Take the whole import back").click()
        run.run(exchange.pk)
        expect(page.locator("#exchange [role=status]")).to_contain_text("Taken back")
        assert not Person.objects.filter(email="zoe@new.example").exists()
        page.goto("/contacts/lists/")
        with page.expect_download() as download:
            page.get_by_role("button", name="People").click()
        assert "cleo@customer.example" in Path(download.value.path()).read_text()
