"""The Nordic and the Baltic languages."""

from __future__ import annotations

LANGUAGES: dict[str, dict[str, str]] = {
    "sv": {
        "wrote": "skrev|skriver|skrev följande|har skrivit",
        "from": "från|avsändare",
        "date": "skickat|skickades|datum|skickad|mottaget",
        "to": "till|mottagare",
        "cc": "kopia|kopia till|cc|svara till|hemlig kopia",
        "subject": "ämne",
        "other": "prioritet|bifogade filer|bilagor|bilaga",
        "original": "originalmeddelande|ursprungligt meddelande|vidarebefordrat meddelande|vidarebefordrat brev|"
        "ursprungligt mail|vidarebefordrat mail|vidarebefordrat mejl|originalmail|ursprungligt mejl",
        "begin": "vidarebefordrat brev|vidarebefordrat mejl|vidarebefordrat meddelande|vidarebefordrat mail",
        "sent": "skickat från|skickat med|skickat via|skaffa outlook|hämta outlook|sänt från|skickades från",
        "closing": "med vänlig hälsning|med vänliga hälsningar|vänlig hälsning|vänliga hälsningar|"
        "vänligen|hälsningar|bästa hälsningar|med bästa hälsningar|mvh|m.v.h.|vh|hälsning|varma hälsningar|"
        "allt gott|ha det bra|hjärtliga hälsningar|hälsar",
        "closing_start": "med vänlig hälsning|vänliga hälsningar|med vänliga hälsningar",
        "footer": "detta meddelande|detta e-postmeddelande|denna e-post|den här e-posten|"
        "informationen i detta|tänk på miljön|virusfri|när du kommunicerar med oss",
    },
    "da": {
        "wrote": "skrev|skriver|har skrevet|skrev følgende|skrev den",
        "from": "fra|afsender",
        "date": "sendt|dato|sendt den|modtaget",
        "to": "til|modtager",
        "cc": "cc|kopi|kopi til|svar til",
        "subject": "emne",
        "other": "prioritet|vedhæftede filer|vedhæftet|vedhæftninger",
        "original": "oprindelig meddelelse|oprindelig besked|videresendt besked|videresendt meddelelse|"
        "oprindelig mail|original meddelelse|original besked|oprindelig e-mail|videresendt mail",
        "begin": "start på videresendt besked|videresendt besked|start på videresendt meddelelse",
        "sent": "sendt fra|sendt med|sendt via|hent outlook|få outlook|sendt af min",
        "closing": "med venlig hilsen|venlig hilsen|venlige hilsner|med venlige hilsner|mange hilsner|bedste hilsner|"
        "de bedste hilsner|hilsen|hilsner|mvh|m.v.h.|vh|dbh|med hilsen|kærlig hilsen|kærlige hilsner|kh|"
        "god dag|på forhånd tak og venlig hilsen",
        "closing_start": "med venlig hilsen|venlig hilsen",
        "footer": "denne e-mail|denne mail|denne meddelelse|oplysningerne i denne|tænk på miljøet|virusfri",
    },
    "no": {
        "wrote": "skrev|skriver|skreiv|har skrevet|skrev følgende|sendte",
        "from": "fra|frå|avsender",
        "date": "sendt|dato|sendt dato|mottatt",
        "to": "til|mottaker",
        "cc": "kopi|kopi til|cc|svar til",
        "subject": "emne",
        "other": "prioritet|vedlegg|viktighet",
        "original": "opprinnelig melding|videresendt melding|original melding|opphavleg melding|"
        "opprinnelig e-post|videresendt e-post|opprinnelig avtale|vidaresend melding|originalmelding",
        "begin": "start på videresendt melding|videresendt melding|begynnelse på videresendt melding",
        "sent": "sendt fra|sendt med|sendt via|skaff deg outlook|få outlook|last ned outlook|sendt frå",
        "closing": "med vennlig hilsen|vennlig hilsen|vennlige hilsener|med vennlige hilsener|beste hilsen|"
        "beste hilsener|med venleg helsing|venleg helsing|hilsen|mvh|vh|hilsener|ha en fin dag|med hilsen",
        "closing_start": "med vennlig hilsen|vennlig hilsen",
        "footer": "denne e-posten|denne meldingen|informasjonen i denne|tenk på miljøet|virusfri",
    },
    "fi": {
        "wrote": "kirjoitti|kirjoittaa|kirjoitti seuraavaa|kirjoitit",
        "from": "lähettäjä|keneltä",
        "date": "lähetetty|päiväys|päivämäärä|pvm|lähetysaika|vastaanotettu",
        "to": "vastaanottaja|vastaanottajat|kenelle|saaja",
        "cc": "kopio|kopio käyttäjälle|cc|piilokopio|vastaus",
        "subject": "aihe|otsikko",
        "other": "tärkeys|liitteet|liite|prioriteetti",
        "original": "alkuperäinen viesti|välitetty viesti|edelleenlähetetty viesti|alkuperäinen sähköposti|"
        "edelleen lähetetty viesti|välitetty viesti / fwd.msg|lähetetty viesti",
        "begin": "välitetty viesti alkaa|edelleenlähetetty viesti alkaa|välitetty viesti",
        "sent": "lähetetty|hanki outlook|lataa outlook|hae outlook",
        "closing": "ystävällisin terveisin|terveisin|yst. terv|terv|t|parhain terveisin|kunnioittavasti|"
        "ystävällisesti|lämpimin terveisin|yt|terkuin|terveiset|kiittäen|hyvää päivänjatkoa",
        "footer": "tämä viesti|tämä sähköposti|tämän viestin|tämän sähköpostin|ajattele ympäristöä|viruksista vapaa",
    },
    "is": {
        "wrote": "skrifaði|ritaði",
        "from": "frá",
        "date": "sent|dagsetning",
        "to": "til",
        "cc": "afrit",
        "subject": "efni",
        "original": "upprunaleg skilaboð|upprunalegur póstur|áframsend skilaboð",
        "sent": "sent úr|sent frá",
        "closing": "kveðja|bestu kveðjur|með kveðju|kær kveðja|virðingarfyllst|með bestu kveðju",
    },
    "et": {
        "wrote": "kirjutas|kirjutab",
        "from": "saatja|kellelt",
        "date": "saadetud|kuupäev|saatmisaeg|saatmise aeg",
        "to": "adressaat|kellele|saaja",
        "cc": "koopia|cc",
        "subject": "teema|pealkiri",
        "original": "algne kiri|algne teade|edastatud kiri|edastatud sõnum|algsõnum|originaalsõnum",
        "begin": "edastatud kirja algus",
        "sent": "saadetud minu|saadetud seadmest|saadetud telefonist",
        "closing": "lugupidamisega|parimate soovidega|tervitades|parimat soovides|tervitustega|heade soovidega",
        "footer": "käesolev e-kiri|see e-kiri|käesolev kiri",
    },
    "lv": {
        "wrote": "rakstīja|rakstījis|raksta|uzrakstīja",
        "from": "no|sūtītājs",
        "date": "nosūtīts|datums|sūtīts",
        "to": "kam|saņēmējs|adresāts",
        "cc": "kopija",
        "subject": "tēma|temats",
        "original": "sākotnējais ziņojums|oriģinālā vēstule|pārsūtīta vēstule|pārsūtīts ziņojums|sākotnējā ziņa",
        "sent": "sūtīts no|nosūtīts no",
        "closing": "ar cieņu|ar sveicienu|cieņā|lai jauka diena|ar sveicieniem",
        "footer": "šis e-pasts|šī vēstule|šis ziņojums",
    },
    "lt": {
        "wrote": "rašė|parašė|rašo",
        "from": "nuo|siuntėjas",
        "date": "išsiųsta|data|siųsta",
        "to": "kam|iki|gavėjas|skirta",
        "cc": "kopija",
        "subject": "tema",
        "original": "pradinis laiškas|originalus laiškas|persiųstas laiškas|pradinis pranešimas|persiųsta žinutė",
        "sent": "siųsta iš|išsiųsta iš",
        "closing": "pagarbiai|su pagarba|geriausi linkėjimai|linkėjimai|geros dienos|nuoširdžiai",
        "footer": "šis laiškas|šis el. laiškas|šiame laiške",
    },
}
