"""One Maildir: its new/ and cur/, in the order of delivery. Drafts and what is marked as deleted are left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.importing.found import Found, Unusable, too_large

_LEFT = frozenset("DT")  # flags behind ":2,": draft, trashed
_DELIVERED = re.compile(r"(\d{1,11})[.,_]")


class Maildir:
    """Its place is the name of the last file read, without flags: those change with its reader."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def total(self) -> int | None:
        return len(self._files())

    def share(self, place: dict[str, Any]) -> float | None:
        return None

    def mails(self, place: dict[str, Any]) -> Iterator[Found]:
        after = (int(place["at"]), str(place["after"])) if "after" in place else (-1, "")
        for key, path in sorted(self._files().items()):
            if key > after:
                yield self._found(key, path)

    def _found(self, key: tuple[int, str], path: Path) -> Found:
        place = {"at": key[0], "after": key[1]}
        try:
            if not path.exists():  # its reader has moved it from new/ to cur/ or changed its flags
                path = self._files()[key]
            if path.stat().st_size > MESSAGE_BYTES:
                return Found(place, problem=too_large(), name=path.name)
            raw = path.read_bytes()
        except (OSError, KeyError):
            return Found(place, problem=_("It is gone or cannot be read."), name=path.name)
        if not raw.strip():
            return Found(place, problem=_("It is empty."), name=path.name)
        at = datetime.fromtimestamp(key[0], UTC) if key[0] else None
        return Found(place, raw, at, name=path.name)

    def _files(self) -> dict[tuple[int, str], Path]:
        if not (self.path / "cur").is_dir():
            raise Unusable(_("%(folder)s is no Maildir: it has no folder “cur”.") % {"folder": self.path.name})
        found = {}
        for folder in (self.path / "new", self.path / "cur"):
            for path in folder.iterdir() if folder.is_dir() else ():
                base, _colon, info = path.name.partition(":2,")
                if not base.startswith(".") and not _LEFT & set(info) and path.is_file() and not path.is_symlink():
                    delivered = _DELIVERED.match(base)
                    found[int(delivered[1]) if delivered else 0, base] = path
        return found
