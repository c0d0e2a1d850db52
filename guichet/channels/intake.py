"""From the ledger to the ticket: read -> decide (`deciding`) -> one action.

Parcels are claimed in batches and read in a bounded child process. A batch commits as one transaction, each
parcel's state together with what became of it, so a crash at any point repeats it and doubles nothing. If anything
in a batch fails, its parcels are opened one by one, and the one at fault is quarantined with its reason.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from guichet.channels import agents_mail, floods, history, keys, seals, sorting
from guichet.channels.base import Incoming
from guichet.channels.checking import Checks
from guichet.channels.deciding import decide
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Awaited, End, MailRule, Parcel, ParcelState
from guichet.channels.threads import signed
from guichet.channels.work import Known, Outcome, Planned, Work, message_ids, sender_of
from guichet.kit.failpoints import hit
from guichet.kit.files import BlobStore
from guichet.kit.lines import one_line
from guichet.people.actions import find_people, normal_address
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Joining, Opening
from guichet.tickets.models import Message, Ticket
from guichet.tickets.participants import own_addresses

BATCH = 50
CLAIM = timedelta(seconds=30)  # after which another worker may take a parcel whose worker died
ALONE_AFTER = 3  # claims; then a parcel is opened alone, so that it cannot take others down
PROBLEMS = 10  # of one mail, told on its page
log = logging.getLogger(__name__)


def drain(reader: Reader) -> int:
    """Open one batch of waiting parcels; returns how many were claimed."""
    return open_batch(take(reader))


def take(reader: Reader) -> list[Work]:
    """Claim and read a batch: everything that needs no lock on a ticket.

    Where there is only mail whose sender DNS is being asked about, it looks for other mail in between.
    """
    while True:
        works = _read(claim(), reader)
        if works or not _checks().is_waiting:
            return works
        _checks().pause()


def _read(parcels: Sequence[Parcel], reader: Reader) -> list[Work]:
    """These parcels, and those that waited, as far as their senders are known by now."""
    if not parcels:
        return _checks().judged([], [], [])
    hit("intake.claimed")
    blobs = BlobStore(settings.DATA / "blobs")
    raws = [blobs.get(parcel.raw) for parcel in parcels]
    read = reader.read_many(raws)
    hit("intake.read")
    outer = list(read)
    opened = _open_seals(parcels, read, reader, blobs)
    files = _store_files(blobs, read)
    several = zip(parcels, read, files, opened, strict=True)
    works = [
        Work(parcel, incoming, some, seals=inside.seals if inside else (), certificate=inside and inside.certificate)
        for parcel, incoming, some, inside in several
    ]
    return _checks().judged(works, raws, outer)


@cache
def _checks() -> Checks:
    return Checks()


def _open_seals(
    parcels: Sequence[Parcel], read: list[Incoming | Unreadable], reader: Reader, blobs: BlobStore
) -> list[seals.Inside | None]:
    """Open what came signed or encrypted; in `read` such a mail is replaced by the one within."""
    found: list[seals.Inside | None] = []
    for place, (parcel, incoming) in enumerate(zip(parcels, read, strict=True)):
        if isinstance(incoming, Unreadable) or not incoming.seal:
            found.append(None)
            continue
        try:
            inside = seals.opened(blobs.get(parcel.raw), incoming, parcel.inbox, lambda raw: reader.read_many([raw])[0])
        except (OperationalError, InterfaceError, OSError):
            raise
        except Exception as error:
            # Whatever a hostile envelope does, it takes no other mail down, and comes as what it is outside.
            log.exception("the seal of parcel %s could not be opened", parcel.pk)
            inside = seals.unopened(incoming, type(error).__name__)
        read[place] = inside.incoming
        found.append(inside)
    return found


def open_batch(works: Sequence[Work]) -> int:
    """Make tickets and messages of what was read, in one transaction; returns how many parcels that were."""
    if not works:
        return 0
    try:
        with transaction.atomic():
            _open_locked(works)
            hit("intake.before_ticket_commit")
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.warning("a batch of %s parcels failed and is opened one by one", len(works), exc_info=True)
        for one in works:
            _open_alone(one)
    hit("intake.after_ticket_commit")
    return len(works)


def claim(limit: int = BATCH) -> list[Parcel]:
    """Take waiting parcels for a while, oldest first and what an import brings last. Losing a claim is harmless: it
    only lapses early or late.
    """
    now = timezone.now()
    with transaction.atomic():
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        waiting = Parcel.objects.filter(free, state=ParcelState.RECEIVED).order_by("is_history", "id")
        rows = list(waiting.select_for_update(skip_locked=True).values_list("id", "tries")[:limit])
        if rows and rows[0][1] >= ALONE_AFTER:
            rows = rows[:1]
        ids = [pk for pk, tries in rows if tries < ALONE_AFTER] or [pk for pk, _ in rows]
        Parcel.objects.filter(pk__in=ids).update(claimed_until=now + CLAIM, tries=F("tries") + 1)
    return list(Parcel.objects.filter(pk__in=ids).select_related("inbox").defer("inbox__settings").order_by("id"))


def known(works: Sequence[Work]) -> Known:
    """What these mails refer to: a fixed number of queries."""
    readable = [(work.parcel, work.incoming) for work in works if isinstance(work.incoming, Incoming)]
    ids = message_ids(works)
    addresses = {normal_address(sender_of(parcel, incoming)) for parcel, incoming in readable} - {""}
    reply_to = [each for parcel, incoming in readable for each in signed(parcel, incoming)]
    found: dict[str, list[Message]] = {}
    if ids:
        rows = Message.objects.filter(message_id__in=ids).select_related("ticket", "side")
        for message in rows.order_by("-id"):
            found.setdefault(message.message_id, []).append(message)
    people = find_people(addresses)
    return Known(
        awaited=_awaited(ids, people.values()),
        people=people,
        messages=found,
        tickets=Ticket.objects.select_related("merged_into").in_bulk(set(reply_to)) if reply_to else {},
        own=frozenset(own_addresses()),
        rules=list(MailRule.objects.all()),
        senders=floods.recent_of(works, addresses),
    )


def _awaited(ids: set[str], authors: Iterable[Person]) -> dict[str, list[Message]]:
    """The messages of these authors that named these Message-IDs in vain, nearest answers first."""
    found: dict[str, list[Message]] = {}
    rows = Awaited.objects.filter(mail_id__in=ids, message__author__in={person.pk for person in authors})
    rows = rows.select_related("message__ticket", "message__side")
    for row in rows.order_by("place", "pk") if ids else ():
        found.setdefault(row.mail_id, []).append(row.message)
    return found


def _open_locked(works: Sequence[Work]) -> None:
    """Open each parcel that is still waiting, all in the caller's transaction."""
    ids = [one.parcel.pk for one in works]
    waiting = set(
        Parcel.objects.select_for_update().filter(pk__in=ids, state=ParcelState.RECEIVED).values_list("pk", flat=True)
    )
    context = known(works)
    works = [work for work in works if work.parcel.pk in waiting]
    done: list[Work] = []
    plan: list[Planned] = []
    for work in works:
        work.steps.clear()
    for work, outcome in history.open_past([work for work in works if work.parcel.is_history], context):
        _finish(work, outcome)
        done.append(work)
    for work in works:
        if work.parcel.is_history:
            continue
        if context.refers_to_planned(work.incoming) or _is_answer_of_agent(work):
            _carry_out(plan, context)
        decided = decide(work, context)
        if isinstance(decided, Outcome):
            _finish(work, decided)
        else:
            plan.append(decided)
            if isinstance(work.incoming, Incoming):
                action = decided.action
                context.plan(work.incoming, action.ticket if isinstance(action, Joining) else None)
        done.append(work)
    _carry_out(plan, context)
    _save_ends(done)
    if context.hits:
        # Apart from this transaction: a rule that many mails hit would have all workers wait for its row.
        transaction.on_commit(lambda: sorting.count(context.hits), robust=True)


def _is_answer_of_agent(work: Work) -> bool:
    """Whether it may go out as a reply: then all that came before it must be there to be seen."""
    return isinstance(work.incoming, Incoming) and agents_mail.code_of(work, work.incoming) is not None


def _carry_out(plan: list[Planned], context: Known) -> None:
    """Do what is planned, all new tickets and then all that joins one, and empty the plan."""
    openings = [(one, one.action) for one in plan if isinstance(one.action, Opening)]
    joinings = [(one, one.action) for one in plan if isinstance(one.action, Joining)]
    opened = actions.open_tickets([action for _one, action in openings]) if openings else []
    joined = actions.receive_all([action for _one, action in joinings]) if joinings else []
    done = [*zip(openings, opened, strict=True), *zip(joinings, joined, strict=True)]
    awaited: list[Awaited] = []
    for (one, action), message in done:
        incoming = one.work.incoming
        in_vain = context.in_vain(incoming, message.ticket) if isinstance(incoming, Incoming) else []
        awaited += [Awaited(mail_id=mail_id, message=message, place=at) for at, mail_id in enumerate(in_vain)]
        context.add(message, in_vain)
        end = End.TICKETED if isinstance(action, Opening) else End.JOINED
        _finish(one.work, Outcome(ParcelState.TICKET, end, one.reason, message))
        if one.work.certificate and one.work.trust.verdict != "fail" and isinstance(one.work.incoming, Incoming):
            keys.seen(one.work.incoming.sender.address, one.work.certificate)
    if awaited:
        Awaited.objects.bulk_create(awaited)
    plan.clear()
    context.planned.clear()


def _save_ends(works: Sequence[Work]) -> None:
    """The ends of a batch in one statement; as a `bulk_update` this alone took a sixth of the whole intake."""
    parcels = [work.parcel for work in works]
    columns: list[Any] = [
        [parcel.pk for parcel in parcels],
        [str(parcel.state) for parcel in parcels],
        [str(parcel.end) for parcel in parcels],
        [parcel.reason for parcel in parcels],
        [json.dumps(work.steps) for work in works],
        [parcel.sender for parcel in parcels],
        [parcel.subject for parcel in parcels],
        [parcel.message_id for parcel in parcels],
        [parcel.ticket_id for parcel in parcels],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE channels_parcel AS parcel
            SET state = done.state, "end" = done."end", reason = done.reason, steps = done.steps,
                sender = done.sender, subject = done.subject, message_id = done.message, ticket_id = done.ticket,
                done_at = now(), claimed_until = NULL
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::text[],
                        %s::bigint[], %s::bigint[])
                AS done (id, state, "end", reason, steps, sender, subject, message, ticket)
            WHERE parcel.id = done.id""",
            columns,
        )


def _open_alone(one: Work) -> None:
    try:
        with transaction.atomic():
            _open_locked([one])
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("parcel %s could not be opened", one.parcel.pk)
        _finish(one, Outcome(ParcelState.QUARANTINE, End.FAILED, f"{type(error).__name__}: {error}"))
        _save_ends([one])


def _finish(work: Work, outcome: Outcome) -> None:
    parcel, incoming = work.parcel, work.incoming
    parcel.state, parcel.end, parcel.reason = outcome.state, outcome.end, one_line(outcome.reason, 2000)
    parcel.message = outcome.message
    parcel.ticket_id = outcome.message.ticket_id if outcome.message else None
    if isinstance(incoming, Incoming):
        for problem in incoming.problems[:PROBLEMS]:
            work.note(_("It was broken, and read all the same: %(problem)s"), problem=one_line(problem, 200))
        parcel.sender = normal_address(sender_of(parcel, incoming))
        parcel.subject = one_line(incoming.subject, 200)


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
