"""Signing in to Google or Microsoft for an inbox: the client's form, the way there, and the way back."""

from __future__ import annotations

import time
from typing import Any, cast
from urllib.parse import urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from guichet.channels import outbox
from guichet.channels.email import oauth
from guichet.channels.email.sending import esp
from guichet.channels.inbox_settings import editing
from guichet.channels.pages import forget_folders, page
from guichet.channels.sending_forms import SignInForm
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import one_line
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.models import Inbox

STATES = "oauth"  # of the session: state -> [inbox, verifier, when]
STATE_SECONDS = 15 * 60
MOST_STATES = 5


@for_admins
@reads_and_writes
@sensitive_post_parameters()
def sign_in(request: HttpRequest, pk: int, provider: str) -> HttpResponseBase:
    """The client registered there; saved, the browser goes to the provider. "again" goes there at once."""
    inbox = get_object_or_404(Inbox.objects.visible_to(cast(Person, request.user)), pk=pk)
    if provider not in oauth.PROVIDERS:
        raise Http404
    stored: dict[str, Any] = inbox.settings.get("oauth") or inbox.settings.get("oauth_asked") or {}
    if request.method == "POST" and "again" in request.POST and stored.get("provider") == provider:
        return _leave(request, inbox, _same(inbox, stored))
    form = SignInForm(
        request.POST if request.method == "POST" else None,
        provider,
        stored,
        user=inbox.address,
        sends=esp.chosen(inbox) is None,
        fetches=bool((inbox.settings.get("imap") or {}).get("oauth")),
    )
    if form.is_valid():
        return _leave(request, inbox, form.asked())
    context = {
        "inbox": inbox,
        "form": form,
        "provider": provider,
        "label": oauth.PROVIDERS[provider].label,
        "scopes": oauth.PROVIDERS[provider].scope.split(),
        "scopes_text": "\n".join(oauth.PROVIDERS[provider].scope.split()),
        "back": back_address(),
    }
    return may_leave_for_provider(request, page(request, "sending_sign_in", "inboxes", **context))


@for_admins
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Where the provider sends the browser back to. A state is good once, for the session that asked, for minutes."""
    states: dict[str, Any] = request.session.get(STATES) or {}
    begun = states.get(request.GET.get("state", ""))
    if begun is None:
        messages.error(request, _("This sign-in was not begun here, or it is over. Begin again."))
        return redirect("channels:inboxes")
    request.session[STATES] = {state: one for state, one in states.items() if one is not begun}
    inbox_id, verifier, at = begun
    inbox = get_object_or_404(Inbox.objects.visible_to(cast(Person, request.user)), pk=inbox_id)
    error = request.GET.get("error", "")
    if error or time.time() - at > STATE_SECONDS or not request.GET.get("code"):
        words = one_line(request.GET.get("error_description") or error or _("it took too long"), 300)
        messages.error(request, _("Not signed in: %(words)s") % {"words": words})
        return redirect("channels:sending", inbox.pk)
    before = inbox.settings.get("imap")
    try:
        changed = oauth.finish(inbox.pk, request.GET["code"], verifier, back_address())
    except (oauth.SignInAgain, oauth.Unreachable) as trouble:
        messages.error(request, str(trouble))
        return redirect("channels:sending", inbox.pk)
    forget_folders(inbox, before, changed.get("imap"))
    outbox.release(inbox.pk)
    messages.success(request, _("Signed in. Send a test mail to be sure."))
    return redirect("channels:sending", inbox.pk)


def back_address() -> str:
    """To be registered at the provider, letter by letter."""
    return settings.URL + reverse("channels:oauth_callback")


def may_leave_for_provider(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Browsers hold a form's redirects to `form-action` too."""
    parts = [urlsplit(known.authorize) for known in oauth.PROVIDERS.values()]
    origins = [f"{part.scheme}://{part.netloc}" for part in parts]
    return csp_update({"form-action": origins})(lambda request: response)(request)


def _same(inbox: Inbox, stored: dict[str, Any]) -> dict[str, Any]:
    """To ask for the same permission once more."""
    sends, fetches = (bool((inbox.settings.get(name) or {}).get("oauth")) for name in ("outgoing", "imap"))
    return {**{name: stored[name] for name in oauth.ASKED}, "sends": sends or not fetches, "fetches": fetches}


def _leave(request: HttpRequest, inbox: Inbox, asked: dict[str, Any]) -> HttpResponseBase:
    begun = oauth.begin(asked, back_address())
    with editing(inbox.pk) as current:
        current["oauth_asked"] = asked
    states: dict[str, Any] = request.session.get(STATES) or {}
    latest = sorted(states.items(), key=lambda one: one[1][2])[1 - MOST_STATES :]
    request.session[STATES] = {**dict(latest), begun.state: [inbox.pk, begun.verifier, int(time.time())]}
    return may_leave_for_provider(request, redirect(begun.url))
