"""The one outgoing HTTP client: resolve, refuse what is not public, connect to the address that was checked.

No redirects, no cookies, no proxies, bounded in bytes and time (against SSRF and rebinding).
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

TIMEOUT = 10.0  # seconds, for the whole answer
MAX_BYTES = 5 * 1024 * 1024
_PORTS = {"http": 80, "https": 443}


class Refused(Exception):
    """The address must not, or could not, be fetched. The text is for logs, never for the one who asked."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """`content_type` is lower case and without parameters, as the server claims it."""

    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a request of ours, whatever its status."""

    status: int
    content_type: str
    body: bytes


def public_addresses(host: str, port: int) -> list[str]:
    """The numeric addresses of a host. Raises Refused if any of them is not globally reachable."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as bad:
        raise Refused(f"{host} does not resolve") from bad
    addresses = [str(entry[4][0]) for entry in found]
    for text in addresses:
        if not _is_public(text):
            raise Refused(f"{host} resolves to {text}, which is not a public address")
    return addresses


def _is_public(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None:
            address = inner
        elif address in ipaddress.ip_network("64:ff9b::/96"):  # NAT64, RFC 6052
            address = ipaddress.ip_address(address.packed[-4:])
    return address.is_global and not address.is_multicast


def fetch(url: str, *, accept: str = "*/*", max_bytes: int = MAX_BYTES, timeout: float = TIMEOUT) -> Fetched:
    """GET `url`. Raises Refused for other schemes and ports, private addresses, redirects, errors, size and time."""
    answer = _ask("GET", url, {"Accept": accept}, b"", max_bytes, timeout)
    if answer.status != 200:
        raise Refused(f"answered {answer.status}")
    return Fetched(answer.content_type, answer.body)


def post_form(url: str, form: Mapping[str, str], *, max_bytes: int = MAX_BYTES, timeout: float = TIMEOUT) -> Answer:
    """POST a form and ask for JSON. Raises Refused as `fetch` does, but any status is an answer."""
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    return _ask("POST", url, headers, urlencode(form).encode("ascii"), max_bytes, timeout)


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float = TIMEOUT) -> Answer:
    """POST bytes as they are. Raises Refused as `fetch` does, but any status is an answer."""
    return _ask("POST", url, headers, body, MAX_BYTES, timeout)


def _ask(method: str, url: str, headers: Mapping[str, str], body: bytes, max_bytes: int, timeout: float) -> Answer:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as bad:
        raise Refused("not an address") from bad
    host = parts.hostname or ""
    standard = _PORTS.get(parts.scheme)
    if standard is None or not host or (port is not None and port != standard) or "@" in parts.netloc:
        raise Refused("only plain http and https addresses are fetched")
    address = public_addresses(host, standard)[0]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection = _Pinned(parts.scheme, host, address, standard, timeout)
        # A timeout of the socket bounds one read; only this bounds a server that drips.
        watchdog = threading.Timer(timeout, connection.cut)
        watchdog.start()
        try:
            connection.request(method, path, body or None, {**headers, "User-Agent": "Guichet"})
            return _read(connection.getresponse(), max_bytes)
        finally:
            watchdog.cancel()
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as bad:
        raise Refused(f"{host} did not answer: {bad}") from bad


def _read(answer: http.client.HTTPResponse, max_bytes: int) -> Answer:
    body = bytearray()
    while chunk := answer.read1(65536):
        body += chunk
        if len(body) > max_bytes:
            raise Refused("too large")
    if answer.length:
        raise Refused("cut off before its end")
    kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    return Answer(answer.status, kind, bytes(body))


class _Pinned(http.client.HTTPConnection):
    """A connection to the address that was checked; the certificate is still checked against the name."""

    def __init__(self, scheme: str, host: str, address: str, port: int, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._scheme, self._address = scheme, address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End whatever waits on this connection, from another thread."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
