from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Team
from guichet.tickets.models.ticket import Ticket


class LinkKind(models.TextChoices):
    """How `ticket` stands to `other`."""

    RELATED = "related", _("Related")
    DUPLICATE = "duplicate", _("Duplicate of")
    CHILD = "child", _("Child of")
    FOLLOW_UP = "follow_up", _("Follow-up of")


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, person: Any) -> LinkQuerySet:
        return self.filter(access.visible_links(person))


class Link(models.Model):
    """`ticket` is a child, duplicate or follow-up of `other`, or related to it. A merged ticket's links count for the
    one that it was merged into; its rows stay, so that they are its own again once the merge is undone.
    """

    kind = models.CharField(max_length=10, choices=LinkKind)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked")

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="link_once"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(kind="child"), name="link_one_parent"),
            models.CheckConstraint(condition=~Q(ticket=F("other")), name="link_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class TicketTemplate(models.Model):
    """A named set of tickets that large work begins with: `parts` is [{"subject": "…", "team": id or None}]."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    parts = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def teams(self) -> set[int]:
        """The teams that its parts name and that are still there."""
        named = {part["team"] for part in self.parts if part.get("team")}
        return set(Team.objects.filter(pk__in=named).values_list("pk", flat=True))
