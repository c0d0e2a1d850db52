"""One rule on one ticket: done once for its occasion, told under the rule's name, kept with its way back."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from guichet.rules import verbs
from guichet.rules.models import Rule, RuleRun
from guichet.tickets import actions
from guichet.tickets.actions import Guarded, Held, Refused, Unfinished
from guichet.tickets.events import By
from guichet.tickets.models import Event, Ticket

log = logging.getLogger(__name__)


def run(rule: Rule, ticket: Ticket, *, event: Event | None = None, moment: datetime | None = None) -> RuleRun | None:
    """Do its verbs; None where this occasion has been before.

    Whoever runs it at the same moment waits for the ticket, and finds what was done.
    """
    occasion: dict[str, Any] = {"event": event} if event is not None else {"ticket": ticket, "moment": moment}
    with transaction.atomic():
        held = actions.hold(ticket)
        if RuleRun.objects.filter(rule=rule, **occasion).exists():
            return None
        kept = act(rule, held, event=event, moment=moment)
        kept.save()
    return kept


def act(rule: Rule, held: Held, *, event: Event | None = None, moment: datetime | None = None) -> RuleRun:
    """Do its verbs, all or none, on a ticket that the caller's transaction has locked; the run is not yet stored.

    What cannot be done is kept with its reason: one rule that fails holds up no other.
    """
    kept = RuleRun(rule=rule, ticket=held.ticket, version=rule.version, event=event, moment=moment)
    try:
        with transaction.atomic():
            kept.changes = verbs.do_held(held, rule.verbs, By(via=rule.via, cause=event))
            kept.did = [name for name in verbs.VERBS if name in rule.verbs]
        return kept
    except (Refused, Unfinished) as why:
        kept.why = str(why)[:300]
    except Guarded:
        kept.why = _("The check held its words back.")
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("rule %s failed on ticket %s", rule.pk, held.ticket.number)
        kept.why = _("Something went wrong here; nothing was changed.")
    held.let_go()
    return kept
