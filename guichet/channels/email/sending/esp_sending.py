"""One mail by the API of a service, through django-anymail. Only imported where the extra "esp" is installed.

The service builds the mail anew from its pieces, so what is fixed for ever are the pieces and the Message-ID. Bounces
go to the service, which tells us (`esp_hooks`) by the mark we give it.
"""

from __future__ import annotations

import email.policy
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.encoders import encode_base64
from email.message import EmailMessage as Parsed
from email.mime.base import MIMEBase
from email.utils import getaddresses
from typing import Any

import requests
from anymail.exceptions import AnymailAPIError, AnymailError
from anymail.message import AnymailMessage
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from urllib3.exceptions import NewConnectionError

from guichet.channels.base import Later, Receipt, Refused, Unanswered
from guichet.channels.email.sending.esp import SERVICES
from guichet.kit.crypto import sign_token
from guichet.kit.lines import one_line

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 60.0
MARK = "guichet"  # the name of our mark among a service's metadata
_LONGEST_ANSWER = 500
# What the service writes itself, or is told apart from the other fields.
_OWN_FIELDS = frozenset({
    "from", "to", "cc", "bcc", "reply-to", "subject", "date", "sender", "mime-version", "content-type",
    "content-transfer-encoding", "content-disposition", "dkim-signature", "return-path", "received",
})  # fmt: skip
_SEALED = ("multipart/signed", "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
# Before any byte of the mail: the account is wrong, or the service is not there for anybody.
_ACCOUNT = (401, 402, 403)
_NOT_NOW = (408, 429, 500, 503)
_NO_ANSWER = (502, 504)  # a gateway's own words: the service behind it may have taken the mail


def mark_of(message_id: int) -> str:
    """What a service is told of a message and tells us again; nobody else can make it."""
    return sign_token("esp", message_id)


class Service:
    """A service as way out; `stored` is settings["esp"]."""

    def __init__(self, address: str, stored: Mapping[str, Any]) -> None:
        self._address, self._name = address, stored["name"]
        self._service = SERVICES[self._name]
        hooks = self._service.hook_options()
        self._options = {key: value for key, value in stored["options"].items() if value and key not in hooks}
        self.server = repr(("esp", self._name, sorted(self._options.items())))

    def deliver(self, sender: str, to: Sequence[str], raw: bytes, begin: Callable[[], None], about: int = 0) -> Receipt:
        """Raises Later, Refused, Unanswered. `sender` is not used: the service has its own return path."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # anymail's own about services it tests no longer
            backend = import_string(f"anymail.backends.{self._name}.EmailBackend")(
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS), **self._options
            )
        message = self._message(email.message_from_bytes(raw, policy=email.policy.default), to, about)
        try:
            payload = backend.build_message_payload(message, backend.send_defaults)
        except AnymailError as error:
            raise Refused(_words(error)) from error
        backend.open()
        try:
            backend.session.trust_env = False  # no proxies, no passwords from other files
            backend.session.max_redirects = 0
            begin()
            answer = self._post(backend, payload, message)
            return _receipt(backend.parse_recipient_status(answer, payload, message), to)
        except AnymailAPIError as error:
            raise self._trouble(error) from error
        except AnymailError as error:
            raise Refused(_words(error)) from error
        finally:
            backend.close()

    def _post(self, backend: Any, payload: Any, message: Any) -> requests.Response:
        answer: requests.Response = backend.post_to_esp(payload, message)
        return answer

    def _trouble(self, error: AnymailAPIError) -> Exception:
        """What an unsuccessful call means for the mail."""
        names = {"service": self._service.label, "words": _words(error)}
        status = error.status_code
        if status is None:
            if _never_left(error):
                return Later(_("%(service)s cannot be reached: %(words)s") % names, is_down=True)
            return Unanswered(names["words"])
        if status in _NO_ANSWER or 200 <= status < 300:  # yes, but in no words that anybody understands
            return Unanswered(names["words"])
        if status in _ACCOUNT:
            return Later(_("%(service)s refuses the account: %(words)s") % names, is_down=True)
        if status in _NOT_NOW:
            return Later(_("%(service)s does not take it now: %(words)s") % names, is_down=status != 429)
        return Refused(_("%(service)s refuses it: %(words)s") % names)

    def _message(self, parsed: Parsed, to: Sequence[str], about: int) -> AnymailMessage:
        if parsed.get_content_type() in _SEALED:
            words = _("Signed or encrypted mail cannot go by %(service)s: it takes mails apart. Use a mail server.")
            raise Refused(words % {"service": self._service.label})
        plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
        message = AnymailMessage(
            subject=str(parsed["Subject"] or ""),
            body=_text(plain),
            from_email=str(parsed["From"]),
            headers=self._headers(parsed),
            reply_to=_people(parsed, "Reply-To"),
            **_recipients(parsed, to),
        )
        if html is not None:
            message.attach_alternative(_text(html), "text/html")
        for part in _leaves(parsed):
            if part is not plain and part is not html:
                message.attach(_file(part, shows_pictures=self._service.shows_pictures))
        if about:
            message.metadata = {MARK: mark_of(about)}
        if self._service.untracks:
            message.track_opens = message.track_clicks = False
        return message

    def _headers(self, parsed: Parsed) -> dict[str, str]:
        kept = {name: " ".join(str(value).split()) for name, value in parsed.items() if name.lower() not in _OWN_FIELDS}
        if self._name == "postmark":
            kept["X-PM-KeepID"] = "true"  # otherwise Postmark writes a Message-ID of its own
        return kept


def _recipients(parsed: Parsed, to: Sequence[str]) -> dict[str, list[str]]:
    """Where the mail goes now, shown as in its header. A service sends to whom it shows: others are left out."""
    waiting = {address.lower(): address for address in to}
    found: dict[str, list[str]] = {"to": [], "cc": [], "bcc": []}
    for kind in ("to", "cc"):
        for one in _people(parsed, kind):
            address = getaddresses([one])[0][1].lower()
            if waiting.pop(address, None) is not None:
                found[kind].append(one)
    found["bcc"] = list(waiting.values())
    if not found["to"]:  # services want somebody there
        found["to"] = found["cc"] or found["bcc"]
        found["cc" if found["cc"] else "bcc"] = []
    return found


def _people(parsed: Parsed, name: str) -> list[str]:
    return [str(one) for one in parsed[name].addresses] if parsed[name] is not None else []


def _text(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _leaves(part: Parsed) -> Iterator[Any]:
    if part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            yield from _leaves(inner)  # type: ignore[arg-type]
    else:
        yield part


def _file(part: Any, *, shows_pictures: bool) -> MIMEBase:
    main, _slash, sub = part.get_content_type().partition("/")
    made = MIMEBase(main, sub)
    made.set_payload(part.get_payload(decode=True) or b"")
    encode_base64(made)
    is_inline = shows_pictures and part["Content-ID"] is not None
    name = part.get_filename() or ""
    written: Any = name if name.isascii() else ("utf-8", "", name)
    made.add_header(
        "Content-Disposition", "inline" if is_inline else "attachment", **({"filename": written} if name else {})
    )
    if is_inline:
        made["Content-ID"] = str(part["Content-ID"])
    return made


def _receipt(statuses: Mapping[str, Any], to: Sequence[str]) -> Receipt:
    """Whom the service took; what it learns later comes as an event."""
    refused = {}
    known = {address.lower(): status for address, status in statuses.items()}
    for address in to:
        status = known.get(address.lower())
        if status is not None and status.status in ("invalid", "rejected", "failed"):
            refused[address] = _("The service does not send to this address (%(word)s).") % {"word": status.status}
    return Receipt(refused)


def _never_left(error: BaseException) -> bool:
    """Whether it failed before the request could be sent: no name, no connection, no encryption."""
    cause = error.__cause__
    if isinstance(cause, requests.exceptions.ConnectTimeout | requests.exceptions.SSLError):
        return True
    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(cause, requests.exceptions.ConnectionError) and isinstance(reason, NewConnectionError)


def _words(error: AnymailError) -> str:
    """The service's own words, or what went wrong on the way, on one line and without our key."""
    response = getattr(error, "response", None)
    if response is not None:
        said = _said(response)
        return one_line(f"{response.status_code} {said}".strip(), _LONGEST_ANSWER)
    cause = error.__cause__
    return one_line(type(cause).__name__ if cause is not None else str(error), _LONGEST_ANSWER)


def _said(response: requests.Response) -> str:
    try:
        found = response.json()
    except ValueError:
        return response.text
    while isinstance(found, list | dict) and found:
        if isinstance(found, list):
            found = found[0]
            continue
        names = ("Message", "message", "ErrorMessage", "description", "Errors", "errors", "Messages", "error")
        found = next((found[name] for name in names if found.get(name)), "")
    return str(found or response.text)
