"""An IMAP account: getting into it, and saying precisely what is wrong where that fails."""

from __future__ import annotations

import imaplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderSelectError,
    MailboxLoginError,
    MailboxStarttlsError,
    UnexpectedCommandStatusError,
)

from guichet.channels.email import oauth
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.kit.lines import one_line

TIMEOUT = 20.0  # seconds, for every answer of the server
GRACE_SECONDS, SLOWEST = 60.0, 1024  # a literal may take so long, and a second more for each so many bytes that came
SMALL_READ, LARGE_READ = 512, 65536
LITERAL_BYTES = MESSAGE_BYTES + 2 * 1024 * 1024  # servers round sizes; beyond this nothing is read into memory


@dataclass(frozen=True)
class Problem:
    """What is wrong with an account. `kind` is one of name, port, tls, certificate, login, folder, server."""

    kind: str
    text: str


class Trouble(Exception):
    """The account cannot be used now."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(kind, text)


def test_account(account: Mapping[str, Any]) -> list[Problem]:
    """Try an account (kit.account_urls.ImapAccount) step by step; [] when mail can be fetched from every folder."""
    try:
        with connected(account) as box:
            return [problem for name in account["folders"] if (problem := _folder_problem(box, name)) is not None]
    except Trouble as trouble:
        return [trouble.problem]


@contextmanager
def connected(account: Mapping[str, Any]) -> Iterator[BaseMailBox]:
    """A mailbox logged in, no folder selected. Raises Trouble; what fails in the block is told as Trouble too."""
    box = _open(account)
    try:
        with _told(account, has_spoken=True):
            _login(box, account)
            yield box
    finally:
        close(box)


def close(box: BaseMailBox) -> None:
    """Hang up without a word: after a failure LOGOUT might wait for ever."""
    box.client.shutdown()


def select(box: BaseMailBox, folder: str, *, read_only: bool) -> tuple[int, int]:
    """Open a folder; its UIDVALIDITY, and UIDNEXT or 0 where the server does not tell it. Raises Trouble."""
    try:
        box.folder.set(folder, readonly=read_only)
    except MailboxFolderSelectError as error:
        problem = _folder_problem(box, folder) or Problem("folder", _said(error))
        raise Trouble(problem.kind, problem.text) from error
    numbers = []
    for name in ("UIDVALIDITY", "UIDNEXT"):
        values = box.client.response(name)[1]
        numbers.append(int(values[-1]) if values and values[-1] else 0)
    return numbers[0], numbers[1]


def _folder_problem(box: BaseMailBox, folder: str) -> Problem | None:
    try:
        box.folder.set(folder, readonly=True)
    except MailboxFolderSelectError as error:
        names = sorted(info.name for info in box.folder.list() if "\\Noselect" not in info.flags)
        if folder in names:
            return Problem("folder", _("The folder %(folder)s cannot be opened. The server says: %(words)s") % {
                "folder": folder, "words": _said(error),
            })  # fmt: skip
        return Problem("folder", _("There is no folder %(folder)s. The mailbox has: %(names)s") % {
            "folder": folder, "names": ", ".join(names[:50]),
        })  # fmt: skip
    return None


def _open(account: Mapping[str, Any]) -> BaseMailBox:
    host, port, tls = account["host"], int(account["port"]), account["tls"]
    with _told(account):
        if tls == "tls":
            box: BaseMailBox = MailBox(host, port, TIMEOUT, ssl_context=ssl.create_default_context())
        elif tls == "starttls":
            box = MailBoxStartTls(host, port, TIMEOUT, ssl_context=ssl.create_default_context())
        else:
            box = MailBoxUnencrypted(host, port, TIMEOUT)
    client = box.client

    def bounded_read(size: int) -> bytes:
        if size > LITERAL_BYTES:
            raise imaplib.IMAP4.abort(f"the server announced {size} bytes at once")
        return _paced(lambda most: type(client).read(client, most), size)

    client.read = bounded_read  # type: ignore[method-assign]
    return box


def _paced(read: Callable[[int], bytes], size: int) -> bytes:
    """`size` bytes, or fewer where the line ends. Raises TimeoutError for a server that only trickles.

    The socket's time-out hears every byte as life: at one a second a picture would take weeks.
    """
    if size <= SMALL_READ:
        return read(size)
    parts: list[bytes] = []
    left, step, began = size, SMALL_READ, time.monotonic()
    while left:
        part = read(min(step, left))
        parts.append(part)
        left -= len(part)
        if len(part) < min(step, left + len(part)):
            break
        seconds = time.monotonic() - began
        if seconds > GRACE_SECONDS + (size - left) / SLOWEST:
            raise TimeoutError(f"only {size - left} of {size} bytes came in {seconds:.0f} seconds")
        step = min(step * 2, LARGE_READ) if seconds < GRACE_SECONDS else SMALL_READ
    return b"".join(parts)


@contextmanager
def within(box: BaseMailBox, seconds: float) -> Iterator[None]:
    """Hang up if what is in the block takes longer."""
    timer = threading.Timer(seconds, hang_up, [box])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def hang_up(box: BaseMailBox) -> None:
    """From another thread: whoever waits for the server wakes up."""
    with suppress(OSError):  # it is closed already
        socket.socket.shutdown(box.client.sock, socket.SHUT_RDWR)


def _login(box: BaseMailBox, account: Mapping[str, Any]) -> None:
    user, password = account["user"], account["password"]
    if not account.get("oauth") and "LOGINDISABLED" in box.client.capabilities:
        raise Trouble("tls", _("The server takes no password without encryption. Choose STARTTLS or TLS."))
    try:
        if account.get("oauth"):
            _sign_in(box, user, account["inbox"])
        elif user.isascii() and password.isascii():
            box.login(user, password, initial_folder=None)
        else:
            box.login_utf8(user, password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        words = _said(error)
        kind = "server" if "UNAVAILABLE" in words or "INUSE" in words else "login"
        raise Trouble(kind, _("The server refuses the login of %(user)s. It says: %(words)s") % {
            "user": user, "words": words,
        }) from error  # fmt: skip
    # Most servers tell what they can do in full only now.
    box.client.capabilities = tuple(b" ".join(box.client.capability()[1]).decode("ascii", "ignore").upper().split())


def _sign_in(box: BaseMailBox, user: str, inbox_id: int) -> None:
    """XOAUTH2; a token that the server refuses is renewed once."""
    try:
        token = oauth.access_token(inbox_id)
        try:
            box.xoauth2(user, token, initial_folder=None)
        except (MailboxLoginError, imaplib.IMAP4.error) as refused:
            if isinstance(refused, imaplib.IMAP4.abort):
                raise
            box.xoauth2(user, oauth.access_token(inbox_id, instead_of=token), initial_folder=None)
    except oauth.SignInAgain as again:
        raise Trouble("login", str(again)) from again
    except oauth.Unreachable as away:
        raise Trouble("server", str(away)) from away


@contextmanager
def _told(account: Mapping[str, Any], *, has_spoken: bool = False) -> Iterator[None]:
    """Whatever goes wrong on the wire becomes a Trouble that names the cause."""
    try:
        yield
    except Trouble:
        raise
    except (OSError, ValueError, imaplib.IMAP4.error, ImapToolsError) as error:
        is_silence = has_spoken and isinstance(error, TimeoutError)
        problem = _fell_silent(error, account) if is_silence else _explain(error, account)
        raise Trouble(problem.kind, problem.text) from error


def _fell_silent(error: Exception, account: Mapping[str, Any]) -> Problem:
    words = _("%(host)s fell silent in the middle: %(words)s.")
    return Problem("server", words % {"host": account["host"], "words": _said(error)})


def _explain(error: Exception, account: Mapping[str, Any]) -> Problem:
    names = {"host": account["host"], "port": account["port"], "words": _said(error)}
    if isinstance(error, socket.gaierror):
        return Problem("name", _("There is no server of the name %(host)s.") % names)
    if isinstance(error, ssl.SSLCertVerificationError):
        names["words"] = error.verify_message
        return Problem("certificate", _("The certificate of %(host)s cannot be trusted: %(words)s.") % names)
    if isinstance(error, ssl.SSLError):
        return Problem("tls", _("%(host)s does not speak TLS on port %(port)s: %(words)s") % names)
    if isinstance(error, MailboxStarttlsError) or "TLS not supported" in str(error):
        return Problem("tls", _("%(host)s does not offer STARTTLS on port %(port)s.") % names)
    if isinstance(error, ConnectionRefusedError):
        return Problem("port", _("%(host)s answers on no IMAP port %(port)s: the connection was refused.") % names)
    if isinstance(error, TimeoutError):
        if _listens(account):
            return Problem("tls", _("%(host)s took the connection on port %(port)s but said nothing. Is the port "
                                    "right for this kind of encryption?") % names)  # fmt: skip
        return Problem("port", _("%(host)s does not answer on port %(port)s.") % names)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError):
        return Problem("port", _("%(host)s cannot be reached on port %(port)s: %(words)s") % names)
    return Problem("server", _("The connection to %(host)s failed: %(words)s") % names)


def _listens(account: Mapping[str, Any]) -> bool:
    try:
        socket.create_connection((account["host"], int(account["port"])), 5.0).close()
    except OSError:
        return False
    return True


def _said(error: Exception) -> str:
    """The server's own words, on one line, without Python around them."""
    if isinstance(error, UnexpectedCommandStatusError):
        data = error.command_result[1]
        parts: Sequence[Any] = data if isinstance(data, Sequence) and not isinstance(data, bytes | str) else [data]
        return one_line(" ".join(_text(part) for part in parts), 300)
    if isinstance(error, OSError) and error.strerror:
        return one_line(error.strerror, 300)
    return one_line(_text(error.args[0]) if error.args else type(error).__name__, 300)


def _text(part: Any) -> str:
    return part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)
