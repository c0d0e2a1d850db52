"""Which language a text is in, by the small words that every sentence has. Short or mixed texts are in none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from guichet.tickets.guard.letter import Check, Facts, Finding, flat
from guichet.tickets.guard.reading import Text

LEAST_WORDS = 8  # a text with fewer is not judged
LEAST_HITS = 4
AHEAD = 1.8  # so many times more small words than of the next language
_SMALL: dict[str, str] = {
    "en": "the and you your to of is are we have has for that this with not it can will from our please be by as or"
    " if there do when was would which should been they but all what an here out up so"
    " any no my me at on just get let know need now how after before also thank hello dear regards them their its"
    " were had may could about these those did does sent new more then than i'll i've we'll don't it's you're",
    "fr": "le la les de des du un une et est vous votre vos nous notre nos pour que qui dans sur avec pas ne ce"
    " cette ces cet il elle je j'ai au aux en par plus sont avez avons être etre fait faire si mais ou où à a se sa"
    " son"
    " ses leur merci bonjour cordialement c'est n'est d'un d'une qu'il l'on bien tout tous aussi avoir peut pouvez"
    " voici afin après apres avant sans chez dès des encore très tres nouveau puis celui dont été ete suis sera",
    "de": "der die das und ist sie wir ich nicht ein eine einen einem einer den dem des für fur mit auf zu im in von"
    " ihr ihre ihren ihrem ihrer haben hat wird werden sind bitte auch noch oder wenn dass als bei nach aus es uns"
    " unser unsere unserem unseren kann können konnen durch wurde an am um zum zur über uber vor nur schon sich mehr"
    " aber so wie mir ihnen danke hallo gerne gern jetzt dann hier doch diese dieser dieses diesen bis seit keine"
    " kein",
    "nl": "het een en van is niet u uw wij ik te dat die op met voor zijn aan er maar om ook als dan bij wordt"
    " worden naar heeft hebben deze dit door nog kunt kunnen graag geen onze uit over wel zal of mijn je hij ze de"
    " weer wilt zich even hem beste mevrouw meneer had zo toe naar jullie wat daar toch",
    "es": "el la los las de que y en un una es por con para no su se lo al del como más mas pero sus le ha me si sin"
    " sobre este esta ya entre cuando muy también tambien hasta desde nos usted ustedes gracias hola está esta son"
    " ser tiene puede",
    "it": "il lo la gli le di che e un una è per con non si da in del della dei delle nel al alla sono ha ho come"
    " più piu ma anche questo questa suo sua grazie buongiorno può puo essere hanno abbiamo vostro vostra ci se dal",
    "pt": "o a os as de que e em um uma é para com não nao por se no na do da dos das mais como mas ao seu sua ou"
    " foi ser está esta obrigado obrigada você voce nos já ja também tambem só so pelo pela até ate isso muito tem",
}  # fmt: skip
_BY_WORD: dict[str, tuple[str, ...]] = {}
for _language, _words in _SMALL.items():
    for _word in {flat(word) for word in _words.split()}:
        _BY_WORD[_word] = (*_BY_WORD.get(_word, ()), _language)
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NOT_SAID = re.compile(r'"[^"\n]{1,300}"|\S{1,64}@\S{1,64}|\S{0,40}[/\\_]\S{0,80}')
_KEPT_FROM = 300  # words of a text that are counted


def is_small(word: str) -> bool:
    return word in _BY_WORD


def scores(said: str) -> tuple[Counter[str], int]:
    """How many small words of each language, those of several languages counted in parts; and how many words in all."""
    tokens = _TOKEN.findall(_NOT_SAID.sub(" ", said))[:_KEPT_FROM]
    counted: Counter[str] = Counter()
    for token in tokens:
        # "l'imprimante", "j'ai": what stands before the apostrophe is French (or Italian).
        found = _BY_WORD.get(token) or (("fr",) if token[1:2] == "'" and token[0] in "ldjnscmtq" else ())
        for language in found:
            counted[language] += 1 / len(found)  # type: ignore[assignment]  # parts of a word
    return counted, len(tokens)


def language_of(text: str) -> str:
    """ "en", "fr", "de", "nl", "es", "it", "pt", or "" where it is not certain."""
    return _surest(Text.of(text).plain)


def _surest(said: str) -> str:
    counted, size = scores(said)
    if size < LEAST_WORDS or not counted:
        return ""
    (first, most), *rest = counted.most_common(2)
    second = rest[0][1] if rest else 0
    return first if most >= LEAST_HITS and most >= AHEAD * second and most >= size * 0.18 else ""


def other_language(text: Text, facts: Facts) -> Iterator[Finding]:
    if not facts.languages:
        return
    counted, _size = scores(text.plain)
    found = _surest(text.plain)
    # Beside a part in the customer's language another one may stand.
    if found and found not in facts.languages and all(counted[one] < counted[found] / 3 for one in facts.languages):
        start, line = text.lines[1] if len(text.lines) > 1 else text.lines[0]
        wanted = sorted(facts.languages)[0]
        yield Finding(Check.LANGUAGE, line[:60], start, f"{found} {wanted}")
