"""The LMTP (RFC 2033) and SMTP (RFC 5321) doors, on aiosmtpd: one session, mails one after another, raw bytes out.

A yes is said only for what the writer has made durable. Unknown recipients are refused at RCPT, so nothing is ever
bounced from here, and nothing is ever relayed.
"""

from __future__ import annotations

import asyncio
import collections
import logging
from functools import cache
from typing import Any, ClassVar, Literal, cast

from aiosmtpd.smtp import SMTP, syntax

from guichet.channels.accept import Arrival
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.recipients import Away, Recipients
from guichet.channels.writer import Writer
from guichet.kit import failpoints

SESSIONS = 100
SESSIONS_PER_PEER = 10  # a relay on this machine may use them all
IDLE_SECONDS = 300.0
DATA_SECONDS = 600.0  # for one mail, however busily it trickles
IN_MEMORY_BYTES = 96 * 1024 * 1024  # of all mails being received or waiting for the disk
READ_BYTES = 64 * 1024
RECIPIENTS = 100  # RFC 5321 4.5.3.1.8
LOCAL = ("127.", "::1", "::ffff:127.")
END = b"\r\n.\r\n"

TOO_LARGE = "552 5.3.4 Message too large"
TRY_AGAIN = "451 4.3.0 Cannot store mail now, try again later"
log = logging.getLogger(__name__)


class House:
    """What all sessions of both doors share: who is there, who may be written to, where mail is stored."""

    def __init__(self, writer: Writer, recipients: Recipients) -> None:
        self.writer = writer
        self.recipients = recipients
        self.peers: collections.Counter[str] = collections.Counter()
        self.bytes_held = 0
        self.at_rest = asyncio.Event()  # no mail is being taken
        self.at_rest.set()

    def admit(self, host: str) -> bool:
        is_local = not host or host.startswith(LOCAL)
        if self.peers.total() >= SESSIONS or (not is_local and self.peers[host] >= SESSIONS_PER_PEER):
            return False
        self.peers[host] += 1
        return True

    def leave(self, host: str) -> None:
        self.peers[host] -= 1
        if not self.peers[host]:
            del self.peers[host]


class _TooMuch(Exception):
    """The mail cannot be taken; the text is the reply. What came of it was thrown away up to its end."""


class Session(SMTP):
    """One connection. aiosmtpd speaks the protocol; addresses, DATA and admission are ours."""

    door: ClassVar[Literal["lmtp", "smtp"]] = "smtp"
    line_length_limit = READ_BYTES  # of commands and of the reader's buffer; DATA is not read by lines
    command_size_limit = 2048  # signed and internationalised addresses are longer than RFC 5321's least of 512

    def __init__(self, house: House, loop: asyncio.AbstractEventLoop, hostname: str) -> None:
        self.house = house
        self._host: str | None = None
        self.command_size_limits = collections.defaultdict(lambda: self.command_size_limit)
        super().__init__(
            self,
            data_size_limit=MESSAGE_BYTES,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="Guichet",
            timeout=IDLE_SECONDS,
            loop=loop,
        )

    def __dir__(self) -> list[str]:
        """aiosmtpd looks through all names three times for every connection; it needs these. AUTH is not offered."""
        return _command_names(self.door)

    # -- coming and going

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        host = str((transport.get_extra_info("peername") or ("",))[0])
        if not self.house.admit(host):
            log.warning("%s: too many sessions, one from %s refused", self.door, host)
            outgoing = cast(asyncio.Transport, transport)
            outgoing.write(b"421 4.7.0 Too many connections, try again later\r\n")
            outgoing.close()
            return
        self._host = host
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._host is not None:
            self.house.leave(self._host)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        """Hang up too: aiosmtpd would keep a connection open that ended before its greeting, and its place taken."""
        if self._host is not None:
            super().eof_received()
        return False

    def data_received(self, data: bytes) -> None:
        if self._host is not None:
            super().data_received(data)

    # -- hooks of aiosmtpd

    async def handle_EHLO(
        self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250 PIPELINING"]  # in the place of HELP

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if (reason := await self.house.recipients.closed()) is not None:
            log.warning("%s: mail refused for now: %s", self.door, reason)
            return TRY_AGAIN
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            inbox_id = await self.house.recipients.find(address)
        except Away:
            return TRY_AGAIN
        if inbox_id is None:
            log.info("%s: unknown recipient refused, from %s", self.door, self._host)
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append((inbox_id, address))
        return "250 2.1.5 OK"

    async def handle_exception(self, error: Exception) -> str:
        log.exception("%s session failed", self.door)
        return "451 4.3.0 Internal error, try again later"

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """`<address> parameters` in one linear look; ("<>", …) is the null sender, (None, None) no address."""
        arg = arg.strip()
        if not arg.startswith("<"):
            address, _, rest = arg.partition(" ")
        else:
            end = _closing_angle(arg)
            if end < 0:
                return None, None
            address, rest = arg[1:end], arg[end + 1 :]
            if not address.strip():
                return "<>", rest.strip()
            if address.startswith("@") and ":" in address:
                address = address.partition(":")[2]  # a source route counts for nothing (RFC 5321 4.1.1.3)
        address = address.strip()
        if not address or len(address) > 320 or not address.isprintable():
            return None, None
        return address, rest.strip()

    # -- the mail itself

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:
        if await self.check_helo_needed():
            return
        envelope = self.envelope
        assert envelope is not None
        if arg or not envelope.rcpt_tos:
            await self.push("501 5.5.4 Syntax: DATA" if arg else "503 5.5.1 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        self._reset_timeout(DATA_SECONDS)
        held = _Held(self.house)
        try:
            reply = await self._store(envelope, await self._read_mail(held))
        except _TooMuch as refused:
            reply = str(refused)
        finally:
            held.release()
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        self._reset_timeout()
        failpoints.hit("intake.before_250")
        # RFC 2033 4.2: one reply for each recipient that was accepted, in their order.
        await self.push("\r\n".join([reply] * (len(envelope.rcpt_tos) if self.door == "lmtp" else 1)))

    async def _read_mail(self, held: _Held) -> bytes:
        """The bytes up to <CRLF>.<CRLF> and nothing else as its end: a lone LF or CR is part of the mail.

        Transparency dots are taken away (RFC 5321 4.5.2). Raises _TooMuch after the end of a mail over a limit,
        having kept no more of it than the limit.
        """
        data = bytearray(b"\r\n")  # the line end of the DATA command: the mail may be empty
        refusal = ""
        while True:
            piece = await self._reader.read(READ_BYTES)
            if not piece:
                raise ConnectionResetError("the connection ended within a mail")
            start = max(0, len(data) - len(END) + 1)
            data += piece
            if not refusal and not held.take(len(piece)):
                refusal = TRY_AGAIN
            end = data.find(END, start)
            if end >= 0:
                # Private, but there is no other way to give back what belongs to the next command.
                self._reader._buffer[:0] = data[end + len(END) :]  # type: ignore[attr-defined]
                break
            if not refusal and len(data) > MESSAGE_BYTES + 2:
                refusal = TOO_LARGE
            if refusal:
                held.release()
                del data[: 1 - len(END)]
        del data[end + 2 :]
        if not refusal and len(data) > MESSAGE_BYTES + 2:
            refusal = TOO_LARGE
        if refusal:
            log.warning("%s: mail refused, from %s: %s", self.door, self._host, refusal)
            raise _TooMuch(refusal)
        return bytes(data.replace(b"\r\n.", b"\r\n")[2:])

    async def _store(self, envelope: Any, raw: bytes) -> str:
        per_inbox: dict[int, list[str]] = {}
        for inbox_id, address in envelope.rcpt_tos:
            per_inbox.setdefault(inbox_id, []).append(address)
        sender = "" if envelope.mail_from == "<>" else envelope.mail_from
        arrivals = [
            Arrival(self.door, sender, inbox_id, addresses, raw, self._host or "")
            for inbox_id, addresses in per_inbox.items()
        ]
        try:
            await asyncio.wrap_future(self.house.writer.store(arrivals), loop=self.loop)
        except Exception:
            return TRY_AGAIN  # the writer has logged why
        return "250 2.0.0 OK stored"


@cache
def _command_names(door: str) -> list[str]:
    session = LmtpSession if door == "lmtp" else Session
    return [name for name in dir(session) if name.startswith(("smtp_", "handle_")) and name != "smtp_AUTH"]


class LmtpSession(Session):
    door: ClassVar[Literal["lmtp", "smtp"]] = "lmtp"

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, arg: str) -> None:
        await super().smtp_EHLO(arg)

    async def smtp_HELO(self, arg: str) -> None:
        await self.push('500 5.5.1 This is LMTP: "LHLO" it says')

    async def smtp_EHLO(self, arg: str) -> None:
        await self.smtp_HELO(arg)


class _Held:
    """How much memory one mail takes of what all mails may take together."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.size = 0

    def take(self, size: int) -> bool:
        if self.house.bytes_held + size > IN_MEMORY_BYTES:
            return False
        self.size += size
        self.house.bytes_held += size
        self.house.at_rest.clear()
        return True

    def release(self) -> None:
        self.house.bytes_held -= self.size
        self.size = 0
        if not self.house.bytes_held:
            self.house.at_rest.set()


def _closing_angle(text: str) -> int:
    """The place of the ">" that closes the first "<", not counting one within quotes; -1 if there is none."""
    in_quotes = is_escaped = False
    for place, mark in enumerate(text):
        if is_escaped:
            is_escaped = False
        elif mark == "\\":
            is_escaped = in_quotes
        elif mark == '"':
            in_quotes = not in_quotes
        elif mark == ">" and not in_quotes:
            return place
    return -1
