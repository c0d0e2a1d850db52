"""The history of a person or an organisation as sentences. Names are looked up with a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.people import contacts
from guichet.people.models import Change, Department, ExtraField, Organisation, Person
from guichet.people.named import NAME

SHOWN = 20
FIELDS = {
    "name": gettext_lazy("Name"),
    "site": gettext_lazy("Site"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "organisation": gettext_lazy("Organisation"),
    "department": gettext_lazy("Department"),
    "email": gettext_lazy("First address"),
    "phone": gettext_lazy("First number"),
    "is_active": gettext_lazy("Active"),
    "is_shared": gettext_lazy("Requests are shared"),
    "domains": gettext_lazy("Mail domains"),
}


def told(changes: Iterable[Change]) -> Sequence[Change]:
    """The last changes, each with `words`, `lines` (label, old, new) and `is_undoable`."""
    rows = list(changes.select_related("by", "undone_by")[:SHOWN])  # type: ignore[attr-defined]
    names = _names(rows)
    labels = _labels(rows)
    for row in rows:
        shown: Any = row  # decorated for the template
        shown.words = _words(row, names)
        shown.lines = _lines(row, names, labels) if row.kind == contacts.CHANGED else []
        shown.is_undoable = row.undone_at is None and row.kind != contacts.ADDED
    return rows


def _names(rows: Sequence[Change]) -> dict[str, dict[int, str]]:
    ids: dict[str, set[int]] = {"organisation": set(), "department": set(), "person": set()}
    for row in rows:
        for field in ("organisation", "department"):
            ids[field] |= {pk for pk in row.facts.get(field, ()) if pk}
        ids["organisation" if row.organisation_id else "person"] |= {
            row.facts[k] for k in ("gone", "from") if k in row.facts
        }
    return {
        "organisation": dict(Organisation.objects.filter(pk__in=ids["organisation"]).values_list("pk", "name")),
        "department": dict(Department.objects.filter(pk__in=ids["department"]).values_list("pk", "name")),
        "person": {one.pk: str(one) for one in _people_named(ids["person"])},
    }  # fmt: skip


def _people_named(pks: set[int]) -> Iterable[Person]:
    """Who was merged into somebody visible, or had one of their addresses: part of that one's history."""
    return Person.objects.filter(pk__in=pks).only(*NAME)


def _words(row: Change, names: dict[str, dict[int, str]]) -> str:
    facts = row.facts
    other = names["organisation" if row.organisation_id else "person"].get(facts.get("gone") or facts.get("from") or 0)
    sentences = {
        contacts.ADDED: _("made this entry"),
        contacts.CHANGED: _("changed this"),
        contacts.ADDRESS_ADDED: _("added %(what)s") % {"what": facts.get("value", "")},
        contacts.ADDRESS_REMOVED: _("removed %(what)s") % {"what": facts.get("value", "")},
        contacts.ADDRESS_MOVED: _("moved %(what)s here from %(name)s")
        % {"what": facts.get("value", ""), "name": other or _("somebody")},
        contacts.MERGED: _("merged %(name)s into this entry") % {"name": other or _("somebody")},
    }
    return sentences.get(row.kind, row.kind)


def _labels(rows: Sequence[Change]) -> dict[tuple[str, str], ExtraField]:
    if not any("extra" in row.facts for row in rows):
        return {}
    return {(field.of, field.key): field for field in ExtraField.objects.all()}


def _lines(
    row: Change, names: dict[str, dict[int, str]], labels: dict[tuple[str, str], ExtraField]
) -> list[tuple[str, str, str]]:
    lines = [
        (str(FIELDS.get(field, field)), _shown(field, old, names), _shown(field, new, names))
        for field, (old, new) in row.facts.items()
        if field != "extra"
    ]
    old, new = row.facts.get("extra", ({}, {}))
    of = "organisation" if row.organisation_id else "person"
    for key in [key for key in {**old, **new} if old.get(key) != new.get(key)]:
        field = labels.get((of, key))
        shown = [(field.shown(value) if field else str(value or "")) or "–" for value in (old.get(key), new.get(key))]
        lines.append((field.label if field else key, shown[0], shown[1]))
    return lines


def _shown(field: str, value: Any, names: dict[str, dict[int, str]]) -> str:
    if value in (None, "", []):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field in ("organisation", "department"):
        return names[field].get(value, "–")
    return ", ".join(value) if isinstance(value, list) else str(value)
