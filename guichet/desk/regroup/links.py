"""What hangs together with a ticket, as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext as _

from guichet.people.models import Person
from guichet.people.named import all_but_name
from guichet.tickets.models import Link, LinkKind, Ticket

SHOWN = 100


@dataclass(frozen=True)
class Row:
    link: Link
    ticket: Ticket


@dataclass
class Group:
    heading: str
    rows: list[Row] = field(default_factory=list)
    has_progress: bool = False

    @property
    def done(self) -> int:
        return sum(not row.ticket.is_open for row in self.rows)


def groups(ticket: Ticket, person: Person) -> list[Group]:
    """Parent, children with how many are done, and the others; one query. An invisible end shows nothing at all."""
    from_here, to_here = (Q(**{end: ticket}) | Q(**{f"{end}__merged_into": ticket}) for end in ("ticket", "other"))
    links = Link.objects.visible_to(person).filter(from_here | to_here)
    links = links.select_related("ticket__assignee", "other__assignee").order_by("pk")
    links = links.defer(*all_but_name("ticket__assignee", "other__assignee"), "ticket__preview", "other__preview",
                        "ticket__extra", "other__extra")  # fmt: skip
    found = {
        ("child", True): Group(_("Parent")),
        ("child", False): Group(_("Children"), has_progress=True),
        ("follow_up", True): Group(_("Follow-up of")),
        ("follow_up", False): Group(_("Follow-ups")),
        ("duplicate", True): Group(_("Duplicate of")),
        ("duplicate", False): Group(_("Duplicates")),
        ("related", True): (related := Group(_("Related"))),
        ("related", False): related,
    }
    for link in links[:SHOWN]:
        is_first = ticket.pk in (link.ticket_id, link.ticket.merged_into_id)
        end = link.other if is_first else link.ticket
        if ticket.pk not in (end.pk, end.merged_into_id):
            found[str(link.kind), is_first].rows.append(Row(link, end))
    return [group for key, group in found.items() if group.rows and key != ("related", False)]


def choices() -> Sequence[tuple[str, str]]:
    """How this ticket may stand to another one; a minus has the other one stand so to this."""
    return [
        (LinkKind.RELATED, _("is related to")),
        (LinkKind.CHILD, _("is a child of")),
        ("-child", _("is the parent of")),
        (LinkKind.DUPLICATE, _("is a duplicate of")),
        (LinkKind.FOLLOW_UP, _("is a follow-up of")),
    ]
