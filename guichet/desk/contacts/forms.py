"""What agents type about people and organisations."""

from __future__ import annotations

import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.desk.extra import ExtraForm
from guichet.kit.lines import one_line
from guichet.people.contacts import NOTE_LIMIT
from guichet.people.models import Language, Organisation, Person


@cache
def time_zones() -> list[str]:
    return sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))


class OrganisationField(forms.CharField):
    """The name of an organisation that the agent sees; a new name makes a new one when the form is saved."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"list": "organisations", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=200, required=False, widget=forms.TextInput(attrs=attributes), **kwargs)


class ContactForm(ExtraForm):
    """Facts of a customer. Addresses and numbers have acts of their own."""

    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    organisation = OrganisationField(label=gettext_lazy("Organisation"))
    department = forms.CharField(label=gettext_lazy("Department"), max_length=200, required=False)
    site = forms.CharField(label=gettext_lazy("Site"), max_length=200, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        required=False,
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("Not known")), *Language.choices]

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"], 200)

    def clean_time_zone(self) -> str:
        typed = "_".join(self.cleaned_data["time_zone"].split())
        found = [name for name in time_zones() if typed.lower() in (name.lower(), name.lower().rpartition("/")[2])]
        if typed and not found:
            raise ValidationError(_("No time zone has this name. Choose one from the list, such as Europe/Paris."))
        return found[0] if typed else ""

    def clean_organisation(self) -> Organisation | str | None:
        """The one of that name, or the name of one to be made. A name that is taken out of sight is refused."""
        name = one_line(self.cleaned_data["organisation"], 200)
        if not name:
            return None
        found = Organisation.objects.visible_to(self.by).filter(name__iexact=name, merged_into=None).first()
        if found is None and Organisation.objects.filter(name=name).exists():
            raise ValidationError(_("This name cannot be used. Ask an administrator, or choose another."))
        return found or name


class NewContactForm(ContactForm):
    email = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    field_order = ("name", "email", "phone")

    def clean(self) -> dict[str, Any]:
        typed = super().clean()
        if not self.errors and not (typed.get("name") or typed.get("email")):
            self.add_error("name", _("Type a name or an address."))
        return typed


class OrganisationForm(ExtraForm):
    """`is_shared` and `domains` are for keepers of the contacts: they decide who sees and who belongs."""

    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    domains = forms.CharField(
        label=gettext_lazy("Mail domains"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=gettext_lazy("One on a line, such as example.com. Whoever first writes from there belongs here."),
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Its people see one another's requests"),
        required=False,
        help_text=gettext_lazy("Not those in confidential inboxes."),
    )

    def __init__(self, *args: Any, keeps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not keeps:
            del self.fields["domains"], self.fields["is_shared"]

    def clean_domains(self) -> list[str]:
        typed: str = self.cleaned_data["domains"]
        return typed.replace(",", " ").split()


class NoteForm(forms.Form):
    text = forms.CharField(max_length=NOTE_LIMIT, required=False, strip=False)
