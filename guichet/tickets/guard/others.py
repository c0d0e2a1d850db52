"""What belongs to other customers: names, addresses, ticket numbers, files; and recipients nobody knows here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guichet.tickets.guard.letter import Check, Facts, Finding, flat
from guichet.tickets.guard.reading import Text
from guichet.tickets.guard.words import several

MOST = 400  # candidates of one kind in one letter
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_NUMBER = re.compile(
    r"(?:(?<![\w&])#|(?<!\w)(?:tickets?|requests?|cases?|demandes?|anfragen?|vorgang|vorgange|fall|falle"
    r"|dossiers?|incidents?|(?:under|unter|sous|(?:au|sous le|du) numero))(?:["
    r" -]?(?:number|no\.?|nr\.?|nummer|id|numero|n°|nº|mit der nummer|mit nummer|num\.?))?"
    r"[ :]{1,2}(?:#|n°|nº|nr\.?)? ?)(\d{1,12})(?![\w/]|[.,-]\d)"
)  # fmt: skip
_NAME = re.compile(r"[^\W\d_]{2,30}(?:['’-][^\W\d_]{1,30}){0,3}")
# A number on its own counts where tickets are joined: "merged with 4711", "mit der 4711 zusammengelegt".
_JOINED = re.compile(
    r"(?<!\w)(?:merged?|merging|combined?|linked?|joined|duplicate of|fusionn\w+|regroup\w+|rattach\w+|doublon"
    r"|zusammengelegt|zusammengefuhrt|zusammengefasst|zusammenlegen|zusammenfuhren|verknupft|verbunden"
    r"|dublette|(?:fuhren?|legen?|fassen?)(?= .{0,60} zusammen))(?!\w)"
)
_BARE = re.compile(
    r"(?<![\w.,/#-])(\d{2,9})(?![\w/]|[.,:-]\d| ?(?:%|€|\$|eur|euros?|uhr|h|mb|gb|kg|mm|cm|stuck|pcs)(?!\w))"
)
_TITLE = re.compile(
    r"(?<!\w)(?:herrn?|frau|mr\.?|mrs\.?|ms\.?|dr\.?|monsieur|madame|mme|mlle|m\.|famille|familie)"
    r" ([^\W\d_]{2,30}(?:['’-][^\W\d_]{1,30}){0,3})"
)
_SMALL = several("de du des la le von van der den ten zu zum d' di da del el al bin ben")


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be a name (lower case), a title's surname, an address, a number of a ticket: to be looked up."""

    names: frozenset[str]
    surnames: frozenset[str]
    addresses: frozenset[str]
    numbers: frozenset[int]


def candidates(text: Text) -> Candidates:
    names = [name for _start, _end, name in _runs(text.own)]
    return Candidates(
        frozenset(names[:MOST]),
        frozenset(found[1] for found in list(_TITLE.finditer(text.own.lower()))[:MOST]),
        frozenset(found[0].lower().rstrip(".") for found in list(_ADDRESS.finditer(text.own))[:MOST]),
        frozenset(int(found[1]) for found in list(_numbers(text))[:MOST]),
    )


def _numbers(text: Text) -> Iterator[re.Match[str]]:
    yield from _NUMBER.finditer(text.flat)
    for place, sentence in text.sentences() if _JOINED.search(text.plain) else ():
        if _JOINED.search(sentence):
            yield from _BARE.finditer(text.flat, place, place + len(sentence))


def _runs(said: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, lower) of two to four words in a row that are written as names are."""
    row: list[re.Match[str]] = []
    for found in _NAME.finditer(said):
        between = said[row[-1].end() : found.start()] if row else ""
        if row and (not re.fullmatch(r"[ \t\xa0,]{1,2}|\. ", between) or len(between) > 2):
            row = []
        if not (found[0][0].isupper() or (row and found[0] in _SMALL)):
            row = []
            continue
        row = [*row[-3:], found]
        for first in row[-2::-1]:
            if first[0][0].isupper():
                for end in _ends(found):
                    yield first.start(), end, said[first.start() : end].lower()


def _ends(last: re.Match[str]) -> Iterator[int]:
    """Where a name may end: also before the s of what is his ("Dan Roth's office", "Dan Roths Büro")."""
    yield last.end()
    if last[0].endswith(("'s", "’s", "'S", "’S")):
        yield last.end() - 2
    elif last[0].endswith("s") and len(last[0]) > 3:
        yield last.end() - 1


def strangers(text: Text, facts: Facts) -> Iterator[Finding]:
    others = facts.others
    if others.names:
        for start, end, name in _runs(text.own):
            if name in others.names and name not in facts.conversation:
                yield Finding(Check.PERSON, text.own[start:end], start)
    for found in _TITLE.finditer(text.own.lower()) if others.surnames else ():
        if found[1] in others.surnames and found[1] not in facts.conversation:
            yield Finding(Check.PERSON, text.own[found.start() : found.end()], found.start())
    for found in _ADDRESS.finditer(text.own):
        address = found[0].lower().rstrip(".")
        if address in others.addresses and address not in facts.conversation:
            yield Finding(Check.ADDRESS, text.own[found.start() : found.start() + len(address)], found.start())
    for found in _numbers(text):
        if int(found[1]) in others.numbers:
            yield Finding(Check.TICKET, text.own[found.start() : found.end()].strip(), found.start())


def files(text: Text, facts: Facts) -> Iterator[Finding]:
    for name in facts.foreign_files:
        yield Finding(Check.FILE, name)


def recipients(text: Text, facts: Facts) -> Iterator[Finding]:
    for address in facts.recipients:
        yield Finding(Check.RECIPIENT, address, None, flat(facts.customer) and facts.customer)
