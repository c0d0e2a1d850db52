"""The ledger: every thing exactly as it arrived, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guichet.kit.crypto import EncryptedJSONField
from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models import Inbox, Message, Ticket
from guichet.tickets.models.message import MESSAGE_ID_LENGTH


class ParcelState(models.TextChoices):
    RECEIVED = "received", _("Received")
    TICKET = "ticket", _("On a ticket")
    SUPPRESSED = "suppressed", _("Recorded only")
    QUARANTINE = "quarantine", _("Quarantined")


class End(models.TextChoices):
    """The one end that every mail comes to."""

    TICKETED = "ticketed", _("Became a ticket")
    JOINED = "joined", _("Joined a ticket")
    DUPLICATE = "duplicate", _("Was here already")
    IGNORED = "ignored", _("Recorded only")
    QUARANTINED = "quarantined", _("Quarantined")
    FAILED = "failed", _("Could not be read")
    DELETED = "deleted", _("Deleted by a person")


class ParcelQuerySet(models.QuerySet["Parcel"]):
    def visible_to(self, person: Any) -> ParcelQuerySet:
        return self.filter(access.visible_parcels(person))


class Parcel(models.Model):
    """One mail for one inbox. Its raw bytes are the blob `raw`; nothing was parsed before this row was committed.

    `digest` is the SHA-256 of the bytes without the trace headers that a relay adds, so that the same mail
    by two ways is one parcel and another mail under the same Message-ID is another (the Message-ID is among
    the bytes: the digest alone tells both).
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="parcels", db_index=False)  # parcel_inbox
    door = models.CharField(max_length=10)  # lmtp, smtp, imap, pipe, esp, import
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)  # the addresses of this inbox that were named, lower case
    peer = models.CharField(max_length=64, blank=True)
    raw = models.CharField(max_length=64, blank=True)  # empty once a person deleted it
    size = models.PositiveBigIntegerField()
    mail_id = models.CharField(max_length=MESSAGE_ID_LENGTH, blank=True)  # the Message-ID header, without <>
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=ParcelState, default=ParcelState.RECEIVED)
    end = models.CharField(max_length=12, choices=End, blank=True)
    reason = models.TextField(blank=True)
    steps = models.JSONField(default=list)
    sender = models.CharField(max_length=320, blank=True)  # the From address, normal form, once it was read
    subject = models.CharField(max_length=200, blank=True)
    is_released = models.BooleanField(default=False)  # a person let it through: no rule or limit stops it again
    is_history = models.BooleanField(default=False)  # of an import: told to nobody, answered by nobody
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
            # The queue: mail of today before that of an import.
            models.Index(F("is_history"), F("id"), condition=Q(state="received"), name="parcel_received"),
            # The ledger is read newest first, through one of these; words by `parcel_words`, made in the migration.
            models.Index(F("state"), F("received_at").desc(), name="parcel_state"),
            models.Index(F("received_at").desc(), F("id").desc(), name="parcel_newest"),
            models.Index(F("inbox"), F("received_at").desc(), F("id").desc(), name="parcel_inbox"),
            models.Index(F("end"), F("received_at").desc(), F("id").desc(), name="parcel_end"),
            models.Index(F("door"), F("received_at").desc(), F("id").desc(), name="parcel_door"),
            models.Index(F("sender"), F("received_at").desc(), F("id").desc(), name="parcel_sender"),
            models.Index(F("mail_id"), condition=~Q(mail_id=""), name="parcel_mail_id"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.pk}"


class FolderQuerySet(models.QuerySet["Folder"]):
    def visible_to(self, person: Any) -> FolderQuerySet:
        return self.filter(access.visible_folders(person))


class Folder(models.Model):
    """How far one IMAP folder of an inbox has been read, by UID and never by flags or dates.

    Mails up to `first_uid` lay there before it was watched and were left: `older`. Of the `total` above it that the
    server showed, `accounted` have a Sighting and `missing` were passed over without one, which must never be; the
    rest is still to be read. Reading counts on from what was counted exactly when last compared (`compared_at`).
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="folders")
    name = models.CharField(max_length=255)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    first_uid = models.BigIntegerField(default=0)
    older = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    accounted = models.PositiveBigIntegerField(default=0)
    missing = models.PositiveBigIntegerField(default=0)
    compared_at = models.DateTimeField(null=True)
    compare_error = models.TextField(blank=True)
    is_asked = models.BooleanField(default=False)  # "check now" was pressed, and the intake has not answered yet

    objects = FolderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inbox", "name"], name="folder_once")]

    def __str__(self) -> str:
        return f"{self.inbox_id} {self.name}"


class Sighting(models.Model):
    """One mail that a server showed us, and what we did with it: the rows that the reconciliation counts.

    A door without a folder (LMTP, a pipe) has a row only where the mail was here already.
    """

    class Outcome(models.TextChoices):
        STORED = "stored", _("Taken in")
        DUPLICATE = "duplicate", _("Was here already")
        LEFT = "left", _("Left in the mailbox")  # too large, or the server does not hand it out: `note` says which
        GONE = "gone", _("Gone before it was fetched")
        OLDER = "older", _("Lay there before")  # above first_uid, but not come since the desk watches

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, null=True, related_name="sightings")
    uid_validity = models.BigIntegerField(null=True)
    uid = models.BigIntegerField(null=True)
    door = models.CharField(max_length=10)
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, null=True, related_name="sightings")
    outcome = models.CharField(max_length=10, choices=Outcome)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["folder", "uid_validity", "uid"], name="sighting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.door} {self.uid}"


class MailRuleQuerySet(models.QuerySet["MailRule"]):
    def visible_to(self, person: Any) -> MailRuleQuerySet:
        return self.filter(access.visible_house_rows(person))


class MailRule(models.Model):
    """What to do with mail of a sender, of a domain or with certain words; without an inbox in all of them."""

    class Field(models.TextChoices):
        SENDER = "sender", _("Sender")
        DOMAIN = "domain", _("Domain of the sender")
        SUBJECT = "subject", _("Words in the subject")
        WORDS = "words", _("Words anywhere")

    class Action(models.TextChoices):
        QUARANTINE = "quarantine", _("Quarantine it")
        IGNORE = "ignore", _("Record it only")
        ALLOW = "allow", _("Let it through, whatever a spam filter says")

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, related_name="mail_rules")
    field = models.CharField(max_length=8, choices=Field)
    value = models.CharField(max_length=320)  # lower case
    action = models.CharField(max_length=10, choices=Action)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    hits = models.PositiveBigIntegerField(default=0)
    last_hit_at = models.DateTimeField(null=True)

    objects = MailRuleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["inbox", "field", "value"], nulls_distinct=False, name="mail_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.value}: {self.action}"


class ImportQuerySet(models.QuerySet["MailImport"]):
    def visible_to(self, person: Any) -> ImportQuerySet:
        return self.filter(access.visible_folders(person))


class MailImport(models.Model):
    """The mail of an old mailbox on its way into the history of an inbox: resumable at `place`, repeatable at will."""

    class Kind(models.TextChoices):
        IMAP = "imap", _("IMAP folder")
        MBOX = "mbox", _("mbox file")
        MAILDIR = "maildir", _("Maildir")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Failed")

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=8, choices=Kind)
    source = EncryptedJSONField(default=dict)  # a path, or an IMAP account with its folder
    name = models.CharField(max_length=300)  # of the source, for people
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    place = models.JSONField(default=dict)
    total = models.PositiveBigIntegerField(null=True)
    done = models.PositiveBigIntegerField(default=0)
    new = models.PositiveBigIntegerField(default=0)
    known = models.PositiveBigIntegerField(default=0)
    failed = models.PositiveBigIntegerField(default=0)
    error = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inbox", "kind", "name"], name="mail_import_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class HistoryKey(models.Model):
    """Which imported ticket a Message-ID belongs to, for somebody who takes part: `mail_id` is a digest of both.

    So old mails find together in whatever order they come, an answer before its question too.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, related_name="+", db_index=False)
    mail_id = models.CharField(max_length=MESSAGE_ID_LENGTH)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["inbox", "mail_id"], name="history_key_once")]

    def __str__(self) -> str:
        return self.mail_id


class MailKeyQuerySet(models.QuerySet["MailKey"]):
    def visible_to(self, person: Any) -> MailKeyQuerySet:
        return self.filter(access.visible_house_rows(person))


class MailKey(models.Model):
    """A key for signed or encrypted mail: our own of an inbox (with `private`), or that of somebody we write to."""

    class Kind(models.TextChoices):
        SMIME = "smime", _("S/MIME certificate")
        PGP = "pgp", _("OpenPGP key")

    kind = models.CharField(max_length=8, choices=Kind)
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, related_name="mail_keys")
    address = models.CharField(max_length=320)  # lower case
    public = models.TextField()  # PEM or armoured
    private = EncryptedJSONField(default=dict)  # {"key": PEM or armoured, "password": "…"}, of our own only
    fingerprint = models.CharField(max_length=128)
    expires_at = models.DateTimeField(null=True)
    is_trusted = models.BooleanField(default=False)
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MailKeyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inbox", "kind", "fingerprint", "address"], nulls_distinct=False, name="mail_key_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["address"], name="mail_key_address")]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


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


class Awaited(models.Model):
    """A Message-ID that a mail named in vain: no mail bore it yet, or one on a ticket that its author takes no part in.

    What the same author says to the same mail, and his own mail that is missing yet, find his words by it.
    """

    mail_id = models.CharField(max_length=MESSAGE_ID_LENGTH)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()  # how far back in the answer's thread, 0 for what it answers

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mail_id"], name="awaited_mail_id")]

    def __str__(self) -> str:
        return self.mail_id
