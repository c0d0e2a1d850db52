"""The rows of a list as HTML, written by hand: a page holds fifty, and the template engine took most of its time.

Everything that came from outside passes `escape` here, in one place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guichet.desk.templatetags.desk import language_name, priority_sign, state_sign
from guichet.kit.templatetags.kit import coming, icon, initials, short_day, short_span
from guichet.tickets.models import Priority, Status, Ticket
from guichet.tickets.models.ticket import TicketQuerySet

TAGS_SHOWN = 2
# What a row may show, in this order; always: its state, subject and the sign that it is unread.
COLUMNS = {
    "customer": gettext_lazy("Customer"),
    "organisation": gettext_lazy("Organisation"),
    "preview": gettext_lazy("Beginning of the latest message"),
    "number": gettext_lazy("Number"),
    "inbox": gettext_lazy("Inbox"),
    "team": gettext_lazy("Team"),
    "category": gettext_lazy("Category"),
    "severity": gettext_lazy("Impact and urgency"),
    "site": gettext_lazy("Site"),
    "language": gettext_lazy("Language"),
    "created": gettext_lazy("Created"),
    "priority": gettext_lazy("Priority"),
    "tags": gettext_lazy("Tags"),
    "assignee": gettext_lazy("Assignee"),
    "due": pgettext_lazy("field", "Deadline"),
    "message": gettext_lazy("Last message"),
    "waiting": gettext_lazy("Whose turn it is"),
}
USUAL = ("customer", "organisation", "preview", "priority", "tags", "assignee", "due", "message", "waiting")
SAME_MOMENT = timedelta(minutes=1)
# What a row shows and nothing more: an inbox's settings, say, would be decrypted fifty times.
_FIELDS = (
    "number", "subject", "status", "is_open", "priority", "preview", "last_message_at", "waiting_since",
    "next_look_at", "snoozed_until", "returned_at", "due_at",
    "created_at", "site", "language", "impact", "urgency",
    "requester__name", "requester__email", "requester__typed_address", "requester__site",
)  # fmt: skip
# What some columns take besides, and its fields: each join more makes PostgreSQL's plan longer than its answer.
_ORGANISATION = ("requester__organisation", "requester__organisation__name")
_INBOX = ("inbox", "inbox__name", "inbox__address")
_JOINED = {
    "organisation": (_ORGANISATION, _INBOX),
    "inbox": (_INBOX,),
    "team": (("team", "team__name"),),
    "category": (("category__parent", "category__name", "category__parent__name"),),
    "assignee": (("assignee", "assignee__name", "assignee__email"),),
}

_ROW = """<li class="row{css}" id="row-{pk}" data-ticket="{pk}">\
<span class="row-state">\
<input class="row-pick" type="checkbox" name="t" value="{pk}" form="bulk" aria-label="{pick}">{state}</span>\
{who}{org}\
<span class="row-subject">{unread}<a class="row-link" href="{url}">{subject}</a></span>\
{preview}\
<span class="row-marks">{marks}</span>\
{owner}{time}{wait}\
<button type="button" class="row-glance" data-glance tabindex="-1" title="{glance}">\
{eye}<span class="sr-only">{glance}</span></button>\
</li>
"""
_OWNER = (
    '<span class="avatar avatar-own avatar-s" title="{name}"><span class="sr-only">{name}</span>'
    '<span aria-hidden="true">{initials}</span></span>'
)
_CELL = '<span class="row-cell row-cell-{kind}" title="{title}"><span class="sr-only">{title}: </span>{words}</span>'
# The script says instead how much working time is left.
_DUE = (
    '<span class="row-due" title="{title}: {words}"><span class="sr-only">{title}: </span>'
    '<span data-due="{pk}">{words}</span></span>'
)
_TIME = '<time datetime="{at}" data-moment="ago">{words}</time>'


def carrying(tickets: TicketQuerySet, columns: Collection[str]) -> TicketQuerySet:
    """With all that the rows of these columns show."""
    joined = {noun: fields for column in columns for noun, *fields in _JOINED.get(column, ())}
    fields = [name for names in joined.values() for name in names]
    return tickets.select_related("requester", *joined).only(*_FIELDS, *fields)


class Rows:
    """Rows for one answer: the words that repeat are looked up once."""

    def __init__(self, view_key: str, columns: Collection[str] = USUAL) -> None:
        self._columns = frozenset(columns)
        self._now = timezone.now()
        self._states = {status: state_sign(status, True) for status in Status}
        self._priorities = {priority: priority_sign(priority, True) for priority in Priority}
        self._url, self._query = reverse("desk:list"), f"/?view={escape(view_key)}"
        unread = escape(_("Unread:"))
        self._unread = f'<span class="sr-only">{unread} </span>'
        self._eye, self._glance = icon("eye", css="icon-s"), escape(_("Preview"))
        self._pick = escape(_("Choose"))
        self._no_subject, self._waits = escape(_("(no subject)")), escape(_("waits"))
        self._looked = escape(_("looked at again:"))
        self._asleep, self._back = icon("moon", _("Asleep until"), "icon-s"), escape(_("came back"))
        self._draft = icon("square-pen", _("Your draft is here"), "icon-s")
        self._titles = {column: escape(str(label)) for column, label in COLUMNS.items()}
        self._ours, self._theirs = escape(_("our turn")), escape(_("their turn"))

    def html(self, tickets: Sequence[Ticket]) -> SafeString:
        """`tickets` come from `carrying` with `is_unread`, and were fetched through visible_to; one query for tags."""
        tags: dict[int, list[str]] = defaultdict(list)
        tagged = Ticket.tags.through.objects.filter(ticket__in=[ticket.pk for ticket in tickets])
        for ticket_id, name in tagged.order_by("tag__name").values_list("ticket_id", "tag__name"):
            tags[ticket_id].append(name)
        return SafeString("".join(self._row(ticket, tags[ticket.pk][:TAGS_SHOWN]) for ticket in tickets))

    def _row(self, ticket: Ticket, tags: Sequence[str]) -> str:
        is_unread = getattr(ticket, "is_unread", False)
        return _ROW.format(
            css=" row-unread" if is_unread else "",
            pk=ticket.pk,
            eye=self._eye,
            glance=self._glance,
            pick=f"{self._pick} #{ticket.number}",
            state=self._states[Status(ticket.status)],
            who=self._part("customer", "row-who", lambda: escape(str(ticket.requester))),
            org=self._part("organisation", "row-org", lambda: self._organisation(ticket)),
            unread=self._unread if is_unread else "",
            url=f"{self._url}{ticket.number}{self._query}",
            subject=escape(ticket.subject) or self._no_subject,
            preview=self._part("preview", "row-preview", lambda: escape(ticket.preview)),
            marks=self._marks(ticket, tags),
            owner=self._part("assignee", "row-owner", lambda: self._owner(ticket)),
            time=self._part("message", "row-time num", lambda: self._ago(ticket.last_message_at)),
            wait=self._part("waiting", "row-wait num", lambda: self._turn(ticket)),
        )

    def _part(self, column: str, css: str, words: Callable[[], str]) -> str:
        return f'<span class="{css}">{words()}</span>' if column in self._columns else ""

    def _marks(self, ticket: Ticket, tags: Sequence[str]) -> str:
        parts = [self._draft if getattr(ticket, "has_draft", False) else ""]
        parts += [self._priorities[Priority(ticket.priority)] if "priority" in self._columns else ""]
        if "tags" in self._columns:
            parts += [f'<span class="tag">{escape(tag)}</span>' for tag in tags]
        cells: dict[str, Callable[[], str]] = {
            "number": lambda: f"#{ticket.number}",
            "inbox": lambda: escape(str(ticket.inbox)),
            "team": lambda: escape(str(ticket.team)),
            "category": lambda: escape(str(ticket.category or "")),
            "severity": lambda: escape(self._grades(ticket)),
            "site": lambda: escape(ticket.site or ticket.requester.site),
            "language": lambda: escape(language_name(ticket.language)),
            "created": lambda: self._ago(ticket.created_at),
        }
        for column, words in cells.items():
            if column in self._columns:
                parts.append(_CELL.format(kind=column, title=self._titles[column], words=words()))
        if ticket.due_at is not None and ticket.is_open and "due" in self._columns:
            said = escape(coming(ticket.due_at, self._now))
            parts.append(_DUE.format(pk=ticket.pk, title=self._titles["due"], words=said))
        return "".join(parts)

    @staticmethod
    def _grades(ticket: Ticket) -> str:
        return " · ".join(str(label) for label in (ticket.get_impact_display(), ticket.get_urgency_display()) if label)

    @staticmethod
    def _organisation(ticket: Ticket) -> str:
        return escape(str(ticket.requester.organisation or ticket.inbox))

    def _owner(self, ticket: Ticket) -> str:
        if ticket.assignee is None:
            return ""
        name = str(ticket.assignee)
        return _OWNER.format(name=escape(name), initials=escape(initials(name)))

    def _turn(self, ticket: Ticket) -> str:
        """Whose turn it is; since when, where the time of the last message does not say that already."""
        if ticket.returned_at is not None:
            return self._back
        if ticket.snoozed_until is not None:
            return f"{self._asleep} {escape(short_day(ticket.snoozed_until, self._now))}"
        since = ticket.waiting_since
        if since is None:
            return self._look(ticket) if ticket.is_open else ""
        return f"{self._waits} {self._ago(since)}" if ticket.last_message_at - since > SAME_MOMENT else self._ours

    def _look(self, ticket: Ticket) -> str:
        """It is their turn; when we look whether they took it."""
        at = ticket.next_look_at
        if at is None:
            return self._theirs
        return f'<span title="{self._looked} {escape(short_day(at, self._now))}">{self._theirs}</span>'

    def _ago(self, at: datetime) -> str:
        return _TIME.format(at=at.isoformat(timespec="seconds"), words=escape(short_span(at, self._now)))
