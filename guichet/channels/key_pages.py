"""Settings pages for signed and encrypted mail: the keys of an inbox, and those of the people it writes to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from guichet.channels import inbox_settings, keys
from guichet.channels.email.sealing import openpgp, smime
from guichet.channels.models import MailKey
from guichet.channels.pages import page
from guichet.kit.doors import reads_and_writes
from guichet.kit.web import read_cursor, write_cursor
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.models import Inbox

PAGE = 50
FILE_BYTES = 1024 * 1024
ENCRYPT = (
    ("never", gettext_lazy("Never")),
    ("possible", gettext_lazy("Where there is a trusted key of every recipient")),
    ("always", gettext_lazy("Always: without a key of every recipient nothing is sent")),
)


class KeyFileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Key file"), max_length=255)
    password = forms.CharField(
        label=gettext_lazy("Password of the file"),
        required=False,
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > FILE_BYTES:
            raise forms.ValidationError(_("This file is too large to be a key."))
        content: bytes = file.read()
        return content


class PublicKeyForm(KeyFileForm):
    """Keys of other people have no password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password"]
        self.fields["file"].help_text = _(
            "A certificate (PEM or DER) or an OpenPGP public key. An authority's certificate vouches for all it issued."
        )


class WishForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("By"), choices=MailKey.Kind.choices)
    sign = forms.BooleanField(label=gettext_lazy("Sign every answer"), required=False)
    encrypt = forms.ChoiceField(label=gettext_lazy("Encrypt answers"), choices=ENCRYPT)


def _inbox(request: HttpRequest, pk: int) -> Inbox:
    return get_object_or_404(Inbox.objects.visible_to(request.user), pk=pk)


@for_admins
@reads_and_writes
@sensitive_post_parameters()
def inbox_keys(request: HttpRequest, pk: int) -> HttpResponse:
    """The keys of one inbox, and what they are used for. A POST adds a key file."""
    inbox = _inbox(request, pk)
    form = KeyFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            keys.add(form.cleaned_data["file"], _me(request), inbox=inbox, password=form.cleaned_data["password"])
        except keys.Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("The key is stored, encrypted."))
            return redirect("channels:inbox_keys", pk)
    wish = inbox.settings.get("seal") or {"kind": "smime", "sign": False, "encrypt": "never"}
    rows = MailKey.objects.visible_to(request.user).filter(inbox=inbox).order_by("-pk")
    return page(
        request, "inbox_keys", "inboxes", inbox=inbox, form=form, wish=WishForm(initial=wish), rows=rows,
        can_verify=smime.is_available(), has_pgp=openpgp.is_available(),
    )  # fmt: skip


@for_admins
@require_POST
def set_wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether answers of this inbox are signed and encrypted."""
    inbox, form = _inbox(request, pk), WishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed."))
        return redirect("channels:inbox_keys", pk)
    wish = form.cleaned_data
    is_used = wish["sign"] or wish["encrypt"] != "never"
    if is_used and keys.own(inbox, MailKey.Kind(wish["kind"])) is None:
        messages.error(request, _("Add a key of this kind first: there is none that is valid."))
        return redirect("channels:inbox_keys", pk)
    with inbox_settings.editing(inbox.pk) as settings:
        settings["seal"] = wish
    messages.success(request, _("Saved"))
    return redirect("channels:inbox_keys", pk)


@for_admins
@require_POST
def make_key(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        keys.make_pgp(_inbox(request, pk), _me(request))
        messages.success(request, _("A new OpenPGP key is made. Give its public half to those who write to you."))
    except keys.Refused as refused:
        messages.error(request, str(refused))
    return redirect("channels:inbox_keys", pk)


@for_admins
@reads_and_writes
def people_keys(request: HttpRequest) -> HttpResponse:
    """The keys of the people we write to, and of authorities, by address. A POST adds a file."""
    form = PublicKeyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = keys.add(form.cleaned_data["file"], _me(request))
        except keys.Refused as refused:
            form.add_error("file", str(refused))
        else:
            words = _("Trusted from now on: %(addresses)s")
            names = ", ".join(key.address or _("an authority") for key in added)
            messages.success(request, words % {"addresses": names})
            return redirect("channels:keys")
    query = request.GET.get("q", "").strip()
    rows, after = _page_of(_others(request), query, request.GET.get("after", ""))
    next_url = reverse("channels:keys") + "?" + urlencode({"q": query, "after": after}) if after else ""
    return page(request, "keys", "keys", form=form, rows=rows, q=query, next_url=next_url)


def _others(request: HttpRequest) -> QuerySet[MailKey]:
    return MailKey.objects.visible_to(request.user).filter(inbox=None)


def _page_of(rows: QuerySet[MailKey], query: str, cursor: str) -> tuple[list[MailKey], str]:
    """By address, by keyset along its index."""
    if query:
        rows = rows.filter(address__startswith=query.lower())
    place = read_cursor("keys", cursor)
    if place:
        rows = rows.filter(Q(address__gt=place[0]) | Q(address=place[0], pk__gt=place[1]))
    found = list(rows.order_by("address", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], write_cursor("keys", [last.address, last.pk]) if last else ""


@for_admins
@require_POST
def trust_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Trust a key that was seen in a mail, or no longer."""
    key = get_object_or_404(_others(request), pk=pk)
    key.is_trusted = not key.is_trusted
    key.by = _me(request)
    key.save(update_fields=["is_trusted", "by"])
    name = key.address or _("an authority")
    words = _("The key of %(name)s is trusted") if key.is_trusted else _("The key of %(name)s is no longer trusted")
    messages.success(request, words % {"name": name})
    return redirect("channels:keys")


@for_admins
@require_POST
def delete_key(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(MailKey.objects.visible_to(request.user), pk=pk)
    inbox_id = key.inbox_id
    key.delete()
    messages.success(request, _("The key is deleted"))
    return redirect("channels:inbox_keys", inbox_id) if inbox_id else redirect("channels:keys")


@for_admins
@require_safe
def public_key(request: HttpRequest, pk: int) -> HttpResponse:
    """The public half, as a file to hand out."""
    key = get_object_or_404(MailKey.objects.visible_to(request.user), pk=pk)
    ending = "asc" if key.kind == MailKey.Kind.PGP else "pem"
    response = HttpResponse(key.public, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="key-{key.pk}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _me(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user
