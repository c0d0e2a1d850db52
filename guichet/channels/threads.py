"""The one place that says who wrote a mail, which ticket it belongs to, and whether its sender is believed.

Only three things count: a signed address of ours, a Message-ID together with taking part, and what the sender's own
domain says of him (`email.trust`). Never number, subject or Thread-Index (security A1-A4).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from guichet.channels.base import Incoming
from guichet.channels.email import tokens
from guichet.channels.models import Parcel
from guichet.channels.work import Known, Work, named, sender_of
from guichet.people.actions import find_or_make_person, normal_address
from guichet.people.models import Identity, Person
from guichet.tickets.models import Message, MessageKind, SideConversation, Ticket

MAIN = None  # the conversation with the customer, among the sides of a ticket


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs: a ticket (None opens a new one) and in it the customer's or a side conversation.

    `is_verified`: its sender is believed to take part there. `suggested` is a ticket that it only seems to belong to.
    """

    ticket: Ticket | None = None
    is_verified: bool = True
    side: SideConversation | None = None
    suggested: Ticket | None = None


def who(work: Work, incoming: Incoming, context: Known) -> Person:
    """The person of the From address; the envelope stands in for a missing one. Mail grants nobody any right."""
    address = sender_of(work.parcel, incoming)
    key = normal_address(address)
    person = find_or_make_person(address, incoming.sender.name if address else "", found=context.people.get(key))
    if key:
        context.people[key] = person
    return person


def which_ticket(work: Work, incoming: Incoming, sender: Person, context: Known) -> Place:
    """A stranger never joins silently: his words on a ticket wait as unverified, or open a ticket with a suggestion.

    A genuine signed address names the ticket whoever writes. Message-IDs, ours or the customer's own, count only for
    somebody who takes part already; and nobody takes part whose own domain disowns the mail (security 11-15).
    """
    is_forged = work.trust.verdict == "fail"
    if is_forged:
        work.note(_("The sender's own domain (%(domain)s) does not vouch for this mail."), domain=work.trust.domain)
    for reply_to in signed(work.parcel, incoming):
        ticket = context.tickets.get(reply_to.ticket_id)
        if ticket is not None:
            work.note(_("It came to a signed address of ticket %(number)s."), number=ticket.number)
            return _at_address(ticket, sender, is_forged=is_forged)
    suggested = None
    for ref in named(incoming):
        for message in context.messages.get(ref, ()):
            place = None if is_forged else _beside(message, sender)
            if place is not None:
                work.note(_("It answers a message of ticket %(number)s."), number=message.ticket.number)
                return place
            suggested = suggested or message.ticket
    if suggested is not None:
        words = _("It names a message of ticket %(number)s, but its sender does not take part there.")
        work.note(words, number=suggested.number)
    return Place(is_verified=not is_forged, suggested=suggested)


def _at_address(ticket: Ticket, sender: Person, *, is_forged: bool) -> Place:
    sides = sides_of(ticket, sender)
    if is_forged or not sides:
        return Place(ticket, is_verified=False)
    if MAIN in sides:
        return Place(ticket)
    return Place(ticket, side=_latest(sides))


def _beside(message: Message, sender: Person) -> Place | None:
    """Beside the message that is named, in its conversation, or in the one the sender takes part in."""
    sides = sides_of(message.ticket, sender)
    if not sides:
        return None
    if message.side_id in sides:
        return Place(message.ticket, side=message.side)
    if MAIN in sides:
        return Place(message.ticket)
    return Place(message.ticket, side=_latest(sides))


def _latest(sides: set[int | None]) -> SideConversation | None:
    return SideConversation.objects.filter(pk__in=[pk for pk in sides if pk]).order_by("-pk").first()


def sides_of(ticket: Ticket, person: Person) -> set[int | None]:
    """The conversations somebody takes part in: as requester, verified author, or somebody we wrote to."""
    sides: set[int | None] = {MAIN} if ticket.requester_id == person.pk else set()
    said = ticket.messages.filter(kind=MessageKind.INBOUND, author=person, is_verified=True)
    sides.update(said.order_by().values_list("side", flat=True).distinct())
    addresses = set(Identity.objects.filter(person=person).values_list("value", flat=True))
    written = ticket.messages.filter(kind=MessageKind.OUTBOUND).values_list("side", "to", "cc", "bcc")
    for side, *lists in written:
        if any(normal_address(entry["address"]) in addresses for many in lists for entry in many):
            sides.add(side)
    return sides


def signed(parcel: Parcel, incoming: Incoming) -> list[tokens.ReplyTo]:
    """The genuine signed reply addresses of a mail: of its envelope, else (IMAP knows none) of its header."""
    addresses = (*parcel.envelope_to, *(a.address for a in (*incoming.to, *incoming.cc)))
    return [reply_to for address in addresses if "+" in address and (reply_to := tokens.read_reply_address(address))]
