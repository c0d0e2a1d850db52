"""Imports of old mailboxes: where from, how far, and what could not be had."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from guichet.channels.forms import AccountForm
from guichet.channels.importing import run
from guichet.channels.importing.import_cli import imap_name
from guichet.channels.models import MailImport, Parcel, ParcelState
from guichet.channels.pages import page
from guichet.kit.doors import reads_and_writes
from guichet.kit.files import make_data_folder
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.models import Inbox

UPLOAD_MB = 25
LISTED, DEPTH = 200, 3  # of the folder for imports
RUNNING = (MailImport.State.WAITING, MailImport.State.RUNNING)


class ImportForm(forms.Form):
    """Where an import comes from. Paths are chosen among those in the folder for imports, never typed."""

    SOURCES = (
        ("own", gettext_lazy("Folders of the mailbox that this inbox fetches from")),
        ("imap", gettext_lazy("Folders of another IMAP mailbox")),
        ("path", gettext_lazy("A file or Maildir on the server, in the folder for imports")),
        ("upload", gettext_lazy("An mbox file from this computer, up to 25 MB")),
    )
    use_required_attribute = False
    inbox = forms.ModelChoiceField(Inbox.objects.none(), label=gettext_lazy("Into inbox"), empty_label=None)
    source = forms.ChoiceField(label=gettext_lazy("From"), choices=SOURCES, widget=forms.RadioSelect, initial="own")
    folders = forms.CharField(
        label=gettext_lazy("Folders"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("One on a line, such as INBOX and Sent. Left empty: INBOX."),
    )
    path = forms.ChoiceField(
        label=gettext_lazy("File or Maildir"), error_messages={"required": gettext_lazy("Choose one.")}
    )
    upload = forms.FileField(
        label=gettext_lazy("mbox file"), max_length=255, error_messages={"required": gettext_lazy("Choose one.")}
    )

    def __init__(self, *args: Any, by: Person, paths: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inbox, path = self.fields["inbox"], self.fields["path"]
        assert isinstance(inbox, forms.ModelChoiceField)
        assert isinstance(path, forms.ChoiceField)
        inbox.queryset = Inbox.objects.visible_to(by).filter(is_active=True).order_by("name", "address")
        if not any("imap" in one.settings for one in inbox.queryset):
            source = self.fields["source"]
            assert isinstance(source, forms.ChoiceField)
            source.choices, source.initial = self.SOURCES[1:], "upload"
        path.choices = [("", _("Choose")), *((one, one) for one in paths)]

    def full_clean(self) -> None:
        """What the chosen source needs is asked for; the page shows nothing of the others."""
        needed = ("path", "upload")
        for name in needed:
            self.fields[name].required = self.data.get("source") == name
        super().full_clean()
        for name in needed:
            self.fields[name].required = True

    def clean_upload(self) -> UploadedFile[Any] | None:
        given: UploadedFile[Any] | None = self.cleaned_data["upload"]
        if given is not None and (given.size or 0) > UPLOAD_MB * 1024 * 1024:
            words = _("It is larger than %(n)s MB: put it into the folder for imports on the server.")
            raise ValidationError(words % {"n": UPLOAD_MB})
        return given

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        source = typed.get("source")
        if source == "own" and (inbox := typed.get("inbox")) is not None and "imap" not in inbox.settings:
            self.add_error("source", _("This inbox fetches from no mailbox."))
        return typed


class OldAccountForm(AccountForm):
    """The IMAP account that is imported from; used only if the form above says so."""

    ports = {"tls": 993, "starttls": 143, "none": 143}  # noqa: RUF012  # as its parents

    def __init__(self, typed: Mapping[str, Any] | None) -> None:
        super().__init__(typed, "account", None)
        for name in ("user", "password"):
            self.fields[name].required = True

    @property
    def is_used(self) -> bool:
        return bool(self.data) and self.data.get("source") == "imap"


def folder() -> Path:
    return Path(settings.DATA) / "import"


def paths() -> list[str]:
    """What lies in the folder for imports, as paths within it: mbox files and Maildirs. Links are not followed."""
    found: list[str] = []
    todo = [(folder(), 0)]
    while todo and len(found) < LISTED:
        here, depth = todo.pop(0)
        if here == run.uploads() or here.is_symlink() or not here.is_dir():
            continue
        for one in sorted(here.iterdir()):
            if one.is_symlink():
                continue
            if one.is_file() or (one / "cur").is_dir():
                found.append(str(one.relative_to(folder())))
            if one.is_dir() and depth < DEPTH and one.name not in ("cur", "new", "tmp"):
                todo.append((one, depth + 1))
    return found[:LISTED]


@for_admins
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    rows = MailImport.objects.visible_to(request.user).select_related("inbox", "by").order_by("-updated_at")[:100]
    return page(request, "imports", "imports", imports=[_described(row) for row in rows])


@for_admins
@reads_and_writes
@sensitive_post_parameters()
def add_import(request: HttpRequest) -> HttpResponse:
    me = cast(Person, request.user)
    typed = request.POST if request.method == "POST" else None
    start = {"inbox": request.GET.get("inbox")}
    form = ImportForm(typed, request.FILES if typed is not None else None, by=me, paths=paths(), initial=start)
    account = OldAccountForm(typed)
    if typed is not None and form.is_valid() and (not account.is_used or account.is_valid()):
        begun = _begin(form.cleaned_data, account, me)
        messages.success(request, _("The import has begun. It goes on by itself; you need not wait here."))
        return redirect("channels:import", begun[0].pk) if len(begun) == 1 else redirect("channels:imports")
    return page(request, "import_add", "imports", form=form, account=account, folder=folder(), upload_mb=UPLOAD_MB)


def _begin(typed: Mapping[str, Any], account: AccountForm, me: Person) -> list[MailImport]:
    inbox: Inbox = typed["inbox"]
    sources: list[tuple[MailImport.Kind, dict[str, Any], str]] = []
    if typed["source"] == "upload":
        sources.append(_kept(typed["upload"]))
    elif typed["source"] == "path":
        path = folder() / typed["path"]
        kind = MailImport.Kind.MBOX if path.is_file() else MailImport.Kind.MAILDIR
        sources.append((kind, {"path": str(path)}, str(path)))
    else:
        is_own = typed["source"] == "own"
        used: Any = inbox.settings["imap"] if is_own else account.account()
        for name in dict.fromkeys(line.strip() for line in typed["folders"].splitlines() if line.strip()) or ["INBOX"]:
            stored = {"own": True} if is_own else {"account": dict(used)}
            sources.append((MailImport.Kind.IMAP, {**stored, "folder": name}, imap_name(used, name)))
    begun = [run.prepare(inbox, *source, by=me) for source in sources]
    for row in begun:
        run.wake(row.pk)
    return begun


def _kept(upload: UploadedFile[Any]) -> tuple[MailImport.Kind, dict[str, Any], str]:
    """An uploaded file under a name of ours; it goes once it is imported."""
    make_data_folder(run.uploads())
    path = run.uploads() / f"{secrets.token_hex(8)}.mbox"
    with path.open("xb") as file:
        for piece in upload.chunks():
            file.write(piece)
    return MailImport.Kind.MBOX, {"path": str(path), "called": upload.name}, f"{upload.name} ({path.stem})"


@for_admins
@require_safe
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; while it runs its middle asks again every two seconds."""
    row = get_object_or_404(MailImport.objects.visible_to(request.user).select_related("inbox", "by"), pk=pk)
    waiting = Parcel.objects.visible_to(request.user).filter(
        state=ParcelState.RECEIVED, is_history=True, inbox=row.inbox_id
    )
    context = {**_described(row), "waiting": waiting.count(), "errors": row.place.get("errors", [])}
    return page(request, "_import" if request.headers.get("HX-Request") else "import", "imports", **context)


@for_admins
@require_POST
def pause_import(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(MailImport.objects.visible_to(request.user), pk=pk)
    changed = MailImport.objects.visible_to(request.user).filter(pk=row.pk, state__in=RUNNING)
    changed.update(state=MailImport.State.STOPPED, updated_at=timezone.now())
    return redirect("channels:import", pk)


@for_admins
@require_POST
def continue_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on where it stopped, or, once it is done, from the beginning."""
    row = get_object_or_404(MailImport.objects.visible_to(request.user).select_related("inbox"), pk=pk)
    if row.state not in RUNNING and run.is_repeatable(row):
        run.prepare(row.inbox, MailImport.Kind(row.kind), row.source, row.name, by=cast(Person, request.user))
        run.wake(row.pk)
    return redirect("channels:import", pk)


@for_admins
@require_POST
def remove_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import off the list, with its password and place; the mails it brought stay."""
    row = get_object_or_404(MailImport.objects.visible_to(request.user), pk=pk)
    if row.state in RUNNING:
        messages.error(request, _("Pause it first."))
        return redirect("channels:import", pk)
    path = Path(row.source.get("path", "/"))
    if path.parent == run.uploads():
        path.unlink(missing_ok=True)
    row.delete()
    messages.success(request, _("The import is off the list. The mails it brought stay."))
    return redirect("channels:imports")


def _described(row: MailImport) -> dict[str, Any]:
    share = row.place.get("share") if row.total is None else row.done / row.total if row.total else 1.0
    percent = 100 if row.state == MailImport.State.DONE else int(100 * (share or 0.0))
    is_running = row.state in RUNNING
    return {
        "row": row,
        "name": row.source.get("called", row.name),  # without the mark that tells an upload from others of its name
        "percent": percent,
        "is_running": is_running,
        "is_repeatable": not is_running and run.is_repeatable(row),
        "left": _left(row, share) if is_running else "",
    }


def _left(row: MailImport, share: float | None) -> str:
    """How long it takes still, if it goes on as it went; "" where that cannot be said yet."""
    if not share or share < 0.01:
        return ""
    passed = (timezone.now() - row.created_at).total_seconds()
    minutes = max(1, round(passed / 60 * (1 - share) / share))
    if minutes < 90:
        return ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("about %(n)s hour left", "about %(n)s hours left", hours) % {"n": hours}
