"""What is written down about people and organisations: notes, what was done to them, lists that came in or went out.

Part of `models`, which names them; they hang on its rows.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.people import access


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, person: Any) -> NoteQuerySet:
        return self.filter(access.visible_notes(person)).distinct()


class Note(models.Model):
    """What agents should know of a person or an organisation. Never shown to customers, never sent."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, null=True, related_name="notes")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.CASCADE, null=True, related_name="notes")
    text = models.TextField()
    author = models.ForeignKey("people.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="note_on_one",
            )
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"


class ChangeQuerySet(models.QuerySet["Change"]):
    def visible_to(self, person: Any) -> ChangeQuerySet:
        return self.filter(access.visible_changes(person)).distinct()


class Change(models.Model):
    """What was done to a person or an organisation: who, when, and the facts that its undoing reads back.

    Beside the log, whose events hang on tickets. It goes with the person it tells of.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, null=True, related_name="changes")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.CASCADE, null=True, related_name="changes")
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey("people.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    # The import that did it, which can be taken back as a whole.
    exchange = models.ForeignKey("people.Exchange", on_delete=models.SET_NULL, null=True, related_name="changes")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("people.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def visible_to(self, person: Any) -> ExchangeQuerySet:
        return self.filter(access.visible_exchanges(person))


class Exchange(models.Model):
    """A list of people or organisations that came in from a file, or went out into one: whose doing, and how it ended.

    An import is first `checked`, which writes nothing, then begun; `line` is how far it is.
    """

    class Kind(models.TextChoices):
        PEOPLE = "people", _("People")
        ORGANISATIONS = "organisations", _("Organisations")

    class State(models.TextChoices):
        NEW = "new", _("Choose the columns")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked: nothing is changed yet")
        RUNNING = "running", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")
        EXPORTED = "exported", _("Exported")

    kind = models.CharField(max_length=14, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    name = models.CharField(max_length=255)  # of the file; data, never a path
    path = models.CharField(max_length=255, blank=True)  # where the file lies here until it is imported
    by = models.ForeignKey("people.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    columns = models.JSONField(default=list)  # what each column is, "" for nothing
    overwrites = models.BooleanField(default=True)
    line = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    # The first of each: [line, words], for the page.
    errors = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    error = models.CharField(max_length=300, blank=True)

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(F("at").desc(), name="exchange_newest")]

    def __str__(self) -> str:
        return self.name
