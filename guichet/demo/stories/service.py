"""Colleagues write to the IT service desk."""

from __future__ import annotations

from guichet.demo.cast import CARE, SERVICE
from guichet.demo.story import Do, Mail, Note, Reply, Story

ADA, INES, JONAS = "ada@lumen.example", "ines@lumen.example", "jonas@lumen.example"

VPN = Story(
    SERVICE,
    "priya.raman@lumen.example",
    workdays=6,
    at="08:47",
    first=Mail(
        subject="VPN drops every ten minutes since Monday",
        look="outlook",
        text="""
Hi all,

since Monday my VPN connection drops roughly every ten minutes, always when I am on a call with a customer. The little
shield turns grey, everything freezes for about twenty seconds, then it comes back on its own.

I am at home in Ilkley on fibre. My husband's connection is fine on the same router, so I don't think it is the line.

It is rather embarrassing in front of customers. Could someone have a look today?

Thanks,
Priya
""",
    ),
    steps=(
        Do(JONAS, assign=JONAS, priority="high", tags=("vpn", "network"), after=12),
        Reply(
            JONAS,
            """
Hello Priya,

thank you for the clear description. I see your session ending with "dead peer detection" every nine to eleven minutes,
so the tunnel is closed by your side.

Two questions that will narrow it down:
- Did your laptop install the network driver update on Sunday evening? (Settings, Updates, History)
- Does it also happen with the cable instead of wireless?

Best regards,
Jonas
""",
            after=21,
        ),
        Mail(
            look="outlook",
            after=64,
            text="""
Hi Jonas,

yes, there is an "Intel wireless 23.80" from Sunday 22:10. With the cable it has been stable for half an hour now!

I can't stay on the cable though, it runs across the hallway and the dog has views about it.

Priya
""",
        ),
        Note(
            JONAS,
            """
Known with 23.80: power saving puts the card to sleep. 23.70 works. Rolled back on Grace's machine last week, same
picture. If a third one turns up I will hold the update back for everyone.
""",
            after=9,
        ),
        Reply(
            JONAS,
            """
Hello Priya,

then we have it: that driver sends the card to sleep too early. I have put your laptop back to the version before and
held the update. Please restart once, then you and the dog can both have the hallway back.

Best regards,
Jonas
""",
            after=18,
            status="pending",
        ),
        Mail(
            look="phone",
            after=195,
            text="""
Two calls of an hour each without a single drop. You are a star, thank you!
""",
        ),
        Do(JONAS, status="resolved", after=7),
    ),
)

PRINTER = Story(
    SERVICE,
    "lucie.perrin@lumen.example",
    workdays=4,
    at="09:12",
    first=Mail(
        subject="Imprimante du 2e étage : bourrage papier permanent",
        files=("panneau-imprimante.png",),
        text="""
Bonjour,

L'imprimante du 2e étage (à côté de la machine à café) annonce un bourrage papier dans le bac 2 alors qu'il n'y a plus
une seule feuille coincée. Nous avons tout ouvert, refermé, éteint, rallumé, rien n'y fait. Photo de l'écran en pièce
jointe.

C'est la clôture mensuelle et nous avons 200 pages à sortir avant jeudi soir. En attendant, nous descendons au
showroom, mais Karim commence à nous regarder de travers.

Merci d'avance,
Lucie
""",
    ),
    steps=(
        Do(INES, assign=INES, tags=("imprimante",), after=15),
        Reply(
            INES,
            """
Bonjour Lucie,

Le code 13.B2 de votre photo désigne le capteur du bac 2, pas le papier : un petit levier en plastique reste baissé.
Le technicien passe demain entre 10 h et 12 h avec la pièce.

D'ici là, j'ai redirigé l'impression vers le bac 3 : chargez-le en A4 et vous pourrez imprimer dès maintenant.

Bonne journée,
Inès
""",
            after=26,
            status="pending",
        ),
        Mail(
            after=38,
            text="""
Ça imprime par le bac 3, ouf ! Je vous confirme dès que le technicien est passé.

Lucie
""",
        ),
    ),
)

SHARE = Story(
    SERVICE,
    "juergen.haeussler@lumen.example",
    workdays=3,
    at="10:05",
    first=Mail(
        subject="Zugriff auf Laufwerk „Prüfberichte Größe XL“ für Frau Müller-Größinger",
        text="""
Guten Tag zusammen,

ab Montag verstärkt uns Frau Änne Müller-Größinger in der Qualitätssicherung. Sie benötigt bitte:
- Lesen und Schreiben auf dem Laufwerk „Prüfberichte Größe XL“
- Lesen auf „Rückläufer“ und „Müßiggänger-Serie (Altbestand)“
- das Postfach qualitaet@ als zweites Postfach in Outlook

Die Freigabe von Herrn Dr. Kößler liegt Ihnen vor, sie kam gestern als Hausmitteilung.

Mit freundlichen Grüßen
Jürgen Häußler
Qualitätssicherung, Werk Stuttgart
""",
    ),
    steps=(
        Do(JONAS, assign=JONAS, tags=("berechtigung",), after=40),
        Note(
            JONAS,
            """
Freigabe von Dr. Kößler liegt in der Ablage (Hausmitteilung vom 17.). Für „Altbestand“ gibt es noch keine Lesegruppe,
die muss erst angelegt werden.
""",
            after=12,
        ),
        Reply(
            JONAS,
            """
Guten Tag Herr Häußler,

„Prüfberichte Größe XL“, „Rückläufer“ und das Postfach sind eingerichtet und ab Montag 7 Uhr aktiv. Für die
Müßiggänger-Serie lege ich heute noch eine Lesegruppe an, danach bekommen Sie von mir eine kurze Bestätigung.

Freundliche Grüße
Jonas Weber
""",
            after=35,
        ),
        Mail(
            after=2,
            subject="Automatische Antwort: Zugriff auf Laufwerk „Prüfberichte Größe XL“ für Frau Müller-Größinger",
            headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("Precedence", "bulk")),
            text="""
Vielen Dank für Ihre Nachricht. Ich bin bis einschließlich Freitag auf Dienstreise und lese meine Mails nur am Abend.

In dringenden Fällen wenden Sie sich bitte an Herrn Dr. Kößler (Durchwahl 4402).

Jürgen Häußler
""",
        ),
    ),
)

STARTER = Story(
    SERVICE,
    "hannah.cole@lumen.example",
    workdays=5,
    at="14:20",
    first=Mail(
        subject="New starter on 1 December: laptop, accounts and badge",
        files=("starter-checklist.txt", "floor-plan-leeds.pdf"),
        cc=("grace.okafor@lumen.example",),
        text="""
Hello IT,

Imogen Clarke joins Grace's team in Leeds on 1 December as a sales adviser. The usual checklist is attached, and the
floor plan with her desk (2.14, by the window).

Could you please confirm
- the laptop will be in Leeds by the Friday before
- her mailbox exists a week earlier so that I can send the welcome pack
- whether the CRM licence needs a separate order this time

Many thanks,
Hannah
""",
    ),
    steps=(
        Do(ADA, assign=INES, tags=("onboarding",), after=25),
        Reply(
            INES,
            """
Hello Hannah,

the mailbox imogen.clarke@lumen.example is ready from next Monday and the laptop goes out with Thursday's shuttle. One
CRM licence is still free, so nothing to order.

Which phone would she like: the desk set or the app on her own mobile?

Kind regards,
Inès
""",
            after=75,
            status="pending",
        ),
        Mail(
            look="gmail",
            after=1330,
            text="""
Lovely, thank you. Imogen would like the app, no desk phone needed.
""",
        ),
    ),
)

TILL = Story(
    SERVICE,
    "karim.benali@lumen.example",
    workdays=2,
    at="10:58",
    first=Mail(
        subject="URGENT - caisse du showroom bloquée, clients qui attendent",
        look="phone",
        text="""
La caisse est figée sur « synchronisation en cours » depuis 10 h 40. J'ai trois clients devant moi et le terminal de
carte ne répond plus non plus. Vous pouvez m'appeler au showroom ???

Karim
""",
    ),
    steps=(
        Do(ADA, assign=INES, priority="critical", tags=("showroom", "caisse"), after=2),
        Reply(
            INES,
            """
Karim, je suis dessus. Débranchez le terminal de carte vingt secondes, rebranchez-le, et n'éteignez surtout pas la
caisse : les ventes du matin n'ont pas encore été transmises. Je vous appelle dans deux minutes.

Inès
""",
            after=3,
        ),
        Note(
            INES,
            """
Le disque du petit serveur du showroom était plein (journaux de la caisse, 38 Go). Vidé, synchronisation repartie à
11 h 09, les 14 ventes du matin sont bien arrivées. À prévoir : une rotation des journaux, sinon on
recommence en janvier.
""",
            after=14,
        ),
        Mail(
            look="phone",
            after=6,
            text="""
C'est reparti ! Le terminal aussi. Merci mille fois, les clients ont eu droit à un café.
""",
        ),
        Reply(
            INES,
            """
Parfait. Toutes les ventes de ce matin sont enregistrées, j'ai vérifié une par une. Je mets en place ce soir, après la
fermeture, de quoi éviter que cela recommence.

Inès
""",
            after=8,
            status="resolved",
        ),
    ),
)

PHISHING = Story(
    SERVICE,
    "owen.price@lumen.example",
    workdays=1,
    at="16:31",
    first=Mail(
        subject="Fwd: Your mailbox is 98% full - action required",
        html="""
<p>Hi, is this really from you? I did <b>not</b> click anything. Two others in the office got the same one.</p>
<p>Owen</p>
<p>-------- Forwarded message --------<br>From: Lumen Helpdesk &lt;it-service@lumen-mail.example&gt;<br>
Subject: Your mailbox is 98% full - action required</p>
<table width="520" cellpadding="14" style="border:1px solid #cccccc">
<tr><td style="background-color:#0b3d62;color:#ffffff"><font size="4">Mailbox quota exceeded</font></td></tr>
<tr><td><p>Dear user,</p><p>Your mailbox has reached <b>98%</b> of its limit. Incoming messages will be
<font color="#cc0000">deleted within 24 hours</font>.</p>
<p><a href="http://login.lumen-mail.example/quota?u=owen">https://mail.lumen.example/quota</a></p>
<p>IT Helpdesk</p><img src="http://track.lumen-mail.example/p.gif" width="1" height="1"></td></tr></table>
""",
        text="""
Hi, is this really from you? I did not click anything. Two others in the office got the same one.

Owen

-------- Forwarded message --------
From: Lumen Helpdesk <it-service@lumen-mail.example>
Subject: Your mailbox is 98% full - action required

Dear user, your mailbox has reached 98% of its limit. Incoming messages will be deleted within 24 hours.
""",
    ),
    steps=(
        Do(INES, assign=INES, priority="high", tags=("security", "phishing"), after=6),
        Note(
            INES,
            """
Not ours. The link's text says mail.lumen.example but it leads to lumen-mail.example, registered four days ago. Blocked
at the gateway at 16:41. Eleven people received it, nobody opened the page according to the proxy.
""",
            after=11,
        ),
        Reply(
            INES,
            """
Hi Owen,

well spotted, and thank you for not clicking: it is not from us. The link shows our address but leads elsewhere. We have
blocked it for everyone and removed the other copies. You can delete yours.

Inès
""",
            after=5,
            status="resolved",
        ),
    ),
)

PASSWORD = Story(
    SERVICE,
    "solene.legoff@lumen.example",
    workdays=7,
    at="08:06",
    first=Mail(
        subject="Mot de passe expiré, impossible d'ouvrir ma session",
        look="phone",
        text="""
Bonjour, retour de congés et mon mot de passe a expiré pendant mon absence. L'écran me propose de le changer puis
refuse le nouveau sans dire pourquoi. Je suis sur mon téléphone. Merci !

Solène
""",
    ),
    steps=(
        Reply(
            INES,
            """
Bonjour Solène,

C'est la règle des douze derniers mots de passe qui bloque, et le message ne le dit pas, vous avez raison. J'ai rouvert
votre session : vous pouvez choisir un nouveau mot de passe pendant une heure, d'au moins 14 caractères.

Bonne reprise,
Inès
""",
            after=14,
            status="resolved",
        ),
        Do(INES, status="closed", tags=("mot de passe",), after=900),
    ),
)

MONITOR = Story(
    SERVICE,
    "petra.vogel@lumen.example",
    workdays=1,
    at="11:17",
    first=Mail(
        subject="Monitor flackert",
        look="phone",
        text="""
Hallo, mein linker Monitor flackert seit heute früh im Sekundentakt. Kabel habe ich schon getauscht.
Ersatzgerät möglich?

VG Petra

Von meinem iPhone gesendet
""",
    ),
    steps=(Do(JONAS, priority="low", tags=("hardware",), after=45),),
)

ROOM = Story(
    SERVICE,
    "grace.okafor@lumen.example",
    workdays=1,
    at="15:02",
    first=Mail(
        subject="Meeting room Leeds 3: no sound on video calls",
        look="outlook",
        text="""
Hello,

in room Leeds 3 the far end cannot hear us. The screen and the camera work, the microphone bar on the table stays red
whatever we press. Rooms 1 and 2 are fine.

We have the quarterly review with Lyon in there on Thursday at 10, around twelve people.

Grace Okafor
Head of UK sales
""",
    ),
    steps=(Do(ADA, assign=ADA, tags=("meeting room",), after=50),),
)

SOFTWARE = Story(
    SERVICE,
    "mathieu.roussel@lumen.example",
    workdays=5,
    at="11:40",
    first=Mail(
        subject="Demande de logiciel : licence CAO pour le poste 3.07",
        text="""
Bonjour,

Le bureau d'études accueille un second projeteur en décembre. Il nous faudrait une licence CAO « LT » supplémentaire sur
le poste 3.07, version française, avec le module d'éclairage si le budget le permet.

Le code projet est BE-2026-31 et Mme Arnaud a donné son accord de principe.

Bien à vous,
Mathieu Roussel
""",
    ),
    steps=(
        Do(INES, assign=INES, tags=("licence", "achat"), after=85),
        Note(
            INES,
            """
Devis demandé au revendeur : 512 € HT la licence, 190 € le module. Au-dessus de 500 €, il faut la signature de
Mme Arnaud, un accord de principe ne suffit pas.
""",
            after=20,
        ),
        Reply(
            INES,
            """
Bonjour Mathieu,

La licence seule est à 512 € HT, le module d'éclairage à 190 € HT. Au-delà de 500 €, j'ai besoin de la validation écrite
de Mme Arnaud : une réponse « d'accord » à ce courriel suffit.

L'installation prend une demi-heure, à distance.

Cordialement,
Inès
""",
            after=1200,
            status="pending",
        ),
    ),
)

ORDERS = Story(
    SERVICE,
    "sabine.kraemer@lumen.example",
    workdays=3,
    at="07:31",
    first=Mail(
        subject="SAP-Schnittstelle: sämtliche Webshop-Aufträge von gestern Nachmittag fehlen",
        files=("schnittstelle.log.txt",),
        text="""
Guten Morgen,

in der Auftragsbearbeitung fehlen uns heute alle Aufträge aus dem Webshop, die gestern zwischen etwa 13:40 Uhr und
Mitternacht eingegangen sind. Im Shop selbst sind sie vorhanden (ich zähle 63), in SAP ist der letzte Auftrag die
4500118842 von 13:38 Uhr.

Was ich schon geprüft habe:
- Der Nachtlauf ist laut Protokoll „erfolgreich“ beendet, meldet aber 0 übertragene Sätze.
- Manuell angelegte Aufträge kommen ganz normal durch.
- Ein erneuter Anstoß über ZSHOP_IMPORT hat nichts geändert; die Ausgabe hängt als Textdatei an.

Die Zeit drängt ein wenig: Um 10:30 Uhr holt der Spediteur die Sendungen für Frankreich ab, und ohne Aufträge gibt es
keine Lieferscheine. Acht Bestellungen davon sind Expresslieferungen, für die wir eine Pönale zahlen, falls sie heute
nicht auf den Weg gehen. Ich könnte diese acht notfalls von Hand anlegen, hätte sie dann aber später doppelt, sobald
die Schnittstelle wieder läuft. Bitte sagen Sie mir, was Ihnen lieber ist.

Vielen Dank und freundliche Grüße
Sabine Krämer
Auftragsbearbeitung, Durchwahl 4417
""",
    ),
    steps=(
        Do(JONAS, assign=JONAS, priority="critical", tags=("sap", "webshop"), after=6),
        Reply(
            JONAS,
            """
Guten Morgen Frau Krämer,

danke, das Protokoll hilft sehr. Bitte legen Sie nichts von Hand an: Die 63 Aufträge liegen unversehrt in der
Warteschlange. Die Schnittstelle stolpert über einen einzigen Datensatz (ein Emoji im Firmennamen des Kunden) und hält
seit 13:40 Uhr dahinter alles an.

Ich nehme diesen einen heraus und starte neu. Rechnen Sie bis 8:30 Uhr mit den Aufträgen.

Jonas Weber
""",
            after=24,
        ),
        Mail(
            look="outlook",
            after=31,
            text="""
Hallo Herr Weber,

62 sind da, Lieferscheine drucken schon. Fehlt noch der eine mit dem Emoji: Das ist ausgerechnet eine der acht
Expresssendungen (Café Mirabelle, Nancy).

Sabine Krämer
""",
        ),
        Note(
            JONAS,
            """
Auftrag 4500118903 von Hand nachgezogen, Firmenname ohne Zeichen. Fehler beim Hersteller gemeldet.
""",
            after=12,
        ),
        Reply(
            JONAS,
            """
Erledigt, die Nummer ist 4500118903. Die Firma steht in SAP vorerst ohne ihr Lämpchen.

Jonas Weber
""",
            after=4,
            status="pending",
        ),
        Mail(
            look="outlook",
            after=95,
            text="""
Alles verladen, der Fahrer ist um 10:26 Uhr vom Hof. Ganz herzlichen Dank!

Kann man verhindern, dass ein Satz alle anderen aufhält?
""",
        ),
        Reply(
            JONAS,
            """
Genau das habe ich beim Hersteller beantragt. Bis dahin meldet uns die Überwachung jeden Stillstand, der länger als
fünfzehn Minuten dauert. Ich lasse die Anfrage offen, bis die Korrektur eingespielt ist.

Jonas Weber
""",
            after=40,
            status="in_progress",
        ),
        Do(JONAS, priority="normal", after=1),
    ),
)

DISK = Story(
    SERVICE,
    "monitoring@lumen.example",
    workdays=1,
    at="03:14",
    first=Mail(
        subject="[PROBLEM] backup-02: disk /srv 91 % used (warning)",
        headers=(("Auto-Submitted", "auto-generated"), ("X-Monitoring-State", "WARNING")),
        text="""
Host: backup-02.lumen.example (Lyon)
Check: disk /srv
State: WARNING since 03:09
Value: 91 % of 8.0 TB used, growth 1.4 % a day

At this rate the disk is full in 6 days.
""",
    ),
    steps=(
        Do(INES, assign=ADA, tags=("monitoring", "backup"), after=330),
        Note(INES, "The old yearly backups from 2023 may go after the audit. Asked Owen for the date.", after=10),
    ),
)

BADGE = Story(
    SERVICE,
    "yanis.morel@lumen.example",
    minutes_ago=96,
    first=Mail(
        subject="Badge refusé à la porte de l'entrepôt",
        text="""
Bonjour,

Depuis ce matin mon badge (n° 0418) est refusé à la porte B de l'entrepôt, voyant rouge. La porte A l'accepte sans
problème. L'équipe de nuit arrive à 21 h et trois d'entre eux ont le même modèle de badge que moi.

Yanis, entrepôt
""",
    ),
)

BATTERY = Story(
    SERVICE,
    "priya.raman@lumen.example",
    minutes_ago=23,
    first=Mail(
        subject="Laptop battery swelling?",
        look="html",
        inline=("touchpad.png",),
        text="""
Hi, me again, sorry!

My touchpad has started to stick out on one side and the lid no longer closes flat. It is warm even when idle. Is it
safe to keep it on? Picture below.

Priya
""",
    ),
)

CHECKOUT = Story(
    CARE,
    "dgallagher@mail.example",
    workdays=2,
    at="20:43",
    first=Mail(
        subject="Website: cannot finish checkout, error 502",
        look="gmail",
        text="""
Hello there,

I have tried three times to order the Kittiwake desk lamp in green. After I type my card details I get a white page with
"502 Bad Gateway". Has my card been charged? I can see nothing on my statement yet but I would rather not end up with
three lamps.

Declan Gallagher, Cork
""",
    ),
    steps=(
        Do("tom@lumen.example", assign="tom@lumen.example", tags=("webshop",), after=745),
        Reply(
            "tom@lumen.example",
            """
Dear Mr Gallagher,

none of the three attempts reached our payment provider, so nothing has been charged. I have kept one green Kittiwake
aside for you until Friday and passed the error on to our technicians. You will hear from us as soon as the checkout
works again.

Kind regards,
Tom Hughes
""",
            after=16,
        ),
        Do("tom@lumen.example", move=SERVICE, after=2),
        Do(JONAS, assign=JONAS, priority="high", after=30),
        Note(
            JONAS,
            """
The shop's proxy gives up after 5 s while the bank's page takes 7. Raised to 30 s, watching it today.
""",
            after=42,
        ),
    ),
)

STORIES = (
    VPN,
    PRINTER,
    SHARE,
    STARTER,
    TILL,
    PHISHING,
    PASSWORD,
    MONITOR,
    ROOM,
    SOFTWARE,
    ORDERS,
    DISK,
    BADGE,
    BATTERY,
    CHECKOUT,
)
