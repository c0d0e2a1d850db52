"""What search looks in; kept by triggers in the transaction that changes a message (migration 0004 holds the SQL)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from guichet.people import access
from guichet.tickets.models.message import Attachment
from guichet.tickets.models.ticket import Ticket


class IndexCard(models.Model):
    """The words of a ticket: number and subject (weight A), what was newly said and who asks (B), names of people and
    files (C), quotes and the text of files (D).

    A long conversation has several cards, each with the messages from `first` on (an id) until the next card begins,
    so that one more message never costs more than one card. A file with text has a card of its own.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="cards")
    first = models.BigIntegerField(default=0)
    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, null=True, related_name="card")
    words = SearchVectorField()
    size = models.IntegerField(default=0)  # the last position in `words`

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(F("ticket"), F("first"), condition=Q(attachment=None), name="index_card_once")
        ]
        # What waits in the index's list is read by every search: a short list, emptied often.
        indexes: ClassVar = [GinIndex(fields=["words"], name="index_card_words", gin_pending_list_limit=256)]

    def __str__(self) -> str:
        return f"{self.ticket_id} from {self.first}"


class KnownWord(models.Model):
    """A word that stands somewhere in this house, folded, with what it may be recognised by (`search_keys`).

    It is learned a moment after the message that brought it. Nobody is ever shown one that is not on a ticket of his.
    """

    word = models.TextField(primary_key=True, db_collation="C")
    uses = models.PositiveIntegerField(default=1)  # in how many messages, about
    keys = ArrayField(models.TextField())

    class Meta:
        indexes: ClassVar = [GinIndex(fields=["keys"], name="known_word_keys")]

    def __str__(self) -> str:
        return self.word


class FileTextQuerySet(models.QuerySet["FileText"]):
    def visible_to(self, person: Any) -> FileTextQuerySet:
        return self.filter(access.visible_messages(person, "attachment__message__"))


class FileText(models.Model):
    """What a file says, as far as it is indexed."""

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, primary_key=True, related_name="text")
    text = models.TextField()

    objects = FileTextQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.attachment_id)


class ToIndex(models.Model):
    """Work for the indexer: a ticket whose cards are to be written anew, or a message whose words are to be learned."""

    ticket_id = models.BigIntegerField(null=True)
    message_id = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.message_id}"
