"""From the ledger to the ticket: guard -> who -> which ticket -> one action.

Parcels are claimed in batches and read in a bounded child process. A batch commits as one transaction, each
parcel's state together with what became of it, so a crash at any point repeats it and doubles nothing. If anything
in a batch fails, its parcels are opened one by one, and the one at fault is quarantined with its reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _  # reasons are stored in English, shown in the reader's tongue

from guichet.channels.base import Address, Bounce, Incoming
from guichet.channels.email import tokens
from guichet.channels.email.read import Unreadable
from guichet.channels.email.sandbox import Reader
from guichet.channels.models import Parcel, ParcelState
from guichet.kit.failpoints import hit
from guichet.kit.files import BlobStore
from guichet.kit.lines import one_line
from guichet.people.actions import find_or_make_person, find_people, normal_address
from guichet.people.models import Identity, Person
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Joining, Opening, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Inbox, Message, MessageKind, Ticket
from guichet.tickets.models.message import MESSAGE_ID_LENGTH

BATCH = 50
CLAIM = timedelta(seconds=30)  # after which another worker may take a parcel whose worker died
ALONE_AFTER = 3  # claims; then a parcel is opened alone, so that it cannot take others down
GIVE_UP_AFTER = 30
BY_MAIL = "email"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The one end of a parcel."""

    state: ParcelState
    reason: str = ""
    message: Message | None = None


Work = tuple[Parcel, Incoming | Unreadable, Sequence[FileRef]]


def drain(reader: Reader) -> int:
    """Open one batch of waiting parcels; returns how many were claimed."""
    return open_batch(take(reader))


def take(reader: Reader) -> list[Work]:
    """Claim and read a batch: everything that needs no lock on a ticket."""
    parcels = claim()
    if not parcels:
        return []
    hit("intake.claimed")
    blobs = BlobStore(settings.DATA / "blobs")
    read = reader.read_many([blobs.get(parcel.raw) for parcel in parcels])
    hit("intake.read")
    files = _store_files(blobs, read)
    return list(zip(parcels, read, files, strict=True))


def open_batch(work: Sequence[Work]) -> int:
    """Make tickets and messages of what was read, in one transaction; returns how many parcels that were."""
    if not work:
        return 0
    try:
        with transaction.atomic():
            _open_locked(work)
            hit("intake.before_ticket_commit")
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.warning("a batch of %s parcels failed and is opened one by one", len(work), exc_info=True)
        for one in work:
            _open_alone(one)
    hit("intake.after_ticket_commit")
    return len(work)


def claim(limit: int = BATCH) -> list[Parcel]:
    """Take waiting parcels for a while, oldest first. Losing a claim is harmless: it only lapses early or late."""
    now = timezone.now()
    with transaction.atomic():
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        waiting = Parcel.objects.filter(free, state=ParcelState.RECEIVED).order_by("id")
        rows = list(waiting.select_for_update(skip_locked=True).values_list("id", "tries")[:limit])
        if rows and rows[0][1] >= ALONE_AFTER:
            rows = rows[:1]
        ids = [pk for pk, tries in rows if tries < ALONE_AFTER] or [pk for pk, _ in rows]
        Parcel.objects.filter(pk__in=ids).update(claimed_until=now + CLAIM, tries=F("tries") + 1)
    return list(Parcel.objects.filter(pk__in=ids).select_related("inbox").defer("inbox__settings").order_by("id"))


@dataclass(frozen=True, slots=True)
class Known:
    """What the mails of a batch refer to, fetched with three queries however many they are."""

    people: dict[str, Person]  # by normal address
    messages: dict[str, list[Message]]  # by Message-ID, newest first, each with its ticket
    tickets: dict[int, Ticket]  # that signed addresses name
    planned: set[str] = field(default_factory=set)  # Message-IDs of mails of this batch that are not stored yet

    def add(self, message: Message) -> None:
        """A later mail of the same batch may refer to this one."""
        if message.message_id:
            self.messages.setdefault(message.message_id, []).insert(0, message)

    def refers_to_planned(self, incoming: Incoming | Unreadable) -> bool:
        if isinstance(incoming, Unreadable) or not self.planned:
            return False
        return not self.planned.isdisjoint((_cut(incoming.message_id), *_named(incoming)))

    def ours(self, message_id: str) -> bool:
        return any(message.kind == MessageKind.OUTBOUND for message in self.messages.get(message_id, ()))


def known(work: Iterable[Work]) -> Known:
    readable = [(parcel, incoming) for parcel, incoming, _ in work if isinstance(incoming, Incoming)]
    message_ids = {mid for _, incoming in readable for mid in (_cut(incoming.message_id), *_named(incoming)) if mid}
    signed = [named for parcel, incoming in readable for named in _signed(parcel, incoming)]
    found: dict[str, list[Message]] = {}
    if message_ids:
        for message in Message.objects.filter(message_id__in=message_ids).select_related("ticket").order_by("-id"):
            found.setdefault(message.message_id, []).append(message)
    return Known(
        find_people(_sender(parcel, incoming) for parcel, incoming in readable),
        found,
        Ticket.objects.in_bulk({named.ticket_id for named in signed}) if signed else {},
    )


def _open_locked(work: Sequence[Work]) -> None:
    """Open each parcel that is still waiting, all in the caller's transaction."""
    ids = [parcel.pk for parcel, _, _ in work]
    waiting = set(
        Parcel.objects.select_for_update().filter(pk__in=ids, state=ParcelState.RECEIVED).values_list("pk", flat=True)
    )
    context = known(work)
    done: list[Parcel] = []
    plan: list[Planned] = []
    for parcel, incoming, files in work:
        if parcel.pk not in waiting:
            continue
        if context.refers_to_planned(incoming):
            _carry_out(plan, context)
        decided = decide(parcel, incoming, files, context)
        if isinstance(decided, Outcome):
            _finish(parcel, decided)
        else:
            plan.append(decided)
            context.planned.add(_cut(decided.action.words.message_id))
        done.append(parcel)
    _carry_out(plan, context)
    _save_ends(done)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a parcel is going to be, to be done together with its neighbours."""

    parcel: Parcel
    action: Opening | Joining
    reason: str = ""


def _carry_out(plan: list[Planned], context: Known) -> None:
    """Do what is planned, all new tickets and then all that joins one, and empty the plan."""
    openings = [(one, one.action) for one in plan if isinstance(one.action, Opening)]
    joinings = [(one, one.action) for one in plan if isinstance(one.action, Joining)]
    opened = actions.open_tickets([action for _one, action in openings]) if openings else []
    joined = actions.receive_all([action for _one, action in joinings]) if joinings else []
    done = [*zip(openings, opened, strict=True), *zip(joinings, joined, strict=True)]
    for (one, _action), message in done:
        context.add(message)
        _finish(one.parcel, Outcome(ParcelState.TICKET, one.reason, message))
    plan.clear()
    context.planned.clear()


def _save_ends(parcels: Sequence[Parcel]) -> None:
    """The ends of a batch in one statement; as a `bulk_update` this alone took a sixth of the whole intake."""
    columns: list[Any] = [
        [parcel.pk for parcel in parcels],
        [str(parcel.state) for parcel in parcels],
        [parcel.reason for parcel in parcels],
        [parcel.message_id for parcel in parcels],
        [parcel.ticket_id for parcel in parcels],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE channels_parcel AS parcel
            SET state = done.state, reason = done.reason, message_id = done.message, ticket_id = done.ticket,
                done_at = now(), claimed_until = NULL
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
                AS done (id, state, reason, message, ticket)
            WHERE parcel.id = done.id""",
            columns,
        )


def _open_alone(one: Work) -> None:
    parcel = one[0]
    try:
        with transaction.atomic():
            _open_locked([one])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("parcel %s could not be opened", parcel.pk)
        _finish(parcel, Outcome(ParcelState.QUARANTINE, f"{type(error).__name__}: {error}"))
        _save_ends([parcel])


def _finish(parcel: Parcel, outcome: Outcome) -> None:
    parcel.state, parcel.reason, parcel.message = outcome.state, one_line(outcome.reason, 2000), outcome.message
    parcel.ticket_id = outcome.message.ticket_id if outcome.message else None


def _store_files(blobs: BlobStore, read: Sequence[Incoming | Unreadable]) -> list[list[FileRef]]:
    """The attachments of a batch as blobs, with one round of fsyncs, before any row names them."""
    files = [incoming.files if isinstance(incoming, Incoming) else () for incoming in read]
    contents = [file.content for several in files for file in several]
    digests = iter(blobs.put_many(contents) if contents else ())
    return [
        [
            FileRef(file.name, file.content_type, len(file.content), next(digests), file.is_inline, file.content_id)
            for file in several
        ]
        for several in files
    ]


def decide(
    parcel: Parcel, incoming: Incoming | Unreadable, files: Sequence[FileRef], context: Known
) -> Outcome | Planned:
    """What one parcel becomes: an end without words on a ticket, or a plan."""
    if isinstance(incoming, Unreadable):
        return Outcome(ParcelState.QUARANTINE, str(incoming))
    if parcel.tries > GIVE_UP_AFTER:
        return Outcome(ParcelState.QUARANTINE, f"Opening this mail was begun {parcel.tries} times and never ended.")
    guarded = guard(parcel, incoming, context)
    if guarded is not None:
        return guarded
    sender = who(parcel, incoming, context)
    ticket, is_verified = which_ticket(parcel, incoming, sender, context)
    words = _words(parcel, incoming, files, is_verified=is_verified)
    by = By(sender, BY_MAIL)
    if ticket is None:
        if words.auto == "auto-reply":
            return Outcome(ParcelState.SUPPRESSED, _("An automatic reply that belongs to no ticket."))
        return Planned(parcel, Opening(parcel.inbox, sender, words, by, parcel.received_at))
    twins = context.messages.get(_cut(incoming.message_id), ()) if incoming.message_id else ()
    twin = next((m for m in twins if m.ticket_id == ticket.pk and m.raw == parcel.raw), None)
    if twin is not None:
        return Outcome(ParcelState.TICKET, _("The same mail had reached this ticket through another inbox."), twin)
    reason = "" if is_verified else _("The sender does not take part in this ticket.")
    return Planned(parcel, Joining(ticket, words, sender, by, parcel.received_at), reason)


def guard(parcel: Parcel, incoming: Incoming, context: Known) -> Outcome | None:
    """What never becomes words on a ticket: our own mail coming back, and delivery reports."""
    if context.ours(_cut(incoming.message_id)):
        return Outcome(ParcelState.SUPPRESSED, _("Our own mail came back (loop)."))
    named = [pk for address in parcel.envelope_to if (pk := tokens.read_return_path(address)) is not None]
    if incoming.bounce is None:
        if named and incoming.auto != "no":
            return Outcome(ParcelState.SUPPRESSED, _("An automatic answer to a return path."))
        return None
    bounced = _bounced(named, incoming.bounce)
    if bounced is None:
        return Outcome(ParcelState.SUPPRESSED, _("A delivery report that names no message of ours."))
    return _note_bounce(bounced, incoming.bounce)


def _bounced(named: Sequence[int], bounce: Bounce) -> Message | None:
    """The message a report speaks of: only our signed return path or our own Message-ID proves it."""
    outgoing = Message.objects.filter(kind=MessageKind.OUTBOUND).select_related("ticket")
    if named:
        return outgoing.filter(pk__in=named).first()
    if bounce.original_message_id:
        return outgoing.filter(message_id=_cut(bounce.original_message_id)).first()
    return None


def _note_bounce(message: Message, bounce: Bounce) -> Outcome:
    """A permanent failure shows on the message, with the other server's words."""
    failed = [r for r in bounce.recipients if r.action in ("", "failed") and not r.status.startswith(("2", "4"))]
    if not failed:
        return Outcome(ParcelState.SUPPRESSED, _("A report of delay or success."), message)
    note = "\n".join(" ".join(filter(None, (r.address, r.status, r.diagnostic))) for r in failed)
    locked = Message.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=message.pk)
    if locked.delivery != Delivery.FAILED:
        actions.delivery_changed(locked, Delivery.FAILED, By(via=BY_MAIL), note=note)
    return Outcome(ParcelState.SUPPRESSED, _("A delivery report; the message is marked as not delivered."), message)


def who(parcel: Parcel, incoming: Incoming, context: Known) -> Person:
    """The person of the From address; the envelope stands in for a missing one. Mail grants nobody any right."""
    address = _sender(parcel, incoming)
    key = normal_address(address)
    person = find_or_make_person(address, incoming.sender.name if address else "", found=context.people.get(key))
    if key:
        context.people[key] = person
    return person


def which_ticket(parcel: Parcel, incoming: Incoming, sender: Person, context: Known) -> tuple[Ticket | None, bool]:
    """(ticket or None, whether the sender takes part in it). Never by number, subject or Thread-Index.

    A genuine signed address names the ticket whoever writes; a stranger's words are then kept apart as unverified.
    Message-IDs, ours or the customer's own, count only for somebody who takes part already (security A4, 11, 15).
    """
    for reply_to in _signed(parcel, incoming):
        ticket = context.tickets.get(reply_to.ticket_id)
        if ticket is not None:
            return ticket, takes_part(ticket, sender)
    for ref in _named(incoming):
        for message in context.messages.get(ref, ()):
            if takes_part(message.ticket, sender):
                return message.ticket, True
    return None, True


def takes_part(ticket: Ticket, person: Person) -> bool:
    """Requester, verified author, or somebody we wrote to."""
    if ticket.requester_id == person.pk:
        return True
    if ticket.messages.filter(kind=MessageKind.INBOUND, author=person, is_verified=True).exists():
        return True
    addresses = set(Identity.objects.filter(person=person).values_list("value", flat=True))
    written = ticket.messages.filter(kind=MessageKind.OUTBOUND).values_list("to", "cc", "bcc")
    return any(normal_address(entry["address"]) in addresses for lists in written for many in lists for entry in many)


def _cut(message_id: str) -> str:
    return message_id[:MESSAGE_ID_LENGTH]


def _named(incoming: Incoming) -> list[str]:
    """The Message-IDs a mail answers, nearest first."""
    return [_cut(ref) for ref in (incoming.in_reply_to, *reversed(incoming.references[-50:])) if ref]


def _signed(parcel: Parcel, incoming: Incoming) -> list[tokens.ReplyTo]:
    """The genuine signed reply addresses of a mail: of its envelope, else (IMAP knows none) of its header."""
    addresses = (*parcel.envelope_to, *(a.address for a in (*incoming.to, *incoming.cc)))
    return [reply_to for address in addresses if "+" in address and (reply_to := tokens.read_reply_address(address))]


def _sender(parcel: Parcel, incoming: Incoming) -> str:
    return incoming.sender.address or parcel.envelope_from


def _words(parcel: Parcel, incoming: Incoming, files: Sequence[FileRef], *, is_verified: bool) -> Words:
    # RFC 5321 4.5.5, RFC 3834 2: a null sender is a machine, whatever its headers say.
    is_null_sender = parcel.door != "imap" and not parcel.envelope_from
    auto = incoming.auto if incoming.auto != "no" else "auto-generated" if is_null_sender else ""
    return Words(
        text=incoming.text,
        reply=incoming.reply,
        html=incoming.html,
        subject=incoming.subject,
        from_name=incoming.sender.name,
        from_address=_sender(parcel, incoming),
        to=_entries(incoming.to),
        cc=_entries(incoming.cc),
        message_id=incoming.message_id,
        in_reply_to=incoming.in_reply_to,
        auto=auto,
        is_verified=is_verified,
        raw=parcel.raw,
        sent_at=incoming.sent_at,
        files=files,
    )


def _entries(addresses: Iterable[Address]) -> list[dict[str, str]]:
    return [{"name": a.name, "address": a.address} for a in addresses]


def own_addresses() -> set[str]:
    """The addresses of our inboxes: never answered automatically, never a recipient of ours."""
    return set(Inbox.objects.values_list("address", flat=True))
