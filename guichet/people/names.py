"""How names are compared: accents, letter case and marks folded away, and cut into overlapping threes of letters.

Two SQL functions of our own (migration 0002) do it in the database, because the extensions that could (unaccent,
pg_trgm) are not on every server and cannot be added without being its superuser. `fold` says the same in Python.
Words of tickets are folded a little differently: see tickets.search.folding, which says why there are two.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Coalesce

LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "t", "ı": "i", "ħ": "h", "ß": "ss", "æ": "ae",
                         "œ": "oe"})  # fmt: skip
MARKS = re.compile("[\u0300-\u036f]+")
GAPS = re.compile("[\\s!-/:-@\\[-`{-~\u0080-\u00bf\u2000-\u206f\u3000-\u303f]+")


class Folded(Func):
    function = "fold_name"
    arity = 1
    output_field = models.TextField()


class Grams(Func):
    """The threes of all these texts together, empty ones left out."""

    function = "name_grams"
    template = "%(function)s(%(expressions)s)"
    arg_joiner = " || ' ' || "

    def __init__(self, *texts: Any, **extra: Any) -> None:
        super().__init__(*(Coalesce(text, Value("")) for text in texts), output_field=grams_field(), **extra)


def grams_field() -> ArrayField[Any, Any]:
    return ArrayField(models.TextField())


def fold(text: str) -> str:
    """ "Éva Müller-Weiß" -> "eva muller weiss": what SQL's fold_name returns."""
    plain = MARKS.sub("", unicodedata.normalize("NFKD", text).lower())
    return GAPS.sub(" ", plain.translate(LETTERS)).strip()
