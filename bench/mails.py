"""Score and speed of the mail reader over a folder of real mails: `python -m bench.mails [-v GROUP] [FOLDER]`.

Reads `expect.json` of each sub-folder (default `../shared/mails`), prints per group the checks that hold, and the
mails read per second in this process and through the bounded child.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from guichet.channels.base import Address, Incoming
from guichet.channels.email.reading.read import Unreadable, read
from guichet.channels.email.reading.sandbox import Reader

GROUPS = {
    "headers": ("subject", "from_address", "from_name", "to", "cc", "reply_to", "date"),
    "threading": ("message_id", "in_reply_to", "references"),
    "text": ("text_contains", "text", "has_text"),
    "attachments": ("attachments",),
    "auto": ("auto_any",),
    "bounces": ("bounce", "bounce_rcpt", "bounce_status"),
    "replies": ("reply", "reply_any", "reply_contains", "reply_absent", "reply_prefix"),
}


def letters(text: str) -> str:
    """Letters and digits only, NFKC and case-folded: how texts are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(mark for mark in folded if mark.isalnum())


def line(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def alike(found: str, wanted: str) -> bool:
    """At least 95 % of the letters are the same."""
    left, right = letters(found), letters(wanted)
    if left == right:
        return True
    if not left or not right or abs(len(left) - len(right)) > 0.1 * max(len(left), len(right)):
        return False
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= 0.95


def contains(found: str, wanted: str) -> bool:
    left, right = letters(found), letters(wanted)
    if right in left:
        return True
    if len(right) < 20:
        return False
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 3) >= 0.95 * len(right)


def addresses(found: tuple[Address, ...]) -> set[str]:
    return {item.address.lower() for item in found}


def same_files(mail: Incoming, wanted: list[dict[str, Any]]) -> bool:
    """Each expected file is there once by name, and by size and digest where they are given."""
    left = list(mail.files)
    for item in wanted:
        for file in left:
            exact = not file.content_type.startswith(("text/", "message/"))
            size = item.get("size")
            fits = (
                size is None
                or len(file.content) == size
                or (not exact and abs(len(file.content) - size) <= 0.12 * size)
            )
            digest = item.get("sha256")
            if (
                letters(file.name) == letters(item["name"])
                and fits
                and (digest is None or not exact or hashlib.sha256(file.content).hexdigest() == digest)
            ):
                left.remove(file)
                break
        else:
            return False
    return True


def rcpt_fits(mail: Incoming, wanted: list[str], mode: str) -> bool:
    found = {item.address.lower() for item in mail.bounce.recipients} if mail.bounce else set()
    names = {item.lower() for item in wanted}
    return names <= found if mode == "all" else bool(names & found) or not names


def check(mail: Incoming, key: str, want: Any, expect: dict[str, Any]) -> bool:
    match key:
        case "subject" | "from_name" | "from_address":
            got = {"subject": mail.subject, "from_name": mail.sender.name, "from_address": mail.sender.address}[key]
            return line(got).lower() == line(want).lower() if key == "from_address" else line(got) == line(want)
        case "to" | "cc" | "reply_to":
            return addresses(getattr(mail, key)) == {item.lower() for item in want}
        case "date":
            return mail.sent_at is not None and f"{mail.sent_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" == want
        case "message_id" | "in_reply_to":
            return bool(getattr(mail, key) == want.strip().strip("<>"))
        case "references":
            return list(mail.references) == [item.strip("<>") for item in want]
        case "has_text":
            return not want or bool(mail.text.strip())
        case "text":
            return alike(mail.text, want)
        case "text_contains":
            return all(contains(mail.text, item) for item in want)
        case "attachments":
            return same_files(mail, want)
        case "auto_any":
            return bool(mail.auto in want)
        case "bounce":
            return bool((mail.bounce is not None) == want)
        case "bounce_rcpt":
            return rcpt_fits(mail, want, expect.get("bounce_rcpt_mode", "any"))
        case "bounce_status":
            return mail.bounce is not None and any(item.status == want for item in mail.bounce.recipients)
        case "reply":
            return alike(mail.reply, want)
        case "reply_any":
            return any(alike(mail.reply, item) for item in want)
        case "reply_contains":
            return all(letters(item) in letters(mail.reply) for item in want)
        case "reply_absent":
            return not any(letters(item) in letters(mail.reply) for item in want)
        case "reply_prefix":
            return all(letters(mail.reply).startswith(letters(item)) for item in want)
    raise ValueError(key)


@dataclass
class Score:
    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    def add(self, folder: str, case: dict[str, Any], mail: Incoming) -> None:
        expect = case["expect"]
        for group, keys in GROUPS.items():
            for key in keys:
                if key not in expect:
                    continue
                self.total[group] += 1
                if check(mail, key, expect[key], expect):
                    self.right[group] += 1
                else:
                    self.wrong.append((group, f"{folder}/{case['file']}", key, expect[key]))


def cases(folder: Path) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    for listing in sorted(folder.glob("*/expect.json")):
        for case in json.loads(listing.read_text())["cases"]:
            yield listing.parent.name, case, (listing.parent / case["file"]).read_bytes()


def speed(raws: list[bytes], seconds: float = 3.0) -> tuple[float, float]:
    """Mails per second of processor time in this process, and of wall time through the child."""
    start = time.process_time()
    count = 0
    while time.process_time() - start < seconds:
        for raw in raws:
            read(raw)
        count += len(raws)
    direct = count / (time.process_time() - start)
    with Reader() as reader:
        reader.read_many(raws)
        start = time.perf_counter()
        count = 0
        while time.perf_counter() - start < seconds:
            reader.read_many(raws)
            count += len(raws)
        return direct, count / (time.perf_counter() - start)


def score(folder: Path) -> Score:
    result = Score()
    for name, case, raw in cases(folder):
        try:
            mail = read(raw)
        except Unreadable as error:
            mail = Incoming(problems=(error.reason,))
        result.add(name, case, mail)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parents[2] / "shared" / "mails")
    parser.add_argument("-v", metavar="GROUP", help="list the checks of this group that fail")
    parser.add_argument("--no-speed", action="store_true")
    options = parser.parse_args()
    if not options.folder.is_dir():
        print(f"no mails at {options.folder}", file=sys.stderr)
        return 1
    result = score(options.folder)
    for group, path, key, want in result.wrong:
        if options.v in (group, "all"):
            print(f"{group:12} {path} {key} wanted {want!r:.160}")
    for group in GROUPS:
        total = result.total[group]
        print(f"{group:12} {result.right[group]:5} of {total:5}  {100 * result.right[group] / max(total, 1):6.2f} %")
    if not options.no_speed:
        direct, through = speed([raw for _folder, _case, raw in cases(options.folder)])
        print(f"{'speed':12} {direct:.0f} mails/s on one core, {through:.0f} mails/s through the child")
    return 0


if __name__ == "__main__":
    sys.exit(main())
