"""How an act on a contact ends: back on their page, which says what was done and offers to take it back."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from guichet.people.models import Change, Organisation, Person

UNDO = (
    '<span>{}</span><form method="post" action="{}">'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}<button>{}</button></form>'
)


def home_of(of: Person | Organisation) -> str:
    return reverse("contacts:person" if isinstance(of, Person) else "contacts:organisation", args=[of.pk])


def undo_of(change: Change | None) -> tuple[str, Mapping[str, str]] | None:
    return (reverse("contacts:undo", args=[change.pk]), {}) if change is not None else None


def done(
    request: HttpRequest, to: str, text: str, undo: tuple[str, Mapping[str, str]] | None = None
) -> HttpResponseBase:
    """To that page, which says `text` once, with a button that POSTs `undo` (address, values)."""
    if undo is not None:
        values = format_html_join("", '<input type="hidden" name="{}" value="{}">', undo[1].items())
        text = format_html(UNDO, text, undo[0], get_token(request), values, _("Undo"))
    messages.success(request, text)
    return _go(request, to)


def refused(request: HttpRequest, to: str, text: str) -> HttpResponseBase:
    messages.error(request, text)
    return _go(request, to)


def _go(request: HttpRequest, to: str) -> HttpResponseBase:
    """A part of a page that asked is told to load the whole."""
    return HttpResponse(headers={"HX-Redirect": to}) if request.headers.get("HX-Request") else redirect(to)
