"""Patterns for `among` and `signs`: what is to be kept from a customer, and whom a text speaks to. For flat text."""

from __future__ import annotations

import re

from guichet.tickets.guard.words import spaced

YOURS = re.compile(r"(?<!\w)(?:your|votre|vos|ton|ta|tes|ihre[mnrs]?|deine?[mnr]?)(?!\w)")
# Not to be told to him, not to be talked about.
SECRET = spaced(
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
    r"|(?:do not|don't|dont|never|not|let's not) (?:tell|mention it to|say (?:it )?to) (?:anyone|anybody|a soul|them)"
    r"|(?:n'en |ne |en )?(?:parle|parlez|parlons|dis|dites|disons|dire|parler)(?: pas| rien)? a personne"
    r"|(?:niemandem|keinem)(?: (?:was|etwas|davon|es|das))? (?:sagen|erzahlen|verraten|weitersagen)"
    r"|an die (?:grosse|grose) glocke"
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
ABOUT = spaced(
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
    r"|(?:shouted|yelled|screamed|swore) at (?:me|us)|(?:m'a|nous a) (?:hurle|crie) dessus|m'a engueulee?"
    r"|(?:hat|haben) (?:er|sie) (?:\w+ ){0,3}"
    r"(?:angebrullt|angeschrien|beschimpft|angeblafft)|(?:er|sie) (?:hat )?(?:mich"
    r"|uns) (?:\w+ ){0,3}(?:angebrullt|angeschrien|beschimpft)"
    r"|(?:ca|cela) (?:le|la|les) (?:calmera|calme|occupera)|shuts? (?:him|her|them) up|dann ist (?:\w+ ){0,3}ruhe"
    r"|keine (?:lust|nerven|geduld) (?:mehr )?(?:auf|fur|mit) (?:den|die|diesen|diese|ihn|sie|ihr|dem)"
    r"|(?:fed up|had enough|done) (?:with|of) (?:him|her|this (?:guy|woman|lady|man))"
    r"|(?:marre|ras le bol|assez) (?:de lui|d'elle|de (?:ce|cette) (?:type|mec|dame|nana|bonhomme))"
    r")(?![\w-])"
)
# Said of a customer and never to him, whatever stands around it.
BEHIND = spaced(
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
ASIDE = re.compile(
    r"^\W*(?:(?:please )?(?:do not|don't|dont|never|no need to) (?:mention|tell|say|offer|admit|reveal|promise"
    r"|bring up|show|forget to"
    r"|talk about|refer to)|(?:ne )?(?:surtout )?(?:ne )?(?:pas|rien|jamais) (?:en |lui |leur )?(?:mentionner"
    r"|dire|parler|proposer|avouer"
    r"|admettre|reveler|promettre|evoquer|montrer|signaler)|(?:bitte |bloss |blos )?(?:nicht|nichts"
    r"|nie) (?:\w+ )?(?:erwahnen|sagen"
    r"|anbieten|zugeben|verraten|versprechen|ansprechen|zeigen|drauf eingehen|darauf eingehen))(?!\w)"
)
BRACKET = re.compile(r"^[ \t]{0,8}(?P<open>[(\[*])(?P<inside>[^\n]{8,600})[)\]*][ .!]*$", re.MULTILINE)
# A text that greets nobody and says "you" to nobody.
ADDRESSED = re.compile(
    r"(?<![\w-])(?:(?<!one of )(?<!any of )(?<!some of )(?<!which of )(?:you|your|yours|yourself|u)(?:'\w+)?"
    r"|please|thanks|thank you|sorry|apologi[sz]e|regards|welcome"
    r"|(?<!d'entre )(?<!un de )(?<!l'un d'entre )vous|votre|vos|(?!chez|assez|nez|rez"
    r"|venez-en)\w{2,}ez(?:-\w+)?|merci"
    r"|desolee?s?|pardon|excuses|cordialement"
    r"|danke|dank|entschuldig\w+|leider gottes|grusen?|grussen?"
    r")(?![\w-])"
)
FORMAL = re.compile(r"(?<=[\w,:;)-] )(?:Sie|Ihnen|Ihr|Ihre[mnrs]?)(?!\w)|(?<!\w)(?:Ihnen|Ihre[mnrs]?)(?!\w)")
# "My colleague will call, he has the key": somebody else is spoken of.
THIRD = re.compile(
    r"(?<![\w-])(?:colleague|father|mother|dad|mum|brother|sister|pere|mere|frere|s(?:oe|o)ur|vater|mutter"
    r"|bruder|schwester"
    r"|patiente?n?|patientin|technician|engineer|courier|driver|manager|supervisor|specialist|mr|mrs|ms|dr|son"
    r"|daughter"
    r"|wife|husband|neighbou?r|collegue|technicienn?e?|livreu(?:r|se)|responsable|chauffeur|facteur|monsieur"
    r"|madame|mme"
    r"|voisine?|gardienn?e?|kolleg(?:e|en|in)|techniker(?:in)?|fahrer(?:in)?|bote|monteur(?:in)?|chef(?:in)?"
    r"|herrn?|frau"
    r"|nachbarn?|leiter(?:in)?|second line|our team|notre equipe|unser team)(?![\w-])"
)
