"""When colleagues are here: their shifts, the days unlike the rest, and their absences. Part of `models`, which names
them; `rota` is how they are read.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guichet.people import access


class OnAbsence(models.TextChoices):
    """Where the open work of somebody goes who is away."""

    SUBSTITUTE = "substitute", _("To whoever stands in, or else to whoever shares out the work")
    ROUTE = "route", _("Shared out anew among who is here, as a rule would")
    BOARD = "board", _("To whoever shares out the work")


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, person: Any) -> AbsenceQuerySet:
        return self.filter(access.visible_absences(person))

    def at(self, moment: datetime) -> AbsenceQuerySet:
        return self.filter(begins_at__lte=moment, ends_at__gt=moment)


class Absence(models.Model):
    """When somebody is away, and who looks after their work meanwhile. A person's absences never overlap.

    `handed_at`: since then their open work is in other hands; each absence does that once.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="absences")
    begins_at = models.DateTimeField(_("away from"))
    ends_at = models.DateTimeField(_("back on"))
    substitute = models.ForeignKey("people.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    handed_at = models.DateTimeField(null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        app_label = "people"
        ordering: ClassVar = ["begins_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="absence_ends_later")
        ]
        indexes: ClassVar = [
            models.Index(fields=["ends_at"], name="absence_end"),
            models.Index(fields=["begins_at"], name="absence_to_hand_on", condition=Q(handed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.begins_at:%Y-%m-%d}"

    @property
    def last_moment(self) -> datetime:
        """Still away: a time of the last day."""
        return self.ends_at - timedelta(seconds=1)


class ShiftQuerySet(models.QuerySet["Shift"]):
    def visible_to(self, person: Any) -> ShiftQuerySet:
        return self.filter(access.visible_shifts(person))


class Shift(models.Model):
    """The hours of a week in which a person works, or a team: those of it who have no hours of their own.

    `week` is a list of seven lists of ["09:00", "17:00"], Monday first; an end past midnight is written "30:00". Shifts
    that rotate have seven for each week of their cycle, and `begins` is a Monday on which the first of them begins.
    Whoever has no shift, nor a team that has one, is always here.
    """

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, null=True, related_name="shift")
    team = models.OneToOneField("people.Team", on_delete=models.CASCADE, null=True, related_name="shift")
    zone = models.CharField(_("time zone"), max_length=64)
    week = models.JSONField()
    begins = models.DateField(null=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        app_label = "people"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(person=None) ^ Q(team=None), name="shift_of_a_person_or_a_team")
        ]

    def __str__(self) -> str:
        return f"{self.person_id or ''} {self.team_id or ''}"


class ShiftDayQuerySet(models.QuerySet["ShiftDay"]):
    def visible_to(self, person: Any) -> ShiftDayQuerySet:
        return self.filter(access.visible_shifts(person))


class ShiftDay(models.Model):
    """One day unlike its weekday: no hours on a holiday, others for a swap. That of a person stands before a team's."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, null=True, related_name="shift_days")
    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, null=True, related_name="shift_days")
    day = models.DateField()
    hours = models.JSONField(default=list)
    name = models.CharField(max_length=60, blank=True)

    objects = ShiftDayQuerySet.as_manager()

    class Meta:
        app_label = "people"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(person=None) ^ Q(team=None), name="day_of_a_person_or_a_team"),
            models.UniqueConstraint(fields=["person", "day"], condition=Q(team=None), name="day_of_person_once"),
            models.UniqueConstraint(fields=["team", "day"], condition=Q(person=None), name="day_of_team_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
