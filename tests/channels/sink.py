"""A real SMTP server (aiosmtpd) that keeps what it takes and misbehaves on request, and a certificate authority."""

from __future__ import annotations

import asyncio
import base64
import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from guichet.kit.account_urls import SmtpAccount

USER, PASSWORD = "desk", "s3cret ünd längér"
OK = "250 OK"
CUT = "cut"  # take the mail and close the connection without a word


@dataclass
class Taken:
    sender: str
    to: list[str]
    raw: bytes
    user: str = ""


@dataclass
class Sink:
    """`answers`: what DATA is answered, in order, then 250 for ever; `rcpt` and `mail` answer by address."""

    answers: list[str] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    mail: str = ""
    taken: list[Taken] = field(default_factory=list)
    sessions: int = 0
    rset: str = OK
    tokens: dict[str, str] = field(default_factory=dict)  # user -> the access token that XOAUTH2 takes
    refusals: int = 0
    delay: float = 0.0
    port: int = 0
    when_envelope: Callable[[], None] | None = None
    when_taken: Callable[[Taken], None] | None = None

    def account(self, **changes: Any) -> SmtpAccount:
        plain = SmtpAccount(host="127.0.0.1", port=self.port, tls="none", user="", password="")
        return SmtpAccount(**{**plain, **changes})

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.sessions += 1
        return responses

    async def handle_RSET(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        return self.rset

    async def auth_XOAUTH2(self, server: SMTP, args: list[bytes]) -> AuthResult:
        """As Google and Microsoft do it: a refusal is JSON first, and the plain answer after an empty line."""
        said = base64.b64decode(args[1])
        for user, token in self.tokens.items():
            if said == f"user={user}\x01auth=Bearer {token}\x01\x01".encode():
                return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        self.refusals += 1
        why = b'{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}'
        await server.challenge_auth(why, log_client_response=False)
        await server.push("535 5.7.8 Username and Password not accepted")
        return AuthResult(success=False, handled=True)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail:
            return self.mail
        if self.when_envelope is not None:
            await asyncio.to_thread(self.when_envelope)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return OK

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else OK
        if answer in (OK, CUT):
            login = session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else ""
            raw = envelope.original_content or b""
            taken = Taken((envelope.mail_from or "").strip("<>"), list(envelope.rcpt_tos), raw, login)
            self.taken.append(taken)
            await asyncio.sleep(self.delay)
            if self.when_taken is not None:
                await asyncio.to_thread(self.when_taken, taken)
        if answer == CUT:
            assert server.transport is not None
            server.transport.abort()
        return answer


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    is_right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=is_right, handled=is_right, auth_data=data)


@contextmanager
def sink(
    *, certificate: ssl.SSLContext | None = None, is_tls: bool = False, login: bool = False, port: int = 0
) -> Iterator[Sink]:
    """A running sink. With a certificate it wants STARTTLS, or TLS at once where `is_tls`."""
    made = Sink()
    options: dict[str, Any] = {"enable_SMTPUTF8": True}
    if certificate is not None and not is_tls:
        options |= {"tls_context": certificate, "require_starttls": True}
    if login:
        options |= {"auth_required": True, "authenticator": _authenticate, "auth_require_tls": certificate is not None}
        if is_tls:
            options["auth_require_tls"] = False
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sink")
    thread.start()
    serve = loop.create_server(lambda: SMTP(made, **options), "127.0.0.1", port, ssl=certificate if is_tls else None)
    server = asyncio.run_coroutine_threadsafe(serve, loop).result(10)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end_sessions(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_sessions() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


class Authority:
    """A certificate authority of our own; `file` goes into SSL_CERT_FILE."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        made = self._builder(self.name, self.key.public_key()).add_extension(x509.BasicConstraints(True, None), True)
        self.certificate = made.sign(self.key, hashes.SHA256())
        self.file = folder / "authority.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, host: str = "127.0.0.1", *, expired: bool = False) -> ssl.SSLContext:
        """What a server of that name needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        try:
            name: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            name = x509.DNSName(host)
        made = self._builder(subject, key.public_key(), expired=expired)
        made = made.add_extension(x509.SubjectAlternativeName([name]), False)
        file = self.folder / f"{host}{'-expired' if expired else ''}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _builder(self, subject: x509.Name, key: Any, *, expired: bool = False) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        begin, end = (now - datetime.timedelta(days=9), now - datetime.timedelta(days=1 if expired else -9))
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )
