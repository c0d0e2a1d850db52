"""Settings: the catalogue of categories, and the matrix that makes a priority of impact and urgency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guichet.desk.kinds.pages import page, switched
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import one_line, whole_number
from guichet.people.doors import for_admins
from guichet.tickets import actions
from guichet.tickets.models import Category, Impact, Priority, Severity, Urgency
from guichet.tickets.models.sorting import USUAL, by_way


class CategoryForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    class Meta:
        model = Category
        fields: ClassVar = ["name", "parent"]
        widgets: ClassVar = {"name": forms.TextInput(attrs={"autocomplete": "off"})}
        help_texts: ClassVar = {"parent": gettext_lazy("There are two levels: a condition that asks for the upper one "
                                                       "means all within it, too.")}  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parents = Category.objects.filter(parent=None).exclude(pk=self.instance.pk)
        field = self.fields["parent"]
        assert isinstance(field, forms.ModelChoiceField)
        # One that has others within it is a main category itself.
        is_upper = bool(self.instance.pk) and self.instance.children.exists()
        field.queryset = Category.objects.none() if is_upper else parents
        field.empty_label = _("Nothing: it is a main category")

    def clean_name(self) -> str:
        name = one_line(self.cleaned_data["name"], 80)
        if "/" in name:
            raise forms.ValidationError(_("Leave out the slash: it stands between the two levels."))
        return name

    def clean(self) -> dict[str, Any]:
        """Django leaves a unique pair to the database where one half of it is empty."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        same = Category.objects.filter(name__iexact=typed.get("name", ""), parent=typed.get("parent"))
        if "name" in typed and same.exclude(pk=self.instance.pk).exists():
            self.add_error("name", _("There is a category of this name already."))
        return typed


@for_admins
@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    found = by_way(list(Category.objects.select_related("parent")))
    return page(request, "categories", "categories", categories=found)


@for_admins
@reads_and_writes
def category(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    found = get_object_or_404(Category.objects.select_related("parent"), pk=pk) if pk else Category()
    name = str(found) if pk else ""
    within = Category.objects.filter(pk=whole_number(request.GET.get("within", "")), parent=None).first()
    form = CategoryForm(request.POST or None, instance=found, initial={} if pk else {"parent": within})
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved"))
        return redirect("desk:categories")
    return page(request, "category", "categories", form=form, name=name, category=found)


@for_admins
@require_POST
def set_category_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Switched off it can no longer be chosen; tickets that have it keep it."""
    found = get_object_or_404(Category.objects.select_related("parent"), pk=pk)
    return switched(request, found, "desk:categories")


class MatrixForm(forms.Form):
    """One choice of a priority for each impact and urgency."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {(one.impact, one.urgency): one.priority for one in Severity.objects.all()}
        for impact in Impact:
            for urgency in Urgency:
                usual = USUAL[impact - 1][urgency - 1]
                self.fields[f"p{impact}{urgency}"] = forms.TypedChoiceField(
                    choices=Priority.choices, coerce=lambda word: Priority(int(word)),
                    initial=kept.get((impact, urgency), usual), label=f"{impact.label}, {urgency.label}",
                    widget=forms.Select(attrs={"class": "control", "aria-label": f"{impact.label}, {urgency.label}"}),
                )  # fmt: skip

    def rows(self) -> Iterator[tuple[str, list[tuple[str, forms.BoundField]]]]:
        for impact in Impact:
            yield str(impact.label), [(str(urgency.label), self[f"p{impact}{urgency}"]) for urgency in Urgency]

    def matrix(self) -> list[list[Priority]]:
        return [[self.cleaned_data[f"p{impact}{urgency}"] for urgency in Urgency] for impact in Impact]


@for_admins
@reads_and_writes
def severity(request: HttpRequest) -> HttpResponse:
    """With `off` the house goes without it; tickets keep what was said of them."""
    if "off" in request.POST:
        actions.save_matrix(None)
        messages.success(request, _("Severity is no longer asked for."))
        return redirect("desk:severity")
    form = MatrixForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.save_matrix(form.matrix())
        messages.success(request, _("Saved"))
        return redirect("desk:severity")
    context = {"form": form, "urgencies": Urgency.labels, "is_in_use": Severity.objects.exists()}
    return page(request, "severity", "severity", **context)
