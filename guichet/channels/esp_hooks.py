"""Where sending services call us: what became of our mails, and mails that arrived at them.

Every address carries a secret of its inbox (basic authentication), and the service's signature is checked where it
has one; django-anymail knows each service's words. Arrived mail is taken in its original bytes where the service can
give them, and answered 2xx only once it is durable.
"""

from __future__ import annotations

import binascii
import json
import logging
import secrets
import warnings
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from guichet.channels import tracking
from guichet.channels.accept import Arrival, accept, look
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.sending import esp
from guichet.channels.email.tokens import split_plus
from guichet.tickets.models import Inbox

MARK = "guichet"
# anymail's normalised events; whatever else comes (opened, queued, deferred …) changes nothing.
_KINDS: dict[str, tracking.Kind] = {
    "delivered": "delivered", "bounced": "failed", "rejected": "failed", "failed": "failed", "complained": "complained",
}  # fmt: skip
log = logging.getLogger(__name__)
_hook = require_http_methods(["HEAD", "POST"])  # some services look with HEAD whether anybody is there


@csrf_exempt
@_hook
def events(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of our mails. 503 while the database is away: the service comes again."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        inbox, stored = _owner(request, pk)
        view = _view(request, stored, "Tracking")
        for event in _read(view, request):
            kind = _KINDS.get(event.event_type)
            if kind is not None:
                tracking.note(inbox, _report(kind, event))
    except SuspiciousOperation:
        return HttpResponse(status=403)
    except _Unreadable as bad:
        log.warning("a report of a service was not understood: %s", bad)
        return HttpResponse(status=400)
    except Error as away:
        log.warning("the database is away: %s", str(away).strip())
        return HttpResponse(status=503)
    return HttpResponse()


@csrf_exempt
@_hook
def inbound(request: HttpRequest, pk: int) -> HttpResponse:
    """A mail that arrived at the service. 2xx only once it is stored; 503 while database or disk are away."""
    if request.method == "HEAD":
        return HttpResponse()
    try:
        inbox, stored = _owner(request, pk)
        if not esp.SERVICES[stored["name"]].brings_mail:
            raise SuspiciousOperation("this service brings no mail")
        _whole = request.body  # kept, so that it can be read more than once
        view = _view(request, stored, "Inbound")
        arrivals = list(_arrivals(inbox, stored, view, request))
        accept(arrivals)
    except RequestDataTooBig:
        return HttpResponse(status=413)
    except SuspiciousOperation:
        return HttpResponse(status=403)
    except _Unreadable as bad:
        log.error("a mail that arrived at a service could not be taken: %s", bad)
        return HttpResponse(status=400)
    except (Error, OSError) as away:
        log.error("a mail that arrived at a service could not be stored: %s", str(away).strip())
        return HttpResponse(status=503)
    return HttpResponse()


class _Unreadable(Exception):
    """The post is not what the service is known to send."""


_FORMS = ("mailgun", "sendgrid")  # these post forms, the others JSON


def _owner(request: HttpRequest, pk: int) -> tuple[Inbox, Mapping[str, Any]]:
    """The inbox and its service. Raises SuspiciousOperation, before anything of a stranger's post is read; the answer
    to him is the same whether there is such an inbox or not.
    """
    inbox = Inbox.objects.filter(pk=pk, is_active=True).first()
    stored = esp.chosen(inbox) if inbox else None
    if inbox is None or stored is None or not esp.is_installed():
        raise SuspiciousOperation("no service calls this inbox")
    word = f"{esp.HOOK_USER}:{stored['webhook_secret']}".encode()
    kind, _space, shown = request.headers.get("Authorization", "").strip().partition(" ")
    try:
        is_known = kind.lower() == "basic" and secrets.compare_digest(binascii.a2b_base64(shown.strip()), word)
    except ValueError:  # no Base64
        is_known = False
    if not is_known:
        raise SuspiciousOperation("the secret is wrong")
    return inbox, stored


def _view(request: HttpRequest, stored: Mapping[str, Any], kind: str) -> Any:
    """anymail's view of this service, once it has found secret and signature right. Raises SuspiciousOperation."""
    service = esp.SERVICES[stored["name"]]
    wanted = {"api_key", "api_url", *service.hook_options()}
    options = {name: value for name, value in stored["options"].items() if value and name in wanted}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own about services it tests no longer
        path = f"anymail.webhooks.{stored['name']}.{service.label}{kind}WebhookView"
        view = import_string(path)(basic_auth=[f"{esp.HOOK_USER}:{stored['webhook_secret']}"], **options)
    view.run_validators(request)
    return view


def _read(view: Any, request: HttpRequest) -> list[Any]:
    try:
        return list(view.parse_events(request))
    except (SuspiciousOperation, Error, OSError):
        raise
    except Exception as bad:  # whatever the words of a stranger break in there
        raise _Unreadable(type(bad).__name__) from bad


def _report(kind: tracking.Kind, event: Any) -> tracking.Report:
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    return tracking.Report(
        kind=kind,
        mark=str(metadata.get(MARK) or ""),
        message_id=str(event.message_id or "").strip("<> "),
        recipient=str(event.recipient or ""),
        words=str(event.mta_response or event.description or event.reject_reason or ""),
    )


def _arrivals(inbox: Inbox, stored: Mapping[str, Any], view: Any, request: HttpRequest) -> Iterable[Arrival]:
    mails = list(_originals(stored["name"], request)) or list(_rebuilt(view, request))
    for raw, sender, recipients in mails:
        if not raw.strip() or len(raw) > MESSAGE_BYTES:
            raise _Unreadable(f"{len(raw)} bytes")
        # Only addresses of this inbox: what else stands in the envelope is the service's own routing.
        named = [one for one in recipients if split_plus(one)[0] == inbox.address]
        yield Arrival("esp", sender or look(raw).return_path, inbox.pk, named or [inbox.address], raw, stored["name"])


Mail = tuple[bytes, str, list[str]]


def _originals(name: str, request: HttpRequest) -> Iterable[Mail]:
    """(bytes, envelope sender, envelope recipients) of each mail that the post holds whole."""
    try:
        if name in _FORMS:
            yield from _of_form(name, _form(request))
        elif name == "postmark":
            said = json.loads(request.body)
            if said.get("RawEmail"):
                sender = (said.get("FromFull") or {}).get("Email") or ""
                yield _bytes(said["RawEmail"]), str(sender), [str(said.get("OriginalRecipient") or "")]
        elif name == "sparkpost":
            yield from _of_sparkpost(json.loads(request.body))
    except (ValueError, KeyError, TypeError, AttributeError, MultiPartParserError) as bad:
        raise _Unreadable(type(bad).__name__) from bad


def _of_form(name: str, form: Mapping[str, str]) -> Iterable[Mail]:
    if name == "mailgun" and form.get("body-mime"):
        yield form["body-mime"].encode("latin-1"), form.get("sender", ""), form.get("recipient", "").split(",")
    if name == "sendgrid" and form.get("email"):
        envelope = json.loads(form.get("envelope") or "{}")
        recipients = [str(to) for to in envelope.get("to", [])]
        yield form["email"].encode("latin-1"), str(envelope.get("from") or ""), recipients


def _of_sparkpost(said: Any) -> Iterable[Mail]:
    for wrapped in said:
        message = wrapped["msys"].get("relay_message")
        if message is not None:
            content = message["content"]
            raw = _bytes(content["email_rfc822"])
            if content.get("email_rfc822_is_base64"):
                raw = binascii.a2b_base64(raw)
            yield raw, str(message.get("msg_from") or ""), [str(message.get("rcpt_to") or "")]


def _rebuilt(view: Any, request: HttpRequest) -> Iterable[Mail]:
    """Where the service gives only the pieces, anymail puts them together again."""
    for event in _read(view, request):
        message = event.message
        if message is None:
            raise _Unreadable("a post without a mail")
        sender = message.envelope_sender or getattr(message.from_email, "addr_spec", "")
        try:
            raw = message.as_bytes()
        except Exception as bad:  # the standard library's writer, on a header of anybody's making
            raise _Unreadable(type(bad).__name__) from bad
        yield raw, str(sender or ""), [str(message.envelope_recipient or "")]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _form(request: HttpRequest) -> QueryDict:
    """A mail in a form field may be in any charset: Latin-1 gives its bytes back one by one."""
    if request.content_type == "application/x-www-form-urlencoded":
        return QueryDict(request.body, encoding="latin-1")
    return MultiPartParser(request.META, BytesIO(request.body), [], "latin-1").parse()[0]
