"""German: everything a mail may say and still be nothing but thanks.

Without accents, apostrophes and capitals: the text is compared without them, too. What is not here is a request, so
this grows only by phrases that cannot turn into one: no "but", "still", "only", "yet", "not", no bare "yes", nothing
that points to later. Whole phrases stand here; what is put together of parts is in `german_parts`.
"""

from __future__ import annotations

from guichet.tickets.thanks import german_parts as built
from guichet.tickets.thanks.language import Language

GERMAN = Language(
    parts=built.PARTS,
    stop=built.STOP,
    wish=(built.WISH,),
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
        "quick": "toller tolles klare klaren klares ausfuhrlichen verstandliche freundlichen freundliches kompetenten"
        " prompten zugigen hilfreiche hilfreichen hilfreicher geduldige geduldigen professionelle"
        " professionellen tatkraftige tatkraftigen grosse grossen grosser wertvolle wertvollen unermudliche"
        " exzellente exzellenten superschnelle superschnellen blitzschnelle unkomplizierten angenehme"
        " angenehmen detaillierte detaillierten engagierte personliche personlichen nettes tolles gutes"
        " wunderbare wunderbaren perfekten lieben lieber hervorragenden einfache einfachen vorbildliche"
        " sofortige sofortigen nutzliche klasse top spitzen genial geniale rasches schnelles promptes "
        "schnelle rasche tolle super prompte gute freundliche grossartige unkomplizierte "
        "kompetente nette zugige zuegige perfekte "
        "ausfuhrliche ausfuehrliche hervorragende liebe kurzfristige umgehende schnellen raschen guten tollen netten",
        "help": "erlauterung erlauterungen abwicklung kontakt kontakte erklarungen antworten losungen zeit"
        " einsatz freundlichkeit flexibilitat kulanz entgegenkommen verstandnis aufmerksamkeit beratung"
        " betreuung hilfsbereitschaft kompetenz professionalitat zusammenarbeit engagement ausdauer"
        " umsetzung lieferung ersatzlieferung gutschrift erstattung anruf ruckruf telefonat gesprach besuch"
        " team kundenservice kundendienst aufklarung anleitung informationen klarung terminvergabe nachricht"
        " rat ratschlag ratschlage mitteilung reaktionszeit unterstutzungen bemuhen bemuhung leistung aktion"
        " feedback handhabung problemlosung fehlerbehebung vorschlag "
        "hilfe unterstutzung unterstuetzung antwort ruckmeldung rueckmeldung losung "
        "loesung reaktion bearbeitung info infos information "
        "informationen erklarung erklaerung muhe muehe arbeit einsatz support service geduld bemuhungen "
        "bemuehungen erledigung "
        "behebung freundlichkeit tipps tipp hinweis auskunft bestatigung bestaetigung nachricht "
        "reparatur hilfestellung einrichtung mail",
    },
    thanks=(
        built.THANKS,
        """
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
    ),
    solved=(
        built.SOLVED,
        """
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
    ),
    praise=(
        built.PRAISE,
        """
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
    ),
    mild=(
        """
        (super|toll|prima|klasse|gut|spitze|sehr gut|hervorragend|perfekt) (gemacht|gelost|erklart|geklappt
            |geregelt|hinbekommen|organisiert)
        was fur (ein|eine) [{quick}] [und] {quick} {help}
        (toll|cool|schon|schoen|gut|sehr gut|genial|fein|juhu|hurra|yeah|wow|geil|nice|sehr schon|sehr schoen
            |sehr nett|lieb|sehr lieb|nett|freut mich|fix|schnell|flott|erfreulich|bravo)
        (das ist|das war|das ware|ist|wie|das) [sehr|ja|echt|wirklich|total] (toll|cool|schon|schoen|gut|nett
            |lieb|freundlich|schnell|fein|hilfreich|lieb von ihnen|lieb von dir|nett von ihnen|nett von dir
            |erfreulich)
        (freut mich|das freut mich|freut mich sehr|das freut mich sehr|da freue ich mich|das freut uns
            |ich freue mich|bin erleichtert)
    """,
    ),
    courtesy=(
        """
        (vielen|tausend|herzlichen|besten)
        [ah|ach|oh|ok|jetzt|nun] (verstehe|verstehe ich|verstehe ich es|verstehe ich das|ich verstehe|habe ich
            verstanden|habe ich es verstanden|leuchtet ein|das leuchtet ein|macht sinn|das macht sinn|das
            ergibt sinn|ergibt sinn|ist klar|ist mir klar|gut zu wissen|ist gut zu wissen|das erklart alles|das
            erklart es|das klart alles) [jetzt|nun]
        (ok|okay|oki|okey|alles klar|vlg|hg|glg|ist notiert|notiert|ist vermerkt|habs notiert|zur kenntnis
            genommen|verstanden|erhalten|habe ich erhalten|habe alles erhalten|angekommen
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
    ),
    yes=(
        built.YES,
        "(ja|jep|jo|jawohl|jup|joa|jawoll|genau|bestatige|ich bestatige|kann ich bestatigen"
        "|kann bestatigen|bestaetige|stimmt|richtig|tatsachlich)",
    ),
    titles="herr frau herrn dr prof fr hr",
    hello="hallo hi hey liebe lieber liebes moin servus guten sehr geehrte geehrter",
    closing="grusse grussen gruesse gruessen gruss mfg lg vg bg dank danke hochachtungsvoll herzlichst",
    open="bitte dringend hilfe kaputt problem fehler frage fehlt brauche ruckruf rueckruf morgen montag "
    "dienstag mittwoch donnerstag "
    "freitag samstag sonntag nachste naechste spater aber nicht kein keine nie noch immer auch ps "
    "termin rechnung bestellung angebot anruf "
    "storung stoerung meeting anlage anhang ticket auftrag lieferung abholung defekt",
)
