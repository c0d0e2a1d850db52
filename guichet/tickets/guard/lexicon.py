"""Words that tell for whom a sentence is, by class and language; flat words, `*` for any ending.

The weights of the classes, and of words that stand in none, are learnt (`tables`): here is only what belongs
together.
"""

from __future__ import annotations

CLASSES: dict[str, str] = {
    # The customer, spoken of.
    "he": "he she him her his hers he'd she'd he'll she'll he's she's ihm lui",
    "it or he": "il elle ils elles er",
    "customer": "customer customers client clients user caller requester guy lady bloke woman chap kunde kunden kundin"
    " kundinnen nutzer nutzerin anwender anwenderin user anrufer anruferin dame typ melder melderin cliente clientes"
    " utilisateur utilisatrice usager demandeur demandeuse mec bonhomme nana appelant appelante patiente",
    # Whom one speaks to.
    "you": "you your yours yourself yourselves you'll you've you'd you're vous votre vos voter",
    "thou": "du dich dir dein deine deinen deinem deiner ihr euch euer eure euren eurem tu te toi ton ta tes t' ton",
    "polite": "please kindly thank thanks sorry apologi* regards welcome glad happy pleased merci cordialement"
    " desole desolee excuses excuser prie veuillez bitte danke dank gern gerne freundlich* entschuldig* bedauern"
    " verfugung disposition sincerely appreciate patience geduld verstandnis comprehension",
    "i": "i i'm i'd i'll i've me my je j' moi mon ma mes ich mich mir mein meine meinen",
    "we": "we we're we've we'll we'd us our nous notre nos on wir uns unser unsere unseren unserem unserer",
    # Colleagues.
    "who": "anyone anybody someone somebody who qui quelqu'un wer jemand einer irgendwer",
    "team": "team teams colleagues colleague guys folks lads everyone all equipe collegue collegues gars monde tous"
    " kollege kollegen kollegin kolleginnen leute alle zusammen mitarbeiter",
    "rank": "boss manager teamlead lead supervisor chef chefin patron patronne responsable vorgesetzte* leiter geschaf*"
    " management direction directeur directrice",
    "house": "billing accounts accounting accountancy finance legal warehouse sales marketing dev devs developers"
    " engineering backend frontend qa ops devops sysadmin helpdesk dispatch backoffice hr procurement purchasing"
    " compta comptabilite juridique juristes entrepot stock commercial commerciaux dev developpeurs exploitation"
    " recette rh achats logistique buchhaltung rechtsabteilung lager vertrieb entwicklung entwickler technik qs"
    " einkauf disposition versand innendienst aussendienst fachabteilung personalabteilung datenschutz*",
    # The back of the office.
    "back": "escalat* margin margins goodwill blacklist* sla slas sprint backlog workaround jira slack confluence crm"
    " erp sap salesforce zendesk wiki rollback hotfix prod staging churn upsell upselling renewal renewals credit"
    " writeoff dunning arrears vip reseller vendor supplier postmortem standup handover oncall shift queue triage"
    " macro kpi kpis quota csat nps metrics audit lawsuit lawyer gdpr refund refunds discount discounts freebie"
    " voucher postmortem root regression bug bugs commit deploy deployed patch patched logs"
    " escalad* marge geste liste-noire contournement prestataire fournisseur relance impaye impayes avoir remise"
    " ristourne bogue bogues bug correctif prod litige contentieux procedure recouvrement passation astreinte file"
    " rustine renouvellement resiliation churn"
    " eskal* marge kulanz* sperrliste schwarze workaround notlosung mahn* zahlungsverzug inkasso verlangerung"
    " kundigung anwalt rabatt* gutschein* nachlass lieferant rucklaufer schicht ubergabe bereitschaft warteschlange"
    " fehlerursache altlast fix hack",
    "money": "cost costs paid pay pays price margin budget invoice unpaid overdue owe owes cheap expensive"
    " cout coute payer paie paye prix budget facture impayee cher kosten kostet zahlt bezahlt preis rechnung offen"
    " teuer billig",
    "ticket": "ticket tickets case close closed reopen assign reassign park snooze merge duplicate tag queue"
    " fermer ferme cloturer cloture rouvrir assigner affecter transferer dossier doublon schliessen schliesen"
    " zumachen zuweisen ubernehmen umhangen verschieben fall vorgang dublette wiedervorlage",
    # What is thought, and what is to be hidden.
    "blame": "annoying pain idiot idiots moron clueless stupid dumb rude whin* moan* nightmare liar lying lies lazy"
    " crazy nuts ridiculous nonsense bullshit crap shit damn hell screwed botched messed broke broken forgot mess"
    " forgotten fault blame cheeky unreasonable demanding difficult impossible overreact* exaggerat* drama troll"
    " jerk karen hopeless grumpy nutcase pita sloppy incompetent"
    " chiant chiante lourd lourde penible relou nul nulle naze con conne connard idiot idiote bete menteur menteuse"
    " ment raleur raleuse rale gonfle saoule soule insupportable ridicule foire merde merdique bordel oublie foutu"
    " foutue casse-pieds boulet cata catastrophe incompetent incompetente galere fichu exagere abuse pinaille"
    " nervig nervt doof dumm dammlich damlich blod bloed bescheuert idiot idioten lugner lugt gelogen spinnt faul"
    " unverschamt frech quengel* mecker* motz* jammer* querulant* norgel* scheiss* scheis* mist verbockt vergeigt"
    " verpennt gepennt geschlampt verpeilt verschlampt vergessen kapiert schnallt ahnungslos bloss stress theater",
    "hidden": "secret quiet quietly discreet discreetly admit admitted hush confidential internally unofficially"
    " unofficial mention mentioning reveal hide cover unofficial"
    " discret discretement avouer reconnaitre cacher taire mentionner officieusement officieux secret silence"
    " verschweig* zugeben verraten heimlich diskret inoffiziell stillschweigen vertuschen erwahnen geheim",
    "chat": "lol haha hehe wtf omg ffs tbh imo imho afaik fyi btw lmk idk dunno gonna wanna nah yup yep nope ugh meh"
    " honestly apparently probably basically obviously clearly whatever anyway seriously lmao rofl heads-up fwiw"
    " mdr ptdr bof bah ouais purée puree putain stp perso honnetement franchement apparemment visiblement clairement"
    " bref carrement"
    " tja naja boah puh oje echt halt krass hm hmm ehrlich offenbar anscheinend wohl eh irgendwie"
    " ach mensch",
    "guess": "think guess reckon suspect seems looks sounds wonder bet suppose crois pense parie soupconne dirais"
    " semble dirait glaub glaube denke vermute wette schatze tippe scheint klingt sieht",
    "should": "should shall ought could would let's lets might devrait devrions faudrait faut pourrait on devons"
    " sollte sollten soll sollen mussen konnten musste lasst lass wurde",
    "task": "call ring chase ping grab handle cover check ask tell send reply answer give offer find book push keep"
    " wait leave let hold stall update watch note remember"
    " appelle appelez rappelle rappelez rappeler relance relancez relancer demande dis dites reponds envoie prends"
    " prendre gere gerer regarde verifie propose attends attendons laisse laissons note pense garde previens"
    " ruf rufe ruft anrufen zuruckrufen frag fragt fragen sag sagt sagen schick schickt schreib schreibt gib gebt"
    " guck schau schaut prufe mach macht warte warten lass lasst ubernimm ubernehmt ubernimmt merk denk denkt",
}  # fmt: skip


def by_word() -> tuple[dict[str, tuple[str, ...]], list[tuple[str, str]]]:
    """The classes of each word, and those that hold for all words that begin alike."""
    whole: dict[str, tuple[str, ...]] = {}
    begun: list[tuple[str, str]] = []
    for name, words in CLASSES.items():
        for word in dict.fromkeys(words.split()):
            if word.endswith("*"):
                begun.append((word[:-1], name))
            else:
                whole[word] = (*whole.get(word, ()), name)
    return whole, begun
