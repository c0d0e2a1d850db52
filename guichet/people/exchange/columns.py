"""What the columns of a list may be, and what their heads most likely mean in three languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from guichet.people.models import Exchange, ExtraField
from guichet.people.names import fold

EXTRA = "extra_"
PEOPLE: dict[str, Any] = {
    "email": gettext_lazy("E-mail addresses"),
    "name": gettext_lazy("Name"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "phone": gettext_lazy("Phone numbers"),
    "organisation": gettext_lazy("Organisation"),
    "department": gettext_lazy("Department"),
    "site": gettext_lazy("Site"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "note": gettext_lazy("Note"),
}
ORGANISATIONS: dict[str, Any] = {
    "name": gettext_lazy("Name"),
    "domains": gettext_lazy("Mail domains"),
    "note": gettext_lazy("Note"),
}
# Folded heads, as address books, spreadsheets and other help desks write them.
HEADS = {
    "email": "email, e mail, mail, emails, e mails, adresse, courriel, adresse email, adresse e mail, adresse mail, "
    "email address, e mail address, email addresses, e mail addresses, e mail adresse, e mail adressen, mailadresse, "
    "adresses e mail",
    "name": "name, full name, nom complet, vollstandiger name, kontakt, contact, display name, anzeigename, "
    "nom et prenom",
    "first_name": "first name, firstname, given name, vorname, prenom",
    "last_name": "last name, lastname, surname, family name, nachname, nom, nom de famille, familienname",
    "phone": "phone, telephone, tel, phone number, phone numbers, telefon, telefonnummer, telefonnummern, mobile, "
    "mobil, handy, portable, numero, numeros de telephone",
    "organisation": "organisation, organization, company, account, firma, unternehmen, societe, entreprise, organisme",
    "department": "department, abteilung, service, departement",
    "site": "site, location, standort, lieu, ort, office",
    "language": "language, sprache, langue, locale",
    "time_zone": "time zone, timezone, zeitzone, fuseau horaire, fuseau",
    "note": "note, notes, notiz, notizen, remarque, remarques, kommentar, comment, bemerkung",
    "domains": "domain, domains, mail domains, domaine, domaines, domaines de messagerie, mail domanen",
}


def extra_fields(kind: str) -> list[ExtraField]:
    """The house's own, which are columns too."""
    what = ExtraField.Of.PERSON if kind == Exchange.Kind.PEOPLE else ExtraField.Of.ORGANISATION
    return list(ExtraField.objects.of(what))


def of(kind: str) -> dict[str, Any]:
    """What a column may be, by its key; of the house's own fields "extra_" and their key."""
    own = {f"{EXTRA}{field.key}": field.label for field in extra_fields(kind)}
    return {**(PEOPLE if kind == Exchange.Kind.PEOPLE else ORGANISATIONS), **own}


def guess(kind: str, heads: Sequence[str]) -> list[str]:
    """What each column is, "" for what is not known; each meaning once."""
    labels = of(kind)
    known = {key: HEADS[key].split(", ") if key in HEADS else [fold(str(label))] for key, label in labels.items()}
    if kind == Exchange.Kind.ORGANISATIONS:
        known["name"] += [*HEADS["organisation"].split(", "), "organisation name", "company name", "firmenname"]
    guessed: list[str] = []
    for head in heads:
        folded = fold(head)
        own = (key for key, names in known.items() if folded in names or folded == fold(str(labels[key])))
        found = next((key for key in own if key not in guessed), "")
        guessed.append(found)
    return guessed
