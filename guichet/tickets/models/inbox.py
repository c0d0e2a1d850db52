from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guichet.kit.crypto import EncryptedJSONField
from guichet.people import access
from guichet.people.models import Language, Team


class QuoteHistory(models.TextChoices):
    NONE = "none", _("Nothing")
    LAST = "last", _("The message answered")
    ALL = "all", _("The whole public conversation")


class InboxQuerySet(models.QuerySet["Inbox"]):
    def visible_to(self, person: Any) -> InboxQuerySet:
        return self.filter(access.visible_inboxes(person))

    def known_to(self, person: Any) -> InboxQuerySet:
        return self.filter(access.known_inboxes(person))

    def reachable_by(self, person: Any) -> InboxQuerySet:
        return self.filter(access.reachable_inboxes(person))


class Inbox(models.Model):
    """One address that people write to. `settings` holds its channel's account (servers, passwords), encrypted.

    `wording` is what stands around answers in each language: {"fr": {"salutation": "Bonjour {name},", "signature":
    "…"}}; where a language has none, `signature` stands below and nothing above.
    """

    address = models.CharField(_("address"), max_length=254, unique=True)  # lower case
    # Other addresses of this inbox, lower case: mail to them comes here, and answers may leave under them.
    aliases = ArrayField(models.CharField(max_length=254), verbose_name=_("other addresses"), default=list, blank=True)
    name = models.CharField(_("display name"), max_length=120, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="inboxes", verbose_name=_("team"))
    channel = models.CharField(max_length=20, default="email", editable=False)
    language = models.CharField(_("language"), max_length=8, choices=Language, default=Language.ENGLISH)
    signature = models.TextField(_("signature"), blank=True, max_length=4000)
    wording = models.JSONField(default=dict, blank=True, editable=False)
    acknowledge = models.BooleanField(_("acknowledge every new request"), default=True)
    promises = models.BooleanField(_("say by when an answer comes"), default=True, db_default=True)
    is_confidential = models.BooleanField(_("confidential"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    plus_addresses = models.BooleanField(
        _("replies to signed addresses (name+code@…)"),
        default=True,
        help_text=_("Switch off if the mail server does not deliver name+code@… to this inbox."),
    )
    quote_history = models.CharField(
        _("quoted below a reply"), max_length=8, choices=QuoteHistory, default=QuoteHistory.LAST
    )
    # Whose word counts about the sender of a mail (RFC 8601): the authserv-id of our own relay, or our own checks.
    authserv_id = models.CharField(_("name of the mail server that checks senders"), max_length=253, blank=True)
    checks_senders = models.BooleanField(_("check SPF, DKIM and DMARC here"), default=False)
    agents_by_mail = models.BooleanField(_("agents may answer by mail"), default=False)
    flood_limit = models.PositiveIntegerField(_("mails an hour from one sender"), default=100)
    # What one of its tickets weighs in somebody's open work (tickets.load): a call or a chat more than a letter.
    weight = models.PositiveSmallIntegerField(_("weight of a ticket"), default=1, db_default=1)
    settings = EncryptedJSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "address"]

    def __str__(self) -> str:
        return self.name or self.address

    @property
    def addresses(self) -> list[str]:
        """All its addresses, its own first."""
        return [self.address, *self.aliases]


class ChannelMost(models.Model):
    """How many tickets somebody has in work at once, whatever they weigh: of one inbox, or of all inboxes of a channel
    together (two chats, say). Without a person it holds for all who have no row of their own."""

    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, related_name="mosts")
    channel = models.CharField(max_length=20, blank=True, default="", db_default="")  # as Inbox.channel
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, null=True, related_name="+")
    most = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inbox", "channel", "person"], name="channel_most_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(inbox=None) ^ Q(channel=""), name="channel_most_of_one"),
        ]

    def __str__(self) -> str:
        return f"{self.inbox_id or self.channel} {self.person_id or ''} {self.most}"
