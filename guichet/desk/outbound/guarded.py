"""What the guard found, beside the words in their box; sending them anyway is a second, deliberate step.

The button of that step carries all that was decided so far (`insist`), and no field does: whoever sends the changed
words by the ordinary button is asked again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from guichet.tickets import actions
from guichet.tickets.guard.letter import Finding
from guichet.tickets.guard.sentences import label, sentence

AROUND = 36  # characters of the text shown before and after what was found
ANYWAY = "anyway"  # past what somebody wrote meanwhile
_KEPT = ("status", "later")


@dataclass(frozen=True)
class Shown:
    label: str
    sentence: str
    before: str
    words: str
    after: str
    start: int | None
    end: int
    is_grave: bool


def shown(findings: Sequence[Finding], text: str) -> list[Shown]:
    return [_shown(one, unicodedata.normalize("NFC", text)) for one in findings]


def _shown(one: Finding, text: str) -> Shown:
    words, start = one.words, one.start
    if start is None:
        return Shown(label(one.key), sentence(one), "", words, "", None, 0, one.is_grave)
    end = start + len(words)
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    before = ("…" if start > AROUND else "") + before.rpartition("\n")[2]
    after = after.partition("\n")[0] + ("…" if "\n" not in after and end + AROUND < len(text) else "")
    return Shown(label(one.key), sentence(one), before, words.replace("\n", " "), after, start, end, one.is_grave)


def resumed(data: QueryDict) -> QueryDict:
    """What a form was sent with, and what was decided before the guard asked: by `insist` of its button."""
    decided = dict(part.split("=", 1) for part in insists(data) if "=" in part)
    if not decided and ANYWAY not in insists(data):
        return data
    data = data.copy()
    for name in _KEPT:
        if decided.get(name) and not data.get(name):
            data[name] = decided[name]
    if ANYWAY in insists(data):
        data["anyway"] = "1"
    return data


def insists(data: QueryDict) -> list[str]:
    """The tokens of findings that the writer insists on."""
    return data.get("insist", "")[:4000].split()


def insisting(data: QueryDict, findings: Sequence[Finding]) -> str:
    """What the button of the second step says: all that was decided, and each of these findings."""
    kept = [f"{name}={data[name]}" for name in _KEPT if data.get(name, "").isalnum() or data.get(name) == "in_progress"]
    before = [part for part in insists(data) if ":" in part]
    return " ".join(
        dict.fromkeys([*kept, *([ANYWAY] if data.get("anyway") else []), *before, *(one.token for one in findings)])
    )


def context(guarded: actions.Guarded, data: QueryDict) -> dict[str, object]:
    return {"found": shown(guarded.findings, guarded.text), "insist": insisting(data, guarded.findings)}


def panel(request: HttpRequest, place: str, more: dict[str, object]) -> HttpResponse:
    """For scripts: only what was found, into its place; the words stay as they are typed."""
    response = render(request, "desk/outbound/_guarded.html", more, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = place, "innerHTML"
    return response
