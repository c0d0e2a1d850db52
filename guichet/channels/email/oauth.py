"""Signing in to Google and Microsoft instead of a password: OAuth 2.0 (RFC 6749) with PKCE (RFC 7636), for XOAUTH2.

The tokens are kept encrypted in `Inbox.settings["oauth"]`: {provider, client_id, client_secret, tenant, user,
refresh_token, access_token, expires_at, error}. `expires_at` is in seconds since 1970; `error` tells why somebody has
to sign in again. What an administrator is about to sign in with waits in settings["oauth_asked"], with `sends` and
`fetches`: until the provider has answered, the old permission goes on. Providers may hand out a new refresh token
with every renewal and take back the old one, so all renewals of an inbox, of whatever process, stand in one line.
App-only access (client credentials) is left out.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.db import connection
from django.utils.translation import gettext as _

from guichet.channels.inbox_settings import editing
from guichet.kit import http, pg
from guichet.kit.lines import one_line
from guichet.tickets.models import Inbox

EARLY = 120  # seconds before its end a token is renewed
ASKED = ("provider", "client_id", "client_secret", "tenant", "user")
_SECONDS = 3600  # that a token is good for where the provider does not say
_MAX_BYTES = 256 * 1024
# Answers that no repetition changes: RFC 6749 5.2, and what Microsoft adds (a person has to be asked).
_FINAL = frozenset({
    "invalid_grant", "invalid_client", "unauthorized_client", "invalid_request", "invalid_scope",
    "unsupported_grant_type", "interaction_required", "login_required", "consent_required",
})  # fmt: skip


class SignInAgain(Exception):
    """The provider gives no more tokens until somebody signs in (or corrects the client); the text says so."""


class Unreachable(Exception):
    """The provider did not answer, or not now: worth trying again."""


@dataclass(frozen=True, slots=True)
class Provider:
    """`{tenant}` in the addresses is replaced by the inbox's. `smtp` and `imap` are (host, port, tls)."""

    label: str
    authorize: str
    token: str
    scope: str
    smtp: tuple[str, int, str]
    imap: tuple[str, int, str]
    extra: Mapping[str, str] = field(default_factory=dict)


PROVIDERS: dict[str, Provider] = {
    "google": Provider(
        label="Google",
        authorize="https://accounts.google.com/o/oauth2/v2/auth",
        token="https://oauth2.googleapis.com/token",  # noqa: S106  # an address
        scope="https://mail.google.com/",
        smtp=("smtp.gmail.com", 465, "tls"),
        imap=("imap.gmail.com", 993, "tls"),
        extra={"access_type": "offline", "prompt": "consent"},  # without them there is no refresh token
    ),
    "microsoft": Provider(
        label="Microsoft",
        authorize="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106  # an address
        scope="https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send offline_access",
        smtp=("smtp.office365.com", 587, "starttls"),
        imap=("outlook.office365.com", 993, "tls"),
        extra={"prompt": "select_account"},
    ),
}


class Request(NamedTuple):
    """One sign-in that was begun: where the browser goes, and what only its session knows."""

    url: str
    state: str
    verifier: str


def begin(asked: Mapping[str, Any], redirect_uri: str) -> Request:
    """Send somebody to the provider; `asked` is settings["oauth_asked"] with provider, client and user."""
    provider = PROVIDERS[asked["provider"]]
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    url = prepare_grant_uri(
        _address(provider.authorize, asked),
        asked["client_id"],
        "code",
        redirect_uri,
        provider.scope,
        state,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
        login_hint=asked["user"],
        **provider.extra,
    )
    return Request(url, state, verifier)


def finish(inbox_id: int, code: str, verifier: str, redirect_uri: str) -> dict[str, Any]:
    """The provider's code for tokens (RFC 6749 4.1.3), and with them the accounts that were asked for.

    Returns the settings as they are then. Raises SignInAgain, Unreachable.
    """
    asked: dict[str, Any] = Inbox.objects.only("settings").get(pk=inbox_id).settings.get("oauth_asked") or {}
    if not asked:
        raise SignInAgain(_("Nobody has asked to sign in for this inbox."))
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    got = _ask(asked, sent)
    if not got.get("refresh_token"):
        raise SignInAgain(_("%(provider)s gave no lasting permission. Sign in again.") % _named(asked))
    with editing(inbox_id) as settings:
        settings.pop("oauth_asked", None)
        settings["oauth"] = {**{name: asked[name] for name in ASKED}, **_tokens(got), "error": ""}
        _take_accounts(settings, asked, inbox_id)
        return settings


def _take_accounts(settings: dict[str, Any], asked: Mapping[str, Any], inbox_id: int) -> None:
    provider, user = PROVIDERS[asked["provider"]], asked["user"]
    common: dict[str, Any] = {"user": user, "password": "", "oauth": asked["provider"], "inbox": inbox_id}
    for name, (host, port, tls), is_wanted in (
        ("outgoing", provider.smtp, asked["sends"]),
        ("imap", provider.imap, asked["fetches"]),
    ):
        before = settings.get(name) or {}
        if is_wanted:
            folders = {"folders": ["INBOX"], "delete_after": False} if name == "imap" else {}
            kept = {key: value for key, value in before.items() if key in folders}
            settings[name] = {**folders, **kept, "host": host, "port": port, "tls": tls, **common}
        elif before.get("oauth"):
            del settings[name]
    if asked["sends"]:
        settings.pop("esp", None)


def forget(settings: dict[str, Any]) -> None:
    """Sign out, in settings being edited: the tokens and the accounts that lived by them."""
    settings.pop("oauth", None)
    settings.pop("oauth_asked", None)
    for name in ("outgoing", "imap"):
        if (settings.get(name) or {}).get("oauth"):
            del settings[name]


def access_token(inbox_id: int, *, instead_of: str = "") -> str:
    """A token that is good now, renewed if need be, or one other than `instead_of`, which a server refused.

    Raises SignInAgain, Unreachable. Leaves the thread's database connection as it found it: open or closed.
    """
    with _as_found():
        if token := _usable(_stored(inbox_id), instead_of):
            return token
        with pg.advisory_lock(f"oauth {inbox_id}"):
            stored = _stored(inbox_id)  # whoever was before us in the line may have renewed it
            return _usable(stored, instead_of) or _renew(inbox_id, stored)


def sasl(user: str, token: str) -> str:
    """The initial response of the mechanism XOAUTH2."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def _stored(inbox_id: int) -> dict[str, Any]:
    stored: dict[str, Any] = Inbox.objects.only("settings").get(pk=inbox_id).settings.get("oauth") or {}
    if not stored.get("refresh_token") and not stored.get("client_id"):
        raise SignInAgain(_("Nobody has signed in for this inbox."))
    return stored


def _usable(stored: Mapping[str, Any], instead_of: str) -> str:
    if stored.get("error"):
        raise SignInAgain(stored["error"])
    if not stored.get("refresh_token"):
        raise SignInAgain(_("Nobody has signed in for this inbox."))
    token: str = stored.get("access_token", "")
    return token if token != instead_of and stored.get("expires_at", 0) - EARLY > time.time() else ""


def _renew(inbox_id: int, stored: Mapping[str, Any]) -> str:
    """RFC 6749 6. What comes back is written before anybody uses it; a refusal for good is written too."""
    used = stored["refresh_token"]
    try:
        change = {**_tokens(_ask(stored, {"grant_type": "refresh_token", "refresh_token": used})), "error": ""}
    except SignInAgain as refused:
        change = {"error": str(refused), "access_token": "", "expires_at": 0}
    with editing(inbox_id) as settings:
        now = settings.get("oauth") or {}
        if now.get("refresh_token") == used:
            now.update(change)
        # else somebody signed in anew meanwhile: that counts, and not what the old permission gave
    if token := _usable(now, ""):
        return token
    raise Unreachable(_("%(provider)s gave a token that is over already.") % _named(stored))


def _ask(stored: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    """The token endpoint's answer. Raises SignInAgain where it is final, Unreachable where it is not."""
    provider = PROVIDERS[stored["provider"]]
    client = {"client_id": stored["client_id"], "client_secret": stored["client_secret"]}
    names = _named(stored)
    try:
        answer = http.post_form(_address(provider.token, stored), {**client, **asked}, max_bytes=_MAX_BYTES)
    except http.Refused as refused:
        raise Unreachable(_("%(provider)s does not answer.") % names) from refused
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = {}
    said = said if isinstance(said, dict) else {}
    if answer.status == 200 and isinstance(said.get("access_token"), str):
        return said
    error = str(said.get("error") or answer.status)
    words = one_line(str(said.get("error_description") or error), 300)
    if error not in _FINAL:
        raise Unreachable(_("%(provider)s gives no token now: %(words)s") % {**names, "words": words})
    if error in ("invalid_client", "unauthorized_client"):
        text = _("%(provider)s refuses the client: its secret may have run out. It says: %(words)s")
        raise SignInAgain(text % {**names, "words": words})
    text = _("The permission of %(provider)s has ended: somebody has to sign in again. It says: %(words)s")
    raise SignInAgain(text % {**names, "words": words})


def _tokens(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of an answer; a refresh token that is not named anew stays as it was."""
    seconds = said.get("expires_in")
    seconds = int(seconds) if isinstance(seconds, int | float | str) and str(seconds).isdigit() else _SECONDS
    kept: dict[str, Any] = {"access_token": said["access_token"], "expires_at": int(time.time()) + seconds}
    return {**kept, "refresh_token": said["refresh_token"]} if said.get("refresh_token") else kept


def _address(template: str, stored: Mapping[str, Any]) -> str:
    return template.replace("{tenant}", stored.get("tenant") or "common")


def _named(stored: Mapping[str, Any]) -> dict[str, str]:
    return {"provider": PROVIDERS[stored["provider"]].label}


@contextmanager
def _as_found() -> Iterator[None]:
    """A thread that holds no connection to the database while it waits for mail shall hold none after this."""
    was_open = connection.connection is not None
    try:
        yield
    finally:
        if not was_open and not connection.in_atomic_block:
            connection.close()
