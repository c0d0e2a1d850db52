"""The nouns: Macro and its words in each language."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from guichet.people import access
from guichet.people.models import Language, Person, Team


class MacroQuerySet(models.QuerySet["Macro"]):
    def visible_to(self, person: Any) -> MacroQuerySet:
        return self.filter(access.visible_macros(person))

    def editable_by(self, person: Any) -> MacroQuerySet:
        return self.filter(access.editable_macros(person))

    def in_use(self) -> MacroQuerySet:
        return self.filter(removed_at=None)


class Macro(models.Model):
    """Words to insert and acts to do at one stroke. It is everybody's, or a `team`'s, or a `person`'s own.

    `verbs` are the acts (rules.verbs), what is not named stays: {"status": "pending", "priority": 1, "team": id,
    "assignee": "me", "nobody" or an id, "add_tags": […], "remove_tags": […], "note": "…"}.
    """

    name = models.CharField(_("name"), max_length=120)
    folder = models.CharField(_("folder"), max_length=120, blank=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="macros")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="macros")
    verbs = models.JSONField(default=dict, blank=True)
    used = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    removed_at = models.DateTimeField(null=True)

    objects = MacroQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-used", "name"]

    def __str__(self) -> str:
        return self.name

    def words(self, *languages: str) -> MacroText | None:
        """In the first of these languages that it has, else in any. Uses a prefetch of `texts`."""
        texts = {one.language: one for one in self.texts.all()}
        return next((texts[language] for language in (*languages, *sorted(texts)) if language in texts), None)


class MacroText(models.Model):
    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8, choices=Language)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["language"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["macro", "language"], name="macro_text_once")]

    def __str__(self) -> str:
        return f"{self.macro_id} {self.language}"
