"""The desk in large letters: a window of 1280 by 1024 at 200 % and at 400 % (WCAG 1.4.4 and 1.4.10).

Nothing runs out of the window to the side, and all that can be pressed is whole and on top once it is scrolled to: on the
pages themselves, and in the menus and dialogs that they open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.looks.conftest import Demo, places

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
ZOOMS: dict[str, dict[str, Any]] = {
    "200": {"viewport": {"width": 640, "height": 512}, "device_scale_factor": 2},
    "400": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4},
}
# What is wrong in `where`. Only tables may be wider than the window, in a box that scrolls by itself.
WRONG = r"""async where => {
  const root = where ? [...document.querySelectorAll(where)].at(-1) : document.body, wrong = [];
  const named = one => one && `${one.tagName.toLowerCase()}.${one.className.baseVal ?? one.className} ` +
    `"${(one.getAttribute('aria-label') || one.title || one.innerText || one.name || '').trim().slice(0, 40)}"`;
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) wrong.push(`the page is ${wide} wide`);
  for (const one of [root, ...root.querySelectorAll('*')]) {
    const more = one.scrollWidth - one.clientWidth;
    if (more > 1 && one.clientWidth > 4 && /auto|scroll/.test(getComputedStyle(one).overflowX)
        && !one.matches('textarea') && !one.querySelector('table, pre')) wrong.push(`sideways by ${more}: ${named(one)}`);
  }
  // Of a link whose words end in three dots, what is drawn of it.
  const drawn = one => {
    let {left, right, top, bottom} = one.getClientRects()[0];
    for (let at = one.parentElement; at; at = at.parentElement)
      if (getComputedStyle(at).textOverflow === 'ellipsis') right = Math.min(right, at.getBoundingClientRect().right);
    return {left, right, top, bottom};
  };
  const pressed = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable="true"]';
  for (const one of root.querySelectorAll(pressed)) {
    if (!one.checkVisibility({visibilityProperty: true}) || one.closest('.skip, .sr-only, .behind')) continue;
    const {width, height} = one.getBoundingClientRect();
    const shown = width < 4 || height < 4 ? one.closest('label') ?? one.labels?.[0] ?? one : one;
    if (!shown.getClientRects().length) continue;
    shown.scrollIntoView({block: 'center', inline: 'nearest', behavior: 'instant'});
    const {left, right, top, bottom} = drawn(shown);
    if (left < -1 || right > innerWidth + 1) { wrong.push(`beside the window: ${named(one)}`); continue; }
    const middle = Math.max(0, Math.min(innerHeight - 1, (top + bottom) / 2));
    const over = [(left + right) / 2, left + 3, right - 3].map(x => document.elementFromPoint(x, middle))
      .filter(top => !top || !shown.contains(top) && !(top.matches('label, a, button, summary') && top.contains(shown)));
    if (over.length) wrong.push(`cut off, or under ${named(over[0])}: ${named(one)}`);
    const isNarrow = shown.scrollWidth > shown.clientWidth + 1 && !shown.querySelector('.bell-count:not([hidden])');
    if (shown.matches('button, .btn, summary') && isNarrow) wrong.push(`too narrow: ${named(one)}`);
  }
  return wrong;
}"""


@pytest.mark.parametrize("zoom", ZOOMS)
def test_nothing_is_out_of_reach(enter: Enter, demo: Demo, zoom: str) -> None:
    page = enter(demo.admin, **ZOOMS[zoom])
    found = {where: wrong for where, within in places(page, demo) if (wrong := page.evaluate(WRONG, within))}
    assert found == {}
