from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import ExpressionWrapper, F, FilteredRelation, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guichet.conditions.column import ConditionColumn
from guichet.people import access
from guichet.people.models import Person, Team


class Audience(models.TextChoices):
    """For whom a view is."""

    ME = "me", pgettext_lazy("audience", "Only me")
    TEAM = "team", pgettext_lazy("audience", "A team")
    ALL = "all", pgettext_lazy("audience", "Everybody here")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def visible_to(self, person: Any) -> SavedViewQuerySet:
        """Its owner's, its team's or everybody's; deleted ones are nobody's."""
        return self.filter(access.visible_views(person), deleted_at=None)

    def changeable_by(self, person: Any) -> SavedViewQuerySet:
        return self.filter(access.changeable_views(person))

    def arranged_for(self, person: Person) -> SavedViewQuerySet:
        """In this person's own order; adds `is_here` (whether it stands in their side bar) and `can_change`."""
        own = FilteredRelation("places", condition=Q(places__person=person))
        may = ExpressionWrapper(access.changeable_views(person), models.BooleanField())
        is_here = Coalesce("place__is_pinned", "is_pinned")
        shown = self.annotate(place=own, is_here=is_here, can_change=may)
        return shown.order_by(Coalesce("place__position", "pk"), "pk")


class SavedView(models.Model):
    """A named condition with its order and columns. `is_pinned` says where it begins; each person may move it."""

    name = models.CharField(_("name"), max_length=80)
    condition = ConditionColumn()
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # Who wrote the condition as it stands, if it was not the owner: others may not know all that it names.
    author = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    audience = models.CharField(_("for"), max_length=4, choices=Audience, default=Audience.ME)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    is_pinned = models.BooleanField(_("in the side bar"), default=True)
    sort = models.CharField(max_length=20, default="newest")
    columns = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # empty: as the reader likes them
    icon = models.CharField(max_length=20, default="list-filter")
    colour = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)  # for a while, so that it can come back

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience="team", team__isnull=False) | (~Q(audience="team") & Q(team=None)),
                name="view_team_or_none",
            )
        ]
        indexes: ClassVar = [
            models.Index(F("owner"), name="view_owner", condition=Q(deleted_at=None)),
            models.Index(F("deleted_at"), name="view_deleted", condition=Q(deleted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def is_written_by(self, person: Person) -> bool:
        return (self.author_id or self.owner_id) == person.pk


class ViewPlace(models.Model):
    """Where one person keeps one view: in the side bar or not, and in which order."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    is_pinned = models.BooleanField(null=True)
    position = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "view"], name="view_place_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.view_id}"
