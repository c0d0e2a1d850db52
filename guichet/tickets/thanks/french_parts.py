"""What French thanks are built of, beside the whole phrases of `french`."""

from __future__ import annotations

PARTS = {
    "people": "mere|pere|femme|mari|fils|fille|collegue|collegues|equipe|eleves|etudiants|parents|chef"
    "|clients|enfants|utilisateurs|assistante|secretaire|service|voisin|voisine|employes|salaries",
    "good_thing": "le son|son|limage|image|le signal|le courant|lelectricite|internet|le wifi|le reseau|la"
    " connexion|le serveur|le site|le systeme|le service|lacces|lecran|le telephone|les telephones|la"
    " messagerie|les mails|lappli|lapplication|la page|les donnees|mes donnees|mes fichiers|les fichiers|mes"
    " mails|le chauffage|leau|la lumiere|lascenseur|lagenda|limprimante",
    # A thing that nobody knows, with what it is like.
    "a": "{any}|{quick}|{help}|{thing}|{elided}|{sort}",
    "np": "(votre|ton|vos|tes|le|la|les|ce|cet|cette|ces|mon|ma|mes|tout le|toute la|tous les"
    "|toutes les|toute votre|tout votre|tous vos|toutes vos) [<a>] [et] [<a>] (<a>)"
    " [et] [<a>] [(de|du|des|au|par|sur|dans|concernant) [la|le|les|ma|mon|votre|ce] (<a>)] [<when>]"
    "|{elided} [<a>] [et] [<a>] [(de|du|des|au|par|sur|dans) [la|le|les|ma|mon|votre] (<a>)]",
    "thank": "merci|mercis|mille mercis|mille merci|un grand merci|grand merci|un tres grand merci|un"
    " immense merci|encore merci"
    "|merci encore|merci beaucoup|merci bcp|merci bien|merci infiniment|merci mille fois|merci a vous|merci"
    " a tous|merci a toi"
    "|merci vraiment|vraiment merci|un enorme merci|un gros merci|merci enormement|merci merci|merci a toute lequipe"
    "|merci a lequipe|merci sincerement|tous mes remerciements|mes remerciements|mes sinceres remerciements"
    "|tous nos remerciements|nos remerciements|avec mes remerciements|avec tous mes remerciements|merci"
    " beaucoup a vous"
    "|merci beaucoup a tous|merci tout plein|mrc|merci merci beaucoup|je tenais a vous remercier|je voulais"
    " vous remercier"
    "|je tiens a vous remercier|nous tenons a vous remercier|je souhaitais vous remercier|je voulais juste"
    " vous remercier"
    "|juste pour vous remercier|(je|nous) (vous|te) [en] (remercie|remercions) [tous] [tres|bien|vraiment]"
    " [beaucoup|infiniment|bien"
    "|vivement|sincerement|encore|chaleureusement|grandement|mille fois|enormement|par avance de rien] [encore]",
    "fast": "vite|rapidement|promptement|bien|efficacement|patiemment|immediatement|tout de suite|aussitot"
    "|dans les temps"
    "|gentiment|aimablement|professionnellement|clairement|facilement|en un temps record|sans attendre|en si"
    " peu de temps"
    "|aussi tard|si tard|un dimanche|un samedi|dans la journee|dans lheure|en quelques minutes|au plus vite",
    "how": "[si|aussi|tres|vraiment|tellement] (<fast>)",
    "case": "probleme|souci|situation|demande|question|affaire|dossier|ticket|panne|incident|cas|commande"
    "|compte|pb|erreur"
    "|questions|problemes|soucis|blocage|difficulte|bug",
    "topic": "ticket|dossier|incident|sujet|demande|probleme|cas|affaire|reclamation|conversation|souci"
    "|lincident|laffaire",
    "what": "(ma|mon|mes|notre|nos|mon) (<people>) [avec (sa|son|ses|leur|le|la) {any}]|ma reservation|la"
    " reservation|ca|cela|ceci|tout|tout cela|tout ca|(le|la|mon|ma|ce|cette|notre|nos|mes|les|ces|cet) (<case>)"
    "|laffaire|lincident|lerreur|linfo"
    "|le necessaire|le point|ce quil fallait|mon acces|mon compte|un geste|votre possible|au mieux|simple|lessentiel",
    "done": "suivi|suivie|recupere|recuperee|recuperes|sauve|sauvee|sauves|retrouve|retrouves|installe"
    "|configure|insiste|relance|cherche|pense|anticipe|modifie|ajuste|facilite|permis|accelere|restaure"
    "|restaures|reactive|regle|resolu|repare|corrige|aide|aidee|aides|aidees|depanne|depannee|depannes"
    "|repondu|explique"
    "|eclaire|eclairee|tenu|tenue"
    "|tenus|informe|informee|informes|traite|debloque|debloquee|retabli|remplace|pris|fait|ete|ecoute|ecoutee|rassure"
    "|rassuree|accompagne|accompagnee|guide|guidee|contacte|contactee|rappele|rappelee|verifie|precise|confirme"
    "|reagi|trouve|solutionne|renseigne|renseignee|renseignes|donne|consacre|accorde|mis|agi|assure|gere"
    "|fourni|apporte"
    "|indique|transmis|signale|soutenu|soutenue|conseille|conseillee|clarifie|arrange|remis",
    "after": "au courant|informe|informee|informes|le temps|du temps|votre temps|reactif|reactive|reactifs"
    "|patient|patiente|patients"
    "|rapide|rapides|efficace|efficaces|disponible|disponibles|de votre temps|en marche|en route|en service"
    "|en ordre|la solution"
    "|une solution|une reponse|la reponse|linformation|linfo|les informations|tout|de mexpliquer|de me"
    " repondre|la main"
    "|votre aide|un coup de main|de laide|a lecoute|comprehensif|comprehensifs|comprehensive|gentil|gentille"
    "|si gentil",
    "deed": "[davoir|mavoir|de mavoir|de nous avoir|de lavoir|davoir su|de nous lavoir|de me lavoir|pour"
    " mavoir|pour nous avoir"
    "|pour avoir|de lavoir si] [si|aussi|tres|bien|aussi bien|ainsi] [<fast>] (<done>) [si|aussi|tres]"
    " [<after>] [<what>|<np>] [<how>] [pour moi"
    "|pour nous|avec moi|avec nous]"
    "|(detre|pour etre|de vous etre|de tetre|de vous en etre|de ten etre|pour vous etre) [si|aussi] [<fast>]"
    " (revenu|revenue|revenus|intervenu"
    "|intervenue|intervenus|occupe|occupee|occupes|deplace|deplacee|deplaces|penche|penchee|penches|charge"
    "|chargee|rendu|passe|venu"
    "|venue|venus|la|reste|restee|restes|souvenu|mobilise|mobilises|demene|demenes) [disponible] [vers (moi"
    "|nous)|de (moi|nous|ca|cela|tout|mon (<case>)|ma"
    " (<case>)|ce (<case>))|sur (mon|ce|notre) (<case>)|chez nous|jusquici] [<how>]"
    "|detre [si|aussi|tres|toujours] (patient|patiente|patients|rapide|rapides|reactif|reactifs|reactive"
    "|efficace|efficaces|gentil"
    "|gentille|gentils|disponible|disponibles|a lecoute|arrangeant|arrangeants|la)",
    "when": "ces derniers jours|ces dernieres semaines|ces derniers temps|avant le week end|avant le weekend"
    "|avant les fetes|avant noel|au telephone|au telephone ce matin|par telephone|depuis des annees|tout ce"
    " temps|aujourdhui|hier|ce matin|cette semaine|hier soir|tout a lheure|a"
    " linstant|cette annee|ce mois ci"
    "|ces derniers jours|ce jour|ce midi|maintenant|depuis le debut|tout au long de lannee|il y a une heure",
    "adj": "[tres|si|vraiment|super|plus que] {quick}",
    "gift": "la mise a jour|les mises a jour|la prise en charge|la mise en service|le suivi|la confirmation"
    "|[tout|toute|tous|toutes] (votre|ton|vos|tes|le|la|les|ce|cet|cette|ces|cette si"
    "|cette tres|de) [<adj>] [et] [<adj>] {help} "
    "[<adj>] [et] [<adj>] [apportee|apporte|donnees|donnee|fournie|fournies|apportees|de qualite] [et [pour]"
    " (votre|ton|vos|tes|le|la|les|son|sa) [<adj>] {help} [<adj>]"
    "|et {elided}]|(laide|lintervention|linfo|linformation|lassistance|laccompagnement|lexplication"
    "|lefficacite|laccueil|leffort"
    "|lecoute|lattention|linteret|leclaircissement|lastuce) [<adj>] [et] [<adj>] [apportee|apporte] [et (la"
    "|votre|le) {help} [<adj>]]"
    "|le temps [que vous mavez|que vous nous avez] (consacre|accorde|pris|passe)|le temps passe [avec moi"
    "|sur mon (<case>)]"
    "|le coup de main|le depannage|tout|tout cela|tout ca|tout ce que vous (faites|avez fait) [pour nous"
    "|pour moi]|le travail accompli"
    "|la qualite de (votre|vos|la|ton) {help}|la rapidite de (votre|vos|la|ton) {help}|vos bons conseils"
    "|votre sens du service",
    "with": "avec moi|avec nous|dans cette affaire|dans ce (<case>)|dans ce dossier|a ce sujet|sur ce"
    " (<case>)|sur ce sujet|a mon egard"
    "|envers nous|concernant ce (<case>)|pour ce (<case>)|dans la resolution de (ce|mon|cette) (<case>)"
    "|durant tout ce temps",
    "the": "le|la|les|mon|ma|mes|notre|nos|votre|vos|ce|cet|cette|ton|ta",
    "subject": "(<the>) [nouveau|nouvelle|nouveaux|nouvelles|nouvel] {any} [{sort}|de {any}|du {any}|en"
    " {any}|{elided}]|{elided} [{sort}|de {any}|du {any}]",
    "runs": "me va|me vont|nous va|nous vont|semble marcher|semble fonctionner|semblent marcher|semblent"
    " fonctionner|a lair de marcher|a lair de fonctionner|est revenu a la vie|est revenue a la vie|sonne"
    "|sonnent|revit|se charge|se chargent|est plus rapide|est stable|sont stables|charge|joue|est redevenu"
    " normal|est redevenue normale|est comme neuf|est comme neuve|est bien passe|est bien passee|est passe"
    "|est passee|marche|marchent|fonctionne|fonctionnent|remarche|remarchent|refonctionne|refonctionnent|roule"
    "|tourne|repart|repartent|redemarre"
    "|imprime|reimprime|scanne|demarre|souvre|souvrent|sallume|saffiche|saffichent|se connecte|se connectent"
    "|repond|tient|a redemarre"
    "|a repris|est reparti|est repartie|sont repartis|est"
    " de retour|sont de retour"
    "|est en ligne|est en service|est en marche|est operationnel|est operationnelle|sont operationnels|sont"
    " operationnelles"
    "|est accessible|sont accessibles|est disponible|sont disponibles|est connecte|est connectee|sont"
    " connectes|est joignable|revient"
    "|a marche|a fonctionne|ont fonctionne|a bien marche|a bien fonctionne|passe|passent|va|vont|est pret"
    "|est prete|est utilisable",
    "good": "bien|tres bien|parfaitement|nickel|impeccable|impec|correctement|super|super bien|parfait"
    "|normalement|a merveille"
    "|sans probleme|sans souci|sans accroc|comme avant|comme il faut|comme prevu|du tonnerre|comme sur des"
    " roulettes|au top|comme neuf"
    "|comme neuve|au poil|merveilleusement|mieux que jamais|comme un charme|du premier coup|sans difficulte"
    "|bien mieux quavant",
    "again": "a nouveau|de nouveau|nouveau|maintenant|desormais|enfin|deja|pour moi|pour nous|chez moi|chez"
    " nous|sur mon poste|de mon cote"
    "|de notre cote|pour tout le monde|pour tous|partout|ici|donc|bien|<when>",
    "mended": "juste|justes|correct|correcte|corrects|correctes|lisible|lisibles|visible|visibles|exact"
    "|exacte|exacts|stable|stables|complet|complete|regle|reglee|regles|reglees|resolu|resolue|resolus"
    "|resolues|repare|reparee|repares|corrige"
    "|corrigee|solutionne|retabli|retablie"
    "|retablis|debloque|debloquee|debloques|remplace|remplacee|ok|bon|bonne|en ordre|rentre dans lordre"
    "|revenu a la normale|remis en route"
    "|remis en service|reactive|parfait|parfaite|nickel|impeccable|au point|termine|terminee|clos|close"
    "|cloture|cloturee|pret|classe"
    "|fini|en place|a jour|clair|claire|bien note|reconnecte|operationnel|fonctionnel|fonctionnelle",
    "is": "(est|sont) (de nouveau|a nouveau|maintenant|enfin|desormais|bien|tous|toutes|completement)|est"
    "|sont|a ete|ont ete|etait|est bien|est enfin|est donc|est maintenant|est desormais|a bien ete"
    "|est tout a fait|est completement"
    "|est totalement|semble|parait|est entierement|est a present|est deja|vient detre",
    "do": "me connecter|nous connecter|me reconnecter|imprimer|scanner|travailler|acceder (a <subject>|au"
    " {any}|a tout)|y acceder|ouvrir (<subject>|tout)"
    "|louvrir|les ouvrir|envoyer (<subject>|des mails|mes mails)|recevoir (<subject>|des mails|mes mails)"
    "|telecharger (<subject>|tout)|le telecharger"
    "|utiliser (<subject>)|lutiliser|me loguer|entrer|telephoner|le faire|la faire|les lire|le lire"
    "|consulter (<subject>)|lancer (<subject>)"
    "|installer (<subject>)|linstaller|enregistrer|voir (<subject>)|joindre tout le monde|reprendre le"
    " travail|reprendre mon travail",
    "cure": "a suffi|a resolu (<what>)|a regle (<what>)|a tout regle|a tout resolu|a tout arrange|a"
    " fonctionne|a marche|a bien marche|a bien fonctionne|a aide"
    "|ma aide|ma bien aide|ma aidee|nous a aides|a fait leffet escompte|etait la bonne|etait la solution"
    "|etait le bon|est la bonne|etait parfait"
    "|etait parfaite|a ete efficace|a ete la solution|etait exactement ce quil fallait|a corrige (<what>)|a"
    " repare (<what>)|a debloque (<what>)"
    "|a fait des miracles|ma sauve|ma depanne|ma depannee|a permis de (<do>)",
    "goods": "colis|paquet|commande|livraison|remplacement|remboursement|facture|article|articles"
    "|marchandise|carton|lettre|livre|piece|pieces"
    "|fichier|fichiers|document|documents|lien|code|certificat|billet|billets|recu|etiquette|carte|cle|cles"
    "|avoir|bon|attestation"
    "|virement|portable|imprimante|toner|telephone|appareil|mail|courriel|message|reponse|materiel|badge|courrier",
    "came": "arrive|arrivee|arrives|arrivees|livre|livree|livres|livrees|recu|recue|recus|recues|bien arrive"
    "|bien arrivee|bien arrives|bien recu"
    "|bien recue|bien recus|bien livre|la|enfin la|parvenu|parvenue|parvenus|parvenues",
}

THANKS = """
    (<thank>) a vous (deux|tous|toutes) [pour (<np>|<gift>)]
    (<thank>) (de la|pour la|de votre|pour votre) (confirmation|prise en charge|mise a jour|precision
        |comprehension mutuelle)
    [je|nous] (vous|te) (suis|sommes) [tres|vraiment|infiniment] (reconnaissant|reconnaissante|reconnaissants)
        (pour|de) (<np>|cette (<a>) [<a>])
    (<thank>) pour (<np>) [<with>] [<when>] [et pour (<np>)] [<adj>]
    (<thank>) (du|de la|des|de ce|de cette|de ces|de vos|de tous ces|de toutes ces) (conseil|conseils
        |renseignement|renseignements|coup de main|precisions|precision|explications|explication|infos|info
        |informations|information|lien|tuyau|astuce|suivi|soutien|aide|efforts|depannage|geste)
    (je|nous|on) ne (vous|te) (remercierai|remercierons|remerciera) jamais assez
    (cest|cetait) [tres|vraiment|si] (gentil|aimable|sympa|adorable|genereux|prevenant) [de votre part|de ta
        part|a vous|a toi] [<deed>]
    [tres|infiniment|vraiment] (reconnaissant|reconnaissante|reconnaissants) (pour|de) (<np>|<gift>)
    [cela|ca|vous|votre (<a>)] (ma|mavez|nous a|nous avez) [beaucoup|bien|vraiment|enormement] (aide|aidee
        |aides|rendu service|facilite la vie|ote une epine du pied)
    votre (<a>) (est|a ete|etait|fut) [tres|vraiment] (precieuse|precieux|appreciee|apprecie|inestimable
        |formidable|un vrai plus|une grande aide)
    (<thank>) [de|pour|et] (<deed>) [et (<deed>)] [<when>] [pour cela|pour tout]
    (<thank>) pour (<gift>) [<with>] [<when>] [et pour (<gift>)]
    (<thank>) de (votre|ton|vos|tes|cette) ([<adj>] {aid} [<adj>]|{help} {quick}|{quick} {help}) [et de (votre
        |ton|vos) {help}] [<with>]
    (<thank>) (a vous|a toi|a tous|a toutes|a toute lequipe|a lequipe|a vous tous|a tout le monde|a chacun) [et
        (a|pour) (tous|toute lequipe|tout)]
    (<thank>) [pour (<gift>)] [<with>]
    [je|nous] (vous|ten|te|vous en) (suis|sommes|serai|serons) [tres|infiniment|vraiment|extremement
        |sincerement|eternellement] (reconnaissant|reconnaissante
        |reconnaissants|reconnaissantes) [pour (<gift>)] [de (<gift>)]
    [tres|infiniment|vraiment|extremement] (reconnaissant|reconnaissante|reconnaissants) [envers vous]
    (japprecie|nous apprecions|jai apprecie|nous avons apprecie|jai bien apprecie) [vraiment|beaucoup
        |enormement|grandement|particulierement|sincerement|bien]
        (<gift>) [<with>]
    (je vous dois|je te dois|nous vous devons|on vous doit|je vous en dois) (une fiere chandelle|une biere|un
        cafe|un verre|beaucoup|une|un resto|un gateau|une bonne
        bouteille)
    (vous|tu) [mavez|mas|nous avez] (sauve|sauvee|sauves) [la vie|la mise|ma journee|la journee]
    (vous etes|tu es|vous etes tous|vous avez ete|tu as ete|vous etes vraiment|vous etes decidement) [vraiment
        |tout simplement|tous|tres|si|trop|absolument]
        (formidable|formidables|genial|geniale|geniaux|super|au top|top|gentil|gentille|gentils|adorable
        |adorables|extraordinaire|extraordinaires
        |efficace|efficaces|un amour|un ange|un as|une perle|un chef|les meilleurs|le meilleur|la meilleure|des
        anges|des perles|incroyable|incroyables
        |parfait|parfaits|parfaite|rapide|rapides|mon sauveur|mes sauveurs|aimable|aimables|sympa|sympas|tres aimable)
    (merci|un grand merci) (qui|mon sauveur|mes sauveurs|les champions|les pros|chers tous)
"""

SOLVED = """
    [et|oui|ca y est] (<good_thing>) (est|sont) [bien|enfin|maintenant] (revenu|revenue|revenus|revenues|de
        retour|la|retabli|retablie|retablis) [<again>]
    (<subject>) (ouvre|lit|reconnait|trouve|charge|accepte|enregistre) (de nouveau|a nouveau|maintenant|enfin
        |bien|correctement|desormais) [de nouveau|a nouveau] ((le|la|les|mes|mon|ma|tous les|toutes les) {any}
        |{elided}|tout) [<good>]
    (<subject>) (ouvre|lit|reconnait|trouve|charge|accepte|enregistre) ((le|la|les|mes|mon|ma|tous les|toutes
        les) {any}|{elided}|tout) (de nouveau|a nouveau|maintenant|correctement|desormais) [<good>]
    (ma|mon|mes|notre|nos) (<people>) (peut|peuvent|arrive a|arrivent a) [de nouveau|a nouveau|enfin
        |maintenant] (<do>|se connecter|se reconnecter|y acceder|travailler) [de nouveau|a nouveau|maintenant]
    (jai|nous avons|on a) [enfin|bien] pu (imprimer|scanner|ouvrir|envoyer|telecharger|utiliser|voir|lire
        |enregistrer|reserver|installer) (<np>|tout|<subject>) [<good>] [<again>]
    (cela|ca|votre {any}) a (resolu|regle) (mon|le|notre|tous mes|tous nos) (<case>)
    (teste|verifie|controle|essaye) et (approuve|valide|adopte)
    (jai|nous avons|on a) [de nouveau|a nouveau|enfin|maintenant|retrouve] (acces|internet|la connexion|le son
        |tout|du reseau|le reseau|le wifi|notre acces|mon acces|mes (<a>)|nos (<a>)) [a tout] [<again>]
    (je lai|je les ai|nous lavons|on la|jai) [enfin|bien|finalement] (trouve|trouvee|trouves|retrouve) [dans
        (les|le|la|mes|mon|ma) (<a>)] [<again>]
    [tous] (les|mes|nos|tous les|toutes les) {any} (peuvent|arrivent a) [de nouveau|a nouveau|enfin|maintenant
        |tous|bien] (<do>|se connecter|se reconnecter|simprimer|y acceder) [<again>]
    (connexion|impression|installation|mise a jour|paiement|transfert|livraison|test|redemarrage|acces
        |telechargement) [bien] (reussie|reussi|retablie|retabli|effectuee|effectue|ok|faite|fait|valide
        |validee|termine|terminee|operationnelle) [<again>]
    (lerreur|le message|la panne|le probleme|le souci|le bug|lalerte|le blocage|le message derreur) (a|nest
        plus|est) [bien|completement|enfin|totalement] (disparu|parti|partie) [<again>]
    (vider|redemarrer|reinstaller|changer|remplacer|supprimer|rebrancher|debrancher|relancer|mettre a jour
        |nettoyer|recharger) [le|la|les|mon|ma|tout] [(<a>)] (<cure>) [<again>]
    (plus|pas|inutile) [besoin] de (mappeler|me rappeler|nous appeler|venir|passer|vous deplacer|rappeler
        |intervenir|repondre|faire quoi que ce soit)
    [cela|ca|tout] (semble|semblent|a lair|parait) [bien] (fonctionner|marcher|regle|resolu|bon|ok|en ordre|de
        fonctionner|de marcher|rentre dans lordre) [<again>] [<good>]
    [oui] (tout va bien|tout va|ca va|tout est ok|rien a signaler|tout baigne|tout est en ordre|tout est la)
        [ici|chez nous|chez moi|de notre cote|de mon cote|maintenant|pour nous]
    rien (dautre|de plus|a ajouter) [de (notre|mon) cote|pour nous|pour moi|a signaler]
    (tout|le tout|tout le reste|lensemble) (est|a ete) [bien] (arrive|recu|livre|parvenu) [<again>] [en bon etat]
    [et|donc|alors|oui|voila|super|ca y est] (<subject>|ca|cela|tout|tout cela|les deux|le tout) [re] [bien
        |enfin|maintenant|a nouveau|de nouveau] (<runs>) [<again>]
        [<good>] [<again>] [<good>] [<again>]
    (remarche|refonctionne|fonctionne|marche|reparti|repartie|de retour) [<again>] [<good>] [<again>]
    [et|donc|oui|voila|ca y est] (<subject>|tout|cest|cetait|le tout|ca) [<is>] [bien|enfin|maintenant
        |desormais|completement|tout] (<mended>) [<again>] [<again>]
    (<subject>|tout|le {any}|la {any}) (<is>) (<mended>) [<again>] [<again>]
    (nous sommes|je suis|on est|nous voila|me voila) [de nouveau|a nouveau|enfin|maintenant|bien]
        (operationnels|operationnel|operationnelle|connecte|connectee|connectes
        |en ligne|depanne|depannee|depannes|debloque|debloquee|debloques|tires daffaire|sortis daffaire) [<again>]
    (cest|tout est) (reparti comme avant|de retour|de nouveau ok|redevenu normal|rentre dans lordre|revenu)
    (cest|cetait|voila|ce netait que) [bien|exactement|tout a fait|donc bien] (ca|cela|ce quil fallait|la
        solution|le probleme|la bonne solution|ce que je cherchais
        |ce que je voulais|ce quil me fallait|le cable|la prise|la pile)
    [le|la|votre|ce|cette] (redemarrage|reboot|reinitialisation|reinstallation|mise a jour|astuce|conseil
        |solution|procedure|manipulation|lien|explication|explications|nettoyage
        |remplacement|methode|manip|reponse|correctif|changement) (<cure>) [<again>]
    (<subject>|cela|ca|redemarrer|votre intervention) (<cure>) [<again>]
    [oui] (je lai|je les ai|nous lavons|je lai bien|nous lavons bien|je les ai bien|on la|on la bien) [bien]
        (recu|recue|recus|recues|eu|trouve|trouvee|recupere) [<again>] [en bon etat]
    (jai|nous avons|on a) [bien|enfin] (recu|recupere|trouve|retrouve) (<subject>|tout|le (<goods>)|la
        (<goods>)|les (<goods>)|mon (<goods>)|votre (<goods>)|vos (<goods>)) [<again>] [en bon etat]
    [bien] (recu|recue) [le (<goods>)|la (<goods>)|votre (<goods>)|mon (<goods>)|les (<goods>)|vos (<goods>)]
        [<again>] [et merci]
    [le|la|les|mon|ma|mes|notre|votre|vos|nos] [nouveau|nouvelle] ((<goods>)) [est|sont|vient detre|a ete
        |ont ete|etait] [bien|enfin] (<came>) [<again>] [en bon etat|intact|comme prevu]
    (jai|nous avons|on a) [enfin|bien|finalement] (reussi|pu|reussi a) [a] [enfin] (<do>) [<good>] [<again>]
    (jarrive|jy arrive|nous arrivons|on arrive|nous y arrivons) [enfin|bien] [a nouveau|de nouveau|maintenant]
        [a (<do>)] [<good>] [<again>]
    [oui|maintenant] (je peux|nous pouvons|on peut|je vais pouvoir|tout le monde peut|chacun peut) [enfin|de
        nouveau|a nouveau|bien|maintenant] (<do>) [<good>] [<again>]
    (jy suis arrive|jy suis arrivee|jy suis|ca y est jy suis|ca y est)
    [sil vous plait] (vous pouvez|tu peux|on peut|vous pouvez donc|merci de) [donc|maintenant|bien sur|des a
        present|tranquillement] (fermer|cloturer|clore|cloture|classer) [le|la|ce|cette|mon
        |ma|cet] [<topic>] [maintenant|si vous voulez]
    [le|la|ce|cette|mon|ma] (<topic>) [peut|peuvent] [donc|maintenant|bien sur] etre (ferme|fermee|clos|close
        |cloture|cloturee|classe|classee)
    [lincident|incident|ticket|dossier|sujet|probleme|affaire|demande|souci] (est|peut etre) [donc|maintenant]
        (clos|close|cloture|cloturee|classe|classee|ferme|fermee|leve|levee)
    (incident|ticket|dossier|sujet|probleme|affaire|demande|souci) (clos|close|cloture|classee|classe|resolu
        |resolue|regle|reglee|termine|leve)
    [je nai|nous navons|on na|il ny a] (plus|pas|aucune) [de|dautre|dautres|dautres] (questions|question|autre
        question|remarques|remarque|probleme|souci|problemes|soucis) [de mon cote|pour ma part|pour linstant de
        mon cote]
    (plus|pas) (de|dautres|dautre) (questions|question|remarques)
    (cest|ce sera|voila) (tout|tout ce quil me fallait|tout ce dont javais besoin)
    (cela|ca|vous) (repond|a repondu|avez repondu) [parfaitement|bien|tout a fait] a (ma|mes|notre|nos)
        (question|questions|demande|attentes)
    (mystere|mission|probleme|affaire) (resolu|accomplie|resolue|classee)
"""

PRAISE = """
    (superbe|sublime|epatant|fantastique|remarquable|extraordinaire|exceptionnel|admirable)
    [cest|cetait] [tres|vraiment] (aimable|sympathique|genereux|prevenant)
    (service|support|accueil|suivi) (genial|geniale|super|top|fantastique|formidable|remarquable)
    [tres|vraiment|fort|bien] (utile|clair|instructif|precieux|appreciable|sympa|aimable|efficace|serieux
        |professionnel)
    [cest|cetait|voila] [exactement|tout a fait|juste|precisement] ce (quil me fallait|quil nous fallait|dont
        javais besoin|que je voulais|que je cherchais|que jattendais)
    (excellente|bonne|tres bonne|super|belle|heureuse) (nouvelle|solution|idee|reponse|surprise)
    (cinq|5|10) (etoiles|sur 10|sur 5)
    quel (<a>) (formidable|remarquable|exceptionnel|fantastique)
    [quel|quelle|un|une|votre|super|vraiment|toujours] [<adj>] {help} [<adj>] [comme toujours|comme dhabitude
        |une fois de plus|encore une fois|a tous|de tous]
    (support|service|equipe|assistance|boulot|travail|accueil|suivi|sav|job) [est|sont] [vraiment|toujours] (au
        top|impeccable|parfait|genial|super|nickel|excellent|formidable|exemplaire|efficace
        |exceptionnel|remarquable|de qualite|rapide|tres rapide)
    (quelle|quel|belle|super) (rapidite|efficacite|reactivite|gentillesse|service|equipe|professionnalisme)
    (comme toujours|comme dhabitude|une fois de plus|encore une fois)
    [je suis|nous sommes] [tres|vraiment|plus que|extremement] (satisfait|satisfaite|satisfaits|ravi|ravie
        |ravis|content|contente|contents|enchante|impressionne|impressionnee)
        [de|par|du] [votre|vos|la|le] [{help}|rapidite|service]
    (chapeau|chapeau bas|bravo|felicitations|bien joue) [a (vous|tous|toi|toute lequipe|lequipe)] [pour (<gift>)]
    (rapide|simple|efficace|clair|precis) [et] (efficace|rapide|precis|clair|simple|sympa|gentil)
    (rien a redire|jai adore|cest du bon travail|du beau travail|du tres bon travail)
"""

YES = """
    (essaye|teste|verifie) (ce matin|hier|a linstant|aujourdhui|ce soir)
    il semble que
    (je viens de|on vient de|nous venons de) (tester|essayer|verifier|redemarrer|controler|retester|reessayer)
        [a nouveau|de nouveau|a linstant|et]
    (jai|nous avons|on a) [bien|juste|aussitot|de nouveau|tout] (teste|essaye|verifie|redemarre|reessaye
        |controle|reteste) [a linstant|ce matin|hier|tout de suite|cela|ca|et]
    (teste|verifie|essaye) [a linstant|ce matin|et approuve|de mon cote]
    [je] (tiens a|peux|puis|souhaite) [vous] confirmer [que]
    (heureux|heureuse|content|contente|ravi|ravie) de (vous confirmer|confirmer|vous dire|vous annoncer|vous
        informer) [que]
    (apres|suite au|suite a) (redemarrage|verification|test|un redemarrage|votre intervention|votre passage|vos
        explications|vos conseils)
"""

WISH = """
    (profitez|profite) [bien|en bien] [de votre|du|de ton|de vos|des|de la|de] (week end|weekend|vacances
        |journee|soiree|fetes|conges|repos)
    (bonne continuation|bonne journee|bonne soiree|bon courage|bonnes fetes|bonne annee|bon weekend|bon week
        end) [a vous] [et] (a|pour) (vous|toute lequipe|lequipe|votre equipe|toute votre equipe|tous) [et a
        (toute|votre) [votre] lequipe|et a toute lequipe|et a lequipe]
    [je vous souhaite|je te souhaite|nous vous souhaitons|je vous souhaite a tous|passez|passe|et|en vous
        souhaitant|avec] [une|un|de|des] [tres] (bonne|bon|belle|beau|excellente|excellent|agreable|joyeuses
        |joyeux|bonnes|belles|heureuse|heureuses|doux|douce) (journee|soiree|weekend|week end|we|continuation
        |fin de journee|fin de semaine|semaine|apres midi
        |aprem|nuit|annee|vacances|fetes|noel|fin dannee|dimanche|lundi|mardi|mercredi|jeudi|vendredi|samedi
        |courage|repos|reprise|paques|fetes de fin dannee
        |annee nouvelle|conges|reveillon) [et] [une] [bonne] [continuation|soiree|annee|fin dannee] [a vous|a
        toi|a tous|aussi|a vous aussi|a toi aussi|a toutes et a tous|egalement|a vous egalement
        |a toute lequipe|a lequipe|a vous et a toute lequipe|a vous tous|a tout le monde|et merci] [aussi|egalement]
    (a vous aussi|a toi aussi|a vous egalement|de meme|pareillement|egalement|a vous de meme|vous aussi|toi
        aussi|meilleurs voeux|tous mes voeux|mes meilleurs voeux|prenez soin de vous
        |portez vous bien|continuez comme ca|continuez ainsi|bonne chance|bon courage a tous) [a vous|a tous|et
        a lequipe|a toute lequipe|et prenez soin de vous]
"""

STOP = (
    "eau leau message fenetre popup banniere publicite "
    "mauvais* cass* endommag* defect* incomplet* inutil* decev* decept* retard* perd* pert* gach* annul*"
    " resili* plaint* plaind* coup* panne* rate* malheur* malencontr* nul* lent* attent* menac* refus*"
    " rejet* ignor* insult* mensong* bloqu* plant* crash* inadmiss* inaccept* incompet* impoli* desagreab*"
    " catastroph* horrib* scandal* hont* efface* suppr* abim* vol* surfactur* cher* inexist* interromp*"
    " interrupt* brouillon* "
    "technicien technicienne plombier electricien livreur coursier expert inspecteur police reunion salle"
    " bientot futur future prochainement demain tardive tardif ulterieur ulterieure eventuel eventuelle"
    " inutile stupide terrible horrible grossier grossiere arrogant ridicule pathetique insultant insultante"
    " copiee collee copie colle automatique automatiques type standard generique robot trompeuse"
    " contradictoire silence desordre chaos perte temps perdu retard retards attente attentes echec desastre"
    " blague mensonge mensonges excuse excuses cauchemar piege degat degats resiliation promesse promesses"
    " rappel bricolage peine mediocre bleu bleue vert verte noir noire blanc blanche jaune grand petit pire"
    " secours coupure coupures interruption interruptions lechec lattente lexcuse lincident"
    " mauvais mauvaise mauvaises faux fausse casse cassee endommage endommagee vieux vieille ancien ancienne"
    " meme memes second seconde autre autres"
    " premier premiere deuxieme troisieme quatrieme prochain prochaine suivant suivante dernier derniere"
    " seul seule seuls vide defectueux defectueuse incomplet"
    " incomplete moitie demi partiel partielle manquant manquante tard reste partie plupart un une deux"
    " trois quatre cinq six dix rouge lent lente bizarre etrange"
    " pire expire expiree invalide double doublon different differente precedent precedente original date"
    " heure horaire jour jours creneau rendez vous option plan"
    " proposition offre prix semaine mois matin matinee apres midi soir nuit alternative variante version"
    " contournement idee lundi mardi mercredi jeudi vendredi samedi dimanche"
    " janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre collegue chef"
    " patron mari femme fils fille mere pere voisin voisine"
    " client cliente avocat mediateur et ou mais ou si quand que qui quoi dont lorsque pendant depuis avant"
    " sans avec pour dans sur sous chez par vers entre contre"
    " hors ne pas plus jamais aucun aucune rien ni presque quasi quasiment tout toute tous toutes chaque"
    " certains certaines quelques plusieurs peu beaucoup trop ce cet cette"
    " ces cela ca celui celle ceux lui elle elles ils nous vous leur leurs etre avoir fait faire doit dois"
    " peut peux veut veux voudrais aimerais faut faudrait besoin besoins"
    " merci svp urgent urgence demande demander envoyer envoyez donner donnez prendre prenez mettre mettez"
    " encore toujours aussi seulement juste deja alors ici cependant"
    " toutefois sinon parfois souvent pourtant erreur erreurs probleme problemes souci soucis bug question"
    " questions reclamation plainte frais amende facture moins assez"
    " temporaire provisoire limite limitee voyant voyants lampe alarme bruit alerte refus rejet relance"
    " menace virus fuite fumee feu incendie odeur argent vol panne pannes bourrage"
    " lerreur leau lalarme lalerte lamende lincendie lodeur lheure loption loffre lidee lundi lautre lun"
    " lune lancien lancienne loriginal largent lavocat lui leur lors lorsque les lesquels lesquelles"
    " laquelle lequel nest nont nai navons netait nen rarement lentement nul nulle lesquels certain certaine"
)
