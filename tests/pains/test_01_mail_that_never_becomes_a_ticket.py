"""Pain 1: mail arrives in the mailbox but never becomes a ticket, and nothing says so.

Peers fetch only unread mail of the last three days, so that another client which opens a mail hides it for ever. Here
the UID decides: whatever others did to the mails meanwhile, each becomes a ticket.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import mail
from tests.channels.mailboxes import (
    accounted,
    eventually,
    fetching,
    ids,
    is_read,
    outcomes,
    subjects,
    tickets_of,
    watched,
)


def test_another_client_that_reads_moves_and_deletes_hides_no_mail(server: Dovecot, transactional_db: None) -> None:
    inbox = watched(server, "shared")
    with fetching():
        eventually(is_read(inbox))
        server.put("shared", [mail("earlier")])
        eventually(lambda: "stored" in outcomes(inbox).values())

    five_days_ago = datetime.now(UTC) - timedelta(days=5)
    server.put("shared", [mail(number) for number in range(10)], at=five_days_ago)
    with server.box("shared") as other:
        assert len(list(other.fetch(mark_seen=True))) == 11
        other.flag(other.uids("ALL"), ["\\Flagged", "\\Answered"], True)
        half = other.uids("ALL")[1::2]
        other.folder.create("Archive")
        other.move(half, "Archive")
    with server.box("shared", "Archive") as other:
        other.move(other.uids("ALL"), "INBOX")
    with server.box("shared") as other:
        other.delete([other.uids("ALL")[0]])  # the one that we have seen

    with fetching():
        eventually(lambda: subjects(inbox) >= ids(*range(10)), 60)
        assert accounted(inbox) == (10, 10, 0)
    assert tickets_of(inbox) == sorted(ids("earlier", *range(10)))
