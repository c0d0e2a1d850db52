"""`guichet mail parse FILE...`: what each mail says, one JSON object a line. No database."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

from guichet.channels.base import Address, Incoming
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.reading.sandbox import Reader

_BATCH = 20


def main(paths: list[str]) -> int:
    """Print one line a file, also for broken mail; 0, or 2 where a file could not be opened."""
    status = 0
    with Reader() as reader:
        for batch in _batches(paths):
            opened: list[tuple[str, bytes | OSError]] = []
            for path in batch:
                try:
                    opened.append((path, sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()))
                except OSError as error:
                    status = 2
                    opened.append((path, error))
            results = iter(reader.read_many(raw for _path, raw in opened if isinstance(raw, bytes)))
            for path, raw in opened:
                found = next(results) if isinstance(raw, bytes) else Unreadable(f"cannot be opened: {raw}")
                print(json.dumps(as_json(path, found), ensure_ascii=False), flush=True)
    return status


def as_json(path: str, found: Incoming | Unreadable) -> dict[str, Any]:
    """The documented object of one mail; of an unreadable one it is empty and says why in `problems`."""
    mail = found if isinstance(found, Incoming) else Incoming(problems=(found.reason,))
    return {
        "file": path,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": mail.sent_at.astimezone(UTC).isoformat().replace("+00:00", "Z") if mail.sent_at else None,
        "from": _address(mail.sender),
        "reply_to": [_address(item) for item in mail.reply_to],
        "to": [_address(item) for item in mail.to],
        "cc": [_address(item) for item in mail.cc],
        "subject": mail.subject,
        "text": mail.text,
        "reply": mail.reply,
        "html": mail.html,
        "attachments": [
            {
                "name": file.name,
                "type": file.content_type,
                "size": len(file.content),
                "inline": file.is_inline,
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in mail.files
        ],
        "auto": mail.auto,
        "bounce": _bounce(mail),
        "seal": mail.seal,
        "problems": list(mail.problems),
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _bounce(mail: Incoming) -> dict[str, Any] | None:
    if mail.bounce is None:
        return None
    return {
        "recipients": [
            {"address": item.address, "status": item.status, "action": item.action, "diagnostic": item.diagnostic}
            for item in mail.bounce.recipients
        ],
        "original_message_id": mail.bounce.original_message_id,
        "kind": mail.bounce.kind,
    }


def _batches(paths: list[str]) -> Iterator[Iterable[str]]:
    """Few enough mails at once that their contents fit into memory."""
    for start in range(0, len(paths), _BATCH):
        yield paths[start : start + _BATCH]
