"""One rule on one ticket: done once for its occasion, told under the rule's name, kept with its way back."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from guichet.rules import verbs
from guichet.rules.models import Rule, RuleRun
from guichet.tickets.actions import Guarded, Refused, Unfinished
from guichet.tickets.events import By
from guichet.tickets.models import Event, Ticket

log = logging.getLogger(__name__)


def run(rule: Rule, ticket: Ticket, *, event: Event | None = None, moment: datetime | None = None) -> RuleRun | None:
    """Do its verbs, all or none, within the caller's transaction; None where this occasion has been before.

    What cannot be done is kept with its reason: one rule that fails holds up no other.
    """
    occasion = {"event": event} if event is not None else {"ticket": ticket, "moment": moment}
    kept, is_new = RuleRun.objects.get_or_create(
        rule=rule, **occasion, defaults={"ticket": ticket, "version": rule.version}
    )
    if not is_new:
        return None
    try:
        with transaction.atomic():
            kept.changes = verbs.do(ticket, rule.verbs, By(via=rule.via, cause=event))
            kept.did = [name for name in verbs.VERBS if name in rule.verbs]
    except (Refused, Unfinished) as why:
        kept.why = str(why)[:300]
    except Guarded:
        kept.why = _("The check held its words back.")
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("rule %s failed on ticket %s", rule.pk, ticket.number)
        kept.why = _("Something went wrong here; nothing was changed.")
    kept.save(update_fields=["changes", "did", "why"])
    return kept
