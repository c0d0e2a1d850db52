"""Pain 2: after an outage of more than a day the missed mail is never imported; the remedy is a console command.

Here nothing looks at dates: after ten days the desk goes on at the UID where it stopped, read or unread.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import mail
from tests.channels.mailboxes import accounted, eventually, fetching, ids, is_read, subjects, tickets_of, watched


def test_all_mail_of_ten_days_is_caught_up(server: Dovecot, transactional_db: None) -> None:
    server.put("away", [mail("old")], at=datetime(2020, 1, 1, tzinfo=UTC))
    inbox = watched(server, "away")
    with fetching():
        eventually(is_read(inbox))
        server.put("away", [mail("last")])
        eventually(lambda: subjects(inbox) == ids("last"))

    for day in range(10):
        at = datetime.now(UTC) - timedelta(days=10 - day)
        server.put("away", [mail(f"{day}.{number}") for number in range(7)], at=at)
    with server.box("away") as other:
        assert len(list(other.fetch(mark_seen=True))) == 72

    missed = [f"{day}.{number}" for day in range(10) for number in range(7)]
    with fetching():
        eventually(lambda: subjects(inbox) == ids("last", *missed), 40)
        assert accounted(inbox) == (71, 71, 0)
    assert tickets_of(inbox) == sorted(ids("last", *missed))
