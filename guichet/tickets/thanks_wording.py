"""The closed vocabulary of `thanks`: everything a mail may say and still be nothing but thanks.

One phrase a line, a line that begins with `|` goes on: `(a|b)` one of, `[a]` or not, `{name}` one word of that class.
Without accents, apostrophes and capitals: the text is compared without them, too. What is not here is a request, so
this grows only by phrases that cannot turn into one: no "but", "still", "only", "yet", "not", no bare "yes", nothing
that points to later.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`classes` are words by name. Of the phrases, `thanks`, `solved` and `praise` each make a mail one of thanks;
    `mild` praise, `courtesy` (greetings, closings, what fills) and `yes` (with `solved` only) do not by themselves.

    Each language must explain a mail alone: "fast" is praise in one and "almost" in another. `titles` come before a
    name, `hello` begins a greeting, `closing` a signature. `open` are words that tell of something unfinished: no
    name, no line of a signature holds one.
    """

    classes: dict[str, str]
    thanks: str
    solved: str
    praise: str
    mild: str
    courtesy: str
    yes: str
    titles: str
    hello: str
    closing: str
    open: str


ENGLISH = Language(
    classes={
        "thing": "printer scanner vpn wifi wlan internet mail mails email emails outlook teams "
        "login logon password account access "
        "laptop pc computer screen monitor phone telephone software program app application system "
        "server file files folder "
        "folders link connection network update installation keyboard mouse drive headset webcam camera "
        "calendar mailbox "
        "sharepoint onedrive excel word sap portal website site page license licence machine tablet "
        "badge docking telephony printing scanning "
        "document documents report export import invoice upload download signature",
        "works": "works work working worked functions functioning",
        "well": "fine perfectly great well properly smoothly flawlessly nicely correctly good perfect wonderfully",
        "now": "now again already today",
        "fixed": "fixed solved resolved sorted repaired settled corrected",
        "net": "vpn wifi wlan internet network connection server system portal site website telephony",
        "matter": "issue problem error fault ticket matter case incident request bug topic "
        "everything all thing it this that",
        "quick": "quick fast prompt swift speedy great kind super excellent amazing wonderful "
        "rapid good friendly fantastic immediate lovely",
        "help": "help support assistance service response reply answer reaction solution feedback "
        "fix information info explanation "
        "work effort efforts job advice clarification confirmation update message mail email hint tip "
        "instructions handling resolution turnaround",
        "much": "much lot bunch ton tons million again guys all everyone everybody team so",
    },
    thanks="""
        (thanks|thank you|thank u|thankyou|thx|thanx|thnx|thks|tks|tnx|ty|tysm|cheers|ta|thank ya|thanxs|thaks
            |thanks you|thansk|thnaks)
        (many|big|huge|warm|best|lots of|a thousand|a million|1000|heartfelt|sincere|kind) thanks
        (thanks|thank you|thx|thank u|cheers|thanx|ta|thank you kindly|many thanks) (so|very
            |ever so) much [again|indeed|all|guys|everyone|everybody|team]
        (thanks|thank you|thx|cheers) (a lot|a bunch|a ton|a million|tons|lots|again|guys|all|everyone|everybody
            |team|once again|once more|mate|indeed|heaps|both|kindly|sir|madam|folks)
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for [all|all of] (your|the|this
            |that|all the|all your) [very|really] [{quick}] [and {quick}] {help} [and {help}]
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for [the] [very
            |really] [{quick}] {help} [and {help}]
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for (helping|helping me|helping us
            |helping out|helping me out|fixing it|fixing this|fixing that|sorting it|sorting it out|sorting this
            |sorting this out|sorting that out|solving it|solving this|resolving it|resolving this
            |letting me know|taking care of it|taking care of this|getting back to me
            |taking care of it so quickly|taking care of this so quickly|fixing it so quickly
            |fixing this so quickly|helping so quickly|everything|that|this|it|all|looking into it
            |looking into this|explaining|your time|the quick turnaround|getting this sorted|getting it sorted
            |getting this fixed|getting it fixed|coming back to me)
        (thanks|thank you|thx|thank u|cheers) [a lot|so much|very much|again] for your (help|support
            |assistance) (with this|on this|with that|in this matter)
        many thanks (again|indeed|for everything|to all|for that|to you all|to the team)
        many thanks for (your|the) [{quick}] {help}
        (much|greatly|really|very much|highly) appreciated
        appreciate (it|that|the help|your help|the support|your support|it a lot|it very much)
        (i|we) [really|very much|do|so] appreciate (it|that|this|the help|your help|the support|your support
            |your quick help|the quick help|all your help)
        (i|we) (am|are) [very|really|so|most] (grateful|thankful) [for your help|for the help|for your support
            |to you|for that]
        [i|we] just wanted to (say thanks|say thank you|thank you|say a big thank you)
        (i|we) wanted to (say thanks|say thank you|thank you)
        (my|our) thanks [to you|to the team|to all]
        [a] big thank you [to you|to the team|to all|to you all|to everyone]
        [i|we] thank you [very much|so much|for your help|for the help|a lot|for your support|for your quick help]
        (you are|youre|youre all|you guys are|you guys rock|you are all) [the best|a star|a lifesaver
            |a life saver|great|awesome|amazing|a legend|brilliant|stars|wonderful|lifesavers|legends]
        you rock
        (lifesaver|life saver|legend)
        (thanks|thank you|many thanks) to (you|you all|the team|the whole team|everyone|all
            |all of you) [for (your|the) [{quick}] {help}]
        thank you kindly
        with thanks
    """,
    solved="""
        [now] [and] [yes] (it|this|that|everything|all|its|thats|this one) [all|now] {works} [all
            |just] [{well}] [{now}] [{well}] [for me|for us|for all|here]
        [it|this|that|everything|all] [is|are] [all] (working
            |functioning) [all] [{well}] [{now}] [{well}] [for me|for us|here]
        (its|it is|everything is|all is|that is|thats|this is) [all] [now|finally] (working
            |functioning) [{well}] [{now}] [{well}] [for me|for us|here]
        [it|this|that] (worked|did it|did the trick|helped|did help|does the trick) [{well}] [like a charm
            |a treat|for me|for us|straight away|right away|first time|immediately|at once|{now}]
        (works|worked|working) [{well}] [{now}] [{well}] [for me|for us|like a charm|a treat|here]
        [the|my|our|your] {thing} (works|is working|are working|is ok|is fine|is okay|is good|is back up
            |is back online|are ok|are fine|work|is working fine) [{well}] [{now}] [{well}] [for me|for us]
        [the|my|our] {thing} {works} [{well}] [{now}] [{well}]
        (the|my|our|this|that) (issue|problem|error|fault|bug|matter|incident) (is|has been|was|got|seems
            |seems to be|appears to be) [all|now|finally|completely|fully] ({fixed}|gone) [{now}]
        (that|this|you) (fixed|solved|resolved|sorted) (it|this|the issue|the problem|my problem|my issue
            |our problem|our issue)
        [the|my] {net} (is|is now) (back|up) [{now}]
        (my|the) account (is|has been|was) [now] (unlocked|reactivated) [{now}]
        (issue|problem|error|fault|bug|matter|incident) [is|has been|now|all] {fixed} [{now}]
        (its|it is|everything is|all is|thats|that is|its all|it has been|everything has been|all has been
            |this is|this has been|everythings) [all|now|finally|completely|fully] (fixed|solved|resolved|sorted
            |repaired|settled|sorted out) [{now}]
        (fixed|solved|resolved|sorted|all sorted|sorted out|all fixed|all solved
            |all resolved) [{now}] [on our side|on my side|on my end|on our end]
        [and|now] (its|it is|everything is|all is|everythings|were|we are|im|i am|alls) [all] (good|fine|ok|okay
            |well|perfect|in order|as it should be|back to normal) [{now}] [here|on my side|on our side|my end
            |on my end|from my side]
        (all|everything) (good|fine|ok|okay|well|perfect|great|in order|set) [{now}] [here|on my side
            |on our side|on my end]
        (you can|you may|you could|feel free to) [now|please|go ahead and] close (the|this|my|that) (ticket|case
            |request|issue|incident) [{now}]
        (the|this|my) (ticket|case|request|issue|incident) (can|may) [now] be closed [{now}]
        [ticket|case|issue] can be closed [{now}]
        (i|we) can [now] (log in|login|log on|print|connect|work|access it|open it|see it|sign in|send mails
            |send emails|scan|get in) [just fine|fine|without problems|without any problems] [again|now]
        [im|i am|we are|were] (back in|back online|up and running|all set|good to go|back to work
            |connected again|able to log in|able to log in again|able to print again|able to work again
            |able to connect again|in now|logged in now|logged in again) [{now}]
        (no more|no further) (problems|issues|errors|trouble)
        (no problems|no issues|no errors) (any more|anymore|since|since then|any longer)
        nothing (else|more|further) [needed|required|to do|from my side|from us]
        (that was|this was) (it|the problem|the solution|the issue|the fix)
        [i] got it working [{now}]
        works like a charm
        good to close
        case closed
        problem gone
    """,
    praise="""
        (perfect|perfectly|excellent|brilliant|wonderful|fantastic|awesome|superb|marvellous|marvelous|amazing
            |splendid|perfecto|lovely|spot on|well done)
        (thats|that is|that was|this is|its|it is|absolutely|just|simply|all) (perfect|excellent|brilliant
            |wonderful|fantastic|awesome|superb|amazing|spot on|lovely)
        (great|good|excellent|super|fantastic|amazing|nice|brilliant|superb|wonderful) (job|work|service|support
            |stuff) [as always|as ever|as usual|guys|team|everyone]
        [very|so|really] (happy|pleased|satisfied) with (the|your) (service|support|help|result|solution)
        top (service|job|support|notch)
    """,
    mild="""
        (great|nice|cool|good|super|sweet|yay|wow|hooray|hurray|fab|neat|fine|yippee|top|glad|happy|relieved
            |hurrah|ace|magic|grand|wicked|phew)
        (thats|that is|thats really|this is|its|it is|that was|sounds|looks|all) [very|so|really] (great|nice
            |good|cool|super|fast|quick|kind|helpful|kind of you|nice of you|fab|good to hear|good to know|neat)
        (that was|this was) [really|very|super|so] (quick|fast|helpful|easy|kind)
        [very|so|really|most|super] (helpful|quick|fast|kind|nice|kind of you|nice of you|friendly|happy|glad)
        [im|i am] [very|so|really] (happy|glad|relieved|pleased)
        (good|great|nice) (news|to hear|to know)
    """,
    courtesy="""
        (ok|okay|k|oki|okey|okay then|alright|all right|right|understood|noted|got it|i see|ah|oh|aha|well|and
            |hey|hi|hello|received|received it|it arrived)
        (dear|hi|hello|good morning|good afternoon|good evening|hey|morning|afternoon|evening|greetings) [all
            |team|everyone|everybody|guys|there|sir|madam|support|it team|support team|service desk|help desk
            |helpdesk|it support|colleagues|colleague|folks|sir or madam|both]
        [best|kind|kindest|warm|warmest|many|with best|with kind|with warm|with kindest] (regards|wishes|rgds|greetings)
        (br|kr|rgds|regards|best|sincerely|cheers|yours|yours sincerely|yours faithfully|yours truly
            |all the best|take care|bye|bye bye|see you|xx|xoxo|x|respectfully|warmly|sincerely yours)
        [i wish you|wish you|wishing you|have|enjoy] [a] (nice|great|good|lovely|wonderful|pleasant|happy) (day
            |weekend|week|evening|afternoon|one|rest of the day|rest of your day|rest of the week|time|holiday
            |holidays|christmas)
        have a (good|nice|great|lovely) (one|day|weekend|evening|week) (too|as well|all|everyone|everybody
            |yourself|team)
        (merry christmas|happy new year|happy easter|happy friday|same to you|you too|likewise)
        (enjoy|have) (your|the) (day|weekend|evening|lunch)
        sent from my (iphone|ipad|phone|mobile|android|samsung|mobile phone|mobile device|galaxy|smartphone|blackberry)
        (sent from|get) outlook for (ios|android|mobile)
        (for|from) (my|our) (side|part|end)
        (to|for) (the|your|all|you) (team|all|everyone|support team|it team|colleagues|entire team|whole team|colleague)
        (from|for) (me|us|all of us|both of us)
        for (everything|all|that|this|the help|your help|your support|the support|your assistance
            |your quick help|your time)
        (lol|haha|hehe|hihi)
    """,
    yes="(yes|yep|yeah|yup|yess|sure|confirmed|i confirm|i can confirm|can confirm|we can confirm"
    "|just to confirm|to confirm|indeed)",
    titles="mr mrs ms miss dr prof sir madam mister",
    hello="hi hello dear hey morning greetings",
    closing="regards cheers sincerely best rgds br kr yours wishes thanks faithfully",
    open="please urgent help broken problem issue error question missing need call tomorrow monday "
    "tuesday wednesday thursday "
    "friday saturday sunday next later reopen not no never still but again wrong stopped fails "
    "failed ps also attached invoice order meeting",
)

FRENCH = Language(
    classes={
        "thing": "imprimante scanner vpn wifi internet messagerie mail mails email emails courriel "
        "courriels outlook teams connexion compte "
        "acces laptop pc ordinateur ordi portable ecran telephone logiciel programme appli application "
        "systeme serveur fichier "
        "fichiers dossier dossiers lien reseau clavier souris lecteur casque webcam camera agenda "
        "calendrier boite sharepoint onedrive excel "
        "word sap portail site page licence machine tablette badge document documents rapport export "
        "facture signature poste station mdp "
        "limprimante lordinateur lecran lacces lagenda lapplication lappli lordi loutil lintranet intranet laccès",
        "works": "marche fonctionne remarche refonctionne roule tourne",
        "well": "bien parfaitement nickel impeccable impec tres correctement super parfait normalement",
        "now": "maintenant desormais aujourdhui",
        "fixed": "regle resolu repare corrige solutionne resolue reglee resolus regles reparee "
        "corrigee retabli retablie debloque debloquee rentre",
        "quick": "rapide precieuse super grande excellente bonne efficace precieux prompte "
        "gentille chaleureuse formidable",
        "help": "aide retour reponse support assistance soutien reactivite intervention rapidite "
        "efficacite solution travail depannage "
        "disponibilite gentillesse patience explication explications info infos information "
        "informations conseil conseils service "
        "message confirmation accompagnement professionnalisme diligence efforts resolution",
    },
    thanks="""
        (merci|mercis|merki|mci|mrci|merciii|remerciements|merci a vous|merci a toi|merci a tous|merci a toutes
            |merci a toutes et a tous|merci a tous les deux|merci bien|merci infiniment|merci vraiment
            |merci merci)
        merci [a vous|a toi|a tous|a toute lequipe|a lequipe] [beaucoup|bcp|bien|infiniment|mille fois
            |enormement|encore|vraiment|tellement|grandement|sincerement] [encore|a vous|a toi|a tous
            |a tous les deux|a toute lequipe|a lequipe]
        (encore|mille|un grand|un tres grand|grand|tres grand|gros|enorme|un gros|un enorme|10000|1000|vraiment
            |bon bah|ben) (merci|mercis) [a vous|a toi|a tous|a lequipe|a toute lequipe|beaucoup]
        merci [beaucoup|bcp|bien|infiniment|encore|a vous|a tous|mille fois] pour (votre|ton|cette|la|laide
            |leffort|lintervention|linfo|linformation|lassistance|le|les|vos|tes|tout|ce|cet
            |lefficacite) [tres] [{quick}] [{help}] [{quick}] [et (votre|ton|la|le|les|vos|tes) {help}]
        (encore|mille|un grand|un tres grand|grand|un gros) (merci|mercis) [a tous|a vous] pour (votre|ton|laide
            |le|la|les|vos|tes|tout|cette) [{quick}] [{help}] [{quick}] [apportee|rapide|precieuse]
        merci [beaucoup|bcp|bien|infiniment|encore] pour (laide|lintervention|linfo|linformation|lassistance
            |le depannage|le coup de main|tout|lefficacite|la rapidite|le travail|les infos|votre aide|ton aide
            |la reactivite|la reponse rapide|le retour|le retour rapide|la reponse|la solution
            |le service) [rapide|apportee|precieuse|efficace] [et votre reactivite|et la rapidite
            |et votre patience]
        merci [beaucoup|bcp|infiniment|encore] de (votre|ton) (aide|reactivite|intervention|efficacite|soutien
            |gentillesse|disponibilite) [rapide|precieuse]
        merci [beaucoup|bcp|infiniment|encore] (davoir regle|davoir resolu|davoir corrige
            |davoir repare) (le probleme|ca|cela|mon probleme|ce probleme)
        merci [beaucoup|bcp] pour (la rapidite|lefficacite|la qualite) de (votre|ton|cette|vos) {help}
        merci (davoir fait vite|davoir ete si rapide|davoir ete si rapides|de mavoir aide|de mavoir aidee
            |de nous avoir aides)
        merci (docteur|les gars|les amis|lequipe|la team|chef|patron|cher collegue|chers collegues|madame
            |monsieur|mesdames|messieurs|a tout le service|a la dsi|au support|a linformatique|le support
            |linformatique)
        (je|nous) (vous|te) (remercie|remercions) [beaucoup|infiniment|bien|vivement|sincerement|encore
            |chaleureusement|grandement] [encore] [pour (votre|ton|vos) [{quick}] {help} [{quick}] [et (votre
            |ton|vos) {help}]]
        (je|nous) (vous|te) (remercie|remercions) de votre (aide|reactivite|intervention|efficacite)
        (avec|tous|avec tous) (mes|nos) (remerciements|mercis) [les plus sinceres]
        (bien|grand|tres) (merci|reconnaissant|reconnaissante)
        vous (etes|etes tous|etes vraiment) (au top|geniaux|formidables|super|les meilleurs|top|des amours
            |des as|des chefs|geniales|genial|geniale)
        (tes|tu es) [vraiment] (au top|genial|geniale|super|le meilleur|la meilleure|un amour|un as|un chef|top
            |une perle)
        (thanks|thx|danke|gracias|grazie)
    """,
    solved="""
        [oui] [et|tout|donc|alors|bon|bah|ben|voila|super] (ca|cela|tout|ca y est ca|ca y est tout|cest bon ca
            |cest bon tout) (re|) {works} [tres|a nouveau|de nouveau
            |vraiment] [{well}] [{now}] [{well}] [pour moi|chez moi|chez nous|sur mon poste]
        (ca|cela|tout) (a marche|a fonctionne|a bien fonctionne|a bien marche|marche bien|fonctionne bien
            |est rentre dans lordre|est revenu a la normale|refonctionne|remarche|est retabli)
        {works} [a nouveau|de nouveau|tres] [{well}] [{now}]
        (le|la|les|mon|ma|mes|notre|nos|votre) {thing} (marche|fonctionne|marchent|fonctionnent|remarche
            |refonctionne|est ok|est revenu|est revenue|est de retour|est retabli|est retablie|roule|sont ok
            |est reparee|est repare|est debloque|est debloquee|est accessible|sont accessibles) [tres|a nouveau
            |de nouveau] [{well}] [{now}]
        (limprimante|lordinateur|lecran|lacces|lagenda|lapplication|lappli|lordi|loutil|lintranet|internet
            |imprimante|outlook|teams|vpn) (marche|fonctionne|remarche|refonctionne|est ok|est de retour|roule
            |est revenu|est revenue|est retabli) [tres|a nouveau|de nouveau] [{well}] [{now}]
        (probleme|souci|pb|incident|bug|le probleme|le souci|le pb|lincident|le bug|mon probleme|mon souci
            |ce probleme|notre probleme|tout|lerreur|la panne|laffaire) [est|a ete|semble|a bien ete|est bien
            |est donc|est enfin] [bien|enfin|completement|totalement|entierement|desormais
            |maintenant] {fixed} [{now}] [pour moi|pour nous|de mon cote]
        (cest|cest donc|cest enfin|cest tout|ca y est cest|oui cest|voila cest) [bien|enfin|completement
            |maintenant|desormais] {fixed} [{now}] [pour moi|pour nous|de mon cote]
        {fixed} [{now}]
        [oui] (cest|tout est|tout|cest tout|ca y est cest|oui tout est|tout va|ca va|cest tres|pour moi cest
            |pour nous cest|de mon cote cest|ca a lair) (bon|ok|bien|nickel|parfait|impeccable|impec|en ordre
            |rentre dans lordre|au top|regle|clair) [{now}] [pour moi|pour nous|de mon cote|chez moi|chez nous]
        (ok|tout bon|bon|nickel) pour (moi|nous)
        (vous pouvez|tu peux) [donc|maintenant|bien sur|desormais] (fermer|cloturer|clore|clôturer|cloture) (le
            |ce|mon|la) (ticket|dossier|demande|incident|sujet) [{now}]
        (le|ce|mon) (ticket|dossier|incident|sujet) peut [donc|maintenant] etre (ferme|clos|cloture)
        (on peut|vous pouvez|tu peux) (cloturer|fermer|clore)
        plus (de|aucun) (probleme|souci|bug|message derreur)
        (je nai|nous navons|on na) plus (de|aucun) (probleme|souci|problemes|soucis|bug|erreur)
        (jai|nous avons) (retrouve|recupere) (lacces|mon acces|mes fichiers|mes mails|mon compte|la connexion
            |mon dossier|mes dossiers|internet)
        (je peux|jarrive|on peut|nous pouvons|jarrive bien) [enfin|a nouveau|de nouveau|bien|a] (a me connecter
            |me connecter|imprimer|a imprimer|travailler|a travailler|acceder|a acceder|scanner|a scanner|ouvrir
            |a ouvrir|envoyer mes mails|y acceder|a y acceder) [a nouveau|de nouveau|maintenant]
        (jai pu|nous avons pu) (me connecter|imprimer|ouvrir|acceder|nous connecter|scanner|travailler)
        (ca|cela|ceci) (ma aide|a resolu le probleme|a regle le probleme|a resolu mon probleme
            |a regle mon probleme|a suffi|resout le probleme|regle le probleme)
        (affaire|dossier|sujet|probleme) (classee|clos|classe|regle|reglee)
        (ca y est|tout roule|tout baigne|ca roule)
        (rien|plus rien) (dautre|a signaler|a ajouter)
    """,
    praise="""
        (parfait|parfaite|nickel|impeccable|impec|excellent|excellente|nikel|niquel|nickel chrome|impecable
            |parfai|formidable|magnifique|merveilleux|perfect)
        (cest|cest vraiment|tout simplement|cetait|vraiment|absolument|tout est|juste) (parfait|nickel
            |impeccable|excellent|formidable|magnifique|genial|au top|impec)
        (tres bon|excellent|super|beau|bon|tres beau) (travail|boulot|service|job)
        (super|excellente|belle|bonne|tres belle|quelle) (reactivite|efficacite|rapidite)
        (efficace|rapide|tres efficace|tres rapide|rapide et efficace|ultra rapide|hyper rapide|super rapide
            |vite et bien)
        (chapeau|chapeau bas|beau travail|au top|top)
    """,
    mild="""
        (super|genial|cool|bien|tres bien|bravo|trop bien|chouette|ouf|waouh|wow|youpi|hourra|trop cool
            |bonne nouvelle|bon|geniale|extra|sympa|trop fort|la classe|soulage|soulagee)
        (cest|cetait) [tres|vraiment|super|trop] (super|cool|bien|gentil|sympa|rapide|efficace|chouette|aimable
            |genial|simple|gentil a vous|gentil de votre part|gentil a toi|clair|note|compris
            |une bonne nouvelle)
        [tres|vraiment] (content|contente|satisfait|satisfaite|ravi|ravie|heureux|heureuse|gentil|aimable
            |clair) [de votre aide|de votre service|du service|du resultat]
        (je suis|nous sommes) [tres|vraiment] (content|contente|satisfait|satisfaite|ravi|ravie|soulage|soulagee
            |satisfaits|ravis)
    """,
    courtesy="""
        (ok|okay|oki|okey|daccord|dacc|dac|entendu|compris|note|cest note|bien note|cest compris|bien recu|recu
            |jai tout recu|ah|oh|ha|et|bon|bah|ben|voila|oups|tres bien|a vous|a toi|a tous|a vous aussi
            |a toi aussi|pareillement|de meme|hello|bjr|slt|cdt|cdlt|bav|bàv)
        (bonjour|bonsoir|salut|coucou|bjr|slt|hello|re bonjour|rebonjour|re) [a tous|a toutes|a tous et a toutes
            |a toutes et a tous|madame|monsieur|madame monsieur|mesdames|messieurs|mesdames messieurs|lequipe
            |les gars|tout le monde|cher collegue|chers collegues|a vous|la team|le support|a lequipe
            |chere madame|cher monsieur|madame et monsieur]
        (madame|monsieur|cher collegue|chere collegue|chers collegues|chers tous|cher tous|mesdames|messieurs
            |chere equipe|cher support|chere madame|cher monsieur)
        (cordialement|bien cordialement|tres cordialement|cordialment|salutations|mes salutations
            |meilleures salutations|sinceres salutations|salutations distinguees|amicalement|bien a vous
            |bien a toi|respectueusement|sincerement|bises|bisous|biz|la bise|a bientot|au revoir|ciao|a plus
            |a la prochaine|bonne journee|bonne soiree|belle journee|belle soiree|bon weekend|bon week end
            |bon we|bonne continuation|bonne fin de journee|bonne fin de semaine|bonne semaine
            |belle fin de journee|excellente journee|excellent weekend|excellent week end|excellente soiree
            |bon apres midi|bon aprem|bonne apres midi|bonnes vacances|bonnes fetes|joyeux noel|bonne annee
            |bon courage|bonne reception|tres bonne journee|tres bonne soiree|une bonne journee
            |cordiales salutations|meilleurs messages|crdt|crdlt|tres bon weekend|tres bon week end|bon dimanche
            |agreable journee|a votre service) [a vous|a toi|a tous|aussi|a vous aussi|a toi aussi
            |a toutes et a tous|egalement|a vous egalement]
        (je vous souhaite|je te souhaite|nous vous souhaitons|je vous souhaite a tous) [une|un] [tres] (bonne
            |belle|bon|excellente|agreable|excellent) (journee|soiree|weekend|week end|continuation
            |fin de journee|fin de semaine|semaine|apres midi)
        (passez|passe) [une|un] (bonne|belle|bon|excellente|excellent|tres bonne) (journee|soiree|weekend
            |week end|fin de journee|fin de semaine|semaine)
        (veuillez agreer|je vous prie dagreer) [madame|monsieur|madame monsieur] [mes|nos
            |lexpression de mes] (salutations distinguees|sinceres salutations|salutations|sentiments distingues
            |meilleures salutations|cordiales salutations)
        (envoye|envoye depuis|envoye de|envoye a partir de) (mon|lappli|loutil) (iphone|ipad|mobile|telephone
            |smartphone|samsung|android|portable)
        (envoye de mon|envoye depuis mon|provenance) (iphone|ipad|mobile|telephone|smartphone|telephone android
            |appareil mobile)
        (envoye a partir de|telechargez|obtenez|envoye depuis) outlook pour (ios|android)
        (a|pour) (toute lequipe|lequipe|tous|vous|toi|tout|le support|vous tous|linformatique|tout le monde)
        (de ma part|de mon cote|de notre cote|pour ma part|pour moi|pour nous)
    """,
    yes="(oui|ouais|ouep|yes|si si|je confirme|nous confirmons|je vous confirme|je te confirme"
    "|effectivement|en effet|exactement|tout a fait|je vous confirme que|je confirme que)",
    titles="m mr mme mlle madame monsieur mademoiselle docteur dr maitre mrs",
    hello="bonjour bonsoir salut coucou cher chere bjr slt hello",
    closing="cordialement cdt cdlt salutations amicalement crdt bises merci",
    open="svp urgent aide casse probleme souci erreur question manque besoin rappel rappeler demain "
    "lundi mardi mercredi jeudi "
    "vendredi samedi dimanche prochain plus tard mais pas jamais toujours encore ne aucun aussi ps "
    "panne facture commande rendez reunion attente",
)

GERMAN = Language(
    classes={
        "thing": "drucker scanner vpn wlan wifi internet mail mails email emails outlook teams "
        "anmeldung login passwort kennwort konto account "
        "zugang zugriff laptop notebook pc rechner computer bildschirm monitor telefon software "
        "programm app anwendung system server datei "
        "dateien ordner link verbindung netz netzwerk update installation tastatur maus laufwerk "
        "headset webcam kamera kalender postfach "
        "sharepoint onedrive excel word sap portal webseite website seite lizenz maschine tablet "
        "ausweis dokument dokumente bericht export "
        "import rechnung signatur handy beamer citrix",
        "works": "geht funktioniert lauft klappt laeuft tut funzt funktionieren gehen laufen klappen",
        "well": "gut super prima einwandfrei perfekt bestens tadellos problemlos reibungslos "
        "wunderbar hervorragend normal rund richtig",
        "now": "jetzt wieder nun inzwischen mittlerweile heute alles",
        "fixed": "gelost geloest behoben erledigt repariert geklart geklaert gefixt korrigiert geregelt",
        "quick": "schnelle rasche tolle super prompte gute freundliche grossartige unkomplizierte "
        "kompetente nette zugige zuegige perfekte "
        "ausfuhrliche ausfuehrliche hervorragende liebe kurzfristige umgehende schnellen raschen guten tollen netten",
        "help": "hilfe unterstutzung unterstuetzung antwort ruckmeldung rueckmeldung losung "
        "loesung reaktion bearbeitung info infos information "
        "informationen erklarung erklaerung muhe muehe arbeit einsatz support service geduld bemuhungen "
        "bemuehungen erledigung "
        "behebung freundlichkeit tipps tipp hinweis auskunft bestatigung bestaetigung nachricht "
        "reparatur hilfestellung einrichtung mail",
    },
    thanks="""
        (danke|dank|vielen dank|herzlichen dank|besten dank|tausend dank|lieben dank|schonen dank|schoenen dank
            |recht herzlichen dank|allerbesten dank|1000 dank|ganz herzlichen dank|ganz lieben dank|merci|mersi
            |thx|thanks|danki|dankeschon|dankeschoen|danke schon|danke schoen|danke sehr|danke vielmals
            |vielmals danke|grossen dank|ein grosses danke|ein grosses dankeschon|ein grosses dankeschoen
            |ein herzliches dankeschon|danke danke|danke dir|danke ihnen|danke euch|danke nochmal|danke nochmals
            |danke nochmal sehr|dickes danke|ein dickes danke|ein dickes dankeschon|dnake|danek
            |vielen vielen dank|vieln dank|danke danke danke|hab dank|habt dank|haben sie dank
            |vielen lieben dank|vielen herzlichen dank|besten dank vielmals|merci vielmal|merci vielmals
            |dank dir|dank euch|dank ihnen)
        (nochmal|nochmals|noch mal|noch einmal|abermals|erneut|wirklich|sehr) (danke|vielen dank|herzlichen dank
            |besten dank|lieben dank|vielen herzlichen dank)
        (danke|vielen dank|herzlichen dank|besten dank|lieben dank|tausend dank|vielen lieben dank
            |ganz herzlichen dank) (an alle|ans team|an das team|an das ganze team|an sie|euch allen|ihnen allen
            |nochmal|nochmals|noch mal|noch einmal|dafur|dafuer|dir|ihnen|euch|hierfur|hierfuer|leute
            |liebes team|team|auch|sehr|vielmals|allen|an euch alle|an euch)
        (danke|vielen dank|herzlichen dank|besten dank|lieben dank|tausend dank|vielen lieben dank|danke sehr
            |ganz herzlichen dank|danke dir|danke ihnen|danke euch|nochmals danke|nochmal danke
            |nochmals vielen dank|thx|thanks) fur (die|ihre|deine|eure|den|das|alles|ihren|deinen|euren|diese
            |den super|euer|ihr|dein|all die|all ihre) [sehr|super|wirklich|so
            |mega] [{quick}] [und {quick}] [{help}] [und (die|ihre|deine|eure|den|ihren) [{quick}] {help}]
        (danke|vielen dank|herzlichen dank|besten dank|lieben dank|danke sehr|danke dir|danke ihnen|danke euch
            |nochmals danke|nochmals vielen dank) fuer (die|ihre|deine|eure|den|das|alles|ihren|deinen|euren
            |diese|euer|ihr|dein) [sehr|super|wirklich|so] [{quick}] [und {quick}] [{help}] [und (die|ihre|deine
            |eure|den|ihren) [{quick}] {help}]
        (danke|vielen dank|herzlichen dank|besten dank) fur [{quick}] {help}
        (danke|vielen dank|herzlichen dank) fuer [{quick}] {help}
        (danke|vielen dank|herzlichen dank) (dass es so schnell ging|dass das so schnell ging
            |dass es so schnell geklappt hat|dass sie so schnell geholfen haben|dass du so schnell geholfen hast
            |furs helfen|furs kummern|fuers kuemmern|fuers helfen|furs schnelle helfen|furs erledigen
            |fuers erledigen)
        (ich|wir) (danke|danken|bedanke mich|bedanken uns) [ihnen|dir|euch] [sehr|herzlich|vielmals
            |recht herzlich|ganz herzlich|nochmals|bestens] [fur (die|ihre|deine|eure) [{quick}] {help}]
        [ich|wir] (bedanke mich|bedanken uns|mochte mich bedanken|mochten uns bedanken|wollte mich bedanken
            |wollte nur danke sagen|wollte mich nur bedanken|mochte danke sagen|moechte mich bedanken) [recht
            |ganz|sehr] [herzlich] [bei ihnen|bei dir|bei euch|fur ihre hilfe|fur die hilfe
            |fur die schnelle hilfe]
        (ihr seid|sie sind|du bist) [einfach|wirklich|echt] (die besten|der beste|die beste|super|spitze|toll
            |klasse|top|ein schatz|ein engel|ein held|meine rettung|grossartig|genial|echt super)
        (dankbar|sehr dankbar|bin sehr dankbar|ich bin ihnen sehr dankbar|mit bestem dank|mit herzlichem dank
            |mit vielem dank)
        (retter|lebensretter|mein held|meine heldin|meine rettung)
    """,
    solved="""
        [ja] [und|also|so|super|perfekt] [jetzt|nun] (es|das|alles|nun|jetzt|so|damit|ja|alles andere) (geht
            |funktioniert|lauft|laeuft|klappt|tut|funzt|tuts|gehts|klappts|lauft) [jetzt|nun|wieder|alles
            |bei mir|bei uns|inzwischen|mittlerweile] [wieder|jetzt|alles] [{well}] [{now}] [{well}]
        [jetzt|nun|alles|es|das|so] {works} [jetzt|nun|wieder|alles|bei mir|bei uns] [wieder|alles
            |jetzt] [{well}] [{now}] [{well}]
        (jetzt|nun) {works} (es|das|alles|er|sie) [wieder] [{well}]
        [es|das|alles|dies|hat alles|so] hat [alles|super|gut|prima|auch|bestens|sofort|wunderbar|einwandfrei
            |perfekt|direkt|gleich|bei mir] (geklappt|funktioniert|geholfen|hingehauen|gefunzt)
        (geklappt|hat sich erledigt|hat sich somit erledigt|hat sich inzwischen erledigt|hat sich schon erledigt
            |hat sich von selbst erledigt|das hat sich erledigt|es hat sich erledigt|alles geklappt|es klappt
            |hats geklappt)
        (der|die|das|mein|meine|unser|unsere|ihr) {thing} (geht|funktioniert|lauft|laeuft|klappt|tut|gehen
            |funktionieren|laufen|ist wieder erreichbar|ist wieder online|ist ok|ist wieder ok|druckt|funzt
            |sind wieder erreichbar) [jetzt|nun|wieder|bei mir] [wieder|jetzt] [{well}]
        {thing} (geht|funktioniert|lauft|laeuft|klappt|tut|gehen|funktionieren|laufen|druckt|ist ok
            |funzt) [jetzt|nun|wieder] [wieder|jetzt] [{well}]
        (problem|fehler|thema|fall|storung|stoerung|ticket|das problem|der fehler|das thema|der fall|die storung
            |die stoerung|mein problem|die sache|sache|angelegenheit|die angelegenheit|alles|das ticket|anliegen
            |mein anliegen|unser problem|es|das) [ist|wurde|konnte|ist somit|ist damit] [jetzt|nun|somit|damit
            |also|bereits|schon|inzwischen|endlich|komplett|vollstandig|erfolgreich] {fixed} [worden|werden]
        (ist|wurde) [jetzt|nun|bereits|schon|alles] {fixed}
        [das|der|die|mein] (problem|fehler|storung|stoerung) (ist|wurde) (weg|beseitigt|verschwunden|behoben worden)
        [mein|das|unser] (anliegen|problem|thema) hat sich [somit|inzwischen|schon|bereits|von selbst] (erledigt
            |geklart|gelost)
        {fixed}
        [ist|jetzt|nun] (alles|soweit|alles wieder|jetzt alles|alles soweit|somit alles|jetzt ist alles
            |nun ist alles|es ist alles|es ist wieder alles|alles ist|so weit alles|soweit alles|wieder alles
            |jetzt wieder alles) (gut|ok|okay|bestens|prima|super|in ordnung|im grunen bereich|im lot|paletti
            |perfekt|klar|top|im griff|wie es soll|so wie es soll|wieder gut|wieder ok|wieder in ordnung
            |wieder normal|bestens jetzt|erledigt) [jetzt|nun|bei mir|bei uns|soweit]
        (passt|passt so|passt alles|passt jetzt|passt perfekt|das passt|das passt so|alles passt|es passt
            |es passt alles|passt wieder|passt super|passt prima|jetzt passt es|jetzt passts|jetzt passt alles
            |nun passt es|passt wunderbar|so passt es|so passt das)
        (sie konnen|du kannst|ihr konnt|sie koennen|konnen sie|kann man|man kann) [gerne|gern|jetzt|nun|also
            |somit|daher] (das|den|dieses|mein) (ticket|fall|vorgang|anfrage) [gerne|gern|jetzt|nun|wieder
            |somit] (schliessen|schließen|zumachen|abschliessen|beenden)
        (das|der|mein) (ticket|fall|vorgang) kann [also|somit|jetzt|nun|gerne|daher|damit] (geschlossen
            |abgeschlossen|zu) [werden]
        ticket kann (geschlossen werden|zu|geschlossen)
        (keine|kein) (probleme|problem|fehler|fehlermeldung|fehlermeldungen|schwierigkeiten|storung
            |storungen) mehr [aufgetreten|bisher]
        [ich|wir] (kann|konnen|konnte|konnten|koennen) [mich|uns] [jetzt|nun|wieder|jetzt wieder|nun wieder
            |mich wieder|mich jetzt wieder|uns wieder] [problemlos|normal|alles] (anmelden|einloggen|drucken
            |arbeiten|scannen|zugreifen|verbinden|telefonieren|mails senden|mails empfangen|alles offnen
            |alles sehen)
        (bin|komme|bin jetzt|komme jetzt|ich bin|ich komme|ich bin jetzt|ich komme jetzt) [wieder] (drin|rein
            |online|angemeldet|eingeloggt|verbunden)
        (habs|hab es|habe es|ich habe es) (gefunden|hinbekommen|geschafft)
        (das wars|das war es|das war alles|mehr brauche ich nicht|sonst nichts|weiter nichts|das war die losung
            |das war das problem|daran lags|daran lag es|das lag daran|das wars schon)
    """,
    praise="""
        (perfekt|prima|super|spitze|klasse|wunderbar|hervorragend|ausgezeichnet|bestens|einwandfrei|grossartig
            |fantastisch|perfect|mega|hammer|exzellent|vorbildlich|1a|spitzenmassig|herrlich|phantastisch
            |sensationell)
        (das ist|das war|ist|echt|wirklich|absolut|einfach|sehr|alles|war) (perfekt|prima|super|spitze|klasse
            |wunderbar|hervorragend|ausgezeichnet|einwandfrei|grossartig|fantastisch|mega|genial|top)
        (super|tolle|top|klasse|prima|gute|sehr gute|hervorragende|grossartige|perfekte) (arbeit|service|support
            |leistung|sache|hilfe|reaktion|betreuung)
        (guter|super|toller|top|klasse|hervorragender|perfekter|spitzen) (service|support|job|einsatz)
        (bin|ich bin|wir sind) [sehr|wirklich|super|mehr als] (zufrieden|glucklich|begeistert|gluecklich)
        (das ging|ging) [ja|aber] (schnell|fix|super schnell|flott|sehr schnell|mega schnell|ja schnell)
        (top|schnell und kompetent|schnell und gut|sehr schnell|super schnell|das ging ja fix)
    """,
    mild="""
        (toll|cool|schon|schoen|gut|sehr gut|genial|fein|juhu|hurra|yeah|wow|geil|nice|sehr schon|sehr schoen
            |sehr nett|lieb|sehr lieb|nett|freut mich|fix|schnell|flott|erfreulich|bravo)
        (das ist|das war|das ware|ist|wie|das) [sehr|ja|echt|wirklich|total] (toll|cool|schon|schoen|gut|nett
            |lieb|freundlich|schnell|fein|hilfreich|lieb von ihnen|lieb von dir|nett von ihnen|nett von dir
            |erfreulich)
        (freut mich|das freut mich|freut mich sehr|das freut mich sehr|da freue ich mich|das freut uns
            |ich freue mich|bin erleichtert)
    """,
    courtesy="""
        (ok|okay|oki|okey|alles klar|verstanden|erhalten|habe ich erhalten|habe alles erhalten|angekommen
            |ist angekommen|ah|oh|aha|ach|achso|und|hi|hey|auch|vielmals|nochmals|alles gute|gleichfalls|ebenso
            |ebenfalls|dito|lg|vg|mfg|bg|gruss|grusse|gruesse|ciao|servus|tschuss|tschuess|bye|bis bald|bis dann
            |bis demnachst|moin|gruezi|hallo)
        (hallo|guten tag|guten morgen|guten abend|moin|moin moin|servus|hi|hey|gruss gott|gruess gott|gruezi
            |grusse sie|gruezi mitenand|tag|mahlzeit|sehr geehrte damen und herren|liebes team|liebes it team
            |liebes support team|liebe kollegen|liebe kolleginnen|liebe kolleginnen und kollegen|hallo zusammen
            |hallo team|hi zusammen|hallo liebes team|guten morgen zusammen|hallo it|hallo support
            |hallo ihr lieben|liebe leute|liebe it|hallo miteinander|hallo an alle|guten tag zusammen
            |sehr geehrtes team|sehr geehrtes support team|liebe alle|hallo leute|moin zusammen)
        [mit] [die|den|viele|vielen|liebe|lieben|beste|besten|freundliche|freundlichen|herzliche|herzlichen
            |schone|schonen|schoene|schoenen|sonnige|sonnigen|ganz liebe|allerbeste|nette|netten|freundlichem
            |freundlichst|kollegiale|kollegialen|kollegialem|liebem|bestem] (grusse|grussen|gruesse|gruessen
            |gruss|gruse|grusen)
        (freundliche|herzliche|liebe|beste|viele|schone|schoene) (grusse|gruesse) (aus|aus dem|von
            |an) (homeoffice|buro|alle|mir|uns|euch|team)
        (mfg|lg|vg|bg|mit freundlichen grussen|mit freundlichen gruessen|hochachtungsvoll|beste grusse|ihr|ihre
            |dein|deine|herzlichst|freundlichst|bis bald)
        [ich wunsche|ich wuensche|wunsche|wuensche|wir wunschen] [ihnen|dir|euch|allen] [noch] [einen|ein
            |eine] (schonen|schoenen|schones|schoenes|schone|schoene|guten|gute|gutes|angenehmen|tollen
            |erholsames|erfolgreichen) (tag|abend|nachmittag|feierabend|wochenende|woche|resttag|vormittag
            |urlaub|rest der woche|start in die woche|restwoche|start ins wochenende|tag noch|abend noch) [noch
            |euch|ihnen|dir|allen]
        (schonen|schoenen|schones|schoenes|schone|schoene|guten) (tag|abend|feierabend|wochenende|woche
            |nachmittag|urlaub) [noch|euch|ihnen|dir|allen|euch allen|ihnen allen|zusammen]
        (frohe weihnachten|frohe ostern|guten rutsch|gutes neues jahr|bleiben sie gesund|bleibt gesund|bleib gesund)
        (von meinem|von meinem samsung|von meinem apple|von meinem android|vom) (iphone|ipad|handy|smartphone
            |mobiltelefon|mobilgerat|galaxy|galaxy smartphone|mobilgeraet) [gesendet]
        gesendet (von|mit) (meinem|der) (iphone|ipad|handy|smartphone|mobiltelefon|samsung galaxy smartphone
            |telekom mail app|samsung|android)
        outlook fur (ios|android) (herunterladen|beziehen)
        (an|fur|fuer) (alle|das team|das ganze team|sie|dich|euch|alles|das ganze|ihre hilfe|die hilfe
            |deine hilfe|eure hilfe|die kollegen|alle beteiligten)
        (von|bei) (mir|uns) [aus|auch]
        (von meiner seite|meinerseits|unsererseits|aus meiner sicht)
    """,
    yes="(ja|jep|jo|jawohl|jup|joa|jawoll|genau|bestatige|ich bestatige|kann ich bestatigen"
    "|kann bestatigen|bestaetige|stimmt|richtig|tatsachlich)",
    titles="herr frau herrn dr prof fr hr",
    hello="hallo hi hey liebe lieber liebes moin servus guten sehr geehrte geehrter",
    closing="grusse grussen gruesse gruessen gruss mfg lg vg bg dank danke hochachtungsvoll herzlichst",
    open="bitte dringend hilfe kaputt problem fehler frage fehlt brauche ruckruf rueckruf morgen montag "
    "dienstag mittwoch donnerstag "
    "freitag samstag sonntag nachste naechste spater aber nicht kein keine nie noch immer auch ps "
    "termin rechnung bestellung angebot anruf "
    "storung stoerung meeting anlage anhang ticket auftrag lieferung abholung defekt",
)

LANGUAGES = (ENGLISH, FRENCH, GERMAN)

# First names that people in these languages often have: after thanks, in a greeting, as a signature.
NAMES = """
    anna anne ann annie andrea alex alexander alexandra andreas achim adrian alain albert alice amelie amy angela
    antoine arnaud arthur
    audrey axel barbara bea beate ben benjamin benoit bernard bernd bettina birgit bob boris brigitte camille
    carl carla carlos carol
    caroline catherine cathy cecile celine chantal charles charlotte chloe chris christa christian christiane
    christina christine
    christoph christophe claire clara claude claudia cleo colin cornelia corinne dan daniel daniela david denise
    dennis diana didier
    dieter dirk dominik dominique doris dylan edith elena elisa elisabeth elise elke ella ellen emily emma eric
    erik eva fabian fabien
    fabienne felix florence florian franck francois francoise frank franz frederic fred gabi gabriel gabriele
    gaelle georg george
    gerard gerd gilles gisela grace greg guillaume gunter guy hannah hanna hans harald harry heike heidi heinz
    helen helene helga helmut
    henri henry holger hugo ian ines ingo ingrid irene iris isabel isabelle jack jacques jakob james jan jana
    jane janine jason jean
    jeff jennifer jenny jens jeremy jerome jessica jim jo joachim joe joelle john jonas jorg joerg josef joseph
    judith jule julia julian
    julie julien jurgen juergen karen karin karl karsten katharina kathrin katja katrin kate keith kerstin kevin
    kim kirsten klaus
    konrad kurt lara lars laura laurence laurent lea lena leo leon lisa louis louise luc luca lucas lucie lukas
    lydia manfred manon
    manuel manuela marc marcel marco margit maria marie mario marion mark markus martin martina martine mary
    mathieu mathilde matt matthew
    matthias max maxime melanie mia michael michel michele michelle mike miriam monika monique moritz nadia
    nadine nadja nancy natalie
    nathalie nick nicolas nicole niklas nils nina noah norbert odile olaf oliver olivia olivier pascal patricia
    patrick paul paula pauline
    peggy peter petra phil philip philipp philippe pierre priya rachel ralf rainer regina rebecca rene renate
    richard rob robert robin
    roland romain rolf rosa roxane rudi ruth ryan sabine sally sam samuel sandra sandrine sara sarah sascha
    sebastian sebastien serge
    silke silvia simon simone sofia sonia sonja sophie stefan stefanie steffen stephane stephan stephanie steve
    steven sue susan susanne
    sven svenja sylvia sylvie tanja tara theo thierry thomas thorsten tim tina tobias tom toni torsten udo ulrich
    ulrike ursula ute uwe
    valerie vanessa vera verena veronique victor vincent virginie volker walter werner wilhelm will william
    wolfgang xavier yann yannick
    yves yvonne zoe ada eve mehmet ali fatima mohamed ahmed omar youssef karim leila samira aysе ayse murat deniz
    elif ivan olga
    natalia igor tatiana piotr pawel agnieszka katarzyna giulia francesca giovanni luigi jose juan miguel ana
"""
