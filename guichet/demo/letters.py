"""A mail as the programs of real people write it: raw bytes, ready for the intake."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape

from guichet.demo.pictures import FILES
from guichet.demo.story import Bounce, Look, Mail, unwrapped

PROGRAMS: dict[Look, str] = {
    "plain": "Mozilla Thunderbird",
    "html": "Mozilla Thunderbird",
    "outlook": "Microsoft Outlook 16.0",
    "gmail": "",
    "phone": "iPhone Mail (22B83)",
}
# How Outlook introduces the mail it quotes: From, Sent, To, Subject.
OUTLOOK = {
    "en": ("From", "Sent", "To", "Subject"),
    "fr": ("De", "Envoyé", "À", "Objet"),
    "de": ("Von", "Gesendet", "An", "Betreff"),
}
WROTE = {
    "en": "On {date:%d/%m/%Y} at {date:%H:%M}, {name} <{address}> wrote:",
    "fr": "Le {date:%d/%m/%Y} à {date:%H:%M}, {name} <{address}> a écrit :",
    "de": "Am {date:%d.%m.%Y} um {date:%H:%M} schrieb {name} <{address}>:",
}


@dataclass(frozen=True, slots=True)
class Answered:
    """Our mail that a customer answers: what their program quotes and refers to."""

    message_id: str
    reply_to: str
    from_name: str
    from_address: str
    subject: str
    text: str
    at: datetime  # in the house's zone


@dataclass(frozen=True, slots=True)
class Sender:
    name: str
    address: str
    language: str


def compose(mail: Mail, sender: Sender, inbox: str, subject: str, at: datetime, answered: Answered | None) -> bytes:
    """The raw bytes of `mail`, the same ones each time for the same arguments."""
    out = EmailMessage(policy=policy.SMTP)
    out["From"] = formataddr((sender.name, sender.address)) if sender.name else sender.address
    out["To"] = answered.reply_to if answered else inbox
    if mail.cc:
        out["Cc"] = ", ".join(mail.cc)
    out["Subject"] = subject
    out["Date"] = format_datetime(at)
    unique = hashlib.sha256(f"{sender.address} {subject} {at.isoformat()}".encode()).hexdigest()[:24]
    out["Message-ID"] = f"<{unique}@{sender.address.partition('@')[2]}>"
    if answered:
        out["In-Reply-To"] = out["References"] = f"<{answered.message_id}>"
    if PROGRAMS[mail.look]:
        out["X-Mailer"] = PROGRAMS[mail.look]
    for name, value in mail.headers:
        out[name] = value
    _fill(out, mail, sender, answered)
    return out.as_bytes()


def _fill(out: EmailMessage, mail: Mail, sender: Sender, answered: Answered | None) -> None:
    text = unwrapped(mail.text)
    quoted = _quote(mail.look, sender.language, answered) if answered else ""
    out.set_content(text + quoted, cte="quoted-printable")
    if mail.html or mail.inline or mail.look in ("html", "outlook", "gmail"):
        html = mail.html or _html(text, mail, sender.language, answered)
        out.add_alternative(f"<html><body>{html}</body></html>", subtype="html", cte="quoted-printable")
        for name in mail.inline:
            kind, draw = FILES[name]
            page = out.get_body(("html",))
            if isinstance(page, EmailMessage):
                cid = f"<{_content_id(name)}>"
                page.add_related(draw(), *kind.split("/"), cid=cid, filename=name, disposition="inline")
    for name in mail.files:
        kind, draw = FILES[name]
        out.add_attachment(draw(), *kind.split("/"), filename=name)


def _content_id(name: str) -> str:
    return f"{name.partition('.')[0]}@picture.example"


def _quote(look: Look, language: str, answered: Answered) -> str:
    if look == "outlook":
        return "\n\n" + "\n".join(_outlook_head(language, answered)) + "\n\n" + answered.text
    line = WROTE[language].format(date=answered.at, name=answered.from_name, address=answered.from_address)
    return f"\n\n{line}\n\n" + "\n".join(f"> {row}".rstrip() for row in answered.text.splitlines())


def _outlook_head(language: str, answered: Answered) -> list[str]:
    words = OUTLOOK[language]
    values = (
        f"{answered.from_name} <{answered.from_address}>",
        f"{answered.at:%d.%m.%Y %H:%M}",
        answered.reply_to,
        answered.subject,
    )
    colon = " : " if language == "fr" else ": "
    return [f"{word}{colon}{value}" for word, value in zip(words, values, strict=True)]


def _html(text: str, mail: Mail, language: str, answered: Answered | None) -> str:
    font = "Calibri,sans-serif" if mail.look == "outlook" else "Arial,sans-serif"
    page = f'<div style="font-family:{font};font-size:11pt">{_paragraphs(text)}</div>'
    page += "".join(f'<p><img src="cid:{_content_id(name)}" alt="{name}" width="480"></p>' for name in mail.inline)
    if answered is None:
        return page
    if mail.look == "outlook":
        head = "<br>".join(escape(line) for line in _outlook_head(language, answered))
        rule = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
        page += f'<div id="divRplyFwdMsg" style="{rule}"><p>{head}</p></div>'
        return page + f"<div>{_paragraphs(answered.text)}</div>"
    line = WROTE[language].format(date=answered.at, name=answered.from_name, address=answered.from_address)
    quote = f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{_paragraphs(answered.text)}</blockquote>'
    return f'{page}<div class="gmail_quote"><div class="gmail_attr">{escape(line)}</div>{quote}</div>'


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{'<br>'.join(escape(row) for row in block.splitlines())}</p>" for block in text.split("\n\n"))


def delivery_report(report: Bounce, recipient: str, return_path: str, message_id: str, at: datetime) -> bytes:
    """A report of failure (RFC 3464) as a mail server sends it to the return path of our message."""
    domain = recipient.partition("@")[2]
    head = _lines(
        f"From: Mail Delivery System <MAILER-DAEMON@{domain}>",
        f"To: {return_path}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{hashlib.sha256(message_id.encode()).hexdigest()[:20]}@{domain}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
    )
    words = _lines(f"Your message could not be delivered to {recipient}.", "", report.diagnostic)
    machine = _lines(
        f"Reporting-MTA: dns; mx.{domain}",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        f"Status: {report.status}",
        f"Diagnostic-Code: smtp; {report.diagnostic}",
    )
    parts: Sequence[tuple[str, bytes]] = (
        ("text/plain; charset=us-ascii", words),
        ("message/delivery-status", machine),
        ("text/rfc822-headers", _lines(f"Message-ID: <{message_id}>", f"To: {recipient}")),
    )
    body = b"".join(b"--report\r\nContent-Type: %s\r\n\r\n%s\r\n" % (kind.encode(), part) for kind, part in parts)
    return head + b"\r\n" + body + b"--report--\r\n"


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
