"""The cast, one ordinary and one sealed object of each kind, and Hal, who alone is in the sealed team."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from guichet.channels.models import MailImport, MailKey, MailRule, Parcel
from guichet.kit.files import BlobStore
from guichet.people import actions as people
from guichet.people.models import Person, Role, Team
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import BulkRun, Inbox, Message, SavedView, SetAside, Ticket
from tests import make

PLAN = b"first this, then that"


@dataclass
class House:
    """The cast, one ordinary and one sealed object of each kind, and Hal, who alone is in the sealed team."""

    roles: dict[str, Any]
    support: Inbox
    secret: Inbox
    ours: Ticket
    sealed: Ticket
    our_parcel: Parcel
    sealed_parcel: Parcel
    our_rule: MailRule
    sealed_rule: MailRule
    our_import: MailImport
    sealed_import: MailImport
    set_aside: SetAside
    free_team: Team
    invitation: int
    absence: int
    our_key: MailKey
    sealed_key: MailKey
    their_key: MailKey
    views: dict[str, SavedView]
    run: BulkRun


def with_file(ticket: Ticket, person: Person) -> Message:
    file = FileRef("plan.txt", "text/plain", len(PLAN), BlobStore(settings.DATA / "blobs").put(PLAN))
    return actions.receive(ticket, Words(text="See the plan.", files=[file]), person, By(person, "email"))


def parcel(inbox: Inbox, ticket: Ticket) -> Parcel:
    return Parcel.objects.create(
        inbox=inbox, door="lmtp", raw=hashlib.sha256(PLAN).hexdigest(), size=len(PLAN), digest=f"{inbox.pk:064}", received_at=timezone.now(),
        ticket=ticket, message=last_message(ticket), state="quarantine",
    )  # fmt: skip


def mail_key(inbox: Inbox | None) -> MailKey:
    return MailKey.objects.create(
        kind="pgp", inbox=inbox, address="cleo@customer.example", public="key", fingerprint="a"
    )


def mail_rule(inbox: Inbox) -> MailRule:
    return MailRule.objects.create(inbox=inbox, field="sender", value="news@spam.example", action="quarantine")


def mail_import(inbox: Inbox) -> MailImport:
    source = {"path": "/nowhere"}
    return MailImport.objects.create(inbox=inbox, kind="mbox", name="old", source=source, state="stopped")


def built() -> House:
    cast = make.cast()
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team,))
    people.save_team(secret.team, [hal], [hal])
    ours = make.ticket(to=cast.support, of=cast.cleo)
    sealed = make.ticket(to=secret, of=cast.dan)
    with_file(ours, cast.cleo)
    with_file(sealed, cast.dan)
    event = sealed.events.first()
    assert event is not None
    roles: dict[str, Person | None] = {
        "nobody": None, "cleo": cast.cleo, "dan": cast.dan,
        "ana": cast.ana, "ben": cast.ben, "hal": hal, "ada": cast.ada,
    }  # fmt: skip
    return House(
        roles=roles, support=cast.support, secret=secret, ours=ours, sealed=sealed,
        our_parcel=parcel(cast.support, ours), sealed_parcel=parcel(secret, sealed),
        our_rule=mail_rule(cast.support), sealed_rule=mail_rule(secret),
        our_import=mail_import(cast.support), sealed_import=mail_import(secret),
        set_aside=SetAside.objects.create(follower="x", event=event, error="broken"),
        free_team=make.team("Nobody's"),
        invitation=people.invite("new@desk.example", cast.ada)[0].pk,
        absence=people.set_absence(cast.ana, timezone.now() + timedelta(days=9), timezone.now() + timedelta(days=12)).pk,
        our_key=mail_key(cast.support), sealed_key=mail_key(secret), their_key=mail_key(None),
        run=BulkRun.objects.create(person=cast.ana, verb="read", state="done"),
        views={
            "mine": SavedView.objects.create(name="Mine", owner=cast.ana),
            "sealed": SavedView.objects.create(name="HR's", owner=hal, audience="team", team=secret.team),
            "shared": SavedView.objects.create(name="Everybody's", owner=cast.ada, audience="all"),
        },
    )  # fmt: skip


def last_message(ticket: Ticket) -> Message:
    return ticket.messages.latest("id")
