"""When somebody is away, and who stands in: set by themselves, or by an administrator for anybody who works here."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from guichet.accounts.forms import colleagues
from guichet.kit.doors import reads_and_writes
from guichet.people import actions
from guichet.people.access import can
from guichet.people.doors import for_agents
from guichet.people.house import house
from guichet.people.models import Absence, Person
from guichet.tickets import actions as tickets

SHOWN = 100  # tickets that went to others
LONGEST = timedelta(days=5 * 366)
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AbsenceForm(forms.Form):
    """Whole days of the person's own calendar, the last one included."""

    first = forms.DateField(label=gettext_lazy("From"), widget=_DAY)
    last = forms.DateField(label=gettext_lazy("Until and including"), widget=_DAY)
    substitute = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Who stands in"),
        required=False,
        empty_label=gettext_lazy("Nobody: whoever shares out the work decides"),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = ZoneInfo(person.time_zone or house().time_zone)
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.agents().exclude(pk=person.pk).order_by("name", "email")

    def clean(self) -> None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first is None or last is None:
            return
        if last < first:
            raise ValidationError(_("The last day is before the first."))
        if last < timezone.now().astimezone(self._zone).date():
            raise ValidationError(_("These days are over already."))
        today = timezone.now().date()
        if not today - LONGEST < first <= last < today + LONGEST:
            # A year that no clock can count in would break every page that tells who is away.
            raise ValidationError(_("Choose days within the next years."))
        self.cleaned_data["begins_at"] = datetime.combine(first, time(), tzinfo=self._zone)
        self.cleaned_data["ends_at"] = datetime.combine(last + timedelta(days=1), time(), tzinfo=self._zone)


@for_agents
@reads_and_writes
def absence(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One's own or, with `pk`, somebody's."""
    person = whose(request, pk)
    form = AbsenceForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            actions.set_absence(person, words["begins_at"], words["ends_at"], words["substitute"])
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved"))
            return redirect(request.path)
    coming = Absence.objects.visible_to(request.user).filter(person=person, ends_at__gt=timezone.now())
    owned = tickets.needing(person, by=cast(Person, request.user))
    offered = tickets.left_behind(person, by=cast(Person, request.user))
    left = offered.select_related("assignee", "team").order_by("pk")[:SHOWN]
    context = {
        "person": person,
        "form": form,
        "absences": coming.select_related("substitute"),
        "owned": owned,
        "left": left,
    }
    key = "absence" if person == request.user else "people"
    context |= {"section": "settings", "settings_key": key, "zone": str(form._zone), "now": timezone.now()}
    return render(request, "accounts/absence.html", context)


@for_agents
@require_POST
def end_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Back earlier, or not going at all."""
    found = get_object_or_404(Absence.objects.visible_to(request.user), pk=pk)
    person = whose(request, found.person_id)
    actions.end_absence(found)
    messages.success(request, _("%(name)s is not away then.") % {"name": person})
    return redirect("settings:absence") if person == request.user else redirect("settings:absence_of", person.pk)


def whose(request: HttpRequest, pk: int | None) -> Person:
    me = cast(Person, request.user)
    if pk is None or pk == me.pk:
        return me
    if not can(me, "administer"):
        raise Http404
    return cast(Person, get_object_or_404(colleagues(me), pk=pk))
