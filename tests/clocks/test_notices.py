"""Who hears of a deadline: the owner and followers when it is near, and whoever looks after the team when it is missed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.html import escape

from guichet.clocks import defaults
from guichet.clocks.facts import BREACHED, WARNED
from guichet.notices import saying
from guichet.notices.models import Notice
from guichet.people.models import Membership, Person
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import client_of
from tests.clocks.conftest import read_log

pytestmark = pytest.mark.django_db(transaction=True)


def told(ticket: Ticket, kind: str) -> set[Person]:
    due = datetime.isoformat(timezone.now() + timedelta(hours=1))
    changes = {"clock": [None, "first"], "run": [None, 1], "mark": [None, 75], "due": [None, due]}
    event = actions.tell(ticket, kind, By(via="clocks"), changes=changes)
    read_log()
    return {notice.person for notice in Notice.objects.filter(event=event).select_related("person")}


def test_the_owner_hears_of_a_warning_and_the_lead_of_a_breach_too(cast: make.Cast) -> None:
    defaults.ensure()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    assert told(ticket, WARNED) == {cast.ana, cast.ada}, "nobody owns it, and nobody looks after the team's work"
    Membership.objects.filter(person=cast.ada).update(is_lead=True)
    assert told(ticket, WARNED) == {cast.ada}
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert told(ticket, WARNED) == {cast.ana}
    assert told(ticket, BREACHED) == {cast.ana, cast.ada}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_a_notice_of_a_deadline_is_a_sentence_of_its_own(cast: make.Cast, language: str) -> None:
    """No name before it, neither in the bell nor on the ticket."""
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    Person.objects.filter(pk=cast.ana.pk).update(language=language)
    assert cast.ana in told(ticket, BREACHED)
    with translation.override(language):
        said = saying.sentence(Notice.objects.select_related(*saying.NOUNS).get(person=cast.ana))
    assert said[0].isupper()
    assert "Guichet" not in said
    begins = escape(said.partition(":")[0])  # the moment stands in each reader's zone
    client = client_of(cast.ana)
    assert f"</span>{begins}" in client.get("/notices/").content.decode()
    assert f"<li>{begins}" in client.get(f"/tickets/{ticket.number}/").content.decode()
