"""Sets the demo desk up with what `furniture` lists, and does with it what people do in a week."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.demo import cast, deadlines, furniture, rota
from guichet.demo.furniture import ADA, CLAIRE, INES, JONAS, TOM
from guichet.people import contacts, extra, house, organisations
from guichet.people.extra import ExtraField
from guichet.people.models import Organisation, Person, Team
from guichet.rules.models import Macro, MacroText
from guichet.tickets import actions
from guichet.tickets.actions import Part, Words
from guichet.tickets.events import By
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import (
    Audience,
    Category,
    ChecklistTemplate,
    LinkKind,
    SavedView,
    Ticket,
    TicketTemplate,
    TicketType,
)
from guichet.tickets.models.sorting import USUAL

People = Mapping[str, Person]


def furnish(people: People) -> None:
    """What stands ready before any mail comes."""
    teams = {team.name: team for team in Team.objects.all()}
    _macros(people, teams)
    _views(people, teams)
    _types_and_fields()
    _catalogue()
    for name, items, is_needed in furniture.CHECKLISTS:
        ChecklistTemplate.objects.create(name=name, items=list(items), is_needed=is_needed)
    service = teams[cast.SERVICE_TEAM].pk
    parts = [{"subject": subject, "team": service} for subject in ("Laptop for the new starter", "Badge and key")]
    TicketTemplate.objects.create(name="New starter", parts=parts)
    _organisations(people)
    rota.plan(people)
    deadlines.plan(people)


def _macros(people: People, teams: Mapping[str, Team]) -> None:
    for one in furniture.MACROS:
        macro = Macro.objects.create(
            name=one.name,
            folder=one.folder,
            verbs=dict(one.verbs),
            team=teams[one.team] if one.team else None,
            person=people[one.own] if one.own else None,
            changed_by=people[one.own or ADA],
        )
        MacroText.objects.bulk_create(
            MacroText(macro=macro, language=language, text=text) for language, text in one.texts.items()
        )


def _views(people: People, teams: Mapping[str, Team]) -> None:
    for one in furniture.VIEWS:
        owner = people[one.owner]
        audience = Audience.ALL if one.is_for_all else Audience.TEAM if one.team else Audience.ME
        view = SavedView(name=one.name, owner=owner, audience=audience, icon=one.icon, colour=one.colour)
        view.team = teams[one.team] if one.team else None
        view.condition = parse(one.condition, FIELDS, Asker(owner))
        actions.save_view(view, owner)


def _types_and_fields() -> None:
    types = {name: TicketType.objects.create(name=name) for name in furniture.TYPES}
    for one in furniture.FIELDS:
        of = ExtraField.Of.TICKET if one.of in types else ExtraField.Of(one.of)
        made = extra.save_field(
            ExtraField(of=of, label=one.label, kind=one.kind, is_required=one.is_required), one.choices
        )
        if one.of in types:
            types[one.of].fields.add(made)


def _catalogue() -> None:
    for name, within in furniture.CATEGORIES:
        main = Category.objects.create(name=name)
        Category.objects.bulk_create(Category(name=part, parent=main) for part in within)
    actions.save_matrix(USUAL)


def _organisations(people: People) -> None:
    ada = people[ADA]
    for name, number, note in furniture.ORGANISATIONS:
        found = Organisation.objects.get(name=name)
        facts = {"customer_number": number, "contract_ends": f"{timezone.localdate().year + 1}-12-31"}
        is_shared = name == furniture.SHARED
        organisations.change_organisation(found, ada, extra=facts, **({"is_shared": True} if is_shared else {}))
        if note:
            contacts.add_note(found, note, ada)
    contacts.add_note(
        people["juergen.haeussler@lumen.example"], "Im Labor ohne Telefon: nur per E-Mail.", people[JONAS]
    )
    contacts.add_note(people["p.garnier@saint-aubin.example"], "Préfère être rappelé le matin.", people[CLAIRE])


def work(people: People) -> None:
    """After the stories: types, fields and categories of tickets, checklists, mentions, time, links, promised dates."""
    hands = _Hands(people)
    hands.types()
    hands.sorting()
    hands.checklists()
    hands.mentions()
    hands.links_and_dates()


class _Hands:
    def __init__(self, people: People) -> None:
        self.people = people
        self.tickets = {ticket.subject: ticket for ticket in Ticket.objects.all()}
        self.now = timezone.now().astimezone(house.zone()).replace(second=0, microsecond=0)

    def ticket(self, begin: str) -> Ticket:
        found = next(one for subject, one in self.tickets.items() if subject.startswith(begin))
        found.refresh_from_db()
        return found

    def by(self, who: str, at: datetime | None = None) -> By:
        return By(self.people[who], "demo", at=at)

    def at(self, ticket: Ticket, minutes: int) -> datetime:
        """So long after the latest words, and never to come."""
        return min(ticket.last_message_at + timedelta(minutes=minutes), self.now)

    def types(self) -> None:
        types = {one.name: one for one in TicketType.objects.all()}
        for begin, who, name, values in (
            ("VPN drops", JONAS, "Incident", {"affected_service": "VPN"}),
            ("SAP-Schnittstelle", JONAS, "Incident", {"affected_service": "SAP"}),
            ("Website: cannot finish", JONAS, "Incident", {"affected_service": "Webshop"}),
            ("Imprimante", INES, "Incident", {"affected_service": "Printing"}),
            ("New starter", INES, "Equipment order", {"cost_centre": "4120", "approved_by": self.people[ADA].pk}),
            ("Demande de logiciel", INES, "Equipment order", {"cost_centre": "3070"}),
            ("Order LU-20417", TOM, "Complaint", {"order_number": "LU-20417", "solution": "Exchange"}),
            ("Dimmer brummt", CLAIRE, "Complaint", {}),
        ):
            ticket = self.ticket(begin)
            actions.set_type(ticket, types[name], self.by(who), values)

    def sorting(self) -> None:
        categories = {one.name: one for one in Category.objects.all()}
        for begin, who, name in furniture.SORTED:
            actions.set_category(self.ticket(begin), categories[name], self.by(who))

    def checklists(self) -> None:
        starter, broken = self.ticket("New starter"), self.ticket("Order LU-20417")
        for ticket, who, name, done in ((starter, INES, "New starter", 2), (broken, TOM, "Exchange of a lamp", 3)):
            template = ChecklistTemplate.objects.get(name=name)
            items = actions.add_items(ticket, template.items, self.by(who), is_needed=template.is_needed)
            for item in items[:done]:
                actions.set_done(item, True, self.by(who))
        actions.spend(self.ticket("SAP-Schnittstelle"), 95, self.by(JONAS), note="Schnittstelle neu gestartet")
        actions.spend(self.ticket("VPN drops"), 40, self.by(JONAS))
        actions.spend(self.ticket("Order LU-20417"), 25, self.by(TOM), note="Call with the carrier")

    def mentions(self) -> None:
        for begin, who, text in (
            ("SAP-Schnittstelle", JONAS, "@Ada Kessler der Wartungsvertrag läuft Ende Dezember aus. Verlängern wir?"),
            ("Website: cannot finish", JONAS, "@Inès Caron the log shows the payment service timing out. Customers "
             "whose order hangs can simply try again; nothing was charged twice."),
            ("Badge refusé", ADA, "@Inès Caron peux-tu regarder avant midi ? La porte est celle des livraisons."),
            ("Order LU-20417", TOM, "@Claire Dubois le remplacement part demain, tu peux le confirmer à l'atelier ?"),
            ("[PROBLEM] backup-02", ADA, "@Jonas Weber bitte die alten Sicherungen von backup-02 mit mir durchsehen."),
        ):  # fmt: skip
            ticket = self.ticket(begin)
            actions.add_note(ticket, Words(text=text), self.by(who, self.at(ticket, 35)))

    def links_and_dates(self) -> None:
        actions.link(
            self.ticket("Website: cannot finish"), self.ticket("SAP-Schnittstelle"), LinkKind.RELATED, self.by(JONAS)
        )
        actions.link(self.ticket("Monitor flackert"), self.ticket("Meeting room Leeds"), LinkKind.RELATED, self.by(ADA))
        part = Part("Badge and key for the new starter", text="The badge printer is in the showroom.")
        actions.follow_up(self.ticket("New starter"), [part], self.by(INES), kind=LinkKind.CHILD)
        nine = self.now.replace(hour=9, minute=0)
        for begin, who, days in (
            ("Demande de devis", CLAIRE, 3),
            ("Pendelleuchte", TOM, 2),
            ("Demande de logiciel", INES, 1),
        ):
            actions.pend(self.ticket(begin), nine + timedelta(days=days), self.by(who))
