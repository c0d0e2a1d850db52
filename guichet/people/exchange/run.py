"""Checking, importing and taking back a list: a hundred lines a transaction, by a job in short turns.

Killed at any point it goes on behind the last hundred; run once more from the beginning it changes nothing.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from guichet.kit import pg
from guichet.kit.files import make_data_folder
from guichet.people import contacts, organisations
from guichet.people.access import can
from guichet.people.actions import Refused
from guichet.people.exchange import columns, planning
from guichet.people.exchange.planning import Plan
from guichet.people.exchange.reading import Unusable, rows
from guichet.people.house import house
from guichet.people.models import Change, Exchange, ExtraField, Note, Organisation, Person

JOB = "guichet.people.tasks.exchange"
LOOKED_AT = 5  # lines of a file that are shown while its columns are chosen, the heads among them
BATCH = 100
TURN = 20.0  # seconds of one job; then others have their turn
ERRORS, SAMPLE = 200, 50
TOLD_OF_NEW = ("organisation", "department", "site", "language", "time_zone")  # beside who it is
STALLED = timedelta(minutes=1)
State = Exchange.State
UNFINISHED = (State.CHECKING, State.RUNNING, State.UNDOING)
log = logging.getLogger(__name__)


def folder() -> Path:
    return Path(settings.DATA) / "import" / "people"


def keep(kind: str, name: str, pieces: Iterable[bytes], by: Person) -> Exchange:
    """A file that came in, under a name of ours, with a guess at its columns. Raises Unusable by its first lines."""
    make_data_folder(folder())
    path = folder() / f"{secrets.token_hex(8)}.csv"
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
    try:
        first = list(islice(rows(path), LOOKED_AT))
        if not first:
            raise Unusable(_("The file is empty."))
    except Unusable:
        path.unlink()
        raise
    guessed = columns.guess(kind, first[0][1])
    return Exchange.objects.create(kind=kind, state=State.NEW, name=name[:255], path=path.name, by=by, columns=guessed)


def forget(exchange: Exchange) -> None:
    """The file is not needed any longer."""
    if exchange.path:
        path_of(exchange).unlink(missing_ok=True)


def path_of(exchange: Exchange) -> Path:
    return folder() / Path(exchange.path).name


def begin(exchange: Exchange, state: Exchange.State, **decided: Any) -> None:
    """Check, import or take back, from the beginning; a job does it. `decided` are columns and `overwrites`, which
    nobody changes under a list that is being read.
    """
    with transaction.atomic():
        exchange = Exchange.objects.select_for_update().get(pk=exchange.pk)
        allowed = {
            State.CHECKING: (State.NEW, State.CHECKED, State.FAILED, State.UNDONE),
            State.RUNNING: (State.CHECKED,),
            State.UNDOING: (State.DONE, State.FAILED),
        }[state]
        if exchange.state not in allowed:
            raise Refused(_("This list is in another state by now. Load the page again."))
        if state != State.UNDOING and not path_of(exchange).is_file():
            raise Refused(_("The file is no longer here. Bring it once more."))
        exchange.state, exchange.error, exchange.updated_at = state, "", timezone.now()
        exchange.line = exchange.new = exchange.changed = exchange.same = exchange.failed = 0
        exchange.errors, exchange.sample = [], []
        for name, value in decided.items():
            setattr(exchange, name, value)
        exchange.save()
        wake(exchange.pk)


def wake(pk: int) -> None:
    """Defer a job, in the caller's transaction; one that waits already is enough."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=f"exchange {pk}").defer(exchange_id=pk)
    except AlreadyEnqueued:
        log.debug("exchange %s has a job already", pk)


def sweep() -> None:
    """Wake those whose job was lost."""
    for pk in Exchange.objects.filter(state__in=UNFINISHED, updated_at__lt=timezone.now() - STALLED).values_list(
        "pk", flat=True
    ):
        wake(pk)


def run(pk: int, seconds: float | None = None) -> bool:
    """Go on for so many seconds (None: to the end); whether somebody has to go on later."""
    with pg.advisory_lock(f"exchange {pk}", wait=False) as is_free:
        exchange = (
            Exchange.objects.select_related("by").filter(pk=pk, state__in=UNFINISHED).first() if is_free else None
        )
        if exchange is None:
            return False
        language = (exchange.by.language if exchange.by else "") or house().language
        with override(language):
            try:
                if exchange.state == State.UNDOING:
                    return _undo(exchange, seconds)
                return _read(exchange, seconds)
            except (Unusable, OSError) as broken:
                words = (
                    str(broken)
                    if isinstance(broken, Unusable)
                    else _("The file is no longer here. Bring it once more.")
                )
                exchange.state, exchange.error = State.FAILED, words[:300]
                exchange.save(update_fields=["state", "error"])
    return False


def _read(exchange: Exchange, seconds: float | None) -> bool:
    started = time.monotonic()
    seen: dict[str, int] = {}
    found = islice(rows(path_of(exchange)), 1, None)
    is_dry = exchange.state == State.CHECKING
    own = columns.extra_fields(exchange.kind)
    while batch := list(islice(found, BATCH)):
        if batch[-1][0] <= exchange.line and exchange.kind == Exchange.Kind.PEOPLE:
            planning.remember(batch, exchange.columns, seen)
            continue
        if exchange.kind == Exchange.Kind.ORGANISATIONS:
            plans = plan_organisations(batch, exchange.columns, seen, own)
        else:
            plans = planning.plan(batch, exchange.columns, seen, overwrites=exchange.overwrites, fields=own)
        fresh = [one for one in plans if one.line > exchange.line]
        if not fresh:
            continue  # done in an earlier turn
        with transaction.atomic():
            if not is_dry:
                write(exchange, fresh)
            _count(exchange, fresh)
        if seconds is not None and time.monotonic() - started > seconds:
            return True
    exchange.state, exchange.total = (State.CHECKED if is_dry else State.DONE), exchange.line
    exchange.save(update_fields=["state", "total"])
    if not is_dry:
        forget(exchange)
    return False


def _count(exchange: Exchange, plans: Sequence[Plan]) -> None:
    for one in plans:
        outcome = one.outcome
        setattr(exchange, outcome, getattr(exchange, outcome) + 1)
        if outcome == "failed" and len(exchange.errors) < ERRORS:
            exchange.errors.append([one.line, one.error])
        elif outcome in ("new", "changed") and len(exchange.sample) < SAMPLE:
            exchange.sample.append([one.line, outcome, one.title, _told(one)])
    exchange.line, exchange.updated_at = plans[-1].line, timezone.now()
    exchange.save()


def _told(one: Plan) -> list[list[str]]:
    lines = [[key, str(old), str(new)] for key, (old, new) in one.facts.items() if key != "extra"]
    if one.outcome == "new" and "known" in one.typed:
        lines = [["domains", "", ", ".join(one.typed["domains"])]] if one.typed["domains"] else []
    elif one.outcome == "new":
        lines = [[key, "", str(one.typed[key])] for key in TOLD_OF_NEW if one.typed.get(key)]
    before, after = one.facts.get("extra", ({}, {}))
    changed = [key for key in after if before.get(key) != after[key]]
    lines += [[f"{columns.EXTRA}{key}", str(before.get(key, "")), str(after[key])] for key in changed]
    lines += [["email", "", address] for address in one.emails] + [["phone", "", number] for number in one.phones]
    return lines + ([["note", "", one.note[:120]]] if one.note else [])


# -- writing


def write(exchange: Exchange, plans: Sequence[Plan]) -> None:
    """These rows, within the caller's transaction; one that is refused becomes an error and stops no other."""
    by = exchange.by
    if by is None or not can(by, "keep contacts"):
        raise Unusable(_("Whoever began this import may not import any longer."))
    known = planning.organisations_of(plans) if exchange.kind == Exchange.Kind.PEOPLE else {}
    for one in plans:
        if one.outcome not in ("new", "changed"):
            continue
        try:
            with transaction.atomic(), contacts.during(exchange):
                if exchange.kind == Exchange.Kind.PEOPLE:
                    _write_person(one, by, known)
                else:
                    _write_organisation(one, by)
        except Refused as why:
            one.error = str(why)


def _write_person(one: Plan, by: Person, known: dict[str, Organisation]) -> None:
    typed = one.typed
    if one.person is None:
        new: dict[str, Any] = {key: typed[key] for key in ("name", "site", "language", "time_zone") if typed[key]}
        first = one.emails[0] if one.emails else ""
        person = contacts.add_contact(by, address=first, phone=next(iter(one.phones), ""))
        emails, phones = one.emails[1:], one.phones[1:]
    else:
        person, emails, phones = one.person, one.emails, one.phones
        new = {key: value for key, (_old, value) in one.facts.items() if key not in ("organisation", "department")}
    if typed["organisation"] and (one.person is None or "organisation" in one.facts):
        new["organisation"] = _organisation(typed["organisation"], by, known)
    if typed["department"] and (one.person is None or "department" in one.facts):
        new["department"] = typed["department"]
    if "extra" in one.facts:
        new["extra"] = one.facts["extra"][1]
    if new:
        # Whoever is new is told of as a whole: there is nothing to go back to.
        contacts.change_contact(person, by, **new, is_told=one.person is not None)
    for address in emails:
        contacts.add_address(person, address, by)
    for number in phones:
        contacts.add_phone(person, number, by)
    if one.note:
        contacts.add_note(person, one.note, by)


def _organisation(name: str, by: Person, known: dict[str, Organisation]) -> Organisation:
    found = known.get(name.casefold())
    if found is None:
        found = known[name.casefold()] = organisations.add_organisation(name, by)
    return found


def plan_organisations(
    batch: Sequence[tuple[int, list[str]]], given: Sequence[str], seen: dict[str, int], own: Sequence[ExtraField]
) -> list[Plan]:
    """As `planning.plan`, of organisations: known by their name, whatever its letter case."""
    plans = []
    for line, cells in batch:
        cell = {key: value.strip() for key, value in zip(given, cells, strict=False) if key}
        one = Plan(line, {"name": cell.get("name", "")[:200], "organisation": cell.get("name", "")[:200]})
        one.typed["domains"] = sorted(set(cell.get("domains", "").replace(",", " ").replace(";", " ").lower().split()))
        one.typed["extra"] = planning.extra_of(cell)
        one.note = cell.get("note", "").strip()
        key = one.typed["name"].casefold()
        if not key:
            one.error = _("A line needs the name of an organisation.")
        elif key in seen:
            words = _("%(name)s stands on line %(line)s already. Keep one of the two.")
            one.error = words % {"name": one.typed["name"], "line": seen[key]}
        seen.setdefault(key, line)
        plans.append(one)
    known = planning.organisations_of(plans)
    domains: dict[int, list[str]] = {}
    pks = [one.pk for one in known.values()]
    for pk, name in Organisation.objects.filter(pk__in=pks, domains__isnull=False).values_list("pk", "domains__name"):
        domains.setdefault(pk, []).append(name)
    notes = set(Note.objects.filter(organisation__in=pks).values_list("organisation", "text"))
    for one in plans:
        found = known.get(one.typed["name"].casefold())
        one.typed["known"], one.is_known = found, found is not None
        if not one.error:
            try:
                planning.compare_extra(one, found.extra if found else {}, own, overwrites=True)
            except planning.Wrong as wrong:
                one.error = str(wrong)
        if found is None:
            continue
        before = sorted(domains.get(found.pk, []))
        wanted = sorted({*before, *one.typed["domains"]})
        if wanted != before:
            one.facts["domains"] = (", ".join(before), ", ".join(wanted))
            one.typed["domains"] = wanted
        if (found.pk, one.note) in notes:
            one.note = ""
    return plans


def _write_organisation(one: Plan, by: Person) -> None:
    found = one.typed["known"] or organisations.add_organisation(one.typed["name"], by)
    if one.typed["domains"] and (one.typed["known"] is None or "domains" in one.facts):
        organisations.change_organisation(found, by, domains=one.typed["domains"])
    if "extra" in one.facts:
        organisations.change_organisation(found, by, extra=one.facts["extra"][1])
    if one.note:
        contacts.add_note(found, one.note, by)


# -- taking back


def _undo(exchange: Exchange, seconds: float | None) -> bool:
    """The last change first. What was changed again since, or has requests by now, stays; it is said how many."""
    started = time.monotonic()
    while batch := list(_left(exchange)):
        with transaction.atomic():
            for change in batch:
                _take_back(exchange, change)
            exchange.updated_at = timezone.now()
            exchange.save()
        if seconds is not None and time.monotonic() - started > seconds:
            return True
    exchange.state = State.UNDONE
    exchange.save(update_fields=["state"])
    return False


def _left(exchange: Exchange) -> Iterator[Change]:
    open_ones = exchange.changes.filter(undone_at=None).order_by("-pk")
    if exchange.line:
        open_ones = open_ones.filter(pk__lt=exchange.line)
    yield from open_ones.select_related("person", "organisation")[:BATCH]


def _take_back(exchange: Exchange, change: Change) -> None:
    exchange.line = change.pk
    by = exchange.by
    assert by is not None
    try:
        with transaction.atomic():
            if change.kind == contacts.ADDED:
                _remove(change, exchange)
            elif change.person is not None:
                contacts.undo(change, by)
            else:
                organisations.undo(change, by)
        exchange.changed += 1
    except (Refused, ProtectedError) as why:
        exchange.failed += 1
        if len(exchange.errors) < ERRORS:
            words = str(why) if isinstance(why, Refused) else _("has requests by now and stays")
            exchange.errors.append([0, f"{change.person or change.organisation}: {words}"])


def _remove(change: Change, exchange: Exchange) -> None:
    """What the import made is gone, unless somebody used it since. Raises ProtectedError, Refused."""
    made = change.person or change.organisation
    if made is None:
        return
    touched = made.changes.filter(undone_at=None).exclude(exchange=exchange).exists()
    noted = made.notes.exclude(author=exchange.by).exists()
    if touched or noted or (isinstance(made, Organisation) and made.people.exists()):
        raise Refused(_("was changed or used since and stays"))
    made.delete()
