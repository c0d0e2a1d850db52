"""Words among colleagues, known by how they are built: what stands under a label for the team, what is to be kept from
the customer, and a text that speaks to nobody but of him.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guichet.tickets.guard import wording
from guichet.tickets.guard.letter import Check, Facts, Finding, flat
from guichet.tickets.guard.reading import Text
from guichet.tickets.guard.words import several, spaced

# A label is short, ends in a colon, a dash or a bracket, and holds nothing but these words and whom it is for.
_INTERNAL = several(
    "internal internally internals interne internes intern internen internem interner inhouse in-house en-interne"
    " internement hausintern teamintern int"
)
_AUDIENCE = several(
    "us ourselves team teams colleagues colleague staff agents agent support office backoffice helpdesk"
    " accounts finance warehouse"
    " nous equipe equipes collegues collegue agents bureau technique compta comptabilite"
    " uns team kollegen kollege kollegin kolleginnen mitarbeiter agenten innendienst technik buchhaltung lager"
    " vertrieb"
)
_TOWARDS = several(
    "for to pour a l l' a-l' fur furs fuer an ans zu zum among entre unter fao attn handen hd attention ps p.s"
    " p.s. only nur seulement"
)
_AROUND = several(
    "note notes nb n.b n.b. ps p.s p.s. fyi info infos information informations message memo comment comments"
    " commentaire commentaires remark remarks remarque remarques hinweis hinweise notiz notizen anmerkung"
    " anmerkungen kommentar kommentare bemerkung bemerkungen aside attention achtung only seulement uniquement nur"
    " private prive privee reserved reserve reservee confidential confidentiel vertraulich strictly strictement"
    " streng rein ausschlieslich use usage gebrauch eyes for to pour a l le la les de du des der die das dem den an"
    " ans fur furs fuer zum zur the our own unser unsere unseren unserem nos notre all alle allen tous et and und"
    " zu z hd handen attn attention en in of von d' d entre among unter view vue hello hi hallo"
)
_LABELS = _INTERNAL | _AUDIENCE | _TOWARDS | _AROUND
_LABEL = re.compile(
    r"(?P<open>^[ \t]{0,8}[-=#*~_>\[({]{0,8}|[.!?…] {1,2}[\[(]?|[\[(])[ ]{0,2}(?P<words>[a-z'. ()-]{1,60}?)"
    r"(?P<end> ?:(?=[ \n])| ?[\])](?=\s|$)| -{1,2} (?=\S)| ?[-=#*~_]{2,8}[ \t]*$|(?<=[a-z])[ \t]*$)",
    re.MULTILINE,
)
_YOURS = re.compile(r"(?<!\w)(?:your|votre|vos|ton|ta|tes|ihre[mnrs]?|deine?[mnr]?)(?!\w)")
# Not to be told to him, not to be talked about.
_SECRET = spaced(
    r"(?<![\w-])(?:"
    r"(?:do not|don't|dont|never|not|must not|mustn't|shouldn't|should not|won't|didn't|no need to|without"
    r"|rather not)"
    r" (?:ever |yet |please |have )?(?:tell|told|telling|inform|informing|show|showing|offer|promise|remind|warn|let)"
    r" (?:him|her)"
    r"|(?:he|she) (?:doesn't|does not|needn't|need not|must not|mustn't|shouldn't|should not) (?:need |have "
    r"|ever )?(?:to )?"
    r"(?:know|hear|see|find out|learn|(?:any |all )?(?:the |of the |of this|this|that)? ?details?)"
    r"|inutile de (?:lui|leur) (?:en )?(?:dire|donner|expliquer|parler|preciser|raconter)|(?:lui"
    r"|leur) donner (?:les|de|trop de)? ?details"
    r"|(?:il|elle) n'a pas (?:besoin de|a) (?:le |la |tout )?(?:savoir|connaitre|details)"
    r"|(?:das |es |davon |details )?(?:braucht|muss|soll|darf) (?:er|sie) (?:das |es |davon "
    r"|alles )?nicht(?: zu)?(?: (?:wissen|erfahren|sehen|horen))?"
    r"(?=[ ]?[.!,;)]|$)"
    r"|keep (?:it|this|that|these|all) (?:between us|to ourselves|quiet|under wraps|internal|in-house|in the team)"
    r"|(?:stays|remains|strictly|just) between (?:us|ourselves|you and me)"
    r"|ne (?:surtout )?(?:pas |rien )?(?:lui|leur) (?:en )?(?:surtout )?\w{2,14} (?:surtout )?(?:rien|pas)(?! votre)"
    r"|(?:ne )?(?:surtout )?(?:pas|rien)(?: surtout)? (?:lui|leur) (?:en )?(?:dire|parler|montrer|proposer|promettre"
    r"|repondre|preciser|avouer|reveler|accorder|offrir)|(?:sans|eviter de) (?:le |la )?(?:lui|leur) (?:en )?(?:dire"
    r"|parler)"
    r"|(?:reste|garder|gardons|gardez|garde)(?:-le)? (?:ca |cela )?(?:entre nous|pour nous)"
    r"|(?:sag|sagt|sagen|erzahl|erzahlt|verrat|verratet|zeig|zeigt|schreib|schreibt|biete"
    r"|versprich) (?:wir )?(?:ihm|ihr"
    r"|ihnen)(?: (?:das|es|davon|bitte|bloss|blos|ja|noch|aber|lieber|erst)){0,3} (?:nicht|nichts|nix|kein)"
    r"|(?:ihm|ihr)(?: (?:das|es|davon|bitte|noch|aber|lieber)){0,3} (?:nicht|nichts|nix|keinesfalls)(?: \w{2,9})?"
    r" (?:sagen|erzahlen|verraten|zeigen|schreiben|anbieten|versprechen|mitteilen)"
    r"|(?:bloss|blos|ja|auf keinen fall|lieber) (?:nicht|nichts|nix|kein \w{2,20}) (?:sagen|erwahnen|verraten"
    r"|erzahlen"
    r"|zugeben|anbieten|versprechen|schreiben)|bleibt (?:bitte )?(?:unter uns|intern|im team|hier im haus)"
    r")(?![\w-])"
)
# Complaints about a person who is not spoken to.
_ABOUT = spaced(
    r"(?<![\w-])(?:"
    r"(?:he|she|him|her|they|that (?:guy|lady|man|woman))(?: [\w']{1,12}){0,5} (?:complain(?:s|ing)?|moan(?:s|ing)?"
    r"|whin(?:es?|ing)|nag(?:s|ging)?|fish(?:es|ing) for|exaggerat(?:es|ing)|driv(?:es|ing) me|getting on my"
    r"|wast(?:es|ing) (?:my|our))"
    r"|(?:il|elle|ils|elles)(?: [\w']{1,12}){0,3} (?:rale[rs]?|ralent|se plai(?:nt|gne)|exagere|abuse|saoule"
    r"|soule|gonfle"
    r"|fatigue|enerve|chipote|chouine|pinaille|harcele|casse les)"
    r"|(?:er|sie|die|der|ihn)(?: [\w']{1,12}){0,4} (?:mecker(?:t|n)|motzt?|jammer(?:t|n)|nerv(?:t|en)"
    r"|ubertreib(?:t|en)"
    r"|quengelt|norgelt|spinnt|rumnervt|stresst|nachkartet|querulant)"
    r"|keine (?:lust|nerven|geduld) (?:mehr )?(?:auf|fur|mit) (?:den|die|diesen|diese|ihn|sie|ihr|dem)"
    r"|(?:fed up|had enough|done) (?:with|of) (?:him|her|this (?:guy|woman|lady|man))"
    r"|(?:marre|ras le bol|assez) (?:de lui|d'elle|de (?:ce|cette) (?:type|mec|dame|nana|bonhomme))"
    r")(?![\w-])"
)


def internal(text: Text, facts: Facts) -> Iterator[Finding]:
    """All of it; what is already told of a line is not told of it again."""
    told: set[int] = set()
    for check in (wording.internal, _labelled, _kept_back, _asides, _to_nobody):
        lines: set[int] = set()
        for found in check(text, facts):
            line = text.own.count("\n", 0, found.start or 0)
            if line not in told and not (check is _to_nobody and told):
                lines.add(line)
                yield found
        told |= lines


def _labelled(text: Text, facts: Facts) -> Iterator[Finding]:
    """ "Internally: ...", "(for the colleagues: ...)", "## interner Kommentar", "[Ana: ...]"."""
    for found in _LABEL.finditer(text.plain):
        if _is_label(found, facts):
            start = found.start("words")
            yield Finding(Check.INTERNAL, text.own[start : found.end()].strip(), start)


def _is_label(found: re.Match[str], facts: Facts) -> bool:
    opens, end = found["open"].strip(), found["end"]
    is_bracket = opens.endswith(("[", "("))
    if end.strip() in ("]", ")") and not is_bracket:
        return False
    is_heading = not end.strip() or end.strip()[0] in "#=*~_" or (end.strip()[0] == "-" and end[-1] != " ")
    if is_heading and not re.search(r"[-=#*~_\[({]", opens):
        return False
    said = [part.strip(".") for part in re.split(r"[ '()]+", found["words"].strip(" -")) if part.strip(".-")]
    teams = {flat(team) for team in facts.teams}
    called = {part for part in said if (part in facts.colleagues and part not in facts.names) or part in teams}
    if not said or len(said) > 7 or any(part not in _LABELS and part not in called for part in said):
        return False
    if any(part in _INTERNAL for part in said):
        return True
    if len(said) == 1:
        return bool(called) and is_bracket and end.strip() == ":"
    is_towards = "(" in found["words"] or any(part in _TOWARDS for part in said)
    return is_towards and any(part in called or part in _AUDIENCE for part in said)


def _kept_back(text: Text, facts: Facts) -> Iterator[Finding]:
    """What the customer is not to hear, and what is thought of him."""
    for pattern in (_SECRET, _ABOUT, _BEHIND):
        for found in pattern.finditer(text.plain):
            if not _YOURS.search(_sentence(text.plain, found.start(), found.end())):
                yield Finding(Check.INTERNAL, text.own[found.start() : found.end()], found.start())


def _sentence(said: str, start: int, end: int) -> str:
    begin = max(said.rfind(stop, 0, start) for stop in ".!?\n")
    ends = [place for place in (said.find(stop, end) for stop in ".!?\n") if place >= 0]
    return said[begin + 1 : min(ends, default=len(said))]


# Said of a customer and never to him, whatever stands around it.
_BEHIND = spaced(
    r"(?<![\w-])(?:"
    r"(?:make|think|cook) up (?:some|an?|any) (?:excuse|story|reason)|(?:find|give) (?:her|him|them) (?:some"
    r"|an?) excuse"
    r"|stall (?:him|her|them)|(?:let|make) (?:him|her|them) (?:sweat|stew|wait|suffer|squirm)|string (?:him|her"
    r"|them) along"
    r"|fob (?:him|her|them) off|get rid of (?:him|her|them)|keep (?:him|her|them) (?:quiet|happy|waiting)"
    r"|(?:trouve[rz]?|invente[rz]?|trouvons|inventons) (?:une|n'importe quelle|quelque) (?:excuse|histoire|pretexte)"
    r"|(?:faites|fais|faire|laisse[rz]?|laissons)(?:-(?:le|la|les))? (?:trainer|mijoter|poireauter|patienter un peu)"
    r"|(?:qu'elles?|qu'ils?) (?:patiente|attende|se debrouille)(?:nt)?|(?:le|la|les) faire (?:patienter"
    r"|attendre|mijoter"
    r"|poireauter)|de vous a moi|de toi a moi|motus(?: et bouche cousue)?|pas un mot"
    r"|denkt euch (?:was|etwas|eine)|denk dir (?:was|etwas|eine)|(?:lass|lasst|lassen wir|sollen) (?:ihn|sie"
    r"|wir ihn|wir sie)?"
    r"(?: \w+){0,3} ?(?:schwitzen|zappeln|schmoren|warten)|hinhalten|abwimmeln|vertrosten wir|unter kollegen"
    r"|(?:hat|haben) (?:mal wieder |wieder )?(?:gepennt|gepfuscht|verpennt)"
    r"|(?:not|oh no,?) (?:him|her|this one|them|that one) again|(?:this|that) (?:one|guy|lady|woman) again"
    r"|(?:encore|toujours) (?:lui|elle|celui-la|celle-la|eux|ce type|cette dame)(?=[ ,.!…]|$)"
    r"|(?:der|die|den) (?:schon|mal) wieder|schon wieder (?:der|die|dieser|diese)(?=[ ,.!…])|wieder mal (?:der|die)"
    r")(?![\w-])"
)
# What a whole line in brackets tells the others to do.
_ASIDE = re.compile(
    r"^\W*(?:(?:please )?(?:do not|don't|dont|never|no need to) (?:mention|tell|say|offer|admit|reveal|promise"
    r"|bring up|show|forget to"
    r"|talk about|refer to)|(?:ne )?(?:surtout )?(?:ne )?(?:pas|rien|jamais) (?:en |lui |leur )?(?:mentionner"
    r"|dire|parler|proposer|avouer"
    r"|admettre|reveler|promettre|evoquer|montrer|signaler)|(?:bitte |bloss |blos )?(?:nicht|nichts"
    r"|nie) (?:\w+ )?(?:erwahnen|sagen"
    r"|anbieten|zugeben|verraten|versprechen|ansprechen|zeigen|drauf eingehen|darauf eingehen))(?!\w)"
)
_BRACKET = re.compile(r"^[ \t]{0,8}(?P<open>[(\[*])(?P<inside>[^\n]{8,600})[)\]*][ .!]*$", re.MULTILINE)
# A text that greets nobody and says "you" to nobody.
_ADDRESSED = re.compile(
    r"(?<![\w-])(?:(?<!one of )(?<!any of )(?<!some of )(?<!which of )(?:you|your|yours|yourself|u)(?:'\w+)?"
    r"|please|thanks|thank you|sorry|apologi[sz]e|regards|welcome"
    r"|(?<!d'entre )(?<!un de )(?<!l'un d'entre )vous|votre|vos|(?!chez|assez|nez|rez"
    r"|venez-en)\w{2,}ez(?:-\w+)?|merci"
    r"|desolee?s?|pardon|excuses|cordialement"
    r"|danke|dank|entschuldig\w+|leider gottes|grusen?|grussen?"
    r")(?![\w-])"
)
_FORMAL = re.compile(r"(?<=[\w,:;)-] )(?:Sie|Ihnen|Ihr|Ihre[mnrs]?)(?!\w)|(?<!\w)(?:Ihnen|Ihre[mnrs]?)(?!\w)")
_HUMAN_FR = (
    r"lu|lit|lire|compris|comprend|comprendra|appelle|appele|rappelle|menace|menacait|veut|voulait|demande|redemande"
    r"|insiste|paie|paye|paiera|sait|savait|croit|pretend|invente|ment|attend|attendra|servie?|utilise|medecin"
    r"|avocate?"
    r"|informaticienne?|sauvegardes?|ecoute|regarde|clique|essaie|essaye|a fait|n'a pas fait|n'a rien|repond|revient"
    r"|reviendra|connait|bosse|casse|touche|comprenne|se debrouille"
)
_HUMAN_DE = (
    r"gelesen|liest|lesen|verstanden|versteht|kapiert|angerufen|anruft|ruft|beschwert|droht|drohen|gesessen|getragen"
    r"|benutzt|will|wollte|meint|behauptet|glaubt|denkt|fragt|gefragt|weiss|wusste|wartet|warten|zahlt|bezahlt|arztin"
    r"|arzt|anwalt|anwaltin|informatiker(?:in)?|lugt|gelogen|zugehort|geklickt|klickt|probiert|gemacht|macht|schreibt"
    r"|antwortet|kennt|arbeitet|kaputt|begreift|checkt|kann nicht|hort|lesen kann"
)
_CUES = spaced(
    r"(?<![\w-])(?:"
    # the customer, spoken of
    r"(?:the|this|that|our|same) (?:\w{2,12} )?(?:customers?|clients?|users?|guy|lady|bloke|woman)|^(?:customer"
    r"|client|user)"
    r"|(?:le|la|ce|cette|notre|du|au) cliente?|(?:l'|cet |cette )utilisat(?:eur|rice)|^cliente?"
    r"|(?:der|die|dem|den|des|diese[rmns]?|unser(?:e[mnr]?)?|sich der|vom|beim) kund(?:e|en|in)|^kund(?:e|in)"
    r"|(?:der|die|dem|den|diese[rmn]?) (?:anwender(?:in)?|nutzer(?:in)?|user|dame|typ)"
    r"|he|she|he'?s|she'?s|he'?ll|she'?ll|he'?d|she'?d|him|her(?: \w+)?"
    rf"|(?:il|elle|lui)(?: [\w']{{1,12}}){{0,5}}? (?:{_HUMAN_FR})|on lui|encore lui|encore elle|(?:de|a) (?:le"
    rf"|la|lui)"
    r" (?:faire|laisser|rappeler|relancer)|(?:le|la) (?:rappeler|relancer|faire patienter)"
    rf"|(?:er|sie)(?: [\w']{{1,12}}){{0,7}}? (?:{_HUMAN_DE})|(?:schon |mal )?wieder (?:der|die)(?=[ .…?!])"
    r"|(?:hat|ist|war|wird|soll|will) (?:er|sie) (?:\w+ ){0,4}(?:nicht|naturlich|nie|wieder)"
    r"|wir (?:\w+ )?(?:ihm|ihn)|(?:ihn|ihm) (?:\w+ ){0,3}(?:warten|zuruckrufen|anrufen|abwimmeln|schreiben)"
    r"|(?:rufst|rufe|schreibst|sagst|machst|nimmst|ubernimmst) du"
    # somebody without a name before him
    r"|\A\W*(?:(?:haha|hehe|lol|mdr|nah|nope|no|yes|yeah|well|hm+|ah|oh|bah|bof|ben|non|oui|ouais|no|ne|nee"
    r"|nein|ja|tja|naja|ach"
    r"|also|alors|pff+)\W+)*(?:elle|ils?(?! (?:y|faut|fallait|faudra|suffit|s'agit|reste|manque|semble"
    r"|est (?:possible|necessaire"
    r"|important|prevu|conseille|recommande|preferable|temps)|vous|convient|existe|arrive|pleut))|elles"
    r"|er|sie (?:hat|ist|war|will|wollte|kann|konnte|soll|muss|meint|versteht|weiss|wusste|glaubt|droht|hatte"
    r"|wird|kommt|ruft))"
    r"|\A\W*(?:haha|hehe|lol|mdr|ptdr|nah|nope|bof|pff+|ugh|sigh|puh|oje|uff)"
    r"|(?:il|elle) (?:ferait|devrait|pourrait|n'a qu'a|aurait du|va (?:hurler|raler|gueuler|peter|insister|nous"
    r"|encore|me|crier|se"
    r" plaindre))|(?:sollte|konnte|hatte|musste) (?:er|sie) (?:einfach|mal|doch|halt|lieber|gefalligst|besser)"
    r"|(?:er|sie|der|die) (?:rastet"
    r"|flippt|dreht) (?:\w+ )?(?:aus|durch)?|(?:il|elle) a (?:raison|tort)|(?:er|sie) hat (?:recht|unrecht)"
    r"|discretement|en douce|sans faire de bruit|mine de rien|klammheimlich|still und heimlich|unauffallig|aber leise"
    r"|(?:has|have|did|does|is|was) (?:anyone|anybody|someone|somebody) (?:ever |already |got "
    r"|still )?(?:\w+)(?= [^?\n]{0,60}\?)"
    r"|(?:hat|weiss|wusste) (?:das |es |je |schon |da )*(?:einer|jemand|wer)(?= [^?\n]{0,60}\?)"
    r"|quelqu'un (?:l'a|l'avait|a|sait|avait)"
    r"(?= [^?\n]{0,60}\?)|(?:vertrosten|hinhalten)(?= ?\?)|(?:je|on) (?:la|le|les) (?:fais|fait|laisse"
    r"|rembourse|rappelle|relance)"
    # how he pays, and what is thought of it
    r"|(?:forgot|forgets|refuses?|hasn't|has not|have not|haven't|never|didn't|did not) (?:to )?(?:pay|pays"
    r"|paid)(?!\w)"
    r"|(?:oublie de|n'a (?:toujours |encore )?pas|n'ont (?:toujours |encore )?pas|refuse de|jamais) (?:paye[r]?"
    r"|regle[r]?)"
    r"|(?:hat|haben)(?: \w+){0,4} (?:nicht|nie) (?:bezahlt|gezahlt)|zahl(?:t|en) (?:nie|nicht)"
    r"|(?:somebody|someone|we|they|dev|devs|accounts|warehouse|sales) (?:in \w+ )?(?:forgot|messed|screwed"
    r"|botched|dropped the ball)"
    r"|(?:la compta|le stock|l'entrepot|quelqu'un|on|les devs?) (?:a|ont) (?:\w+ )?(?:oublie|merde|foire|plante)"
    r"|(?:buchhaltung|lager|vertrieb|jemand|entwicklung) hat (?:\w+ )?(?:vergessen|verbockt|verpeilt|versemmelt"
    r"|gepennt)"
    # who takes it over, who knows
    r"|(?:close|write it off|write them off|bill|escalate|refund|reopen|chase|ignore)(?: (?:it|this|them|him"
    r"|her))? ?\?"
    r"|on (?:cloture|ferme|facture|escalade|rembourse|classe|relance|repond|clot|passe en perte"
    r"|attend)(?: \w+){0,4} ?\?"
    r"|(?:zumachen|schliesen|eskalieren|abschreiben|berechnen|erstatten|ablehnen|ignorieren) ?\?"
    r"|(?:anyone|anybody|someone|somebody) (?:know|knows|remember|remembers|has|have|got|seen|tried|wants?"
    r"|willing|free|up for)(?! already)"
    r"|(?:weiss|hat|kennt|will|mag|traut sich) (?:jemand|wer|einer|irgendwer)|(?:quelqu'un|qui) (?:sait|a deja"
    r"|connait|veut"
    r"|lui|s'y colle|se devoue|s'en charge|y va)|who (?:wants|fancies|is going|can|could|will|takes|drives|explains)"
    r"|wer (?:will|mag|kann|fahrt|ubernimmt|erklart|geht|schreibt|ruft)(?! (?:sich|mochte))"
    r"|(?:can|could|would|will|anyone|someone|somebody) (?:somebody|someone|anyone|anybody|one of (?:you|us)"
    r"|any of you)?"
    r" ?(?:please )?(?:\w+ )?(?:take|pick|handle|look|check|know|answer|reply|ring|call|cover|jump"
    r"|grab)(?! into (?:the|our))"
    r"|(?:kann|konnte|will|mag|weiss|hat|kennt) (?:das |hier |mal |bitte )*(?:jemand|einer|wer)(?: (?:von|aus) \w+)?"
    r"(?= .{0,40}(?:ubernehm|anschau|erledig|bearbeit|anruf|idee|ahnung|uberneh|mach|schau|antwort|kennt|\?))"
    r"|(?:quelqu'un|qui|l'un de vous|l'un d'entre vous) (?:peut|pourrait|sait|veut|s'en occupe|prend|connait)"
    r"(?= .{0,30}(?:prendre|reprendre|gerer|traiter|regarder|appeler|rappeler|repondre|occup|celui|\?))"
    r"|(?:who|qui|wer) (?:wrote|built|made|coded|handles|knows|has|took|a code|a ecrit|a fait|connait|sait"
    r"|hat das|hat"
    r" dieses|kennt|macht|weiss)"
    r"|^(?:dunno|no (?:idea|clue)|not a clue|beats me|aucune idee|pas la moindre idee|j'en sais rien|(?:je )?sais pas"
    r"|keine? (?:ahnung|plan|idee)|weiss (?:ich )?(?:auch |es )?nicht|(?:ich )?hab(?:e)? keine ahnung)"
    # what is to become of it
    r"|(?:i|we)(?:'d| would| should| could)(?: just| rather| simply)? (?:reject|refuse|decline|ignore|deny"
    r"|let (?:her|him"
    r"|them|it)|close (?:it|this)|not (?:offer|refund|pay|answer|reply))|let's (?:just |simply |not )?(?:close|ignore"
    r"|refuse|reject|reimage|replace|send|charge|bill|refund|wait)"
    r"|(?:je|on|perso)(?: lui)? (?:refuserais?|rejetterais?|fermerais?|ignorerais?|facturerais?|rembourserais?"
    r"|laisserais?)|(?:je|on) (?:propose de|ferme|clot|refuse|rejette|escalade|laisse tomber|attend que|attend qu')"
    r"|(?:ich|wir|wurd|wurde|wurden|sollten) (?:wurde|wurden|sollten)?(?: \w+){0,3} ?(?:ablehnen|ignorieren|abwimmeln"
    r"|warten lassen|schliesen|zumachen|zuruckweisen|hinhalten|nicht erstatten)"
    r"|(?:should|do|shall|can) we (?:just |really )?(?:escalate|refund|charge|bill|wait|close|reject|offer)"
    r"|(?:eskalieren|schliesen|ablehnen|berechnen|erstatten|stellen|geben|warten) wir(?= .{0,60}\?)"
    r")(?![\w-])"
)
# "My colleague will call, he has the key": somebody else is spoken of.
_THIRD = re.compile(
    r"(?<![\w-])(?:colleague|technician|engineer|courier|driver|manager|supervisor|specialist|mr|mrs|ms|dr|son"
    r"|daughter"
    r"|wife|husband|neighbou?r|collegue|technicienn?e?|livreu(?:r|se)|responsable|chauffeur|facteur|monsieur"
    r"|madame|mme"
    r"|voisine?|gardienn?e?|kolleg(?:e|en|in)|techniker(?:in)?|fahrer(?:in)?|bote|monteur(?:in)?|chef(?:in)?"
    r"|herrn?|frau"
    r"|nachbarn?|leiter(?:in)?|second line|our team|notre equipe|unser team)(?![\w-])"
)


# "He will call when he is on his way": whoever is sent.
_COMES = re.compile(
    r"\W*(?:he|she|er|sie|il|elle)(?:'s|'ll)? (?:will |is |should |can )?(?:call|calls|ring|rings|come|comes"
    r"|coming|arrive|arrives|bring|brings|be (?:there|with)|on (?:his|her) way|phone"
    r"|ruft|kommt|meldet sich|klingelt|bringt|fahrt|ist (?:um|gegen|bis|ab|unterwegs|morgen)|appellera|viendra"
    r"|passera|sera|arrivera|apportera"
    r"|sonnera|vient|passe|arrive|appelle)(?!\w)"
)


def _to_nobody(text: Text, facts: Facts) -> Iterator[Finding]:
    """A text that speaks to nobody who takes part, but of the customer or to the team."""
    if text.greeting is not None or facts.is_third_party or not text.lines:
        return
    vocative = _vocative(text, facts)
    if vocative is not None:
        yield vocative
        return
    if _ADDRESSED.search(text.plain) or _FORMAL.search(text.own) or _names_partaker(text, facts):
        return
    found = _cue(text.plain)
    if found is not None:
        yield Finding(Check.INTERNAL, text.own[found.start() : found.end()].strip(), found.start())


def _asides(text: Text, facts: Facts) -> Iterator[Finding]:
    """A line in brackets that speaks to nobody, or says what is not to be said."""
    for line in _BRACKET.finditer(text.plain):
        said = line["inside"]
        is_addressed = _ADDRESSED.search(said) or _FORMAL.search(text.own[line.start() : line.end()])
        if _ASIDE.match(said) or (not is_addressed and _cue(said)):
            yield Finding(Check.INTERNAL, text.own[line.start() : line.end()].strip(), line.start())


def _cue(said: str) -> re.Match[str] | None:
    """The first sign of colleagues' talk, if nobody else was named whom it may be about."""
    for found in _CUES.finditer(said):
        if _THIRD.search(said[: found.start()]):
            return None
        if not _COMES.match(said[found.start() :]):
            return found
    return None


def _names_partaker(text: Text, facts: Facts) -> bool:
    """Whether the first line speaks to somebody who takes part: "Gareth, all is done"."""
    first = re.split(r"[,!:;.\n]", text.plain[text.lines[0][0] :], maxsplit=1)[0].split()
    return bool(first) and len(first) <= 4 and first[-1] in facts.names


def _vocative(text: Text, facts: Facts) -> Finding | None:
    """ "Ben, shall we ...": a colleague's first name, where no customer bears it."""
    place, line = text.lines[0]
    found = re.match(
        r"(?:hey |hi |hallo |salut |bonjour |hello )?([^\W\d_]{2,30})(?: ?,| ?-{1,2} | ?:)", text.plain[place:]
    )
    if found is None or found[1] not in facts.colleagues or found[1] in facts.names:
        return None
    return Finding(Check.INTERNAL, line[: found.end()].strip(), place) if len(line) > found.end() + 3 else None
