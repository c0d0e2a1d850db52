"""Settings: ticket types. Their fields are made where those of people are (desk.contacts.field_pages)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guichet.kit.doors import reads_and_writes
from guichet.people.doors import for_admins
from guichet.people.extra import ExtraField
from guichet.tickets.models import Category, TicketType


class TypeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    class Meta:
        model = TicketType
        fields: ClassVar = ["name", "fields"]
        widgets: ClassVar = {"fields": forms.CheckboxSelectMultiple}
        help_texts: ClassVar = {"fields": gettext_lazy("A field that no type has is every ticket's.")}

    def __init__(self, *args: Any, reader: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["fields"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = ExtraField.objects.visible_to(reader).of(ExtraField.Of.TICKET)

    def clean_fields(self) -> list[ExtraField]:
        """A field that is switched off is not offered here, and stays: switched on again it is where it was."""
        offered = self.fields["fields"].queryset  # type: ignore[attr-defined]
        kept = self.instance.fields.exclude(pk__in=offered.values("pk")) if self.instance.pk else ()
        return [*self.cleaned_data["fields"], *kept]


@for_admins
@require_safe
def types(request: HttpRequest) -> HttpResponse:
    found = TicketType.objects.filter(is_active=True).prefetch_related("fields")
    return page(request, "types", "types", types=found)


@for_admins
@reads_and_writes
def ticket_type(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(TicketType, pk=pk) if pk else TicketType()
    name = found.name
    form = TypeForm(request.POST if request.method == "POST" else None, instance=found, reader=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved"))
        return redirect("desk:types")
    return page(request, "type", "types", form=form, name=name, type=found)


@for_admins
@require_POST
def set_type_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Switched off it can no longer be chosen; tickets that have it keep it."""
    found = get_object_or_404(TicketType, pk=pk)
    return switched(request, found, "desk:types")


def switched(request: HttpRequest, found: TicketType | Category, home: str) -> HttpResponse:
    """On or off, as the form says, and said so."""
    found.is_active = request.POST.get("active") == "1"
    found.save(update_fields=["is_active"])
    words = _("%(name)s can be chosen again.") if found.is_active else _("%(name)s can no longer be chosen.")
    messages.success(request, words % {"name": found})
    return redirect(home)


def page(request: HttpRequest, template: str, key: str, **context: Any) -> HttpResponse:
    return render(request, f"desk/kinds/{template}.html", {"section": "settings", "settings_key": key, **context})
