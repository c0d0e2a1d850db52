"""What a notice says, in the reader's language, and the notices of one ticket as one pile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.notices.models import Kind, Notice
from guichet.tickets import events, sentences
from guichet.tickets.models import Message, MessageKind, Return, Ticket

# What `sentence` and the pages ask of a notice.
NOUNS = ("ticket__inbox", "message__author", "event__actor")
_NOBODY = sentences.Names({}, {}, {})
# Why a ticket came back, as whoever is told of it reads it.
_BACK = {
    Return.LOOK: gettext_lazy("It is time to look at this again"),
    Return.SNOOZE: gettext_lazy("This has slept long enough and is back"),
    Return.ABSENT: gettext_lazy("This is back on the board: its owner is away"),
    Return.FULL: gettext_lazy("This is back on the board: its owner is away, and whoever stands in has no room"),
    Return.LEFT: gettext_lazy("This is back on the board: its owner has left the team"),
    Return.GONE: gettext_lazy("This is back on the board: its owner no longer works here"),
}


@dataclass
class Pile:
    """The notices of one ticket, the newest last."""

    ticket: Ticket
    notices: list[Notice] = field(default_factory=list)
    unread: int = 0
    more: int = 0  # older ones that are not among `notices`
    is_sealed: bool = False  # what leaves the house of it says no more than its number

    @property
    def is_unread(self) -> bool:
        return self.unread > 0


def piles(notices: Iterable[Notice]) -> list[Pile]:
    """By ticket, in the order in which they first come."""
    found: dict[int, Pile] = {}
    for notice in notices:
        found.setdefault(notice.ticket_id, Pile(notice.ticket)).notices.append(notice)
    return list(found.values())


def sealed(piles_of: Iterable[Pile]) -> list[Pile]:
    """The same, knowing which may not be told outside: of a confidential inbox, private, or with mail that came
    encrypted, whose subject may be as secret as its words."""
    found = list(piles_of)
    encrypted = Message.objects.filter(ticket__in=[pile.ticket.pk for pile in found]).came_encrypted()
    unreadable = set(encrypted.values_list("ticket_id", flat=True))
    for pile in found:
        ticket = pile.ticket
        pile.is_sealed = ticket.inbox.is_confidential or ticket.is_private or ticket.pk in unreadable
    return found


def title(pile: Pile) -> str:
    """Number and subject, for mail and push."""
    words = _("A confidential request") if pile.is_sealed else pile.ticket.subject or _("(no subject)")
    return f"#{pile.ticket.number} {words}"


def who(notice: Notice) -> str:
    """Whoever did it; empty where nobody of flesh did."""
    actor = notice.event.actor
    message = notice.message
    if message is not None and message.kind == MessageKind.INBOUND:
        return message.from_name or (str(actor) if actor else message.from_address)
    return str(actor) if actor else ""


def sentence(notice: Notice) -> str:
    """A whole one, which stands for itself in the bell, in a mail and on a locked screen."""
    event, is_nobodys = notice.event, not who(notice)
    name = {"name": who(notice) or (_("A rule") if event.via.startswith("rule:") else _("Guichet"))}
    is_note = notice.message is not None and notice.message.kind == MessageKind.NOTE
    if event.kind == events.NOTIFIED:
        return _("%(name)s calls you to this") % name
    if event.kind == events.RETURNED and event.changes["why"][1] in _BACK:
        return str(_BACK[Return(event.changes["why"][1])])
    if event.kind == events.NOT_RELEASED:
        return _("%(name)s gave a reply back to its author") % name
    if notice.kind == Kind.MENTION:
        return _("%(name)s mentioned you") % name
    if notice.kind == Kind.ASSIGNED:
        return _("This was assigned to you") if is_nobodys else _("%(name)s assigned this to you") % name
    if notice.kind == Kind.CUSTOMER:
        return _("%(name)s wrote") % name
    if notice.kind == Kind.NEW:
        return _("%(name)s opened a new request") % name
    if notice.kind == Kind.COLLEAGUE:
        return _("%(name)s left a note") % name if is_note else _("%(name)s replied") % name
    if notice.kind == Kind.RELEASE:
        return _("%(name)s asks you to release a reply") % {"name": notice.message.author if notice.message else ""}
    return sentences.sentence(event, _NOBODY)
