"""Which tickets a question finds: a labelled set in three languages, and the traps beside it."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.people.models import Person
from guichet.tickets import search
from guichet.tickets.models import Ticket
from guichet.tickets.search import indexing
from guichet.tickets.search.folding import fold, parts
from tests import make

pytestmark = pytest.mark.django_db

# subject -> text; a question names the subjects that it must find.
SAID = {
    "Laserdrucker druckt nicht": "Seit gestern Abend leuchtet am Gerät im zweiten Stock eine rote Lampe.",
    "Treiber": "Der neue Druckertreiber lässt sich nicht installieren, die Häuser in der Goethestraße sind betroffen.",
    "Rechnung fehlt": "Wir vermissen die Rechnungen vom März. Mit freundlichen Grüßen, Jürgen Schmidt",
    "Passwort": "Ich habe mein Passwort vergessen und mich nach fünf Versuchen ausgesperrt.",
    "Neuer Arbeitsplatz": "Für die Kollegin brauchen wir einen Arbeitsplatz mit zwei Bildschirmen.",
    "Imprimante en panne": "L'imprimante du deuxième étage n'imprime plus rien depuis ce matin.",
    "Paramètres réinitialisés": "Après la mise à jour, tous mes paramètres ont été réinitialisés. Œuvre du diable !",
    "Élèves": "La création des comptes des élèves n'a pas été faite pour l'école Molière.",
    "Facture en double": "Nous avons reçu deux factures identiques pour la commande FR-2026-118.",
    "Réseau": "Le réseau coupe chaque jour vers midi, François Lefèvre est au courant.",
    "Paper jam": "There is a paper jam in the copier; the printed pages came out torn.",
    "Invoices": "Both invoices were paid twice last month. Please refund one payment.",
    "Shared mailbox": "Our shared mailbox is not syncing on the new phones since the update.",
    "VPN": "VPN drops on the train. My address is 10.0.12.7 and the error is E4711.",
    "Screens": "The second screen flickers; the cable from paper to wall was replaced.",
}  # fmt: skip
WANTED: list[tuple[str, list[str]]] = [
    # stems
    ("Rechnung März", ["Rechnung fehlt"]),
    ("rechnungen", ["Rechnung fehlt"]),
    ("Bildschirm", ["Neuer Arbeitsplatz"]),
    ("versuch", ["Passwort"]),
    ("facture", ["Facture en double"]),
    ("imprimer", ["Imprimante en panne"]),
    ("paramètre réinitialisé", ["Paramètres réinitialisés"]),
    ("compte élève", ["Élèves"]),
    ("invoice", ["Invoices"]),
    ("printing", ["Paper jam"]),
    ("sync phone", ["Shared mailbox"]),
    ("flickering", ["Screens"]),
    # accents and spelling
    ("reinitialises", ["Paramètres réinitialisés"]),
    ("eleve", ["Élèves"]),
    ("marz", ["Rechnung fehlt"]),
    ("haus", ["Treiber"]),
    ("haeuser", ["Treiber"]),
    ("goethestrasse", ["Treiber"]),
    ("oeuvre", ["Paramètres réinitialisés"]),
    ("l’étage", ["Imprimante en panne"]),
    ("FRANCOIS", ["Réseau"]),
    # compounds and beginnings
    ("Drucker", ["Laserdrucker druckt nicht", "Treiber"]),
    ("druckertreib", ["Treiber"]),
    ("Drucker Treiber", ["Treiber"]),
    ("Laser", ["Laserdrucker druckt nicht"]),
    ("imprim", ["Imprimante en panne"]),
    ("mailbox", ["Shared mailbox"]),
    # slips of the hand
    ("Lefevbre", ["Réseau"]),
    ("Lefvere", ["Réseau"]),
    ("Schmitt", ["Rechnung fehlt"]),
    ("jurgen shmidt", ["Rechnung fehlt"]),
    ("Molliere", ["Élèves"]),
    ("pasword", ["Passwort"]),
    # phrases and exclusion
    ('"paper jam"', ["Paper jam"]),
    ("paper", ["Paper jam", "Screens"]),
    ("paper -jam", ["Screens"]),
    ('paper -"paper jam"', ["Screens"]),
    ('"jam paper"', []),
    # small words do not stand in the way
    ("the printed pages from the copier", ["Paper jam"]),
    ("die rote Lampe am Drucker", ["Laserdrucker druckt nicht"]),
    # numbers and signs
    ("FR-2026-118", ["Facture en double"]),
    ("10.0.12.7", ["VPN"]),
    ("E4711", ["VPN"]),
    ("e4711 vpn train", ["VPN"]),
]  # fmt: skip


@pytest.fixture
def said(cast: make.Cast) -> dict[str, Ticket]:
    tickets = {subject: make.ticket(subject, to=cast.support, text=text) for subject, text in SAID.items()}
    while indexing.work():
        pass
    return tickets


def found(text: str, person: Person) -> list[str]:
    hits = Ticket.objects.visible_to(person).filter(search.matching(text, person))
    return sorted(hits.values_list("subject", flat=True))


def test_the_labelled_set_is_found(cast: make.Cast, said: dict[str, Ticket]) -> None:
    missed = [
        (question, sorted(set(wanted) - set(found(question, cast.ana))))
        for question, wanted in WANTED
        if not set(wanted) <= set(found(question, cast.ana))
    ]
    assert missed == []


def test_little_else_is_found(cast: make.Cast, said: dict[str, Ticket]) -> None:
    beside = {
        question: sorted(set(found(question, cast.ana)) - set(wanted))
        for question, wanted in WANTED
        if set(found(question, cast.ana)) - set(wanted)
    }
    assert beside == {}


def test_exclusion_alone_leaves_the_others(cast: make.Cast, said: dict[str, Ticket]) -> None:
    assert set(found("-paper", cast.ana)) == set(SAID) - {"Paper jam", "Screens"}


def test_numbers_of_tickets_are_found_however_they_are_written(cast: make.Cast) -> None:
    ticket = make.ticket("by number", to=cast.support)
    make.ticket("another", to=cast.support)
    for question in (f"{ticket.number}", f"#{ticket.number}", f"[#{ticket.number}]", f"ticket #{ticket.number} number"):
        assert "by number" in found(question.replace("ticket ", ""), cast.ana), question


def test_people_are_found_by_name_address_and_organisation(cast: make.Cast) -> None:
    make.ticket("of Cleo", to=cast.support, of=cast.cleo)
    make.ticket("of Eve", to=cast.support, of=cast.eve)
    for question in ("Cleo", "martin cleo", "cleo@customer.example", "customer.example", "Acme", "acme printer OR"[:4]):
        assert found(question, cast.ana) == ["of Cleo"], question


@pytest.mark.parametrize(
    "question",
    [
        "", " ", "!!!", "\0", "a\0b", "'", '"', '"unclosed', "\\", "a & b | !c <-> (d:*", ":*", "-", "--", '-""', "%_%",
        "x" * 10_000, "word " * 5_000, "' OR 1=1 --", "\ud800", "🙂 🙂", "a" * 2048 + ":*", "<b>", "()(", "-a -b", "日本語",
        '"' * 999, "٣٤٥", "ﷺ" * 300, "é" * 600,
    ],
)  # fmt: skip
def test_no_question_is_an_error(cast: make.Cast, question: str) -> None:
    make.ticket(to=cast.support, of=cast.cleo)
    for person in (cast.ana, cast.cleo):
        found(question, person)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        st.characters(max_codepoint=0x17F, exclude_characters="\0ÐÞĦŊŦ") | st.sampled_from("—…’“„ﬁ€🙂日\u0301"),
        max_size=80,
    )
)
def test_python_and_the_database_fold_alike(db: None, text: str) -> None:
    """Also on a server that knows small and capital letters of English alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_fold(%s)", [text])
        assert fold(text) == cursor.fetchone()[0].strip(" ")
        cursor.execute("SELECT search_parts(%s)", [text])
        assert parts(text) == sorted(cursor.fetchone()[0])
