"""What mail programs write around quotes and under letters, in the languages met so far.

Only patterns, all bounded; how they are used is in `quotes`. English, French and German are meant to be complete.
"""

from __future__ import annotations

import re

WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb(?:en)?|schreibt|geschrieben|a [ée]crit|[ée]crit|escribi[óo]|ha scritto|scrive"
    r"|escreveu|schreef"
    r"|geschreven|skrev|skreiv|kirjoitti|napisa[łl](?:\(a\)|a)?|pisze|nades[łl]a[łl]|napsal(?:\(a\)|a)?"
    r"|nap[ií]sal|[íi]rta|a scris|yazd[ıi]"
    r"|napisao|je napisal|kirjutas|ra[šs][ėe]|vi[ếe]t|đã viết|написал(?:\(а\)|а)?|написав|пишет|пише|έγραψε"
    r"|va escriure|scrisse"
    r"|quoting|zitat von|citation de|citando|citat)\b"
    r"|写道|寫道|书写|のメール|さんは|書きました|님이 작성|작성:|כתב|كتب|เขียน",
    re.IGNORECASE,
)
# How a line that announces a quote begins; needed where it runs over several lines.
ATTRIBUTION_START = re.compile(
    r"^[>\s*_-]{0,12}(?:On|Am|Le|El|Em|Il|In data|Op|Den|Dnia|W dniu|Dne|D[ňn]a|V|La|P[åa]|Pe|Vào|At|From|Von|De"
    r"|Il giorno|На|В|Στις"
    r"|A[lz]?|\d{1,4}[./年-]?|(?:mo|tu|we|th|fr|sa|su|lu|ma|me|je|ve|di|do|mi|vi|dom|s[áa]b|seg|ter|qua|qui|sex|ti"
    r"|ke|to|pe|pon|wt|[śs]r"
    r"|czw|pt|sob|niedz|man|tir|tor|ons|fre|l[øöo]r|s[øöo]n|пн|вт|ср|чт|пт|сб|вс|нд)[a-zа-я]{0,8}[.,]{0,2})[\s,]",
    re.IGNORECASE,
)
_TIME = r"\d{1,2}(?::|\.|h|時|시 ?)\d{2}"
_DAY = r"(?:\d{4}[./年-]|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:19|20)\d\d\b)"
FULL_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}")
# A date with a time and a mail address, and nothing but a colon after it.
DATED_ADDRESS = re.compile(
    rf"(?=.{{0,200}}{_DAY})(?=.{{0,250}}{_TIME}).{{0,300}}[\w.+-]{{1,64}}@[\w.-]{{1,200}}[>)\]]{{0,3}}\s?[:：]$"
)

_ORIGINAL = (
    r"original (?:message|e?-?mail|appointment)|forwarded (?:message|by|mail)|reply message|replied message"
    r"|end of forwarded"
    r"|urspr[üu]e?ngliche (?:nachricht|e-?mail)|original-?nachricht|originalmail|weitergeleitete (?:nachricht"
    r"|e-?mail)|weitergeleitet von"
    r"|message d['’ ]?origine|message (?:original|initial|transf[ée]r[ée]|r[ée]exp[ée]di[ée])|courriel original"
    r"|mail original"
    r"|mensaje (?:original|reenviado)|correo original|mensagem (?:original|encaminhada)|messaggio (?:originale"
    r"|inoltrato)"
    r"|oorspronkelijk bericht|doorgestuurd bericht|origineel bericht|oprindelig (?:besked|meddelelse)"
    r"|videresendt (?:besked|melding|meddelelse)"
    r"|opprinnelig melding|originalmeddelande|ursprungligt meddelande|vidarebefordrat (?:meddelande|brev)"
    r"|alkuper[äa]inen viesti"
    r"|v[äa]litetty viesti|oryginalna wiadomo[śs][ćc]|wiadomo[śs][ćc] (?:oryginalna|przekazana|napisana)"
    r"|przekazana wiadomo[śs][ćc]"
    r"|p[ůu]vodn[íi] (?:zpr[áa]va|e-?mail)|p[řr]eposlan[áa] zpr[áa]va|p[ôo]vodn[áa] spr[áa]va|eredeti [üu]zenet"
    r"|tov[áa]bb[íi]tott [üu]zenet|mesaj(?:ul)? original"
    r"|[öo]zg[üu]n (?:mesaj|ileti)|orijinal mesaj|iletilen (?:mesaj|ileti)|izvorna poruka|prvotno sporo[čc]ilo"
    r"|исходное сообщение"
    r"|оригинальное сообщение|пересылаемое сообщение|перенаправленное сообщение|початкове повідомлення"
    r"|tin nhắn gốc|thư gốc"
    r"|原始邮件|原始郵件|转发的?邮件|轉寄|元のメッセージ|転送|원본 메[시세]지|전달된 메[시세]지|αρχικό μήνυμα"
)
SEPARATOR = re.compile(rf"^[>\s*]{{0,12}}[-_=*#–—]{{2,60}}[\s>*]{{0,4}}(?:{_ORIGINAL})[^\n]{{0,60}}$", re.IGNORECASE)
BEGIN_FORWARDED = re.compile(
    r"^[>\s]{0,12}(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|inizio (?:del )?messaggio inoltrato|begin doorgestuurd bericht|inicio del mensaje reenviado"
    r"|in[íi]cio da mensagem (?:encaminhada|reenviada)"
    r"|start p[åa] videresendt (?:besked|melding)|vidarebefordrat brev|pocz[ąa]tek przekazywanej wiadomo[śs]ci"
    r"|начало переадресованного (?:сообщения|письма)"
    r"|v[äa]litetty viesti alkaa|転送されたメッセージ|下面是被转发的邮件|開始轉寄郵件)\s?[:：]?\s*$",
    re.IGNORECASE,
)
_VERB = r"(?:wrote|schrieb|a [ée]crit|escribi[óo]|escreveu|ha scritto|schreef|skrev|kirjoitti|napisał(?:\(a\))?)"
DASHED_WROTE = re.compile(rf"^[>\s]{{0,8}}-{{2,8}} ?.{{2,200}}\b{_VERB} ?-{{2,8}}\s*$", re.IGNORECASE)
# "On ... wrote" that lost its colon.
WROTE_AT_END = re.compile(rf".{{10,300}}\b{_VERB}$", re.IGNORECASE)
_ANSWER = r"(?:repl|respon|answer|antwort|r[ée]pon|respuesta|rispo|reactie|beantwoord|type|write|comment)"
_ABOVE = (
    r"(?:above th(?:is|e) (?:dashed )?line|[üu]ber dieser (?:linie|zeile)|oberhalb dieser (?:linie|zeile)"
    r"|au-dessus de cette ligne"
    r"|por encima de esta l[íi]nea|sopra questa (?:linea|riga)|boven deze (?:lijn|regel))"
)
ABOVE_THIS_LINE = re.compile(rf"^(?=.{{0,100}}{_ANSWER}).{{0,80}}{_ABOVE}.{{0,50}}$", re.IGNORECASE)

_FIELDS = {
    "from": "from|von|absender|de|exp[ée]diteur|da|van|fr[åa]n|fra|avs[äa]ndare|l[äa]hett[äa]j[äa]|od|от|від"
            "|feladó|de la|kimden|g[öo]nderen|từ|"
            "发件人|寄件者|寄件人|差出人|보낸 ?사람|από|od koho|remitente|remetente|mittente",
    "date": "sent|date|gesendet|datum|gesendet am|envoy[ée]|envoy[ée] le|date d['’]envoi|message du|enviado"
            "|enviado el|enviada em|enviado em|fecha|data|"
            "inviato|data invio|verzonden|verstuurd|datum|skickat|skickades|sendt|dato|l[äa]hetetty"
            "|p[äa]iv[äa]ys|pvm|wys[łl]ano|data|odesl[áa]no|дата|отправлено|"
            "дата отправки|надіслано|elk[üu]ldve|d[áa]tum|trimis|g[öo]nderildi|g[öo]nderme tarihi|tarih|ngày"
            "|đã gửi|vào ngày|发送时间|日期|傳送日期|寄件日期|送信日時|日付|日時|보낸 ?날짜|"
            "날짜|ημερομηνία|εστάλη|poslano|sent on|received|re[çc]u",
    "to": "to|an|[àa]|para|a|aan|till|til|vastaanottaja|do|komu|кому|до|címzett|c[áa]tre|kime|al[ıi]c[ıi]|đến"
          "|tới|收件人|收件者|宛先|받는 ?사람|προς|destinataire|"
          "destinatario|destinat[áa]rio|za|empf[äa]nger|pre",
    "cc": "cc|c\\.c\\.|kopie|copie(?: [àa])?|kopia|kopi|dw|копия|копія|m[áa]solat|抄送|副本|참조|ccn|bcc|kopio"
          "|con copia|bilgi",
    "subject": "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|[äa]mne|emne|aihe|temat"
               "|p[řr]edm[ěe]t|тема|t[áa]rgy|subiect|konu|chủ đề|tiêu đề|主题|主旨|件名|제목|"
               "θέμα|predmet|re|importance|priorit[äyé]t?|wichtigkeit|attachments?|anlagen|pi[èe]ces jointes",
}  # fmt: skip
FIELD_KINDS = tuple(_FIELDS)
FIELD = re.compile(
    r"^[>\s|]{0,12}[*_]{0,2}(?:"
    + "|".join(f"(?P<{kind}>{words})" for kind, words in _FIELDS.items())
    + r")[*_]{0,2}\s{0,8}[*_]{0,2}[:：][*_]{0,2}",
    re.IGNORECASE,
)

SENT_FROM = re.compile(
    r"^[\s_*>—–-]{0,6}(?:sent (?:from|via|with|by|using) |get (?:outlook|bluemail|bluefish|the)\b.{0,30} for "
    r"|get bluemail|get outlook|envoy[ée](?:e)? (?:de|depuis|[àa] partir|avec|via|par) "
    r"|t[ée]l[ée]charge[rz] outlook|obtene[rz] outlook|obtenir outlook|gesendet (?:von|mit|aus|vom|[üu]ber) "
    r"|von meinem .{2,40} gesendet|diese nachricht wurde von meinem"
    r"|von .{2,30} gesendet$|outlook f[üu]r (?:ios|android|mac)|holen sie sich outlook|enviado (?:desde|do|de"
    r"|a partir|con|com|via) |inviato (?:da|dal|con|tramite) |scarica outlook|ottieni outlook"
    r"|verzonden (?:vanaf|met|vanuit|via) |verstuurd (?:vanaf|met|vanuit) |outlook voor |skickat fr[åa]n "
    r"|skaffa outlook|sendt fra |hent outlook|f[åa] outlook|sendt med |l[äa]hetetty |hanki outlook"
    r"|wys[łl]an[eoay] (?:z|za) |pobierz outlook|odesl[áa]no (?:z|pomoc)|odoslan[ée] z |отправлено (?:с|из|от"
    r"|через) |отправлен[оа] |надіслано (?:з|із) |k[üu]ldve |elk[üu]ldve |trimis (?:de|din|cu) "
    r"|iphone'umdan g[öo]nderildi|.{0,20}g[öo]nderildi$|gửi từ |đã gửi từ |poslano (?:z|s|iz|sa) "
    r"|发自我?的?|發自|從我的"
    r"|从我的|传自|나의 .{1,20}에서 보냄|내 .{1,30}에서 보냄)"
    r"|^[\w ]{0,20}(?:から送信|에서 보냄)\s*$",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"^[\s*_]{0,6}(?:(?:with )?(?:my |our )?(?:best|kind(?:est)?|warm(?:est)?|many|very best)? ?regards"
    r"|best wishes|best|kind wishes|(?:yours |very )?(?:sincerely|truly|faithfully)(?: yours)?|yours|cheers"
    r"|(?:many |best )?thanks(?: (?:and|&) (?:best |kind )?regards| in advance| again| so much| a lot)?"
    r"|thank you(?: (?:very|so) much| in advance| again)?|all the best|respectfully|rgds|br|kr|take care|warmly"
    r"|cordially"
    r"|mit (?:den )?(?:freundlichen?|besten|herzlichen|lieben|sonnigen|freundlichem) gr[üu](?:ß"
    r"|ss)(?:en)?(?: aus [\w-]{2,30})?|(?:mit )?(?:freundliche|beste|liebe|viele|herzliche|sch[öo]ne"
    r"|sonnige)n? gr[üu](?:ß|ss)e?(?: aus [\w-]{2,30})?"
    r"|mfg|vg|lg|bg|hochachtungsvoll|gr[üu](?:ß|ss)e?|danke(?: und gru(?:ß|ss)| im voraus)?"
    r"|vielen dank(?: im voraus| und .{3,40})?"
    r"|(?:bien |tr[èe]s )?(?:cordialement|amicalement|sinc[èe]rement)(?: v[ôo]tre)?|cdlt|cdt|bien [àa] (?:vous"
    r"|toi)|(?:meilleures |sinc[èe]res )?salutations(?: distingu[ée]es)?|(?:avec mes )?(?:meilleures|cordiales"
    r"|sinc[èe]res) salutations"
    r"|bonne (?:journ[ée]e|r[ée]ception|soir[ée]e)|(?:en vous )?remerciant.{0,40}|merci(?: (?:d['’]avance"
    r"|beaucoup|par avance|bien))?|respectueusement|veuillez (?:agr[ée]er|recevoir|croire).{0,150}"
    r"|je vous prie d['’]agr[ée]er.{0,150}"
    r"|(?:un )?saludos?(?: cordial(?:es)?)?|atentamente|atte|gracias|muchas gracias|(?:cordiali|distinti) saluti"
    r"|saluti|grazie(?: mille)?|atenciosamente|cumprimentos|(?:com os )?melhores cumprimentos|obrigad[oa]"
    r"|abra[çc]os?"
    r"|(?:met )?(?:vriendelijke|hartelijke) groet(?:en)?|mvg|groet(?:en|jes)?|(?:med )?(?:venlig|vennlig"
    r"|v[äa]nlig|b[äa]sta|bedste|beste)(?:a|e)? (?:hilsen|hilsner|h[äa]lsning(?:ar)?)|hilsen|hilsner|mvh|dbh"
    r"|(?:med )?v[äa]nliga h[äa]lsningar|h[äa]lsningar"
    r"|yst[äa]v[äa]llisin terveisin|terveisin|terv\.?|(?:z |serdecznie )?(?:powa[żz]aniem|pozdrawiam|pozdrowienia"
    r"|wyrazami szacunku)(?: serdecznie)?|z wyrazami szacunku|s pozdravem|s [úu]ctou|d[ěe]kuj[iu]|с уважением"
    r"|всего доброго|спасибо"
    r"|з повагою|[üu]dv[öo]zlettel|cu stima|cu respect|sayg[ıi]lar[ıi]mla|trân trọng"
    r"|此致|敬礼|谢谢|祝好|よろしくお願いいたします|敬具"
    r"|감사합니다)"
    r"[\s*_]{0,4}[,.!;:，。]{0,3}[\s*_]{0,4}$",
    re.IGNORECASE,
)
NAME_UNDER = re.compile(r"^\s{0,4}[/~]{1,2}\s?[^\W\d_a-zà-ÿ][\w.'’-]{1,30}(?: [\w.'’-]{1,30}){0,3}\s*$")
LIST_FOOTER = re.compile(
    r"mailing list|unsubscribe|abmelden|d[ée]sabonner|https?://|mailinglist|list info", re.IGNORECASE
)
