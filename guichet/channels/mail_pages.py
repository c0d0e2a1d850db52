"""One mail of the ledger: why it became what it became, step by step, its source, and what a person may do about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.channels import ledger_acts, repairs
from guichet.channels.ledger import CLOSED
from guichet.channels.ledger_search import quarantined
from guichet.channels.models import End, MailRule, Parcel, ParcelState, Sighting
from guichet.channels.pages import page
from guichet.kit.files import BlobStore
from guichet.kit.web import read_cursor, write_cursor
from guichet.people.actions import normal_address
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.belief import seal_words
from guichet.tickets.models import Inbox, Message, Ticket

SOURCE_BYTES = 256 * 1024
SIGHTINGS = 50
_VERDICTS = {
    "pass": gettext_lazy("The sender's domain vouches for this mail."),
    "fail": gettext_lazy("The sender's domain does not vouch for this mail: the sender may be forged."),
    "none": gettext_lazy("The sender's domain says nothing about this mail."),
}


@for_admins
@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    me = cast(Person, request.user)
    parcel = get_object_or_404(Parcel.objects.visible_to(me).select_related("inbox"), pk=pk)
    ticket = Ticket.objects.visible_to(me).filter(pk=parcel.ticket_id or 0).first()
    message = Message.objects.visible_to(me).filter(pk=parcel.message_id or 0).first()
    is_closed = parcel.state in CLOSED and parcel.end != End.DELETED
    others = quarantined(Parcel.objects.visible_to(me)).filter(sender=parcel.sender).exclude(pk=pk)
    context = {
        "parcel": parcel,
        "ticket": ticket,
        "end": parcel.get_end_display() or parcel.get_state_display(),
        "reason": _(parcel.reason) if parcel.reason else "",
        "steps": list(_steps(parcel, me)),
        "trust": _trust(message),
        "seals": [seal_words(seal) for seal in message.seals] if message else [],
        "sightings": Sighting.objects.filter(parcel=parcel).select_related("folder").order_by("-at")[:SIGHTINGS],
        "is_closed": is_closed,
        "is_deleted": parcel.end == End.DELETED,
        "is_quarantined": parcel.state == ParcelState.QUARANTINE,
        "others": others.count() if parcel.sender and parcel.state == ParcelState.QUARANTINE else 0,
        "inboxes": Inbox.objects.visible_to(me).filter(is_active=True).exclude(pk=parcel.inbox_id) if is_closed else [],
        "rule_links": _rule_links(parcel),
    }
    return page(request, "mail", "ledger", **context)


def _steps(parcel: Parcel, me: Person) -> Iterator[str]:
    """What was done with it, in the reader's language; tickets that he may not see are not named."""
    steps = [(words, values) for words, values in parcel.steps if words]
    numbers = [values["number"] for _words, values in steps if "number" in values]
    seen = set(Ticket.objects.visible_to(me).filter(number__in=numbers).values_list("number", flat=True))
    for words, values in steps:
        is_hidden = "number" in values and values["number"] not in seen
        yield _step(words, {**values, "number": "…"} if is_hidden else values)


def _step(words: str, values: dict[str, Any]) -> str:
    """A step in the reader's language; one of another version of these words is told as it stands."""
    if "problem" in values:
        values = {**values, "problem": repairs.told(values["problem"])}
    try:
        return _(words) % values
    except (KeyError, ValueError, TypeError):
        return words


def _trust(message: Message | None) -> dict[str, Any] | None:
    if message is None or message.trust.get("verdict") not in _VERDICTS:
        return None
    checks = [f"{name.upper()}: {message.trust[name]}" for name in ("spf", "dkim", "dmarc") if message.trust.get(name)]
    return {
        "words": _VERDICTS[message.trust["verdict"]],
        "is_bad": message.trust["verdict"] == "fail",
        "by": message.trust.get("by", ""),
        "checks": " · ".join(checks),
    }


def _rule_links(parcel: Parcel) -> list[dict[str, str]]:
    """The pages that would make a rule of this mail's sender."""
    domain = parcel.sender.rpartition("@")[2]
    wanted = [
        (_("Always quarantine this sender"), MailRule.Field.SENDER, parcel.sender, MailRule.Action.QUARANTINE),
        (_("Always quarantine this domain"), MailRule.Field.DOMAIN, domain, MailRule.Action.QUARANTINE),
        (_("Never quarantine this sender"), MailRule.Field.SENDER, parcel.sender, MailRule.Action.ALLOW),
    ]
    where = reverse("channels:add_mail_rule")
    return [
        {"words": words, "url": f"{where}?{urlencode({'field': field, 'value': value, 'action': action})}"}
        for words, field, value, action in wanted
        if value
    ]


@for_admins
@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """The beginning of a mail's bytes as text, in a page that can do nothing."""
    parcel = get_object_or_404(Parcel.objects.visible_to(request.user), pk=pk)
    try:
        with BlobStore(settings.DATA / "blobs").open(parcel.raw) as file:
            raw = file.read(SOURCE_BYTES + 1)
    except (FileNotFoundError, ValueError) as gone:
        raise Http404 from gone
    text = raw[:SOURCE_BYTES].decode("utf-8", "replace")
    cut = _("Cut here: the file to download has all of it.") if len(raw) > SOURCE_BYTES else ""
    title = _("Source of mail %(n)s") % {"n": parcel.pk}
    head = format_html('<html lang="{}"><meta charset="utf-8"><title>{}</title>', get_language() or "en", title)
    body = format_html("<main><h1>{}</h1><pre>{}</pre><p>{}</p></main></html>", title, text, cut)
    response = HttpResponse(f"<!doctype html>{head}{body}")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


# -- acts


@for_admins
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Parcel.objects.visible_to(request.user)
    if ledger_acts.release(mine.filter(pk=get_object_or_404(mine, pk=pk).pk)):
        messages.success(request, _("The mail is let through: no rule, filter or limit stops it now."))
    return redirect("channels:mail", pk)


@for_admins
@require_POST
def send_on(request: HttpRequest, pk: int) -> HttpResponse:
    me = cast(Person, request.user)
    parcel = get_object_or_404(Parcel.objects.visible_to(me), pk=pk)
    chosen = request.POST.get("inbox", "")
    inboxes = Inbox.objects.visible_to(me).filter(is_active=True).exclude(pk=parcel.inbox_id)
    inbox = inboxes.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
    if inbox is None:
        messages.error(request, _("Choose the inbox it is for."))
        return redirect("channels:mail", pk)
    try:
        there = ledger_acts.send_on(parcel, inbox, me)
    except (FileNotFoundError, ValueError):
        there = None
    if there is None:
        messages.error(request, _("%(inbox)s has this mail already, or it is on a ticket.") % {"inbox": inbox})
        return redirect("channels:mail", pk)
    messages.success(request, _("The mail is read in %(inbox)s now.") % {"inbox": inbox})
    return redirect("channels:mail", there.pk)


@for_admins
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Parcel.objects.visible_to(request.user)
    one = mine.filter(pk=get_object_or_404(mine, pk=pk).pk)
    count, _at = ledger_acts.delete(one, cast(Person, request.user))
    if count:
        messages.success(request, _("The mail is deleted. For an hour it can be taken back."))
    return redirect("channels:mail", pk)


@for_admins
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Parcel.objects.visible_to(request.user)
    parcel = get_object_or_404(mine, pk=pk)
    if parcel.done_at and ledger_acts.undelete(mine.filter(pk=pk), parcel.done_at):
        messages.success(request, _("The mail is back."))
    else:
        messages.error(request, _("It is gone for good."))
    return redirect("channels:mail", pk)


# -- all of one sender


@for_admins
@require_POST
def release_sender(request: HttpRequest) -> HttpResponse:
    sender = normal_address(request.POST.get("sender", ""))
    held = quarantined(Parcel.objects.visible_to(request.user)).filter(sender=sender)
    count = ledger_acts.release(held) if sender else 0
    words = ngettext("%(n)s mail is let through.", "%(n)s mails are let through.", count)
    messages.success(request, words % {"n": count})
    return redirect(_held())


@for_admins
@require_POST
def delete_sender(request: HttpRequest) -> HttpResponse:
    sender = normal_address(request.POST.get("sender", ""))
    if not sender:
        return redirect(_held())
    held = quarantined(Parcel.objects.visible_to(request.user)).filter(sender=sender)
    count, at = ledger_acts.delete(held, cast(Person, request.user))
    token = write_cursor("deleted mails", [sender, at.isoformat(), count])
    return redirect(f"{_held()}&{urlencode({'deleted': token})}" if count else _held())


@for_admins
@require_POST
def take_sender_back(request: HttpRequest) -> HttpResponse:
    deleted = read_deleted(request.POST.get("deleted", ""))
    if deleted is not None:
        mine = Parcel.objects.visible_to(request.user).filter(sender=deleted["sender"])
        count = ledger_acts.undelete(mine, deleted["at"])
        words = ngettext("%(n)s mail is back.", "%(n)s mails are back.", count)
        messages.success(request, words % {"n": count})
    return redirect(_held())


def read_deleted(token: str) -> dict[str, Any] | None:
    """What was just deleted, by the token of the page that said so."""
    values = read_cursor("deleted mails", token)
    if values is None:
        return None
    sender, at, count = values
    return {"sender": sender, "at": dt.datetime.fromisoformat(at), "count": count}


def _held() -> str:
    return reverse("channels:ledger") + f"?state={ParcelState.QUARANTINE}"


@for_admins
@require_safe
def quarantine_badge(request: HttpRequest) -> HttpResponse:
    """How many mails are quarantined, for the menu."""
    count = quarantined(Parcel.objects.visible_to(request.user)).values("pk")[:1000].count()
    if not count:
        return HttpResponse("")
    words = ngettext("%(n)s mail is quarantined", "%(n)s mails are quarantined", count) % {"n": count}
    shown = "999+" if count == 1000 else str(count)
    html = '<span aria-hidden="true" title="{}">{}</span><span class="sr-only">{}</span>'
    return HttpResponse(format_html(html, words, shown, words))
