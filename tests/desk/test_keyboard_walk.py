"""By Tab through the desk: every stop is in sight, wears a ring and can be left again, and nothing is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
MOST = 250  # stops of one page
WIDE, PHONE = {"width": 1280, "height": 720}, {"width": 390, "height": 700}
PAGES = (
    "/tickets/?view=all", "/tickets/{ticket}/", "/tickets/new/", "/board/", "/search/?q=printer", "/views/", "/views/new/",
    "/contacts/", "/contacts/{customer}/", "/contacts/organisations/", "/contacts/lists/", "/notices/", "/drafts/",
    "/settings/me/", "/settings/shifts/", "/settings/skills/", "/settings/rules/add/", "/settings/ledger/",
)  # fmt: skip

# What a Tab may reach; of radio buttons in a group only one is a stop.
REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [tabindex="0"], [contenteditable="true"]')]
  .filter(one => one.checkVisibility() && one.getClientRects().length && one.tabIndex >= 0 && !one.disabled)
  .filter(one => one.type !== 'radio' || one.checked || !document.querySelector(`[name="${one.name}"]:checked`))
  .map(one => (one.id ||= `stop-${Math.random()}`, one.id))"""

MARKUP = "id => document.getElementById(id)?.outerHTML.slice(0, 90)"

# The focused element as a reader finds it. A field that is drawn by its label is looked for there.
STOP = """async () => {
  await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const isSmall = one => one.getBoundingClientRect().width < 4 || one.getBoundingClientRect().height < 4;
  const shown = isSmall(at) ? at.closest('label') ?? at.labels?.[0] ?? at : at;
  const isRinged = one => getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) > 0;
  const rings = [shown];
  for (let one = shown.parentElement; one && rings.length < 5; one = one.parentElement) rings.push(one);
  const isTyped = at.matches('textarea, [contenteditable=true], input:is([type=text], [type=search], :not([type]))');
  const spots = [...shown.getClientRects()].flatMap(box =>
    [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5]].map(([x, y]) => [box.left + box.width * x, box.top + box.height * y]));
  const isSeen = ([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top !== null && (shown.contains(top) || top.contains(shown));
  };
  const tall = shown.getBoundingClientRect().height > innerHeight / 2;
  return {
    id: at.id, words: `${at.tagName} ${at.title || at.getAttribute('aria-label') || at.innerText || at.name || ''}`.slice(0, 60),
    seen: tall || spots.filter(isSeen).length * 2 > spots.length, ringed: isTyped || rings.some(isRinged),
  };
}"""


@dataclass
class Walk:
    stops: list[str]
    faults: list[str]


def walk(page: Page) -> Walk:
    """Tab until the page is left, or begins again."""
    done = Walk([], [])
    for _ in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or (stop["id"] and stop["id"] == (done.stops[:1] or [""])[0]):
            return done
        if not stop["seen"]:
            done.faults.append(f"out of sight: {stop['words']}")
        if not stop["ringed"]:
            done.faults.append(f"without a ring: {stop['words']}")
        done.stops.append(stop["id"])
    done.faults.append("no way out")
    return done


@pytest.fixture
def pages(transactional_db: None) -> tuple[make.Cast, list[str]]:
    """The cast, and the addresses of a desk that has something on each page."""
    cast = make.cast()
    tickets = [
        make.ticket(f"The printer is dark, part {number}", to=cast.support, of=cast.cleo) for number in range(12)
    ]
    actions.add_note(tickets[0], Words(text="The printer again."), By(cast.ada, "desk"))
    return cast, [path.format(ticket=tickets[0].number, customer=cast.cleo.pk) for path in PAGES]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_tab_reaches_everything_in_sight(
    enter: Enter, pages: tuple[make.Cast, list[str]], size: dict[str, int]
) -> None:
    cast, paths = pages
    page = enter(cast.ada, viewport=size)
    found: dict[str, list[str]] = {}
    for path in paths:
        page.goto(path)
        wanted = page.evaluate(REACHABLE)
        done = walk(page)
        still = page.evaluate(REACHABLE)  # the reply's plain field gives way to the rich one once it has the focus
        missed = [page.evaluate(MARKUP, one) for one in wanted if one in still and one not in done.stops]
        if faults := [*done.faults, *(f"never reached: {one}" for one in missed)]:
            found[path] = faults
    assert found == {}


def test_the_first_stop_skips_to_the_content(enter: Enter, pages: tuple[make.Cast, list[str]]) -> None:
    page = enter(pages[0].ada)
    page.goto("/tickets/?view=all")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('main').contains(document.activeElement)")


def test_escape_gives_the_focus_back(enter: Enter, pages: tuple[make.Cast, list[str]]) -> None:
    page = enter(pages[0].ada)
    open_now = page.locator("[popover]:popover-open:not(#toasts), dialog[open]")
    for path in (pages[1][1], "/board/", "/views/"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("data-live", "on")
        buttons = page.locator(":is(main, .rail) :is([popovertarget], [data-menu], [data-dialog]):visible")
        for number in range(min(buttons.count(), 14)):
            button = buttons.nth(number)
            button.focus()
            page.keyboard.press("Enter")
            expect(open_now.first).to_be_visible()
            page.keyboard.press("Escape")
            expect(open_now).to_have_count(0)
            expect(button).to_be_focused()
