"""The rich box: typed in a real browser, cleaned at the desk, and the mail that leaves it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page, Route, expect

from guichet.kit.text.letters import clean_letter
from guichet.people.models import Person, Theme
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, Ticket
from tests import make
from tests.browser import client_of, flaws
from tests.channels.sink import Sink, sink
from tests.pains.sending import desk, gone, text_of

pytestmark = pytest.mark.django_db(transaction=True)
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
Enter = Callable[..., Page]
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC"
PASTE = """([target, kinds]) => {
  const data = new DataTransfer();
  for (const [kind, words] of Object.entries(kinds)) {
    if (kind !== 'file') { data.setData(kind, words); continue; }
    const bytes = Uint8Array.from(atob(words), c => c.charCodeAt(0));
    data.items.add(new File([bytes], 'switch.png', {type: 'image/png'}));
  }
  document.querySelector(target).dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


@pytest.fixture
def cast(out: Sink) -> make.Cast:
    return desk(out)


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def opened(enter: Enter, person: Person, ticket: Ticket, key: str = "r", **options: object) -> Page:
    page = enter(person, **options)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press(key)
    panel = {"r": "reply", "n": "note"}[key]
    expect(page.locator(f"#{panel}-text-rich")).to_be_focused()
    return page


def paste(page: Page, **kinds: str) -> None:
    page.evaluate(PASTE, ["#reply-text-rich", {kind.replace("_", "/"): words for kind, words in kinds.items()}])


def sent(page: Page, ticket: Ticket, out: Sink) -> tuple[Message, EmailMessage]:
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound")).to_be_visible()
    message = ticket.messages.filter(kind="outbound").latest("pk")
    return message, gone(message, out)[1]


def test_typed_with_the_keyboard_and_sent_in_both_kinds(
    enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink
) -> None:
    Inbox.objects.update(signature="Support, {agent}")
    page = opened(enter, cast.ana, ticket)
    page.keyboard.type("Dear Cleo,")
    for _ in range(2):
        page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("Two things")
    page.keyboard.press("Control+b")
    page.keyboard.type(" to try:")
    page.keyboard.press("Enter")
    page.keyboard.type("- the switch")
    page.keyboard.press("Enter")
    page.keyboard.type("the ")
    page.keyboard.press("Control+i")
    page.keyboard.type("other")
    page.keyboard.press("Control+i")
    page.keyboard.type(" plug")
    expect(page.locator('#panel-reply [data-format="bulletList"]')).to_have_attribute("aria-pressed", "true")
    message, mail = sent(page, ticket, out)
    said = "Dear Cleo,\n\nTwo things to try:\n\n- the switch\n- the other plug"
    assert message.text == message.reply == said
    assert mail.get_content_type() == "multipart/mixed" or mail.get_content_type() == "multipart/alternative"
    plain, html = text_of(mail), text_of(mail, "html")
    assert plain.startswith(said)
    for words in ("Support, Ana Lopez", "> It was bright yesterday."):
        assert words in plain
        assert words.lstrip("> ") in html
    assert "<strong>Two things</strong> to try:" in html
    assert re.search(r"<ul><li><p[^>]*>the switch</p></li><li><p[^>]*>the <em>other</em> plug</p></li></ul>", html)
    shown = page.locator(".msg-outbound .msg-letter")
    expect(shown.locator("strong")).to_have_text("Two things")
    expect(shown.locator("li")).to_have_count(2)


def test_words_without_marks_leave_as_they_always_did(enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink) -> None:
    page = opened(enter, cast.ana, ticket)
    page.keyboard.type("Hello,")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("it is https://desk.example/a now.")
    message, _mail = sent(page, ticket, out)
    assert (message.text, message.html) == ("Hello,\n\nit is https://desk.example/a now.", "")


def test_a_pasted_picture_travels_in_the_mail(enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink) -> None:
    page = opened(enter, cast.ana, ticket)
    page.keyboard.type("Like this: ")
    paste(page, file=PIXEL)
    expect(page.locator("#reply-text-rich img[alt]:not([alt=''])")).to_have_js_property("naturalWidth", 10)
    expect(page.locator("#panel-reply .file")).to_have_count(0)
    page.reload()  # and it outlives a crash of the browser
    expect(page.locator("#reply-text-rich img[alt]:not([alt=''])")).to_have_js_property("naturalWidth", 10)
    page.locator("#reply-text").focus()
    message, mail = sent(page, ticket, out)
    (file,) = message.attachments.all()
    assert (file.is_inline, file.name, file.content_type) == (True, "switch.png", "image/png")
    assert message.text == "Like this: [switch.png]"
    assert f'src="cid:{file.content_id}"' in text_of(mail, "html")
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert picture["Content-ID"].strip("<>") == file.content_id
    expect(page.locator(".msg-outbound .msg-letter img")).to_have_js_property("naturalWidth", 10)
    expect(page.locator(".msg-outbound .files")).to_have_count(0)


WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style>
<!--[if gte mso 9]><xml><o:x>1</o:x></xml><![endif]--></head><body lang=FR>
<p class=MsoNormal><b><span style='font-size:14pt;color:red'>Steps</span></b><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>1.<span>&nbsp; </span></span><![endif]>Open it</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>by the side</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>2.<span>&nbsp; </span></span><![endif]>Close it</p>
<table><tr><td>Part</td><td>Price</td></tr><tr><td>Lamp</td><td>3</td></tr></table></body></html>"""


def test_word_pasted_is_a_letter_again(enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink) -> None:
    page = opened(enter, cast.ana, ticket)
    paste(page, text_html=WORD, text_plain="Steps", file=PIXEL)
    message, mail = sent(page, ticket, out)
    assert message.html.startswith(
        "<p><strong>Steps</strong></p><ol><li><p>Open it</p><ul><li><p>by the side</p></li></ul></li><li><p>Close it</p></li></ol>"
    )
    assert "Part\tPrice" in message.html.replace("&#9;", "\t") or "Part Price" in message.text
    assert not re.search("Mso|mso-|<o:|font-size|xml", text_of(mail, "html"))
    assert message.attachments.count() == 0


HOSTILE = """<p onclick="top.hit=1">Hello <script>top.hit=1</script><img src=x onerror="top.hit=1">
<a href="javascript:top.hit=1">here</a><img src="https://tracker.example/p.gif"><svg onload="top.hit=1"></svg></p>
<iframe srcdoc="<script>top.hit=1</script>"></iframe><form action="https://evil.example"><input name=x></form>"""


def test_a_hostile_paste_does_nothing(enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink) -> None:
    page = opened(enter, cast.ana, ticket)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    paste(page, text_html=HOSTILE)
    expect(page.locator("#reply-text-rich")).to_contain_text("here")
    assert (
        page.locator(
            "#reply-text-rich :is(script, img:not(.ProseMirror-separator), svg, iframe, form, input, a)"
        ).count()
        == 0
    )
    assert page.evaluate("window.hit") is None
    assert [url for url in asked if "example" in url] == []
    page.keyboard.type(" is what you asked for.")
    message, _mail = sent(page, ticket, out)
    assert message.text == "Hello here is what you asked for."


def test_what_a_browser_posts_is_cleaned_at_the_desk(cast: make.Cast, ticket: Ticket) -> None:
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    theirs = ben.post("/uploads/", {"file": SimpleUploadedFile("secret.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20)}).json()
    html = (
        f'<p style="position:fixed"><b>x</b><strong>Bold</strong><img src="{theirs["picture"]}"></p><script>1</script>'
    )
    fields = {"text": "ignored", "html": html, "seen": ticket.version, "to": "cleo@customer.example"}
    assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 200
    message = ticket.messages.filter(kind="outbound").get()
    assert message.html == "<p>x<strong>Bold</strong></p>"
    assert message.text == "xBold"
    assert message.attachments.count() == 0
    assert ana.get(theirs["picture"]).status_code == 404
    assert ben.get(theirs["picture"])["Content-Type"] == "image/png"


def test_plain_mode_is_remembered_and_leaves_no_markup(
    enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink
) -> None:
    page = opened(enter, cast.ana, ticket)
    page.keyboard.press("Control+b")
    page.keyboard.type("Bold")
    page.get_by_role("button", name="Plain text").first.click()
    expect(page.locator("#reply-text-rich")).to_have_count(0)
    expect(page.locator("#reply-text")).to_be_focused()
    page.get_by_role("button", name="Plain text").first.click()
    expect(page.locator("#reply-text-rich strong")).to_have_text("Bold")  # nothing was typed: the marks are back
    page.get_by_role("button", name="Plain text").first.click()
    page.wait_for_timeout(300)
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("Bold")
    page.locator("#reply-text").focus()
    page.keyboard.press("End")
    page.keyboard.type(" **as typed**")
    message, _mail = sent(page, ticket, out)
    assert (message.text, message.html) == ("Bold **as typed**", "")
    cast.ana.refresh_from_db()
    assert cast.ana.writes_plain is True


def test_what_is_selected_stays_so_when_the_box_comes(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana, service_workers="block")
    held: list[Route] = []
    page.route("**/editor.js", lambda route: held.append(route))
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_be_focused()
    page.keyboard.type("Once\nand again")
    page.keyboard.press("Control+Shift+ArrowLeft")
    held.pop().continue_()
    expect(page.locator("#reply-text-rich")).to_be_focused()
    page.keyboard.type("more")
    expect(page.locator("#reply-text")).to_have_value("Once\nand more")


def test_of_two_choices_the_last_is_remembered(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = opened(enter, cast.ana, ticket)
    told: list[str] = []

    def first_is_slow(route: Route) -> None:
        told.append(route.request.post_data or "")
        if len(told) == 1:
            page.wait_for_timeout(1000)
        route.continue_()

    page.route("**/writing/", first_is_slow)
    toggle = page.locator("#panel-reply [data-plain-toggle]")
    for _turn in range(2):
        toggle.click()
    page.wait_for_timeout(1500)
    page.reload()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("r")
    toggle.click()
    page.reload()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    page.unroute_all(behavior="wait")
    for _tenth in range(100):
        cast.ana.refresh_from_db()
        if cast.ana.writes_plain:
            break
        page.wait_for_timeout(100)
    assert cast.ana.writes_plain is True


def test_stale_it_is_refused_and_keeps_its_marks(enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink) -> None:
    page = opened(enter, cast.ana, ticket)
    page.keyboard.press("Control+b")
    page.keyboard.type("Try the plug.")
    actions.receive(ticket, Words(text="It works again"), cast.cleo, By(cast.cleo, "email"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel-reply .changed-place")).to_contain_text("It works again")
    expect(page.locator("#reply-text-rich strong")).to_have_text("Try the plug.")
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".msg-outbound strong")).to_have_text("Try the plug.")


def test_taken_back_it_comes_back_with_marks_and_picture(
    enter: Enter, cast: make.Cast, ticket: Ticket, settings: Any
) -> None:
    settings.UNDO_SECONDS = 30
    page = opened(enter, cast.ana, ticket)
    page.keyboard.press("Control+b")
    page.keyboard.type("So: ")
    paste(page, file=PIXEL)
    expect(page.locator("#reply-text-rich img[alt]:not([alt=''])")).to_have_js_property("naturalWidth", 10)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound img")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#reply-text-rich strong")).to_contain_text("So:")
    expect(page.locator("#reply-text-rich img[alt]:not([alt=''])")).to_have_js_property("naturalWidth", 10)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound img")).to_have_js_property("naturalWidth", 10)
    assert ticket.messages.latest("pk").attachments.get().is_inline


def test_a_note_may_be_rich_too(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = opened(enter, cast.ana, ticket, "n")
    page.keyboard.type("> he said so")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-note blockquote")).to_have_text("he said so")


def test_the_toolbar_by_keyboard(enter: Enter, cast: make.Cast, ticket: Ticket, out: Sink) -> None:
    page = opened(enter, cast.ana, ticket)
    page.keyboard.type("See ")
    page.keyboard.press("Alt+F10")
    expect(page.locator('#panel-reply [data-format="bold"]')).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text-rich")).to_be_focused()
    page.keyboard.type("this")
    page.keyboard.press("Control+i")
    page.keyboard.type(" ")
    page.keyboard.press("Control+Shift+K")
    page.keyboard.type("desk.example/help")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text-rich")).to_be_focused()
    message, _mail = sent(page, ticket, out)
    assert "See <em>this</em>" in message.html
    assert message.text == "See this desk.example/help <https://desk.example/help>"


def test_history_quotes_our_own_marks(cast: make.Cast, ticket: Ticket, out: Sink) -> None:
    to = [{"name": "Cleo Martin", "address": "cleo@customer.example"}]
    first = Words(text="Bold", html="<p><strong>Bold</strong></p>", to=to)
    actions.reply(ticket, first, By(cast.ana, "desk"), seen=None)
    second = actions.reply(ticket, Words(text="More.", to=to), By(cast.ana, "desk"), seen=None)
    Inbox.objects.update(quote_history="all")
    second = Message.objects.get(pk=second.pk)
    mail = gone(second, out)[1]
    assert re.search(r"<blockquote[^>]*><p[^>]*><strong>Bold</strong></p></blockquote>", text_of(mail, "html"))
    assert "> Bold" in text_of(mail)


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
EVERYTHING = """<p>Hello <strong>bold</strong> <em>italic</em> <a href="https://desk.example/">a link</a></p>
<ul><li><p>one</p></li><li><p>two</p></li></ul><blockquote><p>quoted</p></blockquote><p><code>code</code></p><pre><code>a = 1</code></pre>"""


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("is_phone", [False, True])
def test_axe_finds_nothing_in_box_and_page(
    enter: Enter,
    cast: make.Cast,
    ticket: Ticket,
    theme: Theme,
    is_phone: bool,
    request: pytest.FixtureRequest,
) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(theme=theme, language="de" if is_phone else "en")
    to = [{"name": "Cleo Martin", "address": "cleo@customer.example"}]
    actions.reply(ticket, Words(text="x", html=clean_letter(EVERYTHING), to=to), By(cast.ana, "desk"), seen=None)
    page = opened(enter, cast.ana, ticket, **(PHONE if is_phone else {}), color_scheme=str(theme))
    paste(page, text_html=EVERYTHING, text_plain="x")
    expect(page.locator("#reply-text-rich strong")).to_be_visible()
    expect(page.locator(".msg-outbound .msg-letter strong")).to_have_count(1)
    if shots := request.config.getoption("basetemp"):
        Path(shots).mkdir(exist_ok=True)
        page.screenshot(path=f"{shots}/rich-{theme}-{'phone' if is_phone else 'desk'}.png")
    assert flaws(page) == []
