"""The mail accounts' lines of `guichet check`: each server is really asked, nothing is sent or fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from guichet.channels import consistency
from guichet.channels.accounted import account_of, is_fetched
from guichet.channels.email.channel import house_account, outgoing_account
from guichet.channels.email.mailbox import imap
from guichet.channels.email.sending import dkim_signing, esp, smtp
from guichet.channels.models import Folder, MailImport, Parcel, ParcelState
from guichet.kit.doctor import Line, fail, ok, warn
from guichet.tickets.models import Inbox

OLD_DAYS = 7  # of quarantined mail
STALE_MINUTES = 30  # a folder that was not read for so long, although its account works


def lines() -> Iterator[Line]:
    inboxes = list(Inbox.objects.filter(is_active=True))
    folders = list(Folder.objects.select_related("inbox").filter(inbox__is_active=True))
    connection.close()  # the servers below may take their time
    if not inboxes:
        yield warn("inboxes", "there is none yet", "guichet inbox add support@example.org")
    if (house := house_account()) is not None:
        yield _outgoing("GUICHET_OUTGOING", smtp.test_account(house))
    for inbox in inboxes:
        account = outgoing_account(inbox)
        if (service := esp.chosen(inbox)) is not None:
            yield _service(inbox, esp.SERVICES[service["name"]].label)
        elif account is None:
            advice = "set one on the inbox's page, or GUICHET_OUTGOING for all"
            yield fail("outgoing", f"{inbox.address} has no server: answers stay queued", advice)
        elif account != house:
            yield _outgoing(inbox.address, smtp.test_account(account))
        if (inbox.settings.get("dkim") or {}).get("is_on"):
            yield _signature(inbox, inbox.settings["dkim"])
        if "imap" in inbox.settings:
            yield _incoming(inbox)
    for folder in folders:
        yield from _folder(folder)
    yield from quarantine()
    yield from _imports()
    yield from _ledger()


def _outgoing(name: str, found: list[smtp.Finding]) -> Line:
    wrong = [finding.text for finding in found if not finding.is_ok]
    if wrong:
        return fail("outgoing", f"{name}: {' '.join(wrong)}", "correct the account; mail waits for five days")
    return ok("outgoing", f"{name}: {' '.join(finding.text for finding in found)}")


def _service(inbox: Inbox, label: str) -> Line:
    """A service cannot be asked without a mail: its page sends one."""
    if not esp.is_installed():
        return fail("outgoing", f"{inbox.address}: {label} needs one more package; answers wait", esp.INSTALL)
    return ok("outgoing", f"{inbox.address}: by {label}; the page of its sending makes a test mail")


def _signature(inbox: Inbox, key: Mapping[str, Any]) -> Line:
    """Mail signed with a key that nobody finds is believed less than mail that is not signed."""
    name = dkim_signing.record_name(key)
    published = dkim_signing.look_up(key)
    if published.is_right:
        return ok("dkim", f"{inbox.address}: {name} is published")
    if not published.is_known:
        return warn("dkim", f"{inbox.address}: no name server answers about {name}", "is this machine's DNS in order?")
    wrong = "holds another key" if published.found else "is not published"
    return fail("dkim", f"{inbox.address}: {name} {wrong}", "publish the record, or stop signing on the inbox's page")


def _incoming(inbox: Inbox) -> Line:
    problems = imap.test_account(inbox.settings["imap"])
    if problems:
        told = " ".join(problem.text for problem in problems)
        return fail("imap", f"{inbox.address}: {told}", "correct the account on the inbox's page")
    return ok("imap", f"{inbox.address}: the login is accepted and the folders open")


def _folder(folder: Folder) -> Iterator[Line]:
    name = f"{folder.inbox.address} {folder.name}"
    if not is_fetched(folder):
        return
    if folder.error:
        yield warn("imap", f"{name}: {folder.error}", "see the account's own line")
    elif folder.read_at and (minutes := (timezone.now() - folder.read_at).total_seconds() / 60) > STALE_MINUTES:
        yield warn("imap", f"{name}: last read {minutes:.0f} min ago", "is the intake running? guichet intake")
    account = account_of(folder)
    text = " ".join((f"{name}: {account.words}", *(f"({words})" for words in account.more)))
    if account.level == "error":
        yield fail("mailbox", text, f"guichet mail reconcile {folder.inbox.address}")
    elif account.level == "warning":
        yield warn("mailbox", text, "is the intake running? guichet intake")
    else:
        yield ok("mailbox", text)


def _ledger() -> Iterator[Line]:
    found = consistency.trouble()
    if found.late:
        yield fail("ledger", f"mails wait for over five minutes: {found.late}", "is the worker running? guichet worker")
    if found.endless:
        yield fail("ledger", f"mails are done and have no end: {found.endless}", "report it; nothing is lost")
    if found.lost:
        ids = ", ".join(map(str, found.lost[:20]))
        yield fail("ledger", f"the bytes of these mails are missing: {ids}", "bring the blobs back from the backup")
    if not found:
        yield ok("ledger", "every mail has its end and its bytes, and none waits")


def quarantine() -> Iterator[Line]:
    """Quarantined mail is for a person to look at: nothing deletes it."""
    held = Parcel.objects.filter(state=ParcelState.QUARANTINE)
    old = held.filter(received_at__lt=timezone.now() - timedelta(days=OLD_DAYS)).count()
    if old:
        what = "1 mail is" if old == 1 else f"{old} mails are"
        text = f"{what} quarantined for over {OLD_DAYS} days"
        yield warn("quarantine", text, "let them through or delete them in the mail ledger")


def _imports() -> Iterator[Line]:
    for row in MailImport.objects.exclude(error="").select_related("inbox"):
        yield warn("import", f"{row.name} into {row.inbox.address}: {row.error}", "go on with it on its page")
