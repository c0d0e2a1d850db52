"""By what a desk sorts its requests: the catalogue of categories, how grave they are, and who can do them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guichet.people.models import Skill
from guichet.tickets.models.ticket import Impact, Priority, Ticket, Urgency


class Category(models.Model):
    """What a request is about, in two levels. Switched off it can no longer be chosen; tickets that have it keep it."""

    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("within")
    )
    is_active = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parent", "name"], nulls_distinct=False, name="category_once")
        ]

    def __str__(self) -> str:
        """Its whole way; whoever shows several has their parents selected."""
        return f"{self.parent.name} / {self.name}" if self.parent else self.name


def by_way(categories: list[Category]) -> list[Category]:
    """Each main category with those within it behind it."""
    return sorted(categories, key=lambda one: str(one).casefold())


class Severity(models.Model):
    """The priority of what reaches so far and presses so much; without any row the house has no such matrix."""

    impact = models.PositiveSmallIntegerField(choices=Impact)
    urgency = models.PositiveSmallIntegerField(choices=Urgency)
    priority = models.SmallIntegerField(choices=Priority)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["impact", "urgency"], name="severity_once")]

    def __str__(self) -> str:
        return f"{self.impact} {self.urgency}: {self.priority}"


class Need(models.Model):
    """A skill, and its least level, that whoever gets this ticket must have."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="needs")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "skill"], name="need_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="need_level_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.skill_id} {self.level}"


# What is proposed where no matrix is in use yet; rows are impacts, columns urgencies.
USUAL = (
    (Priority.CRITICAL, Priority.HIGH, Priority.NORMAL),
    (Priority.HIGH, Priority.NORMAL, Priority.NORMAL),
    (Priority.NORMAL, Priority.NORMAL, Priority.LOW),
)
