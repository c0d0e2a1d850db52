"""How allauth behaves here: nobody signs up by himself, mails and words are our own."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guichet.accounts import mails
from guichet.people.models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is not active. Ask an administrator of your desk."),
        "email_password_mismatch": _("The address or the password is not right."),
        "enter_current_password": _("This is not your password so far."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("That was wrong too often. Wait five minutes, or set a new password by mail."),
        "invalid_password_reset": _("This link has been used or has expired. Ask for a new one."),
        "rate_limited": _("That was too often in a short time. Wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        person = request.user
        return "/" if getattr(person, "is_agent", False) else reverse("requests")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings:me")

    def send_notification_mail(
        self, template_prefix: str, user: Person, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """The only one there is here: the password was changed."""
        if user.email:
            mails.send_password_notice(user, self.get_client_ip(self.request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count for an address and a network: a stranger's guesses do not lock its owner out."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{self.get_client_ip(request)}"
