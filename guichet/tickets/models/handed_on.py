from __future__ import annotations

from typing import ClassVar

from django.db import models

from guichet.people.models import Absence
from guichet.tickets.models.ticket import Ticket


class HandedOn(models.Model):
    """A ticket that left its owner because they were away: offered to them when they are back, until it is settled."""

    absence = models.ForeignKey(Absence, on_delete=models.CASCADE, related_name="handed_on")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="handed_on")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["absence", "ticket"], name="handed_on_once")]

    def __str__(self) -> str:
        return f"{self.absence_id} {self.ticket_id}"
