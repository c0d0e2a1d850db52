"""Services that send for us by their API (e-mail service providers): which there are, and what they need to know.

Kept encrypted in `Inbox.settings["esp"]`: {name, options, webhook_secret}. The extra "esp" (django-anymail) does the
talking, in `esp_sending` and `esp_hooks`; nothing here needs it, so that pages can say how to install it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any, Protocol

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.channels.base import Later, Receipt
from guichet.tickets.models import Inbox

INSTALL = "pip install 'guichet[esp]'"
HOOK_USER = "hook"  # of the basic authentication in the addresses that we give to a service


class Way(Protocol):
    """Where mails leave by. `server` names what is down when sending fails."""

    server: str

    def deliver(self, sender: str, to: Sequence[str], raw: bytes, begin: Callable[[], None], about: int = 0) -> Receipt:
        """One mail to all of `to`; raises Later, Refused, Unanswered. `about` is the message's pk, 0 for none."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something a service wants to know. `name` is django-anymail's; `hook` is where only webhooks need it."""

    name: str
    label: Any
    is_secret: bool = True
    is_required: bool = True
    is_for_hooks: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """`regions` are (code, API address); `untracks`: it can be told to leave links and pictures alone.

    `shows_pictures`: it takes inline pictures. `brings_mail`: what arrives there stands whole in its post to us; for
    the others anymail would fetch pieces from addresses in the post, without bounds.
    """

    label: str
    options: tuple[Option, ...]
    regions: Mapping[str, str] = field(default_factory=dict)
    untracks: bool = True
    shows_pictures: bool = True
    brings_mail: bool = True
    hint: Any = ""

    def hook_options(self) -> frozenset[str]:
        return frozenset(option.name for option in self.options if option.is_for_hooks)


def _key_of_hooks(name: str, label: Any) -> Option:
    """A key that a service signs its calls with, if it is told to."""
    return Option(name, label, is_required=False, is_for_hooks=True)


_API_KEY = Option("api_key", gettext_lazy("API key"))
_RAW_POSTMARK = gettext_lazy("Choose “Include raw email content in JSON payload” for arriving mail.")
_RAW_SENDGRID = gettext_lazy("Choose “POST the raw, full MIME message” for arriving mail.")
SERVICES: dict[str, Service] = {
    "postmark": Service(
        "Postmark",
        (
            Option("server_token", gettext_lazy("Server API token")),
            Option("message_stream", gettext_lazy("Message stream"), is_secret=False, is_required=False),
        ),
        hint=_RAW_POSTMARK,
    ),
    "mailgun": Service(
        "Mailgun",
        (
            _API_KEY,
            Option("sender_domain", gettext_lazy("Sending domain"), is_secret=False),
            Option("webhook_signing_key", gettext_lazy("Webhook signing key"), is_for_hooks=True),
        ),
        regions={"us": "https://api.mailgun.net/v3", "eu": "https://api.eu.mailgun.net/v3"},
    ),
    "brevo": Service("Brevo", (_API_KEY,), untracks=False, shows_pictures=False, brings_mail=False),
    "mailjet": Service("Mailjet", (_API_KEY, Option("secret_key", gettext_lazy("Secret key")))),
    "resend": Service("Resend", (_API_KEY,), untracks=False, brings_mail=False),
    "sendgrid": Service(
        "SendGrid",
        (
            _API_KEY,
            _key_of_hooks("tracking_webhook_verification_key", gettext_lazy("Verification key of the events")),
        ),
        hint=_RAW_SENDGRID,
    ),
    "sparkpost": Service(
        "SparkPost",
        (_API_KEY,),
        regions={"us": "https://api.sparkpost.com/api/v1", "eu": "https://api.eu.sparkpost.com/api/v1"},
    ),
}  # fmt: skip


def is_installed() -> bool:
    return find_spec("anymail") is not None


def new_secret() -> str:
    """What a service shows when it calls us: 256 bits."""
    return secrets.token_urlsafe(32)


def chosen(inbox: Inbox) -> Mapping[str, Any] | None:
    """The service this inbox sends by, if any."""
    stored = inbox.settings.get("esp")
    return stored if stored and stored.get("name") in SERVICES else None


def way(inbox: Inbox, stored: Mapping[str, Any]) -> Way:
    if not is_installed():
        return _Missing(SERVICES[stored["name"]].label)
    made: Way = import_string("guichet.channels.email.sending.esp_sending.Service")(inbox.address, stored)
    return made


class _Missing:
    """The extra is not there: mail waits and says why."""

    def __init__(self, label: str) -> None:
        self.server = f"esp {label}"

    def deliver(self, sender: str, to: Sequence[str], raw: bytes, begin: Callable[[], None], about: int = 0) -> Receipt:
        words = _("Sending by a service needs django-anymail: %(command)s") % {"command": INSTALL}
        raise Later(words, is_down=True)
