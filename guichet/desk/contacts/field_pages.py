"""The house's own fields: settings pages for administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guichet.kit.doors import reads_and_writes
from guichet.people import extra
from guichet.people.doors import for_admins
from guichet.people.extra import ExtraField

OFFERED = (ExtraField.Of.TICKET, ExtraField.Of.PERSON, ExtraField.Of.ORGANISATION)


class FieldForm(forms.Form):
    """`kind` is chosen once: what stands there would mean nothing under another."""

    use_required_attribute = False
    label = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Holds"), choices=ExtraField.Kind)
    choices = forms.CharField(
        label=gettext_lazy("To choose from"),
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One on a line; only for a list."),
    )
    help_text = forms.CharField(label=gettext_lazy("Help"), required=False, max_length=200)
    is_required = forms.BooleanField(label=gettext_lazy("Must be filled in"), required=False)
    is_first = forms.BooleanField(label=gettext_lazy("Already when the type is chosen"), required=False)
    for_customers = forms.BooleanField(label=gettext_lazy("Customers see it too"), required=False)
    is_active = forms.BooleanField(
        label=gettext_lazy("Is asked for"),
        required=False,
        help_text=gettext_lazy("Otherwise it is shown nowhere; what it holds is kept."),
    )

    def __init__(self, typed: Any, *, field: ExtraField) -> None:
        names = ("label", "kind", "help_text", "is_required", "is_first", "for_customers", "is_active")
        super().__init__(typed, initial={name: getattr(field, name) for name in names})
        self.initial["choices"] = "\n".join(field.choices)
        if field.of == ExtraField.Of.TICKET:
            self.fields["is_required"].label = _("Must be filled in before the ticket is resolved")
        else:
            del self.fields["is_first"]
        if field.pk:
            del self.fields["kind"]
        else:
            del self.fields["is_active"]


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    facts = {"section": "settings", "settings_key": "fields"}
    return render(request, f"contacts/{template}.html", {**facts, **context})


@require_safe
@for_admins
def fields(request: HttpRequest) -> HttpResponseBase:
    rows = list(ExtraField.objects.visible_to(request.user).order_by("of", "position", "pk"))
    groups = [(of.value, of.label, [row for row in rows if row.of == of]) for of in OFFERED]
    return _page(request, "fields", groups=groups)


@reads_and_writes
@for_admins
def add_field(request: HttpRequest, of: str) -> HttpResponseBase:
    if of not in OFFERED:
        raise Http404
    return _edit(request, ExtraField(of=of))


@reads_and_writes
@for_admins
def field(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _edit(request, get_object_or_404(ExtraField.objects.visible_to(request.user), pk=pk))


def _edit(request: HttpRequest, found: ExtraField) -> HttpResponseBase:
    title = found.label
    form = FieldForm(request.POST or None, field=found)
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        choices = typed.pop("choices").splitlines()
        for name, value in typed.items():
            setattr(found, name, value)
        try:
            extra.save_field(found, choices)
        except extra.Wrong as wrong:
            form.add_error("choices" if "choice" in found.kind else None, str(wrong))
        else:
            messages.success(request, _("Saved"))
            return redirect("contacts:fields")
    return _page(request, "field", field=found, title=title, form=form)


@require_POST
@for_admins
def move_field(request: HttpRequest, pk: int) -> HttpResponseBase:
    extra.move_up(get_object_or_404(ExtraField.objects.visible_to(request.user), pk=pk))
    return redirect("contacts:fields")
