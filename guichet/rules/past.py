"""Rules as they were: what a run did is told by the verbs of its version, and a version by what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import write
from guichet.conditions.tree import from_json
from guichet.rules import fields, verbs
from guichet.rules.models import Rule, RuleRun, RuleVersion, Since
from guichet.rules.verbs import SAID, Names
from guichet.tickets.models import Inbox
from guichet.tickets.unseen import veiled

Key = tuple[int, int]  # a rule and its version


@dataclass(frozen=True)
class Line:
    """One thing that a version says, in words; `now` is what the rule says today, where that is something else."""

    label: str
    words: Sequence[str]
    now: Sequence[str] | None = None
    kind: str = "words"  # or "condition", or "acts"


def of(version: RuleVersion) -> Rule:
    """The rule as this version has it, never to be saved. Without its inbox: that is for its reader to know."""
    facts = version.facts
    return Rule(
        pk=version.rule_id, version=version.version, name=facts["name"], is_active=facts["is_active"], on=facts["on"],
        since=facts["since"], minutes=facts["minutes"], in_working_time=facts.get("in_working_time", False),
        condition=from_json(facts["condition"]), verbs=facts["verbs"], stops=facts["stops"],
    )  # fmt: skip


def facts_of(runs: Iterable[RuleRun]) -> dict[Key, dict[str, Any]]:
    """The versions of rules that did these runs; one query."""
    keys = {(run.rule_id, run.version) for run in runs}
    if not keys:
        return {}
    wanted = Q(*(Q(rule=rule, version=version) for rule, version in sorted(keys)), _connector=Q.OR)
    found = RuleVersion.objects.filter(wanted).values_list("rule_id", "version", "facts")
    return {(rule, version): facts for rule, version, facts in found}


def names_of(known: Mapping[Key, Mapping[str, Any]]) -> Names:
    return verbs.names_of(facts["verbs"] for facts in known.values())


def name_of(run: RuleRun, known: Mapping[Key, Mapping[str, Any]]) -> str:
    """What the rule was called then."""
    return str(known.get((run.rule_id, run.version), {}).get("name", ""))


def did(run: RuleRun, known: Mapping[Key, Mapping[str, Any]], names: Names) -> list[str]:
    """What it did, or why not."""
    if run.why:
        return [run.why]
    done = verbs.told(_done(run, known), names)
    return done if run.changes or any(name in SAID for name in run.did) else [_("everything was so already")]


def lasting(run: RuleRun, known: Mapping[Key, Mapping[str, Any]], names: Names) -> list[str]:
    """What it said, which nothing unsays; in words."""
    return verbs.told({name: value for name, value in _done(run, known).items() if name in SAID}, names)


def _done(run: RuleRun, known: Mapping[Key, Mapping[str, Any]]) -> dict[str, Any]:
    told = known.get((run.rule_id, run.version), {}).get("verbs", {})
    return {name: told[name] for name in run.did if name in told}


def when(rule: Rule) -> list[str]:
    """What sets it off, in words."""
    if rule.is_timed:
        said = {"time": verbs.span(rule.minutes, rule.in_working_time), "since": Since(rule.since).label}
        words = (
            _("%(time)s of working time after: %(since)s") if rule.in_working_time else _("%(time)s after: %(since)s")
        )
        return [words % said]
    known = fields.triggers()
    return [str(known[key].label) for key in rule.on if key in known]


def condition_of(rule: Rule, asker: Asker) -> str:
    return write(rule.condition, fields.TIMED if rule.is_timed else fields.FIELDS, asker)


def compared(version: RuleVersion, latest: RuleVersion, asker: Asker) -> list[Line]:
    """What this version says, line by line, and where the latest says something else. Its reader may be an agent: of
    what is hidden from him nothing is named."""
    then, now = of(version), of(latest)
    then.condition, now.condition = veiled([then.condition, now.condition], asker)
    names = verbs.names_of([then.verbs, now.verbs])
    inboxes = {one.pk: str(one) for one in Inbox.objects.known_to(asker.person).only("name", "address")}
    lines = []
    for label, kind, say in (
        (_("Name"), "words", lambda rule, facts: [rule.name]),
        (_("When"), "words", lambda rule, facts: when(rule)),
        (_("Where"), "words", lambda rule, facts: [_where(facts["inbox"], inboxes)]),
        (_("Which tickets"), "condition", lambda rule, facts: [condition_of(rule, asker)]),
        (_("Does"), "acts", lambda rule, facts: _acts(rule, names)),
        (_("State"), "words", lambda rule, facts: [_("at work") if rule.is_active else _("switched off")]),
    ):
        was, is_ = say(then, version.facts), say(now, latest.facts)
        lines.append(Line(label, was, is_ if is_ != was else None, kind))
    return lines


def _acts(rule: Rule, names: Names) -> list[str]:
    acts = verbs.told(rule.verbs, names)
    return [*acts, _("then no later rule")] if rule.stops else acts


def _where(inbox: int | None, known: Mapping[int, str]) -> str:
    return known.get(inbox, _("another inbox")) if inbox else _("Everywhere")
