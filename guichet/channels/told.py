"""A mail back to an agent whose answer by mail did not go out: why, and what to do at the desk.

Not a word of what he wrote, nor the ticket's subject: both may be what should not travel by mail.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from guichet.people.house import house
from guichet.people.models import Person
from guichet.tickets import events
from guichet.tickets.guard.letter import Finding
from guichet.tickets.guard.sentences import label, sentence
from guichet.tickets.models import HeldFor, Message


def tell_held(message: Message, agent: Person) -> None:
    """Becomes a job in the caller's transaction: it leaves only if the reply is really held."""
    if not agent.email:
        return
    ticket = message.ticket
    link = f"{settings.URL}{reverse('desk:ticket', args=[ticket.number])}#message-{message.pk}"
    with translation.override(agent.language or house().language):
        subject = _("Not sent yet: your answer to #%(number)s") % {"number": ticket.number}
        text = "\n\n".join((_why(message), f"{_decide(message)}\n{link}"))
    EmailMessage(subject, f"{text}\n", to=[agent.email]).send()


def _why(message: Message) -> str:
    if message.held_for == HeldFor.GUARD:
        lines = [f"- {label(key)}: {sentence(Finding(key))}" for key in _keys(message)]
        head = _("Your answer by mail was not sent to the customer. The check of outgoing words found something in it:")
        return "\n".join((head, *lines))
    if message.held_for == HeldFor.RELEASE:
        return _(
            "Your answer by mail waits for a colleague: in this team somebody else reads a reply before it leaves."
        )
    return _("Your answer by mail was not sent to the customer: somebody wrote after the words that you answered.")


def _decide(message: Message) -> str:
    if message.held_for == HeldFor.RELEASE:
        return _("Nothing is to be done. See it at the desk:")
    return _("It is kept on the ticket. Edit it, send it anyway or take it back at the desk:")


def _keys(message: Message) -> list[str]:
    held = message.events.filter(kind=events.HELD).order_by("-id").values_list("changes", flat=True).first() or {}
    return list(held.get("findings", [[], []])[1])
