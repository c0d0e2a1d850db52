"""What must not travel in a mail: passwords in clear, keys of programs, account and card numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guichet.tickets.guard.letter import Check, Facts, Finding
from guichet.tickets.guard.reading import Text
from guichet.tickets.guard.words import several

_NAMED = re.compile(
    r"(?<![\w/.?=&-])(?:[a-z]{2,15}[- ]?)?(?:passwords?|passwd|pwd|passphrase|pass(?= ?[:=])|pw(?= ?[:=])"
    r"|pwort(?= ?[:=])|passcode|pin(?:[-"
    r" ]?code)?|passwort|kennwort|zugangscode|geheimzahl"
    r"|mots? de passe|mdp|code pin|code d'acces|start-?passwort|initialpasswort"
    r"|(?P<master>(?:admin\w*|master)[- ]?code|code (?:admin\w*|maitre)))(?![\w/=-]|\.\w)"
    r"(?:(?: [^\s:=,.;!?]{1,25}){0,5}? ?(?P<to>[:=]|->|→|(?<= )(?:is|ist|est|lautet|lauten|was|war|etait|sera|wird"
    r"|bleibt|auf|to)(?!\w)"
    r"(?: (?:now|for now|currently|jetzt|nun|derzeit|zunachst|vorerst|erst ?mal|maintenant|actuellement|pour l'instant"
    r"|desormais|temporarily|vorlaufig|provisoirement|weiterhin|toujours|le suivant|wie folgt|as follows))?)|(?= ))"
    r" ?[:=]? ?\n?(?P<open>[\"'`*(<]{0,2})"
)  # fmt: skip
_SHAPE = re.compile(r"(?!.{1,40}@[\w-]+\.\w)(?!\d+-?[a-z]+$)(?!https?:)[\w!$%&#+=^~§*@.-]{7,40}")
_VALUE = re.compile(r"\S{4,80}")
_TRAIL = "\"'`*,.;)>"
_NO_VALUE = several(
    "required expired reset unchanged wrong invalid changed protected only manager protege expire incorrect modifie"
    " inchange obligatoire perdu"
    " oublie abgelaufen falsch geandert gesperrt zuruckgesetzt erforderlich unverandert vergessen ungultig korrekt"
    " correct forgotten secret"
    " lost here hier below above unten oben ci-dessous personnel personal geheim privat safe temporary temporaire"
    " different identique same"
)
# "I set it to tulip-99", "sonnenblume99 als Passwort": a value in the sentence that somebody chose.
_ABOUT_PASSWORD = re.compile(
    r"(?<![\w-])(?:(?:start|initial|erst|einmal|standard)?-?(?:passwor[dt]s?|kennwort|zugangscode|pin)|passwd"
    r"|pwd|passcode|passphrase|mots? de passe"
    r"|mdp|code d'acces)(?![\w-])"
)
_CHOSEN = re.compile(
    r"(?<![\w-])(?:als|as|comme|to|auf|en|set|reset|changed|chose|gave you|given you|gesetzt|eingestellt"
    r"|vergeben|geandert|angelegt|zuruckgesetzt"
    r"|hinterlegt|mis|defini|attribue|choisi|cree|change|reinitialise|remplace|use|nehmen sie|nutzen sie"
    r"|utilisez|prenez)(?![\w-])"
)
_NAMES_A_THING = re.compile(
    r"(?<![\w-])(?:for|of|from|in|on|with|since|version|error|ticket|order|fur|von|vom|aus|bei|unter|seit"
    r"|fehler|pour|sur|de|du|dans|depuis|erreur|chez|user|username|login|benutzer|benutzername|utilisateur"
    r"|identifiant|account|konto|compte|kunde|client) ?[\"'(]?$"
)
_KEYS = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----|PuTTY-User-Key-File-\d|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,255}"
    r"|github_pat_\w{20,255}|glpat-[\w-]{20,64}"
    r"|xox[abprs]-[\w-]{10,100}|(?:sk|rk)_live_\w{10,100}|whsec_\w{20,100}|sk-(?:proj-|ant-)?[\w-]{20,200}"
    r"|AIza[\w-]{35}"
    r"|SG\.[\w-]{16,40}\.[\w-]{20,80}|ya29\.[\w-]{20,200}"
    r"|eyJ[\w-]{10,500}\.[\w-]{5,2000}\.[\w-]{5,500}|\b\w{3,15}://[^\s:/@]{1,60}:[^\s/@]{3,80}@[\w.-]{3,100}"
    r"|AGE-SECRET-KEY-1\w{20,80}"
    # "shop_sk_...", "geo-live-...": what houses call their own keys.
    r"|(?<![\w/.-])(?:[a-z]{2,12}[_-])?(?:sk|pk|key|secret|token|api|live|prod)[_-](?:(?!test)[a-z]{2,12}[_-])?"
    r"(?:(?=[a-z\d]{0,60}[A-Z])(?=[A-Za-z]{0,60}\d)[A-Za-z\d]{20,80}|[a-f\d]{32,64})(?![\w/])"
)
_KEY_NAMED = re.compile(
    r"(?<!\w)(?:api[ _-]?(?:key|token|schlussel)|cle (?:d'?)?api|access[ _-]?(?:key|token)|secret(?:[ _-]?(?:key"
    r"|access[ _-]?key|token))?|client[ _-]?secret|bearer|auth[ _-]?token|jeton|token"
    r"|webhook[ _-]?secret|zugriffstoken|schlussel|licen[cs]e key)(?: (?:is|ist|est|lautet|d'acces|fur \S{1,20}|for"
    r" \S{1,20}|pour \S{1,20})){0,2} ?[:=]? ?[\"'`]?(?P<value>[\w.+/-]{20,300}=?=?)"
)  # fmt: skip
# A long value of capitals, small letters and digits where a key is spoken of.
_KEY_WORD = re.compile(
    r"(?<!\w)(?:\w{0,20}(?:schlussel|keys?|tokens?|secrets?)|cles?|jetons?|bearer|credentials?)(?!\w)"
)
_LONG = re.compile(r"(?<![\w/.:-])(?=\w{0,60}[a-z])(?=\w{0,60}[A-Z])(?=\w{0,60}\d)[\w-]{20,200}(?![\w/@]|\.\w)")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ \xa0\u202f-]?[A-Z0-9]{1,4}){2,9}(?![A-Za-z0-9])")
_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18,
    "FR": 27,
    "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21,
    "MC": 27,
    "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26,
}  # fmt: skip
_CARD = re.compile(r"(?<![\w.+-])(?:\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}|\d{4}[ -]\d{6}[ -]\d{5}|\d{15,16})(?![\w-]|\.\d)")
_CARDS = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d\d)\d{12}"
)


_PAIR = re.compile(
    r"(?<!\w)(?:log(?:ged)? ?(?:in|on)|sign(?:ed)? ?in|login|anmelden|(?:melden|meldet|melde) [^.\n]{1,40}?|einloggen"
    r"|(?:re)?connecte\w*|identifie\w*)(?!\w)[^.\n]{0,60}?(?:with|as|mit|als|avec|en tant que|:) "
    r"[\w.@-]{2,40} ?/ ?(?P<secret>[^\s/]{6,60})"
)


# A word with a sign in it and digits, or two words in one with digits behind, where somebody is told how to get in:
# "log in with Harbour#82x", "mit Blinker-Links92 anmelden".
_GETS_IN = re.compile(
    r"(?<![\w-])(?:log(?:ging)? ?(?:in|on)|sign ?in|pw|pwd|passcode|unlock\w*|code|start with|anmeld\w*|einlogg\w*"
    r"|login|zugang\w*|(?:re)?connect\w*|connexion|identifiants?|wi-?fi|wlan)(?![\w-])"
)
_MIXED = re.compile(
    r"(?<![^\s\"'(:])(?=[^\s\d]{0,40}\d)(?=[^\sA-Z]{0,40}[A-Z])"
    r"(?:[A-Za-z\d][\w-]{2,30}[#!$%&+=*][\w#!$%&+=*-]{1,20}(?<=\w)"
    r"|[A-Z][^\W\d_]{2,15}[-_][A-Z][^\W\d_]{2,15}[-_]?\d{2,4})(?![\w/@-])"
)
_WIFI = re.compile(
    r"(?<!\w)(?:(?:code|cle|key|schlussel)(?: du| d'acces| de la| au| fur das)? (?:wi-?fi|wlan)"
    r"|(?:wi-?fi|wlan)[ -]?(?:code|key|schlussel))"
    r" ?(?::|is|ist|est|lautet) {0,2}(?P<secret>(?=[^\s\d]{0,40}\d)[\w!#$%&+=*-]{8,40})"
)


def _ways_in(text: Text) -> Iterator[Finding]:
    for found in _WIFI.finditer(text.flat):
        yield Finding(Check.PASSWORD, text.own[found.start("secret") : found.end("secret")], found.start("secret"))
    for place, sentence in text.sentences() if _GETS_IN.search(text.plain) else ():
        if _GETS_IN.search(sentence):
            for value in _MIXED.finditer(text.own, place, place + len(sentence)):
                yield Finding(Check.PASSWORD, value[0], value.start())


def secrets(text: Text, facts: Facts) -> Iterator[Finding]:
    yield from _passwords(text)
    yield from _chosen(text)
    yield from _pairs(text)
    yield from _ways_in(text)
    yield from _keys(text)
    said = re.sub(r"[^a-z0-9]", "", facts.conversation) if _IBAN.search(text.own) else ""
    for found in _IBAN.finditer(text.own):
        iban = _longest_iban(found[0])
        # What the customer wrote himself tells nobody anything new.
        if iban and re.sub(r"[^A-Z0-9]", "", iban).lower() not in said and not _is_trial(text, iban, found):
            yield Finding(Check.IBAN, iban, found.start())
    for found in _CARD.finditer(text.own):
        digits = re.sub(r"\D", "", found[0])
        if _CARDS.fullmatch(digits) and is_luhn(digits) and len(set(digits)) > 1 and not _is_trial(text, digits, found):
            yield Finding(Check.CARD, found[0], found.start())


# Numbers that payment services and banks publish for trying things out.
_PUBLISHED = several(
    "4242424242424242 4111111111111111 4012888888881881 4000056655665556 5555555555554444 2223003122003222"
    " 5200828282828210 5105105105105100 5454545454545454 4444333322221111 4917610000000000 4988438843884305"
    " 378282246310005 371449635398431 374245455400126 6011111111111117 6011000990139424"
    " DE89370400440532013000 FR1420041010050500013M02606 GB82WEST12345698765432 GB29NWBK60161331926819"
    " CH9300762011623852957 AT611904300234573201 BE68539007547034 NL91ABNA0417164300 ES9121000418450200051332"
    " IT60X0542811101000000123456 LU280019400644750000"
)
_TRIAL = re.compile(
    r"(?<![\w-])(?:tests?|testing|testen|zum testen|testkarten?|testweise|sandbox|demo|dummy|example|examples"
    r"|sample|trial|exemples?|essais?|essayer"
    r"|bac a sable|fictifs?|fictive|beispiele?|beispiel-\w+|muster|probe|probieren|fiktive?n?)(?![\w])"
)


def _is_trial(text: Text, number: str, found: re.Match[str]) -> bool:
    """A published number in a sentence that speaks of trying."""
    if re.sub(r"[^A-Z0-9]", "", number) not in _PUBLISHED and not number.startswith("40000000"):
        return False
    start = max(text.plain.rfind(stop, 0, found.start()) for stop in ("\n", ". ", "! ", "? ")) + 1
    end = text.plain.find("\n", found.end())
    return bool(_TRIAL.search(text.plain[start : end if end >= 0 else len(text.plain)]))


def _passwords(text: Text) -> Iterator[Finding]:
    for found in _NAMED.finditer(text.flat):
        value = _VALUE.match(text.own, found.end())
        if value is None:
            continue
        word = value[0].strip(_TRAIL)
        line_end = text.own.find("\n", value.end())
        rest = text.own[value.end() : line_end if line_end >= 0 else len(text.own)].strip()
        is_pin = "pin" in found[0] or "geheimzahl" in found[0] or found["master"] is not None
        if _is_password(word, (found["to"] or "").strip(), bool(found["open"].strip("(*")), not rest, is_pin=is_pin):
            yield Finding(Check.PASSWORD, word, value.start() + value[0].find(word))


def _chosen(text: Text) -> Iterator[Finding]:
    """A password that does not stand behind its name."""
    if not _ABOUT_PASSWORD.search(text.plain):
        return
    for place, sentence in text.sentences():
        if not (_ABOUT_PASSWORD.search(sentence) and _CHOSEN.search(sentence)):
            continue
        for value in _VALUE.finditer(text.own, place, place + len(sentence)):
            word = value[0].strip(_TRAIL)
            is_mixed = any(char.isdigit() for char in word) and sum(char.isalpha() for char in word) >= 3
            if not is_mixed or len(word) < 7 or not _SHAPE.fullmatch(word) or word.isupper():
                continue
            if not _NAMES_A_THING.search(text.plain[max(place, value.start() - 30) : value.start()]):
                yield Finding(Check.PASSWORD, word, value.start() + value[0].find(word))


def _pairs(text: Text) -> Iterator[Finding]:
    """ "log in with registrar / Coursework-99": a name, a slash and what has a digit in it."""
    for found in _PAIR.finditer(text.flat):
        word = text.own[found.start("secret") : found.end("secret")].rstrip(_TRAIL)
        if len(word) >= 6 and any(char.isdigit() for char in word) and sum(char.isalpha() for char in word) >= 2:
            yield Finding(Check.PASSWORD, word, found.start("secret"))


def _is_password(word: str, to: str, is_quoted: bool, is_last: bool, *, is_pin: bool) -> bool:
    """Whether this is a value and not the next word of a sentence."""
    if len(word) < 4 or word.lower() in _NO_VALUE or "://" in word or re.fullmatch(r"[*•.xX_-]+", word):
        return False
    has_digit = any(char.isdigit() for char in word)
    has_letter = any(char.isalpha() for char in word)
    has_sign = any(char in "!$%&?#+=^~§@/\\_*" for char in word)
    if "@" in word and re.fullmatch(r"[\w.+-]+@[\w-]+\.[\w.-]+", word):
        return False
    if is_pin and word.isdigit() and len(word) <= 8:
        return True
    if (
        has_letter
        and (has_digit or has_sign)
        and not re.fullmatch(r"\d{1,3}[a-zA-Zé]{1,4}|\w+\(\w+\)?|\w+/\w+|[A-Z]\d", word)
    ):
        return bool(to) or (has_digit and len(word) >= 6)
    if to in (":", "=", "->", "→") and is_last and len(word) >= 5 and not has_sign:
        return True
    return bool(to) and is_quoted and len(word) >= 4


def _keys(text: Text) -> Iterator[Finding]:
    taken: list[range] = []
    for found in _KEYS.finditer(text.own):
        taken.append(range(found.start(), found.end()))
        yield Finding(Check.API_KEY, found[0][:60], found.start())
    for found in _KEY_NAMED.finditer(text.flat):
        value, place = text.own[found.start("value") : found.end("value")], found.start("value")
        mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
        if mixed and "/" not in value[:8] and not any(place in one for one in taken):
            taken.append(range(place, place + len(value)))
            yield Finding(Check.API_KEY, value[:60], place)
    yield from _long_values(text, taken)


def _long_values(text: Text, taken: list[range]) -> Iterator[Finding]:
    for place, sentence in text.sentences() if _LONG.search(text.own) else ():
        if _KEY_WORD.search(sentence):
            for found in _LONG.finditer(text.own, place, place + len(sentence)):
                if not any(found.start() in one for one in taken) and not re.search(r"_test_|^pk_", found[0]):
                    yield Finding(Check.API_KEY, found[0][:60], found.start())


def _longest_iban(words: str) -> str:
    """The IBAN that these characters begin with, checked by its length and checksum; empty where there is none."""
    wanted = _LENGTHS.get(words[:2], 0)
    count = 0
    for place, char in enumerate(words):
        count += char.isalnum()
        if count == wanted:
            return words[: place + 1] if is_iban(words[: place + 1]) else ""
    return ""


def is_iban(words: str) -> bool:
    """ISO 13616: the rest by 97 of its digits, letters counted from 10 up, the first four characters behind."""
    iban = re.sub(r"[^A-Z0-9]", "", words)
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(char, 36)) for char in moved)) % 97 == 1


def is_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right doubled."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
