"""EVERY visibility rule, as a Q over names: one page to audit.

No model is imported here, so the lowest room can hold the rules of all. Each `visible_*` function
answers for one model; `prefix` carries the same rule to rows that hang on it (`ticket__`).
Whoever is not signed in, or no longer active, sees nothing.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

NOTHING = Q(pk__in=())


def visible_inboxes(person: Any, prefix: str = "") -> Q:
    """Administrators see every inbox but a confidential one of a team they are not in; agents those of their teams."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    mine = Q(**{f"{prefix}team_id__in": person.team_ids})
    if person.is_admin:
        return mine | Q(**{f"{prefix}is_confidential": False})
    return mine


def known_inboxes(person: Any, prefix: str = "") -> Q:
    """Whose names an agent may read: inboxes of any team, confidential ones only of his own."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return Q(**{f"{prefix}is_confidential": False}) | Q(**{f"{prefix}team_id__in": person.team_ids})


def reachable_inboxes(person: Any, prefix: str = "") -> Q:
    """Where an agent may move a ticket to: those that he knows of and that are in use."""
    return known_inboxes(person, prefix) & Q(**{f"{prefix}is_active": True})


def visible_tickets(person: Any, prefix: str = "") -> Q:
    """A ticket is seen by whoever sees its inbox, by members of the team it was handed to, and by its assignee.

    Customers see their own and, where their organisation shares them, those of its other people.
    """
    if not person.is_authenticated or not person.is_active:
        return NOTHING
    if not person.is_agent:
        return _customers_tickets(person, prefix)
    handed = Q(**{f"{prefix}team_id__in": person.team_ids}) | Q(**{f"{prefix}assignee_id": person.pk})
    return Q(**{f"{prefix}inbox_id__in": person.inbox_ids}) | handed


def _customers_tickets(person: Any, prefix: str) -> Q:
    """A colleague's request is never shared out of a confidential inbox, and none that was made private."""
    own = Q(**{f"{prefix}requester_id": person.pk})
    if person.stand_in_ids:
        own |= Q(**{f"{prefix}requester_id__in": person.stand_in_ids})
    if person.organisation_id is None:
        return own
    requester = f"{prefix}requester__"
    shared = {
        f"{requester}organisation_id": person.organisation_id,
        f"{requester}organisation__is_shared": True,
        f"{requester}role": "customer",
        f"{requester}stands_for": None,
        f"{prefix}inbox__is_confidential": False,
        f"{prefix}is_private": False,
    }
    return own | Q(**shared)


def seers_of(ticket: Any, prefix: str = "") -> Q:
    """Of people: the agents who see this ticket. `visible_tickets` the other way round; a test holds them together."""
    sees = Q(**{f"{prefix}memberships__team_id__in": {ticket.team_id, ticket.inbox.team_id}})
    sees |= Q(**{f"{prefix}pk": ticket.assignee_id})
    if not ticket.inbox.is_confidential:
        sees |= Q(**{f"{prefix}role": "admin"})
    return sees & Q(**{f"{prefix}role__in": ["agent", "admin"], f"{prefix}is_active": True})


def visible_messages(person: Any, prefix: str = "") -> Q:
    """A customer never sees a note, talk with a third party, unverified mail, or words that have not left."""
    if not person.is_authenticated or not person.is_active:
        return NOTHING
    rule = visible_tickets(person, f"{prefix}ticket__")
    if person.is_agent:
        return rule
    said = ~Q(**{f"{prefix}kind": "note"}) & ~Q(**{f"{prefix}delivery__in": ["queued", "withdrawn", "held"]})
    return rule & said & Q(**{f"{prefix}is_verified": True, f"{prefix}side": None})


def releasable_messages(person: Any, prefix: str = "") -> Q:
    """Replies that wait for a second pair of eyes: never one's own, never for a trainee; else for the ticket's team and
    for administrators who see it."""
    if not person.is_authenticated or not person.is_agent or person.is_trainee:
        return NOTHING
    waits = visible_messages(person, prefix) & Q(**{f"{prefix}delivery": "held", f"{prefix}held_for": "release"})
    waits &= ~Q(**{f"{prefix}author_id": person.pk})
    return waits if person.is_admin else waits & Q(**{f"{prefix}ticket__team_id__in": person.team_ids})


def can_release(person: Any) -> bool:
    """Whether this person releases anything at all: members of a team that wants it, and administrators."""
    if not person.is_authenticated or not person.is_agent or person.is_trainee:
        return False
    return bool(person.is_admin or person.memberships.exclude(team__four_eyes="nobody").exists())


def needs_release(person: Any, team: Any) -> bool:
    """Whether a colleague has to read what this person writes on a ticket of this team before it leaves."""
    return bool(team.four_eyes == "all" or person.is_trainee)


def visible_events(person: Any, prefix: str = "") -> Q:
    """The history of a ticket is for agents; customers see the conversation."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return visible_tickets(person, f"{prefix}ticket__")


def visible_drafts(person: Any, prefix: str = "") -> Q:
    """Words not yet sent: one's own, and those handed to the team, on tickets one sees; for a ticket that is not open
    yet, one's own alone. Never a customer's to see.
    """
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    own_or_shared = Q(**{f"{prefix}person_id": person.pk}) | Q(**{f"{prefix}shared_at__isnull": False})
    sent = Q(**{f"{prefix}message__isnull": False})
    new = Q(**{f"{prefix}ticket__isnull": True, f"{prefix}person_id": person.pk})
    return (visible_tickets(person, f"{prefix}ticket__") & (own_or_shared | sent)) | new


def visible_notices(person: Any, prefix: str = "") -> Q:
    """What somebody was told: nobody else's, and only of tickets that they still see."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return Q(**{f"{prefix}person_id": person.pk}) & visible_tickets(person, f"{prefix}ticket__")


def visible_own_rows(person: Any, prefix: str = "") -> Q:
    """What belongs to one person alone (their devices): nobody else's, whatever their role."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return Q(**{f"{prefix}person_id": person.pk})


def visible_regroupings(person: Any, prefix: str = "") -> Q:
    """A merge or split is known to agents who see both tickets."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return visible_tickets(person, f"{prefix}ticket__") & visible_tickets(person, f"{prefix}into__")


def visible_links(person: Any, prefix: str = "") -> Q:
    """A link is known to agents who see both ends: the other one must not show through it, not even as a number."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return visible_tickets(person, f"{prefix}ticket__") & visible_tickets(person, f"{prefix}other__")


def visible_macros(person: Any, prefix: str = "") -> Q:
    """Everybody's, those of one's teams, and one's own. Administrators see every team's, but nobody's own."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    own = Q(**{f"{prefix}person_id": person.pk})
    shared = Q(**{f"{prefix}person_id__isnull": True})
    if person.is_admin:
        return own | shared
    mine = Q(**{f"{prefix}team_id__in": person.team_ids}) | Q(**{f"{prefix}team_id__isnull": True})
    return own | (shared & mine)


def editable_macros(person: Any, prefix: str = "") -> Q:
    """One's own, and those of one's teams; everybody's are for administrators."""
    visible = visible_macros(person, prefix)
    if not person.is_authenticated or person.is_admin:
        return visible
    return visible & ~Q(**{f"{prefix}person_id__isnull": True, f"{prefix}team_id__isnull": True})


def visible_parcels(person: Any, prefix: str = "") -> Q:
    """Raw arrivals: administrators, within the inboxes they see."""
    if not person.is_authenticated or not person.is_admin:
        return NOTHING
    return visible_inboxes(person, f"{prefix}inbox__")


def visible_folders(person: Any, prefix: str = "") -> Q:
    """Mailbox folders, imports and keys of inboxes: administrators, within the inboxes they see."""
    if not person.is_authenticated or not person.is_admin:
        return NOTHING
    return visible_inboxes(person, f"{prefix}inbox__")


def visible_house_rows(person: Any, prefix: str = "") -> Q:
    """Rows of an inbox or, without one, of the whole house (mail rules, keys of people): administrators."""
    if not person.is_authenticated or not person.is_admin:
        return NOTHING
    return Q(**{f"{prefix}inbox": None}) | visible_inboxes(person, f"{prefix}inbox__")


def visible_rules(person: Any, prefix: str = "") -> Q:
    """Rules are for administrators. One that works in a confidential inbox is known to those who see it: whoever could
    change it could let it carry tickets out."""
    return visible_house_rows(person, prefix)


def visible_rule_runs(person: Any, prefix: str = "") -> Q:
    """What rules did on the tickets one sees: part of their history, as their events."""
    return visible_events(person, prefix)


def visible_asides(person: Any, prefix: str = "") -> Q:
    """Events on which a follower failed: administrators, on the tickets they see."""
    if not person.is_authenticated or not person.is_admin:
        return NOTHING
    return visible_events(person, f"{prefix}event__")


def sees_all_people(person: Any) -> bool:
    """Administrators, and agents whom one of them made keepers of the contacts; of no ticket more than before."""
    return bool(person.is_authenticated and person.is_agent and (person.is_admin or person.keeps_contacts))


def visible_people(person: Any, prefix: str = "") -> Q:
    """Agents see colleagues, the requesters of tickets they see, and whom they entered; a customer sees himself."""
    if not person.is_authenticated or not person.is_active:
        return NOTHING
    itself = Q(**{f"{prefix}pk": person.pk})
    if not person.is_agent:
        return itself
    if sees_all_people(person):
        return Q(**{f"{prefix}pk__isnull": False})
    known = Q(**{f"{prefix}role__in": ["agent", "admin"]}) | Q(**{f"{prefix}made_by_id": person.pk})
    return itself | known | visible_tickets(person, f"{prefix}requested__")


def visible_organisations(person: Any, prefix: str = "") -> Q:
    """Agents see those of people they see, and those they entered; a customer sees his own."""
    if not person.is_authenticated or not person.is_active:
        return NOTHING
    if not person.is_agent:
        return Q(**{f"{prefix}pk": person.organisation_id})
    if sees_all_people(person):
        return Q(**{f"{prefix}pk__isnull": False})
    return Q(**{f"{prefix}made_by_id": person.pk}) | visible_people(person, f"{prefix}people__")


def visible_notes(person: Any, prefix: str = "") -> Q:
    """Notes are for agents: on the people and organisations they see."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    if sees_all_people(person):
        return Q(**{f"{prefix}pk__isnull": False})
    return visible_people(person, f"{prefix}person__") | visible_organisations(person, f"{prefix}organisation__")


def visible_changes(person: Any, prefix: str = "") -> Q:
    """The history of people and organisations, as their notes."""
    return visible_notes(person, prefix)


def visible_extra_fields(person: Any, prefix: str = "") -> Q:
    """What a house asks about is known to everyone who works here."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return Q(**{f"{prefix}pk__isnull": False})


def visible_exchanges(person: Any, prefix: str = "") -> Q:
    """Imports and exports of people: keepers of the contacts see all, other agents what they exported."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    if sees_all_people(person):
        return Q(**{f"{prefix}pk__isnull": False})
    return Q(**{f"{prefix}by_id": person.pk})


def visible_teams(person: Any, prefix: str = "") -> Q:
    """The names of teams are known to everyone who works here."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return Q(**{f"{prefix}pk__isnull": False})


def visible_skills(person: Any, prefix: str = "") -> Q:
    """Whoever works here knows which skills there are."""
    return visible_teams(person, prefix)


def visible_absences(person: Any, prefix: str = "") -> Q:
    """Whoever works here knows which colleagues are away."""
    return visible_teams(person, prefix)


def visible_shifts(person: Any, prefix: str = "") -> Q:
    """Whoever works here knows when colleagues are here."""
    return visible_teams(person, prefix)


def planned_teams(person: Any, prefix: str = "") -> Q:
    """Whose shifts this person may change: administrators those of all teams, others those of the teams they lead."""
    if not can(person, "dispatch"):
        return NOTHING
    return Q(**{f"{prefix}pk__isnull": False}) if person.is_admin else Q(**{f"{prefix}pk__in": person.led_ids})


def planned_people(person: Any, prefix: str = "") -> Q:
    """The same of colleagues: administrators those of all, others those of members of the teams they lead."""
    if not can(person, "dispatch"):
        return NOTHING
    works = Q(**{f"{prefix}role__in": ["agent", "admin"]})
    return works if person.is_admin else works & Q(**{f"{prefix}memberships__team_id__in": person.led_ids})


def visible_runs(person: Any, prefix: str = "") -> Q:
    """What somebody did to many tickets at once: their own affair, on tickets they saw."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    return Q(**{f"{prefix}person_id": person.pk})


def visible_views(person: Any, prefix: str = "") -> Q:
    """Saved views: one's own, those of one's teams, those for everybody. Each shows only what its reader may see."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    ours = Q(**{f"{prefix}audience": "team", f"{prefix}team_id__in": person.team_ids}) | Q(
        **{f"{prefix}audience": "all"}
    )
    return ours | Q(**{f"{prefix}owner_id": person.pk})


def changeable_views(person: Any, prefix: str = "") -> Q:
    """One's own; of a team, whoever is in it; for everybody, administrators."""
    if not person.is_authenticated or not person.is_agent:
        return NOTHING
    own = Q(**{f"{prefix}audience": "me", f"{prefix}owner_id": person.pk})
    ours = own | Q(**{f"{prefix}audience": "team", f"{prefix}team_id__in": person.team_ids})
    return ours | Q(**{f"{prefix}audience": "all"}) if person.is_admin else ours


def visible_invitations(person: Any, prefix: str = "") -> Q:
    if not person.is_authenticated or not person.is_admin:
        return NOTHING
    return Q(**{f"{prefix}pk__isnull": False})


def can(person: Any, grant: str) -> bool:
    """What a person may do beside seeing. Grants: "work" (act on visible tickets), "keep contacts" (merge people and
    organisations, move addresses, share requests within an organisation, import), "administer", "dispatch" (share out
    what is visible: administrators, and whoever looks after a team).
    """
    if not person.is_authenticated:
        return False
    if grant == "work":
        return bool(person.is_agent)
    if grant == "keep contacts":
        return sees_all_people(person)
    if grant == "administer":
        return bool(person.is_admin)
    if grant == "dispatch":
        return bool(person.is_admin or (person.is_agent and person.led_ids))
    raise ValueError(f"unknown grant {grant!r}")


def administered(person: Any) -> Q:
    """What administrators alone see and change: calendars and policies of deadlines."""
    return Q() if can(person, "administer") else NOTHING
