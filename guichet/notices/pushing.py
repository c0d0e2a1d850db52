"""Notices on their way to browsers (web push). What is due stands in the rows; a claim that is not kept lapses.

A message may come twice if we die in between; with the same tag the second takes the place of the first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.kit import http, push
from guichet.notices import saying, ways
from guichet.notices.models import Device, Notice
from guichet.people.house import house
from guichet.people.models import Person

CLAIM = timedelta(minutes=2)  # until somebody else may try: longer than all devices of a person take
STALE = timedelta(hours=4)  # after this nobody wants to be called any more
LASTS = 4 * 3600  # seconds that a push service keeps it for a browser that is off
ONE_BY_ONE = 3  # tickets; news of more are one message
GONE = (404, 410)
PATIENCE = 20  # failures in a row of one device
log = logging.getLogger(__name__)
Said = dict[str, str]


def push_all_due(now: datetime | None = None) -> None:
    now = now or timezone.now()
    due = Notice.objects.filter(push_at__lte=now).order_by().values_list("person_id", flat=True).distinct()
    for pk in list(due):
        push_to(pk, now)


def push_to(person_id: int, now: datetime | None = None) -> int:
    """What is due to this person, to each of their devices; how many messages were taken."""
    now = now or timezone.now()
    claimed = _claim(person_id, now)
    person = Person.objects.agents().filter(pk=person_id).first()
    devices = list(Device.objects.visible_to(person)) if person is not None else []
    mine = Notice.objects.filter(pk__in=claimed)
    if person is None or not devices:
        mine.update(push_at=None)
        return 0
    fresh = Notice.objects.visible_to(person).standing().unread().filter(pk__in=claimed, at__gt=now - STALE)
    notices = list(fresh.select_related(*saying.NOUNS).defer("ticket__inbox__settings").order_by("pk"))
    taken, is_over = 0, True
    for said in _messages(person, notices):
        for device in devices:
            status = _send(device, said)
            taken += status == 201 or 200 <= status < 300
            is_over = is_over and status not in (0, 429) and status < 500
    # Where a service is away, the claim lapses by itself and it is tried again.
    if is_over:
        mine.update(push_at=None)
    else:
        mine.exclude(pk__in=[notice.pk for notice in notices]).update(push_at=None)
    return taken


def _claim(person_id: int, now: datetime) -> list[int]:
    with transaction.atomic():
        due = Notice.objects.filter(person=person_id, push_at__lte=now).select_for_update(skip_locked=True)
        pks = list(due.order_by("pk").values_list("pk", flat=True))
        Notice.objects.filter(pk__in=pks).update(push_at=now + CLAIM)
    return pks


def _messages(person: Person, notices: Sequence[Notice]) -> list[Said]:
    with translation.override(person.language or house().language), timezone.override(ways.zone_of(person)):
        piles = saying.sealed(saying.piles(notices))
        if len(piles) > ONE_BY_ONE:
            words = ngettext("News of %(n)s ticket", "News of %(n)s tickets", len(piles)) % {"n": len(piles)}
            return [_said(str(house()), words, reverse("notices:notices"), "notices")]
        return [_of(pile) for pile in piles]


def _of(pile: saying.Pile) -> Said:
    """It may stand on a locked screen: never what was written, and of what is confidential the number alone."""
    number, url = f"#{pile.ticket.number}", reverse("desk:ticket", args=[pile.ticket.number])
    said = _("There is news") if pile.is_sealed else saying.sentence(pile.notices[-1])
    return _said(saying.title(pile)[:200], said[:200], url, number)


def _said(title: str, body: str, url: str, tag: str) -> Said:
    return {"title": title, "body": body, "url": url, "tag": tag}


def greet(device: Device) -> bool:
    """The first message, at once: whether the service took it."""
    words = _said(str(house()), _("From now on news come here."), reverse("notices:notices"), "notices")
    return 200 <= _send(device, words) < 300


def _send(device: Device, said: Said) -> int:
    """The service's status; 0 where it did not answer. A device that is gone is forgotten."""
    try:
        status = push.send(device.endpoint, device.key, device.secret, said, lasts=LASTS)
    except (http.Refused, push.BadKeys) as refused:
        log.warning("a push message of device %s was not sent: %s", device.pk, refused)
        status = 0
    row = Device.objects.filter(pk=device.pk)
    if status in GONE:
        row.delete()
    elif 200 <= status < 300:
        row.update(reached_at=timezone.now(), failures=0)
    else:
        row.update(failures=F("failures") + 1)
        row.filter(failures__gte=PATIENCE).delete()
    return status
