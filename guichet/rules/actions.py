"""What is done to rules, and the only code that writes them. Each change is a version; a run can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.conditions.tree import Malformed, to_json
from guichet.kit.lines import one_line
from guichet.people.models import Person
from guichet.rules import checking, fields, undoing
from guichet.rules.models import TIME, Rule, RuleRun, RuleVersion, Since
from guichet.tickets import actions
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.models import OPEN_STATUSES

LIMIT = 200  # rules at once: one query decides them all
LATEST = 60 * 24 * 366  # minutes


def save_rule(rule: Rule, by: Person) -> Rule:
    """A new or changed rule; nothing but a change makes a version. Raises Refused for one that cannot be, or that would
    go round in a circle."""
    rule.name = one_line(rule.name, 120)
    _sound(rule)
    with transaction.atomic():
        others = list(Rule.objects.select_for_update().active().exclude(pk=rule.pk))
        if rule.is_active:
            if len(others) >= LIMIT:
                raise Refused(_("More than %(n)s rules are at work. Switch some off first.") % {"n": LIMIT})
            if circle := checking.circle(rule, others):
                raise Refused(
                    _("These rules would set off one another without end: %(names)s.") % {"names": _path(circle, by)}
                )
        latest = RuleVersion.objects.filter(rule=rule.pk).first() if rule.pk else None
        facts = facts_of(rule)
        if latest is not None and latest.facts == facts:
            return rule
        if rule.pk is None:
            rule.place = (Rule.objects.aggregate(last=Max("place"))["last"] or 0) + 1
        rule.version += 1
        rule.changed_by = by
        rule.save()
        RuleVersion.objects.create(rule=rule, version=rule.version, facts=facts, by=by)
        actions.name_via(rule.via, rule.name)
    return rule


def _path(circle: Sequence[Rule], by: Person) -> str:
    """A rule of a confidential inbox is not named to whoever may not see it."""
    seen = set(Rule.objects.visible_to(by).filter(pk__in=[rule.pk for rule in circle]).values_list("pk", flat=True))
    names = [
        rule.name if rule.pk in seen or rule.pk is None else _("a rule of a confidential inbox") for rule in circle
    ]
    return " → ".join(f"“{name}”" for name in (*names, names[0]))


def _sound(rule: Rule) -> None:
    if not rule.name:
        raise Refused(_("A rule needs a name."))
    if not rule.on:
        raise Refused(_("Say when the rule looks: choose at least one event, or the time."))
    if not rule.verbs:
        raise Refused(_("Choose something to do."))
    rule.on = [TIME] if TIME in rule.on else list(dict.fromkeys(rule.on))
    if rule.is_timed and (rule.since not in Since.values or not 0 < rule.minutes <= LATEST):
        raise Refused(_("Say after how long, at most a year."))
    if not rule.is_timed:
        rule.since, rule.minutes, rule.in_working_time = "", 0, False
    finishes = rule.verbs.get("status") not in (None, *OPEN_STATUSES)
    if finishes and ("look" in rule.verbs or "snooze" in rule.verbs):
        raise Refused(_("A ticket that is finished is not looked at again: leave one of the two out."))
    try:
        fields.check(rule.condition, rule.on, fields.house_asker(rule.inbox))
    except Malformed as wrong:
        raise Refused(str(wrong)) from wrong


def facts_of(rule: Rule) -> dict[str, Any]:
    """What a version keeps."""
    return {
        "name": rule.name,
        "is_active": rule.is_active,
        "inbox": rule.inbox_id,
        "on": list(rule.on),
        "since": str(rule.since),
        "minutes": rule.minutes,
        # Versions from before there was a choice stay what they were.
        **({"in_working_time": True} if rule.in_working_time else {}),
        "condition": to_json(rule.condition),
        "verbs": rule.verbs,
        "stops": rule.stops,
    }


def switch_rule(rule: Rule, by: Person, *, is_active: bool) -> Rule:
    """Raises Refused where it would close a circle."""
    rule.is_active = is_active
    return save_rule(rule, by)


def remove_rule(rule: Rule, *, is_removed: bool = True) -> None:
    """Out of use, with its history; or back again, switched off until somebody wants it."""
    rule.removed_at = timezone.now() if is_removed else None
    if is_removed:
        rule.save(update_fields=["removed_at"])
    else:
        rule.is_active = False
        rule.save(update_fields=["removed_at", "is_active"])


def swap_rules(one: Rule, other: Rule) -> None:
    """Each comes where the other stood."""
    one.place, other.place = other.place, one.place
    Rule.objects.bulk_update([one, other], ["place"])


def undo_run(run: RuleRun, by: Person) -> bool:
    """Put back what a run changed, where nobody changed it since; whether all of it went back. Raises Refused."""
    with transaction.atomic():
        run = RuleRun.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=run.pk)
        if run.undone_at is not None:
            raise Refused(_("This was taken back already."))
        if not run.changes:
            raise Refused(_("There is nothing to take back here."))
        whole = undoing.undo(run.ticket, run.changes, By(by, "desk", cause=run.event))
        run.undone_at, run.undone_by = timezone.now(), by
        run.save(update_fields=["undone_at", "undone_by"])
    return whole
