"""All checks on one letter."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from guichet.tickets.guard import among, greeting, others, secret, tongue, unfinished, weighing, wording
from guichet.tickets.guard.letter import Check, Facts, Finding, Rules, flat
from guichet.tickets.guard.reading import Text

MOST = 20  # findings of one letter that are told
_CHECKS: tuple[Callable[[Text, Facts], Iterator[Finding]], ...] = (
    others.recipients, others.files, others.strangers, among.internal, wording.mentions, secret.secrets,
    greeting.wrong_name, tongue.other_language, unfinished.placeholders, unfinished.empty, weighing.promises,
)  # fmt: skip


def check(text: str, facts: Facts, rules: Rules = Rules()) -> list[Finding]:  # noqa: B008  # frozen
    """What should not leave like this, the gravest first; at most MOST findings."""
    read = Text.of(text)
    found: dict[str, Finding] = {}
    for one in _all(read, facts, rules):
        if one.key not in rules.off and one.token not in found and not _is_allowed(one, rules):
            found[one.token] = one
    inside = _told_once(_outermost(list(found.values())))
    inside.sort(key=lambda one: (not one.is_grave, one.start if one.start is not None else -1))
    return inside[:MOST]


def _all(read: Text, facts: Facts, rules: Rules) -> Iterator[Finding]:
    for each in _CHECKS:
        yield from each(read, facts)
    yield from wording.own_words(read, rules.never)


def by_rules(text: str, facts: Facts) -> list[Finding]:
    """What is found without any weights, to measure the weights apart."""
    read = Text.of(text)
    checks = [each for each in _CHECKS if each not in (among.internal, weighing.promises)]
    found = [one for each in (*checks, among.by_rules) for one in each(read, facts)]
    return _told_once(_outermost(found))


def _is_allowed(finding: Finding, rules: Rules) -> bool:
    """A word of the house's own that is always allowed, such as its own account number."""
    if finding.key == Check.WORDS:
        return False
    said = flat(finding.words)
    squeezed = _squeezed(said)
    for phrase in rules.allowed:
        allowed = flat(phrase.strip())
        if allowed and (("*" in allowed and any(wording.places(said, allowed))) or _squeezed(allowed) == squeezed):
            return True
    return False


def _squeezed(words: str) -> str:
    return "".join(char for char in words if char.isalnum() or char in "@#")


def _told_once(findings: list[Finding]) -> list[Finding]:
    """A name that greets is told as a greeting, and one to be filled in as that."""
    places = {key: [one for one in findings if one.key == key] for key in (Check.PLACEHOLDER, Check.GREETING)}

    def is_told(one: Finding) -> bool:
        by = {Check.GREETING: Check.PLACEHOLDER, Check.PERSON: Check.GREETING}.get(one.key)
        return by is not None and any(_overlap(one, other) for other in places[by])

    return [one for one in findings if not is_told(one)]


def _overlap(one: Finding, other: Finding) -> bool:
    if one.start is None or other.start is None:
        return False
    return one.start < other.start + len(other.words) and other.start < one.start + len(one.words)


def _outermost(findings: list[Finding]) -> list[Finding]:
    """Of two findings of one kind of which one stands within the other, the longer."""
    kept: list[Finding] = []
    for one in findings:
        if one.start is not None and any(
            other is not one
            and other.key == one.key
            and other.start is not None
            and other.start <= one.start
            and other.start + len(other.words) >= one.start + len(one.words)
            and len(other.words) > len(one.words)
            for other in findings
        ):
            continue
        kept.append(one)
    return kept
