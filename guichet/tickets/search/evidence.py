"""Where on a ticket the words were found: by whom they were said, in which file; with the place itself in marks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import Left, NullIf, RowNumber
from django.utils.safestring import SafeString

from guichet.people.models import Person
from guichet.tickets.models import Attachment, FileText, IndexCard, Message, Ticket
from guichet.tickets.search.asking import search_query
from guichet.tickets.search.marks import Found, Marker, marked, snippet

READ = 6000  # signs of each message
MESSAGES = 30  # of each ticket, the latest of the card that fits
FILES = 3
_QUOTE_SIGNS = re.compile(r"^[> \t]+", re.MULTILINE)


@dataclass(slots=True)
class Evidence:
    """`part` is "message", "quote", "file" (its name) or "text" (in a file). `words` are safe HTML with marks."""

    part: str
    words: SafeString
    plain: str
    who: str = ""
    kind: str = ""
    at: datetime | None = None
    message_id: int = 0
    file: str = ""


def show(tickets: Sequence[Ticket], marker: Marker, query: str, person: Person) -> dict[int, Evidence]:
    """The best evidence of each ticket, from what `person` may read: four queries at most."""
    keys = [ticket.pk for ticket in tickets]
    if not keys:
        return {}
    cards = list(
        IndexCard.objects.filter(ticket__in=keys, words=search_query(query)).values_list(
            "ticket_id", "first", "attachment_id"
        )
    )
    shown = _in_messages(keys, cards, marker, person)
    files = [attachment for ticket, _first, attachment in cards if attachment and _is_weak(shown.get(ticket), marker)]
    weak = [key for key in keys if _is_weak(shown.get(key), marker)]
    if weak:
        shown.update(_in_files(weak, files, marker, person, shown))
    return {key: evidence for key, (_terms, evidence) in shown.items()}


Shown = dict[int, tuple[int, Evidence]]  # ticket -> how many terms its evidence shows


def _is_weak(shown: tuple[int, Evidence] | None, marker: Marker) -> bool:
    return shown is None or shown[0] < marker.count


def _in_messages(
    keys: Sequence[int], cards: Iterable[tuple[int, int, int | None]], marker: Marker, person: Person
) -> Shown:
    rows: Any = Message.objects.visible_to(person).filter(_ranges(keys, cards))
    # Of a long conversation the latest; a card holds so many only where they are short.
    rows = rows.annotate(place=Window(RowNumber(), partition_by=F("ticket"), order_by=F("id").desc()))
    whole = NullIf(Left("text", READ), F("said"))
    rows = rows.filter(place__lte=MESSAGES).annotate(said=Left("reply", READ), whole=whole)
    found: Shown = {}
    for row in rows.order_by("-id").values(
        "id", "ticket_id", "kind", "at", "said", "whole", "from_name", "from_address", "author__name", "author__email"
    ):
        before = found[row["ticket_id"]][0] if row["ticket_id"] in found else 0
        if before == marker.count:
            continue  # what is older shows no more
        for part, text in _parts(row):
            terms = marker.reach(text)
            if terms > before:
                here = marker.find(text)
                terms = len({one.term for one in here})
            if terms > before:
                who = row["from_name"] or row["author__name"] or row["from_address"] or row["author__email"] or ""
                found[row["ticket_id"]] = (terms, Evidence(
                    part, snippet(text, here), _words_of(text, here), who, row["kind"], row["at"], row["id"]
                ))  # fmt: skip
            if terms:
                break
    return found


def _parts(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was said, and the whole with its quotes where there is more to it."""
    yield "message", row["said"]
    if row["whole"] is not None:
        yield "quote", _QUOTE_SIGNS.sub("", row["whole"])


def _words_of(text: str, found: Iterable[Found]) -> str:
    return " ".join(text[one.start : one.end] for one in found)


def _ranges(keys: Sequence[int], cards: Iterable[tuple[int, int, int | None]]) -> Q:
    """The messages of the cards that fit: of most tickets all, of a long conversation the right part of it."""
    first: dict[int, set[int]] = defaultdict(set)
    for ticket, begins, attachment in cards:
        if attachment is None:
            first[ticket].add(begins)
    rule = Q(ticket__in=[key for key in keys if first[key] <= {0}])
    for key in keys:
        if not first[key] <= {0}:
            rule |= Q(ticket=key, id__gte=max(first[key]))
    return rule


def _in_files(keys: Sequence[int], files: Sequence[int], marker: Marker, person: Person, shown: Shown) -> Shown:
    """Names of files, and the text of those whose card fits, where messages show less."""
    found: Shown = {}
    names = Attachment.objects.visible_to(person).filter(message__ticket__in=keys, is_inline=False)
    for row in names.order_by("-id").values("name", "message_id", "message__ticket_id", "message__at", "message__kind")[
        :200
    ]:
        _better(found, shown, marker, row["message__ticket_id"], "file", row["name"], row)
    texts = FileText.objects.visible_to(person).filter(attachment__in=files[: FILES * len(keys)])
    for row in texts.annotate(
        name=F("attachment__name"), message_id=F("attachment__message_id"),
        message__ticket_id=F("attachment__message__ticket_id"), message__at=F("attachment__message__at"),
        message__kind=F("attachment__message__kind"),
    ).values("text", "name", "message_id", "message__ticket_id", "message__at", "message__kind"):  # fmt: skip
        _better(found, shown, marker, row["message__ticket_id"], "text", row["text"], row)
    return found


def _better(found: Shown, shown: Shown, marker: Marker, key: int, part: str, text: str, row: Mapping[str, Any]) -> None:
    here = marker.find(text)
    terms = len({one.term for one in here})
    before = max((one[0] for one in (found.get(key), shown.get(key)) if one), default=0)
    if terms > before:
        words = marked(text, here) if part == "file" else snippet(text, here)
        found[key] = (terms, Evidence(
            part, words, _words_of(text, here), kind=row["message__kind"], at=row["message__at"],
            message_id=row["message_id"], file=row["name"],
        ))  # fmt: skip
