"""How vacation notes and read receipts are worded, per language: data for `auto`, no rules.

Every pattern is one alternative of a larger one, matched without regard to case; repetitions are bounded.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """One language. `prefix`: what only programs put before the
    subject they answer. `subject`: what people write there.

    `away`: the sentence that says so. `back`: until when. `instead`: who else helps, or that mail waits or is passed
    on. `asks`: words of a person who wants something. `read`: the prefix of a receipt; `was_read`: its sentence.
    """

    prefix: str
    subject: str
    away: str
    back: str
    instead: str
    asks: str
    read: str
    was_read: str


WORDINGS: dict[str, Wording] = {
    "en": Wording(
        r"auto(?:mat(?:ic|ed))?[ -]?(?:reply|response|responder|answer|message)"
        r"|out[ -]of[ -](?:the[ -])?office(?: (?:auto)?"
        r"[ -]?(?:reply|response|message|notice))?|vacation (?:reply|response|message|notice)|away from (?:my )?"
        r"(?:mail|office|desk)|\[auto-?reply\]|autoresponse",
        r"out[ -]of[ -](?:the[ -])?office|\booo\b|on (?:annual |maternity |paternity |parental |sick )?(?:leave"
        r"|vacation|holidays?)"
        r"|away\b|absen(?:ce|t)|vacation",
        r"\b(?:i|we)(?:['’]m|['’]ll be| am| are| will be| shall be)? (?:currently |now |presently "
        r"|afraid i am )?(?:be )?"
        r"(?:out of (?:the |my )?(?:office|country)|away(?: from)?|on (?:annual |a |my |maternity |paternity "
        r"|parental |sick )?"
        r"(?:leave|vacation|holidays?|business trip|sabbatical)|not in (?:the )?office|absent|travel+ing|not available"
        r"|unavailable)|\b(?:is|are) (?:currently )?(?:out of (?:the )?office|on (?:annual |maternity )?leave"
        r"|on vacation)"
        r"|the office is closed|our offices? (?:is|are|will be) closed|(?:limited|no|without"
        r"|intermittent) access to (?:my )?"
        r"e-?mails?|this is an auto(?:matic|mated)(?:ally generated)? (?:reply|response|message)",
        r"\b(?:until|till|through|return(?:ing)?|back (?:on|in|at|by)|be back|from \d|between|and return)\b",
        r"(?:urgent|emergenc|immediate|assistance|in my absence|please contact|be forwarded|not be (?:read|forward)"
        r"|get back to you|(?:reply|respond|answer)[^.\n]{0,40}(?:when|upon|as soon|on my|after)"
        r"|when i (?:am back|return)"
        r"|upon my return|as soon as (?:i|possible)|limited access)",
        r"\b(?:can|could|would|will) you\b|before (?:i|my|that|then)|\bplease (?:change|reset|send|fix|do|make"
        r"|add|remove|update"
        r"|call me|help|cancel|close|let me know|set up|schedule|arrange|book)|\bi(?:['’]d| would) (?:like|need)"
        r"|\bi need\b"
        r"|\b(?:doesn['’]?t|does not|isn['’]?t|not) work|how (?:do|can|to)\b|set up my|broken|\berror|\bwrong"
        r"|mistake|blocked|\bfails?\b|problem",
        r"(?:not )?read|deleted|return receipt \((?:displayed|deleted)\)",
        r"(?:was|has been) (?:read|displayed|opened|seen)|your message[^\n]{0,400}\bread (?:on|at)"
        r"|deleted without being read"
        r"|this is a (?:read |return )?receipt",
    ),
    "fr": Wording(
        r"r[ée]ponse automatique(?: d.absence)?|message automatique|absence du bureau"
        r"|notification d.absence|message d.absence|r[ée]pondeur automatique",
        r"absen(?:t|te|ce|ces)\b|cong[ée]s?\b|vacances|hors du bureau",
        r"(?:je|nous) (?:suis|serai|sommes|serons) (?:actuellement |absolument |momentan[ée]ment "
        r"|de nouveau )?(?:absente?s?"
        r"|en (?:cong[ée]s?|vacances|d[ée]placement|formation|arr[êe]t|rtt)|hors du bureau|en dehors du bureau"
        r"|indisponible"
        r"|ferm[ée]s?)|absente? (?:du bureau )?(?:du|jusqu|pour|ce|le)|ceci est (?:une r[ée]ponse"
        r"|un message) automatique"
        r"|(?:actuellement|en ce moment) (?:absente?|en cong)",
        r"jusqu|de retour|mon retour|notre retour|\bdu \d|\bau \d|inclus|à partir du|reprendrai|rentr",
        r"urgen|en mon absence|pendant (?:mon|cette) absence|(?:contacter|joindre|adresser|écrire|appeler"
        r"|tourner)|transf[ée]r"
        r"|(?:r[ée]pondr|traiter|lirai|reviendrai)[^.\n]{0,60}(?:retour|d[èe]s)|d[èe]s mon retour",
        r"pou(?:vez|rriez|vons)[ -](?:vous|nous)|(?:merci|pri[èe]re) de (?:changer|modifier|r[ée]initialiser|me "
        r"|m.|nous |bien|"
        r"proc[ée]der|supprimer|ajouter|faire|mettre)|j.aimerais|je (?:voudrais|souhaite|n.arrive)|j.ai besoin"
        r"|ne (?:marche|fonctionne)"
        r"|avant (?:mon|mes|le|que|cela)|comment (?:faire|puis)|est-ce que|veuillez (?:changer|modifier|activer"
        r"|d[ée]sactiver)|erreur|\bfaux\b|erron|probl[èe]me|bloqu|en panne",
        r"lu|non lu|accus[ée] de (?:r[ée]ception|lecture)(?: \((?:affich[ée]|lu)\))?",
        r"(?:a [ée]t[ée]|est) (?:lu|affich[ée]|ouvert)|accus[ée] de (?:r[ée]ception|lecture)"
        r"|supprim[ée] sans avoir [ée]t[ée] lu",
    ),
    "de": Wording(
        r"auto(?:matische|mated|matic)?[ -]?(?:antwort|reply|mail|antw\.?)|automatische (?:abwesenheits\w{0,14}"
        r"|r[üu]ckmeldung|nachricht|"
        r"eingangsbest[äa]tigung)|abwesenheits(?:notiz|nachricht|meldung|assistent|info\w{0,8}|benachrichtigung)"
        r"|urlaubs(?:notiz|meldung|benachrichtigung)|out of office",
        r"abwesen|urlaub|au(?:ß|ss)er haus|nicht im (?:b[üu]ro|haus)|nicht erreichbar|elternzeit",
        r"\bich (?:bin|befinde mich|werde|habe)(?: \S{1,20}){0,8}? (?:nicht (?:im|in der|am) (?:b[üu]ro|hause?"
        r"|firma|arbeitsplatz)|"
        r"(?:im|in den|in|auf) (?:\w{1,12}-?)?(?:urlaub|elternzeit|mutterschutz|dienstreise|ferien|fortbildung)"
        r"|abwesend"
        r"|au(?:ß|ss)er haus|nicht (?:persönlich )?(?:erreichbar|da|anwesend|verf[üu]gbar)|urlaub)"
        r"|bin ich(?: \S{1,20}){0,8}? (?:abwesend|im urlaub|nicht)"
        r"|(?:unser|das) b[üu]ro ist[^.\n]{0,40} geschlossen|(?:dies|das) ist eine automatische|(?:wir haben"
        r"|betriebs)(?:ferien|urlaub)"
        r"|derzeit (?:abwesend|nicht im b[üu]ro|nicht erreichbar)",
        r"\bbis\b|wieder (?:im|da|erreichbar|für|zur|am|ab)|zur[üu]ck|\bab (?:dem|montag|\d)|\bvom \d|r[üu]ckkehr",
        r"dringend|vertretung|vertritt|in (?:meiner|dieser) abwesenheit|wenden sie sich|(?:nachricht|e-?mail"
        r"|mail)s? (?:wird|werden)"
        r"|weitergeleitet|nicht weitergeleitet|notf[aä]ll|nach meiner r[üu]ckkehr|bearbeite|schnellstm[öo]glich"
        r"|kontaktieren",
        r"k[öo]nn(?:en|ten|test|te) (?:sie|du|ihr|man|wir)|kannst du|bitte (?:noch |vorher |das |mein |mir |um "
        r"|ändern|setzen|schicken"
        r"|deaktivieren|aktivieren|richten)|ich (?:m[öo]chte|brauche|ben[öo]tige|h[äa]tte)|vorher"
        r"|funktioniert nicht|geht nicht|bevor"
        r"|wie (?:kann|richte)|kaputt|d[üu]rfte ich|einrichten|\bfalsch|fehler|stimmt nicht|problem|gesperrt"
        r"|\w{2,12}en sie (?!sich)(?:\w|$)|st[öo]rung",
        r"(?:un)?gelesen|ungelesen gel[öo]scht|lesebest[äa]tigung(?: \(angezeigt\))?"
        r"|empfangsbest[äa]tigung \(angezeigt\)|nicht gelesen",
        r"(?:wurde|ist)[^\n]{0,200}(?:gelesen|angezeigt|ge[öo]ffnet)|lesebest[äa]tigung|ungelesen gel[öo]scht",
    ),
    "nl": Wording(
        r"automatisch (?:antwoord|bericht)|afwezigheids(?:bericht|melding)|out of office",
        r"afwezig|vakantie|verlof|niet (?:aanwezig|op kantoor)",
        r"\bik ben (?:momenteel |op dit moment |helaas |vandaag )?(?:\S{1,15} ){0,5}?(?:niet (?:op kantoor"
        r"|aanwezig|bereikbaar)|afwezig|met (?:vakantie|verlof"
        r"|zwangerschapsverlof)|op vakantie|met verlof)|dit is een automatisch|ons kantoor is[^.\n]{0,30}gesloten"
        r"|afwezig (?:tot|van)",
        r"\btot\b|terug|\bvan \d|vanaf|t/m",
        r"dringend|spoed|contact op(?:nemen)?|bij afwezigheid|(?:wordt|worden) (?:niet )?(?:doorgestuurd|gelezen)"
        r"|na mijn terugkomst|beantwoord|zodra",
        r"kun(?:t|nen)? (?:u|je|jullie)|wil(?:t)? (?:u|je)|graag (?:voor|mijn|een)|ik (?:wil|moet"
        r"|heb)[^.\n]{0,20}nodig|werkt niet|voordat|kapot|hoe (?:kan|stel)|klopt niet|\bfout|probleem|storing",
        r"gelezen|niet gelezen|leesbevestiging|ongelezen verwijderd",
        r"(?:is|werd)[^\n]{0,200}(?:gelezen|weergegeven)|leesbevestiging",
    ),
    "es": Wording(
        r"respuesta autom[áa]tica|auto-?respuesta|mensaje autom[áa]tico|respuesta de ausencia",
        r"fuera de (?:la )?oficina|ausen(?:te|cia)|vacaciones|de baja",
        r"(?:estoy|estar[ée]|me encuentro|me encontrar[ée]|estamos|estaremos) (?:actualmente "
        r"|en este momento )?(?:fuera de (?:la |mi )?oficina|de vacaciones|ausente"
        r"|de viaje|de baja|fuera|de permiso)|este es un mensaje autom[áa]tico|actualmente (?:no me encuentro"
        r"|estoy fuera)|no (?:estar[ée]|estoy) (?:en la oficina|disponible)"
        r"|oficina (?:estar[áa] |permanecer[áa] )?cerrada",
        r"hasta|regres|volver[ée]|vuelta|retorno|desde el|del \d|a partir",
        r"urgen|en mi ausencia|contact|p[óo]ngase|responder[ée]|atender[ée]|lo antes posible|reenvi|dir[ií]jase",
        r"pod(?:r[ií]a|r[ií]an|[ée]is)|puede[ns]? |por favor,? (?:cambi|env[ií]|restable|haga|revis)|necesito"
        r"|quisiera|me gustar[ií]a|no funciona|antes de|c[óo]mo|\berror|problema|no guarda",
        r"le[ií]do|no le[ií]do|confirmaci[óo]n de lectura|acuse de recibo",
        r"(?:se ha |fue |ha sido |se )?le(?:[ií]do|y[óo])|confirmaci[óo]n de lectura|eliminado sin ser le[ií]do",
    ),
    "it": Wording(
        r"risposta automatica|messaggio automatico",
        r"fuori (?:sede|ufficio)|assen(?:te|za)|ferie|vacanza",
        r"(?:sono|sar[òo]|siamo|saremo) (?:attualmente |al momento )?(?:fuori (?:sede|ufficio)|assente"
        r"|in (?:ferie|vacanza|viaggio|trasferta|malattia)|non (?:in ufficio|disponibile))"
        r"|questo [èe] un messaggio automatico|ufficio (?:rimarr[àa] |sar[àa] |[èe] )?chiuso|attualmente (?:fuori"
        r"|assente)",
        r"fino al?|rientr|ritorno|torner[òo]|\bdal \d|\bal \d|a partire",
        r"urgen|in mia assenza|contatt|rivolger|risponder[òo]|inoltrat|al mio rientro|appena possibile",
        r"pu[òo]i? |potrest[ei]|potete|potrebbe|per favore|vorrei|ho bisogno|non funziona|prima (?:di|che|del)"
        r"|come (?:posso|faccio)|errore|problema|sbaglia",
        r"letto|non letto|conferma di lettura|ricevuta di ritorno",
        r"(?:[èe] stat[oa]) (?:lett|visualizzat)|conferma di lettura|letto (?:il|in data)|eliminato senza essere",
    ),
    "pt": Wording(
        r"resposta autom[áa]tica|auto-?resposta|aus[êe]ncia tempor[áa]ria|mensagem autom[áa]tica",
        r"fora do escrit[óo]rio|ausente|aus[êe]ncia|f[ée]rias|licen[çc]a",
        r"(?:estou|estarei|encontro-me|estamos|estaremos|me encontro) (?:atualmente |de momento "
        r"|no momento )?(?:fora (?:do escrit[óo]rio|da empresa)|ausente|de f[ée]rias|em f[ée]rias|de licen[çc]a"
        r"|em viagem|em gozo de f[ée]rias|fora)"
        r"|esta [ée] uma (?:mensagem|resposta) autom[áa]tica|n[ãa]o estarei (?:no escrit[óo]rio|dispon)",
        r"at[ée]|retorn|regress|volta|a partir|\bde \d|\bdo dia",
        r"urgen|na minha aus[êe]ncia|contact|contat|responderei|assim que poss|reencaminh|encaminh",
        r"pode(?:m|ria|riam)? (?:me|por|alterar|mudar|trocar|verificar|fazer)|por favor,? (?:alter|mud|envi|troqu"
        r"|fa[çc]a)|preciso|gostaria|n[ãa]o funciona|antes d|como (?:posso|fa[çc]o)|\berro\b|problema|errad",
        r"lida|lido|n[ãa]o lida|recibo de leitura|confirma[çc][ãa]o de leitura",
        r"foi (?:lida|lido|aberta|exibida)|recibo de leitura|confirma[çc][ãa]o de leitura|exclu[ií]da sem ser lida",
    ),
    "pl": Wording(
        r"odpowied[źz] automatyczna|automatyczna odpowied[źz]|autoodpowied[źz]",
        r"poza biurem|nieobecn|urlop",
        r"(?:jestem|b[ęe]d[ęe]|przebywam) (?:obecnie |aktualnie )?(?:poza biurem|nieobecn[ya]|na (?:urlopie"
        r"|zwolnieniu|delegacji)|w podr[óo][żz]y|niedost[ęe]pn)|w dniach[^.\n]{0,60}(?:nieobecn|urlop"
        r"|poza biurem)|to jest automatyczna|biuro (?:jest|b[ęe]dzie) (?:nieczynne|zamkni[ęe]te)",
        r"\bdo (?:\d|dnia|po|wt|[śs]r|czw|pi|so|nie|ko[ńn])|wr[óo]c[ęe]|powr(?:[óo]t|ocie)|\bod \d",
        r"piln|w sprawach|kontakt|pod moj[ąa] nieobecno|zast[ęe]p|odpowiem|przekazan|skontaktuj",
        r"czy (?:mo|by|mog)|prosz[ęe] o |prosz[ęe] (?:zmieni|przes|ustawi|wy[łl]|w[łl])|chcia[łl]|potrzebuj"
        r"|nie dzia[łl]a|zanim|przed (?:wyjazdem|urlopem)|jak (?:mog|ustawi)|b[łl][ąa]d|problem|awari",
        r"przeczytano|nie przeczytano|potwierdzenie (?:odczytu|przeczytania)",
        r"(?:zosta[łl]a|zosta[łl])[^\n]{0,100}(?:przeczytan|odczytan|wy[śs]wietlon)|potwierdzenie (?:odczytu"
        r"|przeczytania)",
    ),
    "ru": Wording(
        r"автоматический ответ|автоответ(?:чик)?",
        r"отпуск|отсутств|вне офиса|командировк|больничн",
        r"\bя (?:сейчас |пока |временно )?в (?:отпуске|командировке|декрет)|(?:я )?(?:сейчас |в настоящее время "
        r"|временно )?(?:нахожусь|буду(?: находиться)?) (?:сейчас |в настоящее время )?(?:в (?:отпуске"
        r"|командировке|декрет)|вне офиса|на больничном|отсутств)|я в отпуске|меня (?:нет"
        r"|не будет) (?:на (?:месте|работе)|в офисе)|это автоматическ|отсутствую (?:на|в|с|до)"
        r"|не могу ответить[^.\n]{0,60}(?:отпуск|офис)",
        r"\bдо (?:\d|по|вт|ср|че|пя|су|во|конца)|\bпо \d|\bс \d|вернусь|возвращ|выхожу|выйду|числа",
        r"сроч|обра(?:щ|т)|замеща|во время моего отсутств|в мо[её] отсутств|отвечу|перенаправл|переадрес"
        r"|свяжитесь|связаться",
        r"можете|могли бы|прошу|пожалуйста,? (?:смените|измените|пришлите|настройте|сделайте|отключите)|мне нуж"
        r"|хотел|не работает|до отъезда|перед (?:отпуском|отъездом)|как (?:мне|настроить)|ошибк|проблем|неверн"
        r"|сломал",
        r"прочитано|прочтено|не прочитано|уведомление о прочтении|прочитан[ао]",
        r"(?:было )?(?:прочитано|прочтено|прочитан[ао])|уведомление о прочтении|удалено без прочтения",
    ),
    "uk": Wording(
        r"автоматична відповідь|автовідповід\w{0,6}",
        r"відпуст|відсутн|поза офісом|відрядженн|лікарнян",
        r"(?:я )?(?:зараз |наразі |тимчасово )?(?:перебуваю|буду|знаходжусь) (?:у|в|на|поза)? ?(?:відпустці"
        r"|відрядженні|лікарняному|офісом|відсутн)|я (?:у|в) відпустці|мене (?:немає|не буде) (?:на|в)"
        r"|це автоматичн|(?:зараз |наразі )відсутн",
        r"\bдо \d|\bпо \d|\bз \d|повернусь|повернен|числа",
        r"термінов|зверта|зверніться|за моєї відсутн|відповім|переадрес|зв.яж",
        r"чи (?:можете|могли)|прошу|будь ласка,? (?:змін|надішл|налашт|зроб)|мені потріб|хотів|не працює"
        r"|перед (?:відпуст|від.їзд)|як (?:мені|налашт)|помилк|проблем",
        r"прочитано|не прочитано|сповіщення про прочитання",
        r"(?:було )?прочитан|сповіщення про прочитання",
    ),
    "cs": Wording(
        r"automatick[áa] odpov[ěe][ďd]|automatick[áa] odpove[ďd]",
        r"mimo kancel|nep[řr][íi]tom|dovolen",
        r"(?:jsem|budu|som|budem) (?:moment[áa]ln[ěe] |nyn[íi] |moment[áa]lne |pr[áa]ve )?(?:mimo kancel"
        r"|nep[řr][íi]tom|na dovolen|na slu[žz]ebn[íi]|na nemocensk|na rodi[čc]ovsk|mimo)|toto je automatick"
        r"|v sou[čc]asn[ée] dob[ěe]|nem[áa]m p[řr][íi]stup",
        r"\bdo (?:\d|p[oá]|[úu]t|st|[čc]t|so|ned|konc)|\bod \d|vr[áa]t[íi]m|n[áa]vrat|zp[ěe]t|sp[äa][ťt]",
        r"nal[ée]hav|urgent|kontakt|obra[cťt]|v dob[ěe] m[ée]|po n[áa]vrat|odpov[íi]m|p[řr]epos[íi]l|zastup|s[úu]rn",
        r"m[ůu][žz]ete|mohl[iay]? by|pros[íi]m (?:o|zm[ěe][nň]|po[šs]l|nastav|zru[šs])|pot[řr]ebuj|cht[ěe]l"
        r"|nefunguje|ne[žz] |p[řr]ed (?:odjezd|dovolen)|jak (?:mohu|nastav)|chyb[ua]|probl[ée]m|nejde",
        r"p[řr]e[čc]teno|p[řr]e[čc][íi]tan[ée]|potvrzen[íi] o p[řr]e[čc]ten[íi]|nep[řr]e[čc]teno",
        r"byla?[^\n]{0,100}p[řr]e[čc]ten|potvrzen[íi] o p[řr]e[čc]ten|bola?[^\n]{0,100}pre[čc][íi]tan",
    ),
    "nordic": Wording(
        r"auto(?:matisk[at]?)?[ -]?sva?r|automatiskt svar|automaattinen vastaus|automaattivastaus|fr[åa]nvaromeddelande"
        r"|poissaoloilmoitus",
        r"fr[åa]nvar|semester|frav[æe]r|ferie|poissa|loma|p[åa] ferie|tj[äa]nstledig|for[æe]ldreorlov",
        r"jag [äa]r (?:f[öo]r n[äa]rvarande |just nu |tillf[äa]lligt )?(?:p[åa] semester|inte p[åa] kontoret"
        r"|fr[åa]nvarande|tj[äa]nstledig|f[öo]r[äa]ldraledig|bortrest|ledig|borta)"
        r"|jeg er (?:for (?:tiden|[øo]jeblikket) |desv[æe]rre |i [øo]jeblikket )?(?:p[åa] (?:ferie|reise|kursus"
        r"|barsel)|ikke p[åa] (?:kontoret|jobb)|frav[æe]rende|ikke til ?stede|bortreist|ude af huset"
        r"|ute av kontoret|p[åa] ferie|i permisjon)"
        r"|jeg har (?:ferie|permisjon)|jag har semester|olen (?:parhaillaan |t[äa]ll[äa] hetkell[äa] )?(?:lomalla"
        r"|poissa|vuosilomalla|matkoilla|virkavapaalla|opintovapaalla)|kontoret er lukket"
        r"|detta [äa]r ett automatiskt|dette er et automatisk|t[äa]m[äa] on automaattinen",
        r"\btill\b|\bt\.?o\.?m\b|tillbaka|[åa]ter|tilbage|tilbake|\btil\b|\bfra \d|fr[åa]n \d|asti|saakka|palaan"
        r"|takaisin",
        r"br[åa]dskande|haste|akut|kontakt|kollega|vidarebefordra|videresend|besvara|svara(?:r)? p[åa]|svarer"
        r"|kiireelli|ota yhteytt|yhteys|vastaan|sijai",
        r"kan (?:du|ni|dere|i|man)\b|kunne (?:du|i|dere)|skulle (?:du|ni)|voisit|voitteko|jag (?:beh[öo]ver|vill)"
        r"|jeg (?:trenger|vil|skal bruge|har brug)|fungerar inte|virker ikke|fungerer ikke|ei toimi|innan|inden"
        r"|f[øo]r jeg|ennen|haluaisin|tarvitsen|\bfel\b|\bfejl|\bfeil|problem|virhe|ongelma",
        r"l[äa]st|l[æe]st|lest|luettu|inte l[äa]st|ikke l[æe]st|ikke lest|l[äa]skvitto|l[æe]sekvittering"
        r"|lesebekreftelse|lukukuittaus",
        r"(?:l[äa]stes|har l[äa]sts|blev l[äa]st|blev l[æe]st|ble lest|er blitt lest|er l[æe]st|on luettu"
        r"|luettiin)|l[äa]skvitto|l[æe]sekvittering|lesebekreftelse|lukukuittaus",
    ),
    "ja": Wording(
        r"自動(?:返信|応答)(?:メール)?|不在(?:通知|のお知らせ)",
        r"不在|休暇|休業|外出|出張",
        r"(?:不在(?:に|と)|休暇(?:を|中|の)|休業|出張(?:中|の)|外出(?:中|し)|席を外し|夏季休|年末年始)"
        r"|自動(?:返信|応答|で送信)",
        r"まで|から|\d日|戻り|出社",
        r"緊急|お急ぎ|代わり|ご連絡|改めて|返信(?:いた|させ|でき)|確認(?:いた|次第|でき)|担当|対応(?:いた|でき|が遅)",
        r"(?:ください|下さい)ませんか|お願い(?:し|でき|いた)ます|できますか|でしょうか|ほしい|困って|動き?ま?せん"
        r"|前に|変更して|エラー|不具合|問題",
        r"開封済み|既読|開封確認|未開封",
        r"開封され|開封確認|読まれ|既読|表示され",
    ),
    "zh": Wording(
        r"自动(?:回复|答复|回覆)|自動(?:回覆|回復|答覆)|(?:外出|休假|不在办公室|不在辦公室|离开办公室)(?:通知"
        r"|自动回复)|假期自动回复",
        r"休假|外出|不在办公室|不在辦公室|出差|年假|度假",
        r"(?:我|本人)(?:现在|目前|正在|現在|将|將|于|於|正)?[^。\n]{0,24}(?:休假|外出|出差|不在办公室|不在辦公室"
        r"|度假|年假|离开办公室|病假|产假)|(?:这|此|這)是(?:一封)?自(?:动|動)|您(?:的|所发)?(?:邮件|来信"
        r"|郵件)(?:我)?(?:已|我已)(?:经)?收到",
        r"至|到|期间|期間|返回|回来|回來|日",
        r"紧急|緊急|急事|联系|聯繫|聯絡|回复(?:您|你)|回覆|尽快|儘快|盡快|转发",
        r"(?:请|請)(?:帮|幫|问|問|修改|更改|重置|发|協助|协助)|能否|可以.{0,8}吗|能不能|我(?:需要|想)|无法|不能"
        r"|之前|怎么|如何|错误|錯誤|问题|故障",
        r"已读|已讀|未读|已阅读|阅读回执|讀取回條",
        r"已(?:于|於|被)?.{0,40}(?:阅读|閱讀|读取|讀取|打开)|阅读(?:时间|回执)|讀取回條|被阅读",
    ),
    "vi": Wording(
        r"(?:thư |tin )?(?:trả lời|phản hồi) tự động|tự động trả lời",
        r"vắng mặt|nghỉ phép|nghỉ lễ|công tác|ngoài văn phòng",
        r"(?:tôi|em|mình|chúng tôi) (?:hiện |đang |sẽ |hiện đang |hiện tại ){0,4}(?:vắng mặt|nghỉ phép"
        r"|đi công tác|không có mặt|nghỉ lễ|ở ngoài văn phòng|trong kỳ nghỉ|không ở văn phòng)|đây là (?:thư "
        r"|email |tin nhắn )?(?:trả lời )?tự động",
        r"đến|từ|trở lại|quay lại|hết ngày",
        r"khẩn|gấp|liên hệ|phản hồi|trả lời|chuyển tiếp",
        r"có thể|giúp|vui lòng (?:đổi|gửi|đặt lại|cài|kiểm tra)|tôi (?:cần|muốn)|không hoạt động|trước khi"
        r"|làm (?:sao|thế nào)|không\?|\blỗi|sự cố|hỏng",
        r"đã đọc|chưa đọc|xác nhận đã đọc",
        r"đã được (?:đọc|mở|xem)|xác nhận đã đọc|đã đọc (?:vào|lúc)",
    ),
    "other": Wording(
        # Hungarian, Romanian, Turkish, Korean, Greek, Bulgarian
        r"automatikus v[áa]lasz|r[ăa]spuns automat|otomatik (?:yan[ıi]t|cevap)|자동 ?(?:회신|응답)"
        r"|αυτόματη απάντηση|автоматичен отговор",
        r"szabads[áa]g|h[áa]zon k[íi]v|concediu|birou|izin(?:de|li)|ofis d[ıi]|부재|휴가|출장|άδεια|απουσ|отпуск"
        r"|отпуска",
        r"(?:szabads[áa]gon|h[áa]zon k[íi]v[üu]l|irod[áa]n k[íi]v[üu]l) (?:vagyok|leszek|tart[óo]zkodom)"
        r"|nem vagyok az irod|sunt (?:[îi]n|plecat|momentan)[^.\n]{0,30}(?:concediu|biroului|birou|delega)"
        r"|voi fi [îi]n concediu"
        r"|(?:y[ıi]ll[ıi]k )?izinde(?:yim|\s)|ofis(?:te| d[ıi][şs][ıi]nda) ?(?:de[ğg]ilim|olaca|y[ıi]m)|(?:현재 "
        r"|저는 )?(?:휴가|부재|출장) ?중(?:입니다|이오니|이라)|자동 ?(?:회신|응답)|βρίσκομαι (?:σε άδεια|εκτός)"
        r"|θα απουσιάζω|είμαι εκτός γραφείου|в отпуск (?:съм|до|от)|извън офиса",
        r"-ig\b|vissza|p[âa]n[ăa]|revin|kadar|d[öo]n|까지|부터|복귀|έως|μέχρι|επιστρ|\bдо \d|връщам",
        r"s[üu]rg[őo]s|keress|v[áa]laszol|urgent|contact|acil|ileti[şs]im|ula[şs]|긴급|급한|연락|문의|회신|επείγ"
        r"|επικοινων|απαντήσω|спеш|свърж|отговоря",
        r"tudn[áa]|k[ée]rem,? (?:k[üu]ld|m[óo]dos|[áa]ll[íi]ts)|szeretn|nem m[űu]k|miel[őo]tt|a[țt]i putea"
        r"|v[ăa] rog s[ăa]|am nevoie|nu func|[îi]nainte|misiniz|m[ıi]s[ıi]n[ıi]z|istiyorum|[çc]al[ıi][şs]m[ıi]yor"
        r"|[öo]nce|해 ?주세요|주시겠|수 있을까|안 ?됩니다|전에|μπορείτε|χρειάζομαι|δεν λειτουργ|πριν|можете"
        r"|моля (?:да|сменете)|не работи|преди",
        r"elolvasva|olvasott|citit|okundu|읽음|αναγνώσθηκε|прочетено",
        r"elolvast[áa]k|olvas[áa]si visszaigazol|a fost citit|okundu|읽었습니다|읽음|αναγνώστηκε|διαβάστηκε|прочетено",
    ),
    "more": Wording(
        # Latvian, Lithuanian, Estonian, Slovene, Croatian and Serbian, Indonesian, Thai, Arabic, Hebrew
        r"autom[āa]tisk[āa] atbilde|[āa]rpus biroja(?: atra[šs]an[āa]s)?[^:\n]{0,30}atbilde|automatinis atsakymas"
        r"|automaatne vastus|automaatvastus|samodejni odgovor|automatski odgovor|аутоматски одговор|balasan otomatis"
        r"|ตอบกลับอัตโนมัติ|การตอบกลับอัตโนมัติ|رد تلقائي|מענה אוטומטי|תשובה אוטומטית",
        r"[āa]rpus biroja|atva[ļl]in[āa]jum|prombūtn|atostog|ne biure|puhkus|kontorist v[äa]ljas|dopust|odsot"
        r"|godi[šs]nj"
        r"|odsut|cuti|di luar kantor|ลาพักร้อน|إجازة|חופשה",
        r"esmu (?:atva[ļl]in[āa]jum|prom|koman)|atrodos [āa]rpus|[šs]iuo metu (?:esu )?(?:atostogauju|ne biure)"
        r"|esu atostog"
        r"|(?:viibin|olen) (?:puhkusel|kontorist|eemal)|sem (?:na dopustu|odsot)|(?:trenutno )?(?:sam|nisam) (?:na godi"
        r"|odsut|u uredu|izvan ureda)|saya sedang (?:cuti|di luar)|أنا (?:في إجازة|خارج)|אני (?:בחופשה|לא במשרד)",
        r"l[īi]dz|atgrie[žz]|iki|gr[įi][šs]|kuni|naasen|tagasi|do \d|vr(?:nem|a[ćc]am)|hingga|sampai|kembali|حتى|עד",
        r"steidzam|sazin|skub|susisiek|kiire|p[öo]{1,2}rdu|nujn|hitn|obrni|kontaktir|mendesak|hubungi|عاجل|דחוף",
        r"vai (?:varat|j[ūu]s)|l[ūu]dzu (?:nomain|atiest)|ar gal[ėe]tum|palun (?:muutke|vahetage)|ali lahko|mo[žz]ete"
        r"|molim (?:promij|vas da)|tolong|bisakah|هل يمكن|אפשר|האם",
        r"izlas[īi]ts|perskaityta|loetud|prebrano|pro[čc]itano|dibaca|تمت القراءة|נקרא",
        r"tika izlas|buvo perskait|on loetud|je bilo prebrano|je pro[čc]itan|telah dibaca|تمت قراءة|נקראה",
    ),
}
