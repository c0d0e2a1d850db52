"""The desk in colours that the device forces (contrast themes): what is chosen, checked or unread, and what has the focus,
looks other than it would if it were not. Judged by its pixels, once for each kind of thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from tests.looks.conftest import Demo, places

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]

# Marks all of a kind that was not met before: what has a state, or what may have the focus.
KINDS = r"""([where, which, met]) => {
  const root = where ? [...document.querySelectorAll(where)].at(-1) : document, found = [];
  for (const one of root.querySelectorAll(which)) {
    if (!one.checkVisibility({visibilityProperty: true}) || !one.getClientRects().length || one.closest('.sr-only, .behind')) continue;
    const of = [one, one.parentElement].map(at => `${at.tagName.toLowerCase()}${at.type ? ':' + at.type : ''}.${[...at.classList].join('.')}`);
    const kind = `${of[1]} > ${of[0]}`;
    if (met.includes(kind)) continue;
    met.push(kind);
    found.push([kind, one]);
  }
  window.looked = found;
  return found.map(([kind]) => kind);
}"""

# Where it is drawn: a field that its label draws there, a link that fills its row in the row.
BOX = r"""one => {
  const isSmall = one.getBoundingClientRect().width < 4 || one.getBoundingClientRect().height < 4;
  const shown = isSmall ? one.closest('label') ?? one.labels?.[0] ?? one : one.closest('.row, .pile, .tile, .hit, tr') ?? one;
  shown.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
  const box = shown.getBoundingClientRect(), x = Math.max(0, box.left - 5), y = Math.max(0, box.top - 5);
  const width = Math.min(innerWidth, box.right + 5) - x, height = Math.min(innerHeight, box.bottom + 5) - y;
  return width > 0 && height > 0 ? {x, y, width, height} : null;
}"""

STATES = {
    "[aria-current]:not([aria-current=false])": "one => one.removeAttribute('aria-current')",
    "[aria-selected=true]": "one => one.setAttribute('aria-selected', 'false')",
    "[aria-pressed=true]": "one => one.setAttribute('aria-pressed', 'false')",
    "input:checked": "one => { one.checked = false }",
    ".row-unread": "one => one.classList.remove('row-unread')",
    ".pile-unread": "one => one.classList.remove('pile-unread')",
}
STOPS = """:is(a[href], button:enabled, input:enabled:not([type=hidden]), select, textarea, summary, [tabindex="0"],
    [contenteditable=true]):not([tabindex="-1"])"""


def kinds(page: Page, within: str | None, which: str, met: list[str]) -> Iterator[tuple[str, Any]]:
    found = page.evaluate(KINDS, [within, which, met])
    met += found
    for number, kind in enumerate(found):
        one = page.evaluate_handle("number => looked[number][1]", number).as_element()
        if one.evaluate("one => one.isConnected"):  # else the page has changed it meanwhile
            yield kind, one


def drawn(page: Page, box: Any) -> bytes:
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return page.screenshot(clip=box)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_chosen_checked_or_unread_shows(enter: Enter, demo: Demo, scheme: Literal["light", "dark"]) -> None:
    page = enter(demo.admin, forced_colors="active", color_scheme=scheme)
    met: dict[str, list[str]] = {state: [] for state in STATES}
    same = []
    for where, within in places(page, demo):
        for state, end in STATES.items():
            for kind, one in kinds(page, within, state, met[state]):
                box = one.evaluate(BOX)
                before = drawn(page, box)
                one.evaluate(end)
                if drawn(page, box) == before:
                    same.append(f"{where}: {kind} {state}")
    assert all(met.values())
    assert same == []


def test_what_has_the_focus_shows(enter: Enter, demo: Demo) -> None:
    page = enter(demo.admin, forced_colors="active", color_scheme="dark")
    met: list[str] = []
    same = []
    for where, within in places(page, demo):
        page.keyboard.press("Shift")  # whoever uses the keyboard sees rings
        for kind, one in kinds(page, within, STOPS, met):
            one.focus()
            if not (box := one.evaluate(BOX)):
                continue  # it closed with the focus
            focused = drawn(page, box)
            one.evaluate("one => one.blur()")
            gave_it_on = page.evaluate("document.activeElement !== document.body")  # the plain box to the rich one
            if drawn(page, box) == focused and not gave_it_on:
                same.append(f"{where}: {kind}")
    assert len(met) > 100
    assert same == []
