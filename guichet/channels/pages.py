"""Settings pages of inboxes: their accounts, with a test of each connection before anything is saved."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from guichet.channels import outbox
from guichet.channels.email.channel import house_account
from guichet.channels.email.mailbox import imap
from guichet.channels.email.sending import esp, smtp
from guichet.channels.email.sending.smtp import Finding
from guichet.channels.forms import AccountForm, ImapForm, InboxForm, OutgoingForm
from guichet.channels.models import Folder, Parcel
from guichet.kit.account_urls import BadAccount
from guichet.kit.doors import reads_and_writes
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.models import Delivery, Inbox, Message

# A server that hangs holds a test for its whole time-out; the other threads stay for everybody else.
_tests = threading.BoundedSemaphore(2)


def page(request: HttpRequest, template: str, key: str, **context: Any) -> HttpResponse:
    return render(request, f"channels/{template}.html", {"section": "settings", "settings_key": key, **context})


@for_admins
@require_safe
def inboxes(request: HttpRequest) -> HttpResponse:
    arrived = Parcel.objects.visible_to(request.user).filter(inbox=OuterRef("pk")).order_by("-id")
    found = (
        Inbox.objects.visible_to(request.user)
        .select_related("team")
        .prefetch_related("folders")
        .annotate(last_mail_at=Subquery(arrived.values("received_at")[:1]))
        .order_by("-is_active", "name", "address")
    )
    waiting = _waiting(cast(Person, request.user))
    rows = [_described(inbox, waiting.get(inbox.pk)) for inbox in found]
    return page(request, "inboxes", "inboxes", inboxes=rows, **_doors())


def _waiting(person: Person) -> dict[int, str]:
    """The reason why answers of an inbox wait to be sent, where an attempt has failed."""
    rows = Message.objects.visible_to(person).filter(delivery=Delivery.QUEUED).exclude(delivery_note="")
    return dict(rows.order_by("pk").values_list("ticket__inbox_id", "delivery_note"))


def _described(inbox: Inbox, waiting: str | None) -> dict[str, Any]:
    """What a row of the list says. Of the accounts only the servers' names."""
    own, imap_account = inbox.settings.get("outgoing"), inbox.settings.get("imap")
    folders = list(inbox.folders.all()) if imap_account else []
    return {
        "inbox": inbox,
        "imap": imap_account["host"] if imap_account else "",
        "errors": [folder for folder in folders if folder.error],
        "read_at": max((folder.read_at for folder in folders if folder.read_at), default=None),
        "outgoing": service_name(inbox) or (own["host"] if own else ""),
        "sign_in": (inbox.settings.get("oauth") or {}).get("error", ""),
        "waiting": waiting,
        "has_way_out": bool(own) or service_name(inbox) != "" or _house_server() != "",
    }


def service_name(inbox: Inbox) -> str:
    """Of the service that sends for this inbox; "" where a mail server does."""
    service = esp.chosen(inbox)
    return esp.SERVICES[service["name"]].label if service else ""


def _house_server() -> str:
    """The host of GUICHET_OUTGOING; "" where none is set or it cannot be read (`guichet check` tells)."""
    try:
        account = house_account()
    except BadAccount:
        return ""
    return account["host"] if account else ""


def _doors() -> dict[str, Any]:
    """Where a mail server delivers to."""
    return {
        "lmtp": "{}:{}".format(*settings.LMTP),
        "smtp": "{}:{}".format(*settings.SMTP),
        "house_server": _house_server(),
    }


@for_admins
@reads_and_writes
@sensitive_post_parameters()
def inbox(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """An inbox to change, or without `pk` a new one. A "test" button tries what is typed and saves nothing."""
    me = cast(Person, request.user)
    found = get_object_or_404(Inbox.objects.visible_to(me), pk=pk) if pk else Inbox()
    typed = request.POST if request.method == "POST" else None
    form = InboxForm(typed, instance=found, by=me, initial={} if pk else {"team": next(iter(me.team_ids), None)})
    accounts: dict[str, AccountForm] = {
        "imap": ImapForm(typed, "imap", found.settings.get("imap")),
        "outgoing": OutgoingForm(typed, "outgoing", found.settings.get("outgoing")),
    }
    findings: dict[str, Sequence[Finding]] = {}
    if typed is not None and (tested := typed.get("test", "")) in accounts:
        findings[tested] = _test(tested, accounts[tested])
        if request.headers.get("HX-Request"):
            return page(request, "_findings", "inboxes", findings=findings[tested])
    elif typed is not None and all([form.is_valid(), *(account.is_valid() for account in accounts.values())]):
        return _saved(request, form, accounts)
    title = Inbox.objects.visible_to(me).filter(pk=pk).first() if pk else None
    context = {"inbox": title, "form": form, **accounts, "findings": findings, **_doors()}
    context |= {"service": service_name(found), "sign_in_error": (found.settings.get("oauth") or {}).get("error", "")}
    return page(request, "inbox", "inboxes", **context, folders=list(found.folders.all()) if pk else [])


def _saved(request: HttpRequest, form: InboxForm, accounts: Mapping[str, AccountForm]) -> HttpResponse:
    inbox = form.save(commit=False)
    with transaction.atomic():
        # Others write into the same column (renewed tokens): what they wrote since this page was asked for stays.
        rows = Inbox.objects.visible_to(request.user).select_for_update(of=("self",)).filter(pk=inbox.pk)
        before: dict[str, Any] = next((row.settings for row in rows), {})
        kept = {name: value for name, value in before.items() if name not in accounts}
        inbox.settings = kept | {name: each.account() for name, each in accounts.items() if each.is_used}
        inbox.save()
        forget_folders(inbox, before.get("imap"), inbox.settings.get("imap"))
        if before.get("outgoing") != inbox.settings.get("outgoing"):
            outbox.release(inbox.pk)
    messages.success(request, _("Saved"))
    if not Inbox.objects.visible_to(request.user).filter(pk=inbox.pk).exists():
        words = _("%(inbox)s is confidential now: only the members of its team see it.")
        messages.warning(request, words % {"inbox": inbox})
    return redirect("channels:inboxes")


def forget_folders(inbox: Inbox, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> None:
    """How far a mailbox was read says nothing about another one, nor about a folder that is no longer read."""
    if old is None:
        return
    is_same = new is not None and (old["host"], old["user"]) == (new["host"], new["user"])
    kept = new["folders"] if new and is_same else []
    Folder.objects.filter(inbox=inbox).exclude(name__in=kept).delete()


def _test(kind: str, form: AccountForm) -> Sequence[Finding]:
    if not form.is_used:
        return [Finding(False, _("Switch the server on first."))]
    if not form.is_valid():
        named = ((form.fields[name].label, error) for name, errors in form.errors.items() for error in errors)
        return [Finding(False, f"{label}: {error}") for label, error in named]
    if not _tests.acquire(blocking=False):
        return [Finding(False, _("Two tests are running already. Try again in a moment."))]
    try:
        if not connection.in_atomic_block:
            connection.close()  # others may use it while we wait for the server
        return _test_imap(form.account()) if kind == "imap" else smtp.test_account(form.account())
    finally:
        _tests.release()


def _test_imap(account: Mapping[str, Any]) -> Sequence[Finding]:
    problems = imap.test_account(account)
    if problems:
        return [Finding(False, problem.text) for problem in problems]
    words = _("The login of %(user)s is accepted, and every folder can be read: %(folders)s.")
    return [Finding(True, words % {"user": account["user"], "folders": ", ".join(account["folders"])})]
