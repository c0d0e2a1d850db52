"""People are found by what somebody remembers of them, and only by those who may see them."""

from __future__ import annotations

import string

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.people.models import Organisation, Person
from guichet.people.names import fold
from guichet.people.search import find_organisations, find_people, from_beginning
from tests import make

pytestmark = pytest.mark.django_db


def found(typed: str, by: Person) -> list[str]:
    return [one.name for one in find_people(Person.objects.visible_to(by), typed)]


@pytest.fixture
def ada() -> Person:
    ada = make.cast().ada
    for name in ("Éva Müller-Weiß", "Jean-Pierre Lefèvre", "Zoë Smith", "Łukasz Nowak", "Ø. Sørensen", "Li"):
        make.person(name=name)
    return ada


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("muller", "Éva Müller-Weiß"), ("eva mul", "Éva Müller-Weiß"), ("müller weiss", "Éva Müller-Weiß"),
        ("MÜLLER ÉVA", "Éva Müller-Weiß"), ("mulelr", "Éva Müller-Weiß"), ("mueller", "Éva Müller-Weiß"),
        ("miller", "Éva Müller-Weiß"), ("lefevre", "Jean-Pierre Lefèvre"), ("lefebre", "Jean-Pierre Lefèvre"),
        ("jaen pierre", "Jean-Pierre Lefèvre"), ("smtih", "Zoë Smith"), ("smiht", "Zoë Smith"), ("zoe", "Zoë Smith"),
        ("lukasz", "Łukasz Nowak"), ("sorensen", "Ø. Sørensen"), ("soerensen", "Ø. Sørensen"), ("li", "Li"),
        ("cleo@customer", "Cleo Martin"), ("matrin", "Cleo Martin"), ("marttin", "Cleo Martin"), ("cloe", "Cleo Martin"),
    ],
)  # fmt: skip
def test_found_whatever_the_fingers_did(typed: str, name: str, ada: Person) -> None:
    assert found(typed, ada)[0] == name


def test_what_was_typed_well_comes_first_and_nothing_is_found_by_nothing(ada: Person) -> None:
    make.person(name="Martina Cleo")
    make.person(name="Marten Ruiz")
    assert found("martin", ada)[:2] == ["Martina Cleo", "Cleo Martin"]
    assert found("", ada) == found("  ", ada) == found("?!", ada) == []
    assert found("qqqqqq", ada) == []
    assert found("cleo zzz", ada) == [], "every word counts"


def test_numbers_are_found_however_they_are_grouped(ada: Person) -> None:
    Person.objects.filter(name="Cleo Martin").update(phone="+33 6 12 34 56 78", also="+33612345678")
    for typed in ("06 12 34 56 78", "+33612345678", "612345", "06.12.34.56.78"):
        assert found(typed, ada) == ["Cleo Martin"], typed


def test_an_agent_finds_nobody_of_a_foreign_ticket() -> None:
    cast = make.cast()
    make.ticket(to=cast.billing, of=cast.cleo)
    for typed in ("cleo", "cloe", "martin", "matrin", "cleo@customer.example"):
        assert found(typed, cast.ana) == []
        assert found(typed, cast.ben) == ["Cleo Martin"]
    organisations = Organisation.objects.visible_to(cast.ana)
    assert find_organisations(organisations, "acme") == find_organisations(organisations, "acmee") == []
    assert [one.name for one in find_organisations(Organisation.objects.visible_to(cast.ben), "amce")] == ["Acme"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40).filter(lambda text: "\x00" not in text and text.isprintable()))
def test_the_database_folds_as_python_does(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT fold_name(%s)", [text])
        folded = cursor.fetchone()[0]
    # Letters that one side's Unicode does not know yet are no concern of ours.
    if all(ord(letter) < 0x2C00 for letter in text):
        assert folded == fold(text)


WORD = st.text(string.ascii_lowercase, min_size=5, max_size=9)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORD, st.data())
def test_any_single_slip_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    slip = data.draw(st.sampled_from(["miss", "add", "change", "swap"]))
    typed = {
        "miss": word[:at] + word[at + 1 :], "add": word[:at] + letter + word[at:],
        "change": word[:at] + letter + word[at + 1 :], "swap": word[:at] + word[at + 1] + word[at] + word[at + 2 :],
    }[slip]  # fmt: skip
    Person.objects.all().delete()
    Person.objects.create(name=word.title())
    assert from_beginning(typed, word, 1) <= 1
    assert [one.name for one in find_people(Person.objects.all(), typed)] == [word.title()]
