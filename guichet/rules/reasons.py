"""Why it was them, or for what a ticket waits, in words: told from the stored facts of a Routing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.kit.templatetags.kit import coming
from guichet.people.models import Person, Skill
from guichet.rules import picking
from guichet.rules.models import Routing
from guichet.rules.picking import Candidate, Choice, Wanted
from guichet.rules.routing import NEXT

HINDERED = 3  # colleagues who could, of whom it is told why they do not


@dataclass(frozen=True)
class Names:
    """The names of people, skills and channels that some reasons mention, fetched with two queries.

    A channel has its name only while the ticket is still in it: whoever sees the ticket sees that one.
    """

    people: Mapping[int, str] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)

    def person(self, one: Candidate) -> str:
        return self.people.get(one.pk, "?")

    def skill(self, pk: str) -> str:
        return self.skills.get(pk, "?")

    def held(self, one: Candidate, wanted: Wanted) -> str:
        """ "2 of 2 in Support", or of all inboxes of its channel together."""
        said = {"held": one.held, "most": one.most}
        channel = self.channels.get(wanted.inbox or 0)
        if one.is_shared:
            return _("%(held)s of %(most)s in all inboxes of this channel") % said
        if channel is None:
            return _("%(held)s of %(most)s of this inbox") % said
        return _("%(held)s of %(most)s in %(channel)s") % {**said, "channel": channel}


def names_in(rows: Iterable[Routing]) -> Names:
    every = list(rows)
    people = {one["pk"] for row in every for one in row.facts["candidates"]}
    skills = {skill for row in every for skill in row.facts["wanted"]["skills"]}
    named = Person.objects.agents().filter(pk__in=people) if people else ()
    known = Skill.objects.filter(pk__in=[int(pk) for pk in skills]).values_list("pk", "name") if skills else ()
    channels = {
        row.ticket.inbox_id: str(row.ticket.inbox) for row in every
        if row.facts["wanted"].get("inbox") == row.ticket.inbox_id
        and any(one.get("most") is not None for one in row.facts["candidates"])
    }  # fmt: skip
    return Names({one.pk: str(one) for one in named}, {str(pk): name for pk, name in known}, channels)


def again(row: Routing) -> Choice:
    """The same choice, computed once more from its facts."""
    return picking.pick(*picking.from_facts(row.facts))


def reason(row: Routing, names: Names) -> str:
    """Of a row that is stored or, for a suggestion, is not."""
    wanted, candidates = picking.from_facts(row.facts)
    by_pk = {one.pk: one for one in candidates}
    chosen = by_pk.get(row.chosen_id or 0)
    if chosen is None:
        return _waits(wanted, candidates, names)
    words = _("%(name)s: %(parts)s") % {
        "name": names.person(chosen), "parts": ", ".join(_parts(row, wanted, chosen, names)),
    }  # fmt: skip
    choice = again(row)
    absent, better = by_pk.get(choice.instead_of or 0), by_pk.get(choice.better or 0)
    if absent is not None:
        said = {"name": names.person(absent), "day": _day(absent.away)}
        words += "; " + _("stands in for %(name)s, who is away until %(day)s") % said
    if better is not None and better is not absent and not better.is_here:
        words += "; " + _would_come_first(better, names)
    return words


def needs(wanted: Wanted, candidates: Iterable[Candidate], names: Names) -> list[str]:
    """What somebody must be able to do: "VPN 2", and the site where not everybody looks after all."""
    found = [f"{names.skill(skill)} {level}" for skill, level in wanted.skills.items()]
    return [*found, wanted.site] if wanted.site and any(one.sites for one in candidates) else found


def _parts(row: Routing, wanted: Wanted, one: Candidate, names: Names) -> list[str]:
    parts = [f"{names.skill(skill)} {one.skills.get(skill, 0)}" for skill in wanted.skills]
    if wanted.site and one.sites:
        parts.append(_("looks after %(site)s") % {"site": wanted.site})
    if row.via == NEXT:
        return [*parts, _("took the most urgent one")]
    parts += _work(one, wanted, names)
    if one.until:
        parts.append(_("here until %(time)s") % {"time": clock(one.until, row.at)})
    if wanted.earlier == one.pk:
        parts.append(_("looked after this customer before"))
    if wanted.how == picking.TURN:
        parts.append(_("in turn"))
    return parts


def _work(one: Candidate, wanted: Wanted, names: Names) -> list[str]:
    """How much they have, of how much at most. Figures alone: they count also what their reader does not see."""
    said = {"load": one.load, "capacity": one.capacity}
    all_ = _("%(load)s of %(capacity)s in work") if one.capacity is not None else _("%(load)s in work")
    return [all_ % said, *([names.held(one, wanted)] if one.most is not None else [])]


def full(row: Routing) -> str:
    """What is full of the one who asked for work: "12 of 12 in work", or "2 of 2 in Chat"."""
    wanted, [me] = picking.from_facts(row.facts)
    names = names_in([row])
    return names.held(me, wanted) if me.has_most else _work(me, wanted, names)[0]


def about(one: Candidate, wanted: Wanted, names: Names, now: datetime) -> str:
    """What speaks for them, and what hinders them, to whoever chooses by hand."""
    parts = [f"{names.skill(skill)} {one.skills.get(skill) or '–'}" for skill in wanted.skills]
    if not picking.serves(wanted, one):
        parts.append(_("does not look after %(site)s") % {"site": wanted.site})
    parts += _work(one, wanted, names)
    if wanted.earlier == one.pk:
        parts.append(_("looked after this customer before"))
    if one.away:
        parts.append(_("away until %(day)s") % {"day": _day(one.away)})
    elif one.off == picking.NEVER:
        parts.append(_("no shift in the next weeks"))
    elif one.off:
        parts.append(_("here from %(time)s") % {"time": coming(datetime.fromisoformat(one.off), now)})
    elif one.until:
        parts.append(_("here until %(time)s") % {"time": clock(one.until, now)})
    return ", ".join(parts)


def _would_come_first(one: Candidate, names: Names) -> str:
    said = {"name": names.person(one)}
    if one.away:
        return _("%(name)s would come first and is away until %(day)s") % {**said, "day": _day(one.away)}
    if one.off == picking.NEVER:
        return _("%(name)s would come first and has no shift in the next weeks") % said
    return _("%(name)s would come first and is here from %(time)s") % {**said, "time": moment(one.off)}


def _waits(wanted: Wanted, candidates: list[Candidate], names: Names) -> str:
    asked = needs(wanted, candidates, names)
    if asked:
        words = _("waits for somebody who is here, has room and can do: %(skills)s") % {"skills": ", ".join(asked)}
    else:
        words = _("waits for somebody who is here and has room")
    able = [one for one in candidates if picking.can(wanted, one)]
    if candidates and not able:
        return words + "; " + _("nobody in the team can do that")
    return "; ".join([words, *(_hindered(one, wanted, names) for one in able[:HINDERED])])


def _hindered(one: Candidate, wanted: Wanted, names: Names) -> str:
    said = {"name": names.person(one)}
    if one.away:
        return _("%(name)s is away until %(day)s") % {**said, "day": _day(one.away)}
    if one.off == picking.NEVER:
        return _("%(name)s has no shift in the next weeks") % said
    if one.off:
        begins = datetime.fromisoformat(one.off)
        return _("%(name)s is here from %(time)s") % {**said, "time": coming(begins, timezone.now())}
    if one.has_most:
        return _("%(name)s has %(held)s") % {**said, "held": names.held(one, wanted)}
    full = {**said, "load": one.load, "capacity": one.capacity}
    return _("%(name)s has %(load)s of %(capacity)s in work") % full


def _day(fact: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(fact)), "l j F")


def moment(fact: str) -> str:
    """A weekday with its time: shifts are known for some weeks at most."""
    local = timezone.localtime(datetime.fromisoformat(fact))
    return f"{date_format(local, 'l j F')}, {local:%H:%M}"


def clock(fact: str, at: datetime) -> str:
    """The time of day, on another day than that of `at` with the weekday."""
    local = timezone.localtime(datetime.fromisoformat(fact))
    is_same = local.date() == timezone.localtime(at).date()
    return f"{local:%H:%M}" if is_same else f"{date_format(local, 'D')} {local:%H:%M}"
