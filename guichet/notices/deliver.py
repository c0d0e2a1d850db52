"""Notices on their way by mail. The rows say what is due; a mail and what the rows say of it commit together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from guichet.kit import crypto
from guichet.kit.lines import one_line
from guichet.notices import saying, ways
from guichet.notices.models import Notice
from guichet.people.house import house
from guichet.people.models import Person
from guichet.tickets.models import Message

MOST = 200  # notices of one mail; the bell has them all
OFF = "notices off"  # what the token of the link in each mail is for
WORDS = 400  # characters of a message
READ_LAST, UNREAD_LAST = timedelta(days=90), timedelta(days=365)


def mail_due(now: datetime | None = None) -> int:
    """Mail everyone what is due to them; how many mails."""
    now = now or timezone.now()
    due = Notice.objects.filter(mail_at__lte=now).order_by().values_list("person_id", flat=True).distinct()
    return sum(mail_to(pk, now) for pk in list(due))


def mail_to(person_id: int, now: datetime) -> bool:
    """One mail with all that is due to this person, if anything of it is still news to them."""
    with transaction.atomic():
        due = Notice.objects.filter(person=person_id, mail_at__lte=now)
        rows = list(due.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True))
        if not rows:
            return False
        mine = Notice.objects.filter(pk__in=rows)
        last = Notice.objects.filter(person=person_id).aggregate(at=Max("mailed_at"))["at"]
        if last is not None and now < last + ways.FOLDED:
            mine.update(mail_at=last + ways.FOLDED)
            return False
        mine.update(mail_at=None)
        person = Person.objects.agents().filter(pk=person_id).first()
        if person is None or not person.email or not ways.wishes_of([person_id])[person_id].takes_mail:
            return False
        fresh = Notice.objects.visible_to(person).standing().unread().filter(pk__in=rows)
        notices = list(fresh.select_related(*saying.NOUNS).defer("ticket__inbox__settings").order_by("-pk")[:MOST])
        if not notices:
            return False
        mine.update(mailed_at=now)
        _mail(person, notices[::-1]).send()
    return True


def _mail(person: Person, notices: Sequence[Notice]) -> EmailMessage:
    with translation.override(person.language or house().language), timezone.override(ways.zone_of(person)):
        piles = saying.sealed(saying.piles(notices))
        for pile in piles:
            _add_words(pile, person)
        context = {
            "piles": piles,
            "house": house(),
            "choices_url": settings.URL + reverse("notices:choices"),
            "notices_url": settings.URL + reverse("notices:notices"),
            "off_url": off_url(person),
            "is_cut": len(notices) == MOST,
        }
        text = render_to_string("notices/mail.txt", context).strip() + "\n"
        subject = _subject(piles)
    # One click in the mail program switches them off (RFC 8058); the page behind the link asks first.
    ways_out = {"List-Unsubscribe": f"<{off_url(person)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return EmailMessage(one_line(subject, 300), text, to=[person.email or ""], headers=ways_out)


def off_url(person: Person) -> str:
    return settings.URL + reverse("notices:off", args=[crypto.sign_token(OFF, person.pk)])


def _subject(piles: Sequence[saying.Pile]) -> str:
    if len(piles) > 1:
        return ngettext("News of %(n)s ticket", "News of %(n)s tickets", len(piles)) % {"n": len(piles)}
    return saying.title(piles[0])


def _add_words(pile: saying.Pile, person: Person) -> None:
    """The beginning of what was said, where it may stand in a mail: nothing of what is confidential does."""
    shown: Any = pile
    shown.url = settings.URL + reverse("desk:ticket", args=[pile.ticket.number])
    shown.title = saying.title(pile)
    wanted = [notice.message_id for notice in pile.notices if notice.message_id]
    readable = {} if pile.is_sealed else Message.objects.visible_to(person).in_bulk(wanted)
    for notice in pile.notices:
        line: Any = notice
        line.said = saying.sentence(notice)
        message = readable.get(notice.message_id or 0)
        is_open = message is not None and not message.came_encrypted
        line.words = one_line((message.reply or message.text) if message and is_open else "", WORDS)


def forget_old(now: datetime | None = None) -> None:
    """The table does not grow for ever: what was read goes after three months, all else after a year."""
    now = now or timezone.now()
    Notice.objects.filter(at__lt=now - READ_LAST, read_at__isnull=False).delete()
    Notice.objects.filter(at__lt=now - UNREAD_LAST).delete()
