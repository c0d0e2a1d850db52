"""What colleagues say among themselves: internal words, calls of colleagues, and words that the house forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from guichet.tickets.guard.letter import Check, Facts, Finding, flat
from guichet.tickets.guard.reading import Text, is_quoted

# Whole words, flat.
_ANYWHERE = (
    # en
    r"internal (?:note|comment|remark|memo)s?",
    r"(?:for )?internal (?:use|eyes|info|information) only|internal(?:ly)? only|for internal eyes",
    r"(?:do not|don't|dont|not to|never|please don't|shouldn't|should not|must not|can't|cannot) "
    r"(?:be )?(?:send|sent|forward|forwarded|show|shown|tell|told|mention|say|disclose|share|shared|reveal|pass on"
    r"|admit)"
    r"(?: (?:this|it|that|any of this|anything|on))*(?: (?:to|with))? (?:the |this |our )?(?:customer|client|user)s?",
    r"not (?:meant |intended )?for the (?:customer|client)'?s?(?: eyes)?",
    r"(?:the )?(?:customer|client) (?:must|should|does|need|needs|may|can)(?: not|n't|nt)(?: need to| have to)? "
    r"(?:know|see|hear|find out|learn|notice)",
    r"(?:without|before) (?:telling|informing|replying to|answering|we tell|we answer|we reply to|i answer"
    r"|i reply to) "
    r"(?:the |this )(?:customer|client)",
    r"(?:can|could|should|shall|may) (?:we|i) (?:just )?(?:tell|say to|charge|refund|write to) (?:the |this"
    r" )(?:customer|client)",
    r"(?:tell|told) (?:the |this )(?:customer|client|guy|lady|woman) (?:that|to|we|it|there)",
    r"what (?:should|shall|do|can) (?:i|we) (?:tell|say to|answer|reply to|write to) "
    r"(?:him|her|them|the customer|the client|this customer|this guy)",
    r"between (?:us|you and me)(?=[,.:;!]| only)|strictly between us|off the record|keep (?:this|it) (?:between us"
    r"|internal|to ourselves)",
    r"(?:can|could|would) (?:you|one of you|somebody|someone) (?:please )?(?:take|handle|pick up|look after) "
    r"(?:this|that|the) (?:one|ticket|customer|case)(?: over)?",
    r"(?:should|shall|do|can) we (?:just )?(?:send|give|offer|refund|tell|charge) (?:him|her)(?! \w+'s)|(?:send|give"
    r"|offer|tell|refund|ask) (?:him|her) (?:the|a|that|to|another|again|what|we)\b[^.\n]{0,60}\?"
    r"|(?:annoying|difficult|stupid|dumb|clueless|impossible|horrible|crazy|nasty|angry|problem|nightmare)"
    r" (?:customer|client|user)s?",
    r"(?:this|the) (?:customer|client|guy|user) (?:never|always|keeps) (?:reads|listens|answers|complains"
    r"|understands|pays|complaining|asking|calling)|(?:answer|reply to|deal with) this (?:guy|customer|client|lady)"
    r"|(?:this|the) (?:customer|client|guy|user) (?:is|has been) "
    r"(?:a pain|an? idiot|annoying|clueless|always|never|just|so|such|very|really|driving|complaining|difficult"
    r"|impossible)",
    r"pain in the (?:neck|ass|butt|arse)|pebkac|rtfm|layer 8|id[- ]?10[- ]?t|wtf|don't bother answering",
    r"note to self|agent note|for (?:the )?agents? only|for (?:our|the) team only|staff only",
    # fr
    r"notes? internes?|commentaires? internes?|usage (?:strictement )?interne|(?:strictement|uniquement|purement)"
    r" (?:en )?interne"
    r"|en interne (?:uniquement|seulement)|interne uniquement",
    r"(?:ne pas|ne surtout pas|ne jamais|pas) (?:l'|le |la |les |lui |en )?"
    r"(?:envoyer|transmettre|communiquer|transferer|divulguer|montrer|dire|repondre|mentionner|preciser|parler)"
    r"(?: (?:ca|cela|ceci|tel quel|ce message|cette info|cette information|cette note))? (?:au|aux|a la|a notre|a ce"
    r"|a cette) clients?e?s?",
    r"ne (?:le |la |lui |les |l')?(?:dites|dis|disons|mentionnez|mentionne|avouez|revelez|montrez|montre|transmettez"
    r"|envoyez|envoie|parlez|parle)"
    r" (?:surtout )?"
    r"(?:pas|rien)(?: (?:ca|cela|ceci|tel quel|de ca))? (?:au|aux|a la|a ce) clients?e?",
    r"(?:le|la|notre|ce|cette) cliente? (?:ne |n')(?:doit|doivent|devrait|a|peut)(?: surtout)? pas"
    r"(?: besoin de| a)?(?: le| l'| la| etre)? ?(?:savoir|voir|apprendre|etre|connaitre|au courant|sache)",
    r"(?:sans|avant de) (?:le |l'|en |lui )?(?:dire|informer|prevenir|repondre|parler|avertir)(?: a| au| le| la|"
    r" aux)* (?:la |le )?clients?e?",
    r"(?:on|je) (?:lui |leur )?(?:dit|dis|repond|reponds|raconte) quoi|qu'est-ce qu(?:'on|e je|e l'on) (?:lui |leur"
    r" )?(?:dit|dis|repond|reponds)",
    r"(?:dire|dites|dis|repondre|reponds|raconter) (?:au|a la|a ce|a cette) cliente? (?:que|qu'|de|d')",
    r"entre nous(?=[,.:;!]| uniquement)|a (?:garder|ne pas sortir) (?:pour nous|en interne|d'ici)"
    r"|ca reste entre nous",
    r"(?:tu peux|tu pourrais|quelqu'un peut|qui peut|peux-tu|pourrais-tu) (?:prendre|reprendre|gerer|traiter"
    r"|t'occuper de|s'occuper de) "
    r"(?:ce|cette|ca|le|la|son)(?: ticket| demande| client| cliente| dossier)?",
    r"clients?e? (?:penibles?|chiante?s?|relous?|casse-pieds|insupportables?|difficiles?|de merde|neuneu"
    r"|procedurier)",
    r"(?:ce|cette|le|la) cliente? (?:est|nous) (?:vraiment |encore |toujours |trop |tres |un |une )?"
    r"(?:penible|casse|lourde?|gonfle|saoule|soule|relou|chiante?|insupportable|embete|prend pour)",
    r"on lui (?:re)?(?:envoie|dit|repond|propose|offre|rembourse|fait un geste|accorde)|pour les agents(?:"
    r" uniquement| seulement)?(?= ?[:,.])|ne rien (?:avouer|dire|promettre|ecrire|admettre)(?! a vos)"
    r"|l'utilisat(?:eur|rice) (?:n'a (?:pas|rien) (?:lu|compris|suivi|ecoute)|ne (?:comprend|lit|sait)|est (?:nul"
    r"|nulle|penible|de mauvaise foi))"
    r"|casse[- ](?:pieds|couilles)|nous (?:gonfle|saoule|soule|casse les pieds)|reserve aux agents|pour l'equipe"
    r" uniquement",
    # de
    r"interne (?:notiz|anmerkung|info|information|bemerkung)(?:en)?|(?:nur|rein|streng|ausschlieslich"
    r"|ausschliesslich) "
    r"(?:fur )?(?:den )?intern(?:en?)?(?: gebrauch)?|fur den internen gebrauch|bitte intern (?:behandeln|halten"
    r"|lassen)",
    r"(?:nicht|niemals|keinesfalls|bloss nicht|blos nicht) (?:an|fur) (?:den|die|unseren|unsere|diesen|diese)"
    r" kund(?:en|in|innen)"
    r"(?: (?:weiter)?(?:leiten|geben|senden|schicken|weitergeben|weiterleiten|bestimmt|gedacht))?",
    r"(?:dem|der|diesem|dieser|unserem|unserer|den) kund(?:en|in) (?:bitte |bloss |blos |davon |das |es |aber |auf"
    r" keinen fall |noch |gar )*?"
    r"(?:nicht|nichts|nix|auf keinen fall|keinesfalls|niemals)(?: davon| verraten)? ?(?:sagen|erzahlen|mitteilen"
    r"|verraten|zeigen|schreiben|weitergeben|erwahnen|zumuten)",
    r"(?:sag|sagt|erzahl|erzahlt|schreib|schreibt|verrat|verratet) (?:das |es |davon )?(?:dem|der|diesem|dieser)"
    r" kund(?:en|in)"
    r"(?: (?:bitte|bloss|blos|aber|nur|nichts|nicht|einfach|doch|davon|dass))*",
    r"(?:der|die|diese|dieser|unser|unsere) kund(?:e|in) (?:soll|darf|muss|sollte|braucht)(?:te)? (?:das |es |davon "
    r"|hiervon |noch )*"
    r"(?:nicht|nichts)",
    r"(?:ohne|bevor (?:wir|ich|du|ihr)) (?:es |das )?(?:dem|der) kund(?:en|in)|bevor (?:wir|ich) (?:ihm|ihr)"
    r" (?:antworten|schreiben|antworte|schreibe)",
    r"was (?:sage|sag|schreibe|schreib|antworte|sollen|soll|schreiben|sagen|antworten) (?:ich|wir) (?:ihm|ihr|ihnen"
    r"|dem kunden|der kundin|denen)"
    r"(?= |\?|,|\.|$)(?! (?:uns|ist|haben|nicht))",
    r"(?:konnen|sollen|wollen|durfen) wir (?:das |es |die |den |ihm |ihr )*(?:dem|der) kund(?:en|in)",
    r"(?:bleibt|bleiben|ganz|das bleibt) unter uns|unter uns(?= gesagt|[,:;!])",
    r"(?:kannst du|konntest du|kann jemand|wer kann|konnt ihr|magst du) (?:bitte |mal |du )*(?:das|dies|dieses|den"
    r"|diesen|die|hier)"
    r"(?: (?:ticket|fall|kunden|kundin|anfrage|vorgang))? (?:mal |bitte )*(?:ubernehmen|anschauen|anschaun|erledigen"
    r"|bearbeiten)",
    r"(?:nerviger?|schwieriger?|anstrengender?|dummer?|blod(?:er?)?|unverschamter?|komischer?|penetranter?) kund(?:e"
    r"|in|en)",
    r"(?:der|die|dieser|diese) (?:kunde|kundin|typ|frau|mann|user|nutzer|nutzerin|anwender|anwenderin) (?:nervt"
    r"|spinnt|kapiert|checkt|ist (?:echt |wirklich |total |sehr |mal wieder |einfach |so |wohl |halt )*"
    r"(?:anstrengend|nervig|dumm|blod|unverschamt|schwierig|zu blod|zu dumm|zu faul|zu doof|doof|faul|unmoglich))"
    r"|(?:schicken|schreiben|sagen|antworten|geben|erstatten|sollen|wollen|konnen) wir (?:ihm|ihr)(?! (?:gerat"
    r"|drucker|konto|paket|system|server|produkt|auto|hochgeladenes))(?= |\?)",
    r"der dau|ein dau|mal wieder ein dau|problem sitzt vor dem|sitzt vor dem (?:monitor|bildschirm|rechner)|nur fur"
    r" (?:agenten|mitarbeiter|kollegen|das team)",
)  # fmt: skip
# Behind a full stop, a comma or a bracket: "Hello Cleo, internal: ...".
_WITHIN = re.compile(r"(?<=[,.;(!?] )(?:internal|intern|interne|note interne|internal note|interne notiz) ?:(?= )")
# At the beginning of a line, as notes begin.
_AT_START = (
    r"[\[(<*#]{0,3} ?(?:internal(?: note| only)?|intern(?:e notiz)?|interne?|note interne|int|internes)"
    r" ?[\])>*]{0,3} ?[:\]-]",
    r"[\[(] ?(?:internal(?: note| only)?|interne?|intern|note interne|interne notiz|nur intern) ?[\])]",
    r"[\[(<*#-]{0,3} ?(?:fyi|fao|@?team|colleagues|hi team|hi all|kollegen|an alle|an das team|hallo team|l'equipe"
    r"|collegues|bonjour"
    r" l'equipe|salut l'equipe"
    r"|note (?:for|to) (?:the )?(?:team|colleagues|agents?)|fur die kollegen|pour les collegues|pour l'equipe"
    r"|handover|ubergabe|passation"
    r"|todo for|notiz fur(?: das team| die kollegen| uns)?|note pour(?: l'equipe| les collegues| nous)?) ?:",
    r"(?:hi|hello|hey|hallo|salut|bonjour|liebe) (?:team|colleagues|kollegen|kolleginnen und kollegen|l'equipe|les"
    r" collegues|collegues) ?[,:!]"
    r"(?= (?:can|could|who|has|does|i|kann|konnt|wer|hat|ich|quelqu'un|qui|vous|je|on|il|the|der|die|le|la)\b)",
)  # fmt: skip
_WHOLE = re.compile(rf"(?<![\w@-])(?:{'|'.join(_ANYWHERE)})(?![\w-])".replace(" ", r"[ \n]{1,2}"))
_LINE = re.compile(rf"^[ \t]{{0,8}}(?:{'|'.join(_AT_START)})", re.MULTILINE)
_CALL = re.compile(r"(?<![\w.@/+&=-])@([^\W_][\w.-]{0,60})")
_EVERYBODY = frozenset({"all", "team", "here", "channel", "everyone", "alle", "tous", "support", "kollegen", "equipe"})
_REACHED = re.compile(r"@|www|http|\+\d|\d{2}[ /.-]?\d{2}[ /.-]?\d{2}")
_TO_TEAM = (
    r"^[ \t]{{0,8}}(?:(?:->|=>|→|an|to|pour|fao|@) ?(?:team |das team |the team |l'equipe )?)?"
    r"({names})(?: team)? ?:(?P<rest>.*)$"
)
_HAND = (
    r"(?:assign|reassign|hand (?:this |it )?over|escalate|pass (?:this |it )?on|zuweisen|ubergeben|weiterleiten"
    r"|eskalieren|assigner"
    r"|reassigner|escalader|transferer|a passer|passer|a transferer|a transmettre) (?:this |it |le ticket |das"
    r" ticket )?(?:to|an|a|au|aux|zu) (?:team |l'equipe )?({names})(?!\w)"
)


def internal(text: Text, facts: Facts) -> Iterator[Finding]:
    for pattern in (_WHOLE, _LINE, _WITHIN):
        for found in pattern.finditer(text.plain):
            start = found.start() + len(found[0]) - len(found[0].lstrip())
            if is_quoted(text.plain, start, found.end()):
                continue
            yield Finding(Check.INTERNAL, text.own[start : found.end()], start)


def mentions(text: Text, facts: Facts) -> Iterator[Finding]:
    """@ana, @Billing, and lines that speak to a team as a note does."""
    for found in _CALL.finditer(text.plain):
        if is_quoted(text.plain, found.start(), found.end()):
            continue
        called = found[1].rstrip(".-")
        if called in facts.colleagues or called in _EVERYBODY or called in {_joined(team) for team in facts.teams}:
            yield Finding(Check.MENTION, text.own[found.start() : found.start() + 1 + len(called)], found.start())
    names = "|".join(re.escape(flat(team)) for team in facts.teams if team.strip())
    if not names:
        return
    for found in re.finditer(_TO_TEAM.format(names=names), text.plain, re.MULTILINE):
        if found["rest"].strip() and not _REACHED.search(found["rest"]):
            yield Finding(Check.MENTION, text.own[found.start() : found.end(1) + 1].strip(), found.start(1))
    for found in re.finditer(rf"^[ \t]{{0,8}}{_HAND.format(names=names)}", text.plain, re.MULTILINE):
        yield Finding(Check.MENTION, text.own[found.start() : found.end()].strip(), found.start(1))


def _joined(team: str) -> str:
    return re.sub(r"[^\w.-]", "", flat(team))


def own_words(text: Text, never: Sequence[str]) -> Iterator[Finding]:
    """Words of the house's own: plain, or with * for anything within a line."""
    for phrase in never:
        for start, end in places(text.flat, flat(phrase.strip())):
            yield Finding(Check.WORDS, text.own[start:end], start)


def places(said: str, phrase: str) -> Iterator[tuple[int, int]]:
    """Where a phrase stands, as whole words; `*` is any run of characters of one line. Each place is looked"
    " at once."""
    parts = [part for part in phrase.split("*") if part]
    if not parts:
        return
    start = said.find(parts[0])
    while start >= 0:
        line_end = said.find("\n", start)
        line_end = len(said) if line_end < 0 else line_end
        end = _follow(said, parts, start, line_end)
        opens = phrase.startswith("*") or start == 0 or not (said[start - 1].isalnum() and said[start].isalnum())
        if end < 0 and opens:
            start = said.find(parts[0], line_end)
            continue
        closes = phrase.endswith("*") or end >= len(said) or not (said[end - 1].isalnum() and said[end].isalnum())
        if end >= 0 and opens and closes:
            yield _whole(said, start, end, phrase)
            start = said.find(parts[0], end)
        else:
            start = said.find(parts[0], start + len(parts[0]))


def _whole(said: str, start: int, end: int, phrase: str) -> tuple[int, int]:
    """A star at the beginning or the end of a phrase takes in the rest of the word."""
    while phrase.startswith("*") and start > 0 and said[start - 1].isalnum():
        start -= 1
    while phrase.endswith("*") and end < len(said) and said[end].isalnum():
        end += 1
    return start, end


def _follow(said: str, parts: Sequence[str], start: int, line_end: int) -> int:
    """The end of the last part, each behind the one before it within the line; -1 if one is missing."""
    end = start
    for part in parts:
        place = said.find(part, end, line_end)
        if place < 0:
            return -1
        end = place + len(part)
    return end
