"""Agents who answer customers by mail: only where an inbox allows it, and only with all the proof there is.

The address carries a code made for one agent, one ticket and what he had seen; his own domain must vouch for the mail;
and he must be somebody who may work on that ticket now. Short of any of these the mail is kept on the ticket, apart,
with a warning: it is never an act of the agent (security A2).
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from guichet.channels import told
from guichet.channels.base import Incoming
from guichet.channels.email import tokens
from guichet.channels.email.tokens import AgentAnswer
from guichet.channels.models import End, ParcelState
from guichet.channels.threads import addressed
from guichet.channels.work import BY_MAIL, Known, Outcome, Work
from guichet.people.access import can
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, HeldFor, Ticket
from guichet.tickets.participants import answering

_HELD: dict[str, str] = {
    HeldFor.NEWS: _("An agent's answer by mail, held back: somebody wrote meanwhile."),
    HeldFor.GUARD: _("An agent's answer by mail, held back: the check found something in it."),
    HeldFor.RELEASE: _("An agent's answer by mail, which waits for a colleague to release it."),
}


def code_of(work: Work, incoming: Incoming) -> AgentAnswer | None:
    """The genuine code that this mail came with."""
    found = (tokens.read_agent_address(address) for address in addressed(work.parcel, incoming))
    return next((code for code in found if code is not None), None)


def answer(work: Work, incoming: Incoming, sender: Person, context: Known) -> Outcome | None:
    """Send an agent's mail on to the customer, as his reply; None where it is not one, and for all other mail."""
    code = code_of(work, incoming)
    named = context.tickets.get(code.ticket_id) if code else None
    if code is None or named is None:
        return None
    ticket = actions.moved_to(named)
    doubt = _doubt(work, incoming, sender, ticket, code)
    if doubt:
        work.note(doubt)
        return None
    to = answering(ticket)
    words = Words(
        text=incoming.reply,
        subject=ticket.subject,
        to=[one.entry for one in to.to],
        files=work.files,
        from_address=to.alias,
        raw="",
    )
    try:
        seen = code.version if ticket == named else 0
        message = actions.reply(ticket, words, By(sender, BY_MAIL), seen=seen, holds=True)
    except actions.Refused as refused:
        work.note(_("It could not be sent as an answer: %(reason)s"), reason=str(refused))
        return None
    work.note(_("An answer of %(name)s, with a code made for this agent."), name=str(sender))
    if message.delivery == Delivery.HELD:
        told.tell_held(message, sender)
    return Outcome(
        ParcelState.TICKET, End.JOINED, _HELD.get(message.held_for, _("An agent's answer by mail.")), message
    )


def _doubt(work: Work, incoming: Incoming, sender: Person, ticket: Ticket, code: AgentAnswer) -> str:
    """Why this is no act of the agent; empty where everything is proved."""
    if not work.parcel.inbox.agents_by_mail or ticket.inbox_id != work.parcel.inbox_id:
        return _("Alert: it came to an agent's own address, but agents do not answer by mail here.")
    if sender.pk != code.person_id or not can(sender, "work"):
        return _("Alert: it came to an agent's own address, but not from that agent.")
    if work.trust.verdict != "pass":
        return _("Alert: it names an agent as its sender, but nobody vouches for that.")
    if not Ticket.objects.visible_to(sender).filter(pk=ticket.pk).exists():
        return _("Alert: this agent may no longer see the ticket.")
    if incoming.auto != "no":
        return _("An automatic mail of an agent is not an answer.")
    if not incoming.reply.strip():
        return _("It holds no new words, only what it quotes: nothing was sent to the customer.")
    return ""
