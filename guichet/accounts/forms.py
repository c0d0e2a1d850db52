"""What people type to sign in, to be invited, and about themselves."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any, ClassVar

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.accounts import tasks
from guichet.kit.lines import one_line
from guichet.people import actions
from guichet.people.house import house
from guichet.people.models import FourEyes, Helpdesk, Language, OnAbsence, Person, Role, Team, Theme

PASSWORD_HELP = gettext_lazy("At least 10 characters. A short sentence is easy to remember.")
# Names that people know; the rest of the database are abbreviations and old spellings.
REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def time_zones() -> tuple[str, ...]:
    """Names of the IANA database by region and city, and UTC."""
    names = (name for name in zoneinfo.available_timezones() if name.split("/")[0] in REGIONS and "/" in name)
    return ("UTC", *sorted(names))


def _say(field: forms.Field, label: str, help_text: object = "") -> None:
    field.label, field.help_text = label, str(help_text)
    field.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], _("E-mail address"))
        _say(self.fields["password"], _("Password"))
        _say(self.fields["remember"], _("Stay signed in on this device"))


class AskResetForm(ResetPasswordForm):  # type: ignore[misc]
    """The worker looks for the account: here known and unknown addresses are the same work."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], _("E-mail address"))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address: str = self.cleaned_data["email"]
        tasks.send_reset.defer(address=address)
        return address


class ResetForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """Behind the link of a reset mail: whoever opened it has the mailbox."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password1"], _("New password"), PASSWORD_HELP)
        _say(self.fields["password2"], _("New password, once more"))

    def save(self) -> None:
        super().save()
        actions.prove_address(self.user)


class ChangeForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["oldpassword"], _("Password so far"))
        _say(self.fields["password1"], _("New password"), PASSWORD_HELP)
        _say(self.fields["password2"], _("New password, once more"))


class SetForm(SetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password1"], _("New password"), PASSWORD_HELP)
        _say(self.fields["password2"], _("New password, once more"))


class AcceptForm(forms.Form):
    """The invited person's name and password."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        help_text=gettext_lazy("As customers will read it below your answers."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password, once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self) -> str:
        return _named(self.cleaned_data["name"])

    def clean(self) -> None:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        elif first:
            try:
                validate_password(first, Person(name=self.cleaned_data.get("name", ""), email=self.email))
            except ValidationError as weak:
                self.add_error("password1", weak)


class TimeZoneField(forms.CharField):
    """A name of `time_zones`; also the city alone, in any letter case, with spaces: "new york"."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(
            label=gettext_lazy("Time zone"), max_length=64, widget=forms.TextInput(attrs=attributes), **kwargs
        )

    def clean(self, value: Any) -> str:
        typed = "_".join(str(super().clean(value)).split())
        found = [name for name in time_zones() if typed.lower() in (name.lower(), name.lower().rpartition("/")[2])]
        if typed and not found:
            raise ValidationError(_("No time zone has this name. Choose one from the list, such as Europe/Paris."))
        return found[0] if typed else ""


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    time_zone = TimeZoneField(required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Colours"), choices=Theme, widget=forms.RadioSelect)

    class Meta:
        model = Person
        fields: ClassVar = ["name", "language", "time_zone", "theme"]
        widgets: ClassVar = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        language = self.fields["language"]
        assert isinstance(language, forms.TypedChoiceField)
        language.required = True
        language.choices = list(Language.choices)
        self.fields["time_zone"].widget.attrs["placeholder"] = house().time_zone

    def clean_name(self) -> str:
        return _named(self.cleaned_data["name"])


class HouseForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    time_zone = TimeZoneField(help_text=gettext_lazy("Of mails, and of whoever has not chosen one."))
    answer_days = forms.IntegerField(
        label=gettext_lazy("Working days until we look at what a customer wrote"), min_value=1, max_value=60
    )
    wait_days = forms.IntegerField(
        label=gettext_lazy("Working days until we look whether an answer came"), min_value=1, max_value=60
    )

    class Meta:
        model = Helpdesk
        fields: ClassVar = ["name", "language", "time_zone", "answer_days", "wait_days"]

    def clean_name(self) -> str:
        return _named(self.cleaned_data["name"])


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=Language, help_text=gettext_lazy("Of the invitation, and of the desk.")
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Agents see the inboxes of their teams."),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, by)


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    teams = forms.ModelMultipleChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Agents see the inboxes of their teams."),
    )

    keeps_contacts = forms.BooleanField(
        label=gettext_lazy("Keeps the contacts"),
        required=False,
        help_text=gettext_lazy(
            "Sees all people and organisations, merges them, and imports lists. Sees no ticket more than before."
        ),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, by)

    def clean_name(self) -> str:
        return _named(self.cleaned_data["name"])


class MemberField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in its stubs only
    def label_from_instance(self, obj: Any) -> str:
        return str(obj) if obj.is_active else _("%(name)s (deactivated)") % {"name": obj}


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    members = MemberField(
        Person.objects.none(),
        label=gettext_lazy("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    leads = MemberField(
        Person.objects.none(),
        label=gettext_lazy("Who looks after its work"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They share out the work on the board and see how much each member has."),
    )

    trainees = MemberField(
        Person.objects.none(),
        label=gettext_lazy("Trainees"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("They release no replies, and a colleague reads theirs wherever they write."),
    )

    class Meta:
        model = Team
        fields: ClassVar = ["name", "four_eyes", "on_absence"]
        widgets: ClassVar = {"four_eyes": forms.RadioSelect, "on_absence": forms.RadioSelect}
        labels: ClassVar = {
            "four_eyes": gettext_lazy("Whose replies a colleague releases"),
            "on_absence": gettext_lazy("Where the open work of a member goes who is away"),
        }

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members, leads, trainees = self.fields["members"], self.fields["leads"], self.fields["trainees"]
        assert isinstance(members, MemberField)
        assert isinstance(leads, MemberField)
        assert isinstance(trainees, MemberField)
        members.queryset = leads.queryset = trainees.queryset = colleagues(by)
        self.fields["four_eyes"].required = self.fields["on_absence"].required = False
        if self.instance.pk:
            learning = self.instance.memberships.filter(is_trainee=True)
            trainees.initial = learning.values_list("person_id", flat=True)
            members.initial = self.instance.memberships.values_list("person_id", flat=True)
            leads.initial = self.instance.memberships.filter(is_lead=True).values_list("person_id", flat=True)

    def clean(self) -> dict[str, Any]:
        """Whoever looks after a team, or learns in it, is in it."""
        words: dict[str, Any] = super().clean() or self.cleaned_data
        words["four_eyes"] = words.get("four_eyes") or self.instance.four_eyes or FourEyes.NOBODY
        words["on_absence"] = words.get("on_absence") or self.instance.on_absence or OnAbsence.SUBSTITUTE
        for field in ("leads", "trainees"):
            strangers = set(words.get(field) or ()) - set(words.get("members") or ())
            if strangers and not self.errors:
                names = ", ".join(sorted(str(one) for one in strangers))
                self.add_error(field, _("Not a member of the team: %(names)s.") % {"names": names})
        return words

    def clean_name(self) -> str:
        return _named(self.cleaned_data["name"])


def colleagues(by: Person) -> Any:
    """Those who work here, also when they are kept out for now."""
    return Person.objects.visible_to(by).filter(role__in=[Role.AGENT, Role.ADMIN]).order_by("name", "email")


def _offer(form: forms.Form, by: Person) -> None:
    role, teams = form.fields["role"], form.fields["teams"]
    assert isinstance(role, forms.ChoiceField)
    assert isinstance(teams, forms.ModelMultipleChoiceField)
    role.choices = [(each.value, each.label) for each in (Role.AGENT, Role.ADMIN)]
    teams.queryset = Team.objects.visible_to(by)


def _named(name: str) -> str:
    """One line without control characters; raises ValidationError where nothing is left."""
    line = one_line(name, 200)
    if not line:
        raise ValidationError(_("Type a name."))
    return line
