"""What is not finished: places that were to be filled in, test words, a letter without a word of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guichet.tickets.guard.letter import Check, Facts, Finding
from guichet.tickets.guard.reading import Text, is_quoted
from guichet.tickets.guard.words import GREETING, GREETING_WORDS, several

# What a place to be filled in is called.
_NOUNS = (
    "first ?name|last ?name|full ?name|names?|customer ?name|client ?name|your name|agent(?: ?name)?|date|time|day"
    "|amount|number|order(?: ?number| ?no)?|ticket(?: ?number)?"
    "|product(?: ?name)?|company(?: ?name)?|address|e-?mail|phone|link|url|signature|reason|text|subject|deadline"
    "|invoice(?: ?number)?|tracking(?: ?number)?|price|customer|title"
    "|pr[eé]nom|nom(?: du client| de famille)?|votre nom|montant|num[eé]ro(?: de \\w+)?|commande|produit"
    "|soci[eé]t[eé]|entreprise|adresse|t[eé]l[eé]phone|lien|motif|objet|d[eé]lai|facture|prix|client|heure|jour"
    "|date de \\w+|vorname|nachname|name des kunden|kundenname|ihr name|datum|uhrzeit|betrag|nummer|bestellnummer"
    "|auftragsnummer|rechnungsnummer|kundennummer|ticketnummer|produkt|firma|anrede"
    "|telefon|unterschrift|grund|betreff|frist|rechnung|preis|kunde|zeit|tag|artikel|sendungsnummer"
    "|liefertermin|termin"
).replace("[eé]", "e")
_OPEN = (
    rf"\{{\{{? ?[a-z][a-z_.]{{2,20}}[a-z0-9_. -]{{0,40}} ?\}}?\}}|%\([a-z_]{{1,30}}\)s|<<? ?(?:{_NOUNS}) ?>>?"
    rf"|__(?:{_NOUNS})__|%(?:{_NOUNS})%|\$\{{?(?:{_NOUNS})\}}?(?!\w)|#(?:{_NOUNS})#"
    rf"|\[ ?(?:{_NOUNS}) ?\]|\[ ?(?:todo|tbd|tbc|fixme|placeholder|insert|fill in|add|your|enter|here|xx+|\.\.\.|\?+"
    rf"|to be (?:done|filled|completed)"
    r"|a (?:completer|remplir|verifier|preciser|definir|confirmer)|inserer|ajouter|completer|indiquer|votre|mettre"
    r"|preciser|einfugen|bitte|hier|ausfullen|erganzen|eintragen|noch|prufen|datum|name|ihr)(?![\w-])[^\]\n]{0,60}\]"
    r"|\[[^\]\n]{0,40}(?:einfugen|erganzen|eintragen|ausfullen| here| ici| hier|completer|inserer|preciser) ?\]"
    r"|\((?:todo|tbd|fixme|a completer|insert|inserer|hier einfugen|noch einfugen|bitte"
    r" erganzen)(?![\w-])[^)\n]{0,60}\)"
    r"|(?:hier|noch|bitte) (?:den |die |das |ihren? )?(?:\w{2,20} )?(?:einfugen|erganzen|eintragen|ausfullen)(?="
    r" ?[.!\])]?\s*$)"
    r"|(?:insert|fill in) (?:the )?\w{3,20} here(?=\W)|(?:inserer|a completer|mettre) (?:le |la |ici |l')?\w{0,20}"
    r" ?ici(?=\W|$)|lorem ipsum"
)
_PLACE = re.compile(_OPEN, re.MULTILINE)
_CAPITALS = re.compile(
    r"(?<![\w-])(?:TODO|FIXME|TBD:|À COMPLÉTER|A COMPLETER|PRENOM|PRÉNOM|VORNAME|NACHNAME|FIRSTNAME|LASTNAME"
    r"|KUNDENNAME)(?![\w-])"
    # "received on DATE": a word in capitals for what is missing, behind a word that wants it.
    r"|(?<= (?:on|by|of|at|am|um|im|le|de|du|au)\s)(?:DATE|DATUM|AMOUNT|BETRAG|MONTANT|NUMBER|NUMMER"
    r"|(?:DD|TT|JJ|MM)[./-](?:MM|DD)(?:[./-](?:YY|JJ|AA){0,2})?|HH[:.]MM|NUMERO|NUMÉRO)(?!\w)"
)
_CROSSES = re.compile(r"(?<![\w.*/+:-])(?:X{3,12}|x{3,12})(?![\w*/-]|\.[\wx])")
# xx.xx., XX:XX, XX h: a date, a time, a number of something.
_CROSSED = re.compile(
    r"(?<![\w.:/-])(?:XX?|xx?|\?\?)[./:,-](?:XX|xx|\?\?)(?:[./:-](?:XX|xx){1,2})?(?![\w:/-]|\.\w)"
    r"|(?<![\w.,:/-])(?:XX|xx|\?{2})(?= ?(?:h|Uhr|€|EUR|[Ee]uros?|%|Tagen?|days?|jours?|[Mm]in(?:uten|utes)?|Stunden"
    r"|hours?|heures?|months?|weeks?|years?|mois|semaines?|ans|Monaten?|Wochen|Jahren?)(?!\w))"
)
_OPEN_WORD = re.compile(
    r"(?<![\w.-])NN(?![\w.-])|(?<![\w.])[xX]\.[xX](?:\.[xX])*(?![\w.])|"
    r"(?<![\w-])(?:TBD|TBA|TBC|tbd|tba|N\.N\.)(?![\w-])|(?<=\s)\?{3}(?=[,.]| [a-zß-ÿ])|<<[^<>\n]{2,60}>>"
)
# <phone number>: words between angles that are no part of HTML.
_ANGLES = re.compile(r"(?<=[ \n(])<(?P<inside>[^\W\d_][^<>\n\d=:;/\\\"@.]{2,40})>(?![\w(=])")
_TAGS = several(
    "a b i p u br hr em div span strong img html code pre head body title table tr td th ul ol li script style iframe"
    " input form button label section article main footer header nav meta link svg small sub sup del ins mark video"
)
_OWN = several("your my own votre ton mon dein deine deinen ihr ihre ihren mein meine eigener eigene")
# Instructions to oneself: "[apologise here]", "[s'excuser]", "[hier entschuldigen]".
_TO_DO = re.compile(
    r"(?:(?:please |pls )?(?:add|apologi[sz]e|explain|describe|mention|name|insert|write|put|give|fill|check"
    r"|ask|confirm"
    r"|attach|choose|say|tell|thank|offer|list|link|copy|paste|quote|state|specify|replace|delete|remove) .*"
    r"|(?:s'|se |ne pas |bien )?[^\W\d_]{2,14}(?:er|ir|re)(?:-\w+)? .*|.* [^\W\d_]{3,18}(?:en|ern|eln))"
)
# A word or three in square brackets, where no key or button is spoken of.
_BRACKETS = re.compile(
    r"(?<=[ \n(])\[(?![^\[\]\n]{0,80}\.\w{2,5}\]) ?(?P<inside>[^\W\d_][^\[\]\n\d=:;/\\\"]{1,60}) ?\](?![\w(\[:])"
)
_NO_GAP = several(
    "sic ok error errors info warn warning debug trace fatal critical notice extern external spam re fw fwd wg aw ot"
    " edit ed anm redigiert redacted cancelled canceled solved resolved new closed tab enter esc strg ctrl alt shift"
    " menu esc optional optionnel"
    # A remark begins like this.
    " with without incl including excl from until only not mit ohne inkl exkl ab bis nur"
    " nicht sans avec hors sauf dont pas"
)
_KEY_WORDS = re.compile(
    r"(?<!\w)(?:press(?:es|ed)?|click|clicks|choose|select|tap|type|button|buttons|key|keys|tab|tick|option|menu|icon"
    r"|appuy\w+|cliqu\w+|choisi\w+|selectionn\w+|touches?|boutons?|onglet|cochez|case|rubrique|icone"
    r"|druck\w*|klick\w*|wahl\w*|tast\w*|schaltflache|knopf|reiter|tippen|anwahlen|symbol|auswahlen|eintrag"
    r"|punkt)(?!\w)"
)
# What speaks about templates and programs may show their places.
_TEMPLATES = re.compile(
    r"(?<!\w)(?:templates?|placeholders?|variables?|braces|brackets|jinja2?|liquid|mustache|handlebars|twig|syntax"
    r"|replaced?|path|endpoint|route|merge fields?|shortcodes?|expressions?|accolades|crochets|modeles?|gabarits?"
    r"|chemin|remplacee?s?|balises?|syntaxe|champs? de fusion|vorlagen?|platzhaltern?|klammern|pfad|ersetzt|ersetzen"
    r"|seriendruckfeld(?:er)?|serienbrief\w*|textbausteine?|formats?|for example|e\.g\.|such as|par exemple"
    r"|zum beispiel"
    r"|z\. ?b\.|beispielsweise|csv|columns?|colonnes?|spalten?|pattern|muster)(?!\w)"
)
_DOTS = re.compile(
    r"(?<![\w.…])(?:\.{4,20}|…{2,10}|\?{4,20})(?=\s*(?:[,.!]|\S*(?:uhr|h|euros?|eur|€)(?!\w)))", re.IGNORECASE
)
_BLANK = re.compile(r"(?:(?<=[^\W\d_] )|(?<=[£$€]))_{3,40}(?=[ .,!])|(?<!\w)_{2,8}[./]_{2,8}(?![\w/])")
_MASKED = re.compile(r"[\dXx*] ?[ .-]?$")
_NO_NAME = re.compile(
    rf"(?:{GREETING_WORDS})(?: (?:(?:herr|frau|mr|mrs|ms|dr)\.?))? +[,!](?= *$)"
    rf"|(?:{GREETING_WORDS}) (?:herr|frau|mr|mrs|ms)\.? *,(?= *$)|dear *,(?= *$)|(?:sehr geehrter?|lieber?|cher"
    rf"|chere) *,(?= *$)"
    r"|(?:dear|hi|hello|hallo|bonjour|lieber?|chere?|sehr geehrter? (?:herr|frau)|madame|monsieur|guten tag|salut) "
    r"(?:name|vorname|nachname|first ?name|last ?name|prenom|nom|customer ?name|kundenname|nom du client|mr/mrs"
    r"|mr\.?/ms\.?|frau/herr|herr/frau|herrn?/frau|xx+|name des kunden|nn|n\.n\.)(?= ?[,!.]? *$)",
)
# "Dear Mr/Mrs Pike": nobody has chosen yet.
_EITHER = re.compile(
    rf"(?:(?:{GREETING_WORDS})(?:/[a-z])? )?(?:mr\.?/ ?(?:mrs|ms)|mrs?\.?/ ?mr|m\.?/ ?mme|mme/ ?m\.?"
    r"|herrn?/ ?frau|frau/ ?herrn?|madame/ ?monsieur|monsieur/ ?madame)\.? [^\W\d_]"
)
_TEST = several(
    "ok okay oki yes no ja nein oui non hm test tests testing teste essai essais testen probe test123 abc abcd"
    " abc123 123 1234 12345 foo bar foobar"
    " foo-bar blah bla blabla lorem ipsum dolor sit amet xxx xx x yyy hallo hello asd asdf asdfg asdfgh"
    " asdfasdf sdf sdfsdf dfg dfgdfg fgh jkl jklo qwe qwer qwert qwerty qwertz qwertzu azer azerty qsdf qsdfgh wxcv"
    " yxcv zxcv hjkl ok? ignore ignorer ignorieren this is a please pls dies ist ein ein eine nur just only juste un"
    " une ceci est c'est message mail email nachricht de zum for fur pour testmail testnachricht mailtest hi bonjour"
    " salut 1 2 3 ."
)
_CERTAIN = several(
    "test tests testing teste essai essais testen probe test123 abc abcd abc123 foo foobar foo-bar bla blabla blah"
    " lorem asd asdf asdfg asdfgh asdfasdf sdf sdfsdf dfg dfgdfg fgh jkl jklo qwe qwer qwert qwerty qwertz qwertzu"
    " azer"
    " azerty qsdf qsdfgh wxcv yxcv zxcv hjkl testmail testnachricht mailtest 1234 12345 xxx xx yyy"
)
_RUN = re.compile(r"(?:asdf|qwert|azert|qsdf|yxcv|zxcv|wxcv|hjkl|dfgh|fdsa|sdfg|jkl[oö])\w{0,60}|(.)\1{4,}")


def placeholders(text: Text, facts: Facts) -> Iterator[Finding]:
    for found in _PLACE.finditer(text.plain):
        is_link = text.plain[found.end() : found.end() + 1] == "(" and found[0].endswith("]")
        if not is_link and not _is_code(text.plain, found) and not _is_shown(text, found):
            yield Finding(Check.PLACEHOLDER, text.own[found.start() : found.end()], found.start())
    for pattern in (_CAPITALS, _DOTS, _BLANK, _OPEN_WORD, _CROSSED):
        for found in pattern.finditer(text.own):
            is_shown = pattern in (_DOTS, _BLANK) and is_quoted(text.plain, found.start(), found.end())
            if not is_shown and not _is_code(text.plain, found):
                yield Finding(Check.PLACEHOLDER, found[0], found.start())
    for found in _CROSSES.finditer(text.own):
        after = text.own[found.end() : found.end() + 3]
        if after[:1] in "'\"" and text.own[found.start() - 1 : found.start()] == after[:1] != "":
            continue  # a value that is shown: 'xxxx'
        if not _MASKED.search(text.own[max(0, found.start() - 3) : found.start()]) and not re.match(
            r" ?[.-]? ?[\dXx*]", after
        ):
            yield Finding(Check.PLACEHOLDER, found[0], found.start())
    yield from _gaps(text)
    for place, line in text.lines[:2]:
        greeting = text.flat[place : place + len(line)]
        missing = _NO_NAME.match(greeting) or _EITHER.match(greeting)
        if missing:
            yield Finding(Check.PLACEHOLDER, line[: missing.end()], place)


def _gaps(text: Text) -> Iterator[Finding]:
    """[number], <your city>: brackets around a word or three within a sentence, or around what is to be done."""
    if "<" in text.plain and not _KEY_WORDS.search(text.plain):
        for found in _ANGLES.finditer(text.plain):
            named = {*found["inside"].split()}
            if re.search(r"[a-z][A-Z]", text.own[found.start() : found.end()]):
                continue  # <EntityDescriptor>: a name in a program
            if (
                len(named) <= 4
                and not named & (_TAGS | _OWN)
                and not _is_code(text.plain, found)
                and not _is_shown(text, found)
            ):
                yield Finding(Check.PLACEHOLDER, text.own[found.start() : found.end()], found.start())
    if "[" not in text.plain:
        return
    for place, sentence in text.sentences():
        for found in _BRACKETS.finditer(sentence):
            inside = found["inside"].split()
            is_path = sentence[found.end() :].lstrip()[:1] == ">" or sentence[: found.start()].rstrip()[-1:] == ">"
            if is_path or is_quoted(sentence, found.start(), found.end()) or _TEMPLATES.search(sentence):
                continue
            is_long = len(inside) > 3 and not _TO_DO.fullmatch(found["inside"])
            if (
                is_long
                or inside[0] in _NO_GAP
                or (len(inside) < 3 and _NO_GAP & {*inside})
                or _KEY_WORDS.search(sentence)
            ):
                continue
            start = place + found.start()
            yield Finding(Check.PLACEHOLDER, text.own[start : place + found.end()], start)


def _is_shown(text: Text, found: re.Match[str]) -> bool:
    """Whether a place stands in a path, or where templates are spoken of; a greeting speaks of none."""
    said = text.plain
    if found[0][0] not in "{<$%":
        return False
    if said[found.start() - 1 : found.start()] in tuple("/,;=:?&-_.+") or said[found.end() : found.end() + 1] == "/":
        return True
    start = max(said.rfind(stop, 0, found.start()) for stop in ("\n", ". ", "! ", "? ")) + 1
    ends = [end for end in (said.find(stop, found.end()) for stop in ("\n", ". ", "! ", "? ")) if end >= 0]
    if GREETING.match(said[start : found.start()].strip()) and "," not in said[start : found.start()]:
        return False
    return bool(_TEMPLATES.search(said[start : min(ends, default=len(said))]))


def _signed_off(said: str, facts: Facts) -> str:
    """Without the writer's own first name at the end."""
    before, _, last = said.rpartition(" ")
    return before if last in facts.colleagues else said


def _is_code(said: str, found: re.Match[str]) -> bool:
    """Braces and brackets of programs: several of them on a line, a path, a variable of a shell."""
    start = said.rfind("\n", 0, found.start()) + 1
    end = said.find("\n", found.end())
    line = said[start : end if end >= 0 else len(said)]
    return found[0][0] in "{<$" and bool(re.search(r'[;"=]\s*[{}<]|[{}]\s*[;"]|": |</|/>|\w\(\{|=>|\bfunction\b', line))


def empty(text: Text, facts: Facts) -> Iterator[Finding]:
    """Nothing said, or only what one types to try it out."""
    body = text.body
    said = body.replace("\n", " ").strip()
    if not re.search(r"\w", said):
        if not facts.has_files:
            yield Finding(Check.EMPTY, text.own.strip()[:60], None)
        return
    if len(said) > 80:
        return
    said = _signed_off(said, facts)
    parts = [part.strip(".,!?:;-()*") for part in said.split()]
    parts = [part for part in parts if part]
    is_test = all(part in _TEST or _RUN.fullmatch(part) for part in parts)
    if parts and is_test and any(part in _CERTAIN or _RUN.fullmatch(part) for part in parts):
        start = text.flat.find(body[:20])
        yield Finding(
            Check.EMPTY, text.own[start : start + len(body)] if start >= 0 else said, start if start >= 0 else None
        )
