"""Plays the stories at an empty desk: mails through the real intake, answers through the real actions."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.db import connection
from django.utils import timezone

from guichet.channels.accept import Arrival, accept
from guichet.channels.email import tokens
from guichet.channels.models import Parcel, ParcelState
from guichet.demo import automation, cast, furnish, letters
from guichet.demo.stories import ALL
from guichet.demo.story import Bounce, Do, Mail, Note, Reply, Step, Story, unwrapped
from guichet.kit import pg
from guichet.kit.account_urls import smtp_account
from guichet.people import contacts, house
from guichet.people.actions import add_person, find_or_make_person, find_or_make_team, set_absence
from guichet.people.models import Department, Helpdesk, Membership, Organisation, Person, Role
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.guard.letter import CHECKS
from guichet.tickets.models import Inbox, Message, MessageKind, Priority, Status, Ticket
from guichet.tickets.models import Step as NextStep

PATIENCE = 60.0  # seconds for the worker to open one round of mails
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Play:
    """How far a story has been told."""

    story: Story
    now: datetime
    left: list[Step]
    mail: Mail | Bounce | None  # given to the intake, not yet on the ticket
    parcel: Parcel | None = None
    ticket: Ticket | None = None
    last: Message | None = field(default=None)  # ours, that the customer answers


def fill() -> bool:
    """Fill the desk if it is empty; whether it was. Takes a few seconds; a worker must be running."""
    try:
        with pg.advisory_lock("demo", wait=False) as is_ours:
            if not is_ours or Inbox.objects.exists():
                return False
            Helpdesk.objects.update_or_create(pk=1, defaults={"name": "Lumen"})
            people, inboxes = make_people(), make_inboxes()
            furnish.furnish(people)
            tell(ALL, people, inboxes)
            look_ahead(people)
            look_at_everything(people)
            furnish.work(people)
            automation.switch_on(people)
            Inbox.objects.update(acknowledge=True)
            return True
    finally:
        connection.close()


def make_people() -> dict[str, Person]:
    """The cast, by address."""
    people = {}
    for agent in cast.AGENTS:
        people[agent.address] = add_person(
            agent.address,
            Role.ADMIN if agent.is_admin else Role.AGENT,
            name=agent.name,
            password=cast.PASSWORD,
            teams=[find_or_make_team(name) for name in agent.teams],
            language=agent.language,
        )
    for one in cast.CUSTOMERS:
        person = find_or_make_person(one.address, one.name, one.language)
        organisation = Organisation.objects.get_or_create(name=one.organisation)[0] if one.organisation else None
        person.organisation, person.site = organisation, one.site
        if one.department:
            person.department = Department.objects.get_or_create(name=one.department, organisation=organisation)[0]
        person.save()
        if one.address == cast.GUEST:
            person.set_password(cast.PASSWORD)
            person.save(update_fields=["password"])
        if one.phone:
            contacts.add_phone(person, one.phone, person)
        people[one.address] = person
    return people


def make_inboxes() -> dict[str, Inbox]:
    """The two inboxes, by address; silent while old mail comes in."""
    return {
        one.address: Inbox.objects.create(
            address=one.address,
            name=one.name,
            team=find_or_make_team(one.team),
            language=one.language,
            signature=one.signature,
            acknowledge=False,
        )
        for one in cast.INBOXES
    }


def send_to(url: str) -> None:
    """Write the way out into the inboxes as well, so that commands beside the demo know it; what you set is kept."""
    try:
        for inbox in Inbox.objects.filter(address__in=[one.address for one in cast.INBOXES]):
            own, new = inbox.settings.get("outgoing"), smtp_account(url)
            if own != new and (own is None or own["host"] == new["host"]):
                inbox.settings = {**inbox.settings, "outgoing": new}
                inbox.save(update_fields=["settings"])
    finally:
        connection.close()


def tell(stories: Sequence[Story], people: dict[str, Person], inboxes: dict[str, Inbox]) -> None:
    """In rounds: all mails that are due are taken in and opened, then the agents act up to the next mail."""
    plays = sorted((begin(story) for story in stories), key=lambda play: play.now)
    while waiting := [play for play in plays if play.mail is not None]:
        parcels = accept([_arrival(play, inboxes) for play in waiting])
        for play, parcel in zip(waiting, parcels, strict=True):
            play.parcel = parcel
        _wait_for_worker(parcels)
        for play in waiting:
            _on_the_desk(play, people, inboxes)


def look_at_everything(people: dict[str, Person]) -> None:
    """The agents have read all tickets but those where nobody has answered the customer yet."""
    agents = [people[agent.address] for agent in cast.AGENTS]
    for ticket in Ticket.objects.exclude(waiting_since__isnull=False, assignee=None):
        for agent in agents:
            if ticket.team_id in agent.team_ids:
                actions.mark_seen(ticket, agent, ticket.last_message_at)


def look_ahead(people: dict[str, Person]) -> None:
    """Something of each kind for the board: a sleeping ticket, a promise with its date, a lead, and somebody away."""
    now = timezone.now().astimezone(house.zone()).replace(hour=9, minute=0, second=0, microsecond=0)
    for team, lead in ((cast.SERVICE_TEAM, "jonas@lumen.example"), (cast.CARE_TEAM, "claire@lumen.example")):
        Membership.objects.filter(team__name=team, person=people[lead]).update(is_lead=True)
    away, stands_in = people["ines@lumen.example"], people["jonas@lumen.example"]
    set_absence(away, now - timedelta(days=1), now + timedelta(days=4), stands_in)
    waiting = Ticket.objects.open().filter(waiting_since=None, returned_at=None).exclude(assignee=None)
    asleep, promised = waiting.order_by("number").select_related("assignee")[:2]
    actions.snooze(asleep, now + timedelta(days=6), By(asleep.assignee, "desk"))
    at, by = now + timedelta(days=2), By(promised.assignee, "desk")
    actions.plan(promised, NextStep.LOOK, at, by, words="Has the parcel come?")


def begin(story: Story) -> Play:
    zone = house.zone()
    now = timezone.now().astimezone(zone).replace(microsecond=0)
    if story.at:
        hour, minute = story.at.split(":")
        now = _workdays_before(now, story.workdays).replace(hour=int(hour), minute=int(minute), second=7)
    return Play(story, now - timedelta(minutes=story.minutes_ago), list(story.steps), story.first)


def _workdays_before(day: datetime, count: int) -> datetime:
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _later(play: Play, minutes: int) -> datetime:
    """The play's clock moves on, but never past this minute."""
    play.now = min(play.now + timedelta(minutes=minutes), timezone.now().astimezone(play.now.tzinfo))
    return play.now


def _arrival(play: Play, inboxes: dict[str, Inbox]) -> Arrival:
    """The next mail of a story as a door takes it."""
    if isinstance(play.mail, Bounce):
        return _report(play, play.mail)
    assert play.mail is not None
    address = play.mail.sender or play.story.requester
    known = cast.customer(address)
    sender = letters.Sender(known.name if known else "", address, known.language if known else "en")
    answered = _answered(play.last) if play.last else None
    subject = play.mail.subject or f"{'AW' if sender.language == 'de' else 'Re'}: {play.story.first.subject}"
    raw = letters.compose(play.mail, sender, play.story.inbox, subject, play.now, answered)
    to = parseaddr(answered.reply_to)[1] if answered else play.story.inbox
    inbox = play.last.ticket.inbox if play.last else inboxes[play.story.inbox]
    return Arrival("smtp", address, inbox.pk, [to], raw, received_at=play.now)


def _report(play: Play, bounce: Bounce) -> Arrival:
    assert play.last is not None
    inbox, recipient = play.last.ticket.inbox, play.last.to[0]["address"]
    back = tokens.return_path(inbox, play.last.pk)
    raw = letters.delivery_report(bounce, recipient, back, play.last.message_id, play.now)
    return Arrival("smtp", "", inbox.pk, [back], raw, received_at=play.now)


def _answered(message: Message) -> letters.Answered:
    ticket = message.ticket
    return letters.Answered(
        message_id=message.message_id,
        reply_to=tokens.reply_address(ticket.inbox, ticket.pk, ticket.requester_id),
        from_name=ticket.inbox.name,
        from_address=ticket.inbox.address,
        subject=ticket.subject,
        text=message.text,
        at=timezone.localtime(message.at, house.zone()),
    )


def _wait_for_worker(parcels: Sequence[Parcel]) -> None:
    deadline = time.monotonic() + PATIENCE
    ids = [parcel.pk for parcel in parcels]
    while Parcel.objects.filter(pk__in=ids, state=ParcelState.RECEIVED).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the worker did not open {len(ids)} mails within {PATIENCE:.0f} s")
        time.sleep(0.1)


def _on_the_desk(play: Play, people: dict[str, Person], inboxes: dict[str, Inbox]) -> None:
    """What agents do until the next mail of this story."""
    assert play.parcel is not None
    play.parcel.refresh_from_db()
    play.ticket = play.parcel.ticket or play.ticket
    play.mail = None
    if play.ticket is None:
        log.warning("%r of the demo became no ticket: %s", play.story.first.subject, play.parcel.reason)
        return
    while play.left and play.mail is None:
        step = play.left.pop(0)
        at = _later(play, step.after)
        if isinstance(step, Mail | Bounce):
            play.mail = step
        else:
            play.ticket.refresh_from_db()
            _act(play, play.ticket, step, By(people[step.by], "desk", at=at), people, inboxes)


def _act(
    play: Play, ticket: Ticket, step: Reply | Note | Do, by: By, people: dict[str, Person], inboxes: dict[str, Inbox]
) -> None:
    if isinstance(step, Note):
        actions.add_note(ticket, Words(text=unwrapped(step.text)), by)
    elif isinstance(step, Reply):
        requester = ticket.requester
        asked = ticket.messages.filter(kind=MessageKind.INBOUND).latest("at")
        words = Words(
            text=unwrapped(step.text),
            to=[{"name": requester.name, "address": requester.email or ""}],
            in_reply_to=asked.message_id,
        )
        status = Status(step.status) if step.status else None
        # What is written here is known to be right: a guard that grows stricter must not leave the desk empty.
        play.last = actions.reply(ticket, words, by, seen=ticket.version, status=status, insists=CHECKS)
    else:
        _set(ticket, step, by, people, inboxes)


def _set(ticket: Ticket, step: Do, by: By, people: dict[str, Person], inboxes: dict[str, Inbox]) -> None:
    if step.assign:
        actions.assign(ticket, people[step.assign], by)
    if step.priority:
        actions.set_priority(ticket, Priority[step.priority.upper()], by)
    if step.tags:
        actions.set_tags(ticket, step.tags, by)
    if step.status:
        actions.set_status(ticket, Status(step.status), by)
    if step.move:
        actions.move(ticket, inboxes[step.move], by)
