"""Whether an answer under a new subject is about another matter: then a split is offered, never done. Pure."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

_LONGEST = 300
_PREFIX = re.compile(
    r"\s*(?:re|aw|antw|antwort|sv|vs|tr|wg|fw|fwd|rv|i|r|rif|odp|pd|enc|res|ref|doorst|vb|vl|ynt|ilt|fyi|atb|na|"
    r"automatic reply|automatische antwort|r[ée]ponse automatique|отв|пер|hd|回复|回覆|答复|转发|轉寄|返信|転送)"
    r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s?[:：]",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"\s*(?:\[[^\[\]]{0,60}\]|\*{3,}[^*]{0,40}\*{3,}|\((?:ticket|case|request)[^()]{0,30}\))", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?:\b(?:ticket|case|request|incident|vorgang|anfrage|dossier|demande|fall|nr|no|n°|id)\b\.?[ :]{0,2})?"
    r"#\s?\d{1,12}\b"
    r"|\b(?:ticket|case|vorgang|dossier|incident|anfrage)[ :]{1,2}(?:nr\.?|no\.?|n°)?\s?\d{1,12}\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
# What people add to a subject without changing the matter, and words that tell nothing of it.
_EMPTY_WORDS = """
    urgent dringend wichtig important asap reminder erinnerung rappel relance update aktualisierung
    nochmals nochmal again encore erledigt geloest solved resolved resolu regle fixed done closed ferme
    second third zweite dritte mahnung followup follow up bitte please svp merci thanks danke new neu
    nouveau nouvelle high priority prioritaet priorite a an the of for to in on at and or with my your
    our is are was not no from by it this that about le la les l un une des de du d et ou a au aux en sur
    pour par mon ma mes notre votre ne pas plus est avec dans je der die das den dem des ein eine einen
    einem einer und oder mit im in am an auf zu zum zur von vom fuer fur ist nicht kein keine mein meine
    unser ihr bei nach
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_ALIKE = 0.8


def changed(before: str, subject: str) -> bool:
    """Whether `subject` names another matter than `before`: not a reply mark, a tag, a typo or "- urgent"."""
    old, new = _bare(before), _bare(subject)
    if not old or not new or old == new:
        return False
    left, right = _words(old), _words(new)
    if not left or not right:
        return False
    numbers = {word for word in left if _is_number(word)}, {word for word in right if _is_number(word)}
    if all(numbers) and not numbers[0] & numbers[1]:
        return True
    shared = sum(any(_alike(word, other) for other in right) for word in left)
    return 2 * shared < min(len(left), len(right)) and SequenceMatcher(None, old, new, autojunk=False).ratio() < _ALIKE


def likeness(subject: str, other: str) -> float:
    """How much of the shorter subject's words the other one has, from 0 to 1; 0 where either says nothing."""
    left, right = _words(_bare(subject)), _words(_bare(other))
    if not left or not right:
        return 0.0
    shared = sum(any(_alike(word, one) for one in right) for word in left)
    return min(1.0, shared / min(len(left), len(right))) * min(1.0, 0.5 + min(len(left), len(right)) / 4)


def _bare(subject: str) -> str:
    """Without reply marks, tags of lists and ticket numbers; lower case, no accents, one space between words."""
    rest = subject[:_LONGEST]
    for _ in range(20):
        match = _PREFIX.match(rest) or _TAG.match(rest)
        if match is None:
            break
        rest = rest[match.end() :]
    rest = _NUMBER.sub(" ", _TAG.sub(" ", rest))
    plain = unicodedata.normalize("NFKD", rest.casefold().replace("ß", "ss"))
    return " ".join(_WORD.findall("".join(ch for ch in plain if not unicodedata.combining(ch))))


def _words(bare: str) -> list[str]:
    """The words that tell of the matter, each once; all of them where none does. Scripts without spaces by pairs."""
    found = [word for word in dict.fromkeys(bare.split()) if word not in _EMPTY] or bare.split()
    out: list[str] = []
    for word in found[:40]:
        if len(word) > 2 and not word.isascii() and ord(max(word)) >= 0x3040:
            out += [word[at : at + 2] for at in range(len(word) - 1)]
        else:
            out.append(word)
    return out[:80]


def _is_number(word: str) -> bool:
    return sum(ch.isdigit() for ch in word) >= 3


def _alike(word: str, other: str) -> bool:
    """The same word, a typo of it, or its plural or compound."""
    if word == other:
        return True
    if min(len(word), len(other)) < 4 or word.isdigit() or other.isdigit():
        return False
    short, long = sorted((word, other), key=len)
    return long.startswith(short) or SequenceMatcher(None, word, other, autojunk=False).ratio() >= _ALIKE
