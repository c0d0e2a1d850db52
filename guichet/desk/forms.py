"""What agents type, checked before any action sees it."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Density, Person, Team, Theme
from guichet.tickets.models import Category, Impact, Priority, Status, Urgency

TEXT_LIMIT = 100_000
HTML_LIMIT = 400_000
ADDRESSES_LIMIT = 50
ADDRESSES_LENGTH = 16_000
LATER = (("hour", ""), ("tomorrow", ""), ("monday", ""), ("at", ""))
_ONE = re.compile(r'(?:"[^"\n]*"|[^,;\n"])+')


class AddressesField(forms.CharField):
    """Mail addresses separated by commas, semicolons or line ends, each with or without a name before it in quotes or
    plain -> [{"name": …, "address": …}], each address once.
    """

    def clean(self, value: Any) -> list[dict[str, str]]:
        words = [word.strip() for word in _ONE.findall(super().clean(value) or "") if word.strip()]
        if len(words) > ADDRESSES_LIMIT:
            raise ValidationError(_("At most %(n)s addresses.") % {"n": ADDRESSES_LIMIT})
        found: dict[str, dict[str, str]] = {}
        for word in words:
            name, _angle, address = word.partition("<") if word.endswith(">") else ("", "", word)
            address = address.removesuffix(">").strip()
            try:
                validate_email(address)
            except ValidationError as bad:
                raise ValidationError(_("%(word)s is not a mail address.") % {"word": word}) from bad
            found.setdefault(address.lower(), {"name": one_line(name.strip().strip('"'), 200), "address": address})
        return list(found.values())


class NoteForm(forms.Form):
    """`html` comes from a rich box and then stands for `text`; a browser without scripts sends none. `draft` is the
    version of the kept draft that these words go on from.
    """

    text = forms.CharField(required=False, max_length=TEXT_LIMIT, strip=False)
    html = forms.CharField(required=False, max_length=HTML_LIMIT, strip=False)
    draft = forms.IntegerField(required=False, min_value=0, max_value=2**31)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n ")

    def clean_html(self) -> str:
        html: str = self.cleaned_data["html"]
        return html.replace("\x00", "")


class LetterForm(NoteForm):
    """Words that go out. `send_at` is when, in the reader's time zone; empty is at once."""

    to = AddressesField(required=False, max_length=ADDRESSES_LENGTH)
    cc = AddressesField(required=False, max_length=ADDRESSES_LENGTH)
    bcc = AddressesField(required=False, max_length=ADDRESSES_LENGTH)
    subject = forms.CharField(required=False, max_length=500)
    alias = forms.CharField(required=False, max_length=254)
    status = forms.TypedChoiceField(choices=Status.choices, coerce=Status, required=False, empty_value=None)
    later = forms.ChoiceField(choices=LATER, required=False)
    send_at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    def clean_subject(self) -> str:
        return one_line(self.cleaned_data["subject"], 500)

    def clean(self) -> None:
        chosen = self.cleaned_data.get("later")
        if chosen and chosen != "at":
            self.cleaned_data["send_at"] = moment(chosen)
        elif not chosen:
            self.cleaned_data["send_at"] = None
        elif self.cleaned_data.get("send_at") is None and "send_at" not in self.errors:
            raise ValidationError(_("Choose the day and time."))
        if chosen == "at" and (at := self.cleaned_data.get("send_at")) and at <= timezone.now():
            raise ValidationError(_("This time is over already."))


class ReplyForm(LetterForm):
    """`answers` is the pk of the message answered; empty for the latest."""

    seen = forms.IntegerField(min_value=0, max_value=2**31)
    answers = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    anyway = forms.BooleanField(required=False)


class DraftForm(NoteForm):
    """A box as it stands, half typed: nothing is asked of it but that it fits. `version` is the draft last known."""

    to = forms.CharField(required=False, max_length=ADDRESSES_LENGTH)
    cc = forms.CharField(required=False, max_length=ADDRESSES_LENGTH)
    bcc = forms.CharField(required=False, max_length=ADDRESSES_LENGTH)
    alias = forms.CharField(required=False, max_length=254)
    subject = forms.CharField(required=False, max_length=500)
    category = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    impact = forms.IntegerField(required=False)
    urgency = forms.IntegerField(required=False)
    answers = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    version = forms.IntegerField(min_value=0, max_value=2**31)
    kept = forms.IntegerField(required=False, min_value=0, max_value=2**62)  # which draft of a new ticket


class NumbersField(forms.MultipleChoiceField):
    """Ids; which of them may be used is for the action to say."""

    def valid_value(self, value: Any) -> bool:
        return str(value).isascii() and str(value).isdecimal() and len(str(value)) < 19

    def clean(self, value: Any) -> list[int]:
        return sorted({int(one) for one in super().clean(value)})


class AskForm(ReplyForm):
    """To a third party: `include` are messages passed on, `pass_on` attachments."""

    include = NumbersField(required=False)
    pass_on = NumbersField(required=False)


class OutgoingForm(LetterForm):
    """A new ticket: `alias` is the address it leaves under, of any inbox of the writer's; `kept` the draft it was."""

    category = forms.ModelChoiceField(Category.objects.none(), required=False)
    impact = forms.TypedChoiceField(choices=Impact.choices, coerce=int, required=False, empty_value=None)
    urgency = forms.TypedChoiceField(choices=Urgency.choices, coerce=int, required=False, empty_value=None)
    take = forms.BooleanField(required=False)
    kept = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Category.objects.filter(is_active=True).select_related("parent")


class LaterForm(forms.Form):
    """Another time for words that wait; neither time nor choice is at once."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31)
    send_at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])


class ReleaseForm(forms.Form):
    """A colleague's reply goes out; `text` is empty where nothing was changed."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31)
    text = forms.CharField(required=False, max_length=100_000, strip=False)

    def clean_text(self) -> str:
        """Lines end as they are kept: words that came back unchanged must not count as changed."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n")


def moment(chosen: str) -> datetime:
    """In an hour, or the next day or Monday at eight by the reader's own clock."""
    now = timezone.localtime()
    if chosen == "hour":
        return now + timedelta(hours=1)
    days = 1 if chosen == "tomorrow" else 7 - now.weekday()
    return datetime.combine(now.date() + timedelta(days=days), time(8), tzinfo=now.tzinfo)


class StatusForm(forms.Form):
    status = forms.TypedChoiceField(choices=Status.choices, coerce=Status)


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=lambda value: Priority(int(value)))


class AssigneeForm(forms.Form):
    """Empty is nobody."""

    assignee = forms.ModelChoiceField(Person.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.agents()


class TeamForm(forms.Form):
    team = forms.ModelChoiceField(Team.objects.all())


class TagsForm(forms.Form):
    """`toggle` is one to put on, or to take off if the ticket has it."""

    toggle = forms.CharField(required=False, max_length=60)


class AppearanceForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices, required=False)
    density = forms.ChoiceField(choices=Density.choices, required=False)
