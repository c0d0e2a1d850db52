"""Whom the first line greets: the customer, or somebody else?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from guichet.tickets.guard.letter import Check, Facts, Finding, flat
from guichet.tickets.guard.reading import Text, words
from guichet.tickets.guard.words import CLOSINGS, GREETING_WORDS, several

_GREETED = re.compile(
    rf"(?:(?:{GREETING_WORDS})[ ,]+|(?=madame|monsieur|mesdames"
    rf"|messieurs))(?P<who>[^,!:;.?\n(]{{2,60}}(?:(?<=\b\w)\.[^,!:;.?\n(]{{2,40}}|(?<=\bmr|\bdr"
    rf"|\bms)\.[^,!:;.?\n(]{{2,40}}|(?<=\bmrs)\.[^,!:;.?\n(]{{2,40}}|(?<=prof)\.[^,!:;.?\n(]{{2,40}})?)"
)
_TITLES = several(
    "mr mrs ms miss dr prof professor sir madam herr herrn frau dres dipl ing mag med docteur maitre me m mme mmes"
    " mlle monsieur madame"
    " mesdames messieurs mademoiselle hr fr fam familie family famille"
)
_NOBODY = several(
    "all everyone everybody team there again sirs customer customers client clients colleague colleagues support"
    " friend friends folks guys dears both you user users partner partners valued ladies gentlemen"
    " tous toutes vous chacun equipe cliente clientes collegue collegues a au le la les l' the our nos notre re"
    " rebonjour service services responsable directeur directrice nouveau encore cher chere merci merci"
    " zusammen alle allen damen herren kolleginnen kollegen kunde kundin kunden kundinnen liebe lieber liebes"
    " miteinander nochmals nochmal wieder und and et or ou oder von der die das ihr euch sie ihnen beide"
    " kollege kollegin nachbar nachbarin voisin voisine parents eltern mitglied mitglieder membre membres"
    " mal service hilfe interessent interessentin mitarbeiter mitarbeiterin unbekannt leser morning afternoon"
    " evening abend morgen tag"
)
_CLOSING = frozenset(word for phrase in CLOSINGS for word in phrase.split())
_JOINERS = several("de du des la le von van der den ten zu zum zur d' di da del y e el al bin ibn mc o'")
# Short forms that no prefix explains.
_SHORT = dict(
    pair.split("=")
    for pair in several(
        "bill=william will=william bob=robert rob=robert dick=richard rick=richard jim=james jimmy=james "
        "jack=john johnny=john liz=elizabeth beth=elizabeth betty=elizabeth kate=catherine katie=katherine "
        "cathy=catherine peggy=margaret maggie=margaret meg=margaret ted=edward ned=edward tony=anthony "
        "toni=antonia sandy=alexandra sasha=alexander sascha=alexander hans=johannes jo=joseph joe=joseph "
        "sepp=josef gaby=gabriele gabi=gabriele uschi=ursula heinz=heinrich fritz=friedrich wolle=wolfgang "
        "conny=cornelia lisa=elisabeth lena=magdalena nina=christina tina=christina tom=thomas andy=andreas "
        "drew=andrew harry=henry larry=lawrence chuck=charles charlie=charles sue=susan jenny=jennifer "
        "manu=emmanuel manon=marie fred=frederic jeannot=jean gus=auguste mike=michael micha=michael "
        "mick=michael nick=nicholas steve=stephen dave=david pat=patricia patty=patricia vicky=victoria "
        "abby=abigail becky=rebecca "
    )
)


def wrong_name(text: Text, facts: Facts) -> Iterator[Finding]:
    """Somebody is greeted by a name that nobody has who takes part here."""
    if text.greeting is None or not facts.names or facts.is_third_party:
        return
    place, line = text.greeting
    found = _GREETED.match(flat(line))
    if found is None:
        return
    who = line[found.start("who") : found.end("who")].strip()
    greeted = _names(who)
    # A stranger may be greeted where we do not know what the customer is called.
    if not greeted or any(_is_known(name, facts.names) for name in greeted):
        return
    if facts.customer or facts.conversation or any(name in facts.colleagues for name in greeted):
        yield Finding(Check.GREETING, who, place + found.start("who"), facts.customer)


def _names(who: str) -> list[str]:
    """The names in "Frau Dr. Martin and Dan"; none where these are other words ("Hello thanks for the photo")."""
    parts = [part for part in re.split(r"[\s/&+]+", who) if part]
    names: list[str] = []
    for part in parts:
        bare = flat(part).strip(".'\"*_-,")
        if not bare or bare in _TITLES or bare in _NOBODY or bare in _JOINERS:
            continue
        if not part.lstrip("'\"*_")[:1].isupper():
            return []
        names += [one for one in [bare, *bare.split("-")] if len(one) > 1]
    return names if len(parts) <= 7 else []


def _is_known(name: str, known: Iterable[str]) -> bool:
    full = _SHORT.get(name, name)
    for other in known:
        if other in (name, full) or _SHORT.get(other) in (name, full):
            return True
        short, long = sorted((name, other), key=len)
        if len(short) >= 3 and long.startswith(short):
            return True
        if len(short) >= 4 and long.startswith(short[:-1]) and short[-1] in "iye":
            return True
        if len(short) >= 4 and _is_typo(name, other):
            return True
    return False


def _is_typo(one: str, other: str) -> bool:
    """At most one letter other, missing, more or changed with its neighbour."""
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] == b[:2] and a[2:] == b[2:])


def known_names(people: Iterable[str], addresses: Iterable[str], signatures: Iterable[str] = ()) -> frozenset[str]:
    """The flat words by which these may be greeted: parts of their names and addresses, words below their letters."""
    found: set[str] = set()
    for name in (*people, *signatures):
        for word in words(flat(name)):
            found.update(part for part in (word, *re.split(r"['’-]", word)) if len(part) > 1)
    for address in addresses:
        local = flat(address.partition("@")[0])
        found.update(part for part in re.split(r"[._+\-\d]+", local) if len(part) > 1)
    return frozenset(found - _TITLES - _NOBODY - _CLOSING)


def calls(colleagues: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """How colleagues are called after an @: first name, whole name in one, what stands before the @ of the"
    " address."""
    found: dict[str, str] = {}
    for name, address in colleagues:
        parts = flat(name).split()
        for call in (*parts[:1], "".join(parts), ".".join(parts), flat((address or "").partition("@")[0])):
            if len(call) > 1:
                found[call] = name
    return found
