"""What colleagues can do, how well, how much at once, and for which sites: part of `models`, which names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from guichet.kit.lines import one_line
from guichet.people import access

if TYPE_CHECKING:
    from guichet.people.models import Person

LEVELS = range(1, 6)
LIMIT = 60  # skills of a house


class SkillQuerySet(models.QuerySet["Skill"]):
    def visible_to(self, person: Any) -> SkillQuerySet:
        return self.filter(access.visible_skills(person))


class Skill(models.Model):
    """Something that not everybody can do. With a `language` it is the skill of speaking it."""

    name = models.CharField(_("skill"), max_length=60, unique=True)
    language = models.CharField(_("language"), max_length=8, blank=True)

    objects = SkillQuerySet.as_manager()

    class Meta:
        app_label = "people"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class SkillLevel(models.Model):
    """How well somebody can do it, from 1 to 5; without a row not at all."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="skill_levels")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="levels")
    level = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "skill"], name="skill_level_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=5), name="skill_level_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id} {self.level}"


class Capacity(models.Model):
    """How much open work somebody has at once before routing passes them by; without a row it is their team's
    (`Team.capacity`), or else the house's."""

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, primary_key=True, related_name="capacity")
    units = models.PositiveSmallIntegerField()

    class Meta:
        app_label = "people"

    def __str__(self) -> str:
        return f"{self.person_id} {self.units}"


class ServedSite(models.Model):
    """A site of customers that somebody looks after; without a row they look after all."""

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="served_sites")
    name = models.CharField(max_length=200)

    class Meta:
        app_label = "people"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint("person", Lower("name"), name="served_site_once")]

    def __str__(self) -> str:
        return self.name


def save_skills(
    people: Iterable[Person],
    levels: Mapping[tuple[int, int], int],
    units: Mapping[int, int | None],
    sites: Mapping[int, Iterable[str]] | None = None,
) -> None:
    """Exactly these levels, by (person, skill), capacities and sites of these people; level 0 is not at all."""
    pks = [person.pk for person in people]
    with transaction.atomic():
        SkillLevel.objects.filter(person__in=pks).delete()
        SkillLevel.objects.bulk_create(
            [SkillLevel(person_id=p, skill_id=s, level=level) for (p, s), level in levels.items() if level and p in pks]
        )
        Capacity.objects.filter(person__in=pks).delete()
        Capacity.objects.bulk_create([Capacity(person_id=p, units=n) for p, n in units.items() if n and p in pks])
        ServedSite.objects.filter(person__in=pks).delete()
        ServedSite.objects.bulk_create(
            [ServedSite(person_id=p, name=site) for p, several in (sites or {}).items() for site in several if p in pks]
        )


def add_skill(name: str, language: str = "") -> Skill | None:
    """None where its name is taken, or there are too many."""
    name = one_line(name, 60)
    if not name or Skill.objects.filter(name__iexact=name).exists() or Skill.objects.count() >= LIMIT:
        return None
    return Skill.objects.create(name=name, language=language)
