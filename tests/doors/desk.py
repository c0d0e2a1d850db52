"""The agents' screens."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from guichet.people.models import Role
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import ChecklistItem, Draft, Link, LinkKind, Message, Ticket, TimeSpent
from tests import make
from tests.doors.house import House, last_message
from tests.doors.rows import (
    ADMINS,
    AGENTS,
    ANYONE,
    DISPATCHERS,
    NOBODY,
    PEOPLE,
    SEALED,
    Row,
    message_rows,
    ticket_rows,
    view_rows,
)


def link(ticket: Ticket) -> Link:
    """To a second ticket of the same inbox."""
    found = ticket.links.first()
    if found is None:
        other = make.ticket(to=ticket.inbox, of=ticket.requester)
        found = actions.link(ticket, other, LinkKind.RELATED, By(via="desk"))
    return found


def item(ticket: Ticket) -> ChecklistItem:
    return ticket.checklist.first() or actions.add_items(ticket, ["Call"], By(via="desk"))[0]


def spent(ticket: Ticket) -> TimeSpent:
    owner = ticket.inbox.team.members.first()
    return ticket.times.first() or actions.spend(ticket, 5, By(owner, "desk"))


def waiting_reply(ticket: Ticket) -> Message:
    """Ours, and not gone out yet."""
    found = ticket.messages.filter(kind="outbound").first()
    if found is None:
        later = timezone.now() + timedelta(hours=1)
        words = Words(text="Later.", to=[{"name": "", "address": "cleo@customer.example"}], send_at=later)
        found = actions.reply(ticket, words, By(via="desk"), seen=None)
    return found


def answer(ticket: Ticket) -> Message:
    found = ticket.messages.filter(kind="outbound", author__isnull=False).first()
    if found is None:
        words = Words(text="Try the switch.", to=[{"name": "", "address": "cleo@customer.example"}])
        found = actions.reply(ticket, words, By(make.person(role=Role.AGENT), "desk"), seen=None, takes_over=False)
    return found


def shared_draft(ticket: Ticket) -> Draft:
    """Of somebody who may not even see the ticket any more."""
    found = ticket.drafts.shared().first()
    if found is None:
        writer = make.person(role=Role.AGENT, name="Gone")
        found = actions.keep_draft(ticket, writer, "reply", actions.DraftWords(text="So far"), seen=0)
        assert found is not None
        actions.share_draft(found, By(writer, "desk"))
    return found


def own_draft(house: House) -> Draft:
    ana = house.roles["ana"]
    found = Draft.objects.filter(person=ana).first()
    return found or actions.keep_draft(house.ours, ana, "note", actions.DraftWords(text="Mine"), seen=0)  # type: ignore[return-value]


ROWS: dict[str, list[Row]] = {
    "desk:home": [Row(PEOPLE)],
    "desk:list": [Row(AGENTS)],
    **{f"desk:{name}": [Row(AGENTS)] for name in ("counts", "condition", "complete", "columns", "views", "new_view")},
    **{
        f"desk:{name}": view_rows(shared=ADMINS)
        for name in ("view", "keep_view", "delete_view", "restore_view")
    },
    **{f"desk:{name}": view_rows(shared=AGENTS) for name in ("pin_view", "move_view")},
    **{f"desk:{name}": [Row(ANYONE)] for name in ("manifest", "worker", "offline")},
    **{f"desk:{name}": [Row(AGENTS)] for name in ("bulk", "bulk_count", "palette")},
    "desk:preview": ticket_rows(),
    "desk:bulk_choices": [Row(AGENTS, lambda h, verb=verb: {"verb": verb}) for verb in ("assignee", "team", "tag", "category", "severity", "more", "x")],  # type: ignore[misc],
    **{
        f"desk:{name}": [Row(frozenset({"ana"}), lambda h: {"pk": h.run.pk})]
        for name in ("bulk_run", "bulk_undo", "bulk_stop")
    },
    "desk:appearance": [Row(AGENTS)],
    "desk:upload": [Row(AGENTS)],
    "desk:new_draft": [Row(AGENTS)],
    "desk:draft": ticket_rows(panel=lambda t: "reply"),
    "desk:share_draft": ticket_rows(panel=lambda t: "reply"),
    "desk:take_draft": ticket_rows(pk=lambda t: shared_draft(t).pk),
    "desk:drafts": [Row(AGENTS)],
    "desk:to_release": [Row(AGENTS)],
    "desk:release_link": [Row(AGENTS)],
    "desk:checks": [
        Row(ADMINS),
        Row(ADMINS, lambda h: {"pk": h.support.pk}),
        Row(NOBODY, lambda h: {"pk": h.secret.pk}),
    ],
    "desk:elsewhere": ticket_rows(),
    "desk:earlier": ticket_rows(),
    "desk:earlier_words": ticket_rows(message=lambda t: answer(t).pk),
    "desk:discard_draft": [Row(frozenset({"ana"}), lambda h: {"pk": own_draft(h).pk})],
    "desk:uploaded": [Row(NOBODY, lambda h: {"token": "forged"})],  # only who sent it up (tests/desk/test_rich_box.py),
    "desk:writing": [Row(AGENTS)],
    "desk:picture": [Row(NOBODY, lambda h: {"token": "forged"})],
    **{
        f"desk:{name}": ticket_rows()
        for name in (
            "ticket", "reply", "note", "assignee", "team", "set_status", "set_priority", "tags", "seen", "unseen",
            "compose", "ask", "snooze", "pend", "plan", "unplan", "give_back", "followers",
            "mentionable", "similar", "claim", "hand_over", "take_back_assignment",
        )
    },
    **{
        f"desk:{name}": ticket_rows(message=lambda t: waiting_reply(t).pk)
        for name in ("again", "take_back", "reschedule", "release", "not_released")
    },
    **{f"desk:{name}": [Row(AGENTS)] for name in ("new", "people", "search")},
    # Administrators and whoever looks after a team, each with the tickets that he sees.
    "desk:board": [Row(DISPATCHERS)],
    "desk:member": [
        Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk}),
        Row(DISPATCHERS, lambda h: {"pk": h.roles["hal"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    **{
        f"desk:{name}": [
            Row(ADMINS, lambda h: {"number": h.ours.number}),
            Row(SEALED, lambda h: {"number": h.sealed.number}),
        ]
        for name in ("board_assign", "board_undo", "whisper")
    },
    **{
        f"desk:{name}": ticket_rows(message=lambda t: last_message(t).pk)
        for name in ("accept", "join", "split", "keep")
    },
    **{
        f"desk:{name}": ticket_rows()
        for name in (
            "merge", "carry", "move", "undo_regrouping", "link", "follow_up", "checklist", "time", "set_type", "fields",
            "set_category", "set_severity", "set_language", "set_site", "set_needs",
        )
    },
    **{
        f"desk:{name}": ticket_rows(item=lambda t: item(t).pk)
        for name in ("tick", "change_item", "remove_item")
    },
    "desk:change_time": ticket_rows(spent=lambda t: spent(t).pk),
    "desk:unlink": ticket_rows(pk=lambda t: link(t).pk),
    "desk:attachment": message_rows(lambda t: last_message(t).attachments.get().pk),
    "desk:message_html": message_rows(lambda t: last_message(t).pk),
    "desk:message_text": message_rows(lambda t: last_message(t).pk),
}  # fmt: skip
