"""The mails about signing in: plain text, in the reader's language, with links from the configured address only."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from guichet.people.house import house
from guichet.people.models import Invitation, Person


def send_invitation(invitation: Invitation, token: str) -> bool:
    """False where the desk has nothing to send with."""
    context = {"invitation": invitation, "link": invitation_link(token)}
    return _send("invitation", invitation.email, invitation.language, context)


def invitation_link(token: str) -> str:
    return settings.URL + reverse("invitation", args=[token])


def send_reset(person: Person) -> None:
    key = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    link = settings.URL + reverse("account_reset_password_from_key", kwargs=key)
    _send("password_reset", person.email or "", person.language, {"person": person, "link": link})


def send_password_notice(person: Person, network: str) -> None:
    """That the password was changed, and what to do if it was somebody else."""
    link = settings.URL + reverse("account_reset_password")
    zone = person.time_zone or house().time_zone
    context = {"person": person, "link": link, "zone": zone, "at": timezone.now(), "network": network}
    _send("password_changed", person.email or "", person.language, context)


def _send(name: str, address: str, language: str, context: dict[str, Any]) -> bool:
    """Handed to the worker (settings.EMAIL_BACKEND): no page waits for a mail server."""
    with translation.override(language or house().language):
        context = {**context, "house": house(), "house_url": settings.URL}
        subject = " ".join(render_to_string(f"account/email/{name}_subject.txt", context).split())
        text = render_to_string(f"account/email/{name}_message.txt", context).strip() + "\n"
    return EmailMessage(subject, text, to=[address]).send() > 0
