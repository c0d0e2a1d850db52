"""Customers write to the lamp maker's customer care."""

from __future__ import annotations

from guichet.demo.cast import CARE
from guichet.demo.story import Bounce, Do, Mail, Note, Reply, Story

ADA, CLAIRE, TOM = "ada@lumen.example", "claire@lumen.example", "tom@lumen.example"

BROKEN = Story(
    CARE,
    "e.whitcombe@whitcombe.example",
    workdays=5,
    at="09:34",
    first=Mail(
        subject="Order LU-20417: two of eight lamps arrived broken",
        look="outlook",
        inline=("broken-shade.png",),
        files=("delivery-note-LU-20417.pdf",),
        text="""
Good morning,

our eight Gannet pendants arrived yesterday and two of them have cracked glass shades. The outer box looked perfect, so
I suspect the inner padding had slipped. Photo below, delivery note attached.

The restaurant opens on the 12th and the electrician is booked for the 9th. Is there any chance of two replacement
shades before then? We only need the glass, the fittings are fine.

Kind regards,
Eleanor Whitcombe
Whitcombe & Sons Ltd, York
""",
    ),
    steps=(
        Do(TOM, assign=TOM, tags=("damage", "delivery"), priority="high", after=22),
        Reply(
            TOM,
            """
Dear Ms Whitcombe,

I am sorry, that is not how a Gannet should arrive. Two new shades leave our works tomorrow by express and should be in
York the day after.

May I ask which address they should go to: your office, or straight to the restaurant?

There is no need to send the broken glass back. Please mind your fingers.

Kind regards,
Tom Hughes
""",
            after=35,
            status="pending",
        ),
        Mail(
            look="outlook",
            after=58,
            text="""
Straight to the restaurant please, somebody is there from 8:

The Corn Exchange, 3 Low Petergate, York YO1 7HY

Thank you for being so quick about it.
""",
        ),
        Reply(
            TOM,
            """
Done: the parcel number is 7730 4418 22, delivery on Thursday before noon. I will check on Thursday afternoon that both
arrived whole.

Tom Hughes
""",
            after=14,
            status="in_progress",
        ),
    ),
)

TWICE = Story(
    CARE,
    "payables@whitcombe.example",
    workdays=2,
    at="11:25",
    first=Mail(
        subject="Invoice INV-2026-3381 received twice with different totals",
        look="outlook",
        cc=("e.whitcombe@whitcombe.example",),
        text="""
Dear Sir or Madam,

we received invoice INV-2026-3381 twice: on 3 November over £2,148.00 and on 17 November over £2,184.00. We assume the
digits were swapped in one of them. Our order says £2,148.00.

Please cancel the wrong one in writing so that we can release the payment, which is due on Friday.

Accounts Payable, Whitcombe & Sons Ltd
""",
    ),
    steps=(
        Do(TOM, assign=TOM, tags=("invoice",), after=130),
        Note(
            TOM,
            """
£2,148.00 is right. The second one was typed by hand after the printer jam. Asked Lucie for a credit note.
""",
            after=25,
        ),
    ),
)

VAT = Story(
    CARE,
    "m.favre@bellerive.example",
    workdays=3,
    at="14:08",
    first=Mail(
        subject="Facture F-2026-1183 : TVA facturée à tort",
        look="html",
        files=("facture-F-2026-1183.pdf",),
        text="""
Madame, Monsieur,

Votre facture F-2026-1183 du 14 novembre (ci-jointe) comporte une TVA française de 20 %, soit 1 264,00 €. Notre hôtel
étant établi à Genève et la marchandise ayant été exportée, nous attendons une facture hors taxes.

Le document d'exportation porte la référence MRN 26FR00214A7788123.

Dans l'attente d'un avoir et d'une facture rectifiée, veuillez agréer, Madame, Monsieur, nos salutations distinguées.

Martine Favre
Comptabilité, Hôtel Bellerive
""",
    ),
    steps=(
        Do(CLAIRE, assign=CLAIRE, tags=("facture", "tva"), after=55),
        Reply(
            CLAIRE,
            """
Chère Madame Favre,

Vous avez raison, la livraison relève bien de l'exportation. J'ai demandé l'avoir à notre comptabilité ; la facture
rectifiée hors taxes vous parviendra d'ici vendredi.

Je vous prie d'excuser cette erreur.

Bien cordialement,
Claire Dubois
""",
            after=48,
        ),
        Note(
            CLAIRE,
            """
Lucie (compta) : l'avoir part jeudi. À vérifier : la fiche client a « FR » comme pays de livraison.
""",
            after=90,
        ),
    ),
)

GULL = Story(
    CARE,
    "einkauf@lindner-braeu.example",
    workdays=4,
    at="13:45",
    first=Mail(
        subject="Pendelleuchte „Große Möwe“: Baldachin fehlt, Maße für Ersatz?",
        text="""
Grüß Gott,

bei der gestern gelieferten „Großen Möwe“ (Auftrag LU-20466) fehlt der Baldachin samt Schrauben, der Karton war
ungeöffnet. Wir hängen sie über dem Sudkessel auf und bräuchten ihn in Messing, gebürstet.

Könnten Sie uns vorab Durchmesser und Bohrabstand nennen? Dann kann der Elektriker schon einmal anzeichnen.

Schöne Grüße aus Bamberg
Korbinian Lindner
Brauhaus Lindner GmbH
""",
    ),
    steps=(
        Do(CLAIRE, assign=TOM, tags=("ersatzteil",), after=33),
        Reply(
            TOM,
            """
Guten Tag Herr Lindner,

der Baldachin geht heute noch an Sie heraus, in Messing gebürstet, natürlich ohne Berechnung. Zum Anzeichnen:
- Durchmesser 128 mm, Höhe 34 mm
- Bohrabstand 82 mm, Langlöcher für 5-mm-Schrauben

Über dem Sudkessel wird es feucht: Nehmen Sie bitte die beiliegende Dichtung, auch wenn sie nicht schön ist.

Freundliche Grüße
Tom Hughes
""",
            after=52,
            status="pending",
        ),
    ),
)

NEWSLETTER = Story(
    CARE,
    "hello@contract-lighting-weekly.example",
    workdays=3,
    at="06:00",
    first=Mail(
        subject="The Contract Lighting Weekly #212: Is 2700 K the new 3000 K?",
        headers=(
            ("Precedence", "bulk"),
            ("List-Id", "The Contract Lighting Weekly <weekly.contract-lighting-weekly.example>"),
            ("List-Unsubscribe", "<https://contract-lighting-weekly.example/leave>"),
        ),
        html="""
<table width="600" align="center" cellpadding="16" style="font-family:Georgia,serif">
<tr><td style="background-color:#1f2933;color:#ffffff"><h1>The Contract Lighting Weekly</h1>Issue 212</td></tr>
<tr><td><h2>Is 2700 K the new 3000 K?</h2><p>Hotels are going warmer. We asked eleven designers what they now specify
for corridors, and why two of them refuse to answer.</p>
<p><a href="https://contract-lighting-weekly.example/212">Read on</a></p>
<img src="https://contract-lighting-weekly.example/212/header.jpg" width="560" height="240" alt="A corridor"></td></tr>
<tr><td><h3>Also this week</h3><ul><li>Dimmers that do not hum: a test of nine</li><li>Dates: Light + Building 2028</li>
<li>A museum in Ghent that is lit by north windows only</li></ul></td></tr>
<tr><td style="color:#777777"><small>You receive this because somebody signed up with this address.
<a href="https://contract-lighting-weekly.example/leave">Leave</a></small></td></tr></table>
""",
        text="""
THE CONTRACT LIGHTING WEEKLY, issue 212

Is 2700 K the new 3000 K? Hotels are going warmer.

Leave: https://contract-lighting-weekly.example/leave
""",
    ),
    steps=(Do(TOM, status="closed", priority="low", tags=("newsletter",), after=190),),
)

TOWN = Story(
    CARE,
    "p.garnier@saint-aubin.example",
    workdays=7,
    at="10:22",
    first=Mail(
        subject="Demande de devis : 40 lampadaires pour l'aménagement des quais",
        files=("plan-des-quais.pdf",),
        text="""
Madame, Monsieur,

Dans le cadre de la rénovation des quais de l'Aubette (phase 2, du pont Neuf à la passerelle des Lavandières), la ville
de Saint-Aubin souhaite remplacer quarante points lumineux. Le plan d'implantation est joint.

Nos contraintes sont les suivantes :
- mâts de 4,5 m en acier, teinte RAL 7016, résistance au vent zone 3
- température de couleur 2 700 K au plus, extinction partielle de 23 h à 5 h (arrêté biodiversité)
- pièces détachées garanties quinze ans
- pose par nos équipes, livraison échelonnée en trois lots entre mars et mai

Le budget sera soumis au conseil municipal le 15 décembre. Il nous faudrait donc un devis ferme avant le 8, accompagné
d'une étude photométrique sommaire. Une visite sur place est possible tous les matins, sauf le mercredi, jour de marché.

Je reste à votre disposition et vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations distinguées.

Philippe Garnier
Responsable de la voirie, ville de Saint-Aubin
""",
    ),
    steps=(
        Do(CLAIRE, assign=CLAIRE, priority="high", tags=("devis", "collectivité"), after=44),
        Reply(
            CLAIRE,
            """
Monsieur Garnier,

Merci pour ce dossier très complet. Notre modèle « Grand Héron » répond à vos contraintes, y compris l'extinction
partielle, qui se règle mât par mât.

Pour l'étude photométrique, il me manque deux choses : la largeur du quai au droit de la passerelle et la hauteur du
parapet. Pourriez-vous me les indiquer ?

Bien cordialement,
Claire Dubois
""",
            after=160,
            status="pending",
        ),
        Mail(
            after=1105,
            text="""
Bonjour Madame,

La largeur est de 6,20 m au droit de la passerelle (4,80 m ailleurs). Le parapet mesure 0,95 m.

Peut-on prévoir la visite mardi à 9 h, au pied du pont Neuf ?

Philippe Garnier
""",
        ),
        Note(
            CLAIRE,
            """
Visite mardi 9 h, j'y vais avec Mathieu (design). Remise possible : 12 % à partir de 30 mâts, vu avec la direction. Ne
pas l'écrire avant le devis.
""",
            after=60,
        ),
        Reply(
            CLAIRE,
            """
Monsieur,

C'est noté : mardi à 9 h au pied du pont Neuf, avec notre concepteur. Vous recevrez l'étude et le devis ferme le 4
décembre au plus tard.

Bien cordialement,
Claire Dubois
""",
            after=12,
        ),
        Mail(
            look="outlook",
            after=2910,
            text="""
Madame,

Merci pour la visite d'hier. Les élus demandent une variante à trente-six mâts. Pouvez-vous chiffrer les deux ?

Philippe Garnier
""",
        ),
    ),
)

DIMMER = Story(
    CARE,
    "familie.schroeder@post.example",
    workdays=6,
    at="19:27",
    first=Mail(
        subject="Dimmer brummt",
        text="""
Sehr geehrte Damen und Herren,

seit einer Woche hängt bei uns im Esszimmer Ihre Leuchte „Seeschwalbe“. Sie ist wunderschön, aber sie brummt, sobald man
sie herunterdimmt. Meine Frau hört es, ich nicht, der Hund schon.

Liegt das an der Leuchte oder am Dimmer (Drehdimmer, ca. 15 Jahre alt)?

Mit freundlichem Gruß
Günther Schröder
""",
    ),
    steps=(
        Do(CLAIRE, assign=CLAIRE, tags=("reklamation", "dimmer"), after=800),
        Reply(
            CLAIRE,
            """
Guten Tag Herr Schröder,

Ihre Frau und der Hund haben recht. Es liegt am Dimmer: Ältere Drehdimmer arbeiten mit Phasenanschnitt, unsere
LED-Module brauchen Phasenabschnitt (auf dem Gerät steht „LED“ oder „C“).

Würden Sie mir bitte schreiben, was auf dem Dimmer steht? Dann nenne ich Ihnen einen passenden.

Freundliche Grüße
Claire Dubois
""",
            after=25,
            status="pending",
        ),
        Mail(
            look="gmail",
            after=1480,
            text="""
Guten Abend Frau Dubois,

auf dem Dimmer steht „60-400 W, R,L“ und ein Name, den man nicht mehr lesen kann.

Günther Schröder
""",
        ),
        Do(CLAIRE, status="in_progress", after=760),
    ),
)

MODULE = Story(
    CARE,
    "ruth.ashworth@mail.example",
    workdays=4,
    at="17:50",
    first=Mail(
        subject="How do I replace the LED module?",
        look="phone",
        text="""
Hello, my Plover reading lamp (2021) has gone dim. The leaflet says the module can be replaced at home but not how. Do I
need a special tool?

Ruth
""",
    ),
    steps=(
        Reply(
            TOM,
            """
Hello Ruth,

no special tool, only patience:
- unplug the lamp and let it cool
- turn the ring below the shade a quarter to the left, it clicks
- pull the module straight out and push the new one (part 0417-L) in until it clicks again

The part costs £14 and fits every Plover since 2019. Shall I send you one?

Tom
""",
            after=930,
            status="resolved",
        ),
        Mail(
            look="gmail",
            after=140,
            text="""
Yes please! Same address as in 2021. What a relief that it is not a throw-away.
""",
        ),
        Reply(
            TOM,
            """
It is in today's post, with the invoice in the box. Enjoy your book.

Tom
""",
            after=55,
            status="resolved",
        ),
        Do(TOM, tags=("spare part", "plover"), after=1),
    ),
)

GONE = Story(
    CARE,
    "j.thibault@courriel.example",
    workdays=5,
    at="12:16",
    first=Mail(
        subject="Où en est ma commande LU-20398 ?",
        text="""
Bonjour,

J'ai commandé deux appliques « Sterne » il y a trois semaines et le suivi indique toujours « en préparation ». Merci
de me dire quand je les recevrai, les travaux sont finis et j'ai deux fils qui sortent du mur.

Jean Thibault
""",
    ),
    steps=(
        Do(CLAIRE, assign=CLAIRE, tags=("livraison",), after=65),
        Reply(
            CLAIRE,
            """
Bonjour Monsieur Thibault,

Vos deux appliques attendaient un verre qui vient d'arriver. Elles partent demain et seront chez vous lundi, avec une
ampoule offerte pour le retard.

Bien cordialement,
Claire Dubois
""",
            after=20,
            status="pending",
        ),
        Bounce("5.2.2", "552 5.2.2 <j.thibault@courriel.example>: mailbox is full", after=1),
    ),
)

CANCEL = Story(
    CARE,
    "bonjour@cafe-mirabelle.example",
    workdays=6,
    at="16:12",
    first=Mail(
        subject="Annulation de la commande LU-20431",
        look="html",
        text="""
Bonjour,

Nous avons commandé six « Mouette » en blanc et, après essai avec celle du salon, ce sera finalement le vert sauge.
Est-il encore temps d'annuler la commande LU-20431 et de la repasser en vert ?

Merci !
Nora, Café Mirabelle
""",
    ),
    steps=(
        Reply(
            CLAIRE,
            """
Bonjour Nora,

Il était temps, elles passaient en peinture demain. Inutile d'annuler : j'ai changé la couleur en vert sauge, le prix et
la date de livraison ne bougent pas.

Très bon choix, soit dit en passant.

Claire
""",
            after=37,
            status="resolved",
        ),
        Mail(look="gmail", after=22, text="Formidable, merci Claire ! Passez prendre un café si vous êtes à Nancy."),
        Do(CLAIRE, status="closed", tags=("commande",), after=1300),
    ),
)

LATE = Story(
    CARE,
    "buero@oeztuerk-soehne.example",
    workdays=1,
    at="09:03",
    first=Mail(
        subject="Lieferverzug Auftrag LU-20402, Bauvorhaben Kindertagesstätte Köln-Mülheim",
        look="outlook",
        text="""
Sehr geehrte Damen und Herren,

die für vergangenen Freitag zugesagten 24 Deckenleuchten „Kiebitz“ sind auf der Baustelle nicht eingetroffen. Der
Trockenbauer schließt die Decken am kommenden Mittwoch. Jeder Tag Stillstand kostet den Bauherrn rund 1.900 €.

Bitte teilen Sie uns bis heute 15 Uhr verbindlich mit:
1. wo sich die Sendung befindet,
2. wann sie auf der Baustelle ist,
3. wer am Liefertag telefonisch erreichbar ist.

Mit freundlichen Grüßen
Dipl.-Ing. Aylin Öztürk
Architekturbüro Öztürk & Söhne
""",
    ),
    steps=(
        Do(ADA, assign=TOM, priority="critical", tags=("lieferung", "baustelle"), after=14),
        Note(
            TOM,
            """
Spediteur: Die Palette steht seit Donnerstag in Hagen, falsche Hausnummer auf dem Frachtbrief (unser Fehler). Zustellung
morgen 7-9 Uhr ist möglich, kostet 180 €. Ada, einverstanden?
""",
            after=66,
        ),
        Note(ADA, "Einverstanden. Bitte gleich zusagen und meine Durchwahl angeben.", after=7),
        Reply(
            TOM,
            """
Sehr geehrte Frau Öztürk,

die Sendung steht beim Spediteur in Hagen; auf dem Frachtbrief stand eine falsche Hausnummer, und das war unser Fehler.
1. Ort: Depot Hagen, Palette vollständig
2. Zustellung: morgen zwischen 7 und 9 Uhr, verbindlich
3. Erreichbar: Ada Kessler, +33 4 78 00 01 02, ab 6:30 Uhr

Es tut uns leid, dass Sie nachfragen mussten.

Mit freundlichen Grüßen
Tom Hughes
""",
            after=9,
            status="pending",
        ),
    ),
)

WARRANTY = Story(
    CARE,
    "familie.schroeder@post.example",
    workdays=1,
    at="18:39",
    first=Mail(
        subject="Garantieverlängerung möglich?",
        look="gmail",
        text="""
Guten Abend,

auf Ihrer Seite lese ich von fünf Jahren Garantie „nach Anmeldung“. Unsere „Seeschwalbe“ habe ich beim Händler gekauft.
Kann ich sie trotzdem noch anmelden, und wo finde ich die Seriennummer?

Günther Schröder
""",
    ),
)

THANKS = Story(
    CARE,
    "amelie.roche@courriel.example",
    workdays=3,
    at="21:05",
    first=Mail(
        subject="Merci !",
        look="phone",
        text="""
Juste un mot pour vous dire que la lampe de mon grand-père, réparée dans votre atelier, éclaire de nouveau mon bureau.
Elle avait 46 ans. Transmettez à la personne qui a refait le câblage en tissu. Merci, merci.

Amélie
""",
    ),
    steps=(
        Reply(
            CLAIRE,
            """
Chère Amélie,

Votre message est affiché à l'atelier, au-dessus de l'établi de Paulo, qui a refait le câblage. Il a rougi.

Rendez-vous dans 46 ans pour la prochaine révision.

Claire
""",
            after=710,
            status="closed",
        ),
        Do(CLAIRE, priority="low", tags=("compliment",), after=1),
    ),
)

FLICKER = Story(
    CARE,
    "amelie.roche@courriel.example",
    minutes_ago=142,
    first=Mail(
        subject="Lampe Goéland : scintillement après une heure",
        look="html",
        inline=("filament.png",),
        text="""
Bonjour,

C'est encore moi, pour une autre lampe ! Ma Goéland (achetée en septembre) se met à scintiller au bout d'une heure
environ, puis se calme si je l'éteins dix minutes. J'ai réussi à le prendre en photo.

Est-ce dangereux de l'utiliser en attendant ?

Amélie Roche
""",
    ),
)

ACCOUNT = Story(
    CARE,
    "sam@brightside-interiors.example",
    minutes_ago=71,
    first=Mail(
        subject="Trade account application",
        look="outlook",
        files=("trade-account-form.pdf",),
        text="""
Hi there,

we fit out small hotels in the south-west and would like to open a trade account with you. Filled-in form attached.

What are your terms for orders under £1,000, and do you deliver to sites that only have a container office?

Best,
Sam Delacroix-Byrne
Brightside Interiors
""",
    ),
)

ADDRESS = Story(
    CARE,
    "einkauf@lindner-braeu.example",
    minutes_ago=38,
    first=Mail(
        subject="Neue Rechnungsanschrift ab 1. Dezember",
        text="""
Grüß Gott,

ab 1. Dezember lautet unsere Rechnungsanschrift:

Brauhaus Lindner GmbH
Buchhaltung
Obere Königstraße 112 a
96052 Bamberg

Die Lieferanschrift bleibt gleich. Übrigens: Der Baldachin ist da und passt.

Korbinian Lindner
""",
    ),
)

STORIES = (
    BROKEN,
    TWICE,
    VAT,
    GULL,
    NEWSLETTER,
    TOWN,
    DIMMER,
    MODULE,
    GONE,
    CANCEL,
    LATE,
    WARRANTY,
    THANKS,
    FLICKER,
    ACCOUNT,
    ADDRESS,
)
