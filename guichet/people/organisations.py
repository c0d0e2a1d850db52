"""What is done to organisations. Merging them is in `merging`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.actions import Refused
from guichet.people.contacts import ADDED, CHANGED, close, open_change, record
from guichet.people.models import Change, Domain, Organisation, Person

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
DOMAINS = 50
# Everybody's: whoever writes from there belongs to nobody in particular.
PUBLIC = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "outlook.fr", "outlook.de", "hotmail.com", "hotmail.fr",
    "hotmail.de", "live.com", "live.fr", "msn.com", "yahoo.com", "yahoo.fr", "yahoo.de", "icloud.com", "me.com",
    "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de",
    "orange.fr", "wanadoo.fr", "free.fr", "sfr.fr", "laposte.net", "bbox.fr", "numericable.fr", "bluewin.ch",
    "proton.me", "protonmail.com", "mail.com", "mail.ru", "yandex.ru", "yandex.com", "posteo.de", "mailbox.org",
    "zoho.com", "qq.com", "163.com",
})  # fmt: skip


def add_organisation(name: str, by: Person) -> Organisation:
    name = one_line(name, 200)
    if not name:
        raise Refused(_("Type a name."))
    try:
        with transaction.atomic():
            found = Organisation.objects.create(name=name, made_by=by)
            record(ADDED, by, {}, of=found)
    except IntegrityError as taken:
        raise Refused(_("An organisation has this name already.")) from taken
    return found


def change_organisation(organisation: Organisation, by: Person, **new: Any) -> Change | None:
    """Change what is given of: name, is_shared, is_active, extra, domains (all of them). Raises Refused."""
    try:
        with transaction.atomic():
            organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
            facts: dict[str, list[Any]] = {}
            if "name" in new:
                new["name"] = one_line(new["name"], 200)
                if not new["name"]:
                    raise Refused(_("Type a name."))
            for field in ("name", "is_shared", "is_active", "extra"):
                if field in new and new[field] != getattr(organisation, field):
                    facts[field] = [getattr(organisation, field), new[field]]
                    setattr(organisation, field, new[field])
            organisation.save(update_fields=list(facts))
            if "domains" in new:
                _set_domains(organisation, new["domains"], facts)
            return record(CHANGED, by, facts, of=organisation) if facts else None
    except IntegrityError as taken:
        raise Refused(_("An organisation has this name already.")) from taken


def _set_domains(organisation: Organisation, names: Iterable[str], facts: dict[str, list[Any]]) -> None:
    before = sorted(organisation.domains.values_list("name", flat=True))
    wanted = sorted({name.strip().lower().removeprefix("@") for name in names} - {""})
    if wanted == before:
        return
    if len(wanted) > DOMAINS:
        raise Refused(_("At most %(n)s mail domains.") % {"n": DOMAINS})
    for name in wanted:
        if not DOMAIN.fullmatch(name):
            raise Refused(_("%(word)s is not a mail domain. It looks like example.com.") % {"word": name[:80]})
        if name in PUBLIC:
            raise Refused(_("%(word)s is everybody's: its addresses belong to no organisation.") % {"word": name})
    if Domain.objects.filter(name__in=wanted).exclude(organisation=organisation).exists():
        raise Refused(_("One of these mail domains is another organisation's."))
    organisation.domains.exclude(name__in=wanted).delete()
    Domain.objects.bulk_create([Domain(name=name, organisation=organisation) for name in set(wanted) - set(before)])
    facts["domains"] = [before, wanted]


def undo(change: Change, by: Person) -> None:
    """Take a change of an organisation back. Raises Refused where later changes stand in its way."""
    if change.kind != CHANGED or change.organisation is None:
        raise Refused(_("This cannot be taken back."))
    with transaction.atomic():
        change = open_change(change)
        assert change.organisation is not None
        organisation = Organisation.objects.select_for_update().get(pk=change.organisation.pk)
        now = {**{f: getattr(organisation, f) for f in ("name", "is_shared", "is_active", "extra")}}
        now["domains"] = sorted(organisation.domains.values_list("name", flat=True))
        if any(now[field] != new for field, (_old, new) in change.facts.items()):
            raise Refused(_("This was changed once more since. Change it by hand."))
        fields = [field for field in change.facts if field != "domains"]
        for field in fields:
            setattr(organisation, field, change.facts[field][0])
        try:
            with transaction.atomic():
                organisation.save(update_fields=fields)
        except IntegrityError as taken:
            raise Refused(_("An organisation has this name already.")) from taken
        if "domains" in change.facts:
            _set_domains(organisation, change.facts["domains"][0], {})
        close(change, by)
