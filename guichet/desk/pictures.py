"""Mail HTML and its pictures: what may be shown, and where it comes from.

A frame without an origin sends no cookies, so its pictures are asked for by signed addresses that soon expire.
"""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser

from guichet.kit.text import clean_html

LASTS = 600  # seconds
# Raster kinds that every browser draws and no browser runs, by their first bytes.
SHOWABLE = {"image/png", "image/jpeg", "image/gif", "image/webp"}


def raster_kind(head: bytes) -> str:
    """The type of a raster picture by its magic, from at least 16 bytes; "" for anything else."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return ""


def has_remote(html: str) -> bool:
    return 'src="http' in html


def framed_html(html: str, attachments: dict[str, int], *, with_remote: bool) -> str:
    """Sanitised body HTML whose pictures come from here only.

    `attachments` maps content ids to attachment ids. Remote pictures go through the proxy, or are left out.
    """
    tree = LexborHTMLParser(clean_html(html).html)
    for image in tree.css("img"):
        source = image.attributes.get("src") or ""
        address = ""
        if source.startswith("cid:") and source[4:] in attachments:
            address = picture_url({"attachment": attachments[source[4:]]})
        elif source.startswith(("http://", "https://")) and with_remote:
            address = picture_url({"url": source})
        if address:
            image.attrs["src"] = address
        else:
            image.decompose()
    body = tree.body
    return (body.html or "") if body is not None else ""


def picture_url(what: dict[str, Any]) -> str:
    return reverse("desk:picture", args=[signing.dumps(what, salt="picture", compress=True)])


def read_picture(token: str) -> dict[str, Any] | None:
    """What `picture_url` named: {"attachment": id} or {"url": address}; None if forged or expired."""
    try:
        what = signing.loads(token, salt="picture", max_age=LASTS)
    except signing.BadSignature:
        return None
    return what if isinstance(what, dict) else None
