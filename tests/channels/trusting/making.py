"""Mails, and mails that are really signed."""

from __future__ import annotations

import time
from email.message import EmailMessage

import dkim

OUTSIDE = "203.0.113.9"
BAD = "198.51.100.66"


def mail(sender: str = "Cleo <cleo@firm.example>", *, body: str = "It is dark.", **headers: str) -> bytes:
    made = EmailMessage()
    made["From"] = sender
    made["To"] = "support@desk.example"
    made["Subject"] = headers.pop("subject", "Printer")
    made["Message-ID"] = headers.pop("message_id", f"<{time.monotonic_ns()}@firm.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes().replace(b"\n", b"\r\n")


def signed(raw: bytes, key: tuple[bytes, str], domain: str = "firm.example", **more: object) -> bytes:
    return dkim.sign(raw, b"s1", domain.encode(), key[0], include_headers=[b"from", b"subject"], **more) + raw  # type: ignore[no-any-return]


PLAIN = b"From: boss@firm.example\r\nSubject: x\r\n\r\nx\r\n"
BOSS = b"From: The Boss <boss@firm.example>"
HIDDEN = {
    "cr": b"X-Note: a\r" + BOSS + b"\r\n",
    "cr and end": b"X-Note: a\r" + BOSS + b"\r\r",
    "lf and end": b"X-Note: a\n" + BOSS + b"\n\n",
    "bom": b"\xef\xbb\xbf" + BOSS + b"\r\n",
    "nul": b"\0" + BOSS + b"\r\n",
    "nul in the name": b"X: a\r\nFrom\0: boss@firm.example\r\n",
    "space before the colon": b"From : boss@firm.example\r\n",
    "8-bit name": BOSS.replace(b"From", b"From\xa0") + b"\r\n",
    "blanks": b"From: " + b" " * 8100 + b"boss@firm.example\r\n",
    "many": b"From: x\r\n" * 21 + BOSS + b"\r\n",
    "line of blanks": b"X: a\r\n \t\r\n" + BOSS + b"\r\n",
    "blanks and end": BOSS + b"\r\n \r\n \r\n",
    "too long": BOSS + b"," + b" " * 70_000 + b"\r\n",
    "more addresses than are read": b"From: " + b"boss@firm.example, " * 501 + b"eve@firm.example\r\n",
    "too many": BOSS + b"\r\n" + b"X: a\r\n" * 2100,
    "too much": BOSS + b"\r\n" + (b"X: " + b"a" * 900 + b"\r\n") * 300,
}
