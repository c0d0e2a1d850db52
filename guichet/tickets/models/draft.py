from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models.message import Message
from guichet.tickets.models.ticket import Impact, Ticket, Urgency


class Panel(models.TextChoices):
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")
    ASK = "ask", _("Third party")
    NEW = "new", _("New ticket")


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, person: Any) -> DraftQuerySet:
        return self.filter(access.visible_drafts(person))

    def unsent(self) -> DraftQuerySet:
        return self.filter(message=None, discarded_at=None)

    def own(self, person: Person) -> DraftQuerySet:
        """What this person is writing and has not handed to the team."""
        return self.unsent().filter(person=person, shared_at=None)

    def shared(self) -> DraftQuerySet:
        return self.unsent().exclude(shared_at=None)


class Draft(models.Model):
    """Words on their way: one for each person, ticket and sheet; of new tickets, that have none yet, as many as were
    begun. `html` is clean, its pictures stand among `files`.

    `version` grows with each change, so that two devices never overwrite one another unseen. A draft that was handed to
    the team has `shared_at` until somebody takes it over; `parts` then tell who wrote what: [{"person": id, "at": "…",
    "text": "…"}], and such a draft is kept with the message it became.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts", null=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    panel = models.CharField(max_length=8, choices=Panel)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    to = models.TextField(blank=True)
    cc = models.TextField(blank=True)
    bcc = models.TextField(blank=True)
    alias = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    # By what a new ticket is to be sorted.
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    impact = models.PositiveSmallIntegerField(choices=Impact, null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, null=True)
    answers = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    files = models.JSONField(default=list)  # [{"name", "content_type", "size", "digest", "is_inline", "content_id"}]
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=list)
    message = models.OneToOneField(Message, on_delete=models.CASCADE, null=True, related_name="draft")

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "person", "panel"],
                condition=Q(message=None, shared_at=None, discarded_at=None),
                name="draft_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.panel} {self.pk}"
