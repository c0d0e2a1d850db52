"""The nouns: Macro with its words in each language; Rule with its versions and what it did."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guichet.conditions.column import ConditionColumn
from guichet.people import access
from guichet.people.models import Language, Person, Team
from guichet.tickets.models import Event, Inbox, Ticket


class MacroQuerySet(models.QuerySet["Macro"]):
    def visible_to(self, person: Any) -> MacroQuerySet:
        return self.filter(access.visible_macros(person))

    def editable_by(self, person: Any) -> MacroQuerySet:
        return self.filter(access.editable_macros(person))

    def in_use(self) -> MacroQuerySet:
        return self.filter(removed_at=None)


class Macro(models.Model):
    """Words to insert and acts to do at one stroke. It is everybody's, or a `team`'s, or a `person`'s own.

    `verbs` are the acts (rules.verbs), what is not named stays: {"status": "pending", "priority": 1, "team": id,
    "assignee": "me", "nobody" or an id, "add_tags": […], "remove_tags": […], "note": "…"}.
    """

    name = models.CharField(_("name"), max_length=120)
    folder = models.CharField(_("folder"), max_length=120, blank=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="macros")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="macros")
    verbs = models.JSONField(default=dict, blank=True)
    used = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True)

    objects = MacroQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-used", "name"]

    def __str__(self) -> str:
        return self.name

    def words(self, *languages: str) -> MacroText | None:
        """In the first of these languages that it has, else in any. Uses a prefetch of `texts`."""
        texts = {one.language: one for one in self.texts.all()}
        return next((texts[language] for language in (*languages, *sorted(texts)) if language in texts), None)


class MacroText(models.Model):
    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8, choices=Language)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["language"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["macro", "language"], name="macro_text_once")]

    def __str__(self) -> str:
        return f"{self.macro_id} {self.language}"


TIME = "time"  # the one entry of `Rule.on` that is no event


class Since(models.TextChoices):
    """Which moment of a ticket a time rule counts from; each moment is an occasion, and each occasion comes once."""

    WAITING = "waiting", pgettext_lazy("since", "the customer has been waiting")
    STATUS = "status", pgettext_lazy("since", "the status was set")
    MESSAGE = "message", pgettext_lazy("since", "the last message")
    CREATED = "created", pgettext_lazy("since", "the request was opened")


class RuleQuerySet(models.QuerySet["Rule"]):
    def visible_to(self, person: Any) -> RuleQuerySet:
        return self.filter(access.visible_rules(person))

    def kept(self) -> RuleQuerySet:
        return self.filter(removed_at=None)

    def active(self) -> RuleQuerySet:
        return self.kept().filter(is_active=True)


class Rule(models.Model):
    """When one of the events `on` happens and the condition holds, the verbs are done. With `on` == ["time"] the clock
    asks: once for each moment of `since` that is `minutes` old, or whose `minutes` of working time have passed.

    Without `inbox` it looks at all tickets but those of confidential inboxes, as administrators do. `verbs` as in
    rules.verbs.
    """

    name = models.CharField(_("name"), max_length=120)
    place = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(_("active"), default=True)
    inbox = models.ForeignKey(
        Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("Where")
    )
    on = ArrayField(models.CharField(max_length=60), default=list)
    since = models.CharField(max_length=10, choices=Since, blank=True)
    minutes = models.PositiveIntegerField(default=0)
    in_working_time = models.BooleanField(_("in working time"), default=False, db_default=False)
    condition = ConditionColumn()
    verbs = models.JSONField(default=dict)
    stops = models.BooleanField(_("no later rule looks at the same event"), default=False)
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["place", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_timed(self) -> bool:
        return self.on == [TIME]

    @property
    def via(self) -> str:
        """Under which its acts stand in the log."""
        return f"rule:{self.pk}:{self.version}"


class RuleVersion(models.Model):
    """A rule as it was from `at` on."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    facts = models.JSONField()
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["rule", "version"], name="rule_version_once")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.version}"


class RuleRunQuerySet(models.QuerySet["RuleRun"]):
    def visible_to(self, person: Any) -> RuleRunQuerySet:
        return self.filter(access.visible_rule_runs(person))


class RuleRun(models.Model):
    """One rule on one ticket for one occasion: an event, or a moment. `changes` is the way back, `why` what it could
    not do, and `did` which verbs were done."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    version = models.PositiveIntegerField()
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, related_name="+")
    moment = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now_add=True)
    changes = models.JSONField(default=dict)
    did = models.JSONField(default=list)
    why = models.CharField(max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = RuleRunQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "event"], name="rule_once_for_event"),
            models.UniqueConstraint(fields=["rule", "ticket", "moment"], name="rule_once_for_moment"),
            models.CheckConstraint(
                condition=Q(event__isnull=False) ^ Q(moment__isnull=False), name="rule_run_has_one_occasion"
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("rule"), F("id").desc(), name="rule_run_latest"),
            models.Index(F("ticket"), F("id").desc(), name="rule_run_ticket"),
            models.Index(F("at"), name="rule_run_age"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.ticket_id}"


class RoutingQuerySet(models.QuerySet["Routing"]):
    def visible_to(self, person: Any) -> RoutingQuerySet:
        return self.filter(access.visible_rule_runs(person))


class Routing(models.Model):
    """Whom a ticket was given to by itself, and the facts from which that was picked (rules.picking).

    It `is_waiting` while nobody fits. `via` is the rule, or "next" for whoever took the most urgent one; `value` is
    what the rule asked.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    via = models.CharField(max_length=40)
    value = models.JSONField(default=dict)
    facts = models.JSONField()
    chosen = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    is_waiting = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    objects = RoutingQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("ticket"), F("id").desc(), name="routing_ticket"),
            models.Index(F("chosen"), F("at").desc(), name="routing_turn"),
            models.Index(F("at"), name="routing_waiting", condition=Q(is_waiting=True)),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.chosen_id}"
