from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Person, Team
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


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, person: Any) -> TicketQuerySet:
        return self.filter(access.visible_tickets(person))

    def open(self) -> TicketQuerySet:
        """Not yet resolved. `is_open` repeats the status so that small partial indexes serve the lists."""
        return self.filter(is_open=True)

    def with_unread(self, person: Person) -> TicketQuerySet:
        """Adds `is_unread`: something was said since this person last looked."""
        seen = Seen.objects.filter(ticket=OuterRef("pk"), person=person, at__gte=OuterRef("last_message_at"))
        return self.annotate(is_unread=~Exists(seen))


class NextNumber(Func):
    """Ticket numbers come from a sequence: gaps are harmless, waiting for one another is not."""

    template = "nextval('ticket_number')"
    output_field = models.BigIntegerField()
    allowed_default = True


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
    version = models.PositiveIntegerField(default=1)
    # The beginning of the latest public message, so that a list needs no messages.
    preview = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    # When the customer began to wait for us; empty while it is their turn.
    waiting_since = models.DateTimeField(null=True)

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
