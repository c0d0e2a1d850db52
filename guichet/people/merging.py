"""Two rows for one person or organisation become one, and two again when that was wrong, weeks later too.

The row that goes keeps standing as a shadow (`merged_into`): history names it, and undoing wakes it. Here moves what
people own; tickets and messages are moved by `tickets.actions`, which calls this within its transaction.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guichet.people.actions import Refused
from guichet.people.contacts import MERGED, close, locked, open_change, record, refresh
from guichet.people.models import Change, Department, Domain, Identity, Note, Organisation, Person, Role

FILLED = ("name", "phone", "site", "language", "time_zone", "organisation_id", "department_id")
SUGGESTED = 5


def suggest(person: Person, visible: QuerySet[Person]) -> list[Person]:
    """Who may be the same person: the same name, or the same name before the @, or the same number."""
    if person.role != Role.CUSTOMER:
        return []
    rule = Q(sort_key=person.sort_key) if " " in person.sort_key else Q(pk__in=())
    numbers = [one.value for one in person.identities.all() if one.kind == Identity.Kind.PHONE]
    if numbers:
        same = Identity.objects.filter(kind=Identity.Kind.PHONE, value__in=numbers).exclude(person=person)
        rule |= Q(pk__in=list(same.values_list("person_id", flat=True)[:SUGGESTED]))
    local = (person.email or "").rpartition("@")[0]
    if "." in local and len(local) > 4:
        rule |= Q(email__startswith=f"{local}@")
    others = visible.filter(rule, role=Role.CUSTOMER, merged_into=None).exclude(pk=person.pk)
    return list(others.select_related("organisation").order_by("sort_key", "pk")[:SUGGESTED])


def merge_rows(kept: Person, gone: Person, by: Person) -> Change:
    """`gone` becomes `kept`: addresses, numbers and notes move, empty facts are filled in, nobody gains a session.

    Within the caller's transaction. Raises Refused for anyone but two customers.
    """
    rows = {one.pk: one for one in locked(kept.pk, gone.pk)}
    if len(rows) != 2:
        raise Refused(_("Choose two different people."))
    kept, gone = rows[kept.pk], rows[gone.pk]
    if kept.role != Role.CUSTOMER or gone.role != Role.CUSTOMER:
        raise Refused(_("Only customers can be merged: colleagues have rights of their own."))
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise Refused(_("They were merged into somebody else meanwhile."))
    theirs = set(kept.identities.values_list("kind", "value"))
    moving = [one.pk for one in gone.identities.all() if (one.kind, one.value) not in theirs]
    notes = list(gone.notes.values_list("pk", flat=True))
    facts: dict[str, Any] = {
        "gone": gone.pk, "identities": moving, "notes": notes, "email": gone.email, "was_active": gone.is_active,
        "filled": _fill(kept, gone),
    }  # fmt: skip
    gone.email, gone.is_active, gone.merged_into = None, False, kept
    gone.save(update_fields=["email", "is_active", "merged_into"])
    Identity.objects.filter(pk__in=moving).update(person=kept)
    Note.objects.filter(pk__in=notes).update(person=kept)
    if kept.email is None:
        kept.email = facts["email"]
        facts["took_email"] = True
    kept.save()
    refresh(gone)
    refresh(kept)
    return record(MERGED, by, facts, of=kept)


def _fill(kept: Person, gone: Person) -> dict[str, list[Any]]:
    filled = {}
    for field in FILLED:
        if not getattr(kept, field) and (value := getattr(gone, field)):
            if field == "department_id" and kept.organisation_id != gone.organisation_id:
                continue
            filled[field] = [getattr(kept, field), value]
            setattr(kept, field, value)
    extra = {**gone.extra, **kept.extra}
    if extra != kept.extra:
        filled["extra"] = [kept.extra, extra]
        kept.extra = extra
    return filled


def part_rows(change: Change, by: Person) -> tuple[Person, Person, list[str]]:
    """Undo `merge_rows`; kept, gone, and the mail addresses that went back. Within the caller's transaction."""
    change = open_change(change)
    if change.kind != MERGED or change.person_id is None:
        raise Refused(_("This cannot be taken back."))
    facts = change.facts
    rows = {one.pk: one for one in locked(change.person_id, facts["gone"])}
    kept, gone = rows[change.person_id], rows.get(facts["gone"])
    if gone is None or gone.merged_into_id != kept.pk:
        raise Refused(_("The other person no longer exists."))
    if kept.merged_into_id is not None:
        words = _("%(name)s was merged into somebody else afterwards. Take that back first.")
        raise Refused(words % {"name": kept})
    back = Identity.objects.filter(pk__in=facts["identities"], person=kept)
    addresses = [one.value for one in back if one.kind == Identity.Kind.MAIL]
    back.update(person=gone)
    Note.objects.filter(pk__in=facts["notes"], person=kept).update(person=gone)
    for field, (old, new) in facts["filled"].items():
        if getattr(kept, field) == new:
            setattr(kept, field, old)
    if kept.email in addresses:
        left = kept.identities.filter(kind=Identity.Kind.MAIL).first()
        kept.email = left.value[:254] if left else None
    kept.save()
    gone.is_active, gone.merged_into = facts["was_active"], None
    gone.email = facts["email"] if facts["email"] in addresses else next(iter(addresses), None)
    gone.save(update_fields=["email", "is_active", "merged_into"])
    refresh(kept)
    refresh(gone)
    close(change, by)
    return kept, gone, addresses


# -- organisations


def merge_organisations(kept: Organisation, gone: Organisation, by: Person) -> Change:
    """People, departments, domains and notes of `gone` are `kept`'s from here on. Raises Refused."""
    with transaction.atomic():
        rows = {one.pk: one for one in _organisations(kept.pk, gone.pk)}
        if len(rows) != 2:
            raise Refused(_("Choose two different organisations."))
        kept, gone = rows[kept.pk], rows[gone.pk]
        if kept.merged_into_id is not None or gone.merged_into_id is not None:
            raise Refused(_("They were merged with another one meanwhile."))
        if kept.is_shared != gone.is_shared:
            # Otherwise people would see requests that nobody decided to show them.
            raise Refused(_("One shows its requests to all its people and the other does not. Make them alike first."))
        facts: dict[str, Any] = {
            "gone": gone.pk,
            "was_active": gone.is_active,
            "people": list(gone.people.values_list("pk", flat=True)),
            "domains": list(gone.domains.values_list("pk", flat=True)),
            "notes": list(gone.notes.values_list("pk", flat=True)),
            "departments": _move_departments(kept, gone),
        }
        Person.objects.filter(pk__in=facts["people"]).update(organisation=kept)
        Domain.objects.filter(pk__in=facts["domains"]).update(organisation=kept)
        Note.objects.filter(pk__in=facts["notes"]).update(organisation=kept)
        gone.is_active, gone.merged_into = False, kept
        gone.save(update_fields=["is_active", "merged_into"])
        return record(MERGED, by, facts, of=kept)


def _move_departments(kept: Organisation, gone: Organisation) -> dict[str, Any]:
    """Departments of both names become one: {"moved": [ids], "twins": {of gone: [of kept, people]}}."""
    names = {one.name: one for one in Department.objects.filter(organisation=kept)}
    moved, twins = [], {}
    for one in Department.objects.filter(organisation=gone):
        twin = names.get(one.name)
        if twin is None:
            moved.append(one.pk)
        else:
            twins[str(one.pk)] = [twin.pk, list(one.people.values_list("pk", flat=True))]
            one.people.update(department=twin)
    Department.objects.filter(pk__in=moved).update(organisation=kept)
    return {"moved": moved, "twins": twins}


def part_organisations(change: Change, by: Person) -> None:
    with transaction.atomic():
        change = open_change(change)
        if change.kind != MERGED or change.organisation_id is None:
            raise Refused(_("This cannot be taken back."))
        facts = change.facts
        rows = {one.pk: one for one in _organisations(change.organisation_id, facts["gone"])}
        kept, gone = rows[change.organisation_id], rows.get(facts["gone"])
        if gone is None or gone.merged_into_id != kept.pk:
            raise Refused(_("The other organisation no longer exists."))
        if kept.merged_into_id is not None:
            words = _("%(name)s was merged into another one afterwards. Take that back first.")
            raise Refused(words % {"name": kept})
        Domain.objects.filter(pk__in=facts["domains"], organisation=kept).update(organisation=gone)
        Note.objects.filter(pk__in=facts["notes"], organisation=kept).update(organisation=gone)
        Department.objects.filter(pk__in=facts["departments"]["moved"], organisation=kept).update(organisation=gone)
        back = Person.objects.filter(pk__in=facts["people"], organisation=kept)
        for pk, (twin, people) in facts["departments"]["twins"].items():
            back.filter(pk__in=people, department=twin).update(department=int(pk))
        back.update(organisation=gone)
        gone.is_active, gone.merged_into = facts["was_active"], None
        gone.save(update_fields=["is_active", "merged_into"])
        close(change, by)


def _organisations(*pks: int) -> list[Organisation]:
    return list(Organisation.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
