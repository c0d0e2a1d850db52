"""Words that promise the next answer: the moment is put in when they are written, and kept with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.utils import translation

from guichet.tickets import events, promises
from guichet.tickets.actions.words import Words
from guichet.tickets.events import By, record
from guichet.tickets.models import Message, Ticket


class Promise(NamedTuple):
    """Until when, and from when that was reckoned: None where it is the deadline that runs already."""

    at: datetime
    since: datetime | None


def promised_in(ticket: Ticket, words: Words, at: datetime) -> tuple[Words, Promise | None]:
    """The words with their promise filled in. Where nobody can say when, a person's words keep the gap, which the guard
    finds; automatic ones leave it out. A third party is promised nothing.
    """
    said = (words.text, words.reply, words.html)
    if not any(promises.PLACE.search(text) for text in said):
        return words, None
    since = max(words.send_at or at, at)
    is_answer = not words.auto
    due = promises.next_answer(ticket, since, is_answer=is_answer) if words.side is None else None
    if due is None or due <= since:
        return (words if is_answer else _filled(words, "")), None
    with translation.override(ticket.language or "en"):
        moment = promises.moment(due, ticket)
    return _filled(words, moment), Promise(due, since if is_answer else None)


def _filled(words: Words, moment: str) -> Words:
    text, said, html = (promises.PLACE.sub(moment, one) for one in (words.text, words.reply, words.html))
    return replace(words, text=text, reply=said, html=html)


def keep_promise(ticket: Ticket, promise: Promise, message: Message, by: By) -> None:
    """On the locked ticket and in the log, with the words that say it."""
    changes = {"promise": [_fact(ticket.promised_at), _fact(promise.at)]}
    if promise.since is not None:
        changes["since"] = [None, _fact(promise.since)]
    ticket.promised_at = promise.at
    ticket.save(update_fields=["promised_at"])
    record(ticket, events.PROMISED, by, message=message, changes=changes)


def take_promise_back(ticket: Ticket, message: Message) -> None:
    """The words that said it stay here: what was promised before them holds again."""
    said = message.events.filter(kind=events.PROMISED).values_list("changes", flat=True).first()
    if said is None or _fact(ticket.promised_at) != said["promise"][1]:
        return
    was = said["promise"][0]
    ticket.promised_at = datetime.fromisoformat(was) if was else None
    ticket.save(update_fields=["promised_at"])


def words_to_go_on(message: Message) -> tuple[str, str]:
    """Text and markup of words that were taken back, for their box: what they promised is open again, so that it is
    reckoned anew when they leave."""
    said = message.events.filter(kind=events.PROMISED).values_list("changes", flat=True).first()
    if said is None:
        return message.text, message.html
    with translation.override(message.ticket.language or "en"):
        moment = promises.moment(datetime.fromisoformat(said["promise"][1]), message.ticket)
    return message.text.replace(moment, promises.OPEN_PLACE), message.html.replace(moment, promises.OPEN_PLACE)


def _fact(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
