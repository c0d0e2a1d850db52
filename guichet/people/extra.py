"""Further facts that a house wants to keep: of people, of organisations, and in the same form of tickets.

A field is a row; its values lie in the JSON column `extra` of what it is of, by `key`. What a field no longer allows
stays readable where it stands, and is refused only when it is typed anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Max, Q
from django.utils import formats
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.kit.lines import one_line
from guichet.people import access

LIMIT = 60  # fields of one thing
CHOICES = 200
TEXT = 2000


class Wrong(ValueError):
    """A value that the field does not take: what is wrong, for whoever typed it."""


class ExtraFieldQuerySet(models.QuerySet["ExtraField"]):
    def visible_to(self, person: Any) -> ExtraFieldQuerySet:
        return self.filter(access.visible_extra_fields(person))

    def of(self, what: str) -> ExtraFieldQuerySet:
        """Those that are asked for today, in their order."""
        return self.filter(of=what, is_active=True).order_by("position", "pk")


class ExtraField(models.Model):
    class Of(models.TextChoices):
        PERSON = "person", gettext_lazy("People")
        ORGANISATION = "organisation", gettext_lazy("Organisations")
        TICKET = "ticket", gettext_lazy("Tickets")

    class Kind(models.TextChoices):
        TEXT = "text", gettext_lazy("Words")
        NUMBER = "number", gettext_lazy("A number")
        DATE = "date", gettext_lazy("A date")
        CHOICE = "choice", gettext_lazy("One of a list")
        FLAG = "flag", gettext_lazy("Yes or no")
        LINK = "link", gettext_lazy("A link")
        LONG = "long", gettext_lazy("Several lines")
        CHOICES = "choices", gettext_lazy("Several of a list")
        PERSON = "person", gettext_lazy("A colleague")

    of = models.CharField(max_length=12, choices=Of)
    key = models.CharField(max_length=40)  # names the value for good, whatever the label becomes
    label = models.CharField(gettext_lazy("name"), max_length=80)
    kind = models.CharField(gettext_lazy("kind"), max_length=8, choices=Kind, default=Kind.TEXT)
    choices = models.JSONField(default=list)
    is_required = models.BooleanField(default=False)  # of a ticket: before it is resolved
    is_first = models.BooleanField(default=False, db_default=False)  # … and already when its type is chosen
    help_text = models.CharField(gettext_lazy("help"), max_length=200, blank=True, default="", db_default="")
    for_customers = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)

    objects = ExtraFieldQuerySet.as_manager()

    class Meta:
        app_label = "people"
        ordering: ClassVar = ["of", "position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "key"], name="extra_field_once")]

    def __str__(self) -> str:
        return self.label

    def clean_value(self, typed: Any) -> Any:
        """As it is stored: text, a number as text, an ISO date, True; None for nothing. Raises Wrong."""
        if self.kind == self.Kind.FLAG:
            return True if typed in (True, "1", "true", "on", "yes", "oui", "ja") else None
        if self.kind == self.Kind.CHOICES:
            return _several(self, typed)
        # What no column holds (NUL, half a sign) comes only of a made-up request.
        word = str(typed or "").encode(errors="ignore").decode().replace("\x00", "").strip()
        # What is left of words may be nothing: control characters alone.
        if not one_line(word, TEXT):
            if self.is_required:
                raise Wrong(_("%(field)s is missing.") % {"field": self.label})
            return None
        return _CLEAN[self.Kind(self.kind)](self, word)

    def shown(self, value: Any, names: Mapping[int, str] | None = None) -> str:
        """A stored value in the reader's language. `names` are those of colleagues, where they are known already."""
        if value in (None, "", False, []):
            return ""
        if self.kind == self.Kind.CHOICES and isinstance(value, list):
            return ", ".join(map(str, value))
        if self.kind == self.Kind.PERSON:
            known = names if names is not None else names_of([self], {self.key: value})
            return known.get(value, _("somebody"))
        if self.kind == self.Kind.FLAG:
            return _("yes")
        if self.kind == self.Kind.DATE:
            try:
                return formats.date_format(date.fromisoformat(str(value)), "SHORT_DATE_FORMAT")
            except ValueError:
                return str(value)
        return str(value)


def _several(field: ExtraField, typed: Any) -> list[str] | None:
    words = typed if isinstance(typed, (list, tuple)) else str(typed or "").split(";")
    found = list(dict.fromkeys(_choice(field, word) for one in words if (word := str(one).strip())))
    if not found and field.is_required:
        raise Wrong(_("%(field)s is missing.") % {"field": field.label})
    return found or None


def _person(field: ExtraField, word: str) -> int:
    """A colleague, by id or address."""
    agents = apps.get_model("people", "Person").objects.agents()
    rule = Q(pk=int(word)) if word.isascii() and word.isdecimal() and len(word) < 15 else Q(email=word.lower())
    found: int | None = agents.filter(rule).values_list("pk", flat=True).first()
    if found is None:
        raise Wrong(_("%(field)s: %(word)s does not work here.") % {"field": field.label, "word": word[:40]})
    return found


def _long(field: ExtraField, word: str) -> str:
    return word.replace("\r\n", "\n").replace("\r", "\n")[:TEXT].strip()


def names_of(fields: Iterable[ExtraField], values: Mapping[str, Any]) -> dict[int, str]:
    """The names of colleagues among these values: a query only where there is one."""
    ids = [values[f.key] for f in fields if f.kind == ExtraField.Kind.PERSON and isinstance(values.get(f.key), int)]
    if not ids:
        return {}
    people = apps.get_model("people", "Person").objects.filter(pk__in=ids).only("name", "email")
    return {person.pk: str(person) for person in people}


def _number(field: ExtraField, word: str) -> str:
    try:
        number = Decimal(re.sub(r"[\s\u00a0\u202f']", "", word).replace(",", "."))
    except InvalidOperation as bad:
        raise Wrong(_("%(field)s: %(word)s is not a number.") % {"field": field.label, "word": word[:40]}) from bad
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise Wrong(_("%(field)s: %(word)s is not a number.") % {"field": field.label, "word": word[:40]})
    return f"{number.normalize():f}"


def _date(field: ExtraField, word: str) -> str:
    """As ISO or in the reader's own way of writing."""
    for pattern in ("%Y-%m-%d", *formats.get_format("DATE_INPUT_FORMATS")):
        try:
            return datetime.strptime(word, pattern).date().isoformat()
        except ValueError:
            continue
    words = _("%(field)s: %(word)s is not a date. Write it like 2026-12-31.")
    raise Wrong(words % {"field": field.label, "word": word[:40]})


def _choice(field: ExtraField, word: str) -> str:
    for choice in field.choices:
        if str(choice).casefold() == word.casefold():
            return str(choice)
    raise Wrong(_("%(field)s: %(word)s is not in the list.") % {"field": field.label, "word": word[:40]})


def _link(field: ExtraField, word: str) -> str:
    try:
        parts = urlsplit(word)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or len(word) > TEXT:
        raise Wrong(_("%(field)s: a link begins with https://") % {"field": field.label})
    return word


_CLEAN = {
    ExtraField.Kind.TEXT: lambda field, word: one_line(word, TEXT),
    ExtraField.Kind.NUMBER: _number,
    ExtraField.Kind.DATE: _date,
    ExtraField.Kind.CHOICE: _choice,
    ExtraField.Kind.LINK: _link,
    ExtraField.Kind.LONG: _long,
    ExtraField.Kind.PERSON: _person,
}


def merged(before: Mapping[str, Any], fields: Iterable[ExtraField], typed: Mapping[str, Any]) -> dict[str, Any]:
    """`before` with what was typed for these fields; what other fields hold stays. Raises Wrong."""
    after = dict(before)
    for field in fields:
        if field.key not in typed:
            continue
        value = field.clean_value(typed[field.key])
        if value is None:
            after.pop(field.key, None)
        else:
            after[field.key] = value
    return after


def facts(fields: Iterable[ExtraField], extra: Mapping[str, Any]) -> list[tuple[ExtraField, str]]:
    """The fields that hold something, with their words."""
    return [(field, words) for field in fields if (words := field.shown(extra.get(field.key)))]


# -- what administrators do to fields


def save_field(field: ExtraField, choices: Sequence[str]) -> ExtraField:
    """A new or changed field. Raises Wrong."""
    field.label = one_line(field.label, 80)
    field.choices = list(dict.fromkeys(word for choice in choices if (word := one_line(choice, 120))))
    if not field.label:
        raise Wrong(_("Type a name."))
    if field.kind in (field.Kind.CHOICE, field.Kind.CHOICES) and not field.choices:
        raise Wrong(_("A list needs something to choose."))
    if len(field.choices) > CHOICES:
        raise Wrong(_("At most %(n)s choices.") % {"n": CHOICES})
    if field.pk is None:
        siblings = ExtraField.objects.filter(of=field.of)
        if siblings.count() >= LIMIT:
            raise Wrong(_("At most %(n)s fields.") % {"n": LIMIT})
        field.key = _free_key(field)
        field.position = (siblings.aggregate(last=Max("position"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as at_once:
        raise Wrong(_("Somebody made a field of this name at the same moment. Save it again.")) from at_once
    return field


def _free_key(field: ExtraField) -> str:
    base = slugify(field.label)[:30].replace("-", "_") or "field"
    taken = set(ExtraField.objects.filter(of=field.of).values_list("key", flat=True))
    return next(key for n in range(LIMIT + 2) if (key := base if n == 0 else f"{base}_{n + 1}") not in taken)


def move_up(field: ExtraField) -> None:
    """Before the one it stands behind."""
    with transaction.atomic():
        rows = list(ExtraField.objects.select_for_update().filter(of=field.of).order_by("position", "pk"))
        at = next((n for n, one in enumerate(rows) if one.pk == field.pk), 0)
        if at:
            rows[at - 1], rows[at] = rows[at], rows[at - 1]
        for n, one in enumerate(rows, 1):
            one.position = n
        ExtraField.objects.bulk_update(rows, ["position"])
