"""The one place that says who wrote a mail, which ticket it belongs to, and whether its sender is believed.

Only three things count: a signed address of ours, a Message-ID together with taking part, and what the sender's own
domain says of him (`email.trust`). Never number, subject or Thread-Index (security A1-A4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop as _

from guichet.channels.base import Incoming
from guichet.channels.email import tokens
from guichet.channels.models import Parcel
from guichet.channels.work import Known, Work, cut, named, sender_of
from guichet.people.actions import find_or_make_person, normal_address
from guichet.people.models import Identity, Person
from guichet.tickets.actions import moved_to
from guichet.tickets.models import Delivery, Message, MessageKind, SideConversation, Ticket

MAIN = None  # the conversation with the customer, among the sides of a ticket


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs: a ticket (None opens a new one) and in it the customer's or a side conversation.

    `is_verified`: its sender is believed to take part there. `suggested` is a ticket that it only seems to belong to,
    and `answers` the Message-ID of the message there that it names. `home` is the id of the ticket that was meant,
    should `ticket` be the one it was merged into.
    """

    ticket: Ticket | None = None
    is_verified: bool = True
    side: SideConversation | None = None
    suggested: Ticket | None = None
    answers: str = ""
    home: int | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """A genuine signed address that a mail came to: its ticket, where that one's words stand, and whom it is for."""

    home: int
    ticket: Ticket
    person_id: int
    side: SideConversation | None


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

    A genuine signed address names the ticket whoever writes; but what answers a message follows it to where it stands
    now. Message-IDs, ours or the customer's own, count only for somebody who takes part already; and nobody takes part
    whose own domain disowns the mail (security 11-15). What answers talk with a third party, by the message it names
    or the address it came to, stays in that talk: the customer reads none of it.
    """
    is_forged = work.trust.verdict == "fail"
    if is_forged:
        work.note(_("The sender's own domain (%(domain)s) does not vouch for this mail."), domain=work.trust.domain)
    given, refs = _given(work, incoming, context), named(incoming)
    if given is not None and any(tokens.read_agent_address(one) for one in addressed(work.parcel, incoming)):
        # What only an agent may use, and this was not proved to be one.
        side = _named_side(given.ticket, refs, context)
        return Place(given.ticket, is_verified=False, side=side, home=given.home)
    answered = [] if is_forged else [*_places(refs[:1], sender, context)]
    if given is not None and given.side is not None:
        answered = [(m, place) for m, place in answered if place.ticket != given.ticket or place.side is not None]
    if given is not None and not answered:
        work.note(_("It came to a signed address of ticket %(number)s."), number=given.ticket.number)
        side = given.side or _named_side(given.ticket, refs, context)
        return replace(_at_address(given, side, sender, is_forged=is_forged), home=given.home)
    if not is_forged:
        for message, place in (*answered, *_places(refs[1:], sender, context)):
            work.note(_("It answers a message of ticket %(number)s."), number=message.ticket.number)
            return place
        earlier = _came_earlier(incoming, sender, context)
        if earlier is not None:
            work.note(_("A message of ticket %(number)s is in the same thread and came earlier."), number=earlier[0])
            return earlier[1]
    known = [message for ref in refs for message in context.messages.get(ref, ())]
    if not known:
        return Place(is_verified=not is_forged)
    suggested = known[0].ticket
    work.note(
        _("It names a message of ticket %(number)s, but its sender does not take part there."), number=suggested.number
    )
    beside = (message for message in known if message.ticket_id == suggested.pk and message.side_id is not None)
    answers = next(beside, known[0]).message_id
    return Place(is_verified=not is_forged, suggested=suggested, answers=answers)


def _places(refs: Iterable[str], sender: Person, context: Known) -> Iterator[tuple[Message, Place]]:
    """Where the named messages would lead this sender, nearest first."""
    sides: dict[int, set[int | None]] = {}
    for ref in refs:
        for message in context.messages.get(ref, ()):
            if message.ticket_id not in sides:
                sides[message.ticket_id] = sides_of(message.ticket, sender)
            place = _beside(message, sides[message.ticket_id], sender)
            if place is not None:
                yield message, place


def _came_earlier(incoming: Incoming, sender: Person, context: Known) -> tuple[int, Place] | None:
    """Where the sender's own answer to this mail stands, or to one that this mail answers too.

    Mail comes in any order; the same mails must come to the same tickets. So it must not count whether what both name
    came before them, after them or never, nor whose it is. The ticket's number, and the place in it.
    """
    for mail_id in (cut(incoming.message_id), *named(incoming)):
        for message in context.awaited.get(mail_id, ()):
            if message.author_id == sender.pk and message.is_verified:
                place = _beside(message, sides_of(message.ticket, sender), sender)
                if place is not None:
                    return message.ticket.number, place
    return None


def _given(work: Work, incoming: Incoming, context: Known) -> _Given | None:
    """What the first genuine signed address says; where all words of its ticket went elsewhere, they are there."""
    for code in _codes(work.parcel, incoming):
        ticket = context.tickets.get(code.ticket_id)
        if ticket is not None:
            side = SideConversation.objects.filter(pk=code.side_id).first() if code.side_id is not None else None
            return _Given(ticket.pk, moved_to(ticket), code.person_id, side)
    return None


def _named_side(ticket: Ticket, refs: Iterable[str], context: Known) -> SideConversation | None:
    """The side conversation of this ticket that a mail names a message of."""
    known = (message for ref in refs for message in context.messages.get(ref, ()))
    return next((m.side for m in known if m.ticket_id == ticket.pk and m.side is not None), None)


def _at_address(given: _Given, side: SideConversation | None, sender: Person, *, is_forged: bool) -> Place:
    """`side` is the side conversation that the address or a named message belongs to."""
    ticket, sides = given.ticket, sides_of(given.ticket, sender)
    if side is not None and (is_forged or ticket.requester_id != sender.pk):
        return Place(ticket, is_verified=side.pk in sides and not is_forged, side=side)
    if not sides:
        # The address names a person: somebody of his house answers in the talk that he takes part in.
        person = Person.objects.filter(pk=given.person_id).first()
        theirs = sides_of(ticket, person) if person is not None else set()
        return Place(ticket, is_verified=False, side=None if MAIN in theirs else _latest(theirs))
    return Place(ticket, is_verified=not is_forged, side=None if MAIN in sides else _latest(sides))


def _beside(message: Message, sides: set[int | None], sender: Person) -> Place | None:
    """Beside the message that is named, in its conversation, or in the one of `sides` that the sender takes part in.

    Whoever answers a third party without taking part in that talk waits there; only the customer's own words are his.
    """
    if not sides:
        return None
    home = message.home_id  # as the message answered, so does this one go back where a merge is undone
    if message.side_id in sides:
        return Place(message.ticket, side=message.side, home=home)
    if message.side_id is not None and message.ticket.requester_id != sender.pk:
        return Place(message.ticket, is_verified=False, side=message.side, home=home)
    if MAIN in sides:
        return Place(message.ticket, home=home)
    return Place(message.ticket, side=_latest(sides), home=home)


def _latest(sides: set[int | None]) -> SideConversation | None:
    return SideConversation.objects.filter(pk__in=[pk for pk in sides if pk]).order_by("-pk").first()


def sides_of(ticket: Ticket, person: Person) -> set[int | None]:
    """The conversations somebody takes part in: as requester, verified author, or somebody we wrote to."""
    sides: set[int | None] = {MAIN} if ticket.requester_id == person.pk else set()
    said = ticket.messages.filter(kind=MessageKind.INBOUND, author=person, is_verified=True)
    sides.update(said.order_by().values_list("side", flat=True).distinct())
    addresses = set(Identity.objects.filter(person=person).values_list("value", flat=True))
    ours = ticket.messages.filter(kind=MessageKind.OUTBOUND).exclude(delivery=Delivery.WITHDRAWN)
    written = ours.values_list("side", "to", "cc", "bcc")
    for side, *lists in written:
        if any(normal_address(entry["address"]) in addresses for many in lists for entry in many):
            sides.add(side)
    return sides


def signed(parcel: Parcel, incoming: Incoming) -> list[int]:
    """The tickets of genuine signed addresses: of its envelope, else (IMAP knows none) of its header."""
    return [code.ticket_id for code in _codes(parcel, incoming)]


def _codes(parcel: Parcel, incoming: Incoming) -> Iterator[tokens.ReplyTo]:
    for address in addressed(parcel, incoming):
        reply_to = tokens.read_reply_address(address)
        agent = tokens.read_agent_address(address) if reply_to is None else None
        if agent is not None:
            reply_to = tokens.ReplyTo(agent.ticket_id, agent.person_id)
        if reply_to is not None:
            yield reply_to


def addressed(parcel: Parcel, incoming: Incoming) -> list[str]:
    """The addresses with a code that a mail came to, or names."""
    addresses = (*parcel.envelope_to, *(a.address for a in (*incoming.to, *incoming.cc)))
    return [address for address in addresses if "+" in address]
