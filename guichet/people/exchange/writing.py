"""People and organisations as CSV, a few hundred at a time: only whom the reader sees, and no cell a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guichet.people.exchange import columns
from guichet.people.exchange.reading import safe
from guichet.people.models import Exchange, Identity, Organisation, Person, Role

CHUNK = 500
BOM = "\ufeff"  # by it spreadsheets know UTF-8
FIELDS = ("email", "name", "phone", "organisation", "department", "site", "language", "time_zone")


class _Line:
    """A file of one line, for csv.writer."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text = text


def people(visible: Any) -> Iterator[str]:
    """Customers among `visible`, by name; the same columns as an import takes."""
    yield from _lines([str(columns.PEOPLE[field]) for field in FIELDS], _people(visible))


def _people(visible: Any) -> Iterator[Sequence[str]]:
    found = visible.filter(role=Role.CUSTOMER, merged_into=None).select_related("organisation", "department")
    for chunk in _chunks(found.order_by("pk")):
        numbers: dict[int, dict[str, list[str]]] = {one.pk: {"mail": [], "phone": []} for one in chunk}
        for one in Identity.objects.filter(person__in=list(numbers)):
            numbers[one.person_id][one.kind].append(one.shown or one.value)
        for person in chunk:
            theirs = numbers[person.pk]
            mail = sorted(theirs["mail"], key=lambda value: value != person.email)
            yield (
                "; ".join(mail), person.name, "; ".join(theirs["phone"]), str(person.organisation or ""),
                str(person.department or ""), person.site, person.language, person.time_zone,
            )  # fmt: skip


def organisations(visible: Any) -> Iterator[str]:
    yield from _lines([str(columns.ORGANISATIONS[field]) for field in ("name", "domains")], _organisations(visible))


def _organisations(visible: Any) -> Iterator[Sequence[str]]:
    for chunk in _chunks(visible.filter(merged_into=None).prefetch_related("domains").order_by("pk")):
        for one in chunk:
            yield one.name, " ".join(domain.name for domain in one.domains.all())


def _chunks(found: Any) -> Iterator[list[Any]]:
    """By key and not by a cursor: no transaction stays open while somebody's line is slow."""
    last = 0
    while chunk := list(found.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _lines(heads: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    line = _Line()
    # Spreadsheets expect a semicolon where a comma stands in numbers.
    separator = "," if (get_language() or "en").startswith("en") else ";"
    writer = csv.writer(line, delimiter=separator, lineterminator="\r\n")
    writer.writerow([safe(head) for head in heads])
    yield BOM + line.text
    for row in rows:
        writer.writerow([safe(cell) for cell in row])
        yield line.text


def record(kind: str, visible: Any, by: Person, name: str) -> Exchange:
    """Who took which list out of the house, and how long it is."""
    found = visible.filter(merged_into=None)
    if issubclass(visible.model, Person):
        found = found.filter(role=Role.CUSTOMER)
    total = found.count()
    return Exchange.objects.create(kind=kind, state=Exchange.State.EXPORTED, name=name, by=by, total=total, line=total)


def visible(kind: str, by: Person) -> Any:
    model = Person if kind == Exchange.Kind.PEOPLE else Organisation
    return model.objects.visible_to(by)


def file_name(kind: str) -> str:
    return f"{_('people') if kind == Exchange.Kind.PEOPLE else _('organisations')}.csv"
