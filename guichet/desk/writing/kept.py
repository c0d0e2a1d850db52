"""The drafts of a ticket as its page and its boxes take them."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from guichet.desk import files
from guichet.desk.doors import reader
from guichet.desk.writing import rich
from guichet.kit.lines import one_line
from guichet.people.named import all_but_name
from guichet.tickets.actions import FileRef
from guichet.tickets.models import Draft, Ticket

PREVIEW = 160


def as_json(request: HttpRequest, draft: Draft | None) -> dict[str, Any]:
    """A draft as its box takes it, with files and pictures that this reader may send."""
    if draft is None:
        return {"version": 0, "text": "", "html": "", "fields": {}, "files": []}
    refs = [FileRef(**file) for file in draft.files]
    fields = {name: getattr(draft, name) for name in ("to", "cc", "bcc", "alias", "subject")}
    fields |= sorted_by(draft)
    return {
        "version": draft.version,
        "text": draft.text,
        "html": rich.editable(request, draft.html, refs),
        "fields": {**fields, "answers": str(draft.answers_id or "")},
        "files": [files.held(request, ref) for ref in refs if not ref.is_inline],
        "at": draft.updated_at.isoformat(timespec="seconds"),
    }


def sorted_by(draft: Draft) -> dict[str, str]:
    """By what a new ticket is to be sorted, as its fields take it."""
    return {
        "category": str(draft.category_id or ""),
        "impact": str(draft.impact or ""),
        "urgency": str(draft.urgency or ""),
    }


def of_ticket(request: HttpRequest, ticket: Ticket, *, has_drafts: bool) -> dict[str, Any]:
    """For the ticket page: this person's drafts by sheet, and those in the team's hands. One query where any may be."""
    if not has_drafts:
        return {"drafts": {}, "shared_drafts": []}
    me = reader(request)
    found = Draft.objects.visible_to(me).unsent().filter(ticket=ticket).select_related("person")
    rows: list[Any] = list(found.defer(*all_but_name("person")).order_by("pk"))
    for row in rows:
        row.preview = one_line(row.text, PREVIEW)
        row.is_own = row.person_id == me.pk
    own = {row.panel: as_json(request, row) for row in rows if row.shared_at is None}
    return {"drafts": own, "shared_drafts": [row for row in rows if row.shared_at is not None]}


def tell_left(request: HttpRequest, response: HttpResponseBase, draft: Draft | None) -> HttpResponseBase:
    """After sending: what another device wrote meanwhile did not go out, and is a draft still."""
    if draft is None:
        return response
    if not getattr(request, "htmx", False):
        messages.info(request, _("What you wrote on another device was not sent: it is still a draft."))
        return response
    heard = json.loads(response.headers.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps({**heard, "draft-left": {"panel": draft.panel}}, ensure_ascii=True)
    return response
