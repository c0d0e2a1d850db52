from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Person, Role, Team
from guichet.tickets.models.inbox import Inbox
from guichet.tickets.models.tag import Tag


class Status(models.TextChoices):
    OPEN = "open", _("Open")
    IN_PROGRESS = "in_progress", _("In progress")
    PENDING = "pending", _("Pending")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


OPEN_STATUSES = (Status.OPEN, Status.IN_PROGRESS, Status.PENDING)


class Priority(models.IntegerChoices):
    """Sorts as it reads: critical first."""

    CRITICAL = 1, _("Critical")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")


class Impact(models.IntegerChoices):
    """How far it reaches."""

    HIGH = 1, _("The whole house")
    MEDIUM = 2, _("Several people")
    LOW = 3, _("One person")


class Urgency(models.IntegerChoices):
    """How much it presses."""

    HIGH = 1, _("Work stands still")
    MEDIUM = 2, _("Work is hindered")
    LOW = 3, _("It can wait")


class Step(models.TextChoices):
    """What has to happen next on an open ticket."""

    ANSWER = "answer", _("Answer the customer")
    WAIT_CUSTOMER = "wait_customer", _("Wait for the customer")
    WAIT_OTHER = "wait_other", _("Wait for a third party")
    WORK = "work", _("Do the work")
    LOOK = "look", _("Look again")


class Return(models.TextChoices):
    """Why a ticket came back to whoever shares out the work."""

    LOOK = "look", _("It was time to look at it")
    SNOOZE = "snooze", _("It has slept long enough")
    BOUNCED = "bounced", _("A message was not delivered")
    UNCERTAIN = "uncertain", _("It is uncertain whether a message arrived")
    ABSENT = "absent", _("Its owner is away")
    FULL = "full", _("Its owner is away, and whoever stands in has no room")
    LEFT = "left", _("Its owner left the team")
    GONE = "gone", _("Its owner no longer works here")


LATE = timedelta(minutes=10)  # past this a look that nobody was told of is missed: the worker does not run


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Any) -> TicketQuerySet:
        return self.filter(access.visible_tickets(person))

    def open(self) -> TicketQuerySet:
        """Not yet resolved. `is_open` repeats the status so that small partial indexes serve the lists."""
        return self.filter(is_open=True)

    def awake(self) -> TicketQuerySet:
        """Without those that sleep: working lists show what there is to do now."""
        return self.filter(snoozed_until=None)

    def due(self, now: datetime) -> TicketQuerySet:
        """Open tickets to look at by now, of which nobody was told yet; a small index holds just these."""
        return self.open().filter(returned_at=None, next_look_at__lte=now)

    def returned(self) -> TicketQuerySet:
        """Open tickets that came back and that nobody has taken up since."""
        return self.open().filter(returned_at__isnull=False)

    def orphans(self, now: datetime | None = None) -> TicketQuerySet:
        """Open tickets that could be forgotten: there are none, and this is the one query that shows it.

        Without a date to look at them (the database refuses that), owned by somebody who does not work here, or
        past their date without having come back.
        """
        works = Q(assignee__is_active=True, assignee__role__in=[Role.AGENT, Role.ADMIN])
        missed = Q(returned_at=None, next_look_at__lt=(now or timezone.now()) - LATE)
        return self.open().filter(Q(next_look_at=None) | Q(assignee__isnull=False) & ~works | missed)

    def with_unread(self, person: Person) -> TicketQuerySet:
        """Adds `is_unread`: something was said since this person last looked."""
        seen = Seen.objects.filter(ticket=OuterRef("pk"), person=person, at__gte=OuterRef("last_message_at"))
        return self.annotate(is_unread=~Exists(seen))


class NextNumber(Func):
    """Ticket numbers come from a sequence: gaps are harmless, waiting for one another is not."""

    template = "nextval('ticket_number')"
    output_field = models.BigIntegerField()
    allowed_default = True


class Tomorrow(Func):
    """When a ticket is looked at whose maker said nothing about it."""

    template = "statement_timestamp() + interval '1 day'"
    output_field = models.DateTimeField()
    allowed_default = True


class Parts(Func):
    """The parts of three letters of each word, folded: a text holds another only if it holds its parts."""

    function = "search_parts"  # migration 0019
    output_field = ArrayField(models.TextField())


class Ticket(models.Model):
    """A request. Written only by `tickets.actions`; `version` counts every change and gates stale replies."""

    number = models.BigIntegerField(unique=True, db_default=NextNumber(), editable=False)
    subject = models.CharField(max_length=500)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="requested")
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="tickets")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="tickets")
    assignee = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="assigned")
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    is_open = models.GeneratedField(
        expression=ExpressionWrapper(Q(status__in=[s.value for s in OPEN_STATUSES]), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    priority = models.SmallIntegerField(choices=Priority, default=Priority.NORMAL)
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets")
    language = models.CharField(max_length=8, blank=True)
    # Not for the other people of an organisation that shares its requests.
    is_private = models.BooleanField(default=False, db_default=False)
    version = models.PositiveIntegerField(default=1)
    # The beginning of the latest public message, so that a list needs no messages.
    preview = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    # When the customer began to wait for us; empty while it is their turn.
    waiting_since = models.DateTimeField(null=True)
    # Nothing is forgotten (tickets.agenda): what is next, in words that its owner may add, and when to look at it.
    next_step = models.CharField(max_length=16, choices=Step, default=Step.ANSWER, db_default=Step.ANSWER)
    next_words = models.CharField(max_length=200, blank=True, default="", db_default="")
    next_look_at = models.DateTimeField(null=True, db_default=Tomorrow())
    snoozed_until = models.DateTimeField(null=True)  # out of the working lists until then
    # It came back to whoever shares out the work: since when and why; empty once somebody has taken it up.
    returned_at = models.DateTimeField(null=True)
    returned_why = models.CharField(max_length=12, choices=Return, blank=True, default="", db_default="")
    # The next deadline, as the clocks lend it; one that somebody set; and by when the customer was promised an answer.
    due_at = models.DateTimeField(null=True)
    set_due_at = models.DateTimeField(null=True)
    promised_at = models.DateTimeField(null=True)
    type = models.ForeignKey("tickets.TicketType", on_delete=models.PROTECT, null=True, related_name="tickets")
    # What it is about, how grave it is (both give the priority), and where, if not at the customer's own site.
    category = models.ForeignKey("tickets.Category", on_delete=models.PROTECT, null=True, related_name="tickets")
    impact = models.PositiveSmallIntegerField(choices=Impact, null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, null=True)
    site = models.CharField(max_length=200, blank=True, default="", db_default="")
    extra = models.JSONField(default=dict, db_default=Value({}, output_field=models.JSONField()))  # people.extra
    # Where its words stand since it was merged away, however many merges lie between: see actions.placing.
    merged_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="absorbed", db_index=False
    )

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("last_message_at").desc(), F("id").desc(), name="ticket_newest"),
            models.Index(
                F("last_message_at").desc(), F("id").desc(), condition=Q(is_open=True), name="ticket_open_newest"
            ),
            models.Index(F("waiting_since"), F("id"), condition=Q(is_open=True), name="ticket_open_waiting"),
            models.Index(
                F("priority"),
                F("last_message_at").desc(),
                F("id").desc(),
                condition=Q(is_open=True),
                name="ticket_open_priority",
            ),
            models.Index(F("status"), F("last_message_at").desc(), F("id").desc(), name="ticket_status_newest"),
            models.Index(
                F("assignee"), F("last_message_at").desc(), condition=Q(is_open=True), name="ticket_open_assignee"
            ),
            models.Index(
                F("last_message_at").desc(),
                F("id").desc(),
                condition=Q(is_open=True, assignee=None),
                name="ticket_open_unassigned",
            ),
            models.Index(F("requester"), F("last_message_at").desc(), name="ticket_requester"),
            models.Index(F("next_look_at"), condition=Q(is_open=True, returned_at=None), name="ticket_look_due"),
            models.Index(
                F("returned_at"), F("id"), condition=Q(is_open=True, returned_at__isnull=False), name="ticket_returned"
            ),
            models.Index(F("snoozed_until"), condition=Q(snoozed_until__isnull=False), name="ticket_snoozed"),
            models.Index(F("due_at"), F("id"), condition=Q(is_open=True), name="ticket_open_due"),
            # The other orders of a list.
            models.Index(F("waiting_since"), F("id"), condition=Q(waiting_since__isnull=False), name="ticket_waiting"),
            models.Index(F("due_at"), F("id"), condition=Q(due_at__isnull=False), name="ticket_due"),
            models.Index(F("priority"), F("last_message_at").desc(), F("id").desc(), name="ticket_priority"),
            models.Index(F("language"), name="ticket_language"),
            models.Index(F("created_at").desc(), F("id").desc(), name="ticket_created"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="ticket_updated"),
            models.Index(Lower("subject"), F("id"), name="ticket_subject"),
            # Parts of subjects, and what the house's own fields hold. What waits in these is read by every question.
            GinIndex(Parts(F("subject")), name="ticket_subject_parts", gin_pending_list_limit=256),
            GinIndex(fields=["extra"], name="ticket_extra", gin_pending_list_limit=256),
            models.Index(F("site"), condition=Q(site__gt=""), name="ticket_site"),
            models.Index(F("merged_into"), condition=Q(merged_into__isnull=False), name="ticket_merged_into"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status__in=[s.value for s in OPEN_STATUSES]) | Q(next_look_at__isnull=False),
                name="ticket_open_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"


class Seen(models.Model):
    """Until when a person has read a ticket."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "ticket"], name="seen_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.ticket_id}"
