"""When an answer is about another matter, told by its subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.tickets.topics import changed
from tests.linear import seconds

SAME = [
    ("Printer broken", "Re: Printer broken"),
    ("Printer broken", "RE: printer broken"),
    ("Printer broken", "Fwd: Re: Printer broken"),
    ("Printer broken", "FW: RE: FW: Printer broken"),
    ("Printer broken", "Re[2]: Printer broken"),
    ("Printer broken", "[Support] Re: Printer broken"),
    ("Printer broken", "Re: [#4711] Printer broken"),
    ("Printer broken", "Re: Printer broken [Ticket#4711]"),
    ("Printer broken", "Re: Printer broken #4711"),
    ("Printer broken", "Printer broken - urgent"),
    ("Printer broken", "URGENT: Printer broken!!!"),
    ("Printer broken", "Printer still broken"),
    ("Printer broken", "Pritner broken"),
    ("Printer broken", "Printers broken"),
    ("Printer broken", "Printer broken (reminder)"),
    ("Printer broken", "Printer"),
    ("Printer broken", "Printer broken on the second floor, room 12"),
    ("Printer broken", ""),
    ("", "Printer broken"),
    ("Printer broken", "Re:"),
    ("Re: Printer broken", "Printer broken"),
    ("Invoice 2231 missing", "Re: Invoice 2231"),
    ("Order 4711", "Re: order 4711 late"),
    ("Login", "Login - solved"),
    ("New laptop for Jane", "AW: New laptop for Jane"),
    ("Password reset", "Automatic reply: Password reset"),
    ("VPN", "Re: VPN not working"),
    ("***SPAM*** Printer broken", "Re: Printer broken"),
    ("Access to share", "Access to the share"),
    ("Drucker defekt", "AW: Drucker defekt"),
    ("Drucker defekt", "Antwort: Drucker defekt"),
    ("Drucker defekt", "WG: AW: Drucker defekt"),
    ("Drucker defekt", "AW: Drucker defekt - dringend"),
    ("Drucker defekt", "Re: AW: Drucker immer noch defekt"),
    ("Drucker defekt", "Drucker defekt (Erinnerung)"),
    ("Drucker defekt", "2. Erinnerung: Drucker defekt"),
    ("Drucker im 2. Stock", "AW: Drucker 2. Stock"),
    ("Rechnung 2231", "AW: Rechnung Nr. 2231"),
    ("Zugang für Frau Krüger", "AW: Zugang fuer Frau Krueger"),
    ("Outlook startet nicht", "AW: [Vorgang 4711] Outlook startet nicht"),
    ("Passwort vergessen", "Passwort vergessen erledigt"),
    ("Bestellung Monitor", "AW: Bestellung von Monitoren"),
    ("Imprimante en panne", "RE: Imprimante en panne"),
    ("Imprimante en panne", "TR: Imprimante en panne"),
    ("Imprimante en panne", "Réf : Imprimante en panne"),
    ("Imprimante en panne", "Re: Imprimante en panne - urgent"),
    ("Imprimante en panne", "Relance : imprimante en panne"),
    ("Imprimante en panne", "Imprimante toujours en panne"),
    ("Imprimante en panne", "RE : Imprimante en panne"),
    ("Problème d'accès", "Re: probleme d'acces"),
    ("Facture 2231", "Re: Facture n° 2231"),
    ("Réinitialisation du mot de passe", "Re: Réinitialisation mot de passe"),
    ("Nouvel écran pour Julie", "[Support] Re: Nouvel écran pour Julie"),
    ("打印机坏了", "回复: 打印机坏了"),
]
OTHER = [
    ("Printer broken", "New laptop for Jane"),
    ("Printer broken", "Re: Invoice 2231"),
    ("Printer broken", "Holiday calendar"),
    ("Printer broken", "Re: [Support] VPN from home"),
    ("Invoice 2231", "Invoice 2232"),
    ("Order 4711 late", "Order 4712 late"),
    ("Password reset", "Parking permit"),
    ("Access to share", "Fwd: Meeting room screen"),
    ("Login", "Headset"),
    ("VPN not working", "Teams is slow"),
    ("Re: Printer broken", "Re: Coffee machine"),
    ("Mailbox full", "Phone contract"),
    ("Outlook does not start", "Badge lost"),
    ("Drucker defekt", "Neuer Laptop für Anna"),
    ("Drucker defekt", "AW: Rechnung 2231"),
    ("Drucker defekt", "Urlaubskalender"),
    ("Rechnung 2231", "Rechnung 2240"),
    ("Passwort vergessen", "Parkausweis"),
    ("Outlook startet nicht", "Beamer im Saal"),
    ("Zugang für Frau Krüger", "Tastatur klemmt"),
    ("WLAN im Büro", "AW: Bestellung Monitor"),
    ("Postfach voll", "Diensthandy"),
    ("Drucker im 2. Stock", "Headset für Tom"),
    ("AW: Drucker defekt", "AW: Schlüssel verloren"),
    ("Imprimante en panne", "Nouveau portable pour Julie"),
    ("Imprimante en panne", "RE: Facture 2231"),
    ("Imprimante en panne", "Badge perdu"),
    ("Facture 2231", "Facture 2240"),
    ("Mot de passe oublié", "Place de parking"),
    ("Outlook ne démarre pas", "Vidéoprojecteur de la salle"),
    ("Accès au partage", "Clavier bloqué"),
    ("Wifi au bureau", "Commande d'un écran"),
    ("Boîte pleine", "Téléphone professionnel"),
    ("RE: Imprimante en panne", "RE: Clé perdue"),
    ("打印机坏了", "新的电脑"),
]


@pytest.mark.parametrize(("before", "subject"), SAME)
def test_the_same_matter(before: str, subject: str) -> None:
    assert not changed(before, subject)


@pytest.mark.parametrize(("before", "subject"), OTHER)
def test_another_matter(before: str, subject: str) -> None:
    assert changed(before, subject)


def test_there_are_enough_of_them() -> None:
    assert len(SAME) + len(OTHER) >= 80


@given(st.text(max_size=400))
def test_a_subject_is_always_its_own_matter(subject: str) -> None:
    assert not changed(subject, subject)
    assert not changed(subject, f"Re: {subject}")


def test_long_subjects_cost_little() -> None:
    assert seconds(lambda subject: changed("re: [x] " * 50_000, subject), "aw: " + "word " * 50_000) < 0.5
