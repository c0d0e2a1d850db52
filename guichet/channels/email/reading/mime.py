"""The tree of parts of one mail, read from raw bytes in linear time and bounded depth (RFC 2045, 2046).

Headers stay raw bytes here; bodies are slices of the mail, decoded when asked. Nothing raises on broken mail.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from guichet.channels.base import Seal
from guichet.channels.email import limits
from guichet.channels.email.reading import cms, headers

_NAME = re.compile(rb"[\x21-\x39\x3b-\x7e\x80-\xff]{1,100}[ \t]*:")
_LINE_END = re.compile(rb"\r{1,3}\n|\n|\r")
_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|bcc|date|subject|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|sender"
    rb"|in-reply-to|references|x-[\w-]+|list-[a-z-]+|delivered-to|importance|precedence|auto-submitted)[ \t]*:"
)
_ENVELOPE = re.compile(rb"(?:>?From [^\r\n]*(?:\r\n|\n|\r))")
MESSAGES = ("message/rfc822", "message/global", "message/news")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
TYPE = re.compile(r"([\w!#$&^.+-]{1,60})\s*/\s*([\w!#$&^.+-]{1,100})", re.ASCII)
_AFTER_MARK = (b"", b"\r", b"\n", b"-", b" ", b"\t")
_UNPACKING = 5 * 1024 * 1024
_LOOSE_BYTES = 64 * 1024
_DELIMITER = re.compile(rb"(?:^|[\r\n])--([^\r\n]{1,200})(?:\r\n|\n|\r)(?i:content-|mime-)")
# A line of base64, as long as encoders make them, or any piece of one at least that long.
_BASE64_WORD = re.compile(rb"(?m)^[A-Za-z0-9+/=]{40,}[ \t]*\r?$")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)


@dataclass(slots=True)
class Part:
    """One part: `fields` are (lower-case name, unfolded raw value) in order, `body` its raw bytes."""

    fields: list[tuple[str, bytes]]
    body: bytes
    content_type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    disposition_params: dict[str, str] = field(default_factory=dict)
    encoding: str = ""
    # What stands before the first and behind the last delimiter of a multipart.
    loose: bytes = b""
    children: list[Part] = field(default_factory=list)

    def first(self, name: str) -> bytes:
        """The first field of that name that is not empty, b"" if there is none."""
        for key, value in self.fields:
            if key == name and value.strip():
                return value
        return b""

    def all(self, name: str) -> list[bytes]:
        return [value for key, value in self.fields if key == name]

    def message(self) -> bytes:
        """The raw mail that a part of type message/rfc822 holds; some programs encode it, against RFC 2046."""
        return self.content() if self.encoding in ("base64", "quoted-printable") else self.body

    def content(self) -> bytes:
        """The decoded body; a wrong encoding gives what could be decoded."""
        return decode_body(self.body, self.encoding)


class Tree:
    """Reads parts within the limits of one mail and collects what had to be repaired."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        self.parts = 0
        self.seal: Seal = ""
        self.sealed_left = limits.MESSAGE_BYTES

    def note(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def read(self, raw: bytes, depth: int = 0, default_type: str = "text/plain") -> Part:
        """The part that `raw` holds, with its children; of an attached message only the headers.

        Takes care that no more than one copy of the mail is alive at each level.
        """
        self.parts += 1
        fields, body = self.split_headers(raw)
        del raw
        part = Part(fields, body)
        del body
        self._describe(part, default_type)
        if part.content_type.startswith("multipart/"):
            if depth >= limits.DEPTH:
                self.note(f"parts nested deeper than {limits.DEPTH} levels are not opened")
                part.loose = part.body[:_LOOSE_BYTES]
            else:
                self._open_multipart(part, depth)
        elif part.content_type in MESSAGES:
            inner = part.message().lstrip(b"\r\n")
            if depth:
                part.children.append(Part(*self.split_headers(inner)))
                part.children[0].body = b""
            else:
                part.children.append(self.read(inner, depth + 1))
        elif part.content_type in _SMIME or _is_smime_name(part):
            self._open_smime(part, depth)
        return part

    def _open_smime(self, part: Part, depth: int) -> None:
        """The mail inside a blob that is signed but not encrypted becomes its child, as if it stood there."""
        data = part.content()
        kind = cms.kind_of(data)
        if kind == "encrypted":
            self.seal = self.seal or "smime-encrypted"
            return
        if self.sealed_left <= 0:
            self.note("too much S/MIME within S/MIME: the rest is not opened")
            return
        inner = cms.content_of(data)
        # Unpacking costs time even where nothing comes of it.
        self.sealed_left -= max(len(inner), len(data), _UNPACKING if kind == "compressed" else 0)
        if not inner:
            if kind != "signed" or part.params.get("smime-type", "").lower() not in ("certs-only", "signed-receipt"):
                self.note("an S/MIME part cannot be read")
            return
        if depth >= limits.DEPTH or self.parts >= limits.PARTS:
            self.note(f"parts nested deeper than {limits.DEPTH} levels are not opened")
            return
        if kind == "signed":
            self.seal = self.seal or "smime-opaque"
        del data
        part.children.append(self.read(inner.lstrip(b"\r\n"), depth + 1))

    def _keep_merged_part(self, part: Part) -> None:
        """Without a blank line and delimiter the header of the first part runs into that of the multipart."""
        types = part.all("content-type")
        if len(types) < 2 or not types[-1].lstrip().lower().startswith(b"text/") or not part.loose.strip():
            return
        at = max(place for place, (name, _value) in enumerate(part.fields) if name == "content-type")
        merged = Part(part.fields[at:], part.loose)
        part.loose = b""
        self._describe(merged, "text/plain")
        self.parts += 1
        part.children.append(merged)
        self.note("the header of a part runs into that of the mail")

    def _note_seal(self, part: Part) -> None:
        """The envelope that a multipart states (RFC 1847)."""
        protocol = part.params.get("protocol", "").lower()
        if part.content_type == "multipart/signed":
            kinds = {child.content_type for child in part.children[1:]} | {protocol}
            if "application/pgp-signature" in kinds:
                self.seal = self.seal or "pgp-signed"
            elif kinds.intersection(SIGNATURES):
                self.seal = self.seal or "smime-signed"
        elif part.content_type == "multipart/encrypted" and (
            "pgp" in protocol or any(child.content_type == "application/pgp-encrypted" for child in part.children)
        ):
            self.seal = self.seal or "pgp-encrypted"

    def split_headers(self, raw: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
        """Fields and body; a stray line among the fields is skipped, a missing blank line is supplied."""
        place, size = 0, len(raw)
        end_of_fields = limits.HEADER_BLOCK_BYTES
        fields: list[tuple[str, bytes]] = []
        chunks: list[bytes] = []
        name = ""
        while place < size:
            match = _LINE_END.search(raw, place)
            stop, after = (match.start(), match.end()) if match else (size, size)
            line = raw[place:stop]
            if not line.strip(b" \t\0"):
                place = after
                if line and self._folds_on(raw, after):
                    continue
                break
            if line[:1] in b" \t" and (name or chunks):
                chunks.append(line)
            elif (found := _NAME.match(line)) is not None and not (name == "" and line.startswith(b">From ")):
                self._close(fields, name, chunks)
                name = line[: found.end() - 1].decode("latin-1").strip().lower()
                chunks = [line[found.end() :]]
            elif _ENVELOPE.match(raw, place) is not None and not fields:
                pass
            elif self._goes_on(raw, after) and (name or not fields):
                self.note("a line among the headers is no header: left out")
                if name:
                    chunks.append(b" " + line)
            else:
                if fields or name:
                    self.note("no blank line between headers and body")
                break
            place = after
            if place > end_of_fields or len(fields) >= limits.HEADERS:
                place = self._skip_fields(raw, place)
                break
        self._close(fields, name, chunks)
        return fields, raw[place:]

    def _skip_fields(self, raw: bytes, place: int) -> int:
        """Where the body begins when there are too many headers to read."""
        self.note("too many headers: the rest of them is left out")
        match = re.compile(rb"\r\n\r\n|\n\n|\r\r").search(raw, max(place - 2, 0))
        return match.end() if match else len(raw)

    def _goes_on(self, raw: bytes, place: int) -> bool:
        """A header comes before the next empty line: then the line before `place` was a stray one."""
        for _ in range(20):
            if _KNOWN.match(raw, place) is not None:
                return True
            match = _LINE_END.search(raw, place)
            if match is None or match.start() == place or match.start() - place > 2000:
                return False
            place = match.end()
        return False

    def _folds_on(self, raw: bytes, place: int) -> bool:
        """A line of white space is part of a folded field if a field or its continuation follows (RFC 5322 4.2)."""
        following = raw[place : place + 120]
        return _NAME.match(following) is not None or (
            following[:1] in (b" ", b"\t") and bool(following.split(b"\n")[0].strip())
        )

    def _close(self, fields: list[tuple[str, bytes]], name: str, chunks: list[bytes]) -> None:
        if not name:
            return
        value = b"".join(chunks).strip(b" \t")
        if len(value) > limits.HEADER_BYTES:
            self.note(f"header {name[:40]} is too long: cut")
            value = value[: limits.HEADER_BYTES]
        fields.append((name, value))

    def _describe(self, part: Part, default_type: str) -> None:
        part.content_type = default_type
        value = part.first("content-type")
        if value:
            kind, part.params = headers.parameters(value)
            found = TYPE.match(kind)
            if found is not None:
                part.content_type = f"{found[1]}/{found[2]}"
                if "=" in kind[found.end() :]:
                    # "text/plain charset=utf-8": the semicolon is missing.
                    _, more = headers.parameters(b";" + value[found.end() :])
                    part.params = {**more, **part.params}
            elif kind in ("text", "html"):
                part.content_type = "text/html" if kind == "html" else "text/plain"
            elif kind == "multipart" or (kind.startswith("multipart") and "boundary" in part.params):
                part.content_type = "multipart/mixed"
            else:
                self.note("Content-Type is not understood")
        value = part.first("content-disposition")
        if value:
            part.disposition, part.disposition_params = headers.parameters(value)
            if "=" in part.disposition:
                _, part.disposition_params = headers.parameters(b"attachment; " + value)
                part.disposition = "attachment"
        part.encoding = (
            headers.raw_text(part.first("content-transfer-encoding")).partition(";")[0].strip(" \"'").lower()
        )

    def _open_multipart(self, part: Part, depth: int) -> None:
        boundary = part.params.get("boundary", "")
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        mark = boundary.encode("latin-1", "replace")
        if part.encoding in ("base64", "quoted-printable") and mark not in part.body:
            self.note("a multipart is itself encoded")
            part.body = part.content()
        pieces: list[bytes] = []
        if boundary:
            pieces, part.loose = self._cut(part.body, mark)
        if not pieces and (found := _first_boundary(part.body)):
            self.note("boundary is missing or wrong: guessed")
            pieces, part.loose = self._cut(part.body, found)
        if not pieces:
            self.note("multipart without parts: read as text")
            part.content_type = "text/plain"
            return
        part.body = b""
        self._keep_merged_part(part)
        pieces.reverse()
        while pieces:
            if self.parts >= limits.PARTS:
                self.note(f"more than {limits.PARTS} parts: the rest is left out")
                break
            part.children.append(self.read(pieces.pop(), depth + 1, default))
        self._note_seal(part)

    def _cut(self, body: bytes, boundary: bytes) -> tuple[list[bytes], bytes]:
        """The raw parts between the delimiter lines of `boundary`, and what stands outside them."""
        mark = b"--" + boundary
        # A part's own boundary may be this one with "--" behind it: then only the last closing line is one.
        last_close = body.rfind(mark + b"--") if _is_declared(body, boundary + b"--") else -1
        pieces: list[bytes] = []
        start = -1
        place = preamble = 0
        is_closed = False
        while (at := body.find(mark, place)) >= 0:
            place = at + len(mark)
            if (at and body[at - 1] not in b"\r\n") or body[place : place + 1] not in _AFTER_MARK:
                continue
            line_end = _LINE_END.search(body, place)
            stop = line_end.start() if line_end else len(body)
            tail = body[place : min(stop, place + 200)].strip(b" \t")
            if tail not in (b"", b"--") or (tail == b"--" and at < last_close):
                continue
            if start >= 0:
                pieces.append(_without_last_line_end(body, start, at))
            elif not pieces:
                preamble = at
            place = start = line_end.end() if line_end else len(body)
            if tail == b"--":
                is_closed = True
                # A second list of parts under the same boundary happens when mails are stitched together.
                next_open = body.find(mark, place)
                start = -1
                if next_open < 0:
                    break
            if len(pieces) > limits.PARTS:
                break
        if start >= 0 and start < len(body):
            pieces.append(body[start:])
        if pieces and not is_closed:
            self.note("the closing boundary is missing")
        epilogue = body[place:] if is_closed and start < 0 else b""
        return pieces, body[:preamble][:_LOOSE_BYTES] + epilogue[:_LOOSE_BYTES]


def _is_smime_name(part: Part) -> bool:
    """Gateways and web mailers send S/MIME blobs as mere bytes that are only named so (RFC 8551 3.9)."""
    if part.content_type != "application/octet-stream":
        return False
    name = part.disposition_params.get("filename") or part.params.get("name") or ""
    return name.lower().endswith((".p7m", ".p7z"))


def _without_last_line_end(body: bytes, start: int, at: int) -> bytes:
    """The line end before a delimiter belongs to the delimiter."""
    if at - 2 >= start and body[at - 2 : at] == b"\r\n":
        return body[start : at - 2]
    return body[start : max(at - 1, start)]


def _is_declared(body: bytes, boundary: bytes) -> bool:
    """Whether a part within `body` seems to have this boundary."""
    return b"=" + boundary in body or b'="' + boundary in body


def _first_boundary(body: bytes) -> bytes:
    """A line that begins with -- and is followed by a content header: the true boundary of a broken mail."""
    match = _DELIMITER.search(body)
    return match[1].rstrip(b" \t") if match else b""


def decode_body(body: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return _base64_body(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return uudecode(body)[1]
    return body


def _base64_body(body: bytes) -> bytes:
    """Base64 up to its padding; a footer that a list server added behind it is no base64 and is left out."""
    if is_prose(body):
        return body
    try:
        return binascii.a2b_base64(body, strict_mode=False)
    except binascii.Error:
        return headers.base64_bytes(body)


def is_prose(body: bytes) -> bool:
    """Said to be base64 and yet words with spaces between them: the encoding is wrong."""
    sample = body[:4000].strip()
    if b" " not in sample.partition(b"\n")[0].strip():
        return False
    words = sample.split()
    return len(words) >= 3 and _BASE64_WORD.sub(b"", sample).count(b" ") * 3 >= len(words)


def uudecode(body: bytes) -> tuple[str, bytes]:
    """Name and content of the first uuencoded file in `body`."""
    match = _UU_BEGIN.search(body)
    if match is None:
        return "", body
    out: list[bytes] = []
    for line in body[match.end() :].splitlines():
        if line.strip() == b"end":
            break
        if not line.strip():
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Broken encoders pad a line wrongly; its first byte says how much of it counts.
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:count]))
            except binascii.Error:
                break
    return headers.text(match[1]), b"".join(out)
