"""Lists in and out: any file a spreadsheet writes, nothing that breaks the house, the same twice, and taken back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from guichet.people import contacts, extra
from guichet.people.actions import Refused
from guichet.people.exchange import columns, reading, run, writing
from guichet.people.exchange.reading import Unusable
from guichet.people.models import Change, Exchange, ExtraField, Identity, Note, Organisation, Person
from tests import make

State = Exchange.State


def rows(tmp_path: Path, data: bytes) -> list[list[str]]:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    return [cells for _line, cells in reading.rows(path)]


@pytest.mark.parametrize(
    "data",
    [
        "Name;E-Mail\r\nÉva Weiß;eva@x.example\r\n".encode(),
        "\ufeffName;E-Mail\nÉva Weiß;eva@x.example".encode(),
        "Name;E-Mail\nÉva Weiß;eva@x.example\n".encode("cp1252"),
        "Name\tE-Mail\r\nÉva Weiß\teva@x.example\r\n".encode("utf-16"),
        'sep=;\r\nName;E-Mail\r\n"Éva Weiß";"eva@x.example"\r\n'.encode(),
        '"Name","E-Mail"\n\n"Éva Weiß","eva@x.example"\n,,\n'.encode(),
        "Name|E-Mail\nÉva Weiß|eva@x.example\n".encode(),
    ],
)
def test_every_way_to_write_the_same_list_is_read(data: bytes, tmp_path: Path) -> None:
    assert rows(tmp_path, data) == [["Name", "E-Mail"], ["Éva Weiß", "eva@x.example"]]


def test_line_ends_and_separators_within_quotes(tmp_path: Path) -> None:
    assert rows(tmp_path, b'a,b\n"x, ""y""\nz",2\n')[1] == ['x, "y"\nz', "2"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'a,b\n"never closed,1\n' + b"x,y\n" * 10, "Line 2 is broken.*not closed"),
        (b"a,b\n" + b"x" * 200_000, "A line is too long"),
        (b"a,b\n1,\x00\n", "not text"),
        (b"a\n" + b",".join([b"1"] * 200), "more than 100 columns"),
        (b"a\n" + b"1\n" * 200_100, "more than 200000 lines"),
        (b"PK\x03\x04\x00\x00" + b"\x00" * 2000, "^The file is not text"),
    ],
)
def test_hostile_files_are_refused_with_a_reason(data: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=words):
        rows(tmp_path, data)


@given(st.text(max_size=60).filter(lambda text: "\x00" not in text))
def test_no_cell_is_a_formula_and_each_comes_back_as_it_was(text: str) -> None:
    cell = reading.safe(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    if not text.startswith("'"):
        assert reading.plain(cell) == text


@pytest.mark.django_db
def test_columns_are_guessed_in_three_languages() -> None:
    assert columns.guess("people", ["Vorname", "Nachname", "E-Mail-Adresse", "Firma", "??"]) == [
        "first_name", "last_name", "email", "organisation", "",
    ]  # fmt: skip
    assert columns.guess("people", ["Nom complet", "Courriel", "Téléphone", "Société", "Service"]) == [
        "name", "email", "phone", "organisation", "department",
    ]  # fmt: skip
    assert columns.guess("people", ["email", "Email", "Company"]) == ["email", "", "organisation"]


@pytest.mark.django_db
class TestImport:
    @pytest.fixture
    def cast(self) -> make.Cast:
        return make.cast()

    def bring(self, text: str, by: Person, kind: str = "people", **options: object) -> Exchange:
        exchange = run.keep(kind, "list.csv", [text.encode()], by)
        Exchange.objects.filter(pk=exchange.pk).update(**options)
        run.begin(exchange, State.CHECKING)
        run.run(exchange.pk)
        return Exchange.objects.get(pk=exchange.pk)

    def make_real(self, exchange: Exchange) -> Exchange:
        run.begin(exchange, State.RUNNING)
        run.run(exchange.pk)
        return Exchange.objects.get(pk=exchange.pk)

    def counts(self, exchange: Exchange) -> tuple[int, int, int, int]:
        return exchange.new, exchange.changed, exchange.same, exchange.failed

    LIST = (
        "email,name,phone,organisation,department,site,language,time zone,notes\n"
        "zoe@new.example; z@new.example,Zoë New,+33 1 23,New Inc,Sales,Lyon,French,Europe/Paris,Calls back\n"
        "cleo@customer.example,Cléo Martin,,acme,,,,,\n"
        "dan@customer.example,Dan Roth,,,,,,,\n"
        "ana@desk.example,Ana,,,,,,,\n"
        "not an address,X,,,,,,,\n"
        ",Only a name,,,,,,,\n"
        "zoe@new.example,Again,,,,,,,\n"
        "eve@stranger.example,Eve,,,,,klingon,,\n"
    )

    def test_checked_written_and_the_second_time_nothing_changes(self, cast: make.Cast) -> None:
        before = sorted(Person.objects.values_list("pk", "name", "organisation"))
        checked = self.bring(self.LIST, cast.ada)
        assert checked.state == State.CHECKED and self.counts(checked) == (1, 1, 1, 5)
        assert sorted(Person.objects.values_list("pk", "name", "organisation")) == before, "a check writes nothing"
        assert [line for line, _words in checked.errors] == [5, 6, 7, 8, 9]
        assert "works here" in checked.errors[0][1] and "line 2 already" in checked.errors[3][1]
        assert [2, "new"] in [row[:2] for row in checked.sample]
        assert ["organisation", "", "New Inc"] in checked.sample[0][3]
        done = self.make_real(checked)
        assert done.state == State.DONE and self.counts(done) == (1, 1, 1, 5)
        zoe = Person.objects.get(email="zoe@new.example")
        assert (zoe.name, str(zoe.organisation), str(zoe.department), zoe.language) == (
            "Zoë New",
            "New Inc",
            "Sales",
            "fr",
        )
        assert sorted(zoe.identities.values_list("value", flat=True)) == ["+33123", "z@new.example", "zoe@new.example"]
        assert zoe.notes.get().text == "Calls back"
        assert Person.objects.get(pk=cast.ana.pk).name == "Ana Lopez"
        assert not run.path_of(done).exists(), "what is imported needs no copy"
        again = self.make_real(self.bring(self.LIST, cast.ada))
        assert self.counts(again) == (0, 0, 3, 5)
        assert Note.objects.count() == 1 and Organisation.objects.filter(name__iexact="acme").count() == 1

    def test_taken_back_but_for_what_was_used_since(self, cast: make.Cast) -> None:
        people = sorted(Person.objects.values_list("pk", "name", "organisation", "also"))
        done = self.make_real(self.bring(self.LIST + "yan@new.example,Yan,,New Inc,,,,,\n", cast.ada))
        make.ticket(to=cast.support, of=Person.objects.get(email="yan@new.example"))
        run.begin(done, State.UNDOING)
        run.run(done.pk)
        undone = Exchange.objects.get(pk=done.pk)
        assert undone.state == State.UNDONE and undone.failed == 2, "Yan has a request, and so New Inc a person"
        left = Person.objects.exclude(email="yan@new.example")
        assert sorted(left.values_list("pk", "name", "organisation", "also")) == people
        assert not Identity.objects.filter(value="zoe@new.example").exists()
        with pytest.raises(Refused):
            run.begin(undone, State.UNDOING)

    def test_it_goes_on_where_it_stopped(self, cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run, "BATCH", 2)
        text = "email,name\n" + "".join(f"p{n}@new.example,P {n}\n" for n in range(7)) + "p0@new.example,Twice\n"
        checked = self.bring(text, cast.ada)
        run.begin(checked, State.RUNNING)
        turns = 1
        while run.run(checked.pk, 0):
            turns += 1
        done = Exchange.objects.get(pk=checked.pk)
        assert (
            turns > 3
            and self.counts(done) == (7, 0, 0, 1)
            and Person.objects.filter(name__startswith="P ").count() == 7
        )

    def test_what_must_be_filled_in_is_asked_of_the_new_and_each_kind_of_the_typed(self, cast: make.Cast) -> None:
        Kind = ExtraField.Kind
        extra.save_field(ExtraField(of="person", label="Contract", is_required=True), [])
        extra.save_field(ExtraField(of="person", label="Since", kind=Kind.DATE), [])
        extra.save_field(ExtraField(of="person", label="Rank", kind=Kind.CHOICE), ["Gold", "Silver"])
        extra.save_field(ExtraField(of="person", label="Desks", kind=Kind.NUMBER), [])
        text = (
            "email,name,contract,since,rank,desks\n"
            "a@new.example,A,C-1,2024-02-29,gold,12\n"
            "b@new.example,B,,2024-02-29,,\n"
            "c@new.example,C,C-3,2024-02-30,,\n"
            "d@new.example,D,C-4,,bronze,\n"
            "e@new.example,E,C-5,,,many\n"
            "cleo@customer.example,Cleo M.,,,,3\n"
        )
        made = self.make_real(self.bring(text, cast.ada))
        assert self.counts(made) == (1, 1, 0, 4)
        assert [words for _line, words in made.errors] == [
            "Contract is missing. Fill the cell, or choose the column that holds it.",
            "Since: 2024-02-30 is not a date. Write it like 2026-12-31.",
            "Rank: bronze is not in the list.",
            "Desks: many is not a number.",
        ]
        found = Person.objects.get(email="a@new.example").extra
        assert found == {"contract": "C-1", "since": "2024-02-29", "rank": "Gold", "desks": "12"}
        assert Person.objects.get(email="cleo@customer.example").extra == {"desks": "3"}, "who is known may lack it"
        nowhere = self.bring("email,name\nf@new.example,F\n", cast.ada)
        assert self.counts(nowhere) == (0, 0, 0, 1), "a list without the column lacks it too"

    def test_what_must_be_filled_in_of_organisations(self, cast: make.Cast) -> None:
        extra.save_field(ExtraField(of="organisation", label="Number", is_required=True), [])
        made = self.bring("name,number\nNew Inc,7\nOther Inc,\nAcme,\n", cast.ada, "organisations")
        assert self.counts(made) == (1, 0, 1, 1)

    def test_empty_cells_and_filled_facts_are_left_if_so_chosen(self, cast: make.Cast) -> None:
        contacts.change_contact(cast.cleo, cast.ada, site="Lyon")
        text = "email,name,site,language\ncleo@customer.example,New name,,fr\n"
        self.make_real(self.bring(text, cast.ada, overwrites=False))
        cleo = Person.objects.get(pk=cast.cleo.pk)
        assert (cleo.name, cleo.site, cleo.language) == ("Cleo Martin", "Lyon", "fr")

    def test_organisations(self, cast: make.Cast) -> None:
        text = "Organisation,Domains,Notes\nACME,acme.example acme.test,Pays late\nNew,gmail.com,\n,x.example,\n"
        checked = self.bring(text, cast.ada, "organisations")
        assert self.counts(checked) == (1, 1, 0, 1)
        done = self.make_real(checked)
        assert self.counts(done) == (0, 1, 0, 2) and "everybody's" in done.errors[0][1]
        acme = Organisation.objects.get()
        assert acme.domains.count() == 2 and acme.notes.get().text == "Pays late"
        again = self.bring(text, cast.ada, "organisations")
        assert self.counts(again)[1:3] == (0, 1)

    def test_who_may_no_longer_keep_contacts_imports_no_more(self, cast: make.Cast) -> None:
        checked = self.bring("email\nx@new.example\n", cast.ada)
        Person.objects.filter(pk=cast.ada.pk).update(role="agent")
        assert self.make_real(checked).state == State.FAILED
        assert not Person.objects.filter(email="x@new.example").exists()

    def test_a_name_of_a_file_is_no_path(self, cast: make.Cast) -> None:
        exchange = run.keep("people", "../../etc/passwd", [b"email\nx@new.example\n"], cast.ada)
        assert run.path_of(exchange).parent == Path(settings.DATA) / "import" / "people"
        with pytest.raises(Unusable, match="empty"):
            run.keep("people", "x.csv", [b" \n \n"], cast.ada)

    def test_what_goes_out_is_what_one_sees_quoted_and_comes_in_again_unchanged(self, cast: make.Cast) -> None:
        make.ticket(to=cast.support, of=cast.cleo)
        make.ticket(to=cast.billing, of=cast.dan)
        contacts.change_contact(cast.cleo, cast.ada, name="=cmd|' /C calc'!A0", site="-Lyon", department="@home")
        contacts.add_phone(cast.cleo, "+33 1 23 45", cast.ada)
        contacts.add_address(cast.cleo, "cleo@home.example", cast.ada)
        text = "".join(writing.people(Person.objects.visible_to(cast.ana)))
        lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
        assert len(lines) == 2 and not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)
        assert "dan@customer.example" not in text and "ben@desk.example" not in text
        everything = "".join(writing.people(Person.objects.visible_to(cast.ada)))
        again = self.bring(everything, cast.ada)
        assert self.counts(again) == (0, 0, 3, 0)
        row = writing.record("people", Person.objects.visible_to(cast.ana), cast.ana, "people.csv")
        assert (row.state, row.total, row.by) == (State.EXPORTED, 1, cast.ana)

    def test_a_hundred_thousand_lines_are_checked_a_piece_at_a_time(self, cast: make.Cast, tmp_path: Path) -> None:
        path = tmp_path / "long.csv"
        with path.open("w") as file:
            file.write("email,name\n")
            for n in range(100_000):
                file.write(f"person{n}@long.example,Person {n}\n")
        found = reading.rows(path)
        assert next(found)[1] == ["email", "name"] and next(found) == (2, ["person0@long.example", "Person 0"])
        assert sum(1 for _row in found) == 99_999
        assert not Change.objects.exists()
