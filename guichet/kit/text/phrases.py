"""The words of `languages` made ready for look-ups: folded, in sets and bounded patterns."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from guichet.kit.text.languages import LANGUAGES

_ALIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "’": "'", "‘": "'", "æ": "ae", "œ": "oe",
                        "\xa0": " ", "\u202f": " ", "\u3000": " ", "：": ":"})  # fmt: skip
# Direction marks, zero-width marks, and what is left of accents.
_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys(
        [0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
    ),
    0xB4: "'",
}
_ACCENTS = re.compile(f"[{''.join(chr(code) for code in range(0x300, 0x10000) if unicodedata.combining(chr(code)))}]+")


def fold(words: str) -> str:
    """Lower case without accents, direction marks and odd spaces: how phrases are compared."""
    if words.isascii():
        return words.lower()
    parts = unicodedata.normalize("NFKD", words.translate(_UNSEEN)).casefold()
    return _ACCENTS.sub("", parts).translate(_ALIKE)


@cache
def _all(kind: str) -> frozenset[str]:
    """Every phrase of a kind in every language, folded."""
    listed = (words for language in LANGUAGES.values() for words in language.get(kind, "").split("|"))
    return frozenset(fold(words).strip() for words in listed if words)


def _any_of(phrases: frozenset[str]) -> str:
    """A pattern: whole words, or anywhere for scripts that do not part words."""
    ordered = sorted(phrases, key=len, reverse=True)
    parted = [re.escape(item) for item in ordered if ord(item[0]) < 0x0E00]
    joined = [re.escape(item) for item in ordered if ord(item[0]) >= 0x0E00]
    return rf"(?:(?<![^\W_])(?:{'|'.join(parted)})(?![^\W_])|{'|'.join(joined)})"


KINDS = ("from", "date", "to", "cc", "subject", "other")
# The name of a field to its kinds: some words name two fields in two languages.
FIELDS: dict[str, frozenset[str]] = {
    name: frozenset(kind for kind in KINDS if name in _all(kind)) for kind in KINDS for name in _all(kind)
}
WROTE = re.compile(_any_of(_all("wrote")))
WROTE_ENDS = tuple(sorted(_all("wrote")))
ORIGINAL = re.compile(_any_of(_all("original")))
BEGIN = _all("begin")
SENT = tuple(sorted(_all("sent")))
SENT_END = tuple(sorted(_all("sent_end")))
CLOSING = _all("closing")
CLOSING_START = tuple(sorted(_all("closing_start")))
FOOTER = tuple(sorted(_all("footer") | _all("title")))
TITLES = tuple(sorted(_all("title")))
TITLE = re.compile(rf"^(?:{'|'.join(map(re.escape, sorted(TITLES, key=len, reverse=True)))})(?:\s?[:.*!–—-]|$)")

# All patterns below are for folded words.
TIME = re.compile(r"(?<![\d./-])\d{1,2}\s?(?::|\.|h|時|时|시)\s?\d{2}(?!\d|[./-]\d)")
_NAME_OF_MONTH = r"[^\s\d,;:<>()@]{2,20}"
_YEAR = r"(?:19|20)\d\d"
FULL_DATE = re.compile(
    rf"(?<!\d)(?:\d{{4}}\s?[-./年]\s?\d{{1,2}}\s?[-./月]\s?\d{{1,2}}|\d{{1,2}}\s?[-./]\s?\d{{1,2}}\s?[-./]\s?(?:\d{{4}}|\d\d)(?!\d)"
    rf"|\d{{4}}년 ?\d{{1,2}}월|\d{{1,2}} thang \d{{1,2}},? (?:nam )?\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?(?:[-/ ,]| de | of ){_NAME_OF_MONTH}\.?,?(?:[-/ ]| de )(?:{_YEAR}|\d\d(?=,))"
    rf"|{_NAME_OF_MONTH}[-. ] ?\d{{1,2}}(?:st|nd|rd|th|º)?[-,]? ?(?:at )?(?:{_YEAR}|\d\d(?= \d{{1,2}}:))"
    rf"|{_YEAR}\.? (?:m\. )?[^\s\d,;:<>()@]{{3,20}} \d{{1,2}}(?![\d:]))"
)
# "On Nov 30", a day without its year.
SHORT_DATE = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}(?!\d)")
# Few words before the first number: how lines that announce a quote begin.
DATE_SOON = re.compile(r"^(?:[^\W\d_][\w.'’()]{0,20}[\s,]{1,3}){0,4}[(\[]?\d")
ADDRESS = re.compile(r"[^\s<>@\"(]{1,100}@[\w-]{1,64}(?:\.[\w-]{1,63}){0,8}")
# Somebody tells what was written: a sentence of the sender's own.
TELLS = re.compile(
    r"\b(?:i|he|she|they|we|who|it|ich|er|sie|wir|il|elle|ils|je|on|nous|hij|zij|ik|we) (?:[^\W\d]{2,9} )?$"
)
# Words of the sender's own with the announcement behind them on one line.
BEHIND = re.compile(
    r"(?<=\S)[\s-]{1,8}(?=On (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(?:\d{1,2}[ ./-]|"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d))"
)
# A line of the raw header of a mail, and not of a quoted one.
RAW_FIELD = re.compile(r"^[A-Za-z][A-Za-z-]{2,40}: ?\S")
RAW_NAMES = ("received", "return-path", "message-id", "mime-version", "content-type", "delivered-to", "dkim-signature",
             "content-transfer-encoding", "in-reply-to", "references", "authentication-results")  # fmt: skip

_ANSWER = (
    "reply|respon|answer|antwort|repond|respuesta|respond|rispo|reactie|beantwoord|type|write|comment|schreib|"
    "odpowied|odpoved|ответ|відповід"
)
_ABOVE = (
    r"above th(?:is|e) (?:dashed )?line|uber dieser (?:linie|zeile)|oberhalb dieser (?:linie|zeile)"
    r"|au[- ]dessus de cette ligne|(?:por encima|encima|arriba) de esta linea|sopra questa (?:linea|riga)"
    r"|boven deze (?:lijn|regel)|acima desta linha|powyzej tej linii|выше этои (?:линии|черты|строки)"
    r"|nad tim?to (?:radek|radkem|ciarou)|ovanfor denna (?:rad|linje)|over denne linjen?"
)
ABOVE_THIS_LINE = re.compile(rf"^(?=.{{0,100}}(?:{_ANSWER})).{{0,80}}(?:{_ABOVE}).{{0,50}}$")
# Names of devices and programs: with one of them, "Sent from ..." is no sentence of the sender's own.
DEVICE = re.compile(
    r"iphone|ipad|ipod|android|blackberry|outlook|galaxy|samsung|huawei|xiaomi|redmi|windows|yahoo|gmail|proton|nokia|"
    r"htc|nexus|pixel|sony|lg |motorola|oneplus|smartphone|mobile|handy|mail|tablet|gerat|telefo|device|sparrow|"
    r"mobil|apple|watch|gmx|web\.de|spark|bluemail|airmail|app\b|phone|desktop|laptop|portable"
)
SCANNER = re.compile(r"\bvir(?:us|en|uses|i|os)\b|avast|antivir|scanned|вирус|вірус")
LIST_FOOTER = re.compile(r"mailing list|unsubscribe|abmelden|desabonner|https?://|mailinglist|list info|mailman")
# A line of a block of name and address that tells how to reach its bearer, or the number of a firm.
CONTACT = re.compile(
    r"^(?:(?:tel|tlf|fon|phone|fax|mob|mobile?|mobiel|cell|handy|telefono?|telefone|telephone|direct|office|t|m|f|p|e|w"
    r"|e-?mail|mail|web|website|skype|iban|btw|kvk|vat|ust-?id\S*|siret|bel mij)(?=[\s.:|]) ?[.:|]? {0,8}[\w+(<@*].*"
    r"|\+?[\d ()/.-]{7,30}|\S{1,80}@\S{1,80}|(?:https?://|www\.)\S{1,200})$"
)
