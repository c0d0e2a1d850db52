"""What others on the way wrote into the header: authentication results (RFC 8601) and the verdicts of spam filters."""

from __future__ import annotations

import re

from guichet.channels.email.reading import headers
from guichet.channels.email.reading.mime import Part

_RESULTS = 20
_CHARS = 300
_YES = r"\s*(?:yes|true|spam|1)\b"
# The field, and what it says where its program took the mail for spam.
_SPAM = {
    "x-spam-flag": _YES,
    "x-spam-status": r"\s*(?:yes|spam)\b",
    "x-spam": _YES,
    "x-spamd-result": r"\s*[\w.-]+:\s*true\b",
    "x-rspamd-action": r"\s*(?:add header|rewrite subject|soft reject|reject)\b",
    "x-ms-exchange-organization-scl": r"\s*[5-9]\s*$",
    "x-forefront-antispam-report": r"(?:.*;)?\s*(?:SFV:(?:SPM|SKB)|CAT:(?:SPM|HSPM|PHSH|HPHSH|HPHISH|MALW))\s*(?:;|$)",
    "x-microsoft-antispam-mailbox-delivery": r"(?:.*;)?\s*dest:J\s*(?:;|$)",
    "x-barracuda-spam-flag": _YES,
    "x-barracuda-spam-status": r"\s*yes\b",
    "x-kasspamfilter-status": r"\s*(?:spam|probable spam)\b",
    "x-klms-antispam-status": r"\s*(?:spam|phishing|massmail)\b",
    "x-kse-antispam-info": r".*\bmessage is spam\b",
    "x-proofpoint-spam-details": r"(?:.*\s)?rule=\w*spam(?!safe)\w*",
    "x-mailscanner-spamcheck": r"\s*spam\b",
    "x-dspam-result": r"\s*spam\b",
    "x-bogosity": r"\s*(?:spam|yes)\b",
    "x-crm114-status": r"\s*spam\b",
    "x-spampanel-class": r"\s*(?:spam|phish)",
    "x-spamexperts-class": r"\s*(?:spam|phish)",
    "x-gmx-antispam": r"\s*[1-9]\d*\b",
    "x-ui-filterresults": r"\s*junk\b",
    "x-yandex-spam": r"\s*4\b",
    "x-tm-as-result": r"\s*yes\b",
    "x-ironport-anti-spam-result-verdict": r"\s*(?:spam|positive)",
    "x-vade-spamstate": r"\s*(?:spam|phishing|scam)",
    "x-vr-spamstate": r"\s*(?:spam|phishing|scam)",
    "x-ovh-spam-status": r"\s*spam\b",
}  # fmt: skip
_SPAM_FIELDS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _SPAM.items()}


def spam_of(root: Part) -> str:
    """`X-Spam-Flag: YES`, the first field that calls this spam; "" where none does."""
    for name, value in root.fields:
        # MailScanner puts the name of its site between: X-Example-MailScanner-SpamCheck.
        short = "x-mailscanner-spamcheck" if name.endswith("-mailscanner-spamcheck") else name
        pattern = _SPAM_FIELDS.get(short)
        if pattern is not None:
            said = headers.one_line(headers.raw_text(value[:2000]))
            if pattern.match(said):
                return f"{'-'.join(word.capitalize() for word in name.split('-'))}: {said}"[:_CHARS].strip()
    return ""


def auth_results_of(root: Part) -> tuple[str, ...]:
    """The Authentication-Results fields, unfolded, the topmost first."""
    found = (headers.one_line(headers.raw_text(value)) for value in root.all("authentication-results"))
    return tuple(item for item in found if item)[:_RESULTS]
