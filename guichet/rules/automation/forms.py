"""What the editor of a rule asks: when it looks, which tickets, and what is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import TEXT_LENGTH, Mistake, parse, write
from guichet.conditions.tree import Tree
from guichet.kit.lines import one_line
from guichet.people.extra import ExtraField, Wrong
from guichet.people.models import Language, Person, Skill, Team
from guichet.rules import fields as vocabulary
from guichet.rules import verbs as acts
from guichet.rules.macros.forms import KEEP, TEXT_LIMIT, checked, tags_of
from guichet.rules.models import TIME, Rule, Since
from guichet.tickets import worktime
from guichet.tickets.models import Category, Impact, Inbox, Priority, Status, TicketTemplate, TicketType, Urgency
from guichet.tickets.models.sorting import by_way

FORM = "rule-form"  # all fields belong to it wherever they stand, for the rows of the condition are a form of their own
ADDRESSES = 5
UNITS = {1: pgettext_lazy("unit", "minutes"), 60: pgettext_lazy("unit", "hours"), 1440: pgettext_lazy("unit", "days")}
_DAY = 1440
SPANS = (60, 240, 1440, 2 * 1440, 3 * 1440, 7 * 1440, 14 * 1440, 30 * 1440)


def _spans() -> list[tuple[str, Any]]:
    return [("", KEEP), *((str(minutes), acts.span(minutes)) for minutes in SPANS)]


class RuleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    is_active = forms.BooleanField(label=gettext_lazy("At work"), required=False)
    on = forms.MultipleChoiceField(
        label=gettext_lazy("When this happens"), required=False, widget=forms.CheckboxSelectMultiple
    )
    since = forms.ChoiceField(label=gettext_lazy("Or some time since"), required=False)
    after = forms.IntegerField(label=gettext_lazy("After"), required=False, min_value=1, max_value=600_000)
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, choices=list(UNITS.items()),
                                  required=False)  # fmt: skip
    in_working_time = forms.BooleanField(
        label=gettext_lazy("Counted in working time"), required=False,
        help_text=gettext_lazy("By the working hours that each ticket has; a day is eight hours of them."),
    )  # fmt: skip
    inbox = forms.ModelChoiceField(
        label=gettext_lazy("Where"), queryset=Inbox.objects.none(), required=False,
        empty_label=gettext_lazy("Everywhere but in confidential inboxes"),
    )  # fmt: skip
    q = forms.CharField(required=False, max_length=TEXT_LENGTH, strip=True)
    stops = forms.BooleanField(label=gettext_lazy("No later rule looks at the same event"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    to_team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    assignee = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    add_tags = forms.CharField(label=gettext_lazy("Add tags"), required=False, max_length=500,
                               help_text=gettext_lazy("Separated by commas."))  # fmt: skip
    remove_tags = forms.CharField(label=gettext_lazy("Remove tags"), required=False, max_length=500)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    to_inbox = forms.ChoiceField(label=gettext_lazy("Inbox"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    impact = forms.ChoiceField(label=gettext_lazy("Impact"), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    site = forms.CharField(label=gettext_lazy("Site"), required=False, max_length=200)
    needs = forms.CharField(
        label=gettext_lazy("Needed skills"), required=False, max_length=500,
        help_text=gettext_lazy("With the least level, such as: VPN 2, Network 1. Every later sharing out heeds them."),
    )  # fmt: skip
    due = forms.ChoiceField(label=gettext_lazy("Deadline"), required=False)
    extra_key = forms.ChoiceField(label=gettext_lazy("Field"), required=False)
    extra_value = forms.CharField(label=gettext_lazy("becomes"), required=False, max_length=500)
    route = forms.ChoiceField(label=gettext_lazy("Share out among the team"), required=False)
    route_skills = forms.CharField(
        label=gettext_lazy("Who can do"), required=False, max_length=500,
        help_text=gettext_lazy("Skills with the least level, such as: VPN 2, Network 1."),
    )  # fmt: skip
    route_language = forms.BooleanField(label=gettext_lazy("Who speaks the customer's language"), required=False)
    route_sticky = forms.BooleanField(label=gettext_lazy("First who looked after this customer before"), required=False)
    look = forms.ChoiceField(label=gettext_lazy("Look again"), required=False)
    snooze = forms.ChoiceField(label=gettext_lazy("Let it sleep"), required=False)
    follow_up = forms.ChoiceField(label=gettext_lazy("Follow-up tickets of the template"), required=False)
    mail_customer = forms.BooleanField(label=gettext_lazy("To the customer"), required=False)
    mail_addresses = forms.CharField(
        label=gettext_lazy("To these addresses"), required=False, max_length=1000,
        help_text=gettext_lazy("Separated by commas. The customer never sees this mail nor what comes back."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Internal note"), required=False, max_length=TEXT_LIMIT,
                           widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    notify_owner = forms.BooleanField(label=gettext_lazy("The owner, or the team while there is none"), required=False)
    notify_team = forms.BooleanField(label=gettext_lazy("The ticket's team"), required=False)
    notify_people = forms.MultipleChoiceField(label=gettext_lazy("Colleagues"), required=False)
    notify_teams = forms.MultipleChoiceField(label=gettext_lazy("Teams"), required=False)
    ask = forms.MultipleChoiceField(label=gettext_lazy("Ask"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, typed: QueryDict | None, *, rule: Rule, by: Person) -> None:
        self.rule, self._by = rule, by
        super().__init__(typed, initial=_initial(rule, Asker(by)))
        inbox = self.fields["inbox"]
        assert isinstance(inbox, forms.ModelChoiceField)
        inbox.queryset = Inbox.objects.visible_to(by)
        for name, choices in self._choices().items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        texts = rule.verbs.get("mail", {}).get("text", {})
        for language, label in Language.choices:
            self.fields[f"text_{language}"] = forms.CharField(
                label=label, required=False, max_length=TEXT_LIMIT, strip=False, initial=texts.get(language, ""),
                widget=forms.Textarea(attrs={"rows": 4, "lang": language, "data-placeholders": ""}),
            )  # fmt: skip
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM

    def _choices(self) -> Mapping[str, Iterable[tuple[str, Any]]]:
        teams = [(str(team.pk), team.name) for team in Team.objects.visible_to(self._by)]
        people = [(str(one.pk), str(one)) for one in Person.objects.agents()]
        extra = ExtraField.objects.visible_to(self._by).of(ExtraField.Of.TICKET)
        templates = TicketTemplate.objects.values_list("pk", "name")
        return {
            "on": [(key, trigger.label) for key, trigger in vocabulary.triggers().items()],
            "since": [("", _("No: only on events")), *Since.choices],
            "status": [("", KEEP), *Status.choices],
            "priority": [("", KEEP), *((str(key), label) for key, label in Priority.choices)],
            "to_team": [("", KEEP), *teams],
            "assignee": [("", KEEP), ("nobody", _("Nobody")), *people],
            "extra_key": [("", KEEP), *((one.key, one.label) for one in extra)],
            "route": [("", _("No")), *acts.HOW.items()],
            "type": [("", KEEP), *((str(pk), name) for pk, name in TicketType.objects.values_list("pk", "name"))],
            "to_inbox": [("", KEEP), *((str(one.pk), str(one)) for one in self._inboxes())],
            "category": [("", KEEP), *((str(one.pk), str(one)) for one in self._categories())],
            "impact": [("", KEEP), *((str(key), label) for key, label in Impact.choices)],
            "urgency": [("", KEEP), *((str(key), label) for key, label in Urgency.choices)],
            "language": [("", KEEP), *Language.choices],
            "due": _spans(),
            "look": _spans(),
            "snooze": _spans(),
            "follow_up": [("", _("None")), *((str(pk), name) for pk, name in templates)],
            "notify_people": people,
            "notify_teams": teams,
            "ask": list(acts.asked_for().items()),
        }

    def _inboxes(self) -> list[Inbox]:
        """With the one that it names, should it be switched off by now."""
        offered = Q(is_active=True) | Q(pk=self.rule.verbs.get("inbox"))
        return list(Inbox.objects.visible_to(self._by).filter(offered).only("name", "address"))

    def _categories(self) -> list[Category]:
        offered = Q(is_active=True) | Q(pk=self.rule.verbs.get("category"))
        return by_way(list(Category.objects.filter(offered).select_related("parent")))

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[f"text_{language}"] for language, _label in Language.choices]

    @property
    def changes(self) -> list[forms.BoundField]:
        about = ("status", "priority", "to_team", "assignee", "add_tags", "remove_tags", "type")
        return [self[name] for name in (*about, "due", "look", "snooze")]

    @property
    def routes(self) -> list[forms.BoundField]:
        return [self[name] for name in ("route", "route_skills", "route_language", "route_sticky")]

    @property
    def calls(self) -> list[forms.BoundField]:
        return [self[name] for name in ("notify_owner", "notify_team", "notify_people", "notify_teams")]

    @property
    def asks(self) -> bool:
        return bool(acts.asked_for())

    @property
    def has_extra(self) -> bool:
        choice: Any = self.fields["extra_key"]
        return len(choice.choices) > 1

    def clean_q(self) -> Tree:
        text = self.cleaned_data["q"].replace("\x00", "")
        try:
            return parse(text, vocabulary.FIELDS, Asker(self._by))
        except Mistake as wrong:
            place = text[wrong.start : wrong.end].strip()
            raise ValidationError(f"{place}: {wrong}" if place and place != text else str(wrong)) from wrong

    def clean_route_skills(self) -> dict[str, int]:
        return self._skills("route_skills")

    def clean_needs(self) -> dict[str, int]:
        return self._skills("needs")

    def _skills(self, field: str) -> dict[str, int]:
        """ "VPN 2, Network" -> {id: level}; without a level 1."""
        known = {skill.name.casefold(): str(skill.pk) for skill in Skill.objects.visible_to(self._by)}
        found: dict[str, int] = {}
        for word in filter(None, (one.strip() for one in self.cleaned_data[field].split(","))):
            name, _blank, level = word.rpartition(" ")
            if not level.isdecimal() or not name:
                name, level = word, "1"
            if name.strip().casefold() not in known:
                raise ValidationError(_("There is no skill “%(name)s”.") % {"name": name.strip()})
            found[known[name.strip().casefold()]] = max(1, min(5, int(level[:3])))
        return found

    def clean_mail_addresses(self) -> list[str]:
        words = self.cleaned_data["mail_addresses"].replace(";", ",").split(",")
        found = list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
        if len(found) > ADDRESSES:
            raise ValidationError(_("At most %(n)s addresses.") % {"n": ADDRESSES})
        for address in found:
            validate_email(address)
        return found

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if typed.get("since") and typed.get("on"):
            self.add_error("since", _("Choose events or a time, not both: make a second rule for the other one."))
        if typed.get("since") and not typed.get("after") and "after" not in self.errors:
            self.add_error("after", _("Say after how long."))
        for name in ("note", *(f"text_{language}" for language, _label in Language.choices)):
            typed[name] = typed.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip("\n ")
            try:
                checked(typed[name])
            except ValidationError as error:
                self.add_error(name, error)
        if typed.get("route") and typed.get("assignee") not in ("", "nobody"):
            self.add_error("route", _("An owner is named already: choose one of the two."))
        self._check_mail(typed)
        self._check_extra(typed)
        return typed

    def _check_mail(self, typed: dict[str, Any]) -> None:
        to_whom = typed.get("mail_customer") or typed.get("mail_addresses")
        if to_whom and not any(self._said()):
            self.add_error("text_en", _("Write what the mail says."))
        if any(self._said()) and not to_whom and "mail_addresses" not in self.errors:
            self.add_error("mail_addresses", _("Say to whom the mail goes."))

    def _check_extra(self, typed: dict[str, Any]) -> None:
        if not typed.get("extra_key"):
            return
        field = ExtraField.objects.visible_to(self._by).of(ExtraField.Of.TICKET).filter(key=typed["extra_key"]).first()
        try:
            typed["extra"] = {typed["extra_key"]: field.clean_value(typed.get("extra_value", "")) if field else None}
        except Wrong as why:
            self.add_error("extra_value", str(why))

    def _said(self) -> Iterator[tuple[str, str]]:
        for language, _label in Language.choices:
            if text := self.cleaned_data.get(f"text_{language}", ""):
                yield language, text

    def verbs(self) -> dict[str, Any]:
        typed = self.cleaned_data
        owner = typed.get("assignee", "")
        found = {
            "status": typed.get("status", ""),
            "priority": _number(typed.get("priority")),
            "team": _number(typed.get("to_team")),
            "assignee": int(owner) if owner.isdecimal() else owner,
            "add_tags": tags_of(typed.get("add_tags", "")),
            "remove_tags": tags_of(typed.get("remove_tags", "")),
            "extra": typed.get("extra"),
            "route": self._route(),
            "type": _number(typed.get("type")),
            "inbox": _number(typed.get("to_inbox")),
            "category": _number(typed.get("category")),
            "severity": {name: int(typed[name]) for name in ("impact", "urgency") if typed.get(name)},
            "language": typed.get("language", ""),
            "site": one_line(typed.get("site", ""), 200),
            "needs": typed.get("needs"),
            "due": _number(typed.get("due")),
            "look": _number(typed.get("look")),
            "snooze": _number(typed.get("snooze")),
            "follow_up": _number(typed.get("follow_up")),
            "note": typed.get("note", ""),
            "mail": self._mail(),
            "notify": self._notify(),
            "ask": dict.fromkeys(typed.get("ask", ()), True),
        }
        return {name: value for name, value in found.items() if value not in (None, "", [], {})}

    def _route(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not typed.get("route"):
            return {}
        more = {
            "skills": typed.get("route_skills"),
            "language": typed.get("route_language"),
            "sticky": typed.get("route_sticky"),
        }
        return {"how": typed["route"], **{name: value for name, value in more.items() if value}}

    def _mail(self) -> dict[str, Any] | None:
        typed, texts = self.cleaned_data, dict(self._said())
        to_whom = {"customer": bool(typed.get("mail_customer")), "addresses": typed.get("mail_addresses") or []}
        return {**{k: v for k, v in to_whom.items() if v}, "text": texts} if texts else None

    def _notify(self) -> dict[str, Any]:
        typed = self.cleaned_data
        found = {
            "owner": bool(typed.get("notify_owner")),
            "team": bool(typed.get("notify_team")),
            "people": [int(pk) for pk in typed.get("notify_people", ())],
            "teams": [int(pk) for pk in typed.get("notify_teams", ())],
        }
        return {name: value for name, value in found.items() if value}

    def fill(self) -> Rule:
        """The rule as the form says it, not saved."""
        typed, rule = self.cleaned_data, self.rule
        rule.name, rule.is_active, rule.inbox = typed["name"], typed["is_active"], typed["inbox"]
        rule.since = typed["since"]
        rule.on = [TIME] if rule.since else typed["on"]
        rule.in_working_time = bool(rule.since) and typed["in_working_time"]
        unit = typed["unit"] or 60
        unit = worktime.DAY if rule.in_working_time and unit == _DAY else unit
        rule.minutes = (typed["after"] or 0) * unit if rule.since else 0
        rule.condition, rule.stops, rule.verbs = typed["q"], typed["stops"], self.verbs()
        return rule


def _number(value: Any) -> int | None:
    return int(value) if value else None


def _initial(rule: Rule, asker: Asker) -> dict[str, Any]:
    verbs = rule.verbs
    route = verbs.get("route", {})
    skills = acts.names_of([verbs]).skills if route.get("skills") or verbs.get("needs") else {}
    severity = verbs.get("severity", {})

    def leveled(levels: Mapping[str, int]) -> str:
        return ", ".join(f"{skills.get(pk, '?')} {level}" for pk, level in levels.items())

    mail, notify = verbs.get("mail", {}), verbs.get("notify", {})
    day = worktime.DAY if rule.in_working_time else _DAY
    size = next((size for size in (day, 60) if rule.minutes and rule.minutes % size == 0), 1 if rule.minutes else 60)
    extra = next(iter(verbs.get("extra", {}).items()), ("", ""))
    return {
        "name": rule.name, "is_active": rule.is_active, "on": [] if rule.is_timed else rule.on,
        "since": rule.since, "after": rule.minutes // size or None, "unit": _DAY if size == day else size,
        "in_working_time": rule.in_working_time, "inbox": rule.inbox_id,
        "q": write(rule.condition, vocabulary.FIELDS, asker), "stops": rule.stops,
        "status": verbs.get("status", ""), "priority": str(verbs.get("priority", "")),
        "to_team": str(verbs.get("team", "")), "assignee": str(verbs.get("assignee", "")),
        "add_tags": ", ".join(verbs.get("add_tags", ())), "remove_tags": ", ".join(verbs.get("remove_tags", ())),
        "extra_key": extra[0], "extra_value": extra[1],
        "route": route.get("how", ""), "route_language": route.get("language", False),
        "route_skills": leveled(route.get("skills", {})),
        "route_sticky": route.get("sticky", False),
        "to_inbox": str(verbs.get("inbox", "")), "category": str(verbs.get("category", "")),
        "impact": str(severity.get("impact", "")), "urgency": str(severity.get("urgency", "")),
        "language": verbs.get("language", ""), "site": verbs.get("site", ""), "needs": leveled(verbs.get("needs", {})),
        "type": str(verbs.get("type", "")), "due": str(verbs.get("due", "")),
        "look": str(verbs.get("look", "")), "snooze": str(verbs.get("snooze", "")),
        "follow_up": str(verbs.get("follow_up", "")), "note": verbs.get("note", ""),
        "mail_customer": mail.get("customer", False), "mail_addresses": ", ".join(mail.get("addresses", ())),
        "notify_owner": notify.get("owner", False), "notify_team": notify.get("team", False),
        "notify_people": [str(pk) for pk in notify.get("people", ())],
        "notify_teams": [str(pk) for pk in notify.get("teams", ())],
        "ask": list(verbs.get("ask", ())),
    }  # fmt: skip
