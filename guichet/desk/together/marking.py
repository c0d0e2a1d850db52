"""Whom a note reached stands out in its words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from html import unescape
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from guichet.people.models import Person
from guichet.tickets import mentions
from guichet.tickets.models import Mention, Message, MessageKind

_PIECES = re.compile(r"(<[^>]*>)")
_SLACK = 8  # a name written with its accents apart is longer


def name(messages: Sequence[Message]) -> None:
    """Give each message `named`: the names that reached somebody. One query, where a note has a mark at all."""
    notes = [one.pk for one in messages if one.kind == MessageKind.NOTE and "@" in one.text]
    reached: dict[int, list[str]] = defaultdict(list)
    rows = Mention.objects.filter(message__in=notes).select_related("person", "team") if notes else ()
    for row in rows:
        reached[row.message_id] += _names(row.person) if row.person else [row.team.name if row.team else ""]
    for message in messages:
        shown: Any = message
        shown.named = [one for one in reached[message.pk] if one]


def _names(person: Person) -> list[str]:
    return [person.name, person.first_name, person.email or ""]


def marked(html: str, names: Sequence[str]) -> SafeString:
    """Clean markup with each "@Name" of these set off. Linear: few marks are looked at, and each name once for each."""
    wanted = {mentions.folded(" ".join(one.split())) for one in names}
    longest = max(map(len, wanted), default=0) + _SLACK
    if not wanted or "@" not in html:
        return mark_safe(html)  # noqa: S308  # as it came: clean already
    made, is_link = [], False
    for piece in _PIECES.split(html):
        is_tag = piece.startswith("<")
        is_link = piece.startswith("<a ") or (is_link and piece != "</a>")
        made.append(piece if is_tag or is_link else _set_off(unescape(piece), wanted, longest))
    return mark_safe("".join(made))  # noqa: S308


def _set_off(text: str, wanted: set[str], longest: int) -> str:
    made, end, at, seen = "", 0, text.find("@"), 0
    while at >= 0 and seen < mentions.MOST:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "._-+@"):
            seen += 1
            words = text[at + 1 : at + 2 + longest]
            found = next((stop for stop in mentions.ends(words) if mentions.folded(words[:stop]) in wanted), 0)
            if found:
                made += escape(text[end:at]) + format_html('<span class="mention">@{}</span>', words[:found])
                end = at + 1 + found
        at = text.find("@", max(at + 1, end))
    return made + escape(text[end:])
