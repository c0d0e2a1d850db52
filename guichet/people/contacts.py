"""What agents do to contacts: who somebody is, their addresses and numbers, notes. Each act leaves a Change that
`undo` reads back, now or weeks later. What may be done to colleagues is in `actions`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.actions import Refused, find_person, make_person, normal_address
from guichet.people.models import Change, Department, Exchange, Identity, Note, Organisation, Person, Role

NOTE_LIMIT = 10_000
IDENTITIES = 50
LENGTHS = {"name": 200, "site": 200, "language": 8, "time_zone": 64}
NOT_DIGITS = re.compile(r"[^\d]")

ADDED = "added"
CHANGED = "changed"  # facts: {field: [old, new]}
ADDRESS_ADDED = "address.added"
ADDRESS_REMOVED = "address.removed"
ADDRESS_MOVED = "address.moved"  # facts: {"kind", "value", "from", "to"}
MERGED = "merged"


_during: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextmanager
def during(exchange: Exchange) -> Iterator[None]:
    """What is recorded meanwhile belongs to that import."""
    token = _during.set(exchange)
    try:
        yield
    finally:
        _during.reset(token)


def record(kind: str, by: Person | None, facts: Mapping[str, Any], *, of: Person | Organisation) -> Change:
    person, organisation = (of, None) if isinstance(of, Person) else (None, of)
    return Change.objects.create(
        kind=kind, by=by, facts=dict(facts), person=person, organisation=organisation, exchange=_during.get()
    )


def normal_number(number: str) -> str:
    """The form in which numbers are compared: digits, with + before the country if it was given."""
    return ("+" if number.strip().startswith("+") else "") + NOT_DIGITS.sub("", number)[:40]


def add_contact(by: Person, *, address: str = "", phone: str = "", **facts: Any) -> Person:
    """A new customer. Raises Refused where the address is somebody's already, whoever that is."""
    with transaction.atomic():
        if address and find_person(address) is not None:
            raise Refused(taken())
        person = make_person(_checked(address) if address else "", facts.get("name", ""), Role.CUSTOMER, "")
        person.made_by = by
        person.save(update_fields=["made_by"])
        record(ADDED, by, {}, of=person)
        if phone:
            add_phone(person, phone, by, is_told=False)
        change_contact(person, by, **facts, is_told=False)
    return person


def taken() -> str:
    return _("This address belongs to somebody already. If you do not find them, an administrator can help.")


def change_contact(person: Person, by: Person, *, is_told: bool = True, **new: Any) -> Change | None:
    """Change what is given of: name, language, time_zone, site, organisation, department (its name), is_active, extra.

    None where everything was so already. Raises Refused for a colleague: those are changed in the settings.
    """
    with transaction.atomic():
        person = _locked(person)
        if person.role != Role.CUSTOMER:
            raise Refused(_("Colleagues are changed in the settings, by an administrator."))
        facts = _set(person, new)
        if not facts:
            return None
        person.save(update_fields=[*facts])
        return record(CHANGED, by, facts, of=person) if is_told else None


def _set(person: Person, new: Mapping[str, Any]) -> dict[str, list[Any]]:
    facts: dict[str, list[Any]] = {}
    for field, limit in LENGTHS.items():
        if field in new and (value := one_line(str(new[field]), limit)) != getattr(person, field):
            facts[field] = [getattr(person, field), value]
            setattr(person, field, value)
    if "organisation" in new:
        _set_id(person, "organisation", new["organisation"], facts)
    if "department" in new:
        _set_id(person, "department", _department(one_line(str(new["department"]), 200), person), facts)
    if "is_active" in new and person.is_active != new["is_active"]:
        facts["is_active"] = [person.is_active, new["is_active"]]
        person.is_active = new["is_active"]
    if "extra" in new and new["extra"] != person.extra:
        facts["extra"] = [person.extra, new["extra"]]
        person.extra = new["extra"]
    return facts


def _set_id(person: Person, field: str, value: Organisation | Department | None, facts: dict[str, list[Any]]) -> None:
    old = getattr(person, f"{field}_id")
    if old != (value.pk if value else None):
        facts[field] = [old, value.pk if value else None]
        setattr(person, field, value)


def _department(name: str, person: Person) -> Department | None:
    if not name:
        return None
    return Department.objects.get_or_create(name=name, organisation=person.organisation)[0]


# -- addresses and numbers


def add_address(person: Person, address: str, by: Person) -> Change:
    """One more mail address. Raises Refused where it is somebody's already."""
    value = _checked(address)
    with transaction.atomic():
        person = _locked(person)
        _still_a_customer(person)
        if find_person(value) is not None:
            raise Refused(taken())
        try:
            with transaction.atomic():
                Identity.objects.create(person=person, kind=Identity.Kind.MAIL, value=value)
        except IntegrityError as at_once:
            raise Refused(taken()) from at_once
        if person.email is None and len(value) <= 254:
            person.email = value
            person.save(update_fields=["email"])
        refresh(person)
        return record(ADDRESS_ADDED, by, {"kind": "mail", "value": value}, of=person)


def add_phone(person: Person, number: str, by: Person, *, is_told: bool = True) -> Change | None:
    """One more number; the first becomes the one that is shown."""
    shown, value = one_line(number, 40), normal_number(number)
    if len(value) < 3:
        raise Refused(_("A phone number has digits."))
    with transaction.atomic():
        person = _locked(person)
        _still_a_customer(person)
        _new, is_new = Identity.objects.get_or_create(
            person=person, kind=Identity.Kind.PHONE, value=value, defaults={"shown": shown}
        )
        if not is_new:
            raise Refused(_("This number is here already."))
        if not person.phone:
            person.phone = shown
            person.save(update_fields=["phone"])
        refresh(person)
        return record(ADDRESS_ADDED, by, {"kind": "phone", "value": value}, of=person) if is_told else None


def remove_identity(identity: Identity, by: Person) -> Change:
    """An address or number less. What was written from it stays where it is."""
    with transaction.atomic():
        person = _locked(identity.person)
        _still_a_customer(person)
        verified = identity.verified_at.isoformat() if identity.verified_at else None
        facts = {
            "kind": identity.kind, "value": identity.value, "shown": identity.shown, "verified": verified,
            "was_first": is_first(identity, person),
        }  # fmt: skip
        identity.delete()
        if facts["was_first"]:
            _choose_first(person, identity.kind)
        refresh(person)
        return record(ADDRESS_REMOVED, by, facts, of=person)


def make_first(identity: Identity, by: Person) -> Change:
    """The address that is shown and written to, and by which the person may sign in; or the number that is shown."""
    with transaction.atomic():
        person = _locked(identity.person)
        _still_a_customer(person)
        field = "email" if identity.kind == Identity.Kind.MAIL else "phone"
        facts = {field: [getattr(person, field), identity.shown or identity.value]}
        setattr(person, field, facts[field][1][:254])
        person.save(update_fields=[field])
        return record(CHANGED, by, facts, of=person)


def move_address(identity: Identity, to: Person, by: Person) -> Change:
    """A mail address was filed with the wrong person: what comes from it from now on is the other's."""
    with transaction.atomic():
        people = {one.pk: one for one in locked(identity.person_id, to.pk)}
        person, to = people[identity.person_id], people[to.pk]
        _still_a_customer(person)
        _still_a_customer(to)
        was_first = is_first(identity, person)
        identity.person, identity.verified_at = to, None
        identity.save(update_fields=["person", "verified_at"])
        if was_first:
            _choose_first(person, identity.kind)
        if to.email is None:
            _choose_first(to, identity.kind)
        refresh(person)
        refresh(to)
        facts = {"kind": identity.kind, "value": identity.value, "from": person.pk, "to": to.pk, "was_first": was_first}
        return record(ADDRESS_MOVED, by, facts, of=to)


def is_first(identity: Identity, person: Person) -> bool:
    if identity.kind == Identity.Kind.MAIL:
        return identity.value == person.email
    return identity.value == normal_number(person.phone)


def _choose_first(person: Person, kind: str) -> None:
    others = list(person.identities.filter(kind=kind)[:1])
    if kind == Identity.Kind.MAIL:
        person.email = others[0].value[:254] if others else None
    else:
        person.phone = (others[0].shown or others[0].value)[:40] if others else ""
    person.save(update_fields=["email", "phone"])


def refresh(person: Person) -> None:
    """`also`: what else finds the person."""
    values = person.identities.exclude(value=person.email or "").values_list("value", flat=True)[:IDENTITIES]
    person.also = " ".join(filter(None, (person.typed_address, *values)))[:2000]
    person.save(update_fields=["also"])


def _checked(address: str) -> str:
    value = normal_address(address)
    try:
        validate_email(value)
    except ValidationError as bad:
        raise Refused(_("%(word)s is not a mail address.") % {"word": address.strip()[:100] or "–"}) from bad
    return value


# -- notes


def add_note(of: Person | Organisation, text: str, by: Person) -> Note:
    person, organisation = (of, None) if isinstance(of, Person) else (None, of)
    return Note.objects.create(
        person=person, organisation=organisation, text=_note_text(text), author=by, at=timezone.now()
    )


def change_note(note: Note, text: str) -> None:
    note.text, note.changed_at = _note_text(text), timezone.now()
    note.save(update_fields=["text", "changed_at"])


def _note_text(text: str) -> str:
    cleaned = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not cleaned:
        raise Refused(_("Write something first."))
    if len(cleaned) > NOTE_LIMIT:
        raise Refused(_("A note has at most %(n)s characters.") % {"n": NOTE_LIMIT})
    return cleaned


# -- taking it back


def undo(change: Change, by: Person) -> None:
    """Take one change of a person back. Raises Refused where later changes stand in its way, and says which."""
    if change.kind not in UNDO or change.person is None:
        raise Refused(_("This cannot be taken back."))
    with transaction.atomic():
        change = open_change(change)
        assert change.person is not None
        UNDO[change.kind](change, _locked(change.person))
        close(change, by)


def open_change(change: Change) -> Change:
    """The change, locked. Raises Refused if somebody took it back already."""
    found = Change.objects.select_for_update(of=("self",)).select_related("person", "organisation").get(pk=change.pk)
    if found.undone_at is not None:
        raise Refused(_("This was taken back already."))
    return found


def close(change: Change, by: Person) -> None:
    change.undone_at, change.undone_by = timezone.now(), by
    change.save(update_fields=["undone_at", "undone_by"])


def _unchange(change: Change, person: Person) -> None:
    for field, (old, new) in change.facts.items():
        name = f"{field}_id" if field in ("organisation", "department") else field
        if getattr(person, name) != new:
            raise Refused(_("This was changed once more since. Change it by hand."))
        setattr(person, name, old)
    if "email" in change.facts and not _owns(person, change.facts["email"][0]):
        raise Refused(_("The address before is no longer theirs."))
    if not _exists(person):
        raise Refused(_("The organisation or department before no longer exists."))
    person.save(update_fields=list(change.facts))
    refresh(person)


def _owns(person: Person, address: str | None) -> bool:
    return address is None or person.identities.filter(kind=Identity.Kind.MAIL, value=address).exists()


def _exists(person: Person) -> bool:
    organisation, department = person.organisation_id, person.department_id
    return (organisation is None or Organisation.objects.filter(pk=organisation).exists()) and (
        department is None or Department.objects.filter(pk=department).exists()
    )


def _take_address_away(change: Change, person: Person) -> None:
    found = person.identities.filter(kind=change.facts["kind"], value=change.facts["value"]).first()
    if found is None:
        raise Refused(_("It is no longer here."))
    was_first = is_first(found, person)
    found.delete()
    if was_first:
        _choose_first(person, found.kind)
    refresh(person)


def _put_address_back(change: Change, person: Person) -> None:
    facts = change.facts
    if facts["kind"] == "mail" and find_person(facts["value"]) is not None:
        raise Refused(taken())
    Identity.objects.get_or_create(
        person=person,
        kind=facts["kind"],
        value=facts["value"],
        defaults={"verified_at": facts["verified"], "shown": facts["shown"]},
    )
    if facts["was_first"]:
        if facts["kind"] == "mail":
            person.email = facts["value"]
        else:
            person.phone = facts["shown"] or facts["value"]
        person.save(update_fields=["email", "phone"])
    refresh(person)


def _move_address_back(change: Change, person: Person) -> None:
    found = person.identities.filter(kind=change.facts["kind"], value=change.facts["value"]).first()
    before = Person.objects.select_for_update().filter(pk=change.facts["from"], merged_into=None).first()
    if found is None or before is None:
        raise Refused(_("It is no longer here."))
    was_first = is_first(found, person)
    found.person = before
    found.save(update_fields=["person"])
    if was_first:
        _choose_first(person, found.kind)
    if change.facts["was_first"] and before.email is None:
        before.email = found.value
        before.save(update_fields=["email"])
    refresh(person)
    refresh(before)


UNDO: dict[str, Callable[[Change, Person], None]] = {
    CHANGED: _unchange,
    ADDRESS_ADDED: _take_address_away,
    ADDRESS_REMOVED: _put_address_back,
    ADDRESS_MOVED: _move_address_back,
}


def locked(*pks: int) -> list[Person]:
    """These people, locked in one order whoever asks."""
    return list(Person.objects.select_for_update().filter(pk__in=pks).order_by("pk"))


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _still_a_customer(person: Person) -> None:
    if person.role != Role.CUSTOMER:
        raise Refused(_("Colleagues are changed in the settings, by an administrator."))
    if person.merged_into_id is not None:
        raise Refused(_("They were merged into somebody else meanwhile."))
