"""What an administrator looks for in the ledger, newest first. Each way of looking has its index."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.channels.email import tokens
from guichet.channels.models import End, Parcel, ParcelQuerySet, ParcelState
from guichet.kit.web import read_cursor, write_cursor
from guichet.people.models import Person
from guichet.tickets.models import Inbox

PAGE = 50
WORDS = 8  # more than these are not looked for
DOORS = (
    ("lmtp", "LMTP"), ("smtp", "SMTP"), ("imap", "IMAP"), ("pipe", _("Pipe")), ("esp", _("Service")),
    ("import", _("Import")),
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


class SearchForm(forms.Form):
    use_required_attribute = False
    q = forms.CharField(
        label=_("Sender, subject, recipient or Message-ID"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )
    inbox = forms.ModelChoiceField(Inbox.objects.none(), label=_("Inbox"), required=False, empty_label=_("All"))
    end = forms.ChoiceField(label=_("What became of it"), required=False)
    door = forms.ChoiceField(label=_("Came by"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, asked: Mapping[str, Any], person: Person) -> None:
        super().__init__(asked)
        inbox, end, door = (self.fields[name] for name in ("inbox", "end", "door"))
        assert isinstance(inbox, forms.ModelChoiceField)
        assert isinstance(end, forms.ChoiceField)
        assert isinstance(door, forms.ChoiceField)
        inbox.queryset = Inbox.objects.visible_to(person).order_by("name", "address")
        end.choices = [("", _("All")), *End.choices]
        door.choices = [("", _("All")), *DOORS]

    @property
    def is_used(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def found_by(form: SearchForm, parcels: ParcelQuerySet, person: Person) -> ParcelQuerySet:
    """Those of these mails that the form asks for; a form that is not understood asks for none."""
    if not form.is_valid():
        return parcels.none()
    asked = form.cleaned_data
    for name in ("inbox", "end", "door"):
        if asked[name]:
            parcels = parcels.filter(**{name: asked[name]})
    zone = timezone.get_current_timezone()
    if asked["since"]:
        parcels = parcels.filter(received_at__gte=dt.datetime.combine(asked["since"], dt.time(), zone))
    if asked["until"]:
        parcels = parcels.filter(received_at__lt=dt.datetime.combine(asked["until"], dt.time(), zone) + dt.timedelta(1))
    return _with_words(parcels, asked["q"], person) if asked["q"] else parcels


def _with_words(parcels: ParcelQuerySet, words: str, person: Person) -> ParcelQuerySet:
    """An address of an inbox means what came to it, with a code the ticket that it names; all else what it says."""
    words = words.strip().strip("<>")
    base, code = tokens.split_plus(words.lower())
    if "@" in words and " " not in words:
        inbox = Inbox.objects.visible_to(person).filter(Q(address=base) | Q(aliases__contains=[base])).first()
        if inbox is not None:
            reply_to = tokens.read_reply_address(words.lower()) if code else None
            return parcels.filter(ticket=reply_to.ticket_id) if reply_to else parcels.filter(inbox=inbox)
    query = words_query(words)
    by_id = Q(mail_id=words) if words else Q(pk__in=())
    if query is None:
        return parcels.filter(by_id)
    return with_vector(parcels).filter(by_id | Q(words=query))


def with_vector(parcels: ParcelQuerySet) -> ParcelQuerySet:
    """`words` for lookups: what the index `parcel_words` holds of each mail."""
    vector = Func(
        F("sender"), F("envelope_from"), F("subject"), function="parcel_words", output_field=SearchVectorField()
    )
    return parcels.alias(words=vector)


def words_query(words: str) -> SearchQuery | None:
    """Mails with all these words or beginnings of words; None where there is no word in them."""
    found = _WORD.findall(words.lower())[:WORDS]
    if not found:
        return None
    return SearchQuery(" & ".join(f"'{word}':*" for word in found), config="simple", search_type="raw")


def page_of(parcels: ParcelQuerySet, cursor: str) -> tuple[list[Parcel], str]:
    """Newest first by keyset; the mails of a page and the cursor of the next one, "" after the last."""
    rows = parcels.order_by("-received_at", "-id")
    after = read_cursor("ledger", cursor)
    if after:
        at = dt.datetime.fromisoformat(after[0])
        # The first condition alone bounds the walk along the index.
        rows = rows.filter(received_at__lte=at).exclude(received_at=at, id__gte=after[1])
    found = list(rows.select_related("inbox").defer("inbox__settings", "steps")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], write_cursor("ledger", [last.received_at.isoformat(), last.pk])


def quarantined(parcels: ParcelQuerySet) -> ParcelQuerySet:
    return parcels.filter(state=ParcelState.QUARANTINE)
