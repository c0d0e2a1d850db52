from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from guichet.people.models import Person
from guichet.tickets.models.ticket import Ticket


class ChecklistItem(models.Model):
    """One thing to do on a ticket. `is_needed`: it must be done before the ticket is resolved."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="checklist")
    words = models.CharField(max_length=300)
    place = models.PositiveIntegerField(default=0)
    owner = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    is_needed = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["place", "id"]
        indexes: ClassVar = [models.Index(F("ticket"), F("place"), name="checklist_of_ticket")]

    def __str__(self) -> str:
        return self.words


class ChecklistTemplate(models.Model):
    """A named list of things to do, to be put on a ticket."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    items = models.JSONField(default=list)  # words, in their order
    is_needed = models.BooleanField(_("must be done before the ticket is resolved"), default=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class TimeSpent(models.Model):
    """Minutes that somebody worked on a ticket; without `minutes` the clock still runs. Taken off, the row stays."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="times")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()  # when it was worked, or the clock was started
    minutes = models.PositiveIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "person"],
                condition=models.Q(minutes=None, removed_at=None),
                name="one_clock_for_each",
            )
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.ticket_id}"
