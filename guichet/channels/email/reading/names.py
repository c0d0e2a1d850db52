"""Names of attachments: chosen from what the part says, cleaned for display, never used on disk."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from guichet.channels.email.limits import NAME_BYTES
from guichet.channels.email.reading import headers
from guichet.channels.email.reading.mime import MESSAGES, TYPE, Part

# Bidirectional controls and invisible characters that make a name look like another one.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_UPWARDS = re.compile(r"(?:^|(?<=[\\/]))\.{1,2}[\\/]")
_SLASHES = str.maketrans("\\/:", "___")
_EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
    "application/pdf": ".pdf", "message/rfc822": ".eml", "message/global": ".eml", "text/calendar": ".ics",
    "message/delivery-status": ".txt", "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt", "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s", "application/ms-tnef": ".dat", "text/csv": ".csv", "text/x-vcard": ".vcf",
}  # fmt: skip


def given_name(part: Part) -> str:
    """The name that the part itself states, "" if it states none."""
    name = part.disposition_params.get("filename") or part.params.get("name") or part.disposition_params.get("name")
    return clean_name(name) if name else ""


def name_of(part: Part, number: int) -> str:
    """A name for an attachment, made up from subject, location or type where the part gives none."""
    name = given_name(part)
    if not name and part.content_type in MESSAGES and part.children:
        subject = headers.text(part.children[0].first("subject"))
        name = clean_name(f"{subject[:100]}.eml") if subject else ""
    if not name and part.first("content-location"):
        location = headers.text(part.first("content-location")).partition("?")[0].rstrip("/")
        name = clean_name(location) if "." in location.rpartition("/")[2] else ""
    return name or f"{_stem(part)}-{number}{extension(part.content_type)}"


def _stem(part: Part) -> str:
    return (
        part.content_type.partition("/")[0] if part.content_type.startswith(("image/", "audio/", "video/")) else "part"
    )


def file_type(stated: str) -> str:
    """A content type as two tokens, application/octet-stream where `stated` is none."""
    found = TYPE.match(stated)
    return f"{found[1]}/{found[2]}" if found is not None else "application/octet-stream"


def extension(content_type: str) -> str:
    return _EXTENSIONS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"


def clean_name(name: str) -> str:
    """NFKC, without path, control, bidirectional and invisible characters, at most 255 bytes with its ending."""
    if len(name) > 4096:
        name = name[:3072] + name[-1024:]
    name = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    name = "".join(mark for mark in name if unicodedata.category(mark)[0] != "C")
    name = headers.one_line(name).strip("\"' ")
    name = _UPWARDS.sub("", name)
    # A slash is mostly part of the words ("Report 2025/26.pdf"); where it is a path, that is harmless as words.
    name = name.rstrip("\\/").translate(_SLASHES)
    name = name.strip(" \"'").lstrip("._ ").rstrip(". ") if name.strip("._ ") else ""
    if len(name.encode()) <= NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = dot + ending if stem and len(ending.encode()) <= 20 else ""
    stem = stem if tail else name
    return stem.encode()[: NAME_BYTES - len(tail.encode())].decode("utf-8", "ignore") + tail
