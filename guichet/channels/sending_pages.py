"""How an inbox sends: its way out, a service's account, the key that signs its mail, and a test mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from guichet.channels import outbox
from guichet.channels.base import Later, Receipt, Refused, Unanswered
from guichet.channels.email import channel, oauth
from guichet.channels.email.sending import dkim_signing, esp, fields, house
from guichet.channels.email.sending.smtp import Finding
from guichet.channels.inbox_settings import editing
from guichet.channels.oauth_pages import may_leave_for_provider
from guichet.channels.pages import page
from guichet.channels.sending_forms import KeyForm, ServiceForm
from guichet.kit.account_urls import BadAccount
from guichet.kit.doors import reads_and_writes
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.models import Inbox


@for_admins
@require_safe
def sending(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _page(request, _inbox(request, pk))


@for_admins
@reads_and_writes
@sensitive_post_parameters()
def service(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """The account of one service. Saved, it is the way out; its addresses to call us at are shown once."""
    inbox, known = _inbox(request, pk), esp.SERVICES.get(name)
    if known is None:
        raise Http404
    stored: Mapping[str, Any] = inbox.settings.get("esp") or {}
    before = stored.get("options", {}) if stored.get("name") == name else {}
    form = ServiceForm(request.POST if request.method == "POST" else None, known, before)
    if form.is_valid():
        secret = esp.new_secret()
        with editing(inbox.pk) as current:
            current["esp"] = {"name": name, "options": form.options(), "webhook_secret": secret}
            outbox.release(inbox.pk)
        inbox.refresh_from_db()
        return _page(request, inbox, addresses=_addresses(inbox, secret))
    context = {
        "inbox": inbox,
        "form": form,
        "service": known,
        "is_installed": esp.is_installed(),
        "install": esp.INSTALL,
    }
    return page(request, "sending_service", "inboxes", **context)


@for_admins
@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out of a provider, or give up a service: mail leaves by the mail server again."""
    inbox = _inbox(request, pk)
    with editing(inbox.pk) as current:
        if request.POST.get("which") == "service":
            current.pop("esp", None)
        elif request.POST.get("which") == "sign-in":
            oauth.forget(current)
        outbox.release(inbox.pk)
    return redirect("channels:sending", inbox.pk)


@for_admins
@require_POST
def sign_mail(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The inbox's DKIM key: make, check (and use once it is published), use all the same, stop, forget."""
    inbox, act = _inbox(request, pk), request.POST.get("act", "")
    if act == "make":
        return _make_key(request, inbox)
    key = inbox.settings.get("dkim")
    if key is None or act not in ("check", "on", "off", "forget"):
        return redirect("channels:sending", inbox.pk)
    findings = _check(key) if act == "check" else []
    is_on = act == "on" or (act == "check" and all(finding.is_ok for finding in findings))
    with editing(inbox.pk) as current:
        if act == "forget":
            current.pop("dkim", None)
        elif "dkim" in current and (is_on or act == "off"):
            current["dkim"]["is_on"] = is_on
    inbox.refresh_from_db()
    return _page(request, inbox, key_findings=findings)


def _make_key(request: HttpRequest, inbox: Inbox) -> HttpResponseBase:
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, inbox, key_form=form)
    made = dkim_signing.make(dkim_signing.domain_of(inbox.address), form.cleaned_data["selector"])
    with editing(inbox.pk) as current:
        current.setdefault("dkim", made)  # a second click makes no second key
    return redirect("channels:sending", inbox.pk)


def _check(key: Mapping[str, Any]) -> list[Finding]:
    if not connection.in_atomic_block:
        connection.close()  # others may use it while the name servers think
    published = dkim_signing.look_up(key)
    if published.is_right:
        return [Finding(True, _("The record is published: answers are signed from now on."))]
    if not published.is_known:
        return [Finding(False, _("The name servers do not answer. Try again in a moment."))]
    if published.found:
        words = _("There is a record of that name, but it holds another key: %(text)s")
        return [Finding(False, words % {"text": published.found[0][:200]})]
    return [Finding(False, _("The record is not there yet. New records can take an hour to be seen everywhere."))]


@for_admins
@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A mail to whoever asks, by the inbox's way out."""
    inbox, me = _inbox(request, pk), cast(Person, request.user)
    findings = _send_test(inbox, me)
    if request.headers.get("HX-Request"):
        return page(request, "_findings", "inboxes", findings=findings)
    return _page(request, inbox, test_findings=findings)


def _send_test(inbox: Inbox, me: Person) -> Sequence[Finding]:
    try:
        out = channel.way_out(inbox)
    except BadAccount as bad:
        return [Finding(False, str(bad))]
    if out is None:
        return [Finding(False, _("No outgoing server is set up for this inbox."))]
    if not me.email:
        return [Finding(False, _("You have no mail address yourself."))]
    names = {"address": me.email, "inbox": inbox.address}
    mail = EmailMessage(_("A test mail of your help desk"), _("Mail of %(inbox)s leaves.") % names, to=[me.email])
    raw = house.compose(mail, (inbox.name, fields.address(inbox.address)))
    raw = dkim_signing.sign(raw, inbox.address, inbox.settings.get("dkim"))
    try:
        if not connection.in_atomic_block:
            connection.close()  # others may use it while we wait for the server
        receipt = out.deliver(inbox.address, [me.email], raw, lambda: None)
    except (Later, Refused) as error:
        return [Finding(False, str(error))]
    except Unanswered as error:
        words = _("The mail was handed over, but no answer came: %(words)s")
        return [Finding(False, words % {"words": error})]
    return _told(receipt, names)


def _told(receipt: Receipt, names: Mapping[str, str]) -> list[Finding]:
    said = [*receipt.refused.values(), *receipt.later.values()]
    if said:
        return [Finding(False, _("%(address)s was not taken: %(words)s") % {**names, "words": said[0]})]
    return [Finding(True, _("The mail is on its way to %(address)s.") % names)]


def _inbox(request: HttpRequest, pk: int) -> Inbox:
    return get_object_or_404(Inbox.objects.visible_to(cast(Person, request.user)), pk=pk)


def _page(request: HttpRequest, inbox: Inbox, **more: Any) -> HttpResponseBase:
    stored = inbox.settings
    key, signed_in, chosen = stored.get("dkim"), stored.get("oauth"), esp.chosen(inbox)
    own = stored.get("outgoing")
    context = {
        "inbox": inbox,
        "way": _way(inbox),
        "signed_in": signed_in and {"label": oauth.PROVIDERS[signed_in["provider"]].label, **_open_fields(signed_in)},
        "sends_signed_in": bool(own and own.get("oauth")) and chosen is None,
        "fetches_signed_in": bool((stored.get("imap") or {}).get("oauth")),
        "chosen": chosen and chosen["name"],
        "service": chosen and esp.SERVICES[chosen["name"]],
        "services": [(name, known.label) for name, known in esp.SERVICES.items()],
        "providers": [(name, known.label) for name, known in oauth.PROVIDERS.items()],
        "is_installed": esp.is_installed(),
        "install": esp.INSTALL,
        "signing": key and _shown_key(inbox, key),
        "key_form": KeyForm(),
        **more,
    }
    return may_leave_for_provider(request, page(request, "sending", "inboxes", **context))


def _way(inbox: Inbox) -> str:
    """The host or service that mail leaves by; "" where there is none."""
    chosen = esp.chosen(inbox)
    if chosen is not None:
        return esp.SERVICES[chosen["name"]].label
    try:
        account = channel.outgoing_account(inbox)
    except BadAccount:
        return ""
    return account["host"] if account else ""


def _open_fields(signed_in: Mapping[str, Any]) -> dict[str, Any]:
    """Of a sign-in only what may be seen."""
    return {name: signed_in.get(name, "") for name in ("provider", "user", "error")}


def _shown_key(inbox: Inbox, key: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "is_on": key["is_on"],
        "name": dkim_signing.record_name(key),
        "value": dkim_signing.record(key),
        "strings": dkim_signing.record_strings(key),
        "domain": key["domain"],
        "is_of_other_domain": key["domain"] != dkim_signing.domain_of(inbox.address),
    }


def _addresses(inbox: Inbox, secret: str) -> dict[str, str]:
    """Where the service shall call us, with the secret in it."""
    desk = urlsplit(settings.URL)
    base = f"{desk.scheme}://{esp.HOOK_USER}:{secret}@{desk.netloc}"
    return {name: base + reverse(f"hooks:{name}", args=[inbox.pk]) for name in ("events", "inbound")}
