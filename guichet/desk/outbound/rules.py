"""The settings page of the guard: which checks are on, in the house and in one inbox, and words of one's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.desk.doors import reader
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import one_line
from guichet.people.doors import for_admins
from guichet.tickets import actions
from guichet.tickets.guard.letter import CHECKS
from guichet.tickets.guard.sentences import HELP, LABELS, label
from guichet.tickets.models import GuardChange, GuardPhrase, GuardSwitch, Inbox

LINES = 200
TOLD = 50
STATES = {"": gettext_lazy("As in the house"), "on": gettext_lazy("On"), "off": gettext_lazy("Off")}


class LinesField(forms.CharField):
    """One phrase a line, each at least two characters beside the stars."""

    def __init__(self, **kwargs: Any) -> None:
        rows = {"rows": 6, "spellcheck": "false", "autocomplete": "off"}
        super().__init__(required=False, max_length=LINES * 110, widget=forms.Textarea(attrs=rows), **kwargs)

    def clean(self, value: Any) -> list[str]:
        lines = list(dict.fromkeys(one_line(line, 200).strip() for line in str(super().clean(value)).split("\n")))
        lines = [line for line in lines if line]
        for line in lines:
            if len(line) > 100:
                raise ValidationError(_("“%(words)s…” is too long: at most 100 characters.") % {"words": line[:30]})
            if len(line.replace("*", "").strip()) < 2:
                raise ValidationError(_("“%(words)s” says too little: at least two characters.") % {"words": line})
        if len(lines) > LINES:
            raise ValidationError(_("At most %(n)s lines.") % {"n": LINES})
        return lines


class GuardForm(forms.Form):
    """`check-KEY` is "on" or "off", or for an inbox "house"."""

    never = LinesField(
        label=gettext_lazy("Never send"),
        help_text=gettext_lazy("One a line, found as whole words in any letter case. * is anything on the line."),
    )
    allowed = LinesField(
        label=gettext_lazy("Always allowed"),
        help_text=gettext_lazy("What the checks should let pass, such as your own account number."),
    )

    def __init__(self, *args: Any, inbox: Inbox | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        off = set(_switched(None, is_on=False)) if inbox else set()
        for key in CHECKS:
            own = [(state, STATES[state]) for state in ("on", "off")]
            as_house = _("House: %(state)s") % {"state": str(STATES["off" if key in off else "on"]).lower()}
            choices = [("house", as_house), *own] if inbox else own
            self.fields[f"check-{key}"] = forms.ChoiceField(label=LABELS[key], help_text=HELP[key], choices=choices)

    @property
    def checks(self) -> list[forms.BoundField]:
        return [self[f"check-{key}"] for key in CHECKS]

    @property
    def switches(self) -> dict[str, bool | None]:
        states = {"on": True, "off": False}
        return {key: states.get(self.cleaned_data[f"check-{key}"]) for key in CHECKS}


@for_admins
@reads_and_writes
def rules(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Of the house, or of one inbox."""
    me = reader(request)
    inboxes = list(Inbox.objects.visible_to(me).defer("settings"))
    inbox = get_object_or_404(Inbox.objects.visible_to(me).defer("settings"), pk=pk) if pk else None
    form = GuardForm(request.POST or None, inbox=inbox, initial=_initial(inbox))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        actions.set_guard(inbox, form.switches, never=words["never"], allowed=words["allowed"], by=me)
        messages.success(request, _("Saved. It holds for what is sent from now on."))
        return redirect(request.path)
    changes = GuardChange.objects.visible_to(me).filter(inbox=inbox).select_related("by")[:TOLD]
    places = [(reverse("desk:checks"), _("The whole house"), inbox is None)]
    places += [(reverse("desk:checks", args=[one.pk]), str(one), one.pk == pk) for one in inboxes]
    context = {
        "section": "settings",
        "settings_key": "checks",
        "form": form,
        "inbox": inbox,
        "places": places,
        "changes": [(change, _told(change)) for change in changes],
    }
    return render(request, "desk/outbound/rules.html", context)


def _initial(inbox: Inbox | None) -> dict[str, Any]:
    chosen = dict(GuardSwitch.objects.filter(inbox=inbox).values_list("check_key", "is_on"))
    default = "on" if inbox is None else "house"
    phrases = list(GuardPhrase.objects.filter(inbox=inbox).values_list("kind", "words"))
    made: dict[str, Any] = {
        f"check-{key}": ("on" if chosen[key] else "off") if key in chosen else default for key in CHECKS
    }
    for kind in ("never", "allowed"):
        made[kind] = "\n".join(words for each, words in phrases if each == kind)
    return made


def _switched(inbox: Inbox | None, *, is_on: bool) -> list[str]:
    return list(GuardSwitch.objects.filter(inbox=inbox, is_on=is_on).values_list("check_key", flat=True))


def _told(change: GuardChange) -> str:
    if change.what in CHECKS:
        state = STATES.get(change.became, STATES[""])
        return _("%(what)s: %(state)s") % {"what": label(change.what), "state": state}
    what = {"words": change.what}
    if change.became == "never":
        return _("“%(words)s” is never sent") % what
    if change.became == "allowed":
        return _("“%(words)s” is always allowed") % what
    return _("“%(words)s” is off the list") % what
