"""The indexer's work, done by the worker a moment after the fact: cards of many tickets anew, words learned.

What must be found at once is not here: triggers write it in the transaction that changes a message.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, close_old_connections, connection, transaction

from guichet.kit import pg
from guichet.tickets.models import Ticket, ToIndex

TICKETS, MESSAGES, WORDS = 50, 500, 200  # at a time: each is one short transaction
FORGET_EVERY = 60.0  # seconds between two looks for words that nobody uses any more
EVERY = 1.0  # seconds between two looks at a list that was empty
BREATH = 0.05  # seconds between two rounds of a long list: whoever waits for an answer comes first
log = logging.getLogger(__name__)


def run(stopping: threading.Event) -> None:
    """Work until `stopping` is set, through restarts of the database. Blocks."""
    forgot_at, after = time.monotonic(), ""
    while not stopping.is_set():
        pause = EVERY
        try:
            pause = BREATH if work() else EVERY
            if pause == EVERY and time.monotonic() - forgot_at > FORGET_EVERY:
                forgot_at, after = time.monotonic(), forget_words(after)
        except DatabaseError as error:
            log.warning("nothing was indexed: %s", str(error).strip())
        except Exception:
            log.exception("the indexer failed and goes on")
        close_old_connections()
        stopping.wait(pause)


def work() -> bool:
    """Do one round; whether there was anything to do."""
    return bool(rewrite_cards() + learn_words())


def rewrite_cards() -> int:
    """Cards of tickets whose head has changed, or that were never indexed; how many tickets."""
    with transaction.atomic():
        tickets = set(_take("ticket_id", TICKETS))
        # Locked as the actions lock them, so that no message comes or goes meanwhile.
        there = Ticket.objects.select_for_update().filter(pk__in=tickets).order_by("pk")
        numbers = list(there.values_list("pk", flat=True))
        with connection.cursor() as cursor:
            for number in numbers:
                cursor.execute("SELECT search_rewrite_all(%s)", [number])
    return len(tickets)


_LEARN = """
WITH said AS MATERIALIZED (
    SELECT left(u.lexeme, 41) AS word, count(*) AS uses
    FROM tickets_message m CROSS JOIN LATERAL unnest(search_said(m)) u
    WHERE m.id = ANY(%s) AND length(u.lexeme) BETWEEN 3 AND 40 AND u.lexeme !~ '[0-9]' GROUP BY 1
), known AS (
    UPDATE tickets_knownword k SET uses = k.uses + said.uses FROM said WHERE k.word = said.word RETURNING k.word
)
INSERT INTO tickets_knownword (word, uses, keys)
SELECT word, uses, search_keys(word) FROM said WHERE word NOT IN (SELECT word FROM known)
ON CONFLICT (word) DO UPDATE SET uses = tickets_knownword.uses + excluded.uses
"""


def learn_words() -> int:
    """The words of new messages; how many messages. One learner at a time, so that no two wait for one another."""
    with transaction.atomic():
        if not pg.transaction_lock("search: learn words", wait=False):
            return 0
        messages = list(set(_take("message_id", MESSAGES)))
        if messages:
            with connection.cursor() as cursor:
                cursor.execute(_LEARN, [messages])
    return len(messages)


_FORGET = """
WITH next AS (SELECT word FROM tickets_knownword WHERE word > %s ORDER BY word LIMIT %s), gone AS (
    DELETE FROM tickets_knownword k USING next
    WHERE k.word = next.word AND NOT EXISTS (SELECT FROM search_cards(('''' || k.word || '''')::tsquery))
)
SELECT max(word) FROM next
"""


def forget_words(after: str) -> str:
    """Look whether the next words in their order still stand anywhere; with the last one it begins anew. Returns
    where to go on: so every word is looked at within some days, and none outlives for long what was taken out.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if not pg.transaction_lock("search: learn words", wait=False):
            return after
        cursor.execute(_FORGET, [after, WORDS])
        return str(cursor.fetchone()[0] or "")


def _take(column: str, count: int) -> list[int]:
    """The next rows of this kind, taken off the list: back on it if the transaction fails."""
    waiting = ToIndex.objects.select_for_update(skip_locked=True).filter(**{f"{column}__isnull": False})
    rows = dict(waiting.order_by("pk").values_list("pk", column)[:count])
    ToIndex.objects.filter(pk__in=rows).delete()
    return list(rows.values())
