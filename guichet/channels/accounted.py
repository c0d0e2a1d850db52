"""What the reconciliation found, in words: on the inbox's page, on the ledger's, in the check and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guichet.channels import consistency
from guichet.channels.models import Folder, FolderQuerySet, ParcelQuerySet, Sighting
from guichet.tickets.models import Inbox

LATE = timedelta(hours=3)  # a comparison is due each hour


@dataclass(frozen=True, slots=True)
class Account:
    """One folder for people: `level` is success, info, warning or error; `more` are sentences beside the first."""

    folder: Folder
    level: str
    words: str
    more: tuple[str, ...] = ()

    @property
    def is_moving(self) -> bool:
        """Whether it says something else in a moment."""
        return self.folder.is_asked or self.folder.accounted + self.folder.missing < self.folder.total


def accounts(folders: FolderQuerySet) -> list[Account]:
    """Of the folders of active inboxes that are fetched now; two queries a folder at most."""
    chosen = folders.filter(inbox__is_active=True).select_related("inbox").order_by("inbox__name", "name")
    return [account_of(folder) for folder in chosen if is_fetched(folder)]


def watched(address: str = "") -> list[Folder]:
    """The folders that are fetched, of one inbox or of all."""
    chosen = Folder.objects.filter(inbox__is_active=True).select_related("inbox").order_by("inbox__address", "name")
    return [each for each in (chosen.filter(inbox__address=address) if address else chosen) if is_fetched(each)]


def is_fetched(folder: Folder) -> bool:
    account = folder.inbox.settings.get("imap")
    return bool(account) and folder.name in (account.get("folders") or ["INBOX"])


def account_of(folder: Folder) -> Account:
    level, words = _state(folder)
    more = [*_left(folder), *_older(folder)]
    if folder.compare_error:
        more.insert(0, _("It could not be compared with the server: %(why)s") % {"why": folder.compare_error})
    return Account(folder, level, words, tuple(more))


def _state(folder: Folder) -> tuple[str, str]:
    numbers = {"done": number(folder.accounted), "total": number(folder.total), "n": number(folder.missing)}
    if folder.uid_validity is None:
        return "warning", _("Not read yet")
    if folder.missing:
        words = ngettext(
            "%(n)s mail of %(total)s is not accounted for. The desk keeps trying to fetch it.",
            "%(n)s mails of %(total)s are not accounted for. The desk keeps trying to fetch them.",
            folder.missing,
        )
        return "error", words % numbers
    if folder.accounted < folder.total:
        return "info", _("%(done)s of %(total)s read") % numbers
    words = _("%(done)s of %(total)s accounted for") % numbers
    if folder.compare_error or (folder.compared_at and timezone.now() - folder.compared_at > LATE):
        return "warning", words
    return "success" if folder.compared_at else "info", words


def _left(folder: Folder) -> Iterator[str]:
    left = folder.sightings.filter(uid_validity=folder.uid_validity, outcome=Sighting.Outcome.LEFT)
    count = left.count() if folder.uid_validity is not None else 0
    if count:
        words = ngettext(
            "%(n)s mail was left in the mailbox: %(why)s",
            "%(n)s mails were left in the mailbox, the last: %(why)s",
            count,
        )
        last = left.order_by("-uid").values_list("note", flat=True)[0]
        yield words % {"n": number(count), "why": last}


def _older(folder: Folder) -> Iterator[str]:
    if folder.older:
        yield ngettext(
            "%(n)s older mail was left as it was: import it to have it here.",
            "%(n)s older mails were left as they were: import them to have them here.",
            folder.older,
        ) % {"n": number(folder.older)}


def holes(parcels: ParcelQuerySet) -> Iterator[str]:
    """What is wrong with these mails of the ledger, whatever door they came by; nothing when it is whole."""
    found = consistency.trouble(parcels)
    if found.endless:
        words = ngettext("%(n)s mail is done and has no end.", "%(n)s mails are done and have no end.", found.endless)
        yield words % {"n": number(found.endless)}
    if found.lost:
        words = ngettext("The bytes of %(n)s mail are missing: %(ids)s. Bring them back from the backup.",
                         "The bytes of %(n)s mails are missing: %(ids)s. Bring them back from the backup.",
                         len(found.lost))  # fmt: skip
        yield words % {"n": number(len(found.lost)), "ids": ", ".join(map(str, found.lost[:20]))}


def number(value: int) -> str:
    """With the reader's marks between thousands."""
    return str(number_format(value, use_l10n=True, force_grouping=True))


def gauges(folders: Iterable[Folder]) -> list[str]:
    """Prometheus text: the mails of each watched folder by what is known of them. Inboxes by number, not by name."""
    lines = [
        "# HELP guichet_mailbox_mails Mails of a fetched folder since it is watched, as last compared and read on.",
        "# TYPE guichet_mailbox_mails gauge",
    ]
    for folder in folders:
        name = folder.name.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        waiting = max(0, folder.total - folder.accounted - folder.missing)
        for state, count in (("accounted", folder.accounted), ("missing", folder.missing), ("waiting", waiting)):
            lines.append(f'guichet_mailbox_mails{{inbox="{folder.inbox_id}",folder="{name}",state="{state}"}} {count}')
    return lines


def ask(inbox: Inbox) -> int:
    """Have the intake compare the folders of this inbox at once; how many there are."""
    return Folder.objects.filter(inbox=inbox).update(is_asked=True)
