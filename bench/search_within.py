"""The inside of `bench.search`: fills the database, picks words of each kind from it and times the pages."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from bench import fill
from bench.pages_within import Client, session_of
from guichet.people.models import Person

REQUESTS = 60
RARE = "SELECT word FROM tickets_knownword WHERE uses < 5 AND length(word) = 9 ORDER BY md5(word) LIMIT %s"
MIDDLING = "SELECT word FROM tickets_knownword WHERE uses BETWEEN 100 AND 900 ORDER BY md5(word) LIMIT %s"
NAMES = """SELECT name FROM people_person WHERE name LIKE '%% %%' AND role = 'customer' GROUP BY name
    ORDER BY md5(name) LIMIT %s"""
COMMON = (0.15, 0.25)  # of all tickets: what a word in a fifth of them means


def main(arguments: Sequence[str]) -> dict[str, dict[str, float]]:
    """`arguments`: how many tickets, the web process's id."""
    fill.fill(int(arguments[0]))
    agent = Person.objects.get(email=fill.FIRST_AGENT)
    client = Client(session_of(agent), int(arguments[1]))
    chance = random.Random(5)
    house = _house()
    common = _common(house["tickets"])
    rare, middling, names = _column(RARE), _column(MIDDLING), _column(NAMES)
    numbers = _column("SELECT number FROM tickets_ticket ORDER BY md5(number::text) LIMIT %s")
    kinds: dict[str, list[str]] = {
        "a rare word": rare,
        "a word in some hundred tickets": middling,
        "a word in a fifth of all tickets": common,
        "two such words": [" ".join(chance.sample(common, 2)) for _ in range(REQUESTS)],
        "such a word, without another": [f"{one} -{common[at - 1]}" for at, one in enumerate(common)],
        "a phrase": ['"fait du bruit"', '"shows an error"', '"zeigt einen fehler"', '"la salle de réunion"'],
        "a person with a typing mistake": [_slip(name, chance) for name in names],
        "a ticket number": [f"#{number}" for number in numbers],
        "part of a compound": ["drucker", "bereich", "schirm", "raum", "platz"],
        "nothing there": [f"qx{word}" for word in rare],
    }  # fmt: skip
    figures: dict[str, Any] = {"house": house}
    for kind, questions in kinds.items():
        figures[kind] = client.measure(_paths(questions, chance))
    figures["a fifth of all, newest first"] = client.measure(_paths(common, chance, sort="newest"))
    lists = [f"/tickets/?{urlencode({'view': 'search', 'q': chance.choice(common)})}" for _ in range(REQUESTS)]
    figures["a fifth of all, as a list"] = client.measure(lists)
    tickets = chance.sample(numbers, min(len(numbers), REQUESTS))
    figures["similar requests of a ticket"] = client.measure([f"/tickets/{number}/similar/" for number in tickets])
    return figures


def words_of_each_kind() -> dict[str, str]:
    """One or two words of each kind, the same ones for the same database."""
    house = _house()
    common = _common(house["tickets"])
    rare, middling, names = _column(RARE), _column(MIDDLING), _column(NAMES)
    chance = random.Random(5)
    return {"common": common[0], "common2": common[1], "rare": rare[0], "rare2": rare[1], "middling": middling[0],
            "slip": _slip(names[0], chance), "slip2": _slip(names[1], chance)}  # fmt: skip


def _paths(questions: Sequence[str], chance: random.Random, **more: str) -> list[str]:
    return [f"/search/?{urlencode({'q': chance.choice(questions), **more})}" for _ in range(REQUESTS)]


def _slip(name: str, chance: random.Random) -> str:
    """First name and surname, two letters of the surname exchanged."""
    first, _, last = name.partition(" ")
    at = chance.randrange(1, max(2, len(last) - 2))
    return f"{first} {last[:at]}{last[at : at + 2][::-1]}{last[at + 2 :]}"


def _column(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [REQUESTS])
        return [value for (value,) in cursor.fetchall()]


def _common(tickets: int) -> list[str]:
    """Words that stand on about a fifth of all tickets, counted on a sample of the cards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.lexeme FROM (SELECT words FROM tickets_indexcard TABLESAMPLE SYSTEM (3)) c,"
            " LATERAL unnest(c.words) u WHERE length(u.lexeme) > 3 AND u.lexeme !~ '[0-9]' GROUP BY 1"
            " HAVING count(*) BETWEEN %s AND %s ORDER BY md5(u.lexeme) LIMIT 30",
            [COMMON[0] * tickets * 0.03, COMMON[1] * tickets * 0.03],
        )
        return [word for (word,) in cursor.fetchall()]


def _house() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM tickets_ticket), (SELECT count(*) FROM tickets_message),"
            " (SELECT count(*) FROM tickets_knownword), pg_total_relation_size('tickets_indexcard')"
            " + pg_total_relation_size('tickets_knownword'), pg_total_relation_size('tickets_message')"
        )
        values = cursor.fetchone()
    return {
        **dict(zip(("tickets", "messages", "words", "index", "text"), values, strict=True)),
        "load": os.getloadavg()[0],
    }
