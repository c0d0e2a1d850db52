"""Fields that the house made itself, in conditions: found by every kind, offered by their label, quiet once gone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guichet.conditions.compile import compiled
from guichet.conditions.complete import complete
from guichet.conditions.fields import Asker, FieldSet
from guichet.conditions.grammar import Mistake, parse, write
from guichet.conditions.widget import dressed, rows_of
from guichet.people.extra import ExtraField, save_field
from guichet.people.fields import FIELDS as PERSON_FIELDS
from guichet.people.models import Organisation, Person
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.fields import FIELDS, rule
from guichet.tickets.models import Event, Ticket, TicketType
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
Kind, Of = ExtraField.Kind, ExtraField.Of


def field(label: str, kind: Kind = Kind.TEXT, of: Of = Of.TICKET, choices: tuple[str, ...] = ()) -> ExtraField:
    return save_field(ExtraField(of=of, label=label, kind=kind), choices)


def asker(person: Person) -> Asker:
    return Asker(person, NOW, ZoneInfo("Europe/Paris"))


@pytest.fixture
def house() -> make.Cast:
    """saw and lamp of Cleo's, of Support, with all kinds of fields on the saw; bench without any."""
    cast = make.cast()
    field("Serial number")
    field("Cost", Kind.NUMBER)
    field("Bought", Kind.DATE)
    field("Colour", Kind.CHOICE, choices=("Dark blue", "Red", "none"))
    field("Places", Kind.CHOICES, choices=("Roof", "Cellar"))
    field("Urgent", Kind.FLAG)
    field("Expert", Kind.PERSON)
    field("Manual", Kind.LINK)
    field("2024")
    field("Contains")  # as Django names a lookup
    saw, lamp, bench = (make.ticket(name, to=cast.support, of=cast.cleo) for name in ("saw", "lamp", "bench"))
    values: dict[str, Any] = {
        "serial_number": "AB-12 50%", "cost": "99,50", "bought": "2026-03-08", "colour": "Dark blue",
        "places": ["Roof", "Cellar"], "urgent": "yes", "expert": cast.ana.email, "manual": "https://saw.example/",
        "2024": "x", "contains": "nails",
    }  # fmt: skip
    actions.set_extra(saw, values, By(cast.ada))
    actions.set_extra(lamp, {"cost": "-3", "colour": "none", "bought": "2025-12-31", "places": ["Roof"]}, By(cast.ada))
    assert bench.extra == {}
    return cast


def found(text: str, person: Person) -> str:
    tree = parse(text, FIELDS, asker(person))
    tickets = Ticket.objects.visible_to(person).filter(rule(tree, asker(person)))
    return " ".join(sorted(tickets.values_list("subject", flat=True)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ticket.serial_number:ab-12", "saw"),
        ("serial_number:12", "saw"),
        ("serial-number:b*", ""),
        ("serial-number:AB*", "saw"),
        ('serial_number="ab-12 50%"', "saw"),
        ("serial_number:_", ""),
        ("serial_number:%", "saw"),
        ("serial_number:none", "bench lamp"),
        ("-serial_number:12", "bench lamp"),
        ("cost:99.5", "saw"),
        ("cost:99.50,-3", "lamp saw"),
        ("cost>-3", "saw"),
        ("cost>=-3", "lamp saw"),
        ("cost<99.5", "lamp"),
        ("cost<=99.5", "lamp saw"),
        ("-cost>0", "bench lamp"),
        ("cost:any", "lamp saw"),
        ("bought:2026-03-08", "saw"),
        ("bought:today-2d", "saw"),
        ("bought<2026-03-08", "lamp"),
        ("bought<=2026-03-08", "lamp saw"),
        ("bought>2025-12-31", "saw"),
        ("bought>=2025-12-31", "lamp saw"),
        ("bought:2025-01-01..2025-12-31", "lamp"),
        ("bought>now-7d", "saw"),
        ("-bought>now-7d", "bench lamp"),
        ('colour:"dark BLUE"', "saw"),
        ('colour:"none"', "lamp"),
        ("colour:none", "bench"),
        ("colour:red", ""),
        ("places:roof", "lamp saw"),
        ("places:cellar", "saw"),
        ("-places:cellar", "bench lamp"),
        ("urgent:yes", "saw"),
        ("urgent:no", "bench lamp"),
        ("expert:ana@desk.example", "saw"),
        ("expert:me", "saw"),
        ("expert:lopez", "saw"),
        ("expert:ada@desk.example", ""),
        ("expert:none", "bench lamp"),
        ("manual:saw.example", "saw"),
        ("ticket.2024:x", "saw"),
        ("contains:nail", "saw"),
        ("cost>0 or colour:\"none\"", "lamp saw"),
    ],
)  # fmt: skip
def test_what_a_text_finds(house: make.Cast, text: str, expected: str) -> None:
    assert found(text, house.ana) == expected
    tree = parse(text, FIELDS, asker(house.ana))
    assert parse(write(tree, FIELDS, asker(house.ana)), FIELDS, asker(house.ana)) == tree
    events = Event.objects.visible_to(house.ana).filter(rule(tree, asker(house.ana), "ticket__"))
    assert " ".join(sorted(set(events.values_list("ticket__subject", flat=True)))) == expected


def test_what_once_was_something_else_fits_no_number_and_no_day(house: make.Cast) -> None:
    Ticket.objects.filter(subject="bench").update(extra={"cost": "about 5", "bought": "soon"})
    assert found("cost>0", house.ana) == found("bought>1990-01-01 -subject:lamp", house.ana) == "saw"
    assert found("-cost>0", house.ana) == "bench lamp"


def test_the_customers_and_the_organisations_fields(house: make.Cast) -> None:
    field("Badge", of=Of.PERSON)
    field("Contract", Kind.CHOICE, Of.ORGANISATION, ("Gold", "Silver"))
    field("Cost", Kind.NUMBER, Of.PERSON)
    Person.objects.filter(pk=house.cleo.pk).update(extra={"badge": "B7", "cost": "5"})
    Organisation.objects.filter(name="Acme").update(extra={"contract": "Gold"})
    make.ticket("foreign", to=house.support, of=house.eve)
    assert found("badge:b7", house.ana) == found("customer.badge:b7", house.ana) == "bench lamp saw"
    assert found("organisation.contract:gold", house.ana) == "bench lamp saw"
    assert found("organisation.contract:gold -cost:any", house.ana) == "bench"
    assert found("requester.cost:5 subject:saw", house.ana) == "saw"
    assert found("-contract:gold", house.ana) == "foreign"
    tree = parse("badge:b7 contract:gold", PERSON_FIELDS, asker(house.ada))
    people = Person.objects.visible_to(house.ada).filter(compiled(tree, PERSON_FIELDS, asker(house.ada)))
    assert people.get() == house.cleo


def test_the_type_of_a_ticket(house: make.Cast) -> None:
    hardware = TicketType.objects.create(name="Hardware fault")
    Ticket.objects.filter(subject="saw").update(type=hardware)
    assert found('type:"hardware fault"', house.ana) == found("type:any", house.ana) == "saw"
    assert found("type:none", house.ana) == "bench lamp"


def test_they_are_offered_by_the_houses_own_label(house: make.Cast) -> None:
    def offered(text: str) -> list[tuple[str, str]]:
        return [(one.insert, one.label) for one in complete(text, len(text), FIELDS, asker(house.ana))]

    assert offered("seri") == [("ticket.serial_number:", "Serial number")]
    assert offered("ticket.colour:dar") == [('"Dark blue"', "Dark blue")]
    assert ("me", "me") in offered("expert:m")
    assert ("yes", "yes") in offered("urgent:")
    _join, rows = rows_of(parse("colour:red cost>5 bought:none", FIELDS, asker(house.ana)), FIELDS, asker(house.ana))
    colour, cost, bought = dressed(rows, FIELDS, asker(house.ana))
    assert ("ticket.colour", "Colour", True) in colour.fields
    assert [word for word, _label, _is in colour.choices] == ["", "Dark blue", "Red", "none"]
    assert (cost.operator, cost.value) == ("above", "5") and bought.is_bare
    assert "now-7d" not in [word for word, _label in bought.suggestions]


def test_a_value_that_left_the_list_can_be_asked_for_while_it_stands_somewhere(house: make.Cast) -> None:
    ExtraField.objects.filter(key="colour").update(choices=["Red"])
    assert found('colour:"Dark blue"', house.ana) == "saw"
    with pytest.raises(Mistake, match=r"There is no ticket\.colour “Green”"):
        found("colour:Green", house.ana)
    sealed = make.ticket("sealed", to=make.inbox("hr@desk.example", team_name="HR", is_confidential=True))
    Ticket.objects.filter(pk=sealed.pk).update(extra={"colour": "Secret"})
    with pytest.raises(Mistake):
        found("colour:Secret", house.ana)


def test_a_field_that_is_switched_off_is_not_offered_and_says_so(house: make.Cast) -> None:
    ExtraField.objects.filter(key="colour").update(is_active=False)
    assert complete("colou", 5, FIELDS, asker(house.ana)) == []
    with pytest.raises(Mistake, match="“Colour” is switched off"):
        found("colour:red", house.ana)
    with pytest.raises(Mistake, match="switched off"):
        found("ticket.colour:red", house.ana)


def test_they_cost_a_query_only_where_one_is_asked_for(house: make.Cast) -> None:
    def queries(text: str, fields: FieldSet = FIELDS) -> int:
        with CaptureQueriesContext(connection) as captured:
            write(parse(text, fields, asker(house.ana)), fields, asker(house.ana))
        return len(captured)

    assert queries("status:open created>now-7d subject:vpn") == 0
    assert queries("cost>5 colour:red ticket.urgent:yes") == 2  # one to read them, one to write them
