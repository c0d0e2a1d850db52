"""What can be done to people, and the only code that writes them."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Absence, Domain, Identity, Invitation, Membership, Person, Role, Team

INVITATION_LASTS = timedelta(hours=72)


class Refused(Exception):
    """The message is for the person who asked."""


def normal_address(address: str) -> str:
    """The form in which addresses are compared: stripped and lower case, at most 320 characters."""
    return address.strip().lower()[:320]


def find_person(address: str) -> Person | None:
    identity = Identity.objects.filter(kind=Identity.Kind.MAIL, value=normal_address(address)).select_related("person")
    found = identity.first()
    return found.person if found else None


def find_people(addresses: Iterable[str]) -> dict[str, Person]:
    """Whom these mail addresses belong to, by `normal_address`: one query for all."""
    wanted = {normal_address(address) for address in addresses}
    identities = Identity.objects.filter(kind=Identity.Kind.MAIL, value__in=wanted).select_related("person")
    return {identity.value: identity.person for identity in identities}


def find_account(address: str) -> Person | None:
    """Who signs in with this address, if they may."""
    return Person.objects.filter(email=normal_address(address), is_active=True).first()


def find_or_make_person(address: str, name: str = "", language: str = "", *, found: Person | None = None) -> Person:
    """The person of a mail address; a new customer if nobody has it. Safe against two callers at once.

    `found` spares the question to a caller that has looked already.
    """
    found = found or find_person(address)
    if found is None:
        try:
            with transaction.atomic():
                return make_person(address, name, Role.CUSTOMER, language)
        except IntegrityError:
            found = find_person(address)
            if found is None:
                raise
    if name and not found.name:
        found.name = one_line(name, 200)
        found.save(update_fields=["name"])
    return found


def person_at(address: str, by: Person, name: str = "") -> Person:
    """Whom `by` means with an address that he typed: a new customer if nobody has it.

    He may write to anybody, but of a person hidden from him he learns nothing by it: a stand-in takes their place, that
    knows the address alone, until they write on that ticket themselves (tickets.actions.receive).
    """
    found = find_person(address)
    if found is None or Person.objects.visible_to(by).filter(pk=found.pk).exists():
        return find_or_make_person(address, name, found=found)
    value = normal_address(address)[:254]
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=found.pk)
        known = Person.objects.visible_to(by).filter(stands_for=found, typed_address=value, merged_into=None).first()
        if known is not None:
            return known
        person = Person(name=one_line(name, 200), typed_address=value, also=value, stands_for=found, made_by=by)
        person.organisation_id = _organisation_of(value)  # as anybody's who is new
        person.set_unusable_password()
        person.save(force_insert=True)
    return person


def _organisation_of(address: str) -> int | None:
    """By the domain of a mail address."""
    domain = Domain.objects.filter(name=address.rpartition("@")[2]).first()
    return domain.organisation_id if domain else None


def add_person(
    address: str,
    role: Role,
    *,
    name: str = "",
    password: str | None = None,
    teams: Iterable[Team] = (),
    language: str = "",
) -> Person:
    """A person with a role, or a known customer given one. Raises Refused for an address already in use by staff,
    ValidationError for a weak password.
    """
    with transaction.atomic():
        person = find_person(address)
        if person is None:
            person = make_person(address, name, role, language)
        elif person.role != Role.CUSTOMER:
            raise Refused(_("%(address)s already belongs to %(name)s.") % {"address": address, "name": person})
        else:
            person.role, person.name = role, one_line(name, 200) or person.name
        if password is None:
            person.set_unusable_password()
        else:
            validate_password(password, person)
            person.set_password(password)
        person.save()
        set_teams(person, teams)
    return person


def set_teams(person: Person, teams: Iterable[Team]) -> None:
    """Exactly these teams."""
    wanted = {team.pk for team in teams}
    with transaction.atomic():
        Membership.objects.filter(person=person).exclude(team_id__in=wanted).delete()
        Membership.objects.bulk_create([Membership(person=person, team_id=pk) for pk in wanted], ignore_conflicts=True)
    for cached in ("teams_and_leads", "team_ids", "inbox_ids", "is_trainee"):
        vars(person).pop(cached, None)


def find_or_make_team(name: str) -> Team:
    return Team.objects.get_or_create(name=one_line(name, 120))[0]


def invite(
    address: str, by: Person, *, name: str = "", role: Role = Role.AGENT, teams: Iterable[Team] = (), language: str = ""
) -> tuple[Invitation, str]:
    """An invitation and its token, which is told once and kept only as a digest. Older ones for the address end."""
    known = find_person(address)
    if known is not None and known.role != Role.CUSTOMER:
        raise Refused(_("%(address)s already belongs to %(name)s.") % {"address": address, "name": known})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(email=normal_address(address), accepted_at=None).delete()
        invitation = Invitation.objects.create(
            email=normal_address(address),
            name=one_line(name, 200),
            role=role,
            language=language,
            token_digest=_digest(token),
            invited_by=by,
            expires_at=timezone.now() + INVITATION_LASTS,
        )
        invitation.teams.set(teams)
    return invitation, token


def find_invitation(token: str) -> Invitation | None:
    """The open invitation of a token; None if it is wrong, used or older than 72 hours."""
    open_ones = Invitation.objects.filter(accepted_at=None, expires_at__gt=timezone.now())
    return open_ones.filter(token_digest=_digest(token)).first()


def accept_invitation(token: str, name: str, password: str) -> Person:
    """Make the invited person; the invitation is used up in the same transaction."""
    with transaction.atomic():
        Invitation.objects.select_for_update().filter(token_digest=_digest(token)).first()
        invitation = find_invitation(token)
        if invitation is None:
            raise Refused(_("This invitation has been used or has expired. Ask for a new one."))
        person = add_person(
            invitation.email,
            Role(invitation.role),
            name=name or invitation.name,
            password=password,
            teams=invitation.teams.all(),
            language=invitation.language,
        )
        now = timezone.now()
        Identity.objects.filter(person=person, value=invitation.email).update(verified_at=now)
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
    return person


def set_active(person: Person, is_active: bool, by: Person) -> None:
    """Let a person in or keep them out; at least one administrator stays."""
    with transaction.atomic():
        others = (
            Person.objects.select_for_update(no_key=True).filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
        )
        if not is_active and person.role == Role.ADMIN and not list(others):
            raise Refused(_("The last administrator cannot be deactivated."))
        if not is_active and person.pk == by.pk:
            raise Refused(_("You cannot deactivate yourself."))
        person.is_active = is_active
        person.save(update_fields=["is_active"])


def change_person(
    person: Person, by: Person, *, name: str, role: Role, teams: Iterable[Team], keeps_contacts: bool = False
) -> None:
    """Name, role, teams and rights of somebody who works here. At least one administrator stays."""
    with transaction.atomic():
        others = (
            Person.objects.select_for_update(no_key=True).filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
        )
        if person.role == Role.ADMIN and role != Role.ADMIN:
            if person.pk == by.pk:
                raise Refused(_("You cannot take the administrator's role from yourself."))
            if not list(others):
                raise Refused(_("The last administrator cannot become anything else."))
        person.name, person.role, person.keeps_contacts = one_line(name, 200), role, keeps_contacts
        person.save(update_fields=["name", "role", "keeps_contacts"])
        set_teams(person, teams)


def save_team(
    team: Team, members: Iterable[Person], leads: Iterable[Person] = (), trainees: Iterable[Person] = ()
) -> None:
    """A new or renamed team, with exactly these members of those who work here; `leads` of them look after its work,
    and a colleague reads what `trainees` write."""
    wanted = {person.pk for person in members}
    leading, learning = {person.pk for person in leads}, {person.pk for person in trainees}
    with transaction.atomic():
        team.name = one_line(team.name, 120)
        team.save()
        Membership.objects.filter(team=team).exclude(person_id__in=wanted).delete()
        Membership.objects.bulk_create(
            [Membership(person_id=pk, team=team, is_lead=pk in leading, is_trainee=pk in learning) for pk in wanted],
            update_conflicts=True,
            unique_fields=["person", "team"],
            update_fields=["is_lead", "is_trainee"],
        )


def delete_team(team: Team) -> None:
    """Raises Refused while anything still belongs to the team."""
    try:
        with transaction.atomic():
            team.delete()
    except ProtectedError as used:
        raise Refused(_("This team has inboxes or tickets. Give them to another team first.")) from used


def set_absence(person: Person, begins_at: datetime, ends_at: datetime, substitute: Person | None = None) -> Absence:
    """Away for that time, with somebody to stand in or nobody. Raises Refused where two absences would overlap."""
    if substitute is not None and (not substitute.is_agent or substitute.pk == person.pk):
        raise Refused(_("Only another active colleague can stand in."))
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if Absence.objects.filter(person=person, begins_at__lt=ends_at, ends_at__gt=begins_at).exists():
            raise Refused(_("An absence is entered for some of these days already."))
        return Absence.objects.create(person=person, begins_at=begins_at, ends_at=ends_at, substitute=substitute)


def end_absence(absence: Absence) -> None:
    """Back from now on; one that has not begun is as if it had never been entered."""
    now = timezone.now()
    if absence.begins_at >= now:
        absence.delete()
    elif absence.ends_at > now:
        absence.ends_at = now
        absence.save(update_fields=["ends_at"])


def prove_address(person: Person) -> None:
    """The person opened a mail sent to the address they sign in with."""
    Identity.objects.filter(person=person, kind=Identity.Kind.MAIL, value=person.email, verified_at=None).update(
        verified_at=timezone.now()
    )


def make_person(address: str, name: str, role: Role, language: str) -> Person:
    """A new row; a customer belongs to the organisation of its mail domain. Raises IntegrityError if it is known."""
    value = normal_address(address)
    person = Person(name=one_line(name, 200), email=value[:254] or None, role=role, language=language)
    if value and role == Role.CUSTOMER:
        person.organisation_id = _organisation_of(value)
    person.set_unusable_password()
    person.save(force_insert=True)
    if value:
        Identity.objects.create(person=person, kind=Identity.Kind.MAIL, value=value)
    return person


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
