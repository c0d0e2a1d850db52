"""Settings: named checklists."""

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
from guichet.kit.lines import one_line
from guichet.people.doors import for_admins
from guichet.tickets.models import ChecklistTemplate


class ChecklistForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    lines = forms.CharField(
        label=gettext_lazy("Items"), widget=forms.Textarea({"rows": 8}), max_length=40_000,
        help_text=gettext_lazy("One on each line, in their order."),
    )  # fmt: skip

    class Meta:
        model = ChecklistTemplate
        fields: ClassVar = ["name", "lines", "is_needed"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].initial = "\n".join(self.instance.items)

    def clean_lines(self) -> str:
        typed: str = self.cleaned_data["lines"]
        self.instance.items = [line for one in typed.splitlines() if (line := one_line(one, 300))][:100]
        if not self.instance.items:
            raise forms.ValidationError(_("Write what is to be done."))
        return typed


@for_admins
@require_safe
def checklists(request: HttpRequest) -> HttpResponse:
    return _page(request, "checklists", checklists=ChecklistTemplate.objects.all())


@for_admins
@reads_and_writes
def checklist_template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(ChecklistTemplate, pk=pk) if pk else ChecklistTemplate()
    name = found.name
    form = ChecklistForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved"))
        return redirect("desk:checklists")
    return _page(request, "checklist_template", form=form, name=name, checklist=found)


@for_admins
@require_POST
def delete_checklist(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ChecklistTemplate, pk=pk)
    found.delete()
    messages.success(request, _("The checklist %(name)s is deleted.") % {"name": found.name})
    return redirect("desk:checklists")


def _page(request: HttpRequest, page: str, **context: Any) -> HttpResponse:
    context = {"section": "settings", "settings_key": "checklists", **context}
    return render(request, f"desk/work/{page}.html", context)
