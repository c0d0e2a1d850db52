"""What a row of a list would do: a new person, facts that change, nothing, or an error that says what to do.

Rows are looked at by the hundred, with few questions to the database; whoever is known already costs no more.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people import extra
from guichet.people.actions import normal_address
from guichet.people.contacts import NOTE_LIMIT, normal_number
from guichet.people.exchange.columns import EXTRA
from guichet.people.models import ExtraField, Identity, Language, Note, Organisation, Person, Role
from guichet.people.names import fold

LANGUAGES = {
    **{code: code for code in Language.values}, "english": "en", "anglais": "en", "englisch": "en", "french": "fr",
    "francais": "fr", "franzosisch": "fr", "german": "de", "allemand": "de", "deutsch": "de",
}  # fmt: skip
SEVERAL = 20  # addresses or numbers in one cell


class Wrong(Exception):
    """The row cannot be used: what is wrong, and what to do."""


@dataclass
class Plan:
    """One row. `person` is who it is of, None for somebody new; `facts` what would change, with old and new."""

    line: int
    typed: dict[str, Any] = field(default_factory=dict)
    person: Person | None = None
    facts: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    note: str = ""
    error: str = ""
    is_known: bool = False  # of an organisation: there is one of this name

    @property
    def outcome(self) -> str:
        if self.error:
            return "failed"
        if self.person is None and not self.is_known:
            return "new"
        return "changed" if self.facts or self.emails or self.phones or self.note else "same"

    @property
    def title(self) -> str:
        return str(self.typed.get("name") or next(iter(self.typed.get("emails", [])), "") or self.person or "")


def plan(
    rows: Sequence[tuple[int, list[str]]],
    columns: Sequence[str],
    seen: dict[str, int],
    *,
    overwrites: bool,
    fields: Sequence[ExtraField] = (),
) -> list[Plan]:
    """Plans of these rows. `seen` remembers the addresses of the whole file: each stands on one line only."""
    plans = [_read(line, cells, columns, seen) for line, cells in rows]
    known = _known(plans)
    for one in plans:
        if not one.error:
            try:
                _compare(one, known, overwrites=overwrites)
                before = one.person.extra if one.person else {}
                compare_extra(one, before, fields, overwrites=overwrites)
            except Wrong as wrong:
                one.error = str(wrong)
    return plans


def remember(rows: Sequence[tuple[int, list[str]]], columns: Sequence[str], seen: dict[str, int]) -> None:
    """Lines done in an earlier turn: only their addresses matter still."""
    for line, cells in rows:
        _read(line, cells, columns, seen)


def _read(line: int, cells: Sequence[str], columns: Sequence[str], seen: dict[str, int]) -> Plan:
    cell = {key: value.strip() for key, value in zip(columns, cells, strict=False) if key}
    one = Plan(line)
    try:
        one.typed = _typed(cell)
        one.typed["extra"] = extra_of(cell)
        for address in one.typed["emails"]:
            if address in seen:
                words = _("%(address)s stands on line %(line)s already. Keep one of the two.")
                raise Wrong(words % {"address": address, "line": seen[address]})
        seen.update(dict.fromkeys(one.typed["emails"], line))
    except Wrong as wrong:
        one.error = str(wrong)
    return one


def _typed(cell: Mapping[str, str]) -> dict[str, Any]:
    emails = [normal_address(word) for word in _several(cell.get("email", ""), " ")]
    for address in emails:
        try:
            validate_email(address)
        except ValidationError as bad:
            words = _("%(word)s is not a mail address. Correct it, or leave the cell empty.")
            raise Wrong(words % {"word": one_line(address, 80)}) from bad
    phones = _several(cell.get("phone", ""), "")
    for number in phones:
        if len(normal_number(number)) < 3:
            raise Wrong(_("%(word)s is not a phone number.") % {"word": one_line(number, 40)})
    if not emails and not phones:
        raise Wrong(_("Neither an address nor a number: by one of them a person is known again."))
    name = cell.get("name") or f"{cell.get('first_name', '')} {cell.get('last_name', '')}"
    return {
        "emails": list(dict.fromkeys(emails)), "phones": phones, "name": one_line(name, 200),
        "organisation": one_line(cell.get("organisation", ""), 200),
        "department": one_line(cell.get("department", ""), 200), "site": one_line(cell.get("site", ""), 200),
        "language": _language(cell.get("language", "")), "time_zone": _zone(cell.get("time_zone", "")),
        "note": cell.get("note", "").replace("\r\n", "\n").strip()[:NOTE_LIMIT],
    }  # fmt: skip


def _several(cell: str, also: str) -> list[str]:
    for mark in (";", ",", "\n", *also):
        cell = cell.replace(mark, "|")
    found = [word.strip() for word in cell.split("|") if word.strip()]
    if len(found) > SEVERAL:
        raise Wrong(_("More than %(n)s addresses or numbers in one cell.") % {"n": SEVERAL})
    return found


def _language(word: str) -> str:
    if not word:
        return ""
    found = LANGUAGES.get(fold(word)) or LANGUAGES.get(fold(word)[:2] if "-" in word or "_" in word else "")
    if not found:
        raise Wrong(_("The language %(word)s is not known here. Use en, fr or de.") % {"word": one_line(word, 40)})
    return found


def _zone(word: str) -> str:
    if word and word not in zoneinfo.available_timezones():
        words = _("No time zone is named %(word)s. Write it like Europe/Paris.")
        raise Wrong(words % {"word": one_line(word, 40)})
    return word


@dataclass
class _Known:
    by_address: dict[str, Person]
    by_number: dict[str, list[Person]]
    numbers: dict[int, set[str]]
    notes: set[tuple[int, str]]


def _known(plans: Iterable[Plan]) -> _Known:
    """Everybody that these rows may be about, with what is known of them: four questions."""
    addresses = {address for one in plans for address in one.typed.get("emails", ())}
    numbers = {normal_number(number) for one in plans for number in one.typed.get("phones", ())}
    nouns = ("person__organisation", "person__department")
    mail = Identity.objects.filter(kind="mail", value__in=addresses).select_related(*nouns)
    by_address = {one.value: one.person for one in mail}
    by_number: dict[str, list[Person]] = {}
    for one in Identity.objects.filter(kind="phone", value__in=numbers).select_related(*nouns):
        by_number.setdefault(one.value, []).append(one.person)
    people = {p.pk for p in by_address.values()} | {p.pk for found in by_number.values() for p in found}
    theirs: dict[int, set[str]] = {}
    for pk, value in Identity.objects.filter(kind="phone", person__in=people).values_list("person", "value"):
        theirs.setdefault(pk, set()).add(value)
    notes = set(Note.objects.filter(person__in=people).values_list("person", "text"))
    return _Known(by_address, by_number, theirs, notes)


def _compare(one: Plan, known: _Known, *, overwrites: bool) -> None:
    typed = one.typed
    found = {person.pk: person for a in typed["emails"] if (person := known.by_address.get(a)) is not None}
    if len(found) > 1:
        raise Wrong(_("These addresses belong to different people. Merge them first, or part them into two lines."))
    one.person = next(iter(found.values()), None)
    if one.person is None and not typed["emails"]:
        one.person = _by_number(typed, known)
    person = one.person
    if person is not None and person.role != Role.CUSTOMER:
        raise Wrong(_("%(name)s works here. Colleagues are not imported.") % {"name": person})
    one.emails = [address for address in typed["emails"] if address not in known.by_address]
    has = known.numbers.get(person.pk, set()) if person else set()
    one.phones = [number for number in typed["phones"] if normal_number(number) not in has]
    one.note = (
        typed["note"] if typed["note"] and (person is None or (person.pk, typed["note"]) not in known.notes) else ""
    )
    if person is not None:
        one.facts = _facts(person, typed, overwrites=overwrites)


def extra_of(cell: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix(EXTRA): value for key, value in cell.items() if key.startswith(EXTRA) and value}


def compare_extra(one: Plan, before: Mapping[str, Any], fields: Sequence[ExtraField], *, overwrites: bool) -> None:
    """The house's own fields: `facts["extra"]` is all of them before and after. Raises Wrong.

    What must be filled in is asked of those who are new; whoever is known may have come before the field did.
    """
    if one.outcome == "new":
        for field in fields:
            if field.is_required and not one.typed["extra"].get(field.key):
                words = _("%(field)s is missing. Fill the cell, or choose the column that holds it.")
                raise Wrong(words % {"field": field.label})
    typed = {key: value for key, value in one.typed["extra"].items() if overwrites or not before.get(key)}
    try:
        after = extra.merged(before, fields, typed)
    except extra.Wrong as wrong:
        raise Wrong(str(wrong)) from wrong
    if after != before:
        one.facts["extra"] = (dict(before), after)


def _by_number(typed: Mapping[str, Any], known: _Known) -> Person | None:
    """A number may be a whole office's: the name must fit too."""
    for number in typed["phones"]:
        for person in known.by_number.get(normal_number(number), ()):
            if fold(person.name) == fold(typed["name"]):
                return person
    return None


def _facts(person: Person, typed: Mapping[str, Any], *, overwrites: bool) -> dict[str, tuple[Any, Any]]:
    """What would change; an empty cell says nothing, and never empties a fact."""
    before = {
        "name": person.name, "site": person.site, "language": person.language, "time_zone": person.time_zone,
        "organisation": person.organisation.name if person.organisation else "",
        "department": person.department.name if person.department else "",
    }  # fmt: skip
    changed = {key: (old, typed[key]) for key, old in before.items() if typed[key] and typed[key] != old}
    if _same(before["organisation"], typed["organisation"]):
        changed.pop("organisation", None)
    return {key: both for key, both in changed.items() if overwrites or not both[0]}


def _same(old: str, new: str) -> bool:
    return old.casefold() == new.casefold()


def organisations_of(plans: Iterable[Plan]) -> dict[str, Organisation]:
    """The organisations that these rows name and that exist, by their name in small letters: one question."""
    names = {one.typed["organisation"] for one in plans if one.typed.get("organisation")}
    found = Organisation.objects.filter(sort_key__in={fold(name) for name in names}, merged_into=None).order_by("-pk")
    return {one.name.casefold(): one for one in found}
