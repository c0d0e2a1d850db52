"""By what a ticket is sorted: each fact with its event, the priority by the matrix, and what conditions ask of them."""

from __future__ import annotations

import pytest

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse, write
from guichet.people.models import Person, Skill
from guichet.tickets import actions, events, fields
from guichet.tickets.actions import Part, Refused, Words
from guichet.tickets.events import By
from guichet.tickets.models import Category, Impact, Priority, Ticket, Urgency
from guichet.tickets.models.sorting import USUAL
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def found(text: str, person: Person) -> set[str]:
    asker = Asker(person)
    fitting = Ticket.objects.visible_to(person).filter(fields.rule(parse(text, fields.FIELDS, asker), asker))
    return set(fitting.values_list("subject", flat=True))


def test_a_category_and_all_within_it(cast: make.Cast) -> None:
    hardware = Category.objects.create(name="Hardware")
    printer = Category.objects.create(name="Printer", parent=hardware)
    other = Category.objects.create(name="Software")
    by = By(cast.ana, "desk")
    for subject, category in (("a", hardware), ("b", printer), ("c", other), ("d", None)):
        actions.set_category(make.ticket(subject, to=cast.support), category, by)
    assert found("category:Hardware", cast.ana) == {"a", "b"}
    assert found('category:"Hardware / Printer"', cast.ana) == {"b"}
    assert found("category:none", cast.ana) == {"d"}
    assert found("-category:Hardware category:any", cast.ana) == {"c"}
    asker = Asker(cast.ana)
    assert write(parse("category:hardware", fields.FIELDS, asker), fields.FIELDS, asker) == "category:Hardware"
    told = Ticket.objects.get(subject="b").events.get(kind=events.CATEGORY_CHANGED)
    assert told.changes == {"category": [None, printer.pk]}


@pytest.mark.parametrize("impact", list(Impact))
@pytest.mark.parametrize("urgency", list(Urgency))
def test_both_grades_give_the_priority(cast: make.Cast, impact: Impact, urgency: Urgency) -> None:
    actions.save_matrix(USUAL)
    ticket = actions.set_severity(make.ticket(to=cast.support), impact, None, By(cast.ana, "desk"))
    assert ticket.priority == Priority.NORMAL
    ticket = actions.set_severity(ticket, impact, urgency, By(cast.ana, "desk"))
    assert ticket.priority == USUAL[impact - 1][urgency - 1]
    told = ticket.events.filter(kind=events.SEVERITY_CHANGED).latest("pk")
    assert told.changes == {"urgency": [None, int(urgency)]}
    if ticket.priority != Priority.NORMAL:
        assert ticket.events.get(kind=events.PRIORITY_CHANGED).cause == told


def test_without_a_matrix_the_priority_stays(cast: make.Cast) -> None:
    ticket = actions.set_severity(make.ticket(to=cast.support), Impact.HIGH, Urgency.HIGH, By(cast.ana, "desk"))
    assert ticket.priority == Priority.NORMAL
    assert found("impact:high urgency:high", cast.ana) == {"The printer is dark"}
    actions.save_matrix(USUAL)
    actions.save_matrix(None)
    ticket = actions.set_severity(ticket, Impact.LOW, Urgency.HIGH, By(cast.ana, "desk"))
    assert ticket.priority == Priority.NORMAL


def test_a_site_of_its_own_or_the_customers(cast: make.Cast) -> None:
    Person.objects.filter(pk=cast.cleo.pk).update(site="Lyon")
    theirs, own = (
        make.ticket("theirs", to=cast.support, of=cast.cleo),
        make.ticket("own", to=cast.support, of=cast.cleo),
    )
    make.ticket("nowhere", to=cast.support, of=cast.dan)
    actions.set_site(own, " Paris  2 ", By(cast.ana, "desk"))
    assert found("site:lyon", cast.ana) == {"theirs"}
    assert found("site:paris", cast.ana) == {"own"}
    assert found("site:none", cast.ana) == {"nowhere"}
    assert found("site:any", cast.ana) == {"theirs", "own"}
    assert not theirs.events.filter(kind=events.SITE_CHANGED).exists()
    assert own.events.get(kind=events.SITE_CHANGED).changes == {}, "what a person typed is named, not quoted"


def test_needed_skills(cast: make.Cast) -> None:
    vpn, gone = Skill.objects.create(name="VPN"), Skill.objects.create(name="Gone")
    ticket = make.ticket("vpn", to=cast.support)
    gone_pk = gone.pk
    gone.delete()
    actions.set_needs(ticket, {vpn.pk: 9, gone_pk: 1}, By(cast.ana, "desk"))
    assert actions.needs_of(ticket) == {vpn.pk: 5}
    assert (found("skill:vpn", cast.ana), found("skill:none", cast.ana)) == ({"vpn"}, set())
    assert ticket.events.get(kind=events.NEEDS_CHANGED).changes == {"needs": [{}, {str(vpn.pk): 5}]}
    actions.set_needs(ticket, {vpn.pk: 5}, By(cast.ana, "desk"))
    assert ticket.events.filter(kind=events.NEEDS_CHANGED).count() == 1


def test_a_language_that_the_house_speaks(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support)
    assert actions.set_language(ticket, "fr", By(cast.ana, "desk")).language == "fr"
    with pytest.raises(Refused):
        actions.set_language(ticket, "tlh", By(cast.ana, "desk"))
    assert ticket.events.get(kind=events.LANGUAGE_CHANGED).changes["language"][1] == "fr"


def sorted_one(cast: make.Cast) -> tuple[Ticket, Skill]:
    """Of Cleo, with all by which a ticket can be sorted; its language is not hers."""
    actions.save_matrix(USUAL)
    vpn, by = Skill.objects.create(name="VPN"), By(cast.ana, "desk")
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.set_category(ticket, Category.objects.create(name="Network"), by)
    actions.set_severity(ticket, Impact.HIGH, Urgency.MEDIUM, by)
    actions.set_language(ticket, "de", by)
    actions.set_site(ticket, "Lyon", by)
    actions.set_needs(ticket, {vpn.pk: 3}, by)
    ticket.refresh_from_db()
    return ticket, vpn


def sorting(ticket: Ticket) -> tuple[object, ...]:
    ticket.refresh_from_db()
    return (
        str(ticket.category), ticket.impact, ticket.urgency, ticket.priority, ticket.language, ticket.site,
        list(actions.needs_of(ticket).values()),
    )  # fmt: skip


def test_a_ticket_made_from_another_is_sorted_like_it(cast: make.Cast) -> None:
    ticket, _vpn = sorted_one(cast)
    by, whole = By(cast.ana, "desk"), sorting(ticket)
    assert whole == ("Network", Impact.HIGH, Urgency.MEDIUM, Priority.HIGH, "de", "Lyon", [3])
    (next_one,) = actions.follow_up(ticket, [Part("Order a cable")], by)
    assert sorting(next_one) == whole
    second = actions.receive(ticket, Words("And one thing more"), cast.cleo, By(cast.cleo, "email"))
    split = actions.split(second, by)
    assert sorting(split) == whole
    # What is changed on one is the other's no longer, and taking the split back leaves the first as it is.
    actions.set_needs(split, {}, by)
    actions.set_category(split, None, by)
    actions.unsplit(split, ticket, by)
    assert sorting(ticket) == whole


def test_another_author_has_a_language_and_a_site_of_his_own(cast: make.Cast) -> None:
    ticket, _vpn = sorted_one(cast)
    Person.objects.filter(pk=cast.dan.pk).update(language="fr")
    cast.dan.refresh_from_db()
    message = actions.receive(ticket, Words("My laptop too"), cast.dan, By(cast.dan, "email"))
    assert sorting(actions.split(message, By(cast.ana, "desk"))) == (
        "Network", Impact.HIGH, Urgency.MEDIUM, Priority.HIGH, "fr", "", [3],
    )  # fmt: skip
