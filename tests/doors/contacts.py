"""People and organisations."""

from __future__ import annotations

from guichet.people import contacts
from guichet.people.models import Change, Exchange, ExtraField, Note, Organisation, Person
from tests.doors.house import House
from tests.doors.rows import ADMINS, AGENTS, NOBODY, OURS, SEALED, Row, ticket_rows


def identity(house: House, role: str) -> int:
    return int(house.roles[role].identities.get().pk)


def exchange_list(house: House) -> Exchange:
    """Of Ana's, who may not import (any longer)."""
    return Exchange.objects.get_or_create(kind="people", name="list.csv", state="new", by=house.roles["ana"])[0]


def extra_field() -> ExtraField:
    return ExtraField.objects.get_or_create(of="person", key="floor", label="Floor")[0]


def acme() -> Organisation:
    return Organisation.objects.get(name="Acme")


def unknown() -> Organisation:
    """Nobody belongs to it."""
    return Organisation.objects.get_or_create(name="Nobody's")[0]


def note(of: Person | Organisation) -> Note:
    return of.notes.first() or contacts.add_note(of, "Calls back.", Person.objects.get(name="Ada King"))


def change(of: Person) -> Change:
    return of.changes.first() or contacts.record("added", None, {}, of=of)


ROWS: dict[str, list[Row]] = {
    **{f"contacts:{name}": [Row(AGENTS)] for name in ("people", "add_person", "find", "organisations", "add_organisation")},
    **{
        f"contacts:{name}": [
            Row(OURS, lambda h: {"pk": h.roles["cleo"].pk}),  # of an ordinary ticket of Support
            Row(frozenset({"hal", "ada"}), lambda h: {"pk": h.roles["dan"].pk}),  # of a sealed one
            Row(NOBODY, lambda h: {"pk": 999_999_999}),
        ]
        for name in ("person", "edit_person", "set_active", "add_identity", "add_note")
    },
    **{
        f"contacts:{name}": [
            Row(OURS, lambda h: {"pk": h.roles["cleo"].pk, "identity": identity(h, "cleo")}),
            Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk, "identity": identity(h, "dan")}),
        ]
        for name in ("remove_identity",)
    },
    **{
        f"contacts:{name}": [Row(ADMINS, lambda h: {"pk": h.roles["cleo"].pk, "identity": identity(h, "cleo")})]
        for name in ("make_first", "move_address")
    },
    **{f"contacts:{name}": ticket_rows() for name in ("card_more", "card_edit", "card_note", "card_private", "card_requester")},
    "contacts:card_undo": [
        Row(OURS, lambda h: {"number": h.ours.number, "change": change(h.roles["cleo"]).pk}),
        Row(SEALED, lambda h: {"number": h.sealed.number, "change": change(h.roles["dan"]).pk}),
        Row(NOBODY, lambda h: {"number": h.ours.number, "change": change(h.roles["dan"]).pk}),
    ],
    **{f"contacts:{name}": [Row(AGENTS)] for name in ("exchanges", "export")},
    "contacts:fields": [Row(ADMINS)],
    "contacts:add_field": [Row(ADMINS, lambda h: {"of": "person"}), Row(NOBODY, lambda h: {"of": "nothing"})],
    **{f"contacts:{name}": [Row(ADMINS, lambda h: {"pk": extra_field().pk})] for name in ("field", "move_field")},
    "contacts:bring": [Row(ADMINS)],
    **{
        f"contacts:{name}": [Row(ADMINS, lambda h: {"pk": exchange_list(h).pk})]
        for name in ("exchange", "check_exchange", "begin_exchange", "undo_exchange", "remove_exchange")
    },
    "contacts:merge": [Row(ADMINS, lambda h: {"pk": h.roles["cleo"].pk})],
    "contacts:duplicates": [Row(ADMINS)],
    **{
        f"contacts:{name}": [
            Row(OURS | SEALED, lambda h: {"pk": acme().pk}),  # Cleo's and Dan's
            Row(ADMINS, lambda h: {"pk": unknown().pk}),
        ]
        for name in (
            "organisation", "edit_organisation", "set_organisation_active", "add_organisation_note",
        )
    },
    "contacts:merge_organisation": [Row(ADMINS, lambda h: {"pk": acme().pk})],
    "contacts:change_note": [
        Row(OURS, lambda h: {"pk": note(h.roles["cleo"]).pk}),
        Row(frozenset({"hal", "ada"}), lambda h: {"pk": note(h.roles["dan"]).pk}),
        Row(ADMINS, lambda h: {"pk": note(unknown()).pk}),
    ],
    "contacts:undo": [
        Row(OURS, lambda h: {"pk": change(h.roles["cleo"]).pk}),
        Row(frozenset({"hal", "ada"}), lambda h: {"pk": change(h.roles["dan"]).pk}),
    ],
}  # fmt: skip
