"""What was repaired in a mail is told in the language of whoever asks: every sentence that the reader knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.utils import translation

from guichet.channels import repairs
from guichet.channels.email.reading import read
from tests.hostile import mails

READING = Path(read.__file__).parent


def noted() -> list[str]:
    """The sentences that stand in the reader's code, each as it would be said with some value."""
    found = []
    for path in READING.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "note":
                parts = call.args[0].values if isinstance(call.args[0], ast.JoinedStr) else call.args
                said = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
                found += [] if said == "7" else [said]
    return found


@pytest.mark.parametrize("language", ["fr", "de"])
def test_every_sentence_of_the_reader_is_translated(language: str) -> None:
    said = {*noted(), *(problem for mail in mails() for problem in read.read(mail.raw).problems)}
    assert len(said) > 40
    with translation.override(language):
        assert [problem for problem in sorted(said) if repairs.told(problem) == problem] == []


def test_what_stood_in_the_mail_stays_in_the_sentence() -> None:
    with translation.override("fr"):
        assert "klingon" in repairs.told("text is not klingon: read as utf-8 with errors")
    assert repairs.told("words of an older version") == "words of an older version"
