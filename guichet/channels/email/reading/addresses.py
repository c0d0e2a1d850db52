"""Address lists as they really are: RFC 5322 with groups, comments, unquoted commas, missing brackets.

One pass over the characters; every mailbox that can be made out is kept.
"""

from __future__ import annotations

import re

from guichet.channels.base import Address
from guichet.channels.email.limits import ADDRESS_CHARS, ADDRESSES
from guichet.channels.email.reading import headers

# White space around the marks of an address was allowed once (RFC 822).
_AROUND_MARK = re.compile(r"\s{0,20}([.@])\s{0,20}")
_QUOTED_LOCAL = re.compile(r"\"[^\"\\@]*[^\"\\\w.@+-][^\"\\]*\"@[\w.-]+$")
_USER = re.compile(r"[\w.+=-]{1,64}")
_NOBODY = re.compile(r"undisclosed[ _-]?recipients?\b|unlisted[ _-]recipients?\b|recipients? not shown", re.IGNORECASE)
_STRIP = " \t\"'<>,;[]"


class _Item:
    """One element between commas while it is read."""

    __slots__ = ("angled", "comment", "has_angle", "has_at", "words")

    def __init__(self) -> None:
        self.words: list[str] = []
        self.angled: list[str] = []
        self.comment: list[str] = []
        self.has_angle = False
        self.has_at = False


def addresses(value: bytes, charset: str = "") -> tuple[list[Address], bool]:
    """All mailboxes of a field; the second value says that there were more than the limit."""
    words = headers.raw_text(value, charset)
    found = _read(words)
    if not any("@" in item.address for item in found) and "=?" in words:
        # The whole list was put into one encoded word.
        again = _read(headers.decode_words(words))
        if any("@" in item.address for item in again):
            found = again
    return found[:ADDRESSES], len(found) > ADDRESSES


def _read(words: str) -> list[Address]:
    items = _split(words)
    out: list[Address] = []
    names_before: list[str] = []
    for item in items:
        address = _address(item)
        if address is None:
            continue
        if not address.address:
            # "Doe, John <j@d>" without quotes: the first half is no address but the start of the name.
            names_before.append(address.name)
            continue
        if names_before and item.has_angle and "@" in address.address:
            names = ", ".join([*names_before, address.name]).strip(", ")
            address = Address(headers.one_line(names), address.address)
        else:
            out += map(_local, names_before)
        names_before.clear()
        out.append(address)
        if len(out) > ADDRESSES:
            break
    return out + list(map(_local, names_before))


def _local(name: str) -> Address:
    """A word without a domain is a user of the sender's own machine; several are only a name."""
    return Address("", name) if _USER.fullmatch(name) else Address(name, "")


def _split(words: str) -> list[_Item]:
    """Cut at commas and semicolons outside quotes, comments and angles; a group's name is dropped."""
    items: list[_Item] = []
    item = _Item()
    place, size, depth = 0, len(words), 0
    in_quote = in_angle = False
    quotes_close = words.count('"') % 2 == 0
    while place < size:
        mark = words[place]
        place += 1
        if depth:
            if mark == "\\" and place < size:
                item.comment.append(words[place])
                place += 1
                continue
            depth += (mark == "(") - (mark == ")")
            if depth:
                item.comment.append(mark)
        elif in_quote:
            if mark == "\\" and place < size:
                item.words.append(words[place])
                place += 1
            elif mark == '"':
                in_quote = False
            else:
                item.words.append(mark)
        elif in_angle:
            if mark == ">":
                in_angle = False
            elif mark == "(" and words.find(")", place, place + 200) > 0:
                depth = 1
            elif mark in ",;" and "@" in "".join(item.angled[-320:]) and not _is_route(item.angled):
                in_angle = False
                items.append(item)
                item = _Item()
            else:
                item.angled.append(mark)
        elif mark == '"' and quotes_close:
            in_quote = True
        elif mark == "(":
            depth = 1
            item.comment.append(" ")
        elif mark == "<":
            if item.has_angle and "@" in "".join(item.angled):
                items.append(item)
                item = _Item()
            in_angle = item.has_angle = True
            item.angled.clear()
        elif mark in ",;":
            items.append(item)
            item = _Item()
        elif mark == "=" and (match := _whole_word(words, place - 1)) is not None:
            item.words.append(match[0])
            place = match.end()
        elif mark == ":" and not item.has_angle and not item.has_at:
            if "".join(item.words).strip().lower() != "mailto":
                item = _Item()
            else:
                item.words.clear()
        else:
            item.has_at |= mark == "@"
            item.words.append(mark)
        if len(items) > 4 * ADDRESSES:
            return items
    items.append(item)
    return items


def _whole_word(words: str, place: int) -> re.Match[str] | None:
    """The encoded word at `place`; one that has lost its end must not swallow the address behind it."""
    match = headers.ENCODED_WORD.match(words, place)
    return match if match is not None and match[0].endswith("?=") else None


def _is_route(angled: list[str]) -> bool:
    """`<@a,@b:c@d>`: the source route of RFC 822 may hold commas."""
    return bool(angled) and angled[0] == "@" and ":" not in angled


def _address(item: _Item) -> Address | None:
    name = "".join(item.words)
    comment = headers.one_line("".join(item.comment))
    if item.has_angle:
        address = "".join(item.angled)
        if address.startswith("@") and ":" in address:
            address = address.rsplit(":", 1)[1]
        address = address.removeprefix("mailto:").removeprefix("MAILTO:")
        if "@" not in address and "@" in name:
            name, address = "", name
    else:
        name, address = _unbracketed(name)
    if not _QUOTED_LOCAL.match(address.strip()):
        address = "".join(headers.decode_words(address).split()).strip(_STRIP)
    address = headers.one_line(address)[:ADDRESS_CHARS].strip()
    name = headers.one_line(headers.decode_words(name)).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    if not name and address and comment:
        name = headers.one_line(headers.decode_words(comment))
    if not address and not name.strip(_STRIP):
        return None
    if _NOBODY.match(address or name):
        return None
    return Address(name, address)


def _unbracketed(words: str) -> tuple[str, str]:
    """`Jane Doe jane@x.org`: the word with the @ is the address, the rest the name."""
    joined = _AROUND_MARK.sub(r"\1", words).strip()
    if "@" in joined and " " not in joined:
        return "", joined
    parts = words.split()
    places = [place for place, part in enumerate(parts) if "@" in part and not part.startswith("=?")]
    if not places:
        return words, ""
    place = places[-1]
    return " ".join(parts[:place] + parts[place + 1 :]), parts[place]
