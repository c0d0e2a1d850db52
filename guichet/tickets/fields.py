"""What conditions may ask of a ticket. They are asked only of tickets that `visible_to` let pass.

A value that a person may not know of (an inbox, a tag of a sealed ticket) is not offered, nor told from a misspelt one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.fields.array import ArrayContains  # type: ignore[attr-defined]
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from guichet.conditions.compile import compiled
from guichet.conditions.fields import ME, Asker, Field, FieldSet, Option
from guichet.conditions.tree import All, Test, Tree
from guichet.conditions.tree import Any as Either
from guichet.people import search as people
from guichet.people.extra import ExtraField
from guichet.people.fields import organisations_seen, people_seen
from guichet.people.models import Identity, Language, Organisation, Person, Skill, Team
from guichet.people.own_fields import Rule, colleagues, colleagues_named, own_fields
from guichet.tickets.models import (
    OPEN_STATUSES,
    Category,
    Impact,
    Inbox,
    Need,
    Priority,
    Seen,
    Status,
    Step,
    Tag,
    Ticket,
    TicketType,
    Urgency,
)
from guichet.tickets.models.sorting import by_way
from guichet.tickets.models.ticket import Parts
from guichet.tickets.search import matching
from guichet.tickets.search.folding import parts as parts_of

SUGGESTED = 8
FEW_PEOPLE, FEW_TICKETS = 1000, 2500  # up to so many are named one by one
_LOOKUPS = {"has": "icontains", "is": "iexact", "starts": "istartswith"}


def _statuses(asker: Asker) -> Iterator[Option]:
    return (Option(status.value, status.label, status.value) for status in Status)


def _priorities(asker: Asker) -> Iterator[Option]:
    return (Option(priority.name.lower(), priority.label, int(priority)) for priority in Priority)


def _steps(asker: Asker) -> Iterator[Option]:
    return (Option(step.value, step.label, step.value) for step in Step)


def _impacts(asker: Asker) -> Iterator[Option]:
    return (Option(impact.name.lower(), impact.label, int(impact)) for impact in Impact)


def _urgencies(asker: Asker) -> Iterator[Option]:
    return (Option(urgency.name.lower(), urgency.label, int(urgency)) for urgency in Urgency)


def _categories(asker: Asker) -> Iterator[Option]:
    """A main category stands for those within it, too."""
    every = by_way(list(Category.objects.select_related("parent")))
    for one in every:
        within = [other.pk for other in every if other.parent_id == one.pk]
        yield Option(str(one), str(one), (one.pk, *within))


def _of_category(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
    if values is None:
        return Q(**{f"{prefix}category__isnull": False})
    return Q(**{f"{prefix}category_id__in": sorted({pk for pks in values for pk in pks})})


def _skills(asker: Asker) -> Iterator[Option]:
    return (Option(skill.name, skill.name, skill.pk) for skill in Skill.objects.visible_to(asker.person))


def _needing(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
    needed = Need.objects.filter(ticket=OuterRef(f"{prefix}pk"))
    return Q(Exists(needed if values is None else needed.filter(skill__in=list(values))))


def _languages(asker: Asker) -> Iterator[Option]:
    return (Option(language.value, str(language.label), language.value) for language in Language)


def _teams(asker: Asker) -> Iterator[Option]:
    return (Option(name, name, pk) for pk, name in Team.objects.visible_to(asker.person).values_list("pk", "name"))


def _inboxes(asker: Asker) -> Iterator[Option]:
    found = Inbox.objects.known_to(asker.person).values_list("pk", "address", "name")
    return (Option(address, name or address, pk, address) for pk, address, name in found)


def _types(asker: Asker) -> Iterator[Option]:
    return (Option(name, name, pk) for pk, name in TicketType.objects.values_list("pk", "name"))


def _colleague(asker: Asker, word: str, prefix: str) -> Q | None:
    found = colleagues_named(asker, ASSIGNEE, word)
    return Q(**{f"{prefix}assignee_id__in": found}) if found else None


def _requester(asker: Asker, word: str, prefix: str) -> Q:
    """A whole address is that person, by any address of theirs; else a part of name or address."""
    if "@" in word and "." in word.rpartition("@")[2]:
        known = Identity.objects.filter(value=word.lower()).values("person_id")
        stand_ins = Person.objects.filter(stands_for__isnull=False, typed_address=word.lower()).values("pk")
        fitting = Q(pk__in=known) | Q(pk__in=stand_ins) | Q(email=word.lower())
        return _of_people(asker, prefix, fitting, ("requester", word))
    return _of_people(asker, prefix, people.rule(word), ("requester", word))


def _of_people(asker: Asker, prefix: str, fitting: Q, key: Any) -> Q:
    """Tickets of people who fit. Of few their ids: how many there are decides which way is short, and the database
    cannot guess it."""
    named = Person.objects.filter(fitting)
    few = None if prefix else _few(asker, key, named, "pk", FEW_PEOPLE)
    if few is not None:
        return Q(requester_id__in=few)
    theirs = Q(**{f"{prefix}requester_id__in": named.values("pk")})
    if prefix or not asker.looks_ahead:
        return theirs
    return _row_by_row(theirs)


def _row_by_row(rule: Q) -> Q:
    """Of what many rows are known to fit, asked in the order of the list until the page is full. Left to guess, the
    database takes them for few and gathers all of them first."""
    return Q(Func(rule, template="COALESCE(%(expressions)s, false)", output_field=BooleanField()))


def _few(asker: Asker, key: Any, rows: QuerySet[Any], column: str, most: int) -> list[int] | None:
    """None for more than so many, or where there is no time to look."""
    if not asker.looks_ahead:
        return None
    found: list[int] = asker.once(key, lambda: list(rows.order_by().values_list(column, flat=True)[: most + 1]))
    return found if len(found) <= most else None


def _requesters(asker: Asker, part: str) -> Iterator[Option]:
    """Who asked in a ticket that the asker sees."""
    if len(part) < 2:
        return
    theirs = Ticket.objects.visible_to(asker.person).filter(requester=OuterRef("pk"))
    named = Person.objects.filter(people.rule(part)).exclude(email=None)
    for person in named.filter(Exists(theirs)).only("name", "email")[:SUGGESTED]:
        yield Option(person.email or "", str(person), person.pk, person.email)


def _subject(asker: Asker, asked: Sequence[Any] | None, prefix: str) -> Q:
    """The parts narrow it down by an index, the text decides. Of many it is quicker to look at the text alone."""
    operator, *words = asked or ("has",)
    said, narrowed = Q(), Q()
    for word in words:
        text = Q(**{f"{prefix}subject__{_LOOKUPS[operator]}": word})
        said |= text
        narrowed |= Q(ArrayContains(Parts(F(f"{prefix}subject")), parts)) & text if (parts := parts_of(word)) else text
    if prefix or not asker.looks_ahead:
        return narrowed
    few = _few(asker, ("subject", *(asked or ())), Ticket.objects.filter(narrowed), "pk", FEW_TICKETS)
    return _row_by_row(said) if few is None else Q(pk__in=few)


def _asked_of_the_requester(path: str) -> Callable[[Asker, Sequence[Any] | None, str], Q]:
    """The people are found first: a condition over the join would look at every ticket."""

    def ask(asker: Asker, asked: Sequence[Any] | None, prefix: str) -> Q:
        if asked is None:
            # Whoever has none is looked for, for that may be nobody.
            return ~_of_people(asker, prefix, ~Q(**{f"{path}__gt": ""}), path)
        operator, *words = asked
        fitting = Q()
        for word in words:
            fitting |= Q(**{f"{path}__{_LOOKUPS[operator]}": word})
        return _of_people(asker, prefix, fitting, (path, *asked))

    return ask


_of_the_requesters_site = _asked_of_the_requester("site")


def _of_site(asker: Asker, asked: Sequence[Any] | None, prefix: str) -> Q:
    """The site that the ticket is about: its own, else the customer's."""
    theirs = Q(**{f"{prefix}site": ""}) & _of_the_requesters_site(asker, asked, prefix)
    own = Q(**{f"{prefix}site__gt": ""})
    if asked is None:
        return own | theirs
    operator, *words = asked
    named = Q()
    for word in words:
        named |= Q(**{f"{prefix}site__{_LOOKUPS[operator]}": word})
    return (own & named) | theirs


def _organisations(asker: Asker, part: str) -> Iterator[Option]:
    if len(part) < 2:
        return
    theirs = Ticket.objects.visible_to(asker.person).filter(requester__organisation=OuterRef("pk"))
    for found in Organisation.objects.filter(Exists(theirs), name__icontains=part)[:SUGGESTED]:
        yield Option(found.name, found.name, found.pk)


def _tag(asker: Asker, word: str, prefix: str) -> Q:
    tagged = Ticket.tags.through.objects.filter(tag__name=word.lower())
    few = None if prefix else _few(asker, ("tag", word.lower()), tagged, "ticket_id", FEW_TICKETS)
    if few is not None:
        return Q(pk__in=few)
    return Q(Exists(tagged.filter(ticket=OuterRef(f"{prefix}pk"))))


def _tagged(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
    return Q(Exists(Ticket.tags.through.objects.filter(ticket=OuterRef(f"{prefix}pk"))))


def tags_seen(asker: Asker, part: str = "") -> QuerySet[Tag, str]:
    """Names of the tags of tickets that the asker sees: another one's may tell of a sealed matter."""
    theirs = Ticket.objects.visible_to(asker.person).filter(tags=OuterRef("pk"))
    return Tag.objects.filter(Exists(theirs), name__icontains=part).values_list("name", flat=True)


def _tags(asker: Asker, part: str) -> Iterator[Option]:
    for name in tags_seen(asker, part)[:SUGGESTED]:
        yield Option(name, name, name)


def _unread(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
    seen = Seen.objects.filter(
        ticket=OuterRef(f"{prefix}pk"), person=asker.person, at__gte=OuterRef(f"{prefix}last_message_at")
    )
    return ~Q(Exists(seen))


def _asleep(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
    return Q(**{f"{prefix}snoozed_until__isnull": False})


def _finished(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
    return Q(**{f"{prefix}is_open": False})


def _words(asker: Asker, words: Sequence[Any] | None, prefix: str) -> Q:
    """In what the asker may read of a ticket; what is no plain word stands as a phrase."""
    plain = (word.replace('"', " ").strip() for word in words or ())
    said = " ".join(f'"{word}"' if " " in word or word.startswith("-") else word for word in plain if word)
    return matching(said, asker.person, prefix)


MY_TEAMS = (pgettext_lazy("condition", "my teams"), lambda asker: asker.person.team_ids)

ASSIGNEE = Field(
    "assignee", _("Assignee"), "person", "assignee_id", options=colleagues, keywords={"me": ME},
    match=_colleague, can_be_empty=True, aliases=("owner",),
)  # fmt: skip


def _of_the_requester(prefix: str, rule: Rule) -> Q:
    return Q(**{f"{prefix}requester_id__in": Person.objects.filter(rule("")).values("pk")})


def _of_the_organisation(prefix: str, rule: Rule) -> Q:
    organisations = Organisation.objects.filter(rule(""))
    return Q(**{f"{prefix}requester_id__in": Person.objects.filter(organisation__in=organisations).values("pk")})


def _own(asker: Asker) -> Iterator[Field]:
    """What the house itself asks about tickets, those who ask and their organisations."""
    every = list(ExtraField.objects.visible_to(asker.person))
    of = {one: [row for row in every if row.of == one] for one in ExtraField.Of}
    tickets: Callable[[Asker], QuerySet[Any]] = lambda asker: Ticket.objects.visible_to(asker.person)  # noqa: E731
    yield from own_fields(of[ExtraField.Of.TICKET], "ticket", lambda prefix, rule: rule(prefix), tickets)
    rows, heading = of[ExtraField.Of.PERSON], gettext("Customer: %s")
    yield from own_fields(rows, "requester", _of_the_requester, people_seen, heading)
    rows, heading = of[ExtraField.Of.ORGANISATION], gettext("Organisation: %s")
    yield from own_fields(rows, "organisation", _of_the_organisation, organisations_seen, heading)


FIELDS = FieldSet(
    (
        Field("status", _("Status"), "choice", "status", options=_statuses),
        ASSIGNEE,
        Field("team", _("Team"), "choice", "team_id", options=_teams, keywords={"mine": MY_TEAMS}),
        Field("priority", _("Priority"), "choice", "priority", options=_priorities),
        Field(
            "requester", _("Customer"), "person", "requester_id", keywords={"me": ME},
            match=_requester, suggest=_requesters, aliases=("from", "customer"), has_secrets=True,
        ),
        Field("organisation", _("Organisation"), "text", ask=_asked_of_the_requester("organisation__name"),
              suggest=_organisations, can_be_empty=True, aliases=("organization", "company")),
        Field("tag", _("Tag"), "choice", ask=_tagged, match=_tag, suggest=_tags, can_be_empty=True, aliases=("tags",),
              has_secrets=True),
        Field("subject", _("Subject"), "text", "subject", ask=_subject),
        Field("type", _("Type"), "choice", "type_id", options=_types, can_be_empty=True),
        Field("category", _("Category"), "choice", "category_id", options=_categories, ask=_of_category,
              can_be_empty=True),
        Field("impact", _("Impact"), "choice", "impact", options=_impacts, can_be_empty=True),
        Field("urgency", _("Urgency"), "choice", "urgency", options=_urgencies, can_be_empty=True),
        Field("skill", _("Needed skill"), "choice", options=_skills, ask=_needing, can_be_empty=True,
              aliases=("skills", "needs")),
        Field("inbox", _("Inbox"), "choice", "inbox_id", options=_inboxes, has_secrets=True),
        Field("number", _("Number"), "number", "number"),
        Field("created", _("Created"), "time", "created_at"),
        Field("updated", pgettext_lazy("field", "Changed"), "time", "updated_at"),
        Field("message", _("Last message"), "time", "last_message_at"),
        Field("waiting", _("Waiting since"), "time", "waiting_since", can_be_empty=True),
        Field("due", pgettext_lazy("field", "Deadline"), "time", "due_at", can_be_empty=True),
        Field("step", _("What is next"), "choice", "next_step", options=_steps, within="is_open"),
        Field("look", pgettext_lazy("field", "Look again"), "time", "next_look_at", within="is_open"),
        Field("asleep", pgettext_lazy("field", "Asleep"), "flag", ask=_asleep),
        Field("returned", pgettext_lazy("field", "Came back"), "time", "returned_at", can_be_empty=True,
              within="is_open"),
        Field("unread", pgettext_lazy("field", "Unread"), "flag", ask=_unread),
        Field("finished", pgettext_lazy("field", "Finished"), "flag", ask=_finished),
        Field("language", _("Language"), "choice", "language", options=_languages),
        Field("site", _("Site"), "text", ask=_of_site, can_be_empty=True),
        Field("department", _("Department"), "text", ask=_asked_of_the_requester("department__name")),
        Field("words", _("Words"), "words", ask=_words),
    ),
    free="words",
    more=_own,
    spaces={"ticket": "ticket", "requester": "requester", "customer": "requester", "person": "requester",
            "organisation": "organisation", "organization": "organisation"},
)  # fmt: skip


_OF_OPEN_ONES = {field.name for field in FIELDS.fields if field.within == "is_open"}


def rule(tree: Tree, asker: Asker, prefix: str = "") -> Q:
    """The condition as a Q, for tickets that went through visible_to. Raises Malformed."""
    return compiled(tree, FIELDS, asker, prefix)


def holds_open_only(tree: Tree) -> bool:
    """Whether no finished ticket can fit: then the small indexes of open tickets serve it."""
    if isinstance(tree, Test):
        if tree.field == "status" and tree.operator == "is":
            return {*tree.values} <= {status.value for status in OPEN_STATUSES}
        if tree.field in _OF_OPEN_ONES:
            return tree.operator != "empty"
        return tree.field == "finished" and tree.values == ("no",)
    if isinstance(tree, All):
        return any(map(holds_open_only, tree.parts))
    return isinstance(tree, Either) and all(map(holds_open_only, tree.parts))
