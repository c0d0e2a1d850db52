"""What was told to whom, and how each wants to be told. Written by `follow`, `deliver` and one's own pages."""

from __future__ import annotations

from datetime import time
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models import Delivery, Event, Message, Ticket


class Kind(models.TextChoices):
    """Why somebody is told; of several reasons the first in this order is said."""

    MENTION = "mention", _("Somebody mentions me or my team")
    ASSIGNED = "assigned", _("A ticket is assigned to me")
    RELEASE = "release", _("A colleague's reply waits for me to release it")
    FAILED = "failed", _("My words were not delivered, or were held back")
    DUE = "due", _("A ticket of mine, or one that I follow, comes back or nears its deadline")
    CUSTOMER = "customer", _("The customer writes on a ticket of mine, or one that I follow")
    COLLEAGUE = "colleague", _("A colleague writes on a ticket of mine, or one that I follow")
    NEW = "new", _("A new request reaches one of my teams")


class Mailing(models.TextChoices):
    NO = "", _("No mail")
    AT_ONCE = "at_once", _("At once")
    HOURLY = "hourly", _("Every hour")
    MORNING = "morning", _("In the morning")


class Choice(models.Model):
    """How one person is told of one kind; without a row as `ways.DEFAULTS` says."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    bell = models.BooleanField(default=True)
    mail = models.CharField(max_length=8, choices=Mailing, blank=True)
    push = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "kind"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class Wishes(models.Model):
    """What one person chose for all kinds: quiet hours (of their own zone), and what they follow by itself."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    takes_mail = models.BooleanField(_("mail me what I chose to be mailed"), default=True, db_default=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    morning_at = models.TimeField(_("the morning begins at"), default=time(8))
    follows_written = models.BooleanField(_("tickets I write on"), default=True)
    follows_mentioned = models.BooleanField(_("tickets I am mentioned on"), default=True)
    follows_assigned = models.BooleanField(_("tickets that are assigned to me"), default=True)

    def __str__(self) -> str:
        return str(self.person_id)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Any) -> NoticeQuerySet:
        return self.filter(access.visible_notices(person))

    def standing(self) -> NoticeQuerySet:
        """Without those of words that were taken back, or that a colleague has released meanwhile."""
        still_held = Q(message__delivery=Delivery.HELD)
        return self.exclude(message__isnull=False, message__delivery=Delivery.WITHDRAWN).exclude(
            Q(kind=Kind.RELEASE) & ~still_held
        )

    def in_bell(self) -> NoticeQuerySet:
        return self.filter(is_in_bell=True)

    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """One event told to one person. `mail_at`, `push_at`: when it is to leave; empty once it has, or never will."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField()
    is_in_bell = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    push_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "event"], name="notice_once")]
        indexes: ClassVar = [
            models.Index(F("person"), F("ticket"), F("id"), name="notice_person_ticket"),
            models.Index(F("person"), F("ticket"), condition=Q(read_at=None), name="notice_unread"),
            models.Index(F("mail_at"), condition=Q(mail_at__isnull=False), name="notice_to_mail"),
            models.Index(F("push_at"), condition=Q(push_at__isnull=False), name="notice_to_push"),
            models.Index(F("at"), name="notice_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.ticket_id}"


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, person: Any) -> DeviceQuerySet:
        return self.filter(access.visible_own_rows(person))


class Device(models.Model):
    """A browser that takes push messages for one person (RFC 8030): where they go, and the keys that seal them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=1000, unique=True)
    key = models.CharField(max_length=100)  # p256dh: its public key, base64url
    secret = models.CharField(max_length=40)  # auth, base64url
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    reached_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row

    objects = DeviceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
