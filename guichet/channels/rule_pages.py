"""Rules about mail: lists of senders, domains and words, each with what it would have caught lately."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from guichet.channels.ledger_search import with_vector, words_query
from guichet.channels.models import MailRule, Parcel, ParcelQuerySet
from guichet.channels.pages import page
from guichet.channels.sorting import matches
from guichet.kit.doors import reads_and_writes
from guichet.kit.web import read_cursor, write_cursor
from guichet.people.actions import normal_address
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.models import Inbox, Message

PAGE = 50
LOOK_BACK = timedelta(days=30)
MOST_COUNTED = 1000
MOST_READ = 2000  # mails whose words are looked through for a rule about words anywhere
EXAMPLES = 8


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    class Meta:
        model = MailRule
        fields: ClassVar = ["field", "value", "action", "inbox"]
        labels: ClassVar = {
            "field": gettext_lazy("What it looks at"),
            "value": gettext_lazy("Address, domain or words"),
            "action": gettext_lazy("What happens to such mail"),
            "inbox": gettext_lazy("In which inbox"),
        }
        help_texts: ClassVar = {
            "value": gettext_lazy("A domain holds for all below it. Words are found as whole words, in this order."),
        }
        widgets: ClassVar = {"value": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by
        inbox = self.fields["inbox"]
        assert isinstance(inbox, forms.ModelChoiceField)
        inbox.queryset = Inbox.objects.visible_to(by)
        inbox.required, inbox.empty_label = False, _("In all of them")
        for name, choices in (("field", MailRule.Field.choices), ("action", MailRule.Action.choices)):
            choice = self.fields[name]
            assert isinstance(choice, forms.ChoiceField)
            choice.choices = choices  # without an empty one

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        value, field = normal_address(typed.get("value", "")), typed.get("field")
        if field == MailRule.Field.SENDER and ("@" not in value or " " in value):
            self.add_error("value", _("Type a whole address, such as news@example.org."))
        if field == MailRule.Field.DOMAIN:
            value = value.rpartition("@")[2].strip(".")
            if " " in value or "." not in value:
                self.add_error("value", _("Type a domain, such as example.org."))
        if field in (MailRule.Field.SUBJECT, MailRule.Field.WORDS):
            value = " ".join(value.split())
            if len(value) < 2:
                self.add_error("value", _("Type at least two characters."))
        typed["value"] = value
        return typed

    def validate_unique(self) -> None:
        typed = self.cleaned_data
        mine = MailRule.objects.visible_to(self._by)
        same = mine.filter(field=typed.get("field"), value=typed.get("value"), inbox=typed.get("inbox"))
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("value", ValidationError(_("There is such a rule already.")))


@for_admins
@require_safe
def mail_rules(request: HttpRequest) -> HttpResponse:
    me = cast(Person, request.user)
    mine = MailRule.objects.visible_to(me).select_related("inbox", "by").order_by("-pk")
    last = read_cursor("rules", request.GET.get("after", ""))
    rows = list((mine.filter(pk__lt=last[0]) if last else mine)[: PAGE + 1])
    shown = rows[:PAGE]
    removed = request.GET.get("removed", "")
    context = {
        "rules": [{"rule": rule, "caught": count_caught(rule, Parcel.objects.visible_to(me))} for rule in shown],
        "most": MOST_COUNTED,
        "next_url": f"?{urlencode({'after': write_cursor('rules', [shown[-1].pk])})}" if len(rows) > PAGE else "",
        "first_url": reverse("channels:mail_rules") if last else "",
        "removed": removed if read_cursor("removed rule", removed) else "",
    }
    return page(request, "mail_rules", "mail_rules", **context)


@for_admins
@reads_and_writes
def mail_rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A rule to change, or without `pk` a new one, which a link may have filled in. "See" saves nothing."""
    me = cast(Person, request.user)
    found = get_object_or_404(MailRule.objects.visible_to(me), pk=pk) if pk else MailRule(by=me)
    typed = request.POST if request.method == "POST" else None
    start = {name: request.GET[name] for name in ("field", "value", "action", "inbox") if name in request.GET}
    form = RuleForm(typed, instance=found, by=me, initial=start)
    caught = None
    if typed is not None and form.is_valid():
        if "see" not in typed:
            form.save()
            messages.success(request, _("The rule is saved. It holds for mail from now on."))
            return redirect("channels:mail_rules")
        caught = _caught(found, me)
    elif typed is None and (pk or start.get("value")):
        found.field, found.value = start.get("field", found.field), start.get("value", found.value)
        caught = _caught(found, me) if found.field in MailRule.Field.values else None
    if typed is not None and "see" in typed and request.headers.get("HX-Request"):
        return render(request, "channels/_caught.html", {"caught": caught, "form": form, "tells_errors": True})
    return page(request, "mail_rule", "mail_rules", form=form, rule=found if pk else None, caught=caught)


@for_admins
@require_POST
def remove_mail_rule(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(MailRule.objects.visible_to(request.user), pk=pk)
    token = write_cursor("removed rule", [rule.inbox_id, rule.field, rule.value, rule.action, rule.hits])
    rule.delete()
    return redirect(f"{reverse('channels:mail_rules')}?{urlencode({'removed': token})}")


@for_admins
@require_POST
def restore_mail_rule(request: HttpRequest) -> HttpResponse:
    me = cast(Person, request.user)
    values = read_cursor("removed rule", request.POST.get("removed", ""))
    if values is not None:
        inbox_id, field, value, action, hits = values
        if inbox_id is None or Inbox.objects.visible_to(me).filter(pk=inbox_id).exists():
            kept = {"action": action, "hits": hits, "by": me}
            MailRule.objects.get_or_create(inbox_id=inbox_id, field=field, value=value, defaults=kept)
            messages.success(request, _("The rule is back."))
    return redirect("channels:mail_rules")


# -- what a rule would have caught


def caught_by(rule: MailRule, mine: ParcelQuerySet) -> ParcelQuerySet:
    """Of these mails those of the last days that a rule is about, through an index. Not for words anywhere."""
    lately = mine.filter(received_at__gt=timezone.now() - LOOK_BACK, is_history=False)
    if rule.inbox_id:
        lately = lately.filter(inbox=rule.inbox_id)
    if rule.field == MailRule.Field.SENDER:
        return lately.filter(sender=rule.value)
    query = words_query(rule.value)
    lately = with_vector(lately).filter(Q(words=query)) if query is not None else lately.none()
    if rule.field == MailRule.Field.DOMAIN:
        return lately.filter(Q(sender__endswith=f"@{rule.value}") | Q(sender__endswith=f".{rule.value}"))
    return lately.filter(subject__icontains=rule.value)


def count_caught(rule: MailRule, mine: ParcelQuerySet) -> int | None:
    """At most MOST_COUNTED; None for a rule that reads whole mails, which is asked only on its own page."""
    if rule.field == MailRule.Field.WORDS:
        return None
    return caught_by(rule, mine).values("pk")[:MOST_COUNTED].count()


def _caught(rule: MailRule, me: Person) -> dict[str, Any]:
    """How many, the newest of them, and of how many mails that is told."""
    mine = Parcel.objects.visible_to(me)
    if rule.field != MailRule.Field.WORDS:
        found = caught_by(rule, mine)
        newest = found.order_by("-received_at").defer("steps")[:EXAMPLES]
        return {"count": count_caught(rule, mine), "examples": newest, "most": MOST_COUNTED, "read": 0}
    lately = mine.filter(received_at__gt=timezone.now() - LOOK_BACK, is_history=False)
    if rule.inbox_id:
        lately = lately.filter(inbox=rule.inbox_id)
    parcels = list(lately.order_by("-received_at").defer("steps")[:MOST_READ])
    ids = [parcel.message_id for parcel in parcels if parcel.message_id]
    texts = dict(Message.objects.visible_to(me).filter(pk__in=ids).values_list("pk", "text"))
    hits = [
        parcel
        for parcel in parcels
        if matches(rule, parcel.sender, parcel.subject.casefold(), texts.get(parcel.message_id or 0, "").casefold())
    ]
    return {"count": len(hits), "examples": hits[:EXAMPLES], "most": MOST_READ + 1, "read": len(parcels)}
