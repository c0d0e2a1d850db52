from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from guichet.people import access
from guichet.people.models import Person, Team
from guichet.tickets.models.message import Message
from guichet.tickets.models.ticket import Ticket


class FollowerQuerySet(models.QuerySet["Follower"]):
    def visible_to(self, person: Any) -> FollowerQuerySet:
        return self.filter(access.visible_events(person))

    def following(self) -> FollowerQuerySet:
        return self.filter(state=Follower.State.FOLLOWS)


class Follower(models.Model):
    """What one agent wants to hear of one ticket. Without a row: what concerns them anyway, as its owner."""

    class State(models.TextChoices):
        FOLLOWS = "follows"
        LEFT = "left"  # on purpose: no act of theirs makes them follow it again
        MUTED = "muted"  # hears nothing more, unless it is handed to them or they are named

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="followers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.FOLLOWS)

    objects = FollowerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "person"], name="follower_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state} {self.ticket_id}"


class Mention(models.Model):
    """Somebody named in a note, or a whole team. Only who could see the ticket then; whoever tells them asks anew."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "person", "team"], nulls_distinct=False, name="mention_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(team__isnull=True), name="mention_of_one_or_a_team"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.person_id or self.team_id}"
