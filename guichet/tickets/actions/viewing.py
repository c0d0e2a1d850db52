"""Saved views: written, arranged, deleted and brought back. Callers have asked `visible_to` or `changeable_by`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.conditions.fields import Asker
from guichet.conditions.tree import Malformed
from guichet.kit.lines import one_line
from guichet.people.models import Person
from guichet.tickets.actions.words import Refused
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import Audience, SavedView, ViewPlace
from guichet.tickets.unseen import hides

VIEWS_LIMIT = 200  # that one person owns
KEPT_FOR = timedelta(days=30)


def save_view(view: SavedView, person: Person) -> SavedView:
    """Store a new or changed view. Raises Refused for a condition outside the vocabulary, or rights not had."""
    view.name = one_line(view.name, 80)
    if not view.name:
        raise Refused(_("A view needs a name."))
    _check_condition(view, person)
    if view.audience == Audience.ALL and not person.is_admin:
        raise Refused(_("Only administrators share a view with everybody."))
    if view.audience == Audience.TEAM and view.team_id not in person.team_ids:
        raise Refused(_("Share a view with a team that you are in."))
    if view.audience == Audience.ME and view.owner_id != person.pk:
        raise Refused(_("Only %(name)s can keep this view to themselves.") % {"name": view.owner})
    if view.audience != Audience.TEAM:
        view.team = None
    if view.pk is None and SavedView.objects.filter(owner=view.owner, deleted_at=None).count() >= VIEWS_LIMIT:
        raise Refused(_("These are more than %(n)s views. Delete some first.") % {"n": VIEWS_LIMIT})
    view.save()
    return view


def _check_condition(view: SavedView, person: Person) -> None:
    """Of a condition that stays as it was nothing is asked: it may name what this person may not know."""
    before = SavedView.objects.filter(pk=view.pk).first() if view.pk else None
    if before is not None and before.condition == view.condition:
        return
    if hides(view.condition):
        raise Refused(_("“…” stands for something that you may not see. Take that part out, or leave all as it was."))
    try:
        FIELDS.check(view.condition, Asker(person))
    except Malformed as wrong:
        raise Refused(str(wrong)) from wrong
    view.author = None if view.owner_id == person.pk else person


def delete_view(view: SavedView) -> None:
    """It can be brought back for a month."""
    SavedView.objects.filter(deleted_at__lt=timezone.now() - KEPT_FOR).delete()
    view.deleted_at = timezone.now()
    view.save(update_fields=["deleted_at"])


def restore_view(view: SavedView) -> None:
    view.deleted_at = None
    view.save(update_fields=["deleted_at"])


def pin_view(view: SavedView, person: Person, *, is_pinned: bool) -> None:
    """Into this person's side bar, or out of it; what others see stays as it is."""
    ViewPlace.objects.update_or_create(view=view, person=person, defaults={"is_pinned": is_pinned})


def arrange_views(views: Sequence[SavedView], person: Person) -> None:
    """In this order for this person."""
    with transaction.atomic():
        places = [ViewPlace(view=view, person=person, position=at) for at, view in enumerate(views)]
        ViewPlace.objects.bulk_create(
            places, update_conflicts=True, unique_fields=["person", "view"], update_fields=["position"]
        )
