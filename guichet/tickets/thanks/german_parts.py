"""What German thanks are built of, beside the whole phrases of `german`."""

from __future__ import annotations

PARTS = {
    "people": "mutter|vater|frau|mann|tochter|sohn|kollegin|kollege|kollegen|kolleginnen|team|schuler"
    "|schulerinnen|studenten|eltern|chef|chefin|kunden|kinder|mitarbeiter|mitarbeiterin|mitarbeiterinnen"
    "|nutzer|anwender|assistentin|abteilung|leute|lehrer",
    "good_thing": "ton|bild|signal|strom|internet|wlan|netz|netzwerk|verbindung|server|webseite|website"
    "|seite|system|dienst|zugang|zugriff|anzeige|bildschirm|telefon|telefone|mails|email|mail|app|daten"
    "|dateien|ordner|musik|video|heizung|wasser|licht|aufzug|kalender|drucker|leitung|empfang",
    # A thing that nobody knows, with what it is like.
    "a": "{any}|{quick}|{help}|{thing}",
    "np": "(die|ihre|deine|eure|den|das|ihren|deinen|euren|diese|diesen|dieses|euer|ihr|dein|der|all die|all"
    " ihre|ihre ganze|die ganze|meine|unsere|mein|unser|was fur ein|was fur eine|so ein|so"
    " eine) [<a>] [und] [<a>] (<a>)"
    " [und [<a>] (<a>)] [(am|an der|im|in der|per|beim|bei der|mit dem|mit der|zum|zur|uber das|von) [<a>]"
    " (<a>)] [<when>]",
    "thank": "danke ihnen beiden|danke euch beiden|vielen dank ihnen beiden|vielen dank euch beiden|danke"
    " beiden|danke|dank|vielen dank|herzlichen dank|besten dank|tausend dank|lieben dank|schonen dank"
    "|schoenen dank|recht herzlichen dank"
    "|ganz herzlichen dank|ganz lieben dank|1000 dank|danke schon|danke schoen|dankeschon|dankeschoen|danke"
    " sehr|danke vielmals"
    "|danke dir|danke ihnen|danke euch|danke nochmal|danke nochmals|nochmals danke|nochmal danke|noch mal"
    " danke|noch einmal danke|nochmals vielen dank"
    "|nochmal vielen dank|noch einmal vielen dank|nochmals herzlichen dank|vielen vielen dank|vielen lieben"
    " dank|vielen herzlichen dank"
    "|herzlichsten dank|ein grosses danke|ein grosses dankeschon|ein herzliches dankeschon|grossen dank"
    "|danke danke|und danke|sage danke|sag danke|merci"
    "|wirklich vielen dank|danke ihnen vielmals|danke ihnen sehr|danke dir sehr|danke euch allen|danke ihnen"
    " allen|dickes danke|ein dickes dankeschon|vielen dank ihnen"
    "|vielen dank euch|vielen dank dir|vielen dank auch|besten dank auch|einfach danke|ich danke ihnen|ich"
    " danke dir|ich danke euch|wir danken ihnen|wir danken euch"
    "|ich danke ihnen sehr|ich danke ihnen herzlich|wir danken ihnen herzlich|ich danke vielmals|wir danken"
    " vielmals|dankeee|danki|thx|thanks",
    "mine": "ich mochte mich|wir mochten uns|ich wollte mich|wir wollten uns|ich bedanke mich|wir bedanken"
    " uns|bedanke mich|bedanken uns|mochte mich|wollte mich",
    "done": "gebracht|drangeblieben|dran geblieben|gesucht|nachgehakt|angerufen|durchgehalten|zugehort|ermittelt"
    "|aktualisiert|verlangert|ersetzt|gewechselt|beschleunigt|gesichert|installiert|herausgefunden|angepasst"
    "|geliefert|verschickt|aktiviert|eingehalten|vermittelt|geholfen|weitergeholfen|erledigt|gelost|geloest"
    "|gekummert|gekuemmert|gemeldet|zuruckgemeldet"
    "|geantwortet|reagiert|behoben|repariert|erklart|erklaert"
    "|bearbeitet|genommen|unterstutzt|unterstuetzt|bemuht|bemueht|gemacht|geregelt|organisiert|hinbekommen"
    "|geklart|geklaert|beantwortet|freigeschaltet|entsperrt"
    "|wiederhergestellt|eingerichtet|ausgetauscht|angenommen|eingesetzt|gefunden|beraten|informiert"
    "|mitgeteilt|durchgefuhrt|umgesetzt|ermoglicht|geschafft|gewesen|bewegt"
    "|nachgesehen|nachgeschaut|gerettet|begleitet|beruhigt|gedacht|ausgefuhrt|korrigiert",
    "slot": "((meiner|meinem|meine|meinen|unserer|unserem|unsere|unseren) (<people>)|(mit dem|mit der|bei"
    " der|beim|mit ihrem|mit seinem|mit ihrer) {any}|vor dem wochenende|meine {any}|mein {any}|meinen {any}"
    "|unsere {any}|unser {any}|unseren {any}|so effizient"
    "|effizient|an der sache|an dem fall|am ball|die zeit|sich die zeit|sich|dich|euch|mir|mich|uns|das|es"
    "|alles|dies|so|schnell|schnellstens|rasch|prompt|zugig|fix"
    "|unkompliziert|kompetent|freundlich|gut|toll|meine|mein|unser"
    "|unsere|meinem|meiner|unserem|unserer|problem|anliegen|sache|anfrage|storung|fehler|frage|fragen|fall"
    "|konto|darum|drum|dem|der|die|den|zeit|muhe|dafur|heute|gestern|gleich"
    "|sofort|direkt|umgehend|noch|extra|wieder|super|sehr|wirklich|immer|am wochenende|auf die schnelle|in"
    " ordnung|und|angelegenheit|geduldig|ausfuhrlich|verstandlich"
    "|professionell|hervorragend|personlich|kurzfristig|ruhig|nett|lieb|einen moment|bei uns|bei mir|vor ort"
    "|fur mich|fur uns|wunderbar|spat|abends|perfekt|flott)",
    "row": "[<slot>] [<slot>] [<slot>] [<slot>] [<slot>] [<slot>]",
    "deed": "dass (sie|du|ihr|das team|ihr team|man|alle) (<row>) (<done>) [haben|hast|habt|hat|sind|bist"
    "|seid|wurde] [und (<row>) (<done>) [haben|hast|habt]]"
    "|dass (sie|du|ihr) [immer|so|sehr|auch] (<slot>) [und] [<slot>] (geduldig|freundlich|schnell|nett"
    "|hilfsbereit|hilfreich|flexibel|verstandnisvoll|aufmerksam|da|fur mich da|fur uns da"
    "|erreichbar|kompetent) (waren|warst|wart|sind|bist|seid|gewesen sind)"
    "|dass (sie|du|ihr) so (geduldig|freundlich|schnell|nett|hilfsbereit|hilfreich|flexibel|verstandnisvoll)"
    " [mit mir] (waren|warst|wart|sind|bist|seid)"
    "|dass (es|das|alles) [jetzt|nun|doch|noch] (<row>) (geklappt hat|funktioniert hat|ging|gegangen ist"
    "|geklappt|lief|gelaufen ist|funktioniert)",
    "when": "in den letzten tagen|die letzten tage|in den letzten wochen|in letzter zeit|vor dem wochenende"
    "|vor weihnachten|vor den feiertagen|am telefon heute morgen|am telefon heute fruh|die ganze zeit|all"
    " die jahre|heute|gestern|heute fruh|heute morgen|heute vormittag|gestern"
    " abend|gerade|gerade eben|eben|soeben|vorhin|diese woche|in diesem jahr"
    "|dieses jahr|das ganze jahr|am telefon|inzwischen|mittlerweile|bereits|schon|endlich",
    "adj": "[sehr|so|super|wirklich|mega|ausserst|immer|stets|total|richtig] {quick}",
    "gift": "[all] (die|ihre|deine|eure|den|das|ihren|deinen|euren|diese|diesen|dieses|euer|ihr|dein|all die"
    "|all ihre|all den|so eine|so einen|solch) [<adj>] [und] [<adj>]"
    " {help} [und [fur] (die|ihre|deine|eure|den|das|ihren) [<adj>] {help}|und {help}]|[<adj>] [und] [<adj>]"
    " {help} [und [<adj>] {help}]|alles|alles was (sie|ihr|du) (getan haben|gemacht haben|fur uns tun|fur"
    " mich getan haben|gemacht habt)"
    "|ihre zeit|deine zeit|eure zeit|die zeit|die schnelle|das nette (gesprach|telefonat|gesprache)|das"
    " (gesprach|telefonat)|das (schnelle|rasche|prompte) (handeln|reagieren|losen|erledigen)|die (nette|gute"
    "|super) zusammenarbeit",
    "with": "mit (mir|uns|meinem problem|dieser sache|diesem thema|dem drucker)|in dieser (sache"
    "|angelegenheit)|in diesem fall|bei (diesem problem|dieser sache|der losung)|zu diesem thema"
    "|diesbezuglich|trotz allem",
    "the": "der|die|das|den|dem|mein|meine|meinen|unser|unsere|unseren|ihr|ihre|dein|dieser|diese|dieses|alle|beide",
    "subject": "(<the>) [neue|neuen|neuer|neues|ganze|ganzen] {any}",
    "runs": "stimmt wieder|stimmen wieder|stimmt jetzt|stimmen jetzt|(wird|werden) [jetzt|nun|wieder"
    "|endlich] [wieder|alle|richtig|korrekt] (angezeigt|gefunden|erkannt|geladen|gedruckt|akzeptiert"
    "|ubertragen|zugestellt|verschickt|gesendet|empfangen|geoffnet|abgespielt|synchronisiert)|passt perfekt"
    "|passen perfekt|passt wunderbar|passen wunderbar|passt wieder|lebt|leben|lebt"
    " wieder|ist durchgekommen|ist jetzt durchgekommen|kam durch|ist durch|sind durch|klingelt|klingeln|ist"
    " stabil|ladt wieder|spielt|lasst sich wieder (offnen|drucken|starten|bedienen)|scheint zu (gehen"
    "|funktionieren|laufen)|scheinen zu (gehen|funktionieren|laufen)|sieht wieder gut aus|sieht gut aus|ist"
    " wie neu|ist schneller|ist schnell|erscheint|zeigt alles an|geht|gehen|funktioniert|funktionieren|lauft"
    "|laeuft|laufen|klappt|klappen|tut|tuts|funzt|druckt"
    "|drucken|scannt|startet|starten|verbindet|offnet|ladt|reagiert|antwortet"
    "|ist wieder online|sind wieder online|ist wieder erreichbar|sind wieder"
    " erreichbar|ist erreichbar|ist wieder verfugbar|ist wieder aktiv|ist verbunden"
    "|ist wieder verbunden|ist wieder in betrieb|sind wieder in betrieb|ist einsatzbereit|ist betriebsbereit"
    "|steht wieder|stehen wieder|spielt wieder mit|tut was er soll|macht was er soll"
    "|tut was sie soll|macht wieder mit|hat funktioniert|haben funktioniert|hat geklappt|gefallt mir|sieht gut aus",
    "good": "gut|super|prima|einwandfrei|perfekt|bestens|tadellos|problemlos|reibungslos|wunderbar"
    "|hervorragend|normal|rund|richtig|wie geschmiert|wie am schnurchen|wie neu|wie gewohnt"
    "|wie gewunscht|wie es soll|wie er soll|wie sie soll|wie sie sollen|wie vorher|wie fruher|wie immer|ohne"
    " probleme|ohne problem|fehlerfrei|vollstandig|toll|klasse|top|anstandslos|auf anhieb|spitze|ganz normal"
    "|besser als vorher|stabil",
    "again": "wieder|jetzt|nun|alles|bei mir|bei uns|bei allen|hier|von meiner seite|unsererseits|auch|sogar"
    "|nun wieder|jetzt wieder|<when>",
    "mended": "gelost|geloest|behoben|erledigt|repariert|geklart|geklaert|gefixt|korrigiert|geregelt"
    "|beseitigt|abgestellt|beendet|weg und gut|in ordnung|ok|okay|gut|bestens|prima|super|perfekt|abgeschlossen"
    "|freigeschaltet|entsperrt|wiederhergestellt|ausgetauscht|ersetzt|beantwortet|beim alten|im lot|im"
    " grunen bereich|paletti|fertig|vollstandig|startklar|aktualisiert|erfullt|vom tisch|gegessen",
    "do": "(mich|uns|sich) (anmelden|einloggen|verbinden|einwahlen|abmelden)|anmelden|einloggen|drucken"
    "|arbeiten|weiterarbeiten|scannen|zugreifen|verbinden|telefonieren|darauf zugreifen|(es|sie|alles|<subject>)"
    " (offnen|sehen|nutzen|benutzen|lesen|herunterladen|starten|installieren|abrufen|speichern|verwenden"
    "|einsehen|losen|finden|einrichten)|mails (senden|empfangen|abrufen|schreiben|verschicken)|[ganz] normal"
    " [weiter] arbeiten|losarbeiten|loslegen",
    "cure": "(hat|haben) [wirklich|tatsachlich|sehr|schon|prima|super] (geholfen|gereicht|funktioniert"
    "|geklappt|genutzt|das problem gelost|den fehler behoben|das problem behoben|gewirkt|es gebracht|mich"
    " gerettet|wunder gewirkt|weitergeholfen"
    "|mir geholfen|uns geholfen|mir weitergeholfen|mir sehr geholfen|alles gelost)|wars|war es|war die"
    " losung|war die loesung|war der richtige|war goldrichtig|war genau richtig|war perfekt|war genau das"
    " richtige|brachte die losung|half|reichte",
    "goods": "paket|packchen|bestellung|lieferung|ersatz|erstattung|rechnung|artikel|ware|karton|brief|buch"
    "|teil|teile|ersatzteil|datei|dateien|dokument|dokumente|unterlagen|link|code|zertifikat|ticket|tickets|beleg"
    "|etikett|karte|schlussel|gutschrift|gutschein|kopie|geld|zahlung|laptop|drucker|toner|handy|gerat|mail"
    "|email|nachricht|sendung|sachen|post|antwort|austauschgerat",
    "came": "angekommen|eingetroffen|gekommen|da|hier|geliefert worden|zugestellt worden|geliefert"
    "|zugestellt|eingegangen|wohlbehalten angekommen|gut angekommen|heil angekommen|bei mir|bei uns",
}

THANKS = """
    (<thank>) (furs|fuers) [schnelle|kurze|nette|prompte] (update|foto|telefonat|treffen|gesprach|feedback
        |angebot|rezept|angebote|zuhoren|mitdenken|durchgeben|zurucksetzen|freischalten|entsperren|einrichten
        |reparieren|austauschen|ersetzen|klaren|abklaren)
    [ich bin|wir sind] [ihnen|dir|euch] [sehr|wirklich|ausserst] dankbar (fur|fuer) (<np>|<gift>)
    (<thank>) (fur|fuer) (<np>) [<with>] [<when>] [und (fur|fuer) (<np>)]
    (<thank>) (fur|fuer) alles [was (sie|ihr|du) [fur (mich|uns)] (getan|gemacht|erledigt) (haben|habt|hast)]
    was (sie|ihr|du) [fur (mich|uns)] [alles] (getan|gemacht|geleistet) (haben|habt|hast)
    [ich|wir] (kann|konnen) (ihnen|dir|euch) [gar|allen] [gar] nicht genug danken
    [sehr|wirklich|unendlich] dankbar (fur|fuer) (<np>)
    (ihre|deine|eure|die) (<a>) (war|ist) [wirklich|echt|einfach|mir eine] (gold wert|goldwert|super|spitze
        |grossartig|unbezahlbar|grosse hilfe|eine grosse hilfe|sehr wertvoll|toll|klasse|hervorragend|perfekt)
    [sehr|wirklich|echt|ganz|ist] (nett|lieb|freundlich|toll|super|schon|prima) [von ihnen|von dir|von euch] [<deed>]
    (sie|du|ihr) (waren|warst|wart|sind|seid|bist) [wirklich|echt|einfach|sehr|ganz|so] (grossartig|hilfreich
        |super|toll|spitze|klasse|freundlich|nett|geduldig|eine grosse hilfe)
    (<thank>) (<deed>) [<when>]
    (<deed>)
    (<thank>) (fur|fuer) (<gift>) [<with>] [<when>] [<with>]
    (<thank>) (fur|fuer) (alles|die|das) [<when>] [was (sie|ihr) (getan haben|gemacht habt)]
    (<thank>) [an (alle|das team|das ganze team|sie|sie alle|euch|euch alle|die kollegen|alle beteiligten|ihr
        team)] [<with>]
    (<thank>) (furs|fuers) (helfen|schnelle helfen|kummern|kuemmern|erledigen|reparieren|erklaren|zuhoren
        |schnelle erledigen|losen|schnelle losen|antworten|schnelle antworten|nachsehen|nachschauen
        |durchhalten|geduldige erklaren|bescheid geben|bescheid sagen|feedback|gesprach|telefonat|schnelle
        reagieren|mitdenken|dranbleiben|fixen)
    (<mine>) [nochmals|noch einmal|nochmal|hiermit|wirklich|nur] [recht|ganz|sehr|von herzen|aufs] [herzlich
        |herzlichste|vielmals] [bei (ihnen|dir|euch|allen|ihrem team)] [bedanken] [(fur|fuer) (<gift>)]
        [<with>] [bedanken]
    [ich|wir] (weiss|wissen|schatze|schatzen|schaetze|schaetzen) (<gift>) [wirklich|sehr|wirklich sehr|sehr
        wohl] [zu schatzen|zu schaetzen|sehr]
    (<gift>) (weiss ich|wissen wir|schatze ich|schatzen wir) [wirklich|sehr|wirklich sehr] [zu schatzen|zu
        schaetzen|sehr]
    [ich bin|wir sind|bin|sind] [ihnen|dir|euch] [allen] [sehr|wirklich|ausserst|uberaus|unendlich|zutiefst]
        (dankbar|verbunden) [fur (<gift>)]
    [da|dafur] (schulde|schulden) (ich|wir) (euch|ihnen|dir) [noch] (ein bier|einen kaffee|was|etwas|einen
        drink|einen kuchen|was gutes|einen)
    [ich|wir] (schulde|schulden) (euch|ihnen|dir) [noch] (ein bier|einen kaffee|was|etwas|einen drink|einen kuchen)
    (sie|du|ihr) (sind|bist|seid|waren|wart|warst) [wirklich|echt|einfach|so|ein|eine|die|der|mein|meine|sehr
        |ein echter|ein wahrer|absolut] (schatz|engel|held|heldin|helden|beste|besten|spitze|klasse|super|toll
        |genial|rettung
        |retter|grossartig|unschlagbar|goldwert|gold wert|wunderbar|lieb|nett|freundlich|unbezahlbar
        |spitzenklasse|profi|profis|top|grosse klasse|eine grosse hilfe|grosse hilfe)
    (sie|du|ihr) (haben|hast|habt) (mir|uns|mich) (sehr|wirklich sehr|wirklich|super|toll|wunderbar|prima
        |schnell|ungemein) (geholfen|weitergeholfen|gerettet)
    (sie|du|ihr) (haben|hast|habt) (mir|uns) (den tag|den abend|das wochenende|das leben) gerettet
    [das war] [wirklich|echt|ganz|sehr] (lieb|nett|freundlich|aufmerksam|hilfreich) von (ihnen|dir|euch)
    (hut ab|chapeau|respekt) [vor (<gift>)]
"""

SOLVED = """
    [und|ja|jetzt] [der|die|das|mein|meine|unser|unsere|alle] (<good_thing>) (ist|sind) [jetzt|nun|endlich
        |wieder|auch] [wieder] (da|zuruck|verfugbar|hier|an|sichtbar|stabil) [<again>]
    (die|das|der|ihre|eine) [neue|neuer|neues] ((<goods>)|bestatigungsmail|bestatigung|anleitung|erinnerung)
        (ist|sind) [jetzt|nun|endlich|auch|gut] (da|angekommen|eingetroffen) [<again>]
    (<subject>) (offnet|liest|erkennt|findet|ladt|akzeptiert|speichert) ((die|den|das|meine|meinen|unsere|alle)
        ({any}|{thing})|alles|sie) [jetzt|nun] (wieder|jetzt|richtig|korrekt|einwandfrei) [<again>]
    (meine|mein|unsere|unser|alle meine|alle unsere) (<people>) (kann|konnen) sich [jetzt|nun|endlich] wieder
        [alle|problemlos] (anmelden|einloggen|verbinden|einwahlen)
    (meine|mein|unsere|unser) (<people>) (kann|konnen) [jetzt|nun|endlich] wieder [alle|problemlos|normal]
        (<do>|arbeiten|drucken)
    (das|es|ihr {any}|der {any}|die {any}) hat [wirklich|tatsachlich] (mein|unser|das|den|meinen|unseren|alle)
        (problem|fehler|probleme|anliegen|storung) (gelost|behoben|beseitigt|erledigt)
    (ich|wir) (konnte|konnten|kann|konnen) [jetzt|nun|endlich|auch] (<np>|es|sie|alles) [jetzt|nun|wieder
        |problemlos] (drucken|scannen|offnen|senden|herunterladen|hochladen|nutzen|sehen|lesen|speichern|buchen
        |installieren|abrufen|ausdrucken|verschicken) [<again>]
    (getestet|gepruft|ausprobiert|probiert) und (fur gut befunden|fur gut empfunden|bestanden|fur ok befunden)
    [wir|ich] (haben|habe|hab) [jetzt|nun|endlich] wieder (zugriff|internet|zugang|verbindung|ton|strom|netz
        |empfang|alles|wlan|signal|(meine|unsere|alle|die) {any})
    [alle|die|meine|unsere] {any} (konnen|kann) sich [jetzt|nun|endlich] wieder [alle|problemlos] (anmelden
        |einloggen|verbinden|einwahlen)
    [alle|die|meine|unsere] {any} (konnen|kann) [jetzt|nun|endlich] wieder [alle|problemlos] (<do>)
    [ich|wir] (habe|haben|hab) (es|sie|ihn|alles|<np>) [<when>] [<when>] [im|in der|in den|unter|bei den]
        [{any}] [{any}] (gefunden|bekommen|erhalten|entdeckt) [<when>]
    [ich|wir] (habe|haben|hab) [<when>] [<when>] (<np>) (bekommen|erhalten|gefunden|empfangen)
    (anmeldung|login|einwahl|installation|update|zahlung|druck|test|neustart|verbindung|zugriff|zugang
        |lieferung|uberweisung) [war] (erfolgreich|ok|wiederhergestellt|geklappt|funktioniert|lauft|geht|steht
        |in ordnung|erledigt|durch)
    {any} (leeren|loschen|tauschen|wechseln|starten|ausstecken|einstecken|umstecken|aktualisieren
        |deinstallieren|installieren) (<cure>)
    (der fehler|das problem|die meldung|die fehlermeldung|die storung|der spuk) ist [jetzt|nun|endlich
        |komplett] (weg|verschwunden|vorbei)
    (scheint|scheinen) [jetzt|nun|wieder|alles] [wieder] zu (funktionieren|gehen|laufen|klappen|passen|stimmen)
    (sieht|schaut) [jetzt|nun|alles|wieder] [alles|wieder] (gut|super|prima|bestens) aus
    [ja|bei uns|hier|bei mir|soweit] [hier|bei uns|bei mir] ist [soweit|jetzt|nun|wieder] alles [jetzt|wieder
        |soweit] (in ordnung|gut|ok|okay|bestens|erledigt|im lot|prima|super|geklart|im grunen bereich)
    (anruf|ruckruf|besuch|termin|nachfrage|ruckfrage|der anruf|der termin|das|es) (hat sich|ist) [damit|somit
        |jetzt] (erledigt|nicht mehr notig|nicht mehr notwendig|nicht mehr erforderlich|uberflussig)
    [von uns|von mir|unsererseits|meinerseits] [aus] (nichts|sonst nichts|keine) (weiter|weiteres|mehr|weiteren
        punkte|offen) [von (uns|mir|unserer seite)|notig|zu tun]
    [bitte|gern|gerne] [das|den|dieses] (ticket|fall|vorgang|anfrage) [gern|gerne|bitte|jetzt|dann] (schliessen
        |zumachen|abschliessen|beenden)
    [ja|und|so|jetzt|nun|also] (<subject>|es|das|alles|beides|er|sie|dies) [jetzt|nun|auch|tatsachlich]
        (<runs>) [<again>] [<again>] [<good>] [<again>] [<good>] [<again>]
    [ja|und|so] (jetzt|nun|seitdem|seit heute|inzwischen|mittlerweile) (<runs>) (<subject>|es|das|alles|er|sie
        |wieder alles) [<again>] [<good>] [<again>]
    (geht|gehts|funktioniert|lauft|klappt|druckt|funzt|tut|klappts|laufts) [<again>] [<again>] [<good>]
        [<again>] [<good>]
    [und] dass (<subject>|es|das|alles|nun alles|jetzt alles) [jetzt|nun|wieder|alles|endlich] [<good>]
        [wieder] (funktioniert|lauft|laeuft|geht|klappt|passt|druckt|in ordnung ist|gut ist|behoben ist|ok ist
        |gelost ist|erledigt ist|geklappt hat|da ist|online ist)
    (<subject>|es|das|alles|beides|problem|fehler|storung|stoerung|fall|ticket|thema|sache|anliegen|anfrage
        |angelegenheit|missverstandnis) [ist|sind|wurde|wurden|hat sich|ware] [jetzt|nun|somit|damit|also
        |bereits|schon|inzwischen|endlich|komplett|vollstandig|wieder
        |alles] (<mended>) [worden] [<again>]
    [es|jetzt|nun] ist [jetzt|nun|wieder|also] [alles|wieder] (<mended>) [<again>]
    alles [ist|lauft] [wieder] [so] (wie es soll|wie es sein soll|wie gewohnt|wie vorher|im gruenen bereich|auf grun)
    [wir|ich] (konnen|kann|konnte|konnten|koennen) [jetzt|nun|endlich|heute] [wieder|wieder alle] [problemlos
        |normal|ganz normal|ungestort|alles|gut] (<do>) [<again>]
    [ich|wir] (kann|konnen|konnte|konnten) (mich|uns) [jetzt|nun|wieder|endlich] [wieder] [problemlos|normal
        |ohne probleme] (anmelden|einloggen|verbinden|einwahlen)
    [ich|wir] (habe|haben|hab|habs|habens) [es] [jetzt|nun|endlich|inzwischen] (geschafft|hinbekommen
        |hingekriegt|gelost|gefunden|erhalten|bekommen|gekriegt)
    [ich|wir] (habe|haben|hab) (<subject>|alles|es|sie|ihn|die (<goods>)|das (<goods>)|den (<goods>)|ihre
        (<goods>)|meine (<goods>)|mein (<goods>)) [<when>] [gut|dankend|vollstandig|wohlbehalten] (erhalten
        |bekommen|gefunden|empfangen)
    [dankend] (erhalten|angekommen|eingetroffen|eingegangen) [<when>]
    [der|die|das|mein|meine|unser|unsere|ihr|ihre] [neue|neuer|neues] (<goods>) (ist|sind|wurde|wurden)
        [<when>] [<when>] [gut|wohlbehalten|heil|unversehrt|punktlich] (<came>) [<when>]
    (<subject>|es|alles|beides) (ist|sind) [<when>] [<when>] [gut|wohlbehalten|heil|unversehrt|punktlich]
        (angekommen|eingetroffen|geliefert worden|zugestellt worden|eingegangen)
    [der|die|das|mein|meine|unser|ihre] [neue|neuer|neues] (<goods>|{any}) (kam|kamen|traf|trafen) [<when>]
        [<when>] [gut|wohlbehalten|heil|punktlich] [an|ein]
    (<subject>|das|neustart|ein neustart|der neustart|ihr tipp|ihr hinweis|der tipp|neu starten|neustarten|die
        anleitung|ihre anleitung|die erklarung|der link) [<when>] (<cure>) [<again>]
    (daran|genau daran|das|genau das|es) (lag es|lags|wars|war es|hat es gelegen|war das problem|war der fehler
        |war die ursache|lag tatsachlich daran)
    [es|das] lag [tatsachlich|wirklich|nur] (am|an der|an dem|daran) [{any}]
    [dann|bitte|gern|gerne|also] (konnen|koennen|kannst|konnt) (sie|du|ihr) [gern|gerne|bitte] [das|den|dieses
        |die|mein|meine] [ticket|fall|vorgang|anfrage|thema] [gern|gerne|jetzt|somit|also|nun] (schliessen
        |zumachen|abschliessen|beenden)
    (sie konnen|du kannst|ihr konnt|bitte) [gern|gerne|jetzt|nun|also|das|den|die|mein|dieses|meine] [gern
        |gerne|jetzt|nun|also|das|den|die|mein|dieses|meine] [ticket|fall|vorgang|anfrage|thema] (schliessen
        |zumachen|abschliessen|beenden)
    [das|der|die|mein|meine|dieses] [ticket|fall|vorgang|anfrage|thema|sache] (kann|darf) [gern|gerne|jetzt|nun
        |also|somit|damit|daher] (geschlossen werden|zu|zu gemacht werden|abgeschlossen werden|geschlossen
        |beendet werden|zugemacht werden|weg)
    [ich|wir] [habe|haben|hab|es gibt] (keine|keinerlei|keine weiteren|keine offenen|sonst keine|damit keine
        |also keine) (fragen|frage|probleme|anliegen|punkte|wunsche) [mehr|offen|von meiner seite]
    (das wars|das war es|das war alles|das ware alles|mehr brauche ich nicht|damit ist alles beantwortet|damit
        ist alles gesagt|frage beantwortet|damit ist meine frage beantwortet|meine frage ist beantwortet)
    (das|sie) (beantwortet|haben|hat) [damit] (meine|unsere) (frage|fragen) [perfekt|vollstandig|bestens] [beantwortet]
    (ratsel|fall|problem|auftrag|mission) (gelost|erledigt|erfullt|ausgefuhrt)
"""

PRAISE = """
    [das war|das ist|ist|war|sehr|wirklich|echt|ausserst] [sehr|wirklich|echt] (hilfreich|nutzlich|informativ
        |aufschlussreich|verstandlich|professionell|kompetent|beeindruckend)
    [das ist|das war|und] [genau] (genau das|das) (habe ich|was ich|was wir|brauchte ich|haben wir|hatte ich)
        (gebraucht|gesucht|brauche|brauchte|wollte|wollten|gewollt|gesucht habe|gebraucht habe)
    (tolle|gute|super|grossartige|wunderbare|schone|sehr gute|freudige|beste) (nachricht|nachrichten|losung
        |neuigkeit|neuigkeiten|idee|antwort)
    was fur (ein|eine) [<adj>] {help}
    (funf|5|zehn|10) (sterne|von 10|von 5|punkte)
    [wie immer|wie gewohnt|mal wieder|einfach|echt|wirklich|sehr|was fur ein|was fur eine|so ein|so eine|ein
        |eine|so] [<adj>] [und] {quick} {help} [wie immer|wie gewohnt|mal wieder|von euch|von ihnen|an alle
        |leute|team]
    (super|top|klasse|spitzen|toller|tolle|guter|gute|genialer|spitze|bester|beste|erstklassiger|erstklassige
        |prima) (support|service|arbeit|leistung|hilfe|job|team|sache|einsatz|kundendienst|betreuung|beratung)
        [leute|team|wie immer|an alle|von euch|von ihnen]
    [das] (ging|war|geht) [ja|aber|wirklich|echt|mal] (fix|schnell|flott|rasend schnell|blitzschnell|prompt
        |super schnell|superschnell|zugig|ratzfatz|unkompliziert) [und unkompliziert|und gut|und nett]
    (wie immer|wie gewohnt)
    (besser geht es nicht|besser gehts nicht|da gibt es nichts zu meckern|besser kann man es nicht machen|so
        macht das spass|so muss das sein)
    [ich bin|wir sind|bin|sind] [sehr|wirklich|mehr als|rundum|hochst|total|ausserst] (zufrieden|begeistert
        |glucklich|beeindruckt|erleichtert|froh) [mit (<gift>)|von (<gift>)|uber (<gift>)]
"""

YES = """
    (<when>) [gleich|selbst|nochmal] (probiert|getestet|ausprobiert|gepruft|versucht) [und]
    [ich|wir] (kann|konnen|darf|mochte|freue mich zu|wollte) [nur|hiermit|ihnen|gern|gerne] (bestatigen
        |bestaetigen|mitteilen|sagen|berichten|melden) [dass]
    [ich|wir] [habe|haben|hab|habs|habe es|hab es] [es|alles|das] (gerade|eben|soeben|gleich|sofort|inzwischen
        |heute|kurz|gerade eben) [noch einmal|nochmal|es|alles|selbst] (getestet|probiert|ausprobiert|gepruft
        |geprueft|versucht|kontrolliert|neu gestartet) [und]
    (getestet|ausprobiert|gepruft) [und (fur gut befunden|bestanden)]
    nach (dem|einem|ihrem) (neustart|tipp|anruf|hinweis|update|reset|einsatz|besuch)
"""

WISH = """
    (geniessen|geniess|geniesst) (sie|du|ihr|das|den|die) [das|den|die|ihr|ihren] [schone|schonen|wohlverdiente
        |wohlverdienten|freie|sonnige] (wochenende|abend|feierabend|tag|urlaub|feiertage|weihnachtszeit|sonne
        |woche|ferien)
    [ihnen|dir|euch] (alles gute|alles liebe|beste wunsche|viel erfolg|alles beste) [ihnen|dir|euch|an sie
        |weiterhin] [und|fur] [dem|ihrem|das|ihr|dem ganzen|ihrem ganzen|den] [ganzen|gesamten] [team|kollegen
        |mannschaft|abteilung|sie]
    (ihnen|dir|euch) [auch|ebenfalls|ebenso|allen] [auch|ebenfalls] [einen|ein|eine|noch einen] (schonen
        |schones|schone|guten|gutes|gute|angenehmen) (tag|abend|wochenende|woche|feierabend|nachmittag|urlaub
        |zeit) [noch]
    [und|ich|wir] [wunsche|wuensche|wunschen|noch] [ihnen|dir|euch|allen|noch] [allen|auch|noch] [ebenfalls
        |ebenso|auch] [einen|ein|eine|noch einen|noch ein|noch eine|noch] (schonen|schoenen|schones|schoenes
        |schone|schoene|guten|gute|gutes|angenehmen|angenehmes|angenehme
        |tollen|tolles|erholsames|erfolgreichen|erfolgreiche|sonnigen|sonniges|ruhigen|ruhiges|entspanntes
        |entspannten|frohe|frohes|besinnliche|gesegnete|wunderschonen|gesundes|stressfreien) (tag|abend
        |nachmittag|feierabend|wochenende|woche|resttag|vormittag|urlaub|rest der woche|start in die woche|restwoche
        |start ins wochenende|morgen|zeit|feiertage|weihnachten|ostern|weihnachtszeit|adventszeit|jahr|neues
        jahr|rutsch|rutsch ins neue jahr|nacht|pfingsten|neue jahr|fest|weihnachtsfest|sommer|ferien) [und
        einen guten rutsch|und ein gutes neues jahr|und alles gute] [noch|euch|ihnen
        |dir|allen|euch allen|ihnen allen|zusammen|ihnen und ihrem team|an alle|an das ganze team|an das team
        |ans team|ans ganze team|auch|ihnen auch]
    [ihnen|dir|euch|und|auch] (gleichfalls|ebenfalls|ebenso|auch|ihnen auch|dir auch|euch auch|alles gute|alles
        liebe|viel erfolg|viel gluck|bleiben sie gesund|bleibt gesund|bleib gesund|weiter so|machen sie weiter
        so|macht weiter so|schonen gruss an alle|guten rutsch|frohes fest) [weiterhin|auch|an alle|ihnen|euch|dir
        |fur die zukunft|dem ganzen team|und weiter so|ihnen allen]
    [frohes|gutes|gesundes|ein frohes|ein gutes] neues [jahr] [ihnen|euch|dir|allen|an alle|und alles gute]
"""

STOP = (
    "wasser meldung nachricht hinweis popup fenster banner werbung abfrage "
    "falsch* kaputt* defekt* beschadig* fehl* verlor* verschwend* vergeblich* unnotig* unbrauch* unfreund*"
    " unhoflich* unversch* unprofess* unmog* unvoll* ungel* unfert* uberfluss* verspat* verzog* versaum*"
    " verpatz* verhunz* enttausch* arger* nerv* frech* langsam* schlecht* miserab* katastroph* sinnlos*"
    " nutzlos* dumm* lacherl* endlos* gestohl* gelosch* geschloss* gesperr* abgelehn* abgesagt* storn*"
    " kundig* gekundigt* droh* warte* schad* schlamp* chaos* ausfall* absturz* abgesturz* verweiger* ignor*"
    " teuer* teure* uberteuer* gepfusch* pfusch* murks* vergess* "
    "techniker technikerin handwerker elektriker fahrer bote monteur experte prufer polizei besprechung"
    " besprechungsraum raum notlosung zwischenlosung behelf provisorium baldige baldigen baldiges kunftige"
    " zukunftige spatere eventuelle morgige nutzlose nutzlosen sinnlose dumme blode schreckliche"
    " unverschamte unverschamten arrogante lacherliche endlose miserable erbarmliche beleidigende kopierte"
    " automatische automatisierte standardantwort textbaustein textbausteine roboter bot irrefuhrende"
    " widerspruchliche schweigen chaos durcheinander zeitverschwendung verzogerung verzogerungen warterei"
    " wartezeit misserfolg katastrophe witz unsinn luge lugen ausrede ausreden albtraum falle schaden"
    " verlust kundigung versprechen erinnerung stange peinliche blaue blauen grune schwarze weisse gelbe"
    " grossere kleinere kuhle stornierung storno zusendung ruckruf anruf unterbrechung storungen sauerei"
    " falsche falscher falsches falschen kaputte kaputter kaputtes kaputten defekte defekter defektes"
    " beschadigte alte alter altes alten gleiche gleichen selbe selben dieselbe derselbe zweite"
    " zweiter zweites zweiten andere anderer anderes anderen nachste nachster erste erster erstes ersten"
    " dritte dritter vierte letzte letzter einzige halbe halfte leere leerer unvollstandige fehlende"
    " rest teil meiste meisten eine einen einem einer eins zwei drei vier funf sechs zehn rote rotes"
    " langsame komische seltsame abgelaufene ungultige doppelte vorige bisherige ursprungliche datum uhrzeit zeit"
    " tag tage termin option plan vorschlag angebot preis woche monat vormittag nachmittag mittag abend"
    " nacht variante alternative version umweg idee montag dienstag mittwoch donnerstag freitag samstag"
    " sonnabend sonntag januar"
    " februar marz april mai juni juli august september oktober november dezember kollege kollegin chef"
    " chefin mann frau sohn tochter mutter vater nachbar nachbarin kunde kundin anwalt und oder aber wenn falls"
    " ob wahrend bis seit nach vor ohne mit fur auf aus bei von zu zum zur uber unter zwischen gegen durch"
    " nicht nie niemals nichts kein keine keinen keiner fast beinahe kaum beide alle jede jeder jedes"
    " einige manche mehrere viele wenige etwas mehr weniger genug dies diese dieser dieses jene wer was wo"
    " wann wie warum welche welcher ich du er sie es wir ihr mir mich dir dich ihm ihn ihnen uns euch sich"
    " sein haben hat habe hatte ist sind war waren wird werden wurde wurden kann konnen muss mussen soll"
    " sollen darf will wollen mochte mochten brauche brauchen bitte dringend hilfe fragen frage schicken"
    " geben machen"
    " nehmen nur noch immer jetzt dann hier dort auch sehr ganz ziemlich manchmal oft meist meistens jedoch"
    " allerdings trotzdem sonst statt allein fehler problem probleme storung beschwerde gebuhr mahnung"
    " rechnung strafe"
    " vorlaufige ubergangs eingeschrankte lampe licht alarm gerausch warnung absage ablehnung drohung virus"
    " leck rauch feuer brand geruch geld selten meistens teilweise stau papierstau fax absturz ausfall"
)
