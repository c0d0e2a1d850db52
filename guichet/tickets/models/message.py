from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models.ticket import Ticket

MESSAGE_ID_LENGTH = 500  # longer ones are cut: even in four-byte characters it must fit an index row


class MessageKind(models.TextChoices):
    INBOUND = "inbound", _("From the customer")
    OUTBOUND = "outbound", _("To the customer")
    NOTE = "note", _("Internal note")


class Delivery(models.TextChoices):
    """What became of an outgoing message; empty for all others."""

    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    UNCERTAIN = "uncertain", _("Delivery uncertain")
    WITHDRAWN = "withdrawn", _("Taken back")
    HELD = "held", _("Held back")


class HeldFor(models.TextChoices):
    """Why an outgoing message is held back; empty for all others."""

    NEWS = "news"  # somebody wrote meanwhile
    GUARD = "guard"  # the guard found something
    RELEASE = "release"  # a colleague has to release it
    RETURNED = "returned"  # a colleague gave it back


class SideConversation(models.Model):
    """Words with a third party (a supplier) about a ticket, kept apart from those with the customer.

    Its messages have `side` set: agents see them in the ticket, the customer never does.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="sides")
    subject = models.CharField(max_length=500)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.subject}"


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, person: Any) -> MessageQuerySet:
        return self.filter(access.visible_messages(person))

    def public(self, side: SideConversation | int | None = None) -> MessageQuerySet:
        """What customer and desk both may read, or the third party of `side`: the only source of outgoing text.

        Words that are still to leave at a chosen time are nobody's yet.
        """
        said = self.exclude(kind=MessageKind.NOTE).exclude(delivery__in=[Delivery.WITHDRAWN, Delivery.HELD])
        said = said.exclude(delivery=Delivery.QUEUED, send_at__isnull=False)
        return said.filter(is_verified=True, side=side)

    def came_open(self) -> MessageQuerySet:
        """Without what came encrypted: those words are never put into another mail, whoever may have sent it on."""
        return self.exclude(seals__contains=[{"what": "encrypted"}])

    def came_encrypted(self) -> MessageQuerySet:
        return self.filter(seals__contains=[{"what": "encrypted"}])


class Message(models.Model):
    """Words on a ticket. `html` is sanitised, `reply` is what was newly written, `text` the whole.

    Addresses in `to`, `cc`, `bcc` are lists of {"name", "address"}. Of an outgoing message, `message_id`
    and the `raw` bytes (a blob's digest) are fixed when it is written and never change afterwards.
    `from_address` of an outgoing message is the alias it leaves under, empty for the inbox's own address.

    `trust` is what is known of the sender of a mail: {"verdict": "pass" | "fail" | "none", "by": who checked,
    "spf": "…", "dkim": "…", "dmarc": "…", "domain": the aligned one}; empty where nobody checked. `seals` are the
    signatures and encryptions it came in: [{"kind": "smime" | "pgp", "what": "signed" | "encrypted", "state": "valid" |
    "invalid" | "unknown" | "unreadable", "signer": "…", "note": English for gettext, "detail": "…"}].
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    # The ticket it came to or was put on, whose merges lead to `ticket`; empty where that is the same one.
    home = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=MessageKind)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="messages")
    # Of inbound mail: as the sender wrote them, whoever the person is.
    from_name = models.CharField(max_length=300, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)  # the sender's own claim: shown, never sorted by
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    html = models.TextField(blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    bcc = models.JSONField(default=list)
    message_id = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)
    in_reply_to = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)
    auto = models.CharField(max_length=16, blank=True)  # "", or the kind of automatic mail
    # False: mail whose sender could not be tied to this conversation. Agents see it with a warning.
    is_verified = models.BooleanField(default=True)
    trust = models.JSONField(default=dict)
    seals = models.JSONField(default=list)
    side = models.ForeignKey(SideConversation, on_delete=models.CASCADE, null=True, related_name="messages")
    # "Join?": the ticket this mail seems to belong to, though its sender does not take part there.
    suggested = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, related_name="+")
    raw = models.CharField(max_length=64, blank=True)
    delivery = models.CharField(max_length=10, choices=Delivery, blank=True)
    delivery_note = models.TextField(blank=True)  # the other server's words, or why it waits
    send_at = models.DateTimeField(null=True)  # chosen by its author: not before this
    held_for = models.CharField(max_length=10, choices=HeldFor, blank=True, default="", db_default="")
    # Of the ticket, once a colleague has released it.
    status_after = models.CharField(max_length=12, blank=True, default="", db_default="")
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("ticket"), F("at"), F("id"), name="message_conversation"),
            models.Index(F("message_id"), condition=~Q(message_id=""), name="message_message_id"),
            models.Index(F("home"), condition=Q(home__isnull=False), name="message_home"),
            models.Index(F("ticket"), condition=Q(held_for="release"), name="message_to_release"),
            models.Index(F("next_try_at"), condition=Q(delivery__in=["queued", "sending"]), name="message_to_send"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def came_encrypted(self) -> bool:
        return any(seal.get("what") == "encrypted" for seal in self.seals)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, person: Any) -> AttachmentQuerySet:
        """A file is seen by whoever sees its message."""
        return self.filter(access.visible_messages(person, "message__"))


class FileReading(models.TextChoices):
    """Whether search may look into a file."""

    WAITING = "waiting", _("Will be read soon")
    READ = "read", _("Can be searched")
    WITHOUT = "without", _("Has no text")
    FAILED = "failed", _("Could not be read")


class Attachment(models.Model):
    """A file of a message. The bytes are the blob `digest`; `name` is data and never touches a disk."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    is_inline = models.BooleanField(default=False)
    content_id = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)
    reading = models.CharField(
        max_length=8, choices=FileReading, default=FileReading.WAITING, db_default=FileReading.WAITING.value
    )
    reading_note = models.CharField(max_length=200, blank=True, db_default="")  # why it could not be read

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["digest"], name="attachment_digest"),
            models.Index(fields=["id"], condition=Q(reading="waiting"), name="attachment_to_read"),
        ]

    def __str__(self) -> str:
        return self.name
