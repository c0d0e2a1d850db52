"""Inside a running desk: a reply looked at with everything the guard asks of the database."""

from __future__ import annotations

import statistics
import time
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from guichet.people.models import Identity, Person
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.actions.checked import found_in
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from tests import make

PEOPLE = 50_000
TICKETS = 500
TIMES = 200
TEXT = (
    "Dear Ms Martin,\n\nthank you for your message. Max Mustermann at the reception has the key, and Jean Dupont will "
    "call you about request #12 tomorrow. Please write to service@partner.example if the Printer stops again.\n\n"
    "Kind regards\nAna Lopez"
)


def main(arguments: list[str]) -> dict[str, Any]:
    cast = make.cast()
    people = [Person(name=f"First{n} Last{n}", email=f"p{n}@customer{n % 900}.example") for n in range(PEOPLE)]
    Person.objects.bulk_create(people, batch_size=5000)
    Identity.objects.bulk_create([Identity(person=p, value=p.email or "") for p in people], batch_size=5000)
    for n in range(TICKETS):
        make.ticket(to=cast.support, of=people[n])
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    for n in range(20):
        actions.receive(ticket, Words(text=f"More {n}. " * 20), cast.cleo, By(cast.cleo, "email"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    words, by = Words(text=TEXT, to=[{"name": "Cleo Martin", "address": "cleo@customer.example"}]), By(cast.ana, "desk")
    taken, processor = [], []
    for _ in range(TIMES):
        fresh = Ticket.objects.select_related("inbox", "requester", "team").get(pk=ticket.pk)
        ana = Person.objects.get(pk=cast.ana.pk)
        start, busy = time.perf_counter(), time.process_time()
        found_in(fresh, words, By(ana, "desk"))
        taken.append((time.perf_counter() - start) * 1000)
        processor.append((time.process_time() - busy) * 1000)
    with CaptureQueriesContext(connection) as captured:
        found_in(fresh, words, by)
    return {
        "people": PEOPLE,
        "tickets": TICKETS,
        "median": statistics.median(taken),
        "p95": statistics.quantiles(taken, n=20)[-1],
        "processor": statistics.mean(processor),
        "queries": len(captured),
    }
