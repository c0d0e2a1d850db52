"""The facts of a letter's ticket and the rules of its inbox, out of the database: few queries, however long it is.

What belongs to other customers is looked up among what the writer may see: a finding must tell nobody of a person or a
ticket that is hidden from him.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from django.db.models import CharField, Q
from django.db.models.functions import Cast, Left
from django.utils import timezone

from guichet.people.actions import normal_address
from guichet.people.models import Identity, Person, PersonQuerySet, Role, Team
from guichet.people.names import fold
from guichet.tickets.guard import others, tongue
from guichet.tickets.guard.greeting import calls, known_names
from guichet.tickets.guard.letter import Facts, Finding, Others, Rules, flat
from guichet.tickets.guard.reading import Text
from guichet.tickets.guard.words import several
from guichet.tickets.models import Attachment, GuardPhrase, GuardSwitch, Message, MessageKind, Seen, Ticket

LOOKED_AT = 200  # messages of the conversation, the latest
READ = 4000  # characters of each
SIGNED = 300  # characters at its end, where people sign
MOST = 400  # people of one name
LATELY = timedelta(days=7)  # whose tickets one has just read is whom one may mistake the customer for
FREE_MAIL = several(
    "gmail.com googlemail.com outlook.com outlook.fr outlook.de hotmail.com hotmail.fr hotmail.de live.com live.fr"
    " msn.com yahoo.com"
    " yahoo.fr yahoo.de icloud.com me.com mac.com gmx.de gmx.net gmx.at gmx.ch gmx.fr web.de t-online.de freenet.de"
    " arcor.de posteo.de"
    " mailbox.org orange.fr wanadoo.fr free.fr sfr.fr laposte.net neuf.fr bbox.fr aol.com proton.me protonmail.com"
    " bluewin.ch"
)


class File(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...


def rules_of(inbox_id: int) -> Rules:
    """What holds for an inbox: its own choice about a check before the house's, the words of both."""
    mine = Q(inbox=None) | Q(inbox=inbox_id)
    switches = GuardSwitch.objects.filter(mine).annotate(state=Cast("is_on", CharField()))
    phrases = GuardPhrase.objects.filter(mine).order_by()
    both = switches.values_list("inbox", "state", "check_key").union(
        phrases.values_list("inbox", "kind", "words"), all=True
    )
    rows = sorted(both, key=lambda row: (row[0] is not None, row[2]))
    chosen = {words: state for _inbox, state, words in rows if state in ("true", "false")}
    return Rules(
        frozenset(key for key, state in chosen.items() if state == "false"),
        [words for _inbox, kind, words in rows if kind == GuardPhrase.Kind.NEVER],
        [words for _inbox, kind, words in rows if kind == GuardPhrase.Kind.ALLOWED],
    )


def facts_of(
    ticket: Ticket,
    text: str,
    writer: Person,
    *,
    recipients: Sequence[dict[str, str]],
    files: Sequence[File] = (),
    side: int | None = None,
) -> Facts:
    said = _said(ticket, side)
    requester = ticket.requester
    people, addresses = _partakers(said)
    if side is None:
        people.append(requester.name)
        addresses.append(requester.address)
    given = [normal_address(one["address"]) for one in recipients]
    people += [one.get("name", "") for one in recipients if _is_customer(one, ticket, said)]
    inbound = [(message, words) for message, words in said if message.kind == MessageKind.INBOUND]
    known = {normal_address(one) for one in addresses if one}
    colleagues = list(Person.objects.agents().values_list("name", "email"))
    first_letter = side is not None and not said
    if side is None and not said and given:
        known.add(given[0])  # we begin, and he is the one we write to
    names = known_names(people, addresses, [words[-SIGNED:] for _message, words in inbound])
    return Facts(
        customer=requester.name if side is None else "",
        names=names,
        conversation="\n".join([*people, *addresses, ticket.subject, *(words for _message, words in said)]).lower(),
        languages=_languages(ticket, said, side),
        colleagues=calls(colleagues),
        teams=list(Team.objects.values_list("name", flat=True)),
        others=_others(Text.of(text), names, writer, requester),
        recipients=[] if first_letter else _unknown(given, known, requester),
        foreign_files=_foreign(files, writer, requester),
        has_files=bool(files),
        is_third_party=side is not None,
    )


Said = list[tuple[Message, str]]


def _said(ticket: Ticket, side: int | None) -> Said:
    """The latest words of this conversation, with the beginnings and the ends of long ones."""
    rows = ticket.messages.public(side).filter(auto="").order_by("-at", "-pk")
    rows = rows.annotate(begun=Left("reply", READ)).only(
        "ticket", "kind", "from_name", "from_address", "to", "cc", "bcc", "author"
    )
    return [(message, message.begun) for message in rows[:LOOKED_AT]]  # type: ignore[attr-defined]  # annotated


def _partakers(said: Said) -> tuple[list[str], list[str]]:
    """Names and addresses that stand on these messages."""
    people: list[str] = []
    addresses: list[str] = []
    for message, _words in said:
        if message.kind == MessageKind.INBOUND:
            people.append(message.from_name)
            addresses.append(message.from_address)
        for entry in (*message.to, *message.cc, *message.bcc):
            people.append(entry.get("name", ""))
            addresses.append(entry.get("address", ""))
    return people, addresses


def _is_customer(entry: dict[str, str], ticket: Ticket, said: Said) -> bool:
    """A name typed with a recipient is known once he takes part, or where we write first."""
    address = normal_address(entry["address"])
    if not said or address == ticket.requester.address:
        return True
    return any(address == normal_address(message.from_address) for message, _words in said)


def _languages(ticket: Ticket, said: Said, side: int | None) -> frozenset[str]:
    """Those the customer wrote in, or chose; and those we answered in and he went on. Without any, nobody knows."""
    found: set[str] = set()
    answered = False
    for message, words in said[:20]:
        if message.kind == MessageKind.INBOUND:
            answered = True
        elif not answered:
            continue
        found.add(tongue.language_of(words))
    found.discard("")
    if side is None and ticket.requester.language:
        found.add(ticket.requester.language)
    if found and not found & {"en", "fr", "de"}:
        found |= {"en", ticket.language}  # a language that this desk may not speak
    return frozenset(found)


def _others(text: Text, taking_part: frozenset[str], writer: Person, requester: Person) -> Others:
    found = others.candidates(text)
    foreign = _foreign_people(writer, requester)
    names: set[str] = set()
    if found.names:
        by_key = {fold(name): name for name in found.names}
        # Which customer bears such a name, by its index; then which of these few the writer may see.
        bearers = Person.objects.filter(sort_key__in=by_key, role=Role.CUSTOMER).exclude(name="").order_by()
        named = list(bearers.values_list("pk", flat=True)[:MOST])
        keys = foreign.filter(pk__in=named).values_list("sort_key", flat=True) if named else ()
        names = {by_key[key] for key in keys}
    surnames: set[str] = set()
    surnames_here = {name for name in found.surnames if flat(name) not in taking_part}
    if surnames_here:
        recent = foreign.filter(pk__in=_read_lately(writer)).values_list("name", flat=True)
        surnames = {part for name in recent for part in name.lower().split()[1:]} & surnames_here
    addresses: set[str] = set()
    if found.addresses:
        theirs_or_not = Identity.objects.filter(value__in=found.addresses, person__role=Role.CUSTOMER).order_by()
        rows = dict(theirs_or_not.values_list("value", "person"))
        theirs = set(foreign.filter(pk__in=rows.values()).values_list("pk", flat=True)) if rows else set()
        addresses = {value for value, person in rows.items() if person in theirs}
    numbers: set[int] = set()
    if found.numbers:
        tickets = (
            Ticket.objects.visible_to(writer).filter(number__in=found.numbers).exclude(_ours(requester, "requester__"))
        )
        numbers = set(tickets.values_list("number", flat=True))
    return Others(frozenset(names), frozenset(surnames), frozenset(addresses), frozenset(numbers))


def _ours(requester: Person, prefix: str = "") -> Q:
    """The customer, and whoever belongs to his organisation."""
    itself = Q(**{f"{prefix}pk": requester.pk})
    if requester.organisation_id is None:
        return itself
    return itself | Q(**{f"{prefix}organisation": requester.organisation_id})


def _foreign_people(writer: Person, requester: Person) -> PersonQuerySet:
    return Person.objects.visible_to(writer).filter(role=Role.CUSTOMER).exclude(_ours(requester)).order_by()


def _read_lately(writer: Person) -> list[int]:
    """The requesters of the tickets that the writer has looked at in these days."""
    seen = Seen.objects.filter(person=writer, at__gt=timezone.now() - LATELY).order_by("-at")
    return list(seen.values_list("ticket__requester", flat=True)[:50])


def _unknown(given: Sequence[str], known: set[str], requester: Person) -> list[str]:
    """Recipients who never stood in this conversation and do not belong to the customer's house, or to ours."""
    domain = requester.address.rpartition("@")[2]
    fresh = [one for one in dict.fromkeys(given) if one not in known]
    if domain and domain not in FREE_MAIL:
        fresh = [one for one in fresh if one.rpartition("@")[2] != domain]
    if not fresh:
        return []
    rows = Identity.objects.filter(value__in=fresh).values_list(
        "value", "person", "person__role", "person__organisation"
    )
    near = {
        value
        for value, person, role, organisation in rows
        if person in (requester.pk, requester.stands_for_id)
        or role != Role.CUSTOMER
        or organisation == (requester.organisation_id or -1)
    }
    return [one for one in fresh if one not in near]


def _foreign(files: Sequence[File], writer: Person, requester: Person) -> list[str]:
    """Names of files that another customer sent us, and this one never did."""
    digests = {file.digest: file.name for file in files if file.digest}
    if not digests:
        return []
    came = Attachment.objects.visible_to(writer).filter(digest__in=digests, message__kind=MessageKind.INBOUND)
    theirs = came.exclude(_ours(requester, "message__ticket__requester__")).values_list("digest", flat=True)[:100]
    foreign = set(theirs)
    if foreign:
        ours = Attachment.objects.filter(_ours(requester, "message__ticket__requester__"), digest__in=foreign)
        foreign -= set(ours.filter(message__kind=MessageKind.INBOUND).values_list("digest", flat=True)[:100])
    return [digests[digest] for digest in digests if digest in foreign]


__all__ = ["File", "Finding", "facts_of", "rules_of"]
