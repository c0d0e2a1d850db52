"""What is looked for in words that leave: chosen by administrators, and each choice recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from guichet.people.models import Person
from guichet.tickets.models import GuardChange, GuardPhrase, GuardSwitch, Inbox

_STATES = {True: "on", False: "off", None: ""}


def set_guard(
    inbox: Inbox | None,
    switches: Mapping[str, bool | None],
    *,
    never: Sequence[str],
    allowed: Sequence[str],
    by: Person,
) -> None:
    """All choices of an inbox, or of the house; a switch that is None follows the house."""
    with transaction.atomic():
        changes = _switch(inbox, switches)
        changes += _list(inbox, {**dict.fromkeys(never, "never"), **dict.fromkeys(allowed, "allowed")})
        rows = [GuardChange(by=by, inbox=inbox, what=what, was=was, became=became) for what, was, became in changes]
        GuardChange.objects.bulk_create(rows)


def _switch(inbox: Inbox | None, switches: Mapping[str, bool | None]) -> list[tuple[str, str, str]]:
    chosen = dict(GuardSwitch.objects.filter(inbox=inbox).values_list("check_key", "is_on"))
    changes = []
    for key, is_on in switches.items():
        was = chosen.get(key, True if inbox is None else None)
        if was == is_on:
            continue
        changes.append((key, _STATES[was], _STATES[is_on]))
        if is_on is None:
            GuardSwitch.objects.filter(inbox=inbox, check_key=key).delete()
        else:
            GuardSwitch.objects.update_or_create(inbox=inbox, check_key=key, defaults={"is_on": is_on})
    return changes


def _list(inbox: Inbox | None, wanted: Mapping[str, str]) -> list[tuple[str, str, str]]:
    had = dict(GuardPhrase.objects.filter(inbox=inbox).values_list("words", "kind"))
    changes = [(words, had.get(words, ""), kind) for words, kind in wanted.items() if had.get(words) != kind]
    changes += [(words, kind, "") for words, kind in had.items() if words not in wanted]
    GuardPhrase.objects.filter(inbox=inbox, words__in=[words for words, _was, _became in changes]).delete()
    GuardPhrase.objects.bulk_create(
        [GuardPhrase(inbox=inbox, words=words, kind=kind) for words, _was, kind in changes if kind]
    )
    return changes
