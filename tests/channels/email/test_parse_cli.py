"""`guichet mail parse`: one JSON object a line, for whatever it is given."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from guichet.channels.email.parse_cli import main

KEYS = ["file", "message_id", "in_reply_to", "references", "date", "from", "reply_to", "to", "cc", "subject", "text",
        "reply", "html", "attachments", "auto", "bounce", "seal", "problems"]  # fmt: skip


def parse(capsys: pytest.CaptureFixture[str], *paths: Path) -> list[dict[str, Any]]:
    main([str(path) for path in paths])
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_documented_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        b"From: =?utf-8?q?J=C3=BC?= <a@x.example>\nTo: b@x.example\nMessage-ID: <1@x>\n"
        b"Date: Mon, 1 Jun 2026 10:12:13 +0200\n"
        b"Content-Type: multipart/mixed; boundary=B\n\n"
        b"--B\n\nhi\n--B\nContent-Type: text/csv; name=a.csv\n\na;b\n--B--\n"
    )
    (found,) = parse(capsys, path)
    assert list(found) == KEYS
    assert found["file"] == str(path)
    assert found["date"] == "2026-06-01T08:12:13Z"
    assert found["from"] == {"name": "Jü", "address": "a@x.example"}
    assert found["attachments"] == [
        {"name": "a.csv", "type": "text/csv", "size": 3, "inline": False, "sha256": hashlib.sha256(b"a;b").hexdigest()}
    ]
    assert (found["text"], found["auto"], found["bounce"], found["problems"]) == ("hi", "no", None, [])


def test_broken_and_unreadable_mail_still_gives_an_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    noise, large, missing = tmp_path / "noise.eml", tmp_path / "large.eml", tmp_path / "missing.eml"
    noise.write_bytes(bytes(range(256)) * 10)
    large.write_bytes(b"x" * (25 * 1024 * 1024 + 1))
    found = parse(capsys, noise, large, missing)
    assert [list(item) for item in found] == [KEYS] * 3
    assert "25 MiB" in found[1]["problems"][0]
    assert found[1]["text"] == ""
    assert found[1]["date"] is None
    assert "cannot be opened" in found[2]["problems"][0]


def test_it_needs_neither_database_nor_django() -> None:
    code = (
        "import sys\nfrom guichet.channels.email.parse_cli import main\nstatus = main([])\n"
        "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'psycopg')]\nsys.exit(status)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, env={"PATH": ""}).returncode == 0
