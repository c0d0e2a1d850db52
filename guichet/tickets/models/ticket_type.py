from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from guichet.people.extra import ExtraField


class TicketType(models.Model):
    """A kind of request, and the extra fields that it has. Fields of no type at all are every ticket's."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    fields = models.ManyToManyField(ExtraField, blank=True, related_name="ticket_types", verbose_name=_("fields"))
    is_active = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
