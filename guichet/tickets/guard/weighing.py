"""What no list of phrases can know: colleagues' talk and promised files, by the weight of what is seen in a sentence.

The weights are learnt from labelled replies by `bench/learn_guard.py`; a finding tells which words weighed most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from guichet.kit.text.weighed import Table
from guichet.tickets.guard.letter import Check, Facts, Finding
from guichet.tickets.guard.reading import Text, is_quoted
from guichet.tickets.guard.signs import Sentence, sentences

TABLES = Path(__file__).parent / "tables"
# A sentence without any of these promises no file.
_OF_FILES = re.compile(
    r"attach|enclos|append|accompan|accompagn|pfa(?!\w)|(?<!\w)joi(?:n[st]|gn(?!ab))|joint|ci-inclus|annex|(?<!\w)p\.?j(?!\w)"
    r"|anhang|angehang|(?<!\w)hang(?:e|en|t)?(?!\w)|anbei|in der beilage|file below"
    r"|beigef|beigeleg|(?:an|bei|ein)lieg|angefugt|anlage"
    r"|sous ce pli"
    r"|(?<!\w)(?:fug|leg|lieg)(?:e|en|t)?(?!\w)[^.!?\n]{0,80}(?<!\w)(?:an|bei)(?!\w)"
    r"|(?<!\w)schick(?:e|en)(?!\w)[^.!?\n]{0,60}(?<!\w)mit(?!\w)"
    r"|(?<!\w)(?:this|this e-?|ce|cet|cette|diese[rm]?) ?(?:mail|message|letter|nachricht|courriel|envoi|schreiben)"
)  # fmt: skip


@cache
def table(name: str) -> Table:
    return Table.load(TABLES / f"{name}.json")


def of_files(text: Text, facts: Facts) -> Iterator[Sentence]:
    for sentence in sentences(text, facts):
        if _OF_FILES.search(text.plain, sentence.start, sentence.end):
            yield sentence


def talk(text: Text, facts: Facts) -> Iterator[Finding]:
    """Sentences that sound as if a colleague were to read them."""
    if not facts.is_third_party:
        yield from _heavy("talk", Check.INTERNAL, text, sentences(text, facts))


def promises(text: Text, facts: Facts) -> Iterator[Finding]:
    """A file that comes with this letter, where none does."""
    if not facts.has_files:
        yield from list(_heavy("files", Check.ATTACHMENT, text, of_files(text, facts)))[:1]


def _heavy(name: str, key: str, text: Text, several: Iterator[Sentence]) -> Iterator[Finding]:
    known = table(name)
    for one in several:
        if known.weigh(one.signs) > 0 and not is_quoted(text.plain, one.start, one.end):
            yield Finding(key, text.own[one.start : one.end], one.start, ", ".join(known.reasons(one.signs)))
