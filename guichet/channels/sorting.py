"""Rules about mail itself: what spam filters and lists of senders and words keep off the desk, not unseen.

Nothing is deleted by a rule: quarantined mail waits in the ledger, ignored mail stays recorded there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from django.db import connection
from django.utils.translation import gettext_noop as _

from guichet.channels.base import Incoming
from guichet.channels.models import End, MailRule, ParcelState
from guichet.channels.threads import sides_of, signed
from guichet.channels.work import Known, Outcome, Work, sender_of
from guichet.kit.lines import one_line
from guichet.people.actions import normal_address

# Of several rules for one mail the first in these orders decides, after any that lets it through.
_FIELDS = (MailRule.Field.SENDER, MailRule.Field.DOMAIN, MailRule.Field.SUBJECT, MailRule.Field.WORDS)
_ACTIONS = (MailRule.Action.ALLOW, MailRule.Action.QUARANTINE, MailRule.Action.IGNORE)
_NAMES = {
    MailRule.Field.SENDER: _("A rule names the sender %(value)s."),
    MailRule.Field.DOMAIN: _("A rule names the domain %(value)s."),
    MailRule.Field.SUBJECT: _("A rule names the words “%(value)s” in the subject."),
    MailRule.Field.WORDS: _("A rule names the words “%(value)s” anywhere in a mail."),
}


def sort(work: Work, incoming: Incoming, context: Known) -> Outcome | None:
    """The end that a rule or a spam filter gives this mail; None for all that goes on."""
    if work.parcel.is_released:
        work.note(_("A person let it through: no rule, filter or limit stops it."))
        return None
    rule = _first(work, incoming, context)
    if rule is not None:
        work.note(_NAMES[MailRule.Field(rule.field)], value=rule.value)
        context.hits[rule.pk] = context.hits.get(rule.pk, 0) + 1
        if rule.action == MailRule.Action.ALLOW:
            work.note(_("It lets this mail through, whatever a spam filter says."))
            return None
        if rule.action == MailRule.Action.IGNORE:
            return Outcome(ParcelState.SUPPRESSED, End.IGNORED, _("Recorded only, by a rule about mail."))
        return Outcome(ParcelState.QUARANTINE, End.QUARANTINED, _("Quarantined by a rule about mail."))
    if not incoming.spam:
        return None
    work.note(_("A spam filter on the way wrote: %(text)s"), text=one_line(incoming.spam, 200))
    if _answers_us(work, incoming, context):
        work.note(_("But it came to a signed address of ours, from somebody who takes part there."))
        return None
    return Outcome(ParcelState.QUARANTINE, End.QUARANTINED, _("A spam filter on the way called it spam."))


def _first(work: Work, incoming: Incoming, context: Known) -> MailRule | None:
    """The rule that decides about a mail; one of its inbox comes before one of the whole house."""
    sender = normal_address(sender_of(work.parcel, incoming))
    subject, text = (incoming.subject.casefold(), incoming.text.casefold()) if context.rules else ("", "")
    is_forged = work.trust.verdict == "fail"
    hits = [
        rule
        for rule in context.rules
        if rule.inbox_id in (None, work.parcel.inbox_id)
        # An address that its own domain disowns opens no door.
        and not (is_forged and rule.action == MailRule.Action.ALLOW)
        and matches(rule, sender, subject, text)
    ]
    return min(hits, key=_rank, default=None)


def _rank(rule: MailRule) -> tuple[int, bool, int, int]:
    action, field = MailRule.Action(rule.action), MailRule.Field(rule.field)
    is_allowed = action == MailRule.Action.ALLOW
    return (not is_allowed, rule.inbox_id is None, _FIELDS.index(field), _ACTIONS.index(action))


def matches(rule: MailRule, sender: str, subject: str, text: str) -> bool:
    """Whether a rule is about this mail (`sender` in normal form, texts case-folded); a domain with all below it."""
    match rule.field:
        case MailRule.Field.SENDER:
            return sender == rule.value
        case MailRule.Field.DOMAIN:
            return f".{sender.rpartition('@')[2]}".endswith(f".{rule.value}")
        case MailRule.Field.SUBJECT:
            return _has(subject, rule.value)
        case _:
            return _has(subject, rule.value) or _has(text, rule.value)


def _has(text: str, words: str) -> bool:
    """Whether these words stand in a text (case-folded) as whole words; of scripts without spaces anywhere."""
    return bool(words.strip()) and _pattern(words).search(text) is not None


@lru_cache(maxsize=2000)
def _pattern(words: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in words.casefold().split()]
    first, last = words.strip()[:1], words.strip()[-1:]
    return re.compile((r"\b" if _is_spaced(first) else "") + r"\s+".join(parts) + (r"\b" if _is_spaced(last) else ""))


def _is_spaced(letter: str) -> bool:
    """Whether words of this letter's script are set apart by spaces: not of Thai, Chinese, Japanese."""
    return letter.isalnum() and not ("\u0e00" <= letter <= "\u0eff" or letter >= "\u2e80")


def _answers_us(work: Work, incoming: Incoming, context: Known) -> bool:
    """Somebody who takes part writes to an address that only we can have made."""
    person = context.people.get(normal_address(sender_of(work.parcel, incoming)))
    if person is None or work.trust.verdict == "fail":
        return False
    tickets = [context.tickets.get(pk) for pk in signed(work.parcel, incoming)]
    return any(ticket is not None and sides_of(ticket, person) for ticket in tickets)


def count(hits: Mapping[int, int]) -> None:
    """Add to the hits of rules, outside the transaction that stopped the mails; rows locked in one order."""
    with connection.cursor() as cursor:
        for pk in sorted(hits):
            cursor.execute(
                "UPDATE channels_mailrule SET hits = hits + %s, last_hit_at = now() WHERE id = %s", [hits[pk], pk]
            )
