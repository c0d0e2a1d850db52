"""Whom the words of a note name: @Ben, @Ben Weiss, @ben@desk.example, @Support.

The text alone decides, so a note from the page, from a mail and from a program are all read alike.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from guichet.people import access
from guichet.people.models import Person, Team
from guichet.tickets.models import Mention, Message, Ticket

MOST = 30  # marks of one note that are looked at
Named = Person | Team


@dataclass(frozen=True)
class Found:
    """Whom a text names, each once and in its order; and names that fit more than one."""

    named: tuple[Named, ...] = ()
    unclear: tuple[str, ...] = ()


def folded(text: str) -> str:
    """Without accents and letter case: as names are compared."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()


def read(text: str, people: Iterable[Person], teams: Iterable[Team]) -> Found:
    """Linear in the text. The longest name that stands behind a mark counts; a first name only if one has it."""
    handles = _handles(people, teams)
    longest = max(map(len, handles), default=0)
    named: dict[Named, None] = {}
    unclear: dict[str, None] = {}
    for words in _marked(folded(text), longest):
        name = next((words[:end] for end in ends(words) if words[:end] in handles), None)
        if name is None:
            continue
        fits = handles[name]
        if len(fits) == 1:
            named[fits[0]] = None
        else:
            unclear[name] = None
    return Found(tuple(named), tuple(unclear))


def _handles(people: Iterable[Person], teams: Iterable[Team]) -> dict[str, list[Named]]:
    handles: dict[str, list[Named]] = defaultdict(list)
    for person in people:
        names = {folded(" ".join(person.name.split())), folded(person.first_name), folded(person.email or "")}
        for name in names - {""}:
            handles[name].append(person)
    for team in teams:
        handles[folded(" ".join(team.name.split()))].append(team)
    return handles


def _marked(text: str, longest: int) -> Iterator[str]:
    """What stands behind each mark that begins a word: `ben@desk.example` names nobody."""
    at, seen = text.find("@"), 0
    while at >= 0 and seen < MOST:
        if at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "._-+@"):
            seen += 1
            yield text[at + 1 : at + 2 + longest]
        at = text.find("@", at + 1)


def ends(words: str) -> Iterator[int]:
    """Where a name may end, the farthest first: before a letter or a mark of an address it does not."""
    for end in range(len(words), 0, -1):
        follows = words[end : end + 1]
        if not follows or not (follows.isalnum() or follows in "@_"):
            yield end


def colleagues() -> tuple[list[Person], list[Team]]:
    """All who can be named: every agent knows every colleague and every team."""
    return list(Person.objects.agents()), list(Team.objects.all())


def keep(ticket: Ticket, message: Message) -> None:
    """Rows for those whom a note names and who may see its ticket. In the caller's transaction."""
    found = _found(message)
    if found.named:
        reached = _seeing(ticket, found.named)
        Mention.objects.bulk_create(
            Mention(message=message, **{"person" if isinstance(one, Person) else "team": one}) for one in reached
        )


def unreached(message: Message) -> Found:
    """Whom a stored note names in vain: they may not see the ticket, or the name fits several."""
    found = _found(message)
    if not (found.named or found.unclear):
        return found
    kept = {(row.person_id, row.team_id) for row in message.mentions.all()}
    return Found(tuple(one for one in found.named if not _is_kept(one, kept)), found.unclear)


def _is_kept(one: Named, kept: set[tuple[int | None, int | None]]) -> bool:
    return ((one.pk, None) if isinstance(one, Person) else (None, one.pk)) in kept


def _found(message: Message) -> Found:
    return read(message.text, *colleagues()) if "@" in message.text else Found()


def _seeing(ticket: Ticket, named: Iterable[Named]) -> list[Named]:
    """A team is reached if any of its members is."""
    seers = Person.objects.agents().filter(access.seers_of(ticket))
    people = set(seers.values_list("pk", flat=True))
    teams = set(seers.values_list("teams", flat=True))
    return [one for one in named if one.pk in (people if isinstance(one, Person) else teams)]
