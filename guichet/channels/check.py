"""The mail accounts' lines of `guichet check`: each server is really asked, nothing is sent or fetched."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.utils import timezone

from guichet.channels.email import imap, smtp
from guichet.channels.email.channel import house_account, outgoing_account
from guichet.channels.models import Folder
from guichet.kit.doctor import Line, fail, ok, warn
from guichet.tickets.models import Inbox

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
        if account is None:
            advice = "set one on the inbox's page, or GUICHET_OUTGOING for all"
            yield fail("outgoing", f"{inbox.address} has no server: answers stay queued", advice)
        elif account != house:
            yield _outgoing(inbox.address, smtp.test_account(account))
        if "imap" in inbox.settings:
            yield _incoming(inbox)
    for folder in folders:
        yield from _folder(folder)


def _outgoing(name: str, found: list[smtp.Finding]) -> Line:
    wrong = [finding.text for finding in found if not finding.is_ok]
    if wrong:
        return fail("outgoing", f"{name}: {' '.join(wrong)}", "correct the account; mail waits for five days")
    return ok("outgoing", f"{name}: {' '.join(finding.text for finding in found)}")


def _incoming(inbox: Inbox) -> Line:
    problems = imap.test_account(inbox.settings["imap"])
    if problems:
        told = " ".join(problem.text for problem in problems)
        return fail("imap", f"{inbox.address}: {told}", "correct the account on the inbox's page")
    return ok("imap", f"{inbox.address}: the login is accepted and the folders open")


def _folder(folder: Folder) -> Iterator[Line]:
    name = f"{folder.inbox.address} {folder.name}"
    if folder.error:
        yield warn("imap", f"{name}: {folder.error}", "see the account's own line")
    elif folder.read_at and (minutes := (timezone.now() - folder.read_at).total_seconds() / 60) > STALE_MINUTES:
        yield warn("imap", f"{name}: last read {minutes:.0f} min ago", "is the intake running? guichet intake")
