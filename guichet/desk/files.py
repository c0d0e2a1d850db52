"""Files in and out: uploads that wait for their message, attachments, mail HTML in its cage, proxied pictures."""

from __future__ import annotations

import logging
import mimetypes
import unicodedata
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from guichet.desk import pictures
from guichet.desk.doors import for_agents, reader
from guichet.kit import http
from guichet.kit.files import BlobStore
from guichet.kit.lines import one_line
from guichet.tickets.actions import FileRef
from guichet.tickets.models import Attachment, Message

UPLOAD_LIMIT_MB = 25
UPLOAD_LASTS = 14 * 24 * 3600  # seconds that an uploaded file waits for its message, as long as a session
FILES_LIMIT = 50
CAGE = "default-src 'none'; sandbox; frame-ancestors 'none'"
# Mail's own styles were cleaned of everything that loads; a link leaves the cage for a tab of its own.
MAIL_CAGE = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
log = logging.getLogger(__name__)


def _store() -> BlobStore:
    return BlobStore(settings.DATA / "blobs")


@require_POST
@for_agents
def upload(request: HttpRequest) -> HttpResponseBase:
    """One file for a message not yet written: {"token", "name", "size", "picture"}; the token names the blob and its
    owner, `picture` is where a picture can be seen meanwhile.
    """
    given = request.FILES.get("file")
    if not isinstance(given, UploadedFile):
        return JsonResponse({"error": _("No file came with this.")}, status=400)
    if (given.size or 0) > UPLOAD_LIMIT_MB * 1024 * 1024:
        return JsonResponse({"error": _("The file is too large.")}, status=413)
    return JsonResponse(held(request, _kept(given)))


def held(request: HttpRequest, ref: FileRef) -> dict[str, str]:
    """A file that waits for its message, as the composer keeps it: only its owner can use the token."""
    what = {"n": ref.name, "t": ref.content_type, "s": ref.size, "d": ref.digest, "p": reader(request).pk}
    token = signing.dumps(what, salt="upload")
    shown = reverse("desk:uploaded", args=[token]) if ref.content_type in pictures.SHOWABLE else ""
    return {"token": token, "name": ref.name, "size": filesizeformat(ref.size), "picture": shown}


def read_token(request: HttpRequest, token: str) -> FileRef | None:
    """The file that `held` named, for its owner alone; None if forged, expired or somebody else's."""
    try:
        what: dict[str, Any] = signing.loads(token, salt="upload", max_age=UPLOAD_LASTS)
    except signing.BadSignature:
        return None
    return FileRef(what["n"], what["t"], what["s"], what["d"]) if what["p"] == reader(request).pk else None


@require_safe
@for_agents
def uploaded(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture that waits in a box for its message, for whoever put it there."""
    ref = read_token(request, token)
    if ref is None or ref.content_type not in pictures.SHOWABLE:
        raise Http404
    return _served(ref.digest, ref.name, is_inline=True)


def _kept(given: UploadedFile[Any]) -> FileRef:
    data = given.read()
    name = clean_name(given.name or "")
    kind = pictures.raster_kind(data[:16]) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return FileRef(name, kind, len(data), _store().put(data))


def clean_name(name: str) -> str:
    """What a file may be called on screen and in mail: no path, no invisible or direction-changing characters."""
    folded = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(ch for ch in folded if unicodedata.category(ch) != "Cf")
    return one_line(visible, 200) or "file"


def taken(request: HttpRequest) -> list[FileRef]:
    """The files of a message being sent: those uploaded before, and those of a browser without scripts."""
    refs: list[FileRef] = []
    named = (read_token(request, token) for token in request.POST.getlist("file")[:FILES_LIMIT])
    refs += [ref for ref in named if ref is not None]
    for given in request.FILES.getlist("upload")[:FILES_LIMIT]:
        if given.size and given.size <= UPLOAD_LIMIT_MB * 1024 * 1024:
            refs.append(_kept(given))
    return refs


@require_safe
@for_agents
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as a download. Only `?inline=1` of a true raster picture is shown in the page."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return _served(found.digest, found.name, is_inline=request.GET.get("inline") == "1")


def _served(digest: str, name: str, *, is_inline: bool) -> HttpResponseBase:
    try:
        blob = _store().open(digest)
    except FileNotFoundError as gone:
        log.error("blob of a file is missing", extra={"digest": digest})
        raise Http404 from gone
    kind = pictures.raster_kind(blob.read(16)) if is_inline else ""
    blob.seek(0)
    response = FileResponse(
        blob,
        as_attachment=not kind,
        filename=clean_name(name),
        content_type=kind or "application/octet-stream",
    )
    _cage(response)
    return response


def _cage(response: HttpResponseBase, policy: str = CAGE) -> None:
    response["Content-Security-Policy"] = policy
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-site"
    response["Cache-Control"] = "private, max-age=600"


@require_safe
@xframe_options_sameorigin
@for_agents
def message_html(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A mail's own HTML, for a frame without scripts, forms or origin. `?pictures=1` lets remote ones through.

    Never those of mail that came encrypted: their addresses could carry its words away.
    """
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    by_content_id = dict(message.attachments.exclude(content_id="").values_list("content_id", "pk"))
    with_remote = request.GET.get("pictures") == "1" and not message.came_encrypted
    body = pictures.framed_html(message.html, by_content_id, with_remote=with_remote)
    response = render(request, "desk/message_html.html", {"body": body})
    _cage(response, MAIL_CAGE)
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@for_agents
def message_text(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole text of a message that is too long for the page."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    response = HttpResponse(message.text, content_type="text/plain; charset=utf-8")
    _cage(response)
    return response


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponseBase:
    """A picture of a caged mail: no session reaches it there, the signed address is the right to see it."""
    what = pictures.read_picture(token)
    if what is None:
        raise Http404
    if "attachment" in what:
        found = get_object_or_404(Attachment, pk=what["attachment"])
        return _served(found.digest, found.name, is_inline=True)
    try:
        got = http.fetch(what["url"], accept="image/png,image/jpeg,image/gif,image/webp")
    except http.Refused as refused:
        log.info("picture not fetched: %s", refused)
        raise Http404 from refused
    kind = pictures.raster_kind(got.body[:16])
    if not kind:
        raise Http404
    response = HttpResponse(got.body, content_type=kind)
    _cage(response)
    return response
