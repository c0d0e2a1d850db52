"""The house's own fields: what they take, how they are told, and that lists and forms refuse the same."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from guichet.people import contacts, extra
from guichet.people.exchange import run, writing
from guichet.people.extra import ExtraField, Wrong
from guichet.people.models import Change, Exchange, Organisation, Person
from guichet.tickets import actions
from guichet.tickets.events import By
from tests import make
from tests.browser import client_of

Kind = ExtraField.Kind


def field(kind: Kind, **more: object) -> ExtraField:
    return ExtraField(of="person", key="it", label="It", kind=kind, **more)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("one", "typed", "stored"),
    [
        (field(Kind.TEXT), "  two\nlines ", "two lines"), (field(Kind.TEXT), "", None),
        (field(Kind.NUMBER), "1 234,50", "1234.5"), (field(Kind.NUMBER), "-7", "-7"), (field(Kind.NUMBER), "1e3", "1000"),
        (field(Kind.DATE), "2026-12-31", "2026-12-31"), (field(Kind.FLAG), "on", True), (field(Kind.FLAG), "", None),
        (field(Kind.CHOICE, choices=["Gold", "Silver"]), "gold", "Gold"),
        (field(Kind.LINK), "https://crm.example/7", "https://crm.example/7"),
    ],
)  # fmt: skip
def test_what_is_typed_is_stored_in_one_form(one: ExtraField, typed: str, stored: object) -> None:
    assert one.clean_value(typed) == stored


@pytest.mark.parametrize(
    ("one", "typed"),
    [
        (field(Kind.NUMBER), "many"), (field(Kind.NUMBER), "NaN"), (field(Kind.NUMBER), "1e999999"),
        (field(Kind.DATE), "31 of June"), (field(Kind.CHOICE, choices=["Gold"]), "Lead"),
        (field(Kind.LINK), "javascript:alert(1)"), (field(Kind.LINK), "https://"), (field(Kind.LINK), "http://[x"),
        (field(Kind.TEXT, is_required=True), " "),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_the_name_of_the_field(one: ExtraField, typed: str) -> None:
    with pytest.raises(Wrong, match="It"):
        one.clean_value(typed)


@given(st.sampled_from([kind for kind in Kind if kind != Kind.PERSON]), st.text(max_size=60))
def test_anything_typed_is_stored_or_refused_and_stays_as_it_is(kind: Kind, typed: str) -> None:
    one = field(kind, choices=["Gold", typed[:20]])
    try:
        stored = one.clean_value(typed)
    except Wrong:
        return
    assert one.clean_value(stored) == stored and isinstance(one.shown(stored), str)


def test_dates_are_read_and_told_in_the_readers_way() -> None:
    with override("de"):
        assert field(Kind.DATE).clean_value("31.12.2026") == "2026-12-31"
        assert field(Kind.DATE).shown("2026-12-31") == "31.12.2026"


@pytest.mark.django_db
class TestFields:
    @pytest.fixture
    def cast(self) -> make.Cast:
        return make.cast()

    @pytest.fixture
    def ada(self, cast: make.Cast) -> Client:
        return client_of(cast.ada)

    def test_made_ordered_asked_for_and_shown(self, cast: make.Cast, ada: Client) -> None:
        new = {"label": "Contract", "kind": "choice", "choices": "Gold\nSilver\n"}
        assert (
            "needs something to choose"
            in ada.post("/contacts/fields/add/person/", {**new, "choices": ""}).content.decode()
        )
        ada.post("/contacts/fields/add/person/", new)
        ada.post("/contacts/fields/add/person/", {"label": "Contract", "kind": "number"})
        ada.post("/contacts/fields/add/organisation/", {"label": "Customer no.", "kind": "text"})
        first, second = ExtraField.objects.of("person")
        assert (first.key, second.key) == ("contract", "contract_2")
        ada.post(f"/contacts/fields/{second.pk}/up/")
        assert [one.pk for one in ExtraField.objects.of("person")] == [second.pk, first.pk]
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        url = f"/contacts/{cast.cleo.pk}/"
        wrong = ada.post(
            f"{url}edit/", {"name": "Kept", "extra_contract": "Lead", "extra_contract_2": "x"}
        ).content.decode()
        assert "Lead is not in the list" in wrong and "x is not a number" in wrong and 'value="Kept"' in wrong
        ada.post(
            f"{url}edit/",
            {"name": "Cleo Martin", "organisation": "Acme", "extra_contract": "Gold", "extra_contract_2": "7"},
        )
        assert Person.objects.get(pk=cast.cleo.pk).extra == {"contract": "Gold", "contract_2": "7"}
        for page in (url, f"/tickets/{ticket.number}/"):
            assert "Gold" in ada.get(page).content.decode()
        ada.post(f"/contacts/fields/{first.pk}/", {"label": "Contract", "choices": "Gold"})
        assert "<dd>Gold</dd>" not in ada.get(url).content.decode(), "what is not asked for is not shown"
        assert Person.objects.get(pk=cast.cleo.pk).extra["contract"] == "Gold", "but kept"
        change = Change.objects.latest("pk")
        assert "→ 7" in ada.get(url).content.decode()
        ada.post(f"/contacts/changes/{change.pk}/undo/")
        assert Person.objects.get(pk=cast.cleo.pk).extra == {}

    def test_of_organisations(self, cast: make.Cast, ada: Client) -> None:
        ada.post("/contacts/fields/add/organisation/", {"label": "Customer no.", "kind": "text", "is_required": "on"})
        acme = Organisation.objects.get()
        url = f"/contacts/organisations/{acme.pk}/"
        assert "Customer no. is missing" in ada.post(f"{url}edit/", {"name": "Acme"}).content.decode()
        ada.post(f"{url}edit/", {"name": "Acme", "extra_customer_no": "K-12"})
        assert "K-12" in ada.get(url).content.decode()

    def test_merged_people_fill_in_what_the_other_lacks_and_part_again(self, cast: make.Cast) -> None:
        contacts.change_contact(cast.cleo, cast.ada, extra={"a": "1"})
        contacts.change_contact(cast.dan, cast.ada, extra={"a": "2", "b": "3"})
        change = actions.merge_people(cast.cleo, cast.dan, By(cast.ada, "desk"))
        assert Person.objects.get(pk=cast.cleo.pk).extra == {"a": "1", "b": "3"}
        actions.part_people(change, By(cast.ada, "desk"))
        assert Person.objects.get(pk=cast.cleo.pk).extra == {"a": "1"}

    def test_lists_carry_them_both_ways(self, cast: make.Cast) -> None:
        for label, kind in (("Since", Kind.DATE), ("VIP", Kind.FLAG), ("Floor", Kind.NUMBER)):
            extra.save_field(ExtraField(of="person", label=label, kind=kind), [])
        text = "email,Since,VIP,floor\ncleo@customer.example,2026-01-02,yes,3\ndan@customer.example,soon,,\n"
        exchange = run.keep("people", "x.csv", [text.encode()], cast.ada)
        assert exchange.columns == ["email", "extra_since", "extra_vip", "extra_floor"]
        for state in (Exchange.State.CHECKING, Exchange.State.RUNNING):
            run.begin(exchange, state)
            run.run(exchange.pk)
        exchange.refresh_from_db()
        assert (exchange.changed, exchange.failed) == (1, 1) and "soon is not a date" in exchange.errors[0][1]
        assert Person.objects.get(pk=cast.cleo.pk).extra == {"since": "2026-01-02", "vip": True, "floor": "3"}
        out = "".join(writing.people(Person.objects.visible_to(cast.ada)))
        lines = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
        assert lines[0][-3:] == ["Since", "VIP", "Floor"] and lines[1][-3:] == ["2026-01-02", "yes", "3"]
        again = run.keep("people", "x.csv", [out.encode()], cast.ada)
        run.begin(again, Exchange.State.CHECKING)
        run.run(again.pk)
        again.refresh_from_db()
        assert (again.new, again.changed, again.failed) == (0, 0, 0)
