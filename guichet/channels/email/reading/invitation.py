"""A calendar invitation (RFC 5545, 5546) as text that needs no translation: signs, names, times as written."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from guichet.channels.email.reading import charsets, headers

_LARGEST = 512 * 1024
_LINES = 20_000
_EVENTS = 20
_PEOPLE = 100
_FOLD = re.compile(r"\r?\n[ \t]")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?$")
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:\d{1,4}S)?)?$")
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=("[^"]*"|[^;:",]*)')
_STATES = {"ACCEPTED": "✓", "DECLINED": "✗", "TENTATIVE": "?", "DELEGATED": "→"}
_ESCAPED = re.compile(r"\\([\\;,nN])")

Properties = dict[str, list[tuple[dict[str, str], str]]]


def invitation_text(data: bytes, charset: str = "") -> str:
    """Summary, time, place, organiser and attendees of each event, "" where there is none."""
    text, _problem = charsets.decode(data[:_LARGEST], charset or "utf-8")
    events, method = _events(_FOLD.sub("", text))
    return "\n\n".join(filter(None, (_event(event, method) for event in events)))


def is_told_by(invitation: str, text: str) -> bool:
    """Whether `text` itself already names the invitation's subject and its hour."""
    lines = invitation.splitlines()
    subject = headers.one_line(lines[0].lstrip("✗ ")).casefold()
    flat = headers.one_line(text.replace("\n", " ")).casefold()
    if not subject or subject not in flat:
        return False
    found = re.search(r"\d{4}-\d\d-\d\d(?: (\d\d):(\d\d))?", invitation)
    if found is None or found[1] is None:
        return True
    hour, minute = int(found[1]), found[2]
    clocks = {f"{hour}{mark}{minute}" for mark in ":.h"} | {f"{hour % 12 or 12}{mark}{minute}" for mark in ":."}
    if minute == "00":
        clocks |= {f"{hour % 12 or 12}am", f"{hour % 12 or 12}pm", f"{hour}h", f"{hour} uhr"}
    return any(clock in flat for clock in clocks)


def _events(text: str) -> tuple[list[Properties], str]:
    """The properties of the outermost events and tasks, and what the calendar is for (METHOD)."""
    events: list[Properties] = []
    method = ""
    depth = 0
    for line in text.splitlines()[:_LINES]:
        head, found, value = _split(line)
        if not found:
            continue
        name, _, rest = head.partition(";")
        name = name.strip().upper()
        if name == "BEGIN":
            if depth:
                depth += 1
            elif value.strip().upper() in ("VEVENT", "VTODO"):
                if len(events) >= _EVENTS:
                    break
                events.append({})
                depth = 1
        elif name == "END":
            depth -= depth > 0
        elif name == "METHOD":
            method = value.strip().upper()
        elif depth == 1 and len(events[-1].setdefault(name, [])) < _PEOPLE:
            parameters = {key.upper(): content.strip('"') for key, content in _PARAMETER.findall(";" + rest)}
            events[-1][name].append((parameters, _ESCAPED.sub(_unescaped, value).strip()))
    return events, method


def _split(line: str) -> tuple[str, str, str]:
    """At the first colon outside quotes."""
    place = line.find(":")
    quote = line.find('"')
    if 0 <= quote < place:
        is_quoted = False
        place = -1
        for at, mark in enumerate(line):
            if mark == '"':
                is_quoted = not is_quoted
            elif mark == ":" and not is_quoted:
                place = at
                break
    return (line[:place], ":", line[place + 1 :]) if place >= 0 else (line, "", "")


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]


def _event(event: Properties, method: str) -> str:
    def value(name: str) -> str:
        return event[name][0][1] if event.get(name) else ""

    is_off = method == "CANCEL" or value("STATUS").upper() == "CANCELLED"
    lines = [headers.one_line(("✗ " if is_off else "") + value("SUMMARY").replace("\n", " "))]
    lines.append(_when(event))
    if value("RRULE"):
        lines.append(f"↻ {headers.one_line(value('RRULE'))[:200]}")
    lines.append(headers.one_line(value("LOCATION").replace("\n", " ")))
    lines += [f"★ {_person(*item)}" for item in event.get("ORGANIZER", [])[:1]]
    for parameters, address in event.get("ATTENDEE", []):
        state = _STATES.get(parameters.get("PARTSTAT", "").upper(), "…")
        lines.append(f"{state} {_person(parameters, address)}")
    for name in ("COMMENT", "DESCRIPTION"):
        if value(name):
            lines += ["", value(name)]
    return "\n".join(line for place, line in enumerate(lines) if line or (place and lines[place - 1])).strip()


def _when(event: Properties) -> str:
    """`2026-06-01 10:00 – 11:00 Europe/Zurich`, in the zone in which it was written."""
    start = _moment(event, "DTSTART") or _moment(event, "DUE")
    if start is None:
        return ""
    first, has_hour, zone = start
    end = _moment(event, "DTEND") or _moment(event, "DUE")
    last = end[0] if end is not None else first
    if end is None and event.get("DURATION"):
        last = _later(first, event["DURATION"][0][1])
    if not has_hour:
        # The end of whole days is the day after the last (RFC 5545 3.6.1).
        last = max(first, last - timedelta(days=1)) if last != first else first
        return f"{first:%Y-%m-%d}" + (f" – {last:%Y-%m-%d}" if last.date() != first.date() else "")
    text = f"{first:%Y-%m-%d %H:%M}"
    if last > first:
        text += f" – {last:%H:%M}" if last.date() == first.date() else f" – {last:%Y-%m-%d %H:%M}"
    end_zone = end[2] if end is not None else zone
    return f"{text} {zone}".rstrip() + (f" – {end_zone}" if end_zone and end_zone != zone else "")


def _moment(event: Properties, name: str) -> tuple[datetime, bool, str] | None:
    if not event.get(name):
        return None
    parameters, value = event[name][0]
    match = _TIME.match(value.strip())
    if match is None:
        return None
    year, month, day, hour, minute, utc = match.groups()
    try:
        when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0))
    except ValueError:
        return None
    zone = "UTC" if utc else headers.one_line(parameters.get("TZID", ""))[:60]
    if zone.startswith("/"):
        zone = "/".join(zone.split("/")[-2:])
    return when, hour is not None, zone


def _later(start: datetime, duration: str) -> datetime:
    match = _DURATION.match(duration.strip())
    if match is None or match[1] == "-":
        return start
    weeks, days, hours, minutes = (int(item or 0) for item in match.groups()[1:])
    try:
        return start + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
    except OverflowError:
        return start


def _person(parameters: dict[str, str], address: str) -> str:
    name = headers.one_line(parameters.get("CN", ""))[:200]
    found = re.sub(r"(?i)^mailto:", "", headers.one_line(address))[:320]
    return f"{name} <{found}>" if name and name != found else found or name
