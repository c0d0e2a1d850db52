"""The page of results and the panel of similar requests, through HTTP and the real database."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import FileText, Status, Ticket
from guichet.tickets.search import indexing
from guichet.tickets.search import results as finding
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
TO_CLEO = [{"name": "", "address": "cleo@customer.example"}]


def page(client: Client, q: str, **more: str) -> str:
    answer = client.get("/search/", {"q": q, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def hits(html: str) -> list[str]:
    links = re.findall(r'class="row-link"[^>]*>(.*?)</a>', html, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", link).strip() for link in links]


def index_all() -> None:
    while indexing.work():
        pass


def test_a_hit_says_where_the_words_were_found(cast: make.Cast, ana: Client) -> None:
    ticket = make.ticket("Lamp", to=cast.support, of=cast.cleo, text="It <b>blinks</b> & hums since Tuesday.")
    html = page(ana, "blinks hums")
    assert hits(html) == ["Lamp"]
    assert "It &lt;b&gt;<mark>blinks</mark>&lt;/b&gt; &amp; <mark>hums</mark> since Tuesday." in html
    file = FileRef("wiring-plan.pdf", "application/pdf", 4, "0" * 64)
    note = actions.add_note(ticket, Words(text="The transformer is old.", files=[file]), By(cast.ana))
    assert "<mark>transformer</mark>" in page(ana, "transformer")
    assert "Note by Ana Lopez" in page(ana, "transformer")
    assert "<mark>wiring</mark>" in page(ana, "wiring")
    FileText.objects.create(attachment=note.attachments.get(), text="Fuse number seven is a spare one.")
    html = page(ana, "fuse spare")
    assert "In wiring-plan.pdf" in html
    assert "<mark>Fuse</mark> number seven is a <mark>spare</mark> one." in html
    assert "<mark>Cleo</mark> Martin" in page(ana, "cleo")
    assert "<mark>Lamp</mark>" in page(ana, "lamp")


def test_words_with_other_letters_are_marked_too(cast: make.Cast, ana: Client) -> None:
    make.ticket("Réseau", to=cast.support, text="Le réseau de l'École est coupé, dit François Lefèvre du Büro.")
    index_all()
    for question, mark in {
        "ecole": "École", "lefevre": "Lefèvre", "lefvere": "Lefèvre", "buro": "Büro", "coupe": "coupé",
        '"reseau de"': "réseau</mark> <mark>de",
    }.items():  # fmt: skip
        assert f"<mark>{mark}</mark>" in page(ana, question), question


def test_what_was_taken_for_another_word_is_told(cast: make.Cast, ana: Client, ben: Client) -> None:
    make.ticket("Réseau", to=cast.support, text="dit François Lefèvre")
    make.ticket("Secret", to=cast.billing, text="Abracadabra")
    index_all()
    html = page(ana, "lefvere")
    assert "Nobody wrote “lefvere” here." in html
    assert "<b>Lefèvre</b>" in html
    assert "Abracadabra" not in page(ana, "abracadabbra")
    assert "Abracadabra" in page(ben, "abracadabbra")


def test_a_number_leads_to_its_ticket(cast: make.Cast, ana: Client, ben: Client) -> None:
    ticket = make.ticket("Numbered", to=cast.support)
    make.ticket("Mentions it", to=cast.support, text=f"As in #{ticket.number}, please.")
    for question in (f"{ticket.number}", f"#{ticket.number}"):
        assert hits(page(ana, question)) == [f"#{ticket.number} Numbered", "Mentions it"]
        assert hits(page(ben, question)) == []


def test_the_best_come_first_or_the_newest(cast: make.Cast, ana: Client) -> None:
    now = timezone.now()
    for subject, text, days in [
        ("Toner", "We need toner. Toner, soon!", 20), ("Other", "By the way, is there toner?", 3),
        ("Last", "> toner", 1), ("Unrelated", "nothing", 0),
    ]:  # fmt: skip
        words = Words(text=text, subject=subject, reply="ok" if subject == "Last" else text)
        actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo), at=now - timedelta(days=days))
    assert hits(page(ana, "toner")) == ["Toner", "Other", "Last"]
    assert hits(page(ana, "toner", sort="newest")) == ["Last", "Other", "Toner"]


@pytest.mark.parametrize("sort", ["best", "newest"])
@pytest.mark.parametrize("common", [15_000, 2])
def test_pages_follow_one_another_without_gap_or_repetition(
    cast: make.Cast, ana: Client, sort: str, common: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 3)
    monkeypatch.setitem(finding.FEW, sort, common)
    same = timezone.now() - timedelta(hours=1)
    for number in range(11):
        words = Words(text="toner " * (1 + number % 3), subject=f"t{number:02}")
        actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo), at=same)
        make.ticket("no such word", to=cast.support)
    make.ticket("toner of others", to=cast.billing)
    seen: list[str] = []
    url = f"/search/?q=toner&sort={sort}"
    while url:
        html = ana.get(url).content.decode()
        seen += hits(html)
        found = re.search(r'href="([^"]+)" rel="next"', html)
        url = found.group(1).replace("&amp;", "&") if found else ""
    assert sorted(seen) == [f"t{number:02}" for number in range(11)]


def test_a_common_question_leaves_out_and_finds_the_same(
    cast: make.Cast, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        make.ticket(f"t{number}", to=cast.support, text="toner " + ("blue" if number % 2 else "red"))
    asked = ("toner", "toner -blue", '"toner red"', 'toner -"toner red"')
    rare = [sorted(hits(page(ana, q))) for q in asked]
    monkeypatch.setitem(finding.FEW, "best", 1)
    assert [sorted(hits(page(ana, q))) for q in asked] == rare
    assert rare[1] == ["t0", "t2", "t4"]


def test_a_forged_place_is_the_first_page(cast: make.Cast, ana: Client) -> None:
    make.ticket("one", to=cast.support, text="toner")
    for sort in ("best", "newest", "nonsense"):
        assert hits(page(ana, "toner", sort=sort, after="WzFd:x:y")) == ["one"]


def test_nothing_found_says_what_was_searched_and_how_to_widen_it(cast: make.Cast, ana: Client) -> None:
    make.ticket("Lamp", to=cast.support, text="blinks")
    html = page(ana, "blinks <script>alert(1)</script> -nothing")
    assert "Nothing found for" in html
    assert "<script>alert" not in html
    assert "Try it without one of them" in html
    assert "/search/?q=blinks+alert" in html.replace("&amp;", "&") or "q=blinks" in html
    assert "Try the beginning of the word" in page(ana, "zzzzzz")
    assert "There is no word in this" in page(ana, "!!! ???")
    assert "What are you looking for?" in page(ana, "")


@pytest.mark.parametrize(
    "q", ["'", '"', "\\", "a\0b", ":*", "!&|", "x" * 5000, "w " * 5000, "-", '-"', "\ud800", "日本", "(((", "%"]
)
def test_no_question_breaks_the_page(cast: make.Cast, ana: Client, q: str) -> None:
    make.ticket("Lamp", to=cast.support)
    answer = ana.get("/search/", {"q": q.encode("utf-8", "surrogatepass").decode("utf-8", "replace")})
    assert answer.status_code == 200


def test_a_long_question_says_that_it_was_cut(cast: make.Cast, ana: Client) -> None:
    assert "only its first words" in page(ana, " ".join(f"word{n}" for n in range(30)))


def test_people_are_looked_for_with_slips_only_where_nobody_wrote_the_word(cast: make.Cast, ana: Client) -> None:
    ada = make.person("a@customer.example", name="Ada Projektor")
    make.ticket("Projector", to=cast.support, of=ada)
    index_all()
    assert hits(html := page(ana, "projector")) == ["Projector"]
    assert f"/contacts/{ada.pk}/" not in html, "the word stands in a ticket: it was meant"
    assert f"/contacts/{ada.pk}/" in page(ana, "projecktor"), "written by nobody"


def test_a_slip_finds_whom_tickets_know_and_never_hides_whose_name_it_is(cast: make.Cast, ana: Client) -> None:
    olga = make.person("o@customer.example", name="Olga Böhmberg")
    make.ticket("Of Olga", to=cast.support, of=olga)
    index_all()
    assert f"/contacts/{olga.pk}/" in page(ana, "olga böhmbreg")
    namesake = make.person("n@customer.example", name="Olga Böhmbreg")  # wrote nothing yet
    Person.objects.filter(pk=namesake.pk).update(made_by=cast.ana)
    html = page(ana, "olga böhmbreg")
    assert f"/contacts/{namesake.pk}/" in html
    assert f"/contacts/{olga.pk}/" not in html


def test_people_and_organisations_are_found_beside(cast: make.Cast, ana: Client) -> None:
    make.ticket("Of Cleo", to=cast.support, of=cast.cleo)
    html = page(ana, "martin")
    assert f"/contacts/{cast.cleo.pk}/" in html
    assert "/contacts/organisations/" in page(ana, "acme")


def test_customers_and_strangers_find_no_page(cast: make.Cast) -> None:
    assert client_of(cast.cleo).get("/search/?q=x").status_code == 404
    assert Client(HTTP_HOST="localhost").get("/search/?q=x").status_code == 302


def test_a_page_costs_the_same_however_many_are_found(cast: make.Cast, ana: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(ana, "toner")
        return len(captured)

    for number in range(3):
        make.ticket(f"a{number}", to=cast.support, text="toner")
    page(ana, "toner")
    few = queries()
    for number in range(40):
        make.ticket(f"b{number}", to=cast.support, of=make.person(), text=f"toner {number}")
    assert queries() == few
    assert few <= 20


def test_similar_requests_tell_how_they_were_solved(cast: make.Cast, ana: Client, ben: Client) -> None:
    solved = make.ticket(
        "Transformer hums loudly", to=cast.support, of=cast.dan, text="The transformer in the cellar hums loudly."
    )
    answer = Words(text="Tighten the bolts of the <transformer>.", to=[{"name": "", "address": "dan@customer.example"}])
    actions.reply(solved, answer, By(cast.ana), seen=None, status=Status.RESOLVED, insists=make.UNGUARDED)
    hidden = make.ticket("Transformer hums", to=cast.billing, text="The transformer hums loudly.")
    for number in range(30):
        make.ticket(f"Other {number}", to=cast.support, text="Something about invoices and delivery.")
    ticket = make.ticket(
        "Humming transformer", to=cast.support, of=cast.cleo, text="Our transformer hums loudly at night."
    )
    index_all()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_message SET delivery = 'sent' WHERE kind = 'outbound'")
    html = ana.get(f"/tickets/{ticket.number}/similar/").content.decode()
    assert "Transformer hums loudly" in html
    assert "How it was solved" in html
    assert "Tighten the bolts of the &lt;transformer&gt;." in html
    assert f"/tickets/{hidden.number}/" not in html
    assert f"/tickets/{ticket.number}/" not in html
    assert "Other" not in html
    assert ben.get(f"/tickets/{ticket.number}/similar/").status_code == 404


def test_the_ticket_page_fetches_them_later(cast: make.Cast, ana: Client) -> None:
    ticket = make.ticket("Lamp", to=cast.support)
    html = ana.get(f"/tickets/{ticket.number}/").content.decode()
    assert f'hx-get="/tickets/{ticket.number}/similar/"' in html
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version
