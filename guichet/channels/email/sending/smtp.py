"""Our side of SMTP when mail goes out (RFC 5321), and what is wrong with an account, said precisely."""

from __future__ import annotations

import binascii
import os
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from guichet.channels.base import Later, Receipt, Refused, Unanswered
from guichet.channels.email import oauth
from guichet.channels.email.sending import fields
from guichet.channels.email.sending.pool import Busy, Place, Pool, end
from guichet.kit.account_urls import SmtpAccount

CONNECT_SECONDS = 30
COMMAND_SECONDS = 60
DATA_SECONDS = 600  # RFC 5321 4.5.3.2.6: a server may think for ten minutes after the final dot
_LONGEST_ANSWER = 500  # characters of a server's words that are kept
# Not about the message but about us: it is worth trying again once somebody has mended the account.
_ACCOUNT_CODES = (530, 534, 535, 538)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a connection test."""

    is_ok: bool
    text: str


class Trouble(Exception):
    """The server cannot be used as the account says; the text tells an administrator why."""


def ehlo_name(address: str = "") -> str:
    """What we call ourselves (RFC 5321 4.1.1.1): the domain of the sending address, or the desk's own name."""
    return fields.address(address).rpartition("@")[2] if address else urlsplit(settings.URL).hostname or "localhost"


def open_session(account: SmtpAccount, ehlo: str, tell: Callable[[str], None] = lambda step: None) -> smtplib.SMTP:
    """A greeted, encrypted (as chosen) and logged-in session; `tell` hears each step that went well. Raises Trouble."""
    where = {"host": account["host"], "port": account["port"]}
    try:
        client = _connect(account, ehlo)
    except (OSError, smtplib.SMTPException) as error:
        raise Trouble(_connection_trouble(error, account)) from error
    try:
        tell(_("%(host)s answers on port %(port)s.") % where)
        if account["tls"] == "starttls":
            client.starttls(context=_context(os.environ.get("SSL_CERT_FILE", "")))
        if account["tls"] != "none":
            tell(_("The connection is encrypted and the certificate is valid."))
        client.ehlo_or_helo_if_needed()
        if account.get("oauth"):
            _sign_in(client, account)
        elif account["user"]:
            _login(client, account["user"], account["password"])
        if account["user"]:
            tell(_("The login of %(user)s is accepted.") % {"user": account["user"]})
        if client.sock is not None:
            client.sock.settimeout(COMMAND_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        client.close()
        raise Trouble(_session_trouble(error, account)) from error
    except BaseException:
        client.close()
        raise
    return client


def test_account(account: SmtpAccount) -> list[Finding]:
    """For "test this connection": each step that went well, then what is wrong, if anything. Sends no mail."""
    found: list[Finding] = []
    try:
        client = open_session(account, ehlo_name(), lambda step: found.append(Finding(True, step)))
    except Trouble as trouble:
        return [*found, Finding(False, str(trouble))]
    if account["tls"] == "none" and account["user"] and not _is_loopback(client):
        found.append(Finding(False, _("The password travels over an open line: choose STARTTLS or TLS.")))
    end(client)
    return found


def _is_loopback(client: smtplib.SMTP) -> bool:
    return client.sock is not None and client.sock.getpeername()[0].startswith(("127.", "::1"))


class Connection:
    """One account as mails leave by it: each takes a session from the pool, or opens one and leaves it there."""

    pool = Pool()  # of this process

    def __init__(self, account: SmtpAccount, ehlo: str) -> None:
        self._account = account
        self._ehlo = ehlo
        self._key = repr((sorted(account.items()), ehlo))
        self.server = repr(sorted(account.items()))

    def deliver(self, sender: str, to: Sequence[str], raw: bytes, begin: Callable[[], None], about: int = 0) -> Receipt:
        """One mail to all of `to`. Calls `begin` just before DATA. Raises Later, Refused, Unanswered.

        `about` is the message's pk, for ways out that report by it later.
        """
        try:
            with self.pool.place(self._key) as place:
                return self._deliver(place, sender, to, raw, begin)
        except Busy as busy:
            raise Later(_("All connections with the mail server are in use.")) from busy

    def _deliver(self, place: Place, sender: str, to: Sequence[str], raw: bytes, begin: Callable[[], None]) -> Receipt:
        client, receipt = self._offer(place, sender, to, raw)
        try:
            taking = [one for one in to if one not in receipt.refused and one not in receipt.later]
            if taking:
                begin()
                self._data(client, raw)
        except BaseException:
            # Whatever it was: the next mail begins in a clean session.
            client.close()
            raise
        if taking:
            place.keep(client)
        else:
            client.close()
        return receipt

    def _offer(self, place: Place, sender: str, to: Sequence[str], raw: bytes) -> tuple[smtplib.SMTP, Receipt]:
        """MAIL and RCPT. An old session may have been closed meanwhile: a new one is opened then, once."""
        old = place.take()
        if old is not None:
            try:
                return self._offered(old, sender, to, raw, is_old=True)
            except (OSError, smtplib.SMTPServerDisconnected):
                place.forget()
        try:
            new = open_session(self._account, self._ehlo)
        except Trouble as trouble:
            raise Later(str(trouble), is_down=True) from trouble
        try:
            return self._offered(new, sender, to, raw)
        except (OSError, smtplib.SMTPException) as error:
            raise Later(_("The connection was cut: %(words)s") % {"words": error}, is_down=True) from error

    def _offered(
        self, client: smtplib.SMTP, sender: str, to: Sequence[str], raw: bytes, *, is_old: bool = False
    ) -> tuple[smtplib.SMTP, Receipt]:
        try:
            return client, self._envelope(client, sender, to, raw, is_old=is_old)
        except BaseException:
            client.close()
            raise

    def _envelope(
        self, client: smtplib.SMTP, sender: str, to: Sequence[str], raw: bytes, *, is_old: bool = False
    ) -> Receipt:
        options = [f"SIZE={len(raw)}"] if client.has_extn("size") else []
        limit = client.esmtp_features.get("size", "")
        if limit.isdigit() and 0 < int(limit) < len(raw):
            size = {"size": len(raw) // 1024, "limit": int(limit) // 1024}
            raise Refused(_("The message has %(size)s kB, the mail server takes at most %(limit)s kB.") % size)
        if not (sender.isascii() and raw.isascii() and all(one.isascii() for one in to)):
            if not client.has_extn("smtputf8"):
                raise Refused(_("The mail server does not take addresses with letters outside A to Z."))
            options.append("SMTPUTF8")
        reply = client.mail(sender, options)
        if is_old and reply[0] == 421:  # it speaks of this session, which waited too long
            raise smtplib.SMTPServerDisconnected(answer(*reply))
        self._expect(reply)
        refused, later = {}, {}
        for one in to:
            code, words = client.docmd("RCPT", f"TO:<{one}>")
            if code == 421:
                raise Later(answer(code, words), is_down=True)
            if code in _ACCOUNT_CODES or 400 <= code < 500:
                later[one] = answer(code, words)
            elif code not in (250, 251):
                refused[one] = answer(code, words)
        return Receipt(refused, later)

    def _data(self, client: smtplib.SMTP, raw: bytes) -> None:
        """Until 354 nothing was handed over; from then on only the server's answer tells what became of it."""
        try:
            code, words = client.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            raise Later(_("The connection was cut: %(words)s") % {"words": error}, is_down=True) from error
        if code != 354:
            self._expect((code, words), wanted=354)
        try:
            if client.sock is not None:
                client.sock.settimeout(DATA_SECONDS)
            client.send(_dotted(raw) + b".\r\n")
            code, words = client.getreply()
            if client.sock is not None:
                client.sock.settimeout(COMMAND_SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            raise Unanswered(str(error)) from error
        self._expect((code, words))

    def _expect(self, reply: tuple[int, bytes], wanted: int = 250) -> None:
        code, words = reply
        if code == wanted:
            return
        if 400 <= code < 500 or code in _ACCOUNT_CODES:
            raise Later(answer(code, words), is_down=code == 421 or code in _ACCOUNT_CODES)
        raise Refused(answer(code, words))


def answer(code: int, words: bytes) -> str:
    """A server's reply as one line of text."""
    said = " ".join(words.decode("utf-8", "replace").split())
    kept = "".join(ch if ch.isprintable() else "?" for ch in said)[:_LONGEST_ANSWER]
    return f"{code} {kept}".strip()


def _dotted(raw: bytes) -> bytes:
    """With the dots at line starts doubled (RFC 5321 4.5.2) and a line end at the end."""
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _connect(account: SmtpAccount, ehlo: str) -> smtplib.SMTP:
    host, port = account["host"], account["port"]
    if account["tls"] == "tls":
        context = _context(os.environ.get("SSL_CERT_FILE", ""))
        return smtplib.SMTP_SSL(host, port, local_hostname=ehlo, timeout=CONNECT_SECONDS, context=context)
    return smtplib.SMTP(host, port, local_hostname=ehlo, timeout=CONNECT_SECONDS)


def _login(client: smtplib.SMTP, user: str, password: str) -> None:
    """PLAIN or LOGIN in UTF-8 (RFC 4616), which smtplib cannot; any other way is its."""
    offered = client.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, words = client.docmd("AUTH", f"PLAIN {_base64(chr(0) + user + chr(0) + password)}")
    elif "LOGIN" in offered:
        code, words = client.docmd("AUTH", "LOGIN")
        for secret in (user, password):
            if code == 334:
                code, words = client.docmd(_base64(secret))
    else:
        client.login(user, password)
        return
    if code not in (235, 503):  # 503: we are logged in already
        raise smtplib.SMTPAuthenticationError(code, words)


def _sign_in(client: smtplib.SMTP, account: SmtpAccount) -> None:
    """XOAUTH2, the providers' own SASL mechanism; a token that is refused is renewed once."""
    try:
        token = oauth.access_token(account["inbox"])
        try:
            _xoauth2(client, account["user"], token)
        except smtplib.SMTPAuthenticationError:
            _xoauth2(client, account["user"], oauth.access_token(account["inbox"], instead_of=token))
    except (oauth.SignInAgain, oauth.Unreachable) as error:
        raise Trouble(str(error)) from error


def _xoauth2(client: smtplib.SMTP, user: str, token: str) -> None:
    code, words = client.docmd("AUTH", f"XOAUTH2 {_base64(oauth.sasl(user, token))}")
    if code == 334:  # what is wrong, as JSON; an empty line asks for the plain answer
        code, words = client.docmd("")
    if code not in (235, 503):
        raise smtplib.SMTPAuthenticationError(code, words)


def _base64(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode("ascii")


@lru_cache(maxsize=2)
def _context(own_authorities: str) -> ssl.SSLContext:
    """Certificates are always verified; OpenSSL reads SSL_CERT_FILE, which therefore is the key of the cache."""
    return ssl.create_default_context()


def _connection_trouble(error: OSError | smtplib.SMTPException, account: SmtpAccount) -> str:
    """Why there is no greeting."""
    where: dict[str, object] = {"host": account["host"], "port": account["port"], "words": _words_of(error)}
    if isinstance(error, socket.gaierror):
        if error.errno == socket.EAI_AGAIN:
            return _("The name %(host)s cannot be looked up at the moment: the name servers do not answer.") % where
        return _("There is no server of the name %(host)s.") % where
    if isinstance(error, ConnectionRefusedError):
        return _("%(host)s refuses connections on port %(port)s. Is it the right port?") % where
    if isinstance(error, ssl.SSLError):
        return _tls_trouble(error, where)
    is_silent = isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError) and account["tls"] != "tls"
    if is_silent and (account["port"] == 465 or isinstance(error, smtplib.SMTPServerDisconnected)):
        return _("%(host)s gives no greeting on port %(port)s. Does it want TLS at once (usual on port 465)?") % where
    if isinstance(error, TimeoutError):
        return _("%(host)s does not answer on port %(port)s. Is the port right? Is there a firewall?") % where
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code < 0:
        return _("What answers on port %(port)s of %(host)s is not a mail server: %(words)s") % where
    if isinstance(error, smtplib.SMTPResponseException):
        return _("%(host)s turns us away: %(words)s") % where
    return _("%(host)s cannot be reached on port %(port)s: %(words)s") % where


def _session_trouble(error: OSError | smtplib.SMTPException, account: SmtpAccount) -> str:
    """Why there is a greeting, but no encrypted and logged-in session."""
    where: dict[str, object] = {**account, "password": "", "words": _words_of(error)}
    if isinstance(error, ssl.SSLError):
        return _tls_trouble(error, where)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("%(host)s refuses the login of %(user)s: %(words)s") % where
    if isinstance(error, smtplib.SMTPNotSupportedError) and "STARTTLS" in str(error):
        return _("%(host)s does not offer STARTTLS on port %(port)s. Nothing was sent over the open line.") % where
    if isinstance(error, smtplib.SMTPNotSupportedError) or type(error) is smtplib.SMTPException:
        return _("%(host)s offers no login that we know on port %(port)s; often only after STARTTLS.") % where
    if isinstance(error, smtplib.SMTPResponseException):
        return _("%(host)s turns us away: %(words)s") % where
    return _("%(host)s broke off the conversation on port %(port)s: %(words)s") % where


# What OpenSSL says of a certificate (X509_V_ERR_*).
_EXPIRED, _NOT_YET, _UNKNOWN_ISSUER, _OTHER_NAME = 10, 9, (18, 19, 20, 21), (62, 64)
_NO_TLS_THERE = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")


def _tls_trouble(error: ssl.SSLError, where: dict[str, object]) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        if error.verify_code == _EXPIRED:
            return _("The certificate of %(host)s has expired.") % where
        if error.verify_code == _NOT_YET:
            return _("The certificate of %(host)s is not valid yet. Is this machine's clock right?") % where
        if error.verify_code in _OTHER_NAME:
            return _("The certificate was issued for another name than %(host)s.") % where
        if error.verify_code in _UNKNOWN_ISSUER:
            return _("The certificate of %(host)s is self-signed, or this machine does not know who issued it.") % where
        return _("The certificate of %(host)s is not valid: %(words)s") % {**where, "words": error.verify_message}
    if error.reason in _NO_TLS_THERE:
        return _("%(host)s does not begin with TLS on port %(port)s. Is STARTTLS meant (usual on port 587)?") % where
    return _("No encrypted connection with %(host)s: %(words)s") % {**where, "words": error.reason or error}


def _words_of(error: OSError | smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        code, said = error.smtp_code, said if isinstance(said, bytes) else said.encode()
        return answer(code, said) if code > 0 else answer(0, said).removeprefix("0 ")
    return (error.strerror if isinstance(error, OSError) else None) or " ".join(str(error).split())[:_LONGEST_ANSWER]
