"""Mail accounts as one-line URLs, and as the dictionaries that are stored (encrypted) and edited.

smtp://user:pass@host:port?tls=none|starttls|tls    imaps://user:pass@host:port/FOLDER,FOLDER
"""

from __future__ import annotations

from typing import NotRequired, TypedDict
from urllib.parse import parse_qs, unquote, urlsplit

TLS = ("none", "starttls", "tls")


class BadAccount(ValueError):
    """The URL is not usable; the text says what is expected and repeats no password."""


class SmtpAccount(TypedDict):
    host: str
    port: int
    tls: str
    user: str
    password: str
    # Signed in with OAuth2 instead of a password: the provider, and the inbox whose settings keep the tokens.
    oauth: NotRequired[str]
    inbox: NotRequired[int]


class ImapAccount(SmtpAccount):
    folders: list[str]
    delete_after: bool  # the source mailbox is left untouched unless told otherwise


def smtp_account(url: str) -> SmtpAccount:
    """Raises BadAccount. Without `tls`: smtps:// means TLS, port 25 and loopback none, all else STARTTLS."""
    return _account(url, {"smtp": 587, "smtps": 465})


def imap_account(url: str) -> ImapAccount:
    """Raises BadAccount. The path names one folder or several with commas; INBOX without one."""
    base = _account(url, {"imap": 143, "imaps": 993})
    folders = [unquote(name) for name in urlsplit(url).path.strip("/").split(",") if name]
    return ImapAccount(**base, folders=folders or ["INBOX"], delete_after=False)


def _account(url: str, ports: dict[str, int]) -> SmtpAccount:
    schemes = " or ".join(f"{scheme}://" for scheme in ports)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as bad:
        raise BadAccount(f"The port of the mail server is not a number ({schemes}user:password@host:port).") from bad
    if parts.scheme not in ports or not parts.hostname:
        raise BadAccount(f"A mail server is written {schemes}user:password@host:port.")
    tls = parse_qs(parts.query).get("tls", [""])[0]
    if not tls:
        is_local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        tls = "tls" if parts.scheme.endswith("s") else "none" if is_local or port == 25 else "starttls"
    if tls not in TLS:
        raise BadAccount(f"tls={tls} is not one of none, starttls, tls.")
    return SmtpAccount(
        host=parts.hostname,
        port=port or (465 if tls == "tls" and "smtp" in ports else ports[parts.scheme]),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
