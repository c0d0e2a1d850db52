"""Words that begin with us: to a third party about a ticket, and to somebody who has not asked."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from html import escape

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.kit.text.letters import mailed
from guichet.kit.text.plain import paragraphs
from guichet.people.actions import find_or_make_person
from guichet.people.house import zone
from guichet.people.models import Person
from guichet.tickets import events
from guichet.tickets.actions.sorting import set_category, set_severity
from guichet.tickets.actions.speaking import reply
from guichet.tickets.actions.words import FileRef, Refused, Words, change_owner, not_to_the_customer, to_the_outside
from guichet.tickets.events import By, record
from guichet.tickets.models import (
    Category,
    Impact,
    Inbox,
    Message,
    MessageKind,
    SideConversation,
    Status,
    Ticket,
    Urgency,
)

Grades = tuple[Impact | None, Urgency | None]


def ask(
    ticket: Ticket,
    words: Words,
    by: By,
    *,
    seen: int | None = None,
    anyway: bool = False,
    include: Sequence[int] = (),
    files: Sequence[int] = (),
    status: Status | None = None,
    insists: Collection[str] = (),
) -> Message:
    """A side conversation with a third party: its own subject and thread, and not one word of the customer's
    unless an agent includes it. The answer comes back into it, for agents' eyes only.

    `include` are ids of messages, whose words and pictures go along without anybody's address, and `files` ids of
    attachments: of the public conversation and not of what came encrypted, or Refused is raised. Raises Refused for
    the customer's own address.
    """
    subject = one_line(words.subject, 500) or ticket.subject
    not_to_the_customer(ticket, words)
    chosen = list(ticket.messages.public().filter(pk__in=include).order_by("at", "pk").prefetch_related("attachments"))
    if len(chosen) != len(set(include)):
        raise Refused(_("Only words that the customer knows too can be passed on."))
    if any(message.came_encrypted for message in chosen):
        raise Refused(_("What came encrypted is not passed on."))
    words = replace(words, subject=subject, files=[*words.files, *_files(ticket, files)])
    words = to_the_outside(ticket.inbox, _with(words, chosen))
    with transaction.atomic():
        for entry in (*words.to, *words.cc):
            # His reply address names him: he is known from now on.
            find_or_make_person(entry["address"], entry.get("name", ""))
        side = SideConversation.objects.create(ticket=ticket, subject=subject, created_at=by.at or timezone.now())
        message = reply(ticket, replace(words, side=side), by, seen=seen, anyway=anyway, status=status, insists=insists)
        record(message.ticket, events.SIDE_OPENED, by, message=message)
    return message


def open_outgoing(
    inbox: Inbox,
    requester: Person,
    words: Words,
    by: By,
    *,
    owner: Person | None = None,
    category: Category | None = None,
    severity: Grades = (None, None),
    insists: Collection[str] = (),
) -> Ticket:
    """A new ticket whose first words are ours, sorted as its writer says; what comes back joins it. Raises Refused,
    Guarded."""
    subject = one_line(words.subject, 500)
    if not subject:
        raise Refused(_("A ticket needs a subject."))
    at = by.at or timezone.now()
    words = to_the_outside(inbox, words)
    with transaction.atomic():
        ticket = Ticket.objects.create(
            subject=subject,
            requester=requester,
            inbox=inbox,
            team_id=inbox.team_id,
            language=requester.language or inbox.language,
            created_at=at,
            updated_at=at,
            last_message_at=at,
        )
        opened = record(ticket, events.OPENED, by)
        ticket = set_category(ticket, category, replace(by, cause=opened))
        ticket = set_severity(ticket, *severity, replace(by, cause=opened))
        if owner is not None:
            change_owner(ticket, owner, inbox.team, replace(by, cause=opened))
        after = replace(by, cause=opened)
        reply(ticket, words, after, seen=None, status=Status.IN_PROGRESS, takes_over=owner is not None, insists=insists)
    ticket.refresh_from_db()
    return ticket


def _files(ticket: Ticket, wanted: Sequence[int]) -> list[FileRef]:
    messages = ticket.messages.public().filter(attachments__in=wanted).distinct().prefetch_related("attachments")
    if any(message.came_encrypted for message in messages):
        raise Refused(_("What came encrypted is not passed on."))
    found = [
        FileRef(file.name, file.content_type, file.size, file.digest)
        for message in messages
        for file in message.attachments.all()
        if file.pk in wanted
    ]
    if len(found) != len(set(wanted)):
        raise Refused(_("Only files that the customer knows too can be passed on."))
    return found


def _with(words: Words, chosen: Iterable[Message]) -> Words:
    """These messages below the new words: who wrote them and when, but nobody's address; pictures where they belong."""
    text, files = words.text.strip(), list(words.files)
    html = mailed(words.html) or paragraphs(text)
    for message in chosen:
        said = (message.reply or message.text).strip()
        head = f"---------- {_passed_on(message)} ----------"
        text += f"\n\n{head}\n\n{said}"
        html += f"<p>{escape(head)}</p>{paragraphs(said)}"
        for file in message.attachments.all():
            if not (file.is_inline and file.content_id and file.content_type.startswith("image/")):
                continue
            # An id of its own: two mails may use the same one for different pictures.
            content_id = f"{secrets.token_hex(8)}@{message.ticket.inbox.address.rpartition('@')[2]}"
            files.append(FileRef(file.name, file.content_type, file.size, file.digest, True, content_id))
            html += f'<p><img src="cid:{content_id}" alt="{escape(file.name)}"></p>'
    if text == words.text.strip():
        return words
    return replace(words, text=text, reply=words.text.strip() or text, html=html, files=files)


def _passed_on(message: Message) -> str:
    is_inbound = message.kind == MessageKind.INBOUND
    who = (message.from_name or str(message.ticket.requester.name)) if is_inbound else str(message.ticket.inbox.name)
    when = date_format(message.at.astimezone(zone()), "DATETIME_FORMAT")
    if not who or "@" in who:
        return _("Message of %(date)s") % {"date": when}
    return _("%(name)s on %(date)s") % {"name": one_line(who, 200), "date": when}
