"""Saved views and the box: made, shared, changed, arranged, counted; and nobody finds more by them than he may see."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.conditions.grammar import parse
from guichet.conditions.tree import Test
from guichet.desk.frame import Frame
from guichet.desk.lists.catalogue import tickets_of
from guichet.people import actions as people
from guichet.people.extra import ExtraField, save_field
from guichet.people.models import Organisation, Person
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import SavedView, Status, Ticket, ViewPlace
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def subjects(client: Client, query: str) -> list[str]:
    answer = client.get(f"/tickets/?{query}")
    assert answer.status_code == 200
    return re.findall(r'class="row-link"[^>]*>([^<]*)</a>', answer.content.decode())


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def view_of(owner: Person, name: str = "VPN", condition: Any = None, **fields: Any) -> SavedView:
    return SavedView.objects.create(
        name=name, owner=owner, condition=condition or Test("subject", "has", ("vpn",)), **fields
    )


def side_bar(client: Client) -> list[str]:
    page = client.get("/tickets/?view=all").content.decode()
    return re.findall(r'class="view" href="/tickets/\?view=v(?:\d+)".*?<span class="grow">([^<]*)<', page)


def test_the_box_finds_by_condition(cast: make.Cast, ana: Client) -> None:
    make.ticket("VPN down", to=cast.support)
    done = make.ticket("VPN done", to=cast.support)
    make.ticket("Lamp", to=cast.support)
    make.ticket("VPN of billing", to=cast.billing)
    actions.set_status(done, Status.RESOLVED, By(cast.ada))
    assert sorted(subjects(ana, "q=subject:vpn")) == ["VPN done", "VPN down"]
    assert subjects(ana, "q=subject:vpn+finished:no") == ["VPN down"]
    assert sorted(subjects(ana, "q=")) == ["Lamp", "VPN done", "VPN down"]
    assert subjects(ana, "view=search&q=lamp") == ["Lamp"]
    assert subjects(ana, "q=subject:vpn+finished:no+status:resolved") == []
    nothing = ana.get("/tickets/?q=subject:zzz+finished:no").content.decode()
    assert "Nothing found" in nothing and "Look in finished tickets too" in nothing


def test_a_mistake_is_shown_at_its_place_and_loses_nothing(cast: make.Cast, ana: Client) -> None:
    make.ticket("Lamp", to=cast.support)
    answer = ana.get("/tickets/", {"q": "lamp staus:open"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="lamp staus:open"' in page
    assert "<code>lamp <mark>staus</mark>:open</code>" in page
    assert "Did you mean “status”?" in page
    assert "Lamp</a>" not in page
    escaped = ana.get("/tickets/", {"q": 'colour:"<script>'}).content.decode()
    assert "<mark>colour</mark>:&quot;&lt;script&gt;" in escaped


def test_the_desks_own_views_say_in_words_what_they_show(cast: make.Cast, ana: Client) -> None:
    people.set_teams(cast.ana, [cast.support.team, make.team("Second line (night)")])
    cast.ana = Person.objects.get(pk=cast.ana.pk)
    statuses = [*Status, Status.OPEN, Status.OPEN]
    for at, status in enumerate(statuses):
        ticket = make.ticket(f"t{at}", to=cast.support)
        actions.assign(ticket, cast.ana if at % 2 else None, By(cast.ada))
        actions.set_status(ticket, status, By(cast.ada))
    request: Any = type("Request", (), {"user": cast.ana})
    frame = Frame(request)
    Ticket.objects.filter(subject__in=["t0", "t1"]).update(snoozed_until=timezone.now())
    assert len(frame.views) == 10
    for view in frame.views:
        by_rule = set(tickets_of(view, frame.asker).values_list("pk", flat=True))
        view.rule, view.tree = None, parse(view.text, FIELDS, frame.asker)
        assert set(tickets_of(view, frame.asker).values_list("pk", flat=True)) == by_rule, view.key


def test_save_from_the_box_rename_change_and_delete_with_undo(cast: make.Cast, ana: Client) -> None:
    make.ticket("VPN down", to=cast.support)
    make.ticket("Lamp", to=cast.support)
    answer = ana.post("/views/new/", {"name": " VPN  first ", "q": "subject:vpn finished:no", "sort": "waiting"})
    view = SavedView.objects.get()
    assert answer["Location"] == f"/tickets/?view=v{view.pk}"
    assert (view.name, view.sort, view.owner, view.audience) == ("VPN first", "waiting", cast.ana, "me")
    assert subjects(ana, f"view=v{view.pk}") == ["VPN down"]
    assert side_bar(ana) == ["VPN first"]
    fields = {
        "name": "Lights",
        "q": "lamp",
        "sort": "newest",
        "icon": "star",
        "colour": "red",
        "columns": ["team", "number"],
    }
    ana.post(f"/views/{view.pk}/", {**fields, "is_pinned": "on"})
    view.refresh_from_db()
    assert (view.name, view.columns, view.icon, view.colour) == ("Lights", ["number", "team"], "star", "red")
    assert subjects(ana, f"view=v{view.pk}") == ["Lamp"]
    ana.post(f"/views/{view.pk}/keep/", {"q": "subject:vpn", "sort": "oldest"})
    view.refresh_from_db()
    assert (view.name, view.sort, view.condition) == ("Lights", "oldest", Test("subject", "has", ("vpn",)))
    ana.post(f"/views/{view.pk}/delete/")
    assert side_bar(ana) == []
    assert ana.get(f"/tickets/?view=v{view.pk}").status_code == 404
    ana.post(f"/views/{view.pk}/restore/")
    assert side_bar(ana) == ["Lights"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"name": "", "q": "x"}, "This field is required"), ({"name": "X", "q": "staus:open"}, "Did you mean")],
)
def test_what_cannot_be_saved_is_shown_again(cast: make.Cast, ana: Client, fields: dict[str, str], words: str) -> None:
    answer = ana.post("/views/new/", fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page and f'value="{fields["q"]}"' in page
    assert not SavedView.objects.exists()


def test_who_sees_and_who_changes(cast: make.Cast, ana: Client, ben: Client, ada: Client) -> None:
    ana.post("/views/new/", {"name": "Own", "q": "x"})
    ana.post("/views/new/", {"name": "Team's", "q": "x", "audience": f"team-{cast.support.team_id}"})
    ada.post("/views/new/", {"name": "House", "q": "x", "audience": "all"})
    assert side_bar(ana) == ["Own", "Team&#x27;s", "House"]
    assert side_bar(ada) == ["Team&#x27;s", "House"]
    assert side_bar(ben) == ["House"]
    of_team, house = SavedView.objects.get(name="Team's"), SavedView.objects.get(name="House")
    assert ada.get(f"/views/{of_team.pk}/").status_code == 200
    assert ana.get(f"/views/{house.pk}/").status_code == 404
    assert ben.post(f"/views/{of_team.pk}/keep/", {"q": ""}).status_code == 404


@pytest.mark.parametrize("audience", ["all", "team-{billing}", "team-999999", "team-x", "nonsense"])
def test_nobody_shares_beyond_his_rights(cast: make.Cast, ana: Client, audience: str) -> None:
    ana.post("/views/new/", {"name": "X", "q": "x", "audience": audience.format(billing=cast.billing.team_id)})
    assert not SavedView.objects.exclude(audience="me").exists()


def test_a_colleague_cannot_take_a_teams_view_for_himself(cast: make.Cast, ana: Client, ada: Client) -> None:
    ana.post("/views/new/", {"name": "T", "q": "x", "audience": f"team-{cast.support.team_id}"})
    view = SavedView.objects.get()
    answer = ada.post(f"/views/{view.pk}/", {"name": "T", "q": "x", "audience": "me", "icon": "star"})
    assert answer.status_code == 422
    assert SavedView.objects.get().audience == "team"


def test_each_arranges_his_own_side_bar(cast: make.Cast, ana: Client, ada: Client) -> None:
    first, second, third = (view_of(cast.ada, name, audience="all") for name in ("one", "two", "three"))
    ana.post(f"/views/{third.pk}/move/", {"to": "up"})
    ana.post(f"/views/{first.pk}/move/", {"to": "up"})
    ana.post(f"/views/{second.pk}/pin/", {"pinned": "0"})
    view_of(cast.ada, "four", audience="all")
    assert side_bar(ana) == ["one", "three", "four"]
    assert side_bar(ada) == ["one", "two", "three", "four"]
    assert "two" in ana.get("/views/").content.decode()
    ana.post(f"/views/{second.pk}/pin/", {"pinned": "1"})
    assert side_bar(ana) == ["one", "three", "two", "four"]
    assert ViewPlace.objects.filter(person=cast.ada).count() == 0


def test_counters_of_open_views_only_and_of_what_one_sees(cast: make.Cast, ana: Client, ben: Client) -> None:
    for subject, inbox in (("VPN 1", cast.support), ("VPN 2", cast.support), ("VPN 3", cast.billing)):
        make.ticket(subject, to=inbox)
    opened = parse("subject:vpn finished:no", FIELDS, Frame(type("R", (), {"user": cast.ana})).asker)  # type: ignore[arg-type]
    counted = view_of(cast.ada, "open", opened, audience="all")
    uncounted = view_of(cast.ada, "all", audience="all")
    broken = view_of(cast.ada, "broken", Test("team", "is", ("gone",)), audience="all")
    for client, number in ((ana, "2"), (ben, "1")):
        page = client.get("/counts/").content.decode()
        assert f'data-count="v{counted.pk}">{number}<' in page
        assert f"v{uncounted.pk}" not in page and f"v{broken.pk}" not in page
    answer = ana.get(f"/tickets/?view=v{broken.pk}")
    assert answer.status_code == 422 and "There is no team “gone”" in answer.content.decode()


def test_a_shared_view_shows_each_reader_his_own_tickets(cast: make.Cast, ana: Client, ben: Client) -> None:
    make.ticket("VPN ours", to=cast.support)
    theirs = make.ticket("VPN theirs", to=cast.billing)
    view = view_of(cast.ada, audience="all")
    assert subjects(ana, f"view=v{view.pk}") == ["VPN ours"]
    assert subjects(ben, f"view=v{view.pk}") == ["VPN theirs"]
    assert subjects(ana, f"view=v{view.pk}&only={theirs.pk}") == []


@pytest.fixture
def sealed(cast: make.Cast) -> Ticket:
    """Of Zorb at Xorbit, to a confidential inbox of Ben's team alone, with a tag of its own."""
    hr = make.inbox("hr@desk.example", team_name="Billing", is_confidential=True)
    zorb = make.person("zorb@secret.example", name="Zorb")
    zorb.organisation = Organisation.objects.create(name="Xorbit")
    zorb.save()
    ticket = make.ticket("Sealed", to=hr, of=zorb)
    actions.set_tags(ticket, ["layoff"], By(cast.ben))
    return ticket


SECRETS = ("hr@", "layoff", "zorb", "Xorbit")


@pytest.mark.parametrize(
    ("text", "shown", "finds"),
    [
        ("inbox:hr@desk.example", "inbox:…", []),
        ("inbox:hr@desk.example,support@desk.example", "inbox:…,support@desk.example", ["Lamp"]),
        ("-inbox:hr@desk.example finished:no", "-inbox:… finished:no", ["Lamp"]),
        ("tag:layoff or tag:light", "tag:… or tag:light", ["Lamp"]),
        ("-tag:layoff", "-tag:…", ["Lamp"]),
        ("requester:zorb", "requester:…", []),
        ("requester:zorb@secret.example,cleo", "requester:…,cleo", ["Lamp"]),
        ("organisation:xorbit -organisation=Acme", "organisation:… -organisation=Acme", []),
    ],
)
def test_a_shared_view_does_not_name_what_its_reader_may_not_know(
    cast: make.Cast, ana: Client, ben: Client, sealed: Ticket, text: str, shown: str, finds: list[str]
) -> None:
    lamp = make.ticket("Lamp", to=cast.support, of=cast.cleo)
    actions.set_tags(lamp, ["light"], By(cast.ada))
    view = view_of(cast.ben, "Ours", parse(text, FIELDS, _asker(cast.ben)), audience="all")
    url = f"/tickets/?view=v{view.pk}"
    # Administrators know all people and organisations, and no more of a sealed inbox than others.
    knows_people = text.startswith(("requester", "organisation"))
    for client in (ana,) if knows_people else (ana, client_of(cast.ada)):
        pages = [client.get(one).content.decode() for one in (url, "/views/", f"{url}&sort=subject", "/counts/",
                 f"/condition/?q={shown}", f"/views/new/?q={shown}", "/palette/?q=Ours")]  # fmt: skip
        assert not [secret for secret in SECRETS for page in pages if secret.lower() in page.lower()]
        assert f'value="{shown}"' in pages[0] and "something that you may not see" in pages[0]
        assert f'<code class="meta">{shown}</code>' in pages[1]
        assert "something that you may not see" in pages[1]
    assert subjects(ana, f"view=v{view.pk}") == finds
    assert subjects(ana, f"view=search&q={shown}") == finds, "what is shown can be asked"
    own = ben.get(url).content.decode()
    assert f'value="{text}"' in own and "something that you may not see" not in own


def test_who_changes_a_shared_view_keeps_what_he_may_not_know(
    cast: make.Cast, ana: Client, ben: Client, ada: Client, sealed: Ticket
) -> None:
    condition = parse("inbox:hr@desk.example tag:layoff", FIELDS, _asker(cast.ben))
    view = view_of(cast.ben, "Ours", condition, audience="all")
    form = ada.get(f"/views/{view.pk}/").content.decode()
    assert 'value="inbox:… tag:…"' in form and "as long as you leave the condition as it is" in form
    whole = {"name": "Theirs", "icon": "star", "audience": "all", "q": "inbox:… tag:…"}
    assert ada.post(f"/views/{view.pk}/", whole).status_code == 302
    view.refresh_from_db()
    assert (view.name, view.condition) == ("Theirs", condition)
    answer = ada.post(f"/views/{view.pk}/", {**whole, "q": "inbox:…"})
    assert answer.status_code == 422 and "stands for something that you may not see" in answer.content.decode()
    assert ana.post("/views/new/", {"name": "Mine", "q": "tag:… lamp"}).status_code == 422
    assert ada.post(f"/views/{view.pk}/keep/", {"q": "inbox:… tag:…", "sort": "oldest"}).status_code == 302
    view.refresh_from_db()
    assert (view.sort, view.condition) == ("oldest", condition)
    # What another one wrote into it is no more told to its owner than to anybody.
    ada.post(f"/views/{view.pk}/keep/", {"q": "tag:ours", "sort": "oldest"})
    assert 'value="tag:…"' in ben.get(f"/tickets/?view=v{view.pk}").content.decode()


def test_what_is_hidden_costs_one_question_however_many_views_hide_it(
    cast: make.Cast, ana: Client, sealed: Ticket
) -> None:
    text = "inbox:hr@desk.example tag:layoff -requester:zorb finished:no"
    numbers = []
    for at in range(8):
        view_of(cast.ben, f"v{at}", parse(text, FIELDS, _asker(cast.ben)), audience="all")
        if at in (0, 7):
            numbers.append([queries(ana, url) for url in ("/tickets/?view=all", "/views/", "/counts/")])
    assert numbers[0] == numbers[1]


def test_a_view_that_asks_for_a_field_that_went_says_what_to_do(cast: make.Cast, ana: Client) -> None:
    serial = save_field(ExtraField(of="ticket", label="Serial number", kind="text"), [])
    view = view_of(cast.ada, condition=parse("serial-number:x finished:no", FIELDS, _asker(cast.ana)), audience="all")
    url = f"/tickets/?view=v{view.pk}"
    assert ana.get(url).status_code == 200
    ExtraField.objects.filter(pk=serial.pk).update(is_active=False)
    answer = ana.get(url)
    page = answer.content.decode()
    assert answer.status_code == 422 and "“Serial number” is switched off" in page
    assert "<code><mark>ticket.serial_number</mark>:x finished:no</code>" in page
    assert f'data-count="v{view.pk}"><' in ana.get("/counts/").content.decode()
    serial.delete()
    page = ana.get(url).content.decode()
    assert "There is no field “ticket.serial_number”" in page and "<mark>ticket.serial_number</mark>" in page
    assert "ticket.serial_number:x finished:no" in ana.get("/views/").content.decode()


def test_columns_of_ones_lists_and_of_a_view(cast: make.Cast, ana: Client) -> None:
    ticket = make.ticket("VPN", to=cast.support)
    assert f">#{ticket.number}<" not in ana.get("/tickets/?view=all").content.decode()
    answer = ana.post("/columns/", {"columns": ["number", "team"], "back": "/tickets/?view=all"})
    assert answer["Location"] == "/tickets/?view=all"
    page = ana.get("/tickets/?view=all").content.decode()
    assert f">#{ticket.number}<" in page and "row-cell-team" in page and "row-who" not in page
    view = view_of(cast.ana, columns=["created"])
    page = ana.get(f"/tickets/?view=v{view.pk}").content.decode()
    assert "row-cell-created" in page and "row-cell-team" not in page
    ana.post("/columns/", {"columns": ["inbox"], "view": view.pk})
    view.refresh_from_db()
    assert view.columns == ["inbox"]
    assert ana.post("/columns/", {"back": "https://evil.example/"})["Location"] == "/"


def test_density_is_remembered_per_person(cast: make.Cast, ana: Client, ben: Client) -> None:
    ana.post("/appearance/", {"density": "compact"})
    assert 'data-density="compact"' in ana.get("/tickets/").content.decode()
    assert 'data-density="comfortable"' in ben.get("/tickets/").content.decode()
    ana.post("/appearance/", {"theme": "dark"})
    cast.ana.refresh_from_db()
    assert (cast.ana.theme, cast.ana.density) == ("dark", "compact")


def test_text_and_rows_say_the_same(cast: make.Cast, ana: Client) -> None:
    def rows(**query: Any) -> str:
        return ana.get("/condition/", query).content.decode()

    shown = rows(q='status:open,pending -assignee:me subject:"red door" (tag:a or tag:b) created:none')
    assert "is no time" in shown
    shown = rows(q='status:open,pending -assignee:me subject:"red door" (tag:a or tag:b) lamp -waiting:none')
    assert shown.count('class="ask-row"') == 6
    assert 'value="open, pending"' in shown and 'value="red door"' in shown and 'value="tag:a or tag:b"' in shown
    assert 'value="-is" selected' in shown and 'value="-empty"' not in shown
    back = rows(f=["status", "assignee", "subject", "", "words"], o=["is", "-is", "has", "", "has"],
                v=["open, pending", "me", "red door", "tag:a or tag:b", "lamp"])  # fmt: skip
    assert 'data-text="status:open,pending -assignee:me subject:&quot;red door&quot; (tag:a or tag:b) lamp"' in back
    assert rows(q="status:open", add="1").count('class="ask-row"') == 2
    assert rows(f=["status", "tag"], o=["is", "is"], v=["open", "x"], remove="0").count('class="ask-row"') == 1
    assert 'data-text="status:open or tag:x"' in rows(join="any", f=["status", "tag"], o=["is", "is"], v=["open", "x"])
    changed = rows(f=["priority"], o=["is"], v=["open"])
    assert "There is no priority" in changed
    assert 'data-text="created&gt;now-7d"' in rows(f=["created"], o=["after"], v=["now-7d"])


def test_rows_work_without_scripts(cast: make.Cast, ana: Client) -> None:
    make.ticket("VPN", to=cast.support)
    make.ticket("Lamp", to=cast.support)
    assert subjects(ana, "view=search&join=all&f=subject&o=has&v=vpn&f=status&o=is&v=open") == ["VPN"]
    assert ana.get("/tickets/?f=number&o=is&v=x").status_code == 422


def test_completion_tells_only_what_one_may_know(cast: make.Cast, ana: Client, ben: Client) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.set_tags(ticket, ["vpn"], By(cast.ada))

    def offered(client: Client, text: str) -> list[str]:
        return re.findall(r'data-insert="([^"]*)"', client.get("/condition/complete/", {"q": text}).content.decode())

    assert offered(ana, "tag:v") == ["vpn"] and offered(ben, "tag:v") == []
    assert offered(ana, "from:cleo") == ["cleo@customer.example"] and offered(ben, "from:cleo") == []
    assert offered(ana, "organisation:ac") == ["Acme"] and offered(ben, "organisation:ac") == []
    assert offered(ana, "sta")[0] == "status:"
    assert offered(ana, "team:bil") == ["Billing"]


def test_the_list_costs_the_same_with_many_views(cast: make.Cast, ana: Client) -> None:
    make.ticket(to=cast.support)
    view_of(cast.ana, condition=parse("team:mine assignee:none finished:no tag:a", FIELDS, _asker(cast.ana)))
    few = [queries(ana, url) for url in ("/tickets/?view=all", "/counts/", "/views/")]
    for at in range(12):
        text = f"team:support assignee:ada inbox:support@desk.example from:cleo organisation:a tag:t{at} finished:no"
        view_of(cast.ana, f"v{at}", parse(text, FIELDS, _asker(cast.ana)))
    many = [queries(ana, url) for url in ("/tickets/?view=all", "/counts/", "/views/")]
    assert many[0] == few[0] and many[2] == few[2]
    assert many[1] - few[1] <= 3  # teams, inboxes and colleagues by name, once each


def _asker(person: Person) -> Any:
    return Frame(type("Request", (), {"user": person})).asker  # type: ignore[arg-type]


def test_deleted_views_go_for_good_after_a_month(cast: make.Cast, ana: Client) -> None:
    old, young = view_of(cast.ana, "old"), view_of(cast.ana, "young")
    SavedView.objects.filter(pk=old.pk).update(deleted_at=timezone.now() - actions.viewing.KEPT_FOR * 2)
    ana.post(f"/views/{young.pk}/delete/")
    assert list(SavedView.objects.values_list("name", flat=True)) == ["young"]
    assert Ticket.objects.count() == 0
