"""How allauth behaves here: nobody signs up by himself, and links are built from the configured address."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        path: str = super().get_reset_password_from_key_url(key)
        return settings.URL + "/" + path.split("/", 3)[3] if "://" in path else settings.URL + path

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context["house_url"] = settings.URL
        super().send_mail(template_prefix, email, context)
