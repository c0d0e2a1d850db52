"""What an administrator types about ways out. Secrets are written and never shown again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.channels.email import oauth
from guichet.channels.email.sending import dkim_signing
from guichet.channels.email.sending.esp import Service

_CODE = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


def _secret(label: Any, *, is_stored: bool, is_required: bool = True) -> forms.CharField:
    """Empty keeps what is stored."""
    return forms.CharField(
        label=label,
        required=is_required and not is_stored,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("One is stored. Leave this empty to keep it.") if is_stored else "",
    )


class SignInForm(forms.Form):
    """The client registered at the provider, and the mailbox. `stored` is settings["oauth"] or what was asked last."""

    use_required_attribute = False
    user = forms.CharField(
        label=gettext_lazy("Mailbox"),
        max_length=254,
        help_text=gettext_lazy("The address of the mailbox; also a shared one that whoever signs in may use."),
        widget=forms.TextInput(attrs=_CODE),
    )
    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=300, widget=forms.TextInput(attrs=_CODE))
    tenant = forms.RegexField(
        r"\A[A-Za-z0-9][A-Za-z0-9.-]*\Z",
        label=gettext_lazy("Tenant"),
        max_length=100,
        help_text=gettext_lazy("The ID or the domain of your organisation at Microsoft."),
        widget=forms.TextInput(attrs=_CODE),
    )
    sends = forms.BooleanField(label=gettext_lazy("Send answers through this mailbox"), required=False)
    fetches = forms.BooleanField(label=gettext_lazy("Fetch mail from this mailbox"), required=False)

    def __init__(
        self, typed: Mapping[str, Any] | None, provider: str, stored: Mapping[str, Any], **initial: Any
    ) -> None:
        self.provider = provider
        self.stored = stored if stored.get("provider") == provider else {}
        told = {name: self.stored[name] for name in ("user", "client_id", "tenant") if self.stored.get(name)}
        super().__init__(typed, initial={**initial, **told})
        self.fields["client_secret"] = _secret(_("Client secret"), is_stored=bool(self.stored.get("client_secret")))
        if provider != "microsoft":
            del self.fields["tenant"]
        self.order_fields(["user", "client_id", "client_secret", "tenant", "sends", "fetches"])

    def clean(self) -> None:
        typed = self.cleaned_data
        if not typed.get("sends") and not typed.get("fetches"):
            self.add_error("sends", _("Choose at least one of the two."))
        is_other = typed.get("client_id") != self.stored.get("client_id")
        if not typed.get("client_secret") and is_other and "client_secret" in typed:
            self.add_error("client_secret", _("Type the secret again: it was stored for another client."))

    def asked(self) -> dict[str, Any]:
        """What settings["oauth_asked"] holds."""
        typed = self.cleaned_data
        secret = typed["client_secret"] or self.stored.get("client_secret", "")
        kept = {name: typed.get(name, "") for name in oauth.ASKED}
        return {
            **kept,
            "provider": self.provider,
            "client_secret": secret,
            "sends": typed["sends"],
            "fetches": typed["fetches"],
        }


class ServiceForm(forms.Form):
    """What one service wants to know; `stored` are its options."""

    use_required_attribute = False

    def __init__(self, typed: Mapping[str, Any] | None, service: Service, stored: Mapping[str, Any]) -> None:
        super().__init__(typed)
        self.service, self.stored = service, stored
        for option in service.options:
            self.fields[option.name] = (
                _secret(option.label, is_stored=bool(stored.get(option.name)), is_required=option.is_required)
                if option.is_secret
                else forms.CharField(
                    label=option.label,
                    required=option.is_required,
                    max_length=253,
                    initial=stored.get(option.name, ""),
                    widget=forms.TextInput(attrs=_CODE),
                )
            )
        if service.regions:
            region = next((code for code, url in service.regions.items() if url == stored.get("api_url")), None)
            choices = [(code, code.upper()) for code in service.regions]
            self.fields["region"] = forms.ChoiceField(label=_("Region"), choices=choices, initial=region)

    def options(self) -> dict[str, str]:
        typed = self.cleaned_data
        secret = {option.name for option in self.service.options if option.is_secret}
        made = {
            option.name: typed[option.name] or (self.stored.get(option.name, "") if option.name in secret else "")
            for option in self.service.options
        }
        if self.service.regions:
            made["api_url"] = self.service.regions[typed["region"]]
        return made


class KeyForm(forms.Form):
    use_required_attribute = False
    selector = forms.CharField(
        label=gettext_lazy("Selector"),
        max_length=63,
        initial="guichet",
        help_text=gettext_lazy("A name for this key in your DNS. Take a new one for every new key."),
        widget=forms.TextInput(attrs=_CODE),
    )

    def clean_selector(self) -> str:
        selector = str(self.cleaned_data["selector"]).strip().lower()
        if not dkim_signing.SELECTOR.fullmatch(selector):
            raise ValidationError(_("Letters, digits and hyphens only, as in a domain name."))
        return selector
