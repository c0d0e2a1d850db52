"""What an administrator types about an inbox. Passwords are written and never shown again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guichet.kit.account_urls import ImapAccount, SmtpAccount
from guichet.kit.lines import one_line
from guichet.people.actions import normal_address
from guichet.people.models import Person, Team
from guichet.tickets.models import Inbox

ENCRYPTION = (
    ("tls", gettext_lazy("TLS")),
    ("starttls", gettext_lazy("STARTTLS")),
    ("none", pgettext_lazy("encryption", "None")),
)
FOLDERS = 20


class InboxForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    class Meta:
        model = Inbox
        fields: ClassVar = [
            "address",
            "name",
            "team",
            "language",
            "signature",
            "quote_history",
            "acknowledge",
            "is_confidential",
            "plus_addresses",
            "is_active",
        ]
        labels: ClassVar = {
            "address": gettext_lazy("Address"),
            "name": gettext_lazy("Name"),
            "quote_history": gettext_lazy("Quoted below an answer"),
            "acknowledge": gettext_lazy("Acknowledge every new request"),
            "is_confidential": gettext_lazy("Confidential"),
            "plus_addresses": gettext_lazy("Signed reply addresses (name+code@…)"),
            "is_active": gettext_lazy("Active"),
        }
        help_texts: ClassVar = {
            "name": gettext_lazy("Customers read it as the sender of your answers."),
            "language": gettext_lazy("Of acknowledgements and of the words around your answers."),
            "signature": gettext_lazy("Below every answer."),
            "acknowledge": gettext_lazy("With the number of the request, in fixed words."),
            "is_confidential": gettext_lazy("Only members of its team see it: no other administrator does."),
            "plus_addresses": gettext_lazy(
                "The surest way to find the ticket of an answer. "
                "Switch it off if the mail server does not deliver name+code@… to this inbox."
            ),
            "is_active": gettext_lazy("Otherwise mail to it is refused; its tickets stay."),
        }
        widgets: ClassVar = {
            "address": forms.EmailInput(attrs={"autocomplete": "off"}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "signature": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = self.fields["team"]
        assert isinstance(team, forms.ModelChoiceField)
        team.queryset = Team.objects.visible_to(by)
        team.empty_label = None
        if self.instance.pk:
            self.fields["address"].help_text = _(
                "Answers to mails already sent still go to the old address: let it be forwarded here."
            )

    def clean_address(self) -> str:
        address = normal_address(self.cleaned_data["address"])
        if "+" in address.partition("@")[0]:
            raise ValidationError(_("A plus sign cannot stand in the address of an inbox: it begins a reply's code."))
        try:
            forms.EmailField().clean(address)
        except ValidationError as bad:
            raise ValidationError(_("This is not a mail address.")) from bad
        return address

    def clean_name(self) -> str:
        """It stands in a mail's header."""
        return one_line(self.cleaned_data["name"], 120)


class SecretField(forms.CharField):
    """Marked as needed, but empty is well where one is stored: the form decides."""

    def validate(self, value: Any) -> None:
        self.run_validators(value)


class AccountForm(forms.Form):
    """One mail server. `stored` is the account as it is kept; its password never leaves the server.

    Where the password is left empty the stored one is used, but only for the same server, user and encryption:
    nobody can have it sent elsewhere by changing the name of the host.
    """

    use_required_attribute = False  # fields of a server that is not used are hidden, and may be empty
    is_on = forms.BooleanField(required=False)
    host = forms.CharField(
        label=gettext_lazy("Server"),
        max_length=253,
        error_messages={"required": gettext_lazy("Type the name of the server, such as mail.example.org.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, required=False)
    tls = forms.ChoiceField(label=gettext_lazy("Encryption"), choices=ENCRYPTION, initial="tls")
    user = forms.CharField(
        label=gettext_lazy("User"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    password = SecretField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    ports: ClassVar[Mapping[str, int]]

    def __init__(self, typed: Mapping[str, Any] | None, prefix: str, stored: Mapping[str, Any] | None) -> None:
        self.stored = stored or {}
        initial = {name: value for name, value in self.stored.items() if name != "password"}
        super().__init__(typed, prefix=prefix, initial={**initial, "is_on": bool(self.stored)})
        # Signed in at a provider (email.oauth): server and login are not typed here, and stay as they are.
        self.is_signed_in = bool(self.stored.get("oauth"))
        if self.is_signed_in:
            for name in ("host", "port", "tls", "user", "password"):
                del self.fields[name]
            return
        if self.stored.get("password"):
            self.fields["password"].help_text = _("One is stored. Leave this empty to keep it.")
        places = [f"{self.ports[tls]} ({label})" for tls, label in ENCRYPTION if tls in self.ports]
        self.fields["port"].help_text = _("Left empty: %(ports)s.") % {"ports": ", ".join(places)}

    def full_clean(self) -> None:
        """Nothing is asked of a server that is not used."""
        super().full_clean()
        if self.is_bound and not self.is_used:
            self._errors = forms.utils.ErrorDict()

    @property
    def is_used(self) -> bool:
        return bool(self.data.get(self.add_prefix("is_on"))) if self.is_bound else bool(self.stored)

    def clean_host(self) -> str:
        host = str(self.cleaned_data["host"]).strip().strip("[]").rstrip(".").lower()
        if any(character.isspace() or character in "/@" for character in host):
            raise ValidationError(_("Only the name of the server belongs here, such as mail.example.org."))
        return host

    def clean(self) -> None:
        typed = self.cleaned_data
        if self.is_signed_in:
            return
        if "tls" in typed and not typed.get("port"):
            typed["port"] = self.ports[typed["tls"]]
        if typed.get("password") or not typed.get("user"):
            return
        if not self.stored.get("password"):
            self.add_error("password", _("Type the password."))
        elif any(typed.get(name) != self.stored.get(name) for name in ("host", "port", "tls", "user")):
            words = _("Type the password again: it was stored for another server, port, encryption or user.")
            self.add_error("password", words)

    def account(self) -> SmtpAccount:
        """What is typed, after `is_valid`; with the stored password where none is."""
        typed = self.cleaned_data
        if self.is_signed_in:
            names = SmtpAccount.__annotations__
            return cast(SmtpAccount, {name: value for name, value in self.stored.items() if name in names})
        kept = typed["password"] or (self.stored.get("password", "") if typed["user"] else "")
        return SmtpAccount(host=typed["host"], port=typed["port"], tls=typed["tls"], user=typed["user"], password=kept)


class OutgoingForm(AccountForm):
    ports: ClassVar = {"tls": 465, "starttls": 587, "none": 25}


class ImapForm(AccountForm):
    folders = forms.CharField(
        label=gettext_lazy("Folders"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=gettext_lazy("One on a line. Left empty: INBOX."),
    )
    delete_after = forms.BooleanField(
        label=gettext_lazy("Delete mails from the mailbox once they are safe here"),
        required=False,
        help_text=gettext_lazy("Otherwise the mailbox is left as it is; not even read marks are set."),
    )
    ports: ClassVar = {"tls": 993, "starttls": 143, "none": 143}

    def __init__(self, typed: Mapping[str, Any] | None, prefix: str, stored: Mapping[str, Any] | None) -> None:
        super().__init__(typed, prefix, {**stored, "folders": "\n".join(stored["folders"])} if stored else None)
        if self.is_signed_in:
            return
        user, password = self.fields["user"], self.fields["password"]
        user.required = password.required = True
        user.error_messages["required"] = _("Type the name of the user.")

    def clean_folders(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["folders"].splitlines() if line.strip()]
        if len(names) > FOLDERS:
            raise ValidationError(_("At most %(n)s folders.") % {"n": FOLDERS})
        if any(len(name) > 255 for name in names):
            raise ValidationError(_("The name of a folder has at most 255 characters."))
        return list(dict.fromkeys(names)) or ["INBOX"]

    def account(self) -> ImapAccount:
        typed = self.cleaned_data
        return ImapAccount(**super().account(), folders=typed["folders"], delete_after=typed["delete_after"])
