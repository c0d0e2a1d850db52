"""What one mail becomes: guard -> sort -> who -> which ticket -> one action, or an end without words on a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_noop as _  # stored in English, shown in the reader's tongue

from guichet.channels import agents_mail, floods, sorting
from guichet.channels.base import Address, Bounce, Incoming
from guichet.channels.email import tokens
from guichet.channels.email.limits import Unreadable
from guichet.channels.models import End, ParcelState
from guichet.channels.threads import Place, which_ticket, who
from guichet.channels.work import BY_MAIL, Known, Outcome, Planned, Work, cut, sender_of
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import Joining, Opening, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, MessageKind

GIVE_UP_AFTER = 30  # times that opening a mail was begun


def decide(work: Work, context: Known) -> Outcome | Planned:
    """What one parcel becomes: an end without words on a ticket, or a plan."""
    parcel, incoming = work.parcel, work.incoming
    failed = hopeless(work)
    if failed is not None or isinstance(incoming, Unreadable):
        return failed or Outcome(ParcelState.QUARANTINE, End.FAILED)
    stopped = guard(work, incoming, context) or sorting.sort(work, incoming, context)
    if stopped is not None:
        return stopped
    sender = who(work, incoming, context)
    answered = agents_mail.answer(work, incoming, sender, context)
    if answered is not None:
        return answered
    place = which_ticket(work, incoming, sender, context)
    words = words_of(work, incoming, place)
    stopped = _twin(work, incoming, place, context) or floods.stop(work, sender, place, words, context)
    if stopped is not None:
        return stopped
    if place.ticket is None and words.auto == "auto-reply" and not parcel.is_released:
        return Outcome(ParcelState.SUPPRESSED, End.IGNORED, _("An automatic reply that belongs to no ticket."))
    return _planned(work, sender, place, words)


def hopeless(work: Work) -> Outcome | None:
    """The end of what cannot be read, or was begun too often."""
    if isinstance(work.incoming, Unreadable):
        return Outcome(ParcelState.QUARANTINE, End.FAILED, str(work.incoming))
    if work.parcel.tries > GIVE_UP_AFTER:
        reason = f"Opening this mail was begun {work.parcel.tries} times and never ended."
        return Outcome(ParcelState.QUARANTINE, End.FAILED, reason)
    return None


def _planned(work: Work, sender: Person, place: Place, words: Words) -> Planned:
    by, at = By(sender, BY_MAIL), work.parcel.received_at
    if place.ticket is None:
        work.note(_("A new ticket of %(name)s."), name=str(sender))
        return Planned(work, Opening(work.parcel.inbox, sender, words, by, at))
    work.note(_("It joins ticket %(number)s."), number=place.ticket.number)
    reason = "" if place.is_verified else _("The sender does not take part in this ticket.")
    return Planned(work, Joining(place.ticket, words, sender, by, at, place.home), reason)


def _twin(work: Work, incoming: Incoming, place: Place, context: Known) -> Outcome | None:
    """The same mail came to one ticket twice, through two inboxes."""
    if place.ticket is None or not incoming.message_id:
        return None
    for message in context.messages.get(cut(incoming.message_id), ()):
        if message.ticket_id == place.ticket.pk and message.raw == work.parcel.raw:
            reason = _("The same mail had reached this ticket through another inbox.")
            return Outcome(ParcelState.TICKET, End.DUPLICATE, reason, message)
    return None


def guard(work: Work, incoming: Incoming, context: Known) -> Outcome | None:
    """What never becomes words on a ticket: our own mail coming back, and delivery reports."""
    if context.ours(cut(incoming.message_id)):
        return Outcome(ParcelState.SUPPRESSED, End.IGNORED, _("Our own mail came back (loop)."))
    named = [pk for address in work.parcel.envelope_to if (pk := tokens.read_return_path(address)) is not None]
    if incoming.bounce is None:
        if named and incoming.auto != "no":
            return Outcome(ParcelState.SUPPRESSED, End.IGNORED, _("An automatic answer to a return path."))
        return None
    if incoming.bounce.kind != "delivery" and not named:
        work.note(_("A report of another kind than delivery: %(kind)s."), kind=incoming.bounce.kind)
    bounced = _bounced(named, incoming.bounce)
    if bounced is None:
        if work.parcel.is_released:
            return None
        return Outcome(ParcelState.SUPPRESSED, End.IGNORED, _("A delivery report that names no message of ours."))
    work.note(_("It names a message of ours, by our return path or our Message-ID."))
    return _note_bounce(bounced, incoming.bounce)


def _bounced(named: Sequence[int], bounce: Bounce) -> Message | None:
    """The message a report speaks of: only our signed return path or our own Message-ID proves it."""
    outgoing = Message.objects.filter(kind=MessageKind.OUTBOUND).select_related("ticket")
    if named:
        return outgoing.filter(pk__in=named).first()
    if bounce.original_message_id:
        return outgoing.filter(message_id=cut(bounce.original_message_id)).first()
    return None


def _note_bounce(message: Message, bounce: Bounce) -> Outcome:
    """A permanent failure shows on the message, with the other server's words."""
    if bounce.kind == "abuse":
        return Outcome(ParcelState.SUPPRESSED, End.IGNORED, _("The recipient marked our message as spam."), message)
    failed = [each for each in bounce.recipients if each.is_permanent] if bounce.kind == "delivery" else []
    if not failed:
        return Outcome(ParcelState.SUPPRESSED, End.IGNORED, _("A report of delay or success."), message)
    note = "\n".join(" ".join(filter(None, (r.address, r.status, r.diagnostic))) for r in failed)
    locked = Message.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=message.pk)
    if locked.delivery != Delivery.FAILED:
        actions.delivery_changed(locked, Delivery.FAILED, By(via=BY_MAIL), note=note)
    reason = _("A delivery report; the message is marked as not delivered.")
    return Outcome(ParcelState.SUPPRESSED, End.IGNORED, reason, message)


def words_of(work: Work, incoming: Incoming, place: Place) -> Words:
    """What a mail says, as it stands on a ticket."""
    parcel = work.parcel
    # RFC 5321 4.5.5, RFC 3834 2: a null sender is a machine, whatever its headers say.
    is_null_sender = parcel.door not in ("imap", "import") and not parcel.envelope_from
    auto = incoming.auto if incoming.auto != "no" else "auto-generated" if is_null_sender else ""
    return Words(
        text=incoming.text,
        reply=incoming.reply,
        html=incoming.html,
        subject=incoming.subject,
        from_name=incoming.sender.name,
        from_address=sender_of(parcel, incoming),
        to=_entries(incoming.to),
        cc=_entries(incoming.cc),
        message_id=incoming.message_id,
        in_reply_to=place.answers or incoming.in_reply_to,
        auto=auto,
        is_verified=place.is_verified,
        raw=parcel.raw,
        sent_at=incoming.sent_at,
        files=work.files,
        trust=work.trust.as_json(),
        seals=work.seals,
        side=place.side,
        suggested=place.suggested,
    )


def _entries(addresses: Iterable[Address]) -> list[dict[str, str]]:
    return [{"name": a.name, "address": a.address} for a in addresses]
