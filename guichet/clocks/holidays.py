"""Days on which nobody works: public holidays of a country and region, and those of an iCalendar file.

Both are read when a version of a calendar is made, and stand in it from then on.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import holidays as world
from dateutil.rrule import rrulestr

from guichet.kit import http

FILE_BYTES = 1024 * 1024
MOST_DAYS = 2000  # of one file
LONGEST = timedelta(days=92)  # of one entry
YEARS_BEHIND, YEARS_AHEAD = 1, 3  # that a version knows; each January it is made anew
NAMES = Path(__file__).parent / "countries.json"  # scripts/countries.py


class Unreadable(Exception):
    """Words for whoever gave the file."""


@cache
def countries() -> dict[str, tuple[str, ...]]:
    """The regions of each country, by its two letters."""
    found = world.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in sorted(found.items()) if len(code) == 2}


@cache
def country_names(language: str) -> dict[str, str]:
    """Of all countries in this language, or English: by code, in the order of their names."""
    known: dict[str, dict[str, str]] = json.loads(NAMES.read_text(encoding="utf-8"))
    names = known.get(language[:2], known["en"])
    return dict(sorted(((code, names.get(code, code)) for code in countries()), key=lambda one: _folded(one[1])))


@cache
def region_names(country: str) -> dict[str, str]:
    """Of its regions, as people there call them: by code."""
    if country not in countries():
        return {}
    found = dict.fromkeys(countries()[country], "")
    for name, code in getattr(getattr(world, country), "subdivisions_aliases", {}).items():
        # Of several names the longest says most: "La Réunion" beside "RE".
        if code in found and len(name) > len(found[code]):
            found[code] = name
    return {code: name or code for code, name in found.items()}


def region_of(country: str, typed: str) -> str | None:
    """The code of a region that is written as code or by any of its names; None where there is none such."""
    if not typed:
        return ""
    aliases = getattr(getattr(world, country), "subdivisions_aliases", {}) if country in countries() else {}
    known = {_folded(name): code for name, code in aliases.items()}
    known |= {_folded(code): code for code in countries().get(country, ())}
    return known.get(_folded(typed))


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def public(country: str, region: str, first: int, last: int, language: str) -> dict[date, str]:
    """Public holidays of the years from `first` to `last`, named in the language where the list has it."""
    if country not in countries():
        return {}
    wanted = region if region in countries()[country] else None
    known = getattr(world, country).supported_languages or ()
    said = next((code for code in known if code == language or code.startswith(f"{language}_")), None)
    found = world.country_holidays(country, subdiv=wanted, years=range(first, last + 1), language=said)
    return {day: name.replace("; ", ", ") for day, name in found.items()}


def from_file(text: str, first: int, last: int) -> dict[date, str]:
    """The whole days of an iCalendar file (RFC 5545), repeated ones too. Raises Unreadable."""
    if "BEGIN:VCALENDAR" not in text.upper():
        raise Unreadable("no calendar")
    begin, end = date(first, 1, 1), date(last, 12, 31)
    found: dict[date, str] = {}
    for entry in _entries(text):
        for day in _days(entry, begin, end):
            found.setdefault(day, entry.get("SUMMARY", "")[:120])
            if len(found) > MOST_DAYS:
                raise Unreadable("too many days")
    return found


def fetched(url: str, first: int, last: int) -> dict[date, str]:
    """The same from an address of the outside world. Raises Unreadable, with words for logs alone."""
    try:
        answer = http.fetch(url, accept="text/calendar", max_bytes=FILE_BYTES)
    except http.Refused as refused:
        raise Unreadable(str(refused)) from refused
    return from_file(answer.body.decode("utf-8", "replace"), first, last)


def _entries(text: str) -> Iterator[dict[str, str]]:
    """The properties of each VEVENT, without their parameters; a long line is folded over several."""
    entry: dict[str, str] | None = None
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        name, _colon, value = line.partition(":")
        key = name.partition(";")[0].strip().upper()
        if (key, value.strip().upper()) == ("BEGIN", "VEVENT"):
            entry = {}
        elif (key, value.strip().upper()) == ("END", "VEVENT") and entry is not None:
            yield entry
            entry = None
        elif entry is not None and key in ("DTSTART", "DTEND", "SUMMARY", "RRULE", "EXDATE"):
            value = value.strip()
            entry[key] = f"{entry[key]},{value}" if key == "EXDATE" and key in entry else _unescaped(key, value)


def _unescaped(key: str, value: str) -> str:
    return (
        re.sub(r"\\([,;\\nN])", lambda found: " " if found[1] in "nN" else found[1], value)
        if key == "SUMMARY"
        else value
    )


def _days(entry: dict[str, str], begin: date, end: date) -> Iterator[date]:
    start = _day(entry.get("DTSTART", ""))
    if start is None:
        return
    until = _day(entry.get("DTEND", "")) or start + timedelta(days=1)
    length = min(max(until - start, timedelta(days=1)), LONGEST)
    without = {_day(one) for one in entry.get("EXDATE", "").split(",")}
    for first in _firsts(start, entry.get("RRULE", ""), begin - LONGEST, end):
        if first in without:
            continue
        for n in range(length.days):
            if begin <= first + timedelta(days=n) <= end:
                yield first + timedelta(days=n)


def _firsts(start: date, rule: str, begin: date, end: date) -> Iterator[date]:
    if not rule:
        yield start
        return
    if not re.search(r"FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY)\b", rule.upper()):
        raise Unreadable("repeats within a day")
    midnight = datetime.min.time()
    # A zone in UNTIL asks for one in the start; days have none.
    plain = re.sub(r"(UNTIL=\d{8})(T\d{6}Z?)?", r"\1", rule)
    try:
        repeated = rrulestr(plain, dtstart=datetime.combine(start, midnight))
        found = repeated.xafter(datetime.combine(begin, midnight), count=MOST_DAYS, inc=True)
        for moment in found:
            if moment.date() > end:
                return
            yield moment.date()
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable(str(error)) from error


def _day(text: str) -> date | None:
    found = re.match(r"\s*(\d{4})(\d{2})(\d{2})", text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
