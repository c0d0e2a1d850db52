"""Whether words may leave: what the guard finds in them, and what a person said about that."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from guichet.tickets import events
from guichet.tickets.actions.words import Words
from guichet.tickets.events import By
from guichet.tickets.guard.checks import check
from guichet.tickets.guard.gather import File, facts_of, rules_of
from guichet.tickets.guard.letter import Finding
from guichet.tickets.models import Message, Ticket


class Guarded(Exception):
    """Something in these words should not leave like this: nothing was done; `findings` say what.

    Whoever insists names their tokens or keys (`insists`), and the log keeps the keys.
    """

    def __init__(self, ticket: Ticket, findings: list[Finding], text: str) -> None:
        super().__init__(f"ticket {ticket.number}: {', '.join(finding.key for finding in findings)}")
        self.ticket = ticket
        self.text = text  # in which the findings have their places
        self.findings = findings


def found_in(ticket: Ticket, words: Words, by: By) -> list[Finding]:
    """What the guard finds in words that a person is about to send. Automatic mail is not his, and has fixed words."""
    if by.person is None or words.auto:
        return []
    text = words.reply or words.text
    side = words.side.pk if words.side else None
    recipients = (*words.to, *words.cc, *words.bcc)
    facts = facts_of(ticket, text, by.person, recipients=recipients, files=words.files, side=side)
    return check(text, facts, rules_of(ticket.inbox_id))


def found_in_message(message: Message, by: By) -> list[Finding]:
    """The same for words that waited here, as far as nobody insisted on them before."""
    if by.person is None or message.auto:
        return []
    text = message.reply or message.text
    recipients = (*message.to, *message.cc, *message.bcc)
    files: Sequence[File] = list(message.attachments.all())
    facts = facts_of(message.ticket, text, by.person, recipients=recipients, files=files, side=message.side_id)
    before = insisted(message)
    return [one for one in check(text, facts, rules_of(message.ticket.inbox_id)) if one.key not in before]


def insisted(message: Message) -> set[str]:
    """The keys of findings past which somebody sent this message."""
    rows = message.events.filter(kind=events.INSISTED).values_list("changes", flat=True)
    return {key for changes in rows for key in changes.get("findings", [[], []])[1]}


def left_over(findings: Sequence[Finding], insists: Collection[str]) -> list[Finding]:
    """Without those that a person insists on: by token (these words) or by key (whatever is found of this kind)."""
    return [one for one in findings if one.token not in insists and one.key not in insists]
