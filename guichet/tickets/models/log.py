from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from guichet.people import access
from guichet.tickets.models.event import Event


class Cursor(models.Model):
    """How far one follower has read the log: the last (xid, event id) whose consequences are committed."""

    follower = models.CharField(max_length=200, primary_key=True)
    xid = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.follower


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    def visible_to(self, person: Any) -> SetAsideQuerySet:
        return self.filter(access.visible_asides(person))


class SetAside(models.Model):
    """An event on which a follower failed: tried again later while the log goes on; shown to the administrator."""

    follower = models.CharField(max_length=200)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    error = models.TextField()
    tries = models.PositiveSmallIntegerField(default=1)
    next_try_at = models.DateTimeField(null=True)  # empty: given up, waits for a person

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["follower", "event"], name="set_aside_once")]
        indexes: ClassVar = [models.Index(fields=["next_try_at"], name="set_aside_due")]

    def __str__(self) -> str:
        return f"{self.follower}: {self.event_id}"
