"""What conditions may ask of a person, for lists of people that went through visible_to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from guichet.conditions.fields import Asker, Field, FieldSet, Option
from guichet.people.extra import ExtraField
from guichet.people.models import Identity, Language, Membership, Organisation, Person, Role, Team
from guichet.people.own_fields import Rule, own_fields

_LOOKUPS = {"has": "icontains", "is": "iexact", "starts": "istartswith"}


def _roles(asker: Asker) -> Iterator[Option]:
    return (Option(role.value, role.label, role.value) for role in Role)


def _languages(asker: Asker) -> Iterator[Option]:
    return (Option(language.value, str(language.label), language.value) for language in Language)


def _teams(asker: Asker) -> Iterator[Option]:
    return (Option(name, name, pk) for pk, name in Team.objects.visible_to(asker.person).values_list("pk", "name"))


def _in_team(asker: Asker, teams: Sequence[Any] | None, prefix: str) -> Q:
    member = Membership.objects.filter(person=OuterRef(f"{prefix}pk"))
    return Q(Exists(member if teams is None else member.filter(team__in=teams)))


def _address(asker: Asker, asked: Sequence[Any] | None, prefix: str) -> Q:
    """Any of a person's addresses."""
    known = Identity.objects.filter(person=OuterRef(f"{prefix}pk"))
    if asked is None:
        return Q(Exists(known))
    operator, *words = asked
    like = Q()
    for word in words:
        like |= Q(**{f"value__{_LOOKUPS[operator]}": word})
    return Q(Exists(known.filter(like)))


def _named(asker: Asker, words: Sequence[Any] | None, prefix: str) -> Q:
    """Free words: each in the name, an address, or the organisation."""
    rule = Q()
    for word in words or ():
        name = Q(**{f"{prefix}name__icontains": word}) | Q(**{f"{prefix}organisation__name__icontains": word})
        rule &= name | _address(asker, ("has", word), prefix)
    return rule


def _of_the_organisation(prefix: str, rule: Rule) -> Q:
    return Q(**{f"{prefix}organisation__in": Organisation.objects.filter(rule(""))})


def people_seen(asker: Asker) -> QuerySet[Person]:
    return Person.objects.visible_to(asker.person)


def organisations_seen(asker: Asker) -> QuerySet[Organisation]:
    return Organisation.objects.visible_to(asker.person)


def _own(asker: Asker) -> Iterator[Field]:
    """What the house itself asks about people and their organisations."""
    rows = list(ExtraField.objects.visible_to(asker.person))
    people = [row for row in rows if row.of == ExtraField.Of.PERSON]
    yield from own_fields(people, "person", lambda prefix, rule: rule(prefix), people_seen)
    theirs = [row for row in rows if row.of == ExtraField.Of.ORGANISATION]
    heading = gettext("Organisation: %s")
    yield from own_fields(theirs, "organisation", _of_the_organisation, organisations_seen, heading)


FIELDS = FieldSet(
    (
        Field("name", _("Name"), "text", "name"),
        Field("address", _("E-mail address"), "text", ask=_address, can_be_empty=True, aliases=("email", "mail")),
        Field("organisation", _("Organisation"), "text", "organisation__name", can_be_empty=True,
              aliases=("organization", "company")),
        Field("department", _("Department"), "text", "department__name", can_be_empty=True),
        Field("site", _("Site"), "text", "site", can_be_empty=True),
        Field("phone", _("Phone"), "text", "phone", can_be_empty=True),
        Field("role", _("Role"), "choice", "role", options=_roles),
        Field("team", _("Team"), "choice", ask=_in_team, options=_teams, can_be_empty=True),
        Field("language", _("Language"), "choice", "language", options=_languages),
        Field("active", pgettext_lazy("field", "Active"), "flag", "is_active"),
        Field("created", _("Created"), "time", "created_at"),
        Field("words", _("Words"), "words", ask=_named),
    ),
    free="words",
    more=_own,
    spaces={"person": "person", "organisation": "organisation", "organization": "organisation"},
)  # fmt: skip
