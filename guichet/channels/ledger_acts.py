"""What a person does about a mail in the ledger: let it through, send it to another inbox, delete it.

A row never goes: what was deleted is known by it and does not return. Its bytes stay for an hour, so that deleting can
be taken back, and then leave the disk unless something else has the same ones.
"""

from __future__ import annotations

import datetime as dt
import logging
import os

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from guichet.channels.accept import Arrival, accept
from guichet.channels.ledger import CLOSED, open_again
from guichet.channels.models import End, Parcel, ParcelQuerySet, ParcelState
from guichet.kit.files import BlobStore
from guichet.people.models import Person
from guichet.tickets.models import Attachment, Inbox, Message

KEPT = dt.timedelta(hours=1)  # the bytes of a deleted mail
AT_ONCE = 100
UNSAID = ""  # the words of a step that only keeps what stood before
log = logging.getLogger(__name__)


def release(parcels: ParcelQuerySet) -> int:
    """Have these mails opened with no rule, filter or limit in their way; how many there are."""
    return open_again(parcels, is_released=True)


def send_on(parcel: Parcel, inbox: Inbox, by: Person) -> Parcel | None:
    """Have a mail opened in another inbox, and tell so here. None where that inbox has this mail already."""
    raw = BlobStore(settings.DATA / "blobs").get(parcel.raw)
    with transaction.atomic():
        here = Parcel.objects.select_for_update().get(pk=parcel.pk)
        if Parcel.objects.filter(inbox=inbox, digest=parcel.digest).exists() or here.state not in CLOSED:
            return None
        (there,) = accept(
            [
                Arrival(
                    here.door, here.envelope_from, inbox.pk, [inbox.address], raw, here.peer, is_history=here.is_history
                )
            ]
        )
        there.is_released = True
        there.save(update_fields=["is_released"])
        here.state, here.end, here.reason = ParcelState.SUPPRESSED, End.IGNORED, _("A person sent it to another inbox.")
        here.steps = [*here.steps, [_("%(name)s sent it to %(inbox)s."), {"name": str(by), "inbox": inbox.address}]]
        here.done_at = timezone.now()
        here.save(update_fields=["state", "end", "reason", "steps", "done_at"])
    return there


def delete(parcels: ParcelQuerySet, by: Person) -> tuple[int, dt.datetime]:
    """Delete these mails, those of them that are on no ticket: how many, and the moment by which to take it back."""
    now = timezone.now()
    step = [_("%(name)s deleted it."), {"name": str(by)}]
    with transaction.atomic():
        rows = list(parcels.select_for_update(of=("self",)).filter(state__in=CLOSED).exclude(end=End.DELETED))
        for row in rows:
            before = {"state": str(row.state), "end": str(row.end), "reason": row.reason}
            row.steps = [*row.steps, [UNSAID, before], step]
            row.state, row.end, row.reason = ParcelState.SUPPRESSED, End.DELETED, ""
            row.done_at = now
        Parcel.objects.bulk_update(rows, ["state", "end", "reason", "steps", "done_at"], batch_size=500)
    return len(rows), now


def undelete(parcels: ParcelQuerySet, at: dt.datetime) -> int:
    """Take back what was deleted at this moment, as it stood before, while its bytes are there."""
    with transaction.atomic():
        rows = list(parcels.select_for_update(of=("self",)).filter(end=End.DELETED, done_at=at).exclude(raw=""))
        for row in rows:
            before = row.steps[-2][1]
            row.state, row.end, row.reason = before["state"], before["end"], before["reason"]
            row.steps = row.steps[:-2]
        Parcel.objects.bulk_update(rows, ["state", "end", "reason", "steps"], batch_size=500)
    return len(rows)


def sweep() -> int:
    """Remove the bytes of mails deleted long enough ago; how many rows were done."""
    gone = Parcel.objects.filter(end=End.DELETED, done_at__lt=timezone.now() - KEPT).exclude(raw="")
    rows = list(gone.order_by("pk")[:AT_ONCE])
    blobs = BlobStore(settings.DATA / "blobs")
    for row in rows:
        raw = row.raw
        if not _is_used(row):
            _remove(blobs, row)
        Parcel.objects.filter(pk=row.pk, end=End.DELETED).update(raw="")
        log.info("the bytes of the deleted mail %s left (%s)", row.pk, raw[:8])
    return len(rows)


def _is_used(parcel: Parcel) -> bool:
    """Whether anything else has the same bytes, and so the same digest and Message-ID: these are indexed."""
    others = Parcel.objects.filter(inbox__in=Inbox.objects.values("pk"), digest=parcel.digest, raw=parcel.raw)
    if others.exclude(pk=parcel.pk).exclude(end=End.DELETED).exists():
        return True
    if parcel.mail_id and Message.objects.filter(message_id=parcel.mail_id, raw=parcel.raw).exists():
        return True
    return Attachment.objects.filter(digest=parcel.raw).exists()


def _remove(blobs: BlobStore, parcel: Parcel) -> None:
    """Put the blob aside, and look once more: a door may just have taken the same bytes for another inbox."""
    place = blobs.path(parcel.raw)
    aside = blobs.root / "tmp" / f"{parcel.raw}.gone"
    try:
        os.utime(place)  # what lies aside is swept by its age
        os.rename(place, aside)
    except FileNotFoundError:
        return
    if _is_used(parcel):
        os.rename(aside, place)
    else:
        aside.unlink()
