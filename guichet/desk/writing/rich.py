"""Words of a rich box: from what the browser posts to what is kept and sent, and back into the box."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from guichet.desk import files, pictures
from guichet.kit.text.letters import clean_letter, is_letter, is_plain, letter_text
from guichet.tickets.actions import FileRef
from guichet.tickets.models import Attachment

SHOWN_LIMIT = 100_000  # characters; longer ones stay folded in their frame
_UPLOADED = re.compile(r"(?:https?://[^/]*)?/uploads/([^/]+)/$")


@dataclass(frozen=True)
class Said:
    """What was typed: `html` is empty where plain text says it all; `pictures` stand in it by their content ids."""

    text: str
    html: str = ""
    pictures: Sequence[FileRef] = ()

    @property
    def words(self) -> dict[str, Any]:
        return {"text": self.text, "html": self.html}


def said(request: HttpRequest, data: dict[str, Any], *, domain: str = "") -> Said:
    """The words of a form: its markup where there is some, else its text. Content ids are made under `domain`."""
    source = str(data.get("html") or "")
    if not source.strip():
        return Said(data["text"])
    given: dict[str, FileRef] = {}

    def picture(address: str) -> str | None:
        ref = _uploaded(request, address)
        if ref is None:
            return None
        if address not in given:
            content_id = f"{secrets.token_hex(8)}@{domain or 'guichet'}"
            given[address] = FileRef(ref.name, ref.content_type, ref.size, ref.digest, True, content_id)
        return f"cid:{given[address].content_id}"

    html = clean_letter(source, picture)
    text = letter_text(html)
    return Said(text) if is_plain(html) else Said(text, html, list(given.values()))


def _uploaded(request: HttpRequest, address: str) -> FileRef | None:
    """The picture that waits under this address for its message, if it is this person's own."""
    match = _UPLOADED.match(address)
    ref = files.read_token(request, match[1]) if match else None
    return ref if ref is not None and ref.content_type in pictures.SHOWABLE else None


def editable(request: HttpRequest, html: str, refs: Iterable[FileRef]) -> str:
    """A letter for its box again: each picture under an address where its writer can see it."""
    if not is_letter(html):
        return ""
    tokens = {ref.content_id: files.held(request, ref)["token"] for ref in refs if ref.is_inline}
    return clean_letter(html, lambda source: _waiting(tokens.get(source.removeprefix("cid:"))))


def _waiting(token: str | None) -> str | None:
    return reverse("desk:uploaded", args=[token]) if token else None


def shown(html: str, attachments: Iterable[Attachment], url: Callable[[Attachment], str]) -> tuple[str, set[str]]:
    """A letter as it stands in the page, and the content ids that it shows; empty where it is not one of ours."""
    if len(html) > SHOWN_LIMIT or not is_letter(html):
        return "", set()
    by_id = {one.content_id: one for one in attachments if one.content_id}
    seen: set[str] = set()

    def picture(source: str) -> str | None:
        found = by_id.get(source.removeprefix("cid:"))
        if found is None:
            return None
        seen.add(found.content_id)
        return url(found)

    return clean_letter(html, picture, in_page=True), seen
