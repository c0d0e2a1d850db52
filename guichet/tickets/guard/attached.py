"""Words that promise a file: attached, ci-joint, im Anhang. Only promises of this letter, not of others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guichet.tickets.guard.letter import Check, Facts, Finding
from guichet.tickets.guard.reading import Text, is_quoted

_PROMISED = re.compile(
    r"(?<![\w-])(?:"
    # en
    r"(?:please |kindly )?find (?:\w{1,15} ){0,4}(?:attached|enclosed)|(?:please )?(?:see|find|open) (?:\w{1,12}"
    r" ){0,3}attach(?:ed|ment)s?"
    r"|i(?:'m| am)? (?:also |just |now |have |'ve )*attach(?:ed|ing)?|i've (?:also |just |now )?attached|we(?:'ve|"
    r" have|'re| are)? (?:also |just )?attach(?:ed|ing)?"
    r"|(?:i|we)(?:'m|'re|'ve| am| are| have)? (?:also |just |now )?(?:enclos(?:e|ed|ing)|includ(?:e|ed"
    r"|ing) (?:\w{1,12} ){1,4}"
    r"with this|append(?:ed|ing)?)|(?:with|in|to) (?:this|the present) (?:e-?mail|mail|message|letter)(?= as an? )"
    r"|(?:attached|enclosed) (?:to|with) (?:this|the present)"
    r"|(?:is|are) (?:also |now )?(?:attached|enclosed)|attached (?:it|them|both|this|these)|attached (?:is|are"
    r"|you(?:'ll| will)?|please|hereto|herewith|below|as|find|to this|here|a|an|the|our|with)"
    r"|(?:in|as) (?:the |an |a |this )?attachments?|the attached \w+|attachments? (?:to|of|with|in) this (?:mail"
    r"|e-?mail|message|reply)"
    r"|(?:the|our|an?) (?:attached|enclosed) \w+|with (?:this|the present) (?:e-?mail|mail|message"
    r"|letter) (?:you|we|i|comes?|are|is)"
    r"|enclosed (?:is|are|you|please|herewith|with this)|^attached[:,.]?(?= )|see enclosed|the attachment (?:shows"
    r"|contains|explains|has|describes|lists)"
    r"|(?:send|sending|sent|schicke|schicken|sende|senden|ubersende|ubersenden|envoie|envoyons|transmets"
    r"|transmettons|adresse|adressons)(?!\w)[^.!?\n]{0,80}"
    r" (?:with|mit|avec) (?:this|dieser|diesem|ce|cet) (?:e-?mail|mail|message|nachricht|courriel|envoi|schreiben)"
    # fr
    r"|ci[- ]?(?:jointe?s?|incluse?s?|annexee?s?|apres en piece jointe)|en (?:pieces? jointes?|p\.?j\.?(?!\w)|annexe)"
    r"|(?:je|nous) (?:vous |te |t'|y )?(?:joins|joignons|annexe|annexons)|jointe?s? (?:a|au|dans) (?:ce|cet|cette|la"
    r" presente|present) ?(?:mail|message|courriel|e-?mail|envoi)?"
    r"|(?:le|la|les) (?:document|fichier|formulaire|devis|facture|notice|capture|procedure|guide|bon|plan|photo"
    r"|tableau|contrat|documents|fichiers|captures)"
    r" (?:en piece )?jointe?s?(?! (?:a|de) (?:votre|vos))|(?:est|sont) (?:bien |egalement )?jointe?s?(?! (?:par|avec"
    r"|d)|\w)(?! (?:a|au|aux) (?!ce |cet|mon|notre|present))|jointe?s? a (?:mon|notre) (?:mail|message|courriel"
    r"|e-?mail)|voir (?:la |le |les )?(?:piece|fichier|document)s? jointe?s?|vous trouverez (?:\w{1,12}"
    r" ){0,2}jointe?s?|la piece jointe (?:contient|montre|detaille|explique|decrit|reprend)"
    r"|avec (?:ce|cet|cette|le present) (?:e-?mail|mail|message|courriel|envoi),? (?:vous|je|nous)|(?:a|avec"
    r"|dans) ce pli"
    r"|(?:au|le|la|du|ce|cet|cette|les|aux|des) (?!compte"
    r"|piece)[^\W\d_]{3,20}(?: [^\W\d_]{2,15})? (?:ci[- ])?jointe?s?(?! (?:a|de|par|d|en|au|aux|il|elle|est|sont"
    r"|etait)(?!\w)|-)|(?:ai|avons|a|as) (?:aussi |egalement |bien |deja )?(?:joint|annexe|insere en piece jointe"
    r"|mis en (?:piece jointe|pj|annexe))"
    r"|(?:est|sont|figure|figurent|trouve|trouvent|mise?s?|glisse|glissee?s?) en (?:p\.?j\.?|pieces? jointes?"
    r"|annexe)(?!\w)"
    r"|pieces? jointes? (?:a|de) (?:ce|cet|cette)|dans (?:la|les) pieces? jointes?(?! (?:a|de|que))"
    # de
    r"|(?:hangt|hangen|haengt|haengen) (?:\w{1,12} ){0,2}(?:an|bei) (?:dieser|der|diesem)? ?(?:e-?mail|mail"
    r"|nachricht)"
    r"|mit dieser (?:e-?mail|mail|nachricht) (?:sende|senden|schicke|schicken|erhalten|bekommen|ubersende)|angefugt"
    r"|(?:der|die|das|dem|den) einliegenden? \w+|einliegend|im anhang|anbei|als anhang|angehangt|beigefugt"
    r"|beiliegend|anliegend|in der anlage (?:finden|erhalten|sende"
    r"|senden|schicke|schicken|ubersende|ubersenden)|(?:finden|erhalten|sende|senden|schicke|schicken|ubersende"
    r"|ubersenden) (?:[^\s,;]{1,20} ){0,9}in (?:der anlage|den anlagen)|als anlage|(?:liegt|liegen) (?:\w{1,15}"
    r" ){0,2}bei(?! (?:uns|der|dem|den|ihnen|einem|einer|\d|etwa|unter|uber))|siehe anhang|s\. anhang|siehe anlage"
    r"|(?:ich|wir) (?:hange|hangen|fuge|fugen) (?:[^\s,]{1,20} ){1,7}(?:an|bei)(?! (?:der|die|das|den|dem|ihrem"
    r"|ihrer))"
    r"|(?:hange|fuge|hangen|fugen) (?:ich|wir) (?:[^\s,]{1,20} ){1,7}(?:an|bei)(?! (?:der|die|das|den|dem|ihrem"
    r"|ihrer))"
    r"|(?:der|die|das) (?:angehangte|beigefugte|beiliegende|anliegende)n? \w+|den (?:angehangten|beigefugten"
    r"|beiliegenden) \w+|dem anhang (?:konnen|entnehmen)|der anhang (?:zeigt|enthalt|erklart)"
    r")(?!\w)"
)  # fmt: skip
# It is not there, or somebody else is to send it, or sent it: looked for in the words before the promise.
_NOT_OURS_BEFORE = re.compile(
    r"(?<!\w)(?:"
    r"not|n't|nothing|no|without|never|missing|forgot(?:ten)?|unable|cannot|if|when|once|unless|could you|can you"
    r"|would you|may i ask|will you|did you|were you|have you"
    r"|please (?:send|attach|add|reply|return|resend|provide|include|forward|upload)|send (?:it|us|me|them)|reply"
    r" with|your|you(?:'ve| have| had)? (?:sent|attached|send|mentioned)"
    r"|(?:thanks|thank you|thx|merci|danke|dank)(?: (?:so|very|a|much|lot|again|beaucoup|bien|infiniment|schon"
    r"|sehr)){0,3}"
    r" (?:for|pour|fur|de)"
    r"|used to|formerly|autrefois|\w{2,}aient|etait|etaient|fruher|bisher|kam|kamen|gingen"
    r"|that you|which you|previous|earlier|last|yesterday|larger than|bigger than|too large|to be|will be|we will|i"
    r" will|i'll|we'll|you can|you may|can be"
    r"|ne|n'|pas|sans|aucune?|jamais|rien|si|quand|lorsque|des que|pouvez-vous|pourriez-vous|pouvez|pourriez"
    r"|veuillez (?!trouver)|merci de|votre|vos|que vous|il faut|il suffit de|vous avez|aviez|avez-vous|auriez-vous"
    r"|est-ce que vous"
    r"|(?:nous |me |la |le |les |l'|re)*envoye[rz](?:-[a-z]+)*|transmett(?:re|ez)|renvoye[rz]|retourne[rz]|joindre"
    r"|precedente?|dernier|hier(?! (?:ist|sind|finden|kommt|kommen))|sera|seront|enverrai|enverrons|vous recevrez"
    r"|nicht|nichts|kein(?:e|en|er|em)?|ohne|nie|fehlt|fehlte|vergessen|wenn|falls|sobald|ob|konnen sie|konnten sie"
    r"|wurden sie|haben sie|hatten sie|bitte (?:senden|schicken|fugen|hangen|laden|antworten|geben)"
    r"|senden sie|schicken sie|sie uns|sie mir|ihre[mnrs]?|ihr|von ihnen|den sie|die sie|das sie|werden|werde|wird"
    r"|letzten|fruheren|gestern|vorigen|sie (?:es|ihn|sie) (?:uns|mir)|dass"
    r")(?!\w)"
)  # fmt: skip
_TO_FIND = re.compile(
    r"(?<!\w)(?:(?:as )?you (?:can|will|may) see|comme vous (?:le )?voyez|vous (?:le )?verrez|wie"
    r" sie[^.;:]{0,30}sehen|veuillez trouver|(?:bitte )?(?:finden|erhalten|sehen|entnehmen) sie|please find"
    r"|(?:you(?:'ll| will|"
    r" can)) find|vous trouverez|finden sie"
    r"|(?:senden|schicken|ubersenden|sende|schicke|ubersende|lege|legen) (?:wir|ich)|(?:we|i) (?:send|are sending|am"
    r" sending)|(?:nous|je) vous (?:envoie|envoyons|transmets|transmettons|adresse|adressons))(?!\w)"
)  # fmt: skip
_NOT_OURS_AFTER = re.compile(
    r"^ ?(?:(?:,? )?(?:that |which )?you (?:sent|have sent|attached)|(?:from|of|in|with|to) your|in your (?:last"
    r"|first)|(?:que )?vous (?:nous )?(?:avez|m'avez|aviez)|(?:a|de) votre"
    r"|(?:in|von|zu|an) ihrer?[mn]?|(?:den|die|das) sie|was (?:missing|empty|not)|is (?:missing|empty)|(?:is|was"
    r"|were)(?: not|n't)| werden| wird| worden|manquait|est vide|etait vide|fehlt|fehlte|war leer|nicht|mitschicken"
    r"|mitsenden"
    r"|(?:zu )?(?:senden|schicken|zuzusenden|zusenden|zuschicken) ?(?:\?|konnten|wurden|konnen)|(?:to|an|a"
    r"|aux) (?:its|the \w+ of|(?:the|an?|der|die|dem|den|einem|einer|ihrem|ihrer) (?!e-?mail|mail|message"
    r"|nachricht|letter|brief)\w+"
    r" (?:with|by|mit|via|of|side)|each|every|all|jede[rmn]?|allen|chaque|tous|toutes)(?!\w)|(?:to|an) (?:the|an?"
    r"|der|den|dem) (?:wall|back|side|underside|bottom|top|front|roof|ceiling|machine|frame|pole|cable|desk"
    r"|table|printer|ticket|account|order|device|case|request|wand|ruckseite|konto|auftrag))"
)  # fmt: skip
# "... as soon as it is signed": then it is not there yet.
_LATER = re.compile(
    r"(?<!\w)(?:as soon as|once (?:it|they|we|i|the)|when (?:it|they|we have)|des qu(?:e|'\w+)"
    r"|lorsqu|quand (?:il|elle|nous)|une fois|sobald|wenn (?:er|sie|es|wir|ich|der|die|das))(?!\w)"
)
# In another mail than this one.
_ELSEWHERE = re.compile(
    r"(?<!\w)(?:an?other|a? ?separate|(?:ein(?:e|er|em)|der)? ?(?:eigene[rn]?|gesonderte[rn]?|separate[rn]?"
    r"|weitere[rn]?"
    r"|andere[rn]?|zweite[rn]?|nachste[rn]?)|un autre|a part|prochain|suivant|second|further"
    r"|follow-up) (?:e-?mail|mail"
    r"|message|nachricht|courriel)(?!\w)"
)
# In this one: "your label is attached to this email", "the file that you asked for is attached".
_IN_THIS = re.compile(
    r"(?<!\w)(?:(?:to|with|in|a|avec|dans|an|mit|bei) (?:this|ce|cet|cette|diese[rm]?|present) (?:e-?mail|mail"
    r"|message|nachricht|courriel|envoi"
    r"|letter)|hereby|herewith|hiermit|asked for|requested|wanted|demandee?s?|souhaitee?s?|gewunschte[nr]?"
    r"|erbetene[nr]?"
    r"|angeforderte[nr]?|verlangte[nr]?)(?!\w)"
)
# What the promise itself says: "the file you attached", "wir hängen sie nicht mehr an".
_WITHIN = re.compile(
    r"(?<!\w)(?:not|n't|nicht|nichts|kein\w{0,2}|pas|(?:you|they|he|she|customers?|clients?) (?:have "
    r"|had )?(?:attached|enclosed|sent)|vous (?:m'|nous )?ave[sz])(?!\w)"
)
_NOT_THERE = re.compile(
    r"(?<!\w)(?:not|n't|no|nothing|never|without|ne|n'|pas|sans|aucune?|rien|nicht|nichts|kein\w{0,2}|ohne|if|si"
    r"|wenn|falls)(?!\w)|\bplease (?:send|attach|add|reply|return)|merci de|bitte (?:senden|schicken|fugen"
    r"|hangen)|veuillez (?!trouver)"
)
# "Please sign the enclosed form": what is to be filled in, signed or run is with this mail.
_TO_USE = re.compile(
    r"(?<!\w)(?:fill|complete|sign|fax|print|run|install|follow|use|read|open|check|review|rempli[rz]|completer"
    r"|completez|signer"
    r"|signez|faxer|faxez|imprime[rz]|execute[rz]|installe[rz]|suivre|suivez|utilise[rz]|lire|lisez|ouvri[rz]"
    r"|verifie[rz]"
    r"|consulte[rz]|fullen|ausfullen|unterschreiben|faxen|drucken|ausdrucken|installieren|befolgen|verwenden"
    r"|nutzen|lesen"
    r"|offnen|prufen|beachten)(?!\w)"
)
_REFUSED = re.compile(
    r"(?<!\w)(?:(?:nehmen|akzeptieren) wir nicht|(?:we )?(?:cannot|can't|do not|don't) accept"
    r"|n'acceptons pas)(?!\w)"
)
_LINK = re.compile(r"^ ?(?:\w{1,12} ){0,3}(?:link|lien|hyperlink|adresse)(?!\w)")


def promises(text: Text, facts: Facts) -> Iterator[Finding]:
    if facts.has_files:
        return
    has_link = "://" in text.own or "www." in text.flat
    for place, sentence in text.sentences():
        for found in _PROMISED.finditer(sentence):
            before, after = sentence[: found.start()], sentence[found.end() : found.end() + 60]
            if is_quoted(sentence, found.start(), found.end()) or _NOT_OURS_AFTER.match(after):
                continue
            if _is_others(before, found[0], after) or _WITHIN.search(found[0]):
                continue
            if _ELSEWHERE.search(sentence) or _LATER.search(sentence[found.end() :]) or _REFUSED.search(sentence):
                continue
            if has_link and _LINK.match(after):
                continue
            start = place + found.start()
            yield Finding(Check.ATTACHMENT, text.own[start : place + found.end()].strip(), start)
            return


def _is_others(before: str, promise: str, after: str) -> bool:
    """Whether the file is missing, or the customer's: told by the words before it."""
    clause = _clause(before)
    if _TO_USE.search(clause) and not _NOT_THERE.search(re.sub(r"merci de|please", "", clause)):
        return False
    if _NOT_OURS_BEFORE.search(clause) is None or _TO_FIND.search(f"{before}{promise}"):
        return False
    return not _IN_THIS.search(f"{before}{promise}{after}") or bool(_NOT_THERE.search(clause))


def _clause(before: str) -> str:
    """What belongs to the promise: what stands before a colon, a dash or an "and" is another thought."""
    return re.split(r"[:;()]| - |\band\b|\bet\b|\bund\b|, (?:so|but|mais|aber|donc|daher)\b", before)[-1]
