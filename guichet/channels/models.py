"""The ledger: every thing exactly as it arrived, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.tickets.models import Inbox, Message, Ticket
from guichet.tickets.models.message import MESSAGE_ID_LENGTH


class ParcelState(models.TextChoices):
    RECEIVED = "received", _("Received")
    TICKET = "ticket", _("On a ticket")
    SUPPRESSED = "suppressed", _("Recorded only")
    QUARANTINE = "quarantine", _("Quarantined")


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def visible_to(self, person: Any) -> ParcelQuerySet:
        return self.filter(access.visible_parcels(person))


class Parcel(models.Model):
    """One mail for one inbox. Its raw bytes are the blob `raw`; nothing was parsed before this row was committed.

    `digest` is the SHA-256 of the bytes without the trace headers that a relay adds, so that the same mail
    by two ways is one parcel and another mail under the same Message-ID is another (the Message-ID is among
    the bytes: the digest alone tells both).
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="parcels")
    door = models.CharField(max_length=10)  # lmtp, smtp, imap, pipe
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)  # the addresses of this inbox that were named, lower case
    peer = models.CharField(max_length=64, blank=True)
    raw = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    mail_id = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)  # the Message-ID header, without <>
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.RECEIVED)
    reason = models.TextField(blank=True)
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = ParcelQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "digest"], name="parcel_once"),
        ]
        indexes: ClassVar = [
            models.Index(F("id"), condition=Q(state="received"), name="parcel_received"),
            models.Index(F("state"), F("received_at").desc(), name="parcel_state"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.pk}"


class Folder(models.Model):
    """How far one IMAP folder of an inbox has been read, by UID and never by flags or dates."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=255)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inbox", "name"], name="folder_once")]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.name}"


class Acknowledgement(models.Model):
    """To whom an acknowledgement went and when: the limits per address count these."""

    address = models.CharField(max_length=320)
    at = models.DateTimeField()
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    answers = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(F("address"), F("at").desc(), name="acknowledgement_address")]

    def __str__(self) -> str:
        return self.address


class Dispatch(models.Model):
    """How far the outbox is with one outgoing message whose bytes are fixed (`Message.raw`)."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="dispatch")
    waiting = models.JSONField(default=list)  # addresses that have no final answer yet
    taken = models.JSONField(default=list)  # addresses the server took over
    refused = models.JSONField(default=dict)  # address -> the server's words
    # Times it was handed over and no answer came: it is sent once more on its own, and then never again.
    unanswered = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"dispatch of {self.message_id}"
