"""What an administrator types about an inbox. Passwords are written and never shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guichet.kit.account_urls import ImapAccount, SmtpAccount
from guichet.kit.lines import one_line
from guichet.people.actions import normal_address
from guichet.people.models import Language, Person, Team
from guichet.tickets.models import Inbox

ENCRYPTION = (
    ("tls", gettext_lazy("TLS")),
    ("starttls", gettext_lazy("STARTTLS")),
    ("none", pgettext_lazy("encryption", "None")),
)
FOLDERS = 20


ALIASES = 50
_PLACEHOLDER = re.compile(r"\{[^{}\n]*\}")


def own_address(typed: str) -> str:
    """An address that an inbox can have, in the form it is kept. Raises ValidationError."""
    address = normal_address(typed)
    if "+" in address.partition("@")[0]:
        raise ValidationError(_("A plus sign cannot stand in the address of an inbox: it begins a reply's code."))
    try:
        forms.EmailField().clean(address)
    except ValidationError as bad:
        raise ValidationError(_("This is not a mail address.")) from bad
    return address


class AddressLines(forms.CharField):
    """Addresses, one on a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = [word for word in re.split(r"[\s,;]+", super().clean(value) or "") if word]
        if len(words) > ALIASES:
            raise ValidationError(_("At most %(n)s addresses.") % {"n": ALIASES})
        found = []
        for word in words:
            try:
                found.append(own_address(word))
            except ValidationError as bad:
                raise ValidationError(f"{word}: {bad.message}") from bad
        return list(dict.fromkeys(found))


class InboxForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    """An inbox, and for each language what stands around its answers: `salutation_fr`, `signature_fr` …"""

    aliases = AddressLines(
        label=gettext_lazy("Other addresses"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=gettext_lazy(
            "One on a line. Mail to them comes here, and an answer leaves under the address that was written to."
        ),
    )
    flood_limit = forms.IntegerField(
        label=gettext_lazy("Mails an hour from one sender"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=gettext_lazy("More than that waits in the mail ledger, so that nobody can bury the others."),
    )

    class Meta:
        model = Inbox
        fields: ClassVar = [
            "address",
            "aliases",
            "name",
            "team",
            "language",
            "signature",
            "quote_history",
            "acknowledge",
            "promises",
            "is_confidential",
            "plus_addresses",
            "is_active",
            "authserv_id",
            "checks_senders",
            "agents_by_mail",
            "flood_limit",
        ]
        labels: ClassVar = {
            "signature": gettext_lazy("Signature in all other languages"),
            "address": gettext_lazy("Address"),
            "name": gettext_lazy("Name"),
            "quote_history": gettext_lazy("Quoted below an answer"),
            "acknowledge": gettext_lazy("Acknowledge every new request"),
            "promises": gettext_lazy("Say in it by when an answer comes"),
            "is_confidential": gettext_lazy("Confidential"),
            "plus_addresses": gettext_lazy("Signed reply addresses (name+code@…)"),
            "is_active": gettext_lazy("Active"),
            "authserv_id": gettext_lazy("Mail server that checks senders"),
            "checks_senders": gettext_lazy("Check senders here"),
            "agents_by_mail": gettext_lazy("Agents may answer by mail"),
        }
        help_texts: ClassVar = {
            "name": gettext_lazy("Customers read it as the sender of your answers."),
            "language": gettext_lazy("Of acknowledgements and of the words around your answers."),
            "signature": gettext_lazy(
                "Where a language above has none of its own; {agent} is the name of whoever wrote it."
            ),
            "authserv_id": gettext_lazy(
                "If your mail server writes Authentication-Results into each mail: the name it signs them with, "
                "such as mx.example.org. Only its word is believed; anybody could write such a line."
            ),
            "checks_senders": gettext_lazy(
                "Only where mail comes straight from the internet (SMTP or LMTP with the sender's address): "
                "SPF, DKIM and DMARC are looked up for each mail."
            ),
            "agents_by_mail": gettext_lazy(
                "Otherwise mail from an agent's address is taken like anybody's. Even then only an answer to the "
                "agent's own notification counts, from a sender whose domain vouches for it."
            ),
            "acknowledge": gettext_lazy("With the number of the request, in fixed words."),
            "promises": gettext_lazy("The deadline of the first answer. Should it move, the customer is told in time."),
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

        for code, _label in Language.choices:
            words = self.instance.wording.get(code, {})
            self.fields[f"salutation_{code}"] = forms.CharField(
                label=gettext_lazy("Salutation"),
                required=False,
                max_length=200,
                initial=words.get("salutation", ""),
                help_text=_("{name} and {first_name} are the customer's, {agent} is the writer's."),
            )
            self.fields[f"signature_{code}"] = forms.CharField(
                label=gettext_lazy("Signature"),
                required=False,
                max_length=4000,
                initial=words.get("signature", ""),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def wordings(self) -> list[dict[str, Any]]:
        """The fields of each language, for the page."""
        return [
            {
                "label": label,
                "salutation": self[f"salutation_{code}"],
                "signature": self[f"signature_{code}"],
                "is_open": bool(self.instance.wording.get(code)) or self.instance.language == code
                or bool({f"salutation_{code}", f"signature_{code}"} & set(self.errors)),
            }
            for code, label in Language.choices
        ]  # fmt: skip

    def clean_address(self) -> str:
        return own_address(self.cleaned_data["address"])

    def clean(self) -> dict[str, Any]:
        """Each address leads to one inbox; only known placeholders stand in the words around an answer."""
        typed = super().clean() or self.cleaned_data
        address, aliases = (
            typed.get("address", ""),
            [one for one in typed.get("aliases", ()) if one != typed.get("address")],
        )
        typed["aliases"] = aliases
        others = Inbox.objects.exclude(pk=self.instance.pk)
        taken = others.filter(Q(address__in=aliases) | Q(aliases__overlap=[address, *aliases]))
        for other in taken.values_list("address", "aliases"):
            for one in (address, *aliases):
                if one and one in (other[0], *other[1]) and not (one == address and one == other[0]):
                    field = "address" if one == address else "aliases"
                    self.add_error(field, _("%(address)s belongs to another inbox.") % {"address": one})
        for code, _label in Language.choices:
            self._check(f"salutation_{code}", {"{name}", "{first_name}", "{agent}"})
            self._check(f"signature_{code}", {"{agent}"})
        return typed

    def _check(self, field: str, known: set[str]) -> None:
        for found in set(_PLACEHOLDER.findall(str(self.cleaned_data.get(field, "")))) - known:
            self.add_error(field, _("%(word)s is not known here.") % {"word": found})

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # of ModelForm, not in its stubs
        wording = dict(self.instance.wording)
        for code, _label in Language.choices:
            words = {
                "salutation": one_line(self.cleaned_data.get(f"salutation_{code}") or "", 200),
                "signature": (self.cleaned_data.get(f"signature_{code}") or "").replace("\r\n", "\n").strip(),
            }
            wording[code] = {name: said for name, said in words.items() if said}
        self.instance.wording = {code: words for code, words in wording.items() if words}

    def clean_flood_limit(self) -> int:
        return int(self.cleaned_data["flood_limit"] or self.instance.flood_limit)

    def clean_authserv_id(self) -> str:
        """A name as it stands in a header (RFC 8601 2.5), compared without regard to case."""
        name: str = self.cleaned_data["authserv_id"].strip().lower()
        if not re.fullmatch(r"[a-z0-9._:-]*", name):
            raise ValidationError(_("This is not the name of a server."))
        return name

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
