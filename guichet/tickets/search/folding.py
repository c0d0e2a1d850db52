"""What one and the same word looks like however it was typed: no capitals, no accents, no signs. Pure.

The database does the same by `search_fold` (migration 0004), and a test holds the two together.

Names of people are folded by a function of their own (people.names), which stands in stored columns of the room below.
It knows letters of names that words keep (ð, þ, ħ) and takes no sign away that a mail address may hold; to make one of
the two would be to write every card or every person anew.
"""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]+")
_SEPARATORS = re.compile(
    "[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\xbf×÷\u2000-\u2bff\u3000-\u303f\ufe00-\uff0f\U0001f000-\U0001faff]+"
)
_SPELT = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ς": "σ"})


def fold(text: str) -> str:
    """Words with one space between them; "L'Été (#12)" becomes " l ete 12 " without the outer spaces."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_SPELT)
    return _SEPARATORS.sub(" ", plain).strip(" ")


def parts(text: str) -> list[str]:
    """The parts of three letters of each word: what SQL's search_parts returns."""
    return sorted({word[at : at + 3] for word in fold(text).split() for at in range(len(word) - 2)})
