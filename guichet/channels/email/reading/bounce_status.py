"""Enhanced status codes (RFC 3463) for delivery failures: as the server wrote them, else from its reply and words.

The patterns have no unbounded repetition, so that the time stays linear in the text.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CODE = r"[245]\.[0-7]\.\d{1,3}"
STATUS = re.compile(rf"(?<![\d.])({_CODE})(?!\.?\d)")
# The reply of a server: three digits and the enhanced code behind them, or a code in the manner of qmail: (#5.1.1).
_REPLY_STATUS = re.compile(rf"(?<![\d.])[245]\d\d[ -]{{1,2}}['\"<(\[]{{0,2}}#?({_CODE})(?!\.?\d)|#({_CODE})(?!\.?\d)")
_REPLY = re.compile(
    r"(?:^|(?:said|says|error|status|code|failure|response|responded|with|data|to|because|reason|by"
    r"|returned)\s?[:=]{0,2}"
    r"|<{3}|[\]\[(>:,;\"'\n-])\s{0,8}"
    r"#?([45][0-7]\d)(?=[ :;,\->)\]]|$)", re.IGNORECASE | re.MULTILINE
)  # fmt: skip

# What the words of a failure mean: subject and detail of the code, in order of strength.
_REASONS: tuple[tuple[str, str], ...] = (
    ("4.7", r"in the queue too long|message (?:has )?expired"),
    ("2.2", r"mail ?(?:box|folder|file)(?: for [^\n]{0,60})?(?:'s)? (?:is |was |has been )?(?:too )?(?:full|over)"
            r"|over ?quota"
            r"|quota (?:has been |was |is )?(?:exceeded|reached|full)|exceed[^.\n]{0,40}(?:quota|storage|local limit"
            r"|mailbox)|quota exceed|insufficient quota|full mailbox|out of (?:mailbox|quota|storage)"
            r"|inbox is full|storage (?:quota|limit|allocation)|too full|no space left in mailbox"
            r"|mailbox (?:size|quota|limit)|not enough (?:storage|space)|(?:bo[iî]te|bal) [^.\n]{0,40}(?:pleine|satur)"
            r"|quota [^.\n]{0,30}(?:d[ée]pass|atteint)|postfach[^.\n]{0,40}(?:voll|[uü]berf|kapazit)"
            r"|buz[oó]n[^.\n]{0,30}llen"
            r"|casella[^.\n]{0,30}piena|caixa[^.\n]{0,30}cheia|(?:ящик|квот)[^.\n]{0,40}(?:перепол|превыш)"
            r"|переполнен|skrzynk[^.\n]{0,30}(?:pe[lł]na|przepe)|postvak[^.\n]{0,30}vol|メールボックスが(?:一杯"
            r"|いっぱい|満杯)"
            r"|(?:邮箱|郵箱|信箱)[^.\n]{0,10}(?:已满|已滿|空间不足)|용량[^.\n]{0,12}초과"),
    ("3.4", r"(?:message|mail|size|file|line)[^.\n]{0,40}(?:too (?:large|big|long)|size limit|limit exceeded"
            r"|size exceed)"
            r"|exceed[^.\n]{0,40}(?:size|length)|(?:maximum|max|fixed|allowed)[^.\n]{0,20}size|too (?:large|big) "
            r"|oversize"
            r"|trop (?:volumineux|grand|gros)|taille maximale|zu gro[sß]|demasiado grande|troppo grande|muito grande"
            r"|слишком (?:больш|велик)|过大|過大|大きすぎ|超过.{0,8}大小|size limit"),
    ("1.8", r"sender (?:address )?(?:rejected|denied|unknown|verif|domain)|unrout[^\n]{0,10} sender|sender verify"
            r"|domain of sender address"),
    ("7.1", r"relay(?:ing)?(?: access)? (?:is |was )?(?:denied|not |prohibit|forbid)|(?:not|never)[^.\n]{0,40} relay"
            r"|unable to relay|insecure mail relay|rcpthosts|we do not relay|as a relay|relaying mail"),
    ("1.1", r"(?:user|recipient|recipient'?s? name|address|mailbox|mail ?box|account|addressee|alias|local ?part"
            r"|username)"
            r"(?: name)?(?:\(s\))? ?(?:address )?(?:is |was |are |has been |you entered )?[\"<']{0,2}"
            r"(?:unknown|invalid|not (?:found|known|exist|listed|recogni|valid|a |local)|does ?n[o']t exist"
            r"|doesn't exist|could(?: not|n't) be found|unavailable|not available|non.?exist|no longer)"
            r"|(?:unknown|invalid|bad|illegal|non-?existe?nt|no such|wrong)(?: or (?:illegal|invalid))?(?: local"
            r"| virtual"
            r"| remote| destination| e-?mail| mail| final delivery| virtual)?(?: |-)?(?:user|recipient|mailbox"
            r"|address|alias"
            r"|account|person|local|addressee|name|rcpt|part)"
            r"|(?:does ?n[o']t|doesn't|did ?n[o']t|didn't) (?:currently )?(?:exist|have an?|match)|no mail ?box"
            r"|nobody here"
            r"|not (?:a|an|our) (?:valid|known|active|customer|registered)|not listed in|user not|not recogni[sz]ed"
            r"|recipient (?:address )?rejected|address rejected|no valid recipients|no user here"
            r"|wrong or no longer valid"
            r"|address (?:not found|unknown|error)|address couldn't be found|unrouteable address|unknown mailbox"
            r"|mailbox name not allowed|(?:recipient|mailbox|user) not (?:exist|here)|user \S{1,80} unknown"
            r"|(?:utilisateur|destinataire|adresse|compte)[^.\n]{0,60}(?:inconnu|n.existe pas|introuvable|invalide)"
            r"|(?:empf[aä]nger|benutzer|adresse|postfach|konto)[^.\n]{0,60}(?:unbekannt|nicht gefunden|existiert nicht"
            r"|ung[uü]ltig|nicht vorhanden)|unbekannter (?:empf|benutzer)"
            r"|(?:usuario|destinatario|direcci[oó]n|utente|indirizzo|usu[aá]rio|endere[cç]o)[^.\n]{0,60}(?:descon"
            r"|no existe|non esist|sconosciut|inv[aá]lid|inexist|n[aã]o existe|no se (?:ha )?encontr"
            r"|non [^.\n]{0,10}trovat)"
            r"|(?:gebruiker|adres|ontvanger)[^.\n]{0,40}(?:onbekend|niet gevonden|bestaat niet)"
            r"|(?:пользовател|адресат|адрес|ящик|получател)[^.\n]{0,60}(?:не (?:существ|найден|зарегистр)|неизвест"
            r"|недействит)|(?:u[zż]ytkownik|adres|konto|skrzynka)[^.\n]{0,40}(?:nie istnieje|nieznan)"
            r"|(?:收件人|用户|用戶|邮箱|帐号|账号)[^.\n]{0,16}(?:不存在|未知|无效|無效)|(?:宛先|ユーザ"
            r"|アドレス)[^.\n]{0,24}"
            r"(?:存在しま|見つかりま|不明|ありません)|ディレクトリのリストにありません|(?:수신자|사용자"
            r"|주소)[^.\n]{0,20}(?:없|존재)"),
    ("2.1", r"(?:account|mail ?box|user|address|recipient)(?:\(s\))?(?: account)? (?:is |has been |was |are "
            r"|currently ){0,4}"
            r"(?:disabled|locked|suspend|inactive|deactivated|discontinued|closed|terminated|cancell?ed|blocked|frozen"
            r"|expired|not active)|no longer (?:active|in use|with)|inactive (?:user|account|mailbox|recipient)"
            r"|disabled (?:user|account|mailbox)|\bsuspend|(?:compte|bo[iî]te)[^.\n]{0,40}(?:d[ée]sactiv|suspend"
            r"|ferm|bloqu)"
            r"|(?:konto|postfach)[^.\n]{0,40}(?:gesperrt|deaktiviert)|(?:ящик|аккаунт|пользовател)[^.\n]{0,40}"
            r"(?:заблокир|отключ|неактив)|已(?:停用|冻结|禁用)"),
    ("1.2", r"host (?:is |name )?(?:unknown|not found)|unknown host|host or domain name not found"
            r"|unknown (?:mail )?domain"
            r"|domain (?:name )?(?:is |was )?(?:not found|does not exist|unknown|invalid|doesn't exist)"
            r"|no such (?:domain|host)"
            r"|couldn't be found|unrout[ea]{1,2}ble|bad (?:domain|destination)|name (?:service|server)|nxdomain"
            r"|(?:no|non-existe?nt)[^.\n]{0,12} (?:mx|hosts?|a record)"
            r"|dns (?:lookup|error|failure|problem|server)|invalid domain|domain[^\n]{0,60}(?:not exist|not found|find)"
            r"|could not find a gateway|[a-z0-9.-]{1,80} does not exist"
            r"|domaine[^.\n]{0,40}(?:inconnu|n.existe)|no mx record|indicated no smtp|(?:domain"
            r"|host)[^.\n]{0,40}nicht gefunden"
            r"|domin[^.\n]{0,40}(?:no existe|non esist)|домен[^.\n]{0,40}не |域名(?:不存在|解析)"),
    ("1.3", r"(?:bad|malformed|illegal|invalid|incorrect)[^.\n]{0,24} (?:syntax|format)|syntax error"
            r"|malformed (?:address|recip)"
            r"|must contain a domain"),
    ("4.6", r"\bloop(?:s|ing)?\b|too many hops|hop count|too many (?:\"?received|relays)"),
    ("7.1", r"spam|black ?list|block ?list|\bblocked|blocking|dnsbl|\brbl\b|reputation|polic(?:y|ies)|prohibit"
            r"|unsolicited"
            r"|access (?:is )?denied|permission denied|not (?:authori[sz]ed|permitted|allowed)|authenticat|virus"
            r"|malware"
            r"|infected|content (?:rejected|filter)|reverse dns|\brdns\b|ptr record|\bptr\b|\bspf\b|\bdkim\b"
            r"|\bdmarc\b|forbidden"
            r"|(?:message|mail|transaction|host) (?:was |has been |is )?(?:rejected|refused|denied)"
            r"|rejected (?:by|as"
            r"|for|due)|refused by|not a member|not accepting|invalid ip|suspicious|restricted|security|banned|phish"
            r"|weren't sent|does not like|n'accepte pas|service refus|[ée]t[ée] refus|abgelehnt|rechazad|rifiutat"
            r"|спам|отклонен"
            r"|запрещ|垃圾|拒收|拒绝|拒否"),
    ("3.1", r"(?:insufficient|not enough|no) (?:system |disk )?(?:storage|resources|disk space|space)|disk full"
            r"|system storage|no space left"),
    ("4.7", r"expired|retry time|too long|delivery time|giving up|could(?: not|n't) (?:be delivered"
            r"|deliver)[^\n]{0,20} (?:for|within)"
            r"|in the queue|attempts|(?:was |been )?not delivered within|multiple retries|will (?:be )?retr|retried"
            r"|cannot send message for|have been failing|delayed|deferred|still being retried|try again later"
            r"|verz[oö]gert|retard"),
    ("4.1", r"connection (?:was )?(?:refused|timed|reset|lost|closed|dropped|error|attempt)|(?:could not|couldn't"
            r"|can't|cannot|unable to|not) "
            r"(?:establish[^\n]{0,20} )?connect|no route to host|(?:network|host"
            r"|server)[^.\n]{0,20} (?:unreachable|not reachable)|timed? ?-?out"
            r"|requests to connect|refused to talk|network error|no answer from|not respond|unreachable|unavailable"),
)  # fmt: skip
_PATTERNS = tuple((detail, re.compile(pattern, re.IGNORECASE)) for detail, pattern in _REASONS)
_TRANSIENT = ("4.7", "4.1", "3.1")
# What a reply means by itself (RFC 5321 4.2.2), where neither a code nor a word says more.
_REPLIES = {
    "421": "4.3.2", "450": "4.2.0", "451": "4.3.0", "452": "4.3.1", "454": "4.7.0", "512": "5.1.2", "521": "5.3.2",
    "523": "5.3.4", "530": "5.7.0", "535": "5.7.8", "541": "5.7.1", "550": "5.0.0", "551": "5.1.6", "552": "5.2.2",
    "553": "5.1.3", "554": "5.0.0", "555": "5.5.4", "556": "5.1.10", "571": "5.7.1",
}  # fmt: skip
_WORDS = 2000


def written_status(words: str) -> str:
    """The enhanced code that stands in the words of a server, "" if none does; one with a detail before x.0.0."""
    in_reply = [first or second for first, second in _REPLY_STATUS.findall(words[:_WORDS])]
    found = [item for item in in_reply + STATUS.findall(words[:_WORDS]) if not item.startswith("2.")]
    return next((item for item in found if not is_general(item)), found[0] if found else "")


@lru_cache(maxsize=512)  # a report says the same of many recipients
def status_of(words: str, *, is_delay: bool = False) -> str:
    """The status that the words of a server mean: written, by its reason, or by its reply; "" if they say nothing."""
    words = words[:_WORDS]
    if written := written_status(words):
        return written
    reply = _REPLY.search(words)
    for detail, pattern in _PATTERNS:
        if pattern.search(words):
            is_transient = detail in _TRANSIENT and not (reply and reply[1].startswith("5"))
            is_tried_again = is_delay or (reply is not None and reply[1].startswith("4"))
            return f"{'4' if is_transient or is_tried_again else '5'}.{detail}"
    if reply is None:
        return ""
    return _REPLIES.get(reply[1], f"{reply[1][0]}.0.0" if reply[1][1] != "0" else "5.5.0")


def is_general(status: str) -> bool:
    """A code that tells only the class: "5.0.0"."""
    return status[1:] == ".0.0"
