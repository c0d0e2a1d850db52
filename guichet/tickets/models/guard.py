from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models.inbox import Inbox


class GuardRowQuerySet(models.QuerySet[Any]):
    def visible_to(self, person: Any) -> GuardRowQuerySet:
        return self.filter(access.visible_house_rows(person))


class GuardSwitch(models.Model):
    """A check of outgoing words that is switched off, or on again for one inbox; without a row it is on."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    check_key = models.CharField(max_length=20)
    is_on = models.BooleanField()

    objects = GuardRowQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "check_key"], nulls_distinct=False, name="guard_switch_once")
        ]

    def __str__(self) -> str:
        return f"{self.check_key} {self.is_on}"


class GuardPhrase(models.Model):
    """Words that never leave, or that are always allowed: plain, or with * for anything within a line."""

    class Kind(models.TextChoices):
        NEVER = "never", _("Never send")
        ALLOWED = "allowed", _("Always allowed")

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NEVER)
    words = models.CharField(max_length=100)

    objects = GuardRowQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "words", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "kind", "words"], nulls_distinct=False, name="guard_phrase_once")
        ]

    def __str__(self) -> str:
        return self.words


class GuardChange(models.Model):
    """Who changed what is checked. `what` is a check's key or a phrase; `was` and `became` are empty where there was
    nothing, or is nothing now."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, related_name="+")
    what = models.CharField(max_length=100)
    was = models.CharField(max_length=20, blank=True)
    became = models.CharField(max_length=20, blank=True)

    objects = GuardRowQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.what}: {self.was} -> {self.became}"
