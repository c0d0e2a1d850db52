"""Every field and operator against PostgreSQL: which of a handful of tickets a text finds."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from guichet.conditions.compile import compiled
from guichet.conditions.complete import complete
from guichet.conditions.fields import Asker
from guichet.conditions.grammar import Mistake, parse
from guichet.people.fields import FIELDS as PERSON_FIELDS
from guichet.people.models import Identity, Person
from guichet.tickets import actions, fields
from guichet.tickets.events import By
from guichet.tickets.fields import FIELDS, holds_open_only, rule
from guichet.tickets.models import Event, Priority, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def house(cast: make.Cast) -> make.Cast:
    """vpn (Cleo, Ana's, high, tags vpn and net), lamp (Eve, nobody's, resolved), bill (Dan, of Billing)."""
    vpn = make.ticket("VPN is down", to=cast.support, of=cast.cleo, text="No tunnel.")
    lamp = make.ticket("Lamp 100%", to=cast.support, of=cast.eve, text="It is dark.")
    make.ticket("A bill", to=cast.billing, of=cast.dan)
    actions.assign(vpn, cast.ana, By(cast.ada))
    actions.set_priority(vpn, Priority.HIGH, By(cast.ada))
    actions.set_tags(vpn, ["vpn", "net"], By(cast.ada))
    actions.set_status(lamp, Status.RESOLVED, By(cast.ada))
    actions.mark_seen(lamp, cast.ana)
    day = timedelta(days=1)
    Ticket.objects.filter(pk=vpn.pk).update(number=41, created_at=NOW - 2 * day, updated_at=NOW, waiting_since=NOW)
    Ticket.objects.filter(pk=lamp.pk).update(number=42, created_at=NOW - 9 * day, updated_at=NOW - day, language="fr")
    Person.objects.filter(pk=cast.eve.pk).update(site="Lyon")
    return cast


def asker(person: Person, *, looks_ahead: bool = False) -> Asker:
    return Asker(person, NOW, ZoneInfo("Europe/Paris"), looks_ahead=looks_ahead)


def found(text: str, person: Person, *, looks_ahead: bool = False) -> list[str]:
    asking = asker(person, looks_ahead=looks_ahead)
    tickets = Ticket.objects.visible_to(person).filter(rule(parse(text, FIELDS, asking), asking))
    return sorted(subject.split()[0].lower() for subject in tickets.values_list("subject", flat=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "lamp vpn"),
        ("status:open", "vpn"),
        ("status:open,resolved", "lamp vpn"),
        ("-status:open", "lamp"),
        ("status:open or status:resolved", "lamp vpn"),
        ("finished:yes", "lamp"),
        ("finished:no", "vpn"),
        ("assignee:me", "vpn"),
        ("assignee:none", "lamp"),
        ("assignee:any", "vpn"),
        ("-assignee:me", "lamp"),
        ("assignee:lopez", "vpn"),
        ("owner:ana@desk.example", "vpn"),
        ("assignee:ada@desk.example", ""),
        ("team:mine", "lamp vpn"),
        ("team:support", "lamp vpn"),
        ("-team:support", ""),
        ("inbox:support@desk.example", "lamp vpn"),
        ("priority:high", "vpn"),
        ("priority:normal,critical", "lamp"),
        ("from:cleo", "vpn"),
        ("from:cleo@customer.example", "vpn"),
        ("requester:second@customer.example", "vpn"),
        ("-from:cleo", "lamp"),
        ("organisation:acm", "vpn"),
        ("organisation=ACME", "vpn"),
        ("company:a*", "vpn"),
        ("organisation:none", "lamp"),
        ("-organisation:none", "vpn"),
        ("organisation:any", "vpn"),
        ("tag:vpn", "vpn"),
        ("tag:VPN,other", "vpn"),
        ("-tag:vpn", "lamp"),
        ("tag:vpn tag:net", "vpn"),
        ("tag:none", "lamp"),
        ("tag:any", "vpn"),
        ("subject:vpn", "vpn"),
        ("subject:100%", "lamp"),
        ("subject:%", "lamp"),
        ("subject:_", ""),
        ('subject="vpn is down"', "vpn"),
        ("subject:lam*", "lamp"),
        ("-subject:vpn", "lamp"),
        ("number:41", "vpn"),
        ("number:#41,42", "lamp vpn"),
        ("number>41", "lamp"),
        ("number<42", "vpn"),
        ("number>=42", "lamp"),
        ("number<=42", "lamp vpn"),
        ("created:2026-03-08", "vpn"),
        ("created:2026-03-01..2026-03-08", "lamp vpn"),
        ("created:2026-03-01..2026-03-07", "lamp"),
        ("created>2026-03-01", "vpn"),
        ("created>=2026-03-01", "lamp vpn"),
        ("created<2026-03-08", "lamp"),
        ("created<=2026-03-08", "lamp vpn"),
        ("created>now-3d", "vpn"),
        ("created<now-3d", "lamp"),
        ("created>=now-2d", "vpn"),
        ("created<=now-2d", "lamp vpn"),
        ("created:2026-03-08T00:00..2026-03-08T13:00", "vpn"),
        ("created:today-2d", "vpn"),
        ("updated:today", "vpn"),
        ("updated:yesterday", "lamp"),
        ("waiting:any", "vpn"),
        ("waiting:none", "lamp"),
        ("message<now+100w", "lamp vpn"),
        ("unread:yes", "vpn"),
        ("unread:no", "lamp"),
        ("-unread:yes", "lamp"),
        ("language:fr", "lamp"),
        ("site:lyo", "lamp"),
        ("department:x", ""),
        ("(status:resolved or tag:vpn) -from:eve", "vpn"),
        ("asleep:no", "lamp vpn"),
        ("asleep:yes", ""),
        ("look>now", "vpn"),
        ("step:answer", "vpn"),
        ("-step:answer", "lamp"),
        ("returned:none", "lamp vpn"),
        ("returned:none step:answer status:open", "vpn"),
        ("dark", "lamp"),
        ("tunnel", "vpn"),
        ('"is dark"', "lamp"),
        ('"dark is"', ""),
        ("-dark", "vpn"),
        ("dark or tunnel", "lamp vpn"),
        ("is dark status:resolved", "lamp"),
        ('"-dark"', "lamp"),
        ("bill", ""),
    ],
)
def test_what_a_text_finds(house: make.Cast, text: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same by whichever way: by a join, by the ids of few, row by row where there are many."""
    Identity.objects.create(person=house.cleo, value="second@customer.example")
    assert found(text, house.ana) == found(text, house.ana, looks_ahead=True) == expected.split()
    monkeypatch.setattr(fields, "FEW_PEOPLE", 0)
    monkeypatch.setattr(fields, "FEW_TICKETS", 0)
    monkeypatch.setattr(sys.modules["guichet.tickets.search.matching"], "COMMON", 0)
    assert found(text, house.ana, looks_ahead=True) == expected.split()


def test_a_day_ends_by_the_readers_clock(house: make.Cast) -> None:
    late = datetime(2026, 3, 8, 23, 30, tzinfo=ZoneInfo("UTC"))  # half past midnight in Paris
    Ticket.objects.filter(number=41).update(created_at=late)
    assert found("created:2026-03-09", house.ana) == ["vpn"]
    assert found("created:2026-03-08", house.ana) == []


def test_the_same_condition_runs_on_rows_that_hang_on_a_ticket(house: make.Cast) -> None:
    for text in ("tag:vpn", "unread:yes", "assignee:me from:cleo organisation:acme", "-status:resolved", "tag:any"):
        tree = parse(text, FIELDS, asker(house.ana))
        events = Event.objects.visible_to(house.ana).filter(rule(tree, asker(house.ana), "ticket__"))
        assert set(events.values_list("ticket__number", flat=True)) == {41}, text


def test_nothing_tells_of_an_inbox_or_tag_that_one_may_not_know(house: make.Cast) -> None:
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    sealed = make.ticket("Sealed", to=secret, of=make.person("quo@customer.example", name="Quo"))
    actions.set_tags(sealed, ["layoff"], By(house.ada))
    for person in (house.ana, house.ada):
        with pytest.raises(Mistake) as hidden:
            found("inbox:hr@desk.example", person)
        with pytest.raises(Mistake) as missing:
            found("inbox:xy@desk.example", person)
        assert str(hidden.value).replace("hr@", "xy@") == str(missing.value)
        assert found("tag:layoff", person) == found("subject:sealed", person) == found("from:quo", person) == []
        for text in ("tag:lay", "from:qu", "inbox:hr", "layoff", "quo", "organisation:qu"):
            assert complete(text, len(text), FIELDS, asker(person)) == [], text


def test_what_one_may_know_is_offered(house: make.Cast) -> None:
    offered = {
        text: [one.insert for one in complete(text, len(text), FIELDS, asker(house.ana))]
        for text in ("tag:vp", "from:cle", "assignee:lop", "organisation:ac", "team:mi", "inbox:sup", "from:dan")
    }
    assert offered == {
        "tag:vp": ["vpn"],
        "from:cle": ["cleo@customer.example"],
        "assignee:lop": ["ana@desk.example"],
        "organisation:ac": ["Acme"],
        "team:mi": ["mine"],
        "inbox:sup": ["support@desk.example"],
        "from:dan": [],
    }


def test_the_filter_is_no_way_around_what_is_visible(house: make.Cast) -> None:
    assert found("subject:bill or status:open or -status:open", house.ana) == ["lamp", "vpn"]
    assert found("-subject:lamp", house.ben) == ["a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("finished:no", True),
        ("status:open,pending tag:x", True),
        ("status:open,closed", False),
        ("-finished:no", False),
        ("tag:x or finished:no", False),
        ("status:pending or finished:no", True),
        ("(status:pending tag:x) or status:open", True),
        ("step:answer", True),
        ("look<now or returned:any", True),
        ("returned:none", False),
        ("-step:answer", False),
        ("", False),
    ],
)
def test_which_conditions_hold_open_tickets_only(house: make.Cast, text: str, expected: bool) -> None:
    assert holds_open_only(parse(text, FIELDS, asker(house.ana))) is expected


def test_conditions_on_people(house: make.Cast) -> None:
    def people(text: str) -> list[str]:
        tree = parse(text, PERSON_FIELDS, asker(house.ada))
        named = Person.objects.visible_to(house.ada).filter(compiled(tree, PERSON_FIELDS, asker(house.ada)))
        return sorted(str(person).split()[0] for person in named)

    assert people("role:customer organisation:acme") == ["Cleo", "Dan"]
    assert people("team:billing") == ["Ben"]
    assert people("address:*@x or address:eve@") == ["Eve"]
    assert people("-team:any role:agent") == []
    assert people("cleo") == ["Cleo"]
    assert people("acme -dan") == ["Cleo"]
    assert people("active:no") == []
