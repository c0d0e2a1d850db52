"""Pain 16: deleted spam comes back with the next poll.

Here a mail that a person deleted is known by its digest and its UID: moved, copied, or numbered anew, it stays deleted.
"""

from __future__ import annotations

from guichet.channels import intake, ledger_acts
from guichet.channels.email.mailbox import fetch
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import End, Folder, MailRule, Parcel, ParcelState
from guichet.tickets.models import Ticket
from tests import make
from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import mail
from tests.channels.mailboxes import accounted, eventually, is_read, outcomes


def open_all() -> None:
    with Reader() as reader:
        while intake.drain(reader):
            pass


def test_what_a_person_deleted_does_not_return(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    cast = make.cast()
    inbox = cast.support
    inbox.settings = {"imap": server.account("spam")}
    inbox.save()
    MailRule.objects.create(field="sender", value="cleo@customer.example", action="quarantine", by=cast.ada)
    eventually(is_read(inbox))
    server.put("spam", [mail(1)])
    eventually(lambda: outcomes(inbox) == {1: "stored"})
    open_all()
    assert Parcel.objects.get().state == ParcelState.QUARANTINE
    count, _until = ledger_acts.delete(Parcel.objects.all(), cast.ada)
    assert count == 1
    assert Parcel.objects.get().end == End.DELETED
    MailRule.objects.all().delete()  # nothing but the ledger holds it back from here on

    with server.box("spam") as other:
        other.folder.create("Trash")
        other.copy(other.uids("ALL"), "Trash")
    with server.box("spam", "Trash") as other:
        other.move(other.uids("ALL"), "INBOX")
    eventually(lambda: outcomes(inbox).get(2) == "duplicate")
    before = Folder.objects.get(inbox=inbox).uid_validity
    server.stop()
    server.renumber("spam")
    server.start()
    eventually(lambda: Folder.objects.get(inbox=inbox).uid_validity != before, 40)
    eventually(lambda: list(outcomes(inbox).values()) == ["duplicate", "duplicate"], 20)
    assert accounted(inbox) == (2, 2, 0)
    open_all()
    assert Parcel.objects.get().end == End.DELETED
    assert not Ticket.objects.exists()
