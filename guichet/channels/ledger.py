"""Reading the ledger of everything that came in, and giving one of its mails another try."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction

from guichet.channels.models import Acknowledgement, End, Parcel, ParcelQuerySet, ParcelState
from guichet.kit import pg
from guichet.tickets.events import BELL
from guichet.tickets.models import Attachment, Message, MessageKind

PAGE = 100  # parcels: their texts are held in memory together
MACHINES = ("auto-reply", "auto-generated")


CLOSED = (ParcelState.QUARANTINE, ParcelState.SUPPRESSED)  # ends on no ticket: they can be opened once more


def retry(parcels: ParcelQuerySet) -> int:
    """Have those of these parcels that did not become a ticket opened once more; how many there are."""
    return open_again(parcels)


def open_again(parcels: ParcelQuerySet, **changes: Any) -> int:
    with transaction.atomic():
        closed = parcels.filter(state__in=CLOSED).exclude(end=End.DELETED)
        fresh = {"state": ParcelState.RECEIVED, "end": "", "reason": "", "steps": [], "tries": 0}
        again = closed.update(**{**fresh, "claimed_until": None, "done_at": None, **changes})
        if again:
            pg.notify(BELL, "parcel")
    return again


def pages(state: str = "") -> Iterator[list[Parcel]]:
    """The ledger in the order of arrival, of one state or all."""
    chosen = (
        Parcel.objects.select_related("inbox", "ticket__requester", "message__author")
        .defer("inbox__settings")
        .order_by("pk")
    )
    if state:
        chosen = chosen.filter(state=state)
    last = 0
    while page := list(chosen.filter(pk__gt=last)[:PAGE]):
        yield page
        last = page[-1].pk


def entries(page: Sequence[Parcel]) -> Iterator[dict[str, Any]]:
    """The documented object of each parcel (docs/cli.md); three queries whatever the number of mails."""
    message_ids = {parcel.message_id for parcel in page if parcel.message_id}
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.filter(message_id__in=message_ids):
        files[file.message_id].append(file)
    answers: dict[int, list[str]] = defaultdict(list)
    for sent in Acknowledgement.objects.filter(answers_id__in=message_ids).select_related("message").order_by("pk"):
        answers[sent.answers_id].append(sent.message.text)
    said: dict[int, list[Message]] = defaultdict(list)
    spoken = Message.objects.filter(ticket_id__in={parcel.ticket_id for parcel in page if parcel.ticket_id})
    for message in (
        spoken.exclude(kind=MessageKind.NOTE)
        .only("ticket_id", "kind", "from_address", "is_verified", "auto", "to", "cc", "bcc")
        .order_by("at", "pk")
    ):
        said[message.ticket_id].append(message)
    for parcel in page:
        yield _entry(
            parcel,
            files[parcel.message_id or 0],
            answers[parcel.message_id or 0],
            said[parcel.ticket_id or 0],
        )


def _entry(parcel: Parcel, files: Iterable[Attachment], answers: list[str], said: list[Message]) -> dict[str, Any]:
    message, ticket = parcel.message, parcel.ticket
    # A suppressed report is tied to the outgoing message it speaks of: that one's words are not this mail's.
    own = message if message is not None and message.kind == MessageKind.INBOUND else None
    return {
        "id": parcel.pk,
        "sha256": parcel.raw,
        "message_id": parcel.mail_id,
        "state": parcel.state,
        "end": parcel.end,
        "reason": parcel.reason,
        "ticket": ticket.number if ticket else None,
        "mailbox": parcel.inbox.address,
        "author": _author(parcel, own),
        "participants": _participants(parcel, said),
        "auto_replies": len(answers),
        "auto_reply_text": "\n\n".join(answers),
        "outbound_to": _distinct(
            entry["address"]
            for each in said
            if each.kind == MessageKind.OUTBOUND
            for entry in (*each.to, *each.cc, *each.bcc)
        ),
        "text": own.text if own else "",
        "html": own.html if own else "",
        "attachments": [
            {
                "name": file.name,
                "size": file.size,
                "content_type": file.content_type,
                "disposition": "inline" if file.is_inline else "attachment",
            }
            for file in files
            if own
        ],
    }


def _author(parcel: Parcel, message: Message | None) -> str:
    """As whom the mail counts. Mail from an agent's address is a customer's: the address alone proves nobody."""
    if message is None:
        return "system" if parcel.state == ParcelState.SUPPRESSED else "customer"
    return "system" if message.auto in MACHINES else "customer"


def _participants(parcel: Parcel, said: Iterable[Message]) -> list[str]:
    """Requester, verified authors, and whom a person among us wrote to; machines' mail adds nobody."""
    found = [parcel.ticket.requester.address] if parcel.ticket else []
    for message in said:
        if message.auto in MACHINES:
            continue
        if message.kind == MessageKind.INBOUND and message.is_verified:
            found.append(message.from_address)
        elif message.kind == MessageKind.OUTBOUND:
            found.extend(entry["address"] for entry in (*message.to, *message.cc, *message.bcc))
    return _distinct(found)


def _distinct(addresses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(address.lower() for address in addresses if address))
