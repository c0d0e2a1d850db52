"""Kill a running desk at named places and at random while mail comes in and goes out, then count: `make crash`.

Half of the mails come by LMTP, whose senders repeat each mail until they are told 250; half lie in an IMAP mailbox. The
relay that takes the answers cuts some connections after DATA and defers others. Afterwards nothing that was acknowledged
or lay in the mailbox may be missing, nothing may be there twice, and the outside world may hold at most one extra copy
per kill and per cut, the very same bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import random
import smtplib
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from guichet.kit import cluster
from tests.channels.dovecot import PASSWORD, PROGRAM, Dovecot
from tests.channels.sink import CUT, OK, Sink, sink
from tests.desk import RunningDesk

INBOX = "support@desk.example"
USER = "support"
RELAY = {OK: 94, CUT: 2, "451 4.3.0 Not now": 4}  # what it answers, in a hundred
# Where, and the how manyth passing there: mails come one by one, batches of the worker are few.
PLACES = {
    "intake.before_blob": 2,
    "intake.after_blob": 3,
    "intake.after_commit": 4,
    "intake.before_250": 5,
    "fetch.before_store": 2,
    "fetch.before_commit": 3,
    "fetch.after_store": 4,
    "intake.claimed": 1,
    "intake.read": 1,
    "intake.before_ticket_commit": 1,
    "intake.after_ticket_commit": 1,
    "outbox.before_sending_commit": 2,
    "outbox.before_data": 3,
    "outbox.after_data": 4,
}
PARTS = ("intake", "worker", "web", "postgres")
SENDERS = 4
SETTLE_SECONDS = 300.0


@dataclass
class Result:
    """What an ordeal found. `problems` is empty when every promise was kept."""

    acknowledged: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    copies: int = 0
    delivery: Counter[str] = field(default_factory=Counter)
    fetched: int = 0
    cuts: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


class Ordeal:
    def __init__(self, mails: int, kills: int, *, seed: int = 1, pause: tuple[float, float] = (0.5, 3.0)):
        self.chance = random.Random(seed)
        self.kills, self.pause = kills, pause
        self.waiting = [_mail(seed, number) for number in range(mails)]
        self.acknowledged: set[str] = set()
        self.refused: list[str] = []
        self.result = Result()
        self.mailbox: list[bytes] = []
        if PROGRAM:
            self.mailbox, self.waiting = self.waiting[: mails // 2], self.waiting[mails // 2 :]
        self._lock = threading.Lock()
        self._mails = mails

    def run(self) -> Result:
        started = time.monotonic()
        with contextlib.ExitStack() as stack:
            died = stack.enter_context(tempfile.TemporaryDirectory(prefix="guichet-crash-"))
            outside = stack.enter_context(sink())
            outside.answers = self.chance.choices(list(RELAY), list(RELAY.values()), k=2 * self._mails)
            self.result.cuts = outside.answers.count(CUT)
            dovecot = self._dovecot(stack)
            environment = {
                "GUICHET_OUTGOING": f"smtp://127.0.0.1:{outside.port}?tls=none",
                "GUICHET_FAILPOINT": ",".join(f"{place}:{nth}" for place, nth in PLACES.items()),
                "GUICHET_FAILPOINT_ONCE": died,
            }
            with RunningDesk(environment=environment) as desk:
                fetched = (
                    [f"--imap=imap://{USER}:{PASSWORD}@127.0.0.1:{dovecot.port}/INBOX?tls=none"] if dovecot else []
                )
                desk.guichet("inbox", "add", INBOX, *fetched)
                self._under_fire(desk, dovecot)
                self._settle(desk)
                self.result.kills.update(path.name for path in Path(died).iterdir())
                self._check(desk, outside)
        self.result.seconds = time.monotonic() - started
        return self.result

    def _dovecot(self, stack: contextlib.ExitStack) -> Dovecot | None:
        if not PROGRAM:
            return None
        dovecot = Dovecot(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="guichet-crash-imap-"))))
        dovecot.start()
        stack.callback(dovecot.stop)
        return dovecot

    def _fill(self, dovecot: Dovecot) -> None:
        """Another client puts mails into the mailbox, a few at a time, while the desk is being killed."""
        for start in range(0, len(self.mailbox), 20):
            dovecot.put(USER, self.mailbox[start : start + 20])
            with self._lock:
                self.acknowledged.update(hashlib.sha256(raw).hexdigest() for raw in self.mailbox[start : start + 20])
            time.sleep(0.2)

    def _under_fire(self, desk: RunningDesk, dovecot: Dovecot | None) -> None:
        senders = [threading.Thread(target=self._send_all, args=(desk,)) for _ in range(SENDERS)]
        if dovecot is not None:
            senders.append(threading.Thread(target=self._fill, args=(dovecot,)))
        for sender in senders:
            sender.start()
        while self.result.kills.total() < self.kills:
            time.sleep(self.chance.uniform(*self.pause))
            part = self.chance.choice(PARTS)
            with contextlib.suppress(KeyError, ProcessLookupError):  # it is dead already
                desk.kill(part)
                self.result.kills[part] += 1
        for sender in senders:
            sender.join()
        self.result.acknowledged = len(self.acknowledged)

    def _send_all(self, desk: RunningDesk) -> None:
        while True:
            with self._lock:
                if not self.waiting:
                    return
                raw = self.waiting.pop()
            self._send(desk, raw)

    def _send(self, desk: RunningDesk, raw: bytes) -> None:
        """Until 250. Whatever else happens, the mail is still ours to send."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            try:
                with smtplib.LMTP(*desk.lmtp) as door:
                    door.sock.settimeout(20)
                    door.sendmail("sender@customer.example", [INBOX], raw)
            except (OSError, smtplib.SMTPException) as error:
                if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
                    self.refused.append(f"{error.smtp_code} {error.smtp_error!r}")
                    return
                time.sleep(0.1)
                continue
            with self._lock:
                self.acknowledged.add(hashlib.sha256(raw).hexdigest())
            return
        self.refused.append("never a 250")

    def _settle(self, desk: RunningDesk) -> None:
        """Until no mail waits to be opened or sent: claims and leases of the dead end after 30 s."""
        deadline = time.monotonic() + SETTLE_SECONDS
        waiting = (
            "SELECT (SELECT count(*) FROM channels_parcel WHERE state = 'received')"
            " + (SELECT count(*) FROM tickets_message WHERE delivery IN ('queued', 'sending'))"
            f" + {self._mails} - (SELECT count(*) FROM channels_acknowledgement)"
        )
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg.OperationalError):
                if query(desk, waiting)[0][0] == 0:
                    return
                end_the_pauses(desk)
            time.sleep(0.5)
        self.result.problems.append("something still waits to be opened, acknowledged or sent")

    def _check(self, desk: RunningDesk, outside: Sink) -> None:
        problems = self.result.problems
        problems += self.refused
        rows = [json.loads(line) for line in desk.guichet("mail", "list", "--json").stdout.splitlines()]
        stored = Counter(row["sha256"] for row in rows)
        lost, doubled = self.acknowledged - set(stored), [digest for digest, count in stored.items() if count > 1]
        problems += [f"lost: {digest}" for digest in lost] + [f"stored twice: {digest}" for digest in doubled]
        problems += [f"not on a ticket: {row['state']} {row['reason']}" for row in rows if row["state"] != "ticket"]
        self.result.fetched = query(desk, "SELECT count(*) FROM channels_parcel WHERE door = 'imap'")[0][0]
        if self.result.fetched != len(self.mailbox):
            problems.append(f"{len(self.mailbox)} mails in the mailbox, {self.result.fetched} fetched")
        tickets = Counter(row["ticket"] for row in rows)
        inbound = query(desk, "SELECT count(*) FROM tickets_message WHERE kind = 'inbound'")[0][0]
        total = query(desk, "SELECT count(*) FROM tickets_ticket")[0][0]
        if not len(rows) == len(tickets) == inbound == total == self._mails:
            problems.append(f"{self._mails} mails, {len(rows)} parcels, {total} tickets, {inbound} messages")
        self._check_outgoing(desk, outside)

    def _check_outgoing(self, desk: RunningDesk, outside: Sink) -> None:
        problems = self.result.problems
        written = dict(query(desk, "SELECT message_id, delivery FROM tickets_message WHERE kind = 'outbound'"))
        self.result.delivery.update(written.values())
        arrived: dict[str, list[bytes]] = {}
        for taken in outside.taken:
            name = taken.raw.split(b"\r\nMessage-ID: <", 1)[1].split(b">", 1)[0].decode()
            arrived.setdefault(name, []).append(taken.raw)
        problems += [f"sent, but never arrived: {name}" for name, state in written.items()
                     if state == "sent" and name not in arrived]  # fmt: skip
        problems += [f"arrived, but nobody wrote it: {name}" for name in arrived.keys() - written.keys()]
        problems += [
            f"one Message-ID, several contents: {name}" for name, raws in arrived.items() if len(set(raws)) > 1
        ]
        problems += [f"{len(raws)} copies of {name}" for name, raws in arrived.items() if len(raws) > 2]
        if len(written) != self._mails:
            problems.append(f"{len(written)} acknowledgements for {self._mails} mails")
        self.result.copies = sum(len(raws) - 1 for raws in arrived.values())
        chances = self.result.kills.total() + self.result.cuts
        if self.result.copies > chances:
            problems.append(f"{self.result.copies} extra copies after {chances} kills and cuts")


def end_the_pauses(desk: RunningDesk) -> None:
    """As if the minutes were over after which a deferred message is tried again."""
    place = str(cluster.place(desk.data).sockets)
    with psycopg.connect(host=place, user=cluster.ROLE, dbname=cluster.ROLE, connect_timeout=5) as connection:
        connection.execute(
            "UPDATE tickets_message SET next_try_at = now() WHERE delivery = 'queued' AND next_try_at > now()"
        )


def query(desk: RunningDesk, statement: str) -> list[tuple[Any, ...]]:
    """Rows from the desk's own database. Raises psycopg.OperationalError while it is away."""
    place = str(cluster.place(desk.data).sockets)
    with psycopg.connect(host=place, user=cluster.ROLE, dbname=cluster.ROLE, connect_timeout=5) as connection:
        return connection.execute(statement).fetchall()


def _mail(seed: int, number: int) -> bytes:
    """Every mail has a sender of its own, so that no limit of acknowledgements per address is met."""
    chance = random.Random(f"{seed} {number}")
    lines = [
        f"From: Customer {number} <customer{number}@customer.example>",
        f"To: {INBOX}",
        f"Subject: Request {number}",
        f"Message-ID: <{chance.getrandbits(80):x}@customer.example>",
        "",
        *(f"{chance.getrandbits(200):x}" for _ in range(chance.randint(1, 400))),
        "",
    ]
    return "\r\n".join(lines).encode()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=60, help="at random; the named places come on top")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    result = Ordeal(options.mails, options.kills, seed=options.seed).run()
    told = f"{result.acknowledged} mails acknowledged, {result.fetched} of them fetched by IMAP"
    print(f"{told}, {result.kills.total()} kills, {result.seconds:.0f} s")
    print("  kills: " + ", ".join(f"{name} {count}" for name, count in sorted(result.kills.items())))
    print(f"  outgoing: {dict(result.delivery)}, {result.copies} extra copies")
    print("\n".join(result.problems) or "  nothing lost, nothing doubled")
    return 1 if result.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
