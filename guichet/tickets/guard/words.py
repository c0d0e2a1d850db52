"""How letters begin and end, in the desk's languages: patterns for flat text."""

from __future__ import annotations

import re

GREETING_WORDS = (
    "dear|hi|hello|hey|good (?:morning|afternoon|evening|day)|greetings|welcome back"
    "|bonjour|bonsoir|chere?s?|salut|coucou|re-?bonjour"
    "|hallo|lieber?|guten (?:tag|morgen|abend)|sehr (?:geehrter?|verehrter?)|(?:sehr )?geehrter?|moin|servus"
    "|grus gott|gruss gott|gruezi|werter?"
)
GREETING = re.compile(rf"(?:{GREETING_WORDS}|madame|monsieur|mesdames|messieurs)(?![\w'-])")
# "On Monday somebody wrote:" and their like: what follows was said before.
ANNOUNCED = re.compile(
    r"(?:on .{5,120} wrote|le .{5,120} a ecrit|am .{5,120} schrieb.{0,80}) ?:$"
    r"|-{2,}.{0,3}(?:original message|message d'origine|ursprungliche nachricht|forwarded message)"
)
_CLOSINGS = (
    "regards|best regards|kind regards|kindest regards|warm regards|with kind regards|best wishes|best|all the best"
    "|sincerely|yours sincerely|yours|cheers|thanks|thank you|many thanks|thanks and regards|have a nice day"
    "|cordialement|bien cordialement|tres cordialement|bien a vous|sinceres salutations|salutations|merci"
    "|merci d'avance|bonne journee|belle journee|bonne fin de journee|meilleures salutations|a bientot|cdlt"
    "|mit freundlichen grusen|mit freundlichen grussen|freundliche gruse|freundliche grusse|viele gruse|viele grusse"
    "|beste gruse|beste grusse|herzliche gruse|herzliche grusse|liebe gruse|liebe grusse|schone gruse|schone grusse"
    "|mfg|vg|lg|gruse|grusse|grus|gruss|danke|vielen dank|mit besten grusen|mit besten grussen|schonen tag noch"
)
CLOSINGS = frozenset(_CLOSINGS.split("|"))


def several(words: str) -> frozenset[str]:
    return frozenset(words.split())


def spaced(pattern: str) -> re.Pattern[str]:
    """A pattern in which a space, outside of a set of characters, may also be a line's end."""
    parts = re.split(r"(\[[^\]]*\])", pattern)
    return re.compile("".join(part if part[:1] == "[" else part.replace(" ", r"[ \n]{1,2}") for part in parts), re.M)
