"""Which of the things that may stand beside a conversation this ticket has: one cheap query, so that the page of most
tickets pays nothing for what they lack. It shows nothing itself: what there is, is asked for through visible_to.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection

from guichet.tickets.models import Ticket

# In SQL, because the ORM takes longer to write these than PostgreSQL to answer them.
_ASKED = """
WITH own AS (SELECT %(ticket)s::bigint AS id UNION ALL SELECT id FROM tickets_ticket WHERE merged_into_id = %(ticket)s)
SELECT
    EXISTS (SELECT FROM own JOIN tickets_link l ON l.ticket_id = own.id)
        OR EXISTS (SELECT FROM own JOIN tickets_link l ON l.other_id = own.id),
    EXISTS (SELECT FROM tickets_follower WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM tickets_checklistitem WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM own JOIN tickets_timespent t ON t.ticket_id = own.id),
    EXISTS (SELECT FROM tickets_draft WHERE ticket_id = %(ticket)s AND message_id IS NULL AND discarded_at IS NULL),
    EXISTS (SELECT FROM tickets_ticket_tags WHERE ticket_id = %(ticket)s),
    EXISTS (SELECT FROM people_note WHERE person_id = %(requester)s)
        OR EXISTS (SELECT FROM people_note WHERE organisation_id = %(organisation)s),
    EXISTS (SELECT FROM tickets_tickettype WHERE is_active),
    EXISTS (SELECT FROM people_extrafield WHERE is_active AND "of" = 'ticket'),
    EXISTS (SELECT FROM tickets_category WHERE is_active),
    EXISTS (SELECT FROM tickets_severity),
    EXISTS (SELECT FROM people_skill),
    EXISTS (SELECT FROM tickets_need WHERE ticket_id = %(ticket)s)
"""


class Beside(NamedTuple):
    links: bool
    followers: bool
    checklist: bool
    times: bool
    drafts: bool
    tags: bool
    notes: bool
    types: bool  # in the house
    fields: bool
    categories: bool
    severity: bool
    skills: bool
    needs: bool  # of the ticket


def beside(ticket: Ticket) -> Beside:
    requester = ticket.requester
    asked = {"ticket": ticket.pk, "requester": requester.pk, "organisation": requester.organisation_id}
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, asked)
        return Beside(*cursor.fetchone())
