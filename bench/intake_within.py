"""The inside of `bench.intake`: makes the mails, sends them and watches the database. Run by `bench.within`."""

from __future__ import annotations

import base64
import json
import os
import random
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.desk import cpu_seconds
from guichet.channels.email import tokens
from guichet.channels.email.reading.read import read
from guichet.tickets.models import Delivery, Inbox, Message
from tests import make

MAILS, SESSIONS, ATTACHMENT = 400, 8, 100_000
INBOX = "support@bench.example"
STANDSTILL = 20.0  # seconds
PARAGRAPH = (
    "Since this morning the printer on the second floor prints every page twice, and the second copy is always a "
    "little paler than the first. We have changed the cartridge and switched it off and on again, to no avail. "
)


@dataclass(frozen=True)
class Letter:
    to: str
    raw: bytes


def letters(targets: list[dict[str, Any]], count: int = MAILS) -> list[Letter]:
    """The mails, as bytes ready for DATA. `targets` are messages of ours that the second half answers."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        target = targets[number // 2 % len(targets)] if number % 2 else None
        sender = target["customer"] if target else f"customer{number}@outside.example"
        to = target["reply_to"] if target and number % 4 == 1 else INBOX
        lines = [
            f"From: Customer {number} <{sender}>",
            f"To: <{to}>",
            f"Subject: {'Re: ' if target else ''}Printer {number} prints twice",
            f"Date: {format_datetime(timezone.now())}",
            f"Message-ID: <{chance.getrandbits(96):x}.{number}@outside.example>",
            "MIME-Version: 1.0",
        ]
        if target:
            lines += [f"In-Reply-To: <{target['message_id']}>", f"References: <{target['message_id']}>"]
        made.append(Letter(to, _body(lines, chance, with_file=number % 5 == 0)))
    return made


def _body(head: list[str], chance: random.Random, *, with_file: bool) -> bytes:
    text = PARAGRAPH * chance.randint(1, 6)
    words = [
        '--alt\r\nContent-Type: text/plain; charset="utf-8"\r\n\r\n' + text,
        '--alt\r\nContent-Type: text/html; charset="utf-8"\r\n\r\n<html><body><p>' + text + "</p></body></html>",
        "--alt--",
    ]
    alternative = 'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n' + "\r\n".join(words)
    if not with_file:
        return "\r\n".join([*head, alternative, ""]).encode()
    file = base64.encodebytes(chance.randbytes(ATTACHMENT)).decode().replace("\n", "\r\n")
    parts = [
        'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix',
        alternative,
        '--mix\r\nContent-Type: application/pdf; name="scan.pdf"\r\nContent-Transfer-Encoding: base64',
        f'Content-Disposition: attachment; filename="scan.pdf"\r\n\r\n{file}--mix--',
    ]
    return "\r\n".join([*head, *parts, ""]).encode()


class Session:
    """An LMTP client as lean as a mail server's, which costs little of the two cores. Pipelines (RFC 2920)."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")
        self._expect(b"220")
        self._socket.sendall(b"LHLO bench.example\r\n")
        self._expect(b"250")

    def send(self, letter: Letter) -> None:
        envelope = f"MAIL FROM:<sender@outside.example>\r\nRCPT TO:<{letter.to}>\r\nDATA\r\n"
        self._socket.sendall(envelope.encode())
        for code in (b"250", b"250", b"354"):
            self._expect(code)
        self._socket.sendall(letter.raw.replace(b"\r\n.", b"\r\n..") + b".\r\n")
        self._expect(b"250")

    def close(self) -> None:
        self._socket.sendall(b"QUIT\r\n")
        self._socket.close()

    def _expect(self, code: bytes) -> None:
        while True:
            line = self._file.readline()
            if not line.startswith(code):
                raise RuntimeError(f"expected {code!r}, got {line!r}")
            if line[3:4] != b"-":
                return


def prepare() -> list[dict[str, Any]]:
    """An inbox, and tickets with an answer of ours for the second half to answer."""
    inbox = Inbox.objects.get(address=INBOX)
    targets = []
    agent = make.person("agent@bench.example", make.Role.AGENT, name="Agent", teams=(inbox.team,))
    for number in range(MAILS // 2):
        customer = make.person(f"known{number}@outside.example", name=f"Known {number}")
        ticket = make.ticket(f"Printer {number}", to=inbox, of=customer)
        words = make.actions.Words(
            text="Have you tried the other tray?", to=[{"name": "", "address": str(customer.email)}]
        )
        by = make.By(agent, "desk", is_quiet=True)
        answer = make.actions.reply(ticket, words, by, seen=None)
        targets.append(
            {
                "customer": customer.email,
                "message_id": answer.message_id,
                "reply_to": tokens.reply_address(inbox, ticket.pk, customer.pk),
            }
        )
    Message.objects.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.SENT, next_try_at=None)
    return targets


def visible() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM channels_parcel p JOIN tickets_message m ON m.id = p.message_id "
                       "WHERE p.state = 'ticket'")  # fmt: skip
        return int(cursor.fetchone()[0])


def take_in(letters_: list[Letter], lmtp: tuple[str, int]) -> tuple[float, float]:
    """Seconds until the last 250, and until every mail is on its ticket."""
    before, started = visible(), time.perf_counter()

    def deliver(share: list[Letter]) -> None:
        session = Session(lmtp)
        for letter in share:
            session.send(letter)
        session.close()

    with ThreadPoolExecutor(SESSIONS) as pool:
        list(pool.map(deliver, [letters_[index::SESSIONS] for index in range(SESSIONS)]))
    accepted = time.perf_counter() - started
    count, moved = 0, time.perf_counter()
    while (now := visible() - before) < len(letters_):
        if now > count:
            count, moved = now, time.perf_counter()
        if time.perf_counter() - moved > STANDSTILL:
            raise RuntimeError(f"{count} of {len(letters_)} mails are on tickets, and no more for {STANDSTILL:.0f} s")
        time.sleep(0.02)
    return accepted, time.perf_counter() - started


def one_transaction_each(letters_: list[Letter]) -> float:
    """Mails per second if each were one synchronous transaction of three plain rows: ticket, message, raw bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_ticket (id bigserial PRIMARY KEY, subject text, at timestamptz DEFAULT now())"
        )
        cursor.execute("CREATE TABLE bench_message (id bigserial PRIMARY KEY, ticket bigint REFERENCES bench_ticket, "
                       "body text)")  # fmt: skip
        cursor.execute("CREATE TABLE bench_raw (message bigint PRIMARY KEY REFERENCES bench_message, raw bytea)")
        started = time.perf_counter()
        for letter in letters_:
            cursor.execute("BEGIN")
            cursor.execute("INSERT INTO bench_ticket (subject) VALUES ('Printer') RETURNING id")
            ticket = cursor.fetchone()[0]
            cursor.execute(
                "INSERT INTO bench_message (ticket, body) VALUES (%s, %s) RETURNING id", [ticket, PARAGRAPH * 3]
            )
            message = cursor.fetchone()[0]
            cursor.execute("INSERT INTO bench_raw VALUES (%s, %s)", [message, letter.raw])
            cursor.execute("COMMIT")
        took = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_raw, bench_message, bench_ticket")
    return len(letters_) / took


def reader_alone(letters_: list[Letter]) -> float:
    """Mails per second that one core reads, in this process and without limits."""
    for letter in letters_[:20]:
        read(letter.raw)
    started = time.process_time()
    for letter in letters_:
        read(letter.raw)
    return len(letters_) / (time.process_time() - started)


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """`arguments`: the desk's process ids as JSON, and "limits" where these are to be measured too."""
    pids: dict[str, int] = json.loads(arguments[0])
    host, _, port = os.environ["GUICHET_LMTP"].rpartition(":")
    with transaction.atomic():  # else the outbox would begin to send what stands for long sent answers
        targets = prepare()
    mails = letters(targets)
    cpu = {name: cpu_seconds(pid) for name, pid in pids.items()}
    accepted, on_tickets = take_in(mails, (host, int(port)))
    figures = {
        "accepted": MAILS / accepted,
        "visible": MAILS / on_tickets,
        "cpu": {name: round(cpu_seconds(pid) - cpu[name], 2) for name, pid in pids.items()},
    }
    if "limits" in arguments:
        figures |= {"transaction": one_transaction_each(mails), "reader": reader_alone(mails)}
    return figures
