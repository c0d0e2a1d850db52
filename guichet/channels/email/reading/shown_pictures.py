"""Pictures that HTML names by their place (Content-Location, RFC 2557) or file name become `cid:` pictures."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote, urljoin

from guichet.channels.email.reading import headers
from guichet.channels.email.reading.mime import Part
from guichet.channels.email.reading.names import given_name

_SOURCE = re.compile(
    r"(<img\b[^<>]{0,2000}?\bsrc\s{0,9}=\s{0,9})(\"[^\"]{1,2000}\"|'[^']{1,2000}'|[^\s\"'>]{1,2000})", re.IGNORECASE
)
_PICTURES = 200


def content_id(part: Part) -> str:
    return headers.one_line(headers.text(part.first("content-id"))).strip("<>").replace(" ", "")[:300]


class Places:
    """The pictures of one mail by the places under which its HTML may name them."""

    def __init__(self, root: Part) -> None:
        self._by_place: dict[str, str] = {}
        self._ids: dict[int, str] = {}
        self._base = ""
        locations: dict[str, str] = {}
        stack = [root]
        while stack:
            part = stack.pop()
            stack.extend(reversed(part.children))
            location = headers.text(part.first("content-location")).replace(" ", "")
            if part.content_type.startswith("image/"):
                self._add(part, location, locations)
            elif location and "html" in part.content_type:
                self._base = self._base or location

        for location, found in locations.items():
            self._by_place.setdefault(_joined(self._base, location), found)

    def _add(self, part: Part, location: str, locations: dict[str, str]) -> None:
        if len(self._ids) >= _PICTURES:
            return
        places = {location, given_name(part)} - {""}
        if not places:
            return
        found = content_id(part) or f"picture-{len(self._ids) + 1}@location"
        self._ids[id(part)] = found
        if location:
            locations[location] = found
        for place in places:
            self._by_place.setdefault(place, found)

    def content_id(self, part: Part) -> str:
        """The Content-ID of a part, or the one made up for a picture that has only a place."""
        return content_id(part) or (self._ids.get(id(part), "") if part.content_type.startswith("image/") else "")

    def by_cid(self, html: str) -> str:
        """`html` with the sources of its pictures as `cid:` where they are parts of this mail."""
        if not self._by_place or ("<img" not in html and "<IMG" not in html):
            return html
        return _SOURCE.sub(self._renamed, html)

    def _renamed(self, match: re.Match[str]) -> str:
        source = unescape(match[2].strip("\"'")).strip()
        if source.lower().startswith(("cid:", "data:")):
            return match[0]
        places = (source, unquote(source), _joined(self._base, source))
        found = next((self._by_place[place] for place in places if place in self._by_place), "")
        return f'{match[1]}"cid:{found.replace(chr(34), "%22")}"' if found else match[0]


def _joined(base: str, source: str) -> str:
    try:
        return urljoin(base, source) if base else source
    except ValueError:
        return source
