"""French: everything a mail may say and still be nothing but thanks.

Without accents, apostrophes and capitals: the text is compared without them, too. What is not here is a request, so
this grows only by phrases that cannot turn into one: no "but", "still", "only", "yet", "not", no bare "yes", nothing
that points to later. Whole phrases stand here; what is put together of parts is in `french_parts`.
"""

from __future__ import annotations

from guichet.tickets.thanks import french_parts as built
from guichet.tickets.thanks.language import Language

FRENCH = Language(
    parts=built.PARTS,
    stop=built.STOP,
    wish=(built.WISH,),
    classes={
        "aid": "aide reactivite intervention efficacite soutien gentillesse disponibilite patience"
        " assistance accueil ecoute "
        "amabilite comprehension implication professionnalisme diligence rapidite accompagnement attention courtoisie "
        "bienveillance engagement travail effort efforts explications explication conseils conseil",
        "sort": "couleur reseau laser multifonction mail bureau partage partagee principal principale"
        " portable sans fil interne "
        "externe informatique internet wifi vpn outlook scanner serveur client web mobile fixe neuf neuve pro",
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
        "quick": "claire claires clair clairs precis precise precises precis detaillee detaillees detaille"
        " complete completes complet rapides precieuses excellent excellents excellentes bon bons bonnes"
        " agreable agreables efficaces immediate immediat formidables gentil aimable sympathique"
        " sympathiques professionnelle professionnel remarquable exemplaire impeccable utile utiles"
        " constructif patient patiente beau belle top genial geniale continue constante incroyable parfait"
        " parfaite enorme "
        "rapide precieuse super grande excellente bonne efficace precieux prompte "
        "gentille chaleureuse formidable",
        "help": "explications interventions reponses eclaircissement eclaircissements precision precisions"
        " astuce astuces suivi accueil ecoute amabilite courtoisie comprehension implication investissement"
        " equipe attention geste demarche demarches solutions diagnostic appel visite prise effort temps"
        " savoir expertise competence competences collaboration cooperation bienveillance engagement"
        " devouement serieux sourire lien tuyau tuyaux remboursement remplacement livraison echange"
        " conversation procedure "
        "aide retour reponse support assistance soutien reactivite intervention rapidite "
        "efficacite solution travail depannage "
        "disponibilite gentillesse patience explication explications info infos information "
        "informations conseil conseils service "
        "message confirmation accompagnement professionnalisme diligence efforts resolution",
    },
    thanks=(
        built.THANKS,
        """
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
    ),
    solved=(
        built.SOLVED,
        """
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
    ),
    praise=(
        built.PRAISE,
        """
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
    ),
    mild=(
        """
        (cest|tout est|et cest|ca y est cest) reparti [comme avant|a nouveau|de nouveau]
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
    ),
    courtesy=(
        """
        [ah|oh|ok|daccord|bon] (je comprends|je comprends mieux|jai compris|cest logique|cest clair|cest plus
            clair|cest tres clair|bon a savoir|ca explique tout|cela explique tout|tout sexplique|je vois|je
            note|cest bon a savoir|logique) [maintenant|mieux|desormais]
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
    ),
    yes=(
        built.YES,
        "(oui|ouais|ouep|yes|si si|je confirme|nous confirmons|je vous confirme|je te confirme"
        "|effectivement|en effet|exactement|tout a fait|je vous confirme que|je confirme que)",
    ),
    titles="m mr mme mlle madame monsieur mademoiselle docteur dr maitre mrs",
    hello="bonjour bonsoir salut coucou cher chere bjr slt hello",
    closing="cordialement cdt cdlt salutations amicalement crdt bises merci",
    open="svp urgent aide casse probleme souci erreur question manque besoin rappel rappeler demain "
    "lundi mardi mercredi jeudi "
    "vendredi samedi dimanche prochain plus tard mais pas jamais toujours encore ne aucun aussi ps "
    "panne facture commande rendez reunion attente",
)
