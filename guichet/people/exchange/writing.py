"""People and organisations as CSV, a few hundred at a time: only whom the reader sees, and no cell a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guichet.people.exchange import columns
from guichet.people.exchange.reading import safe
from guichet.people.models import Exchange, ExtraField, Identity, Organisation, Person, Role

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
    own = columns.extra_fields(Exchange.Kind.PEOPLE)
    heads = [*(str(columns.PEOPLE[field]) for field in FIELDS), *(field.label for field in own)]
    yield from _lines(heads, _people(visible, own))


def _people(visible: Any, own: Sequence[ExtraField]) -> Iterator[Sequence[str]]:
    found = visible.filter(role=Role.CUSTOMER, merged_into=None, stands_for=None).select_related(
        "organisation", "department"
    )
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
                *_extra(person.extra, own),
            )  # fmt: skip


def organisations(visible: Any) -> Iterator[str]:
    own = columns.extra_fields(Exchange.Kind.ORGANISATIONS)
    heads = [*(str(columns.ORGANISATIONS[field]) for field in ("name", "domains")), *(field.label for field in own)]
    yield from _lines(heads, _organisations(visible, own))


def _extra(values: Mapping[str, Any], own: Sequence[ExtraField]) -> list[str]:
    """As they are stored: an import reads them back the same in every language."""
    return ["yes" if (value := values.get(field.key)) is True else str(value or "") for field in own]


def _organisations(visible: Any, own: Sequence[ExtraField]) -> Iterator[Sequence[str]]:
    for chunk in _chunks(visible.filter(merged_into=None).prefetch_related("domains").order_by("pk")):
        for one in chunk:
            yield one.name, " ".join(domain.name for domain in one.domains.all()), *_extra(one.extra, own)


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
