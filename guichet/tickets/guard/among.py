"""Words among colleagues: what stands under a label for the team, what is to be kept from the customer, a colleague
called by name; and sentences whose words weigh like colleagues' talk (`weighing`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from guichet.tickets.guard import weighing, wording
from guichet.tickets.guard.letter import Check, Facts, Finding, flat
from guichet.tickets.guard.reading import Text
from guichet.tickets.guard.talk import ABOUT, ASIDE, BEHIND, BRACKET, SECRET, YOURS
from guichet.tickets.guard.words import several

# A label is short, ends in a colon, a dash or a bracket, and holds nothing but these words and whom it is for.
_INTERNAL = several(
    "internal internally internals interne internes intern internen internem interner inhouse in-house en-interne"
    " internement hausintern teamintern int"
)
_AUDIENCE = several(
    "all everyone everybody everyone monde alle allen zusammen us ourselves team teams colleagues colleague"
    " staff agents agent support office backoffice helpdesk"
    " accounts finance warehouse"
    " nous equipe equipes collegues collegue agents bureau technique compta comptabilite"
    " uns team kollegen kollege kollegin kolleginnen mitarbeiter agenten innendienst technik buchhaltung lager"
    " vertrieb"
)
_TOWARDS = several(
    "dear cher chers chere cheres liebe fyi info infos for to pour a l l' a-l' fur furs fuer an ans zu zum"
    " among entre unter fao attn handen hd attention ps p.s"
    " p.s. only nur seulement"
)
_AROUND = several(
    "dear cher chers chere cheres liebe lieber tout tous note notes nb n.b n.b. ps p.s p.s. fyi info infos"
    " information informations message memo comment comments"
    " commentaire commentaires remark remarks remarque remarques hinweis hinweise notiz notizen anmerkung"
    " anmerkungen kommentar kommentare bemerkung bemerkungen aside attention achtung only seulement uniquement nur"
    " private prive privee reserved reserve reservee confidential confidentiel vertraulich strictly strictement"
    " streng rein ausschlieslich use usage gebrauch eyes for to pour a l le la les de du des der die das dem den an"
    " ans fur furs fuer zum zur the our own unser unsere unseren unserem nos notre all alle allen tous et and und"
    " zu z hd handen attn attention en in of von d' d entre among unter view vue hello hi hallo"
)
_LABELS = _INTERNAL | _AUDIENCE | _TOWARDS | _AROUND
_LABEL = re.compile(
    r"(?P<open>^[ \t]{0,8}[-=#*~_>\[({]{0,8}|[.!?…] {1,2}[\[(]?|[\[(])[ ]{0,2}(?P<words>[a-z'. ()-]{1,60}?)"
    r"(?P<end> ?:(?=[ \n])| ?[\])](?=\s|$)| -{1,2} (?=\S)| ?[-=#*~_]{2,8}[ \t]*$|(?<=[a-z])[ \t]*$)",
    re.MULTILINE,
)


def internal(text: Text, facts: Facts) -> Iterator[Finding]:
    """All of it; what is already told of a line is not told of it again."""
    yield from _once(text, facts, (*_RULES, weighing.talk))


def by_rules(text: Text, facts: Facts) -> Iterator[Finding]:
    yield from _once(text, facts, _RULES)


def _once(text: Text, facts: Facts, checks: Sequence[_Check]) -> Iterator[Finding]:
    told: set[int] = set()
    for check in checks:
        lines: set[int] = set()
        for found in check(text, facts):
            line = text.own.count("\n", 0, found.start or 0)
            if line not in told:
                lines.add(line)
                yield found
        told |= lines


def _labelled(text: Text, facts: Facts) -> Iterator[Finding]:
    """ "Internally: ...", "(for the colleagues: ...)", "## interner Kommentar", "[Ana: ...]"."""
    for found in _LABEL.finditer(text.plain):
        greets = text.greeting is not None and found.start("words") == text.greeting[0]
        if not greets and _is_label(found, facts):
            start = found.start("words")
            yield Finding(Check.INTERNAL, text.own[start : found.end()].strip(), start)


def _is_label(found: re.Match[str], facts: Facts) -> bool:
    opens, end = found["open"].strip(), found["end"]
    is_bracket = opens.endswith(("[", "("))
    if end.strip() in ("]", ")") and not is_bracket:
        return False
    is_heading = not end.strip() or end.strip()[0] in "#=*~_" or (end.strip()[0] == "-" and end[-1] != " ")
    if is_heading and not re.search(r"[-=#*~_\[({]", opens):
        return False
    said = [part.strip(".") for part in re.split(r"[ '()]+", found["words"].strip(" -")) if part.strip(".-")]
    teams = {flat(team) for team in facts.teams}
    called = {part for part in said if (part in facts.colleagues and part not in facts.names) or part in teams}
    if not said or len(said) > 7 or any(part not in _LABELS and part not in called for part in said):
        return False
    if any(part in _INTERNAL for part in said):
        return True
    if len(said) == 1:
        return bool(called) and is_bracket and end.strip() == ":"
    is_towards = "(" in found["words"] or any(part in _TOWARDS for part in said)
    return is_towards and any(part in called or part in _AUDIENCE for part in said)


def _kept_back(text: Text, facts: Facts) -> Iterator[Finding]:
    """What the customer is not to hear, and what is thought of him."""
    for pattern in (SECRET, ABOUT, BEHIND):
        for found in pattern.finditer(text.plain):
            if not YOURS.search(_sentence(text.plain, found.start(), found.end())):
                yield Finding(Check.INTERNAL, text.own[found.start() : found.end()], found.start())


def _sentence(said: str, start: int, end: int) -> str:
    begin = max(said.rfind(stop, 0, start) for stop in ".!?\n")
    ends = [place for place in (said.find(stop, end) for stop in ".!?\n") if place >= 0]
    return said[begin + 1 : min(ends, default=len(said))]


def _asides(text: Text, facts: Facts) -> Iterator[Finding]:
    """A line in brackets that says what is not to be said."""
    for line in BRACKET.finditer(text.plain):
        if ASIDE.match(line["inside"]):
            yield Finding(Check.INTERNAL, text.own[line.start() : line.end()].strip(), line.start())


def _called(text: Text, facts: Facts) -> Iterator[Finding]:
    """ "Ben, shall we ...": a colleague's first name, where no customer bears it."""
    if text.greeting is not None or facts.is_third_party or not text.lines:
        return
    place, line = text.lines[0]
    found = re.match(
        r"(?:hey |hi |hallo |salut |bonjour |hello )?([^\W\d_]{2,30})(?: ?,| ?-{1,2} | ?:)", text.plain[place:]
    )
    if found is None or found[1] not in facts.colleagues or found[1] in facts.names:
        return
    if len(line) > found.end() + 3:
        yield Finding(Check.INTERNAL, line[: found.end()].strip(), place)


_Check = Callable[[Text, Facts], Iterator[Finding]]
_RULES: tuple[_Check, ...] = (wording.internal, _labelled, _kept_back, _asides, _called)
