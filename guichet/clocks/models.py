"""The nouns: Calendar and Policy with their versions, and the Clocks of a ticket.

A version is never changed (a trigger holds it): whoever changes a calendar or policy makes a new one, and what was
measured by an old one stays as it was.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from guichet.clocks.promised import MINUTE
from guichet.conditions.column import ConditionColumn
from guichet.people import access
from guichet.people.models import Organisation, Person, Team
from guichet.tickets.models import Ticket


class Kind(models.TextChoices):
    """What a clock measures."""

    FIRST = "first", _("First answer")
    NEXT = "next", _("Next answer")
    SOLUTION = "solution", _("Solution")
    INTERNAL = "internal", _("Work of a team")  # from the hand-over to a team until it hands on or solves
    SET = "set", _("Set by hand")  # a moment that somebody chose; no policy and no calendar


ANSWERS = (Kind.FIRST, Kind.NEXT)
TARGETS = (Kind.FIRST, Kind.NEXT, Kind.SOLUTION, Kind.INTERNAL)


class State(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    BREACHED = "breached", _("Missed")  # whether or not it still goes on
    STOPPED = "stopped", _("Stopped")  # before its time, by what made it pointless


class CalendarQuerySet(models.QuerySet["Calendar"]):
    def visible_to(self, person: Any) -> CalendarQuerySet:
        return self.filter(access.administered(person))

    def in_use(self) -> CalendarQuerySet:
        return self.filter(removed_at=None)


class Calendar(models.Model):
    """Working hours under a name. `is_default`: for all that have no calendar of their own; there is one such."""

    name = models.CharField(_("name"), max_length=120)
    is_default = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)
    # The address of an iCalendar file whose days are read anew each night; since when it fails, if it does.
    feed_url = models.CharField(max_length=2000, blank=True, default="", db_default="")
    feed_read_at = models.DateTimeField(null=True)
    feed_failed_at = models.DateTimeField(null=True)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-is_default", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="calendar_one_default")
        ]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """`week` is a list of seven lists of ["09:00", "17:00"], Monday first; an end past midnight is written "30:00".

    `days` are the days unlike their weekday, as they were known when this version was made: {"2026-12-25": {"name":
    "Noël", "hours": [], "from": "country" | "own" | "file" | "feed"}}. So later releases of the list of holidays change
    nothing of the past.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    zone = models.CharField(max_length=64)
    week = models.JSONField()
    days = models.JSONField(default=dict)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.number}"


class CalendarUse(models.Model):
    """Whose calendar it is: of one team, of one customer's organisation, or of a site."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="uses")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, null=True, related_name="+")
    site = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team"], condition=Q(team__isnull=False), name="calendar_of_team"),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(organisation__isnull=False), name="calendar_of_organisation"
            ),
            models.UniqueConstraint(fields=["site"], condition=~Q(site=""), name="calendar_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id} {self.team_id or self.organisation_id or self.site}"


class PolicyQuerySet(models.QuerySet["Policy"]):
    def visible_to(self, person: Any) -> PolicyQuerySet:
        return self.filter(access.administered(person))

    def in_use(self) -> PolicyQuerySet:
        return self.filter(removed_at=None)


class Policy(models.Model):
    """Targets under a name. Of all whose condition holds for a ticket, the first by `position` is its policy."""

    name = models.CharField(_("name"), max_length=120)
    position = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """`targets` are minutes of working time by kind and priority: {"first": {"1": 60, "3": 240}}; what is missing has
    no target. `marks` are the shares of a target, in percent, at which something is told: below 100 warnings, above
    levels of escalation. `calendar` stands before those of customers, sites and teams.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    condition = ConditionColumn()
    targets = models.JSONField(default=dict)
    marks = ArrayField(models.PositiveIntegerField(), default=list)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.number}"


class Clock(models.Model):
    """One measurement on a ticket, exactly as `replay` gives it from the log: the row is kept so that it can be asked.

    `run` counts those of a kind. `fires_at` is when the next mark is reached, `left` the working seconds that were left
    when it was last paused, moved or begun; both are empty where nothing more can happen.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=8, choices=Kind)
    run = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    fires_at = models.DateTimeField(null=True)
    left = models.IntegerField(null=True)
    target = models.PositiveIntegerField(null=True)  # minutes
    fired = ArrayField(models.PositiveIntegerField(), default=list)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, related_name="+")
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+")
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["ticket", "kind", "run"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "kind", "run"], name="clock_once")]
        indexes: ClassVar = [
            models.Index(F("fires_at"), condition=Q(fires_at__isnull=False), name="clock_fires"),
            models.Index(F("policy"), condition=Q(ended_at=None), name="clock_going_policy"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.run}"


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, person: Any) -> PromiseQuerySet:
        return self.filter(access.visible_tickets(person, "ticket__"))

    def judged(self, now: datetime) -> PromiseQuerySet:
        """Adds `verdict`: "kept", "broken" (also where nothing came yet), or "open". The minute that was said counts.

        What was solved or answered in time is kept, whatever was promised in it anew.
        """
        over = ExpressionWrapper(F("at") + Value(MINUTE), output_field=models.DateTimeField())
        kept = Q(settled_at__lt=over)
        broken = Q(settled_at__isnull=False) | Q(at__lte=now - MINUTE)
        verdict = Case(When(kept, then=Value("kept")), When(broken, then=Value("broken")), default=Value("open"))
        return self.annotate(verdict=verdict)


class Promise(models.Model):
    """What a customer was told, exactly as `promised` gives it from the log: an answer by `at`, said at `made_at`.

    `moved` is how often he was told a later moment before it had passed; `settled_at` is when the answer came.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="promises")
    run = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    at = models.DateTimeField()
    moved = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["ticket", "run"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "run"], name="promise_once")]
        indexes: ClassVar = [models.Index(F("at").desc(), F("id").desc(), name="promise_newest")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.run}"


class Renewal(models.Model):
    """A round through tickets, in batches; `after` is the last done. Either a new version of a policy or calendar, that
    open tickets have yet to be measured by, or promises of which there are no rows yet.
    """

    class Of(models.TextChoices):
        VERSIONS = "versions"
        PROMISES = "promises"

    of = models.CharField(max_length=10, choices=Of, default=Of.VERSIONS, db_default=Of.VERSIONS)
    after = models.BigIntegerField(default=0)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.of} from {self.after}"
