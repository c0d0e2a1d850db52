"""Small tags for every page: icons, moments, initials, and the words that the browser's script speaks."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

register = template.Library()

THEMES = {"light": "guichet", "dark": "guichet-dark"}
DENSITIES = ("comfortable", "compact")


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """One sign of the sprite. Without a label it is decoration and hidden from screen readers."""
    sprite = _sprite()
    if label:
        spoken = '<svg class="icon {}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>'
        return format_html(spoken, css, label, sprite, name)
    return _silent_icon(sprite, name, css)


@lru_cache(maxsize=1)
def _sprite() -> str:
    return static("guichet/icons.svg")


@lru_cache(maxsize=500)
def _silent_icon(sprite: str, name: str, css: str) -> SafeString:
    silent = '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>'
    return format_html(silent, css, sprite, name)


@register.simple_tag(takes_context=True)
def html_attributes(context: template.Context) -> SafeString:
    """Theme and density of the reader, as attributes of <html>; "auto" leaves the theme to the device.

    High contrast is light or dark as the device is; a device that asks for more contrast gets it in any theme.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    theme = THEMES.get(getattr(user, "theme", ""), "")
    density = getattr(user, "density", "")
    if density not in DENSITIES:
        density = DENSITIES[0]
    chosen = format_html(' data-theme="{}"', theme) if theme else ""
    if getattr(user, "theme", "") == "contrast":
        chosen = SafeString(' data-contrast="more"')
    return format_html('{} data-density="{}"', chosen, density)


def full_moment(at: datetime) -> str:
    """The whole date and time in the reader's language and zone, with the zone's name."""
    local = timezone.localtime(at)
    return f"{formats.date_format(local, 'DATETIME_FORMAT')} {local:%Z}"


def _time_element(at: datetime, words: str, kind: str) -> SafeString:
    """desk.ts adds the whole date, in the reader's language and zone, when the pointer comes near."""
    return format_html('<time datetime="{}" data-moment="{}">{}</time>', at.isoformat(timespec="seconds"), kind, words)


@register.simple_tag
def ago(at: datetime | None) -> SafeString:
    """How long ago, short ("5 min", "3 h", "2 d"); after a week the date. desk.ts keeps it true."""
    if at is None:
        return SafeString("")
    return _time_element(at, short_span(at, timezone.now()), "ago")


def short_span(at: datetime, now: datetime) -> str:
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < 60:
        return gettext("now")
    if seconds < 3600:
        return gettext("%(n)s min") % {"n": seconds // 60}
    if seconds < 86400:
        return gettext("%(n)s h") % {"n": seconds // 3600}
    if seconds < 7 * 86400:
        return gettext("%(n)s d") % {"n": seconds // 86400}
    return _date(timezone.localtime(at), timezone.localtime(now))


def _date(local: datetime, today: datetime) -> str:
    # Translators: date formats of Django: day and month, with the year where it is not this one.
    return formats.date_format(
        local, pgettext("date", "j M") if local.year == today.year else pgettext("date", "j M Y")
    )


@register.simple_tag
def when(at: datetime | None) -> SafeString:
    """The time of day, with "yesterday" or the weekday within a week, else with the date."""
    if at is None:
        return SafeString("")
    local, today = timezone.localtime(at), timezone.localtime(timezone.now())
    days = (today.date() - local.date()).days
    clock = f"{local:%H:%M}"
    if days == 0:
        words = clock
    elif days == 1:
        words = gettext("yesterday %(time)s") % {"time": clock}
    elif 0 < days < 7:
        words = f"{formats.date_format(local, 'D')} {clock}"
    else:
        words = f"{short_span(at, timezone.now())}, {clock}" if days > 0 else full_moment(at)
    return _time_element(at, words, "at")


@register.simple_tag
def local_time(zone: str) -> SafeString:
    """The time of day there, with the weekday where that is another one than the reader's; "" for no such zone."""
    try:
        there = timezone.now().astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError):
        return SafeString("")
    day = "" if there.date() == timezone.localtime().date() else formats.date_format(there, "D") + " "
    return format_html('<span class="num" data-clock="{}">{}{}</span>', zone, day, f"{there:%H:%M}")


def coming(at: datetime, now: datetime) -> str:
    """A moment to come: the time of day, with "tomorrow" or the weekday within a week, else with the date."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    days = (local.date() - today.date()).days
    clock = f"{local:%H:%M}"
    if days == 0:
        return gettext("today %(time)s") % {"time": clock}
    if days == 1:
        return gettext("tomorrow %(time)s") % {"time": clock}
    if days == -1:
        return gettext("yesterday %(time)s") % {"time": clock}
    if 0 < days < 7:
        return f"{formats.date_format(local, 'l')} {clock}"
    return f"{_date(local, today)}, {clock}"


def short_weekday(local: datetime) -> str:
    """Of a moment within a week from now."""
    return formats.date_format(local, "D")


def short_day(at: datetime, now: datetime) -> str:
    """The day of a moment to come, as short as a list wants it: "today", "tomorrow", "Mon", "3 Dec"."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    days = (local.date() - today.date()).days
    if days in (0, 1):
        return gettext("tomorrow") if days else gettext("today")
    return formats.date_format(local, "D") if 1 < days < 7 else _date(local, today)


@register.simple_tag
def due(at: datetime | None) -> SafeString:
    """A moment to come, as `coming` says it."""
    return _time_element(at, coming(at, timezone.now()), "at") if at is not None else SafeString("")


@register.filter
def initials(name: object) -> str:
    """Two letters for a name ("Cleo Martin" -> "CM"), one for a single word or an address."""
    words = [word for word in str(name).replace("@", " @").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@register.simple_tag
def avatar(name: object, own: bool = False, css: str = "") -> SafeString:
    """Initials in a disc: tinted for colleagues (`own`), neutral for customers. The name stands beside it."""
    tint = " avatar-own" if own else ""
    return format_html('<span class="avatar{} {}" aria-hidden="true">{}</span>', tint, css, initials(name))


_ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x20]{3,2000}")
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


@register.filter
def paragraphs(text: str) -> SafeString:
    """Plain text as paragraphs, web addresses as links that tell the other side nothing about us. Linear time."""
    parts = _BLANK_LINES.split(text.strip("\n"))
    return format_html_join("", "<p>{}</p>", ((_linked(part),) for part in parts))


def _linked(text: str) -> SafeString:
    parts: list[SafeString] = []
    end = 0
    link = '<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(".,;:!?)]}»”…")
        parts += [escape(text[end : match.start()]), format_html(link, address, address)]
        end = match.start() + len(address)
    return format_html_join("", "{}", ((part,) for part in [*parts, escape(text[end:])]))


@register.simple_tag
def script_words() -> dict[str, str]:
    """What desk.ts says, in the reader's language. `{n}` and `{name}` are filled in there."""
    return {**_page_words(), **_list_words(), **_letter_words(), **_company_words()}


def _page_words() -> dict[str, str]:
    """Of every page."""
    return {
        "now": gettext("now"),
        "minutes": gettext("%(n)s min") % {"n": "{n}"},
        "hours": gettext("%(n)s h") % {"n": "{n}"},
        "days": gettext("%(n)s d") % {"n": "{n}"},
        "undo": gettext("Undo"),
        "undone": gettext("Undone"),
        "dismiss": gettext("Dismiss"),
        "failed": gettext("That did not work. Nothing was changed; please try again."),
        "offline": gettext("No connection. Your text is safe here; try again when the desk is back."),
        "gone": gettext("This is no longer here, or not for you."),
        "signed_out": gettext("You are signed out. Your text is safe here: sign in again in another tab, then send."),
        "nothing_found": gettext("Nothing found"),
        "go_to": gettext("Go to ticket #{n}"),
        "saved": gettext("Saved"),
        "copied": gettext("Copied"),
        "in_seconds": gettext("in %(n)s s") % {"n": "{n}"},
        "push_failed": gettext("The browser's push service did not answer. Please try again later."),
    }


def _list_words() -> dict[str, str]:
    """Of lists, and what is chosen in them."""
    return {
        "new_one": gettext("1 new"),
        "new_many": gettext("{n} new"),
        "left_view": gettext("No longer in this view"),
        "chosen_one": gettext("1 chosen"),
        "chosen_many": gettext("{n} chosen"),
        "choose_page": gettext("Choose all {n} on this page"),
        "choose_view": gettext("Choose all {n} in this list"),
        "chosen_view": gettext("All {n} in this list are chosen"),
    }


def _letter_words() -> dict[str, str]:
    """Of letters: files, recipients, texts and drafts."""
    return {
        "uploading": gettext("Uploading {name}"),
        "upload_failed": gettext("{name} could not be attached"),
        "remove": gettext("Remove {name}"),
        "too_large": gettext("{name} is larger than {n} MB"),
        "wait_upload": gettext("Still attaching files. Send again in a moment."),
        "newcomer": gettext("new"),
        "newcomer_means": gettext("Has not taken part so far: earlier messages are not quoted."),
        "no_address": gettext("not an address"),
        "move_to": gettext("Move to To"),
        "move_cc": gettext("Move to Cc"),
        "move_bcc": gettext("Move to Bcc"),
        "remove_plain": gettext("Remove"),
        "fill_in": gettext("Nobody could fill in {names}"),
        "texts": gettext("Texts and macros"),
        "find_text": gettext("Find a text"),
        "earlier": gettext("Earlier answers"),
        "find_earlier": gettext("Find an earlier answer"),
        "placeholders": gettext("Placeholders"),
        "draft_saved": gettext("Draft saved"),
        "draft_left": gettext("What you wrote on another device was not sent: it is in the box."),
        "draft_here": gettext("Kept in this browser"),
        "draft_signed_out": gettext("Signed out: kept in this browser"),
    }


def _company_words() -> dict[str, str]:
    """Of colleagues who are here."""
    return {
        "here_looks": gettext("{name} is looking"),
        "here_writes": gettext("{name} is writing a reply"),
        "here_notes": gettext("{name} is writing a note"),
        "here_more": gettext("{words}, {n} more are here"),
        "here_also": gettext("{name} is writing a reply here too: agree on one answer."),
        "here_also_in": gettext("{name} is writing to this customer too, in #{n}."),
        "mention": gettext("Mention a colleague or a team"),
    }
