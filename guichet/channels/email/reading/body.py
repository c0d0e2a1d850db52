"""What of a mail is to be read and what is a file: walks the tree of parts once.

The best readable text is always found; every part becomes text or a file, nothing is dropped unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from itertools import islice
from urllib.parse import unquote

from guichet.channels.base import File
from guichet.channels.email import limits
from guichet.channels.email.reading import charsets
from guichet.channels.email.reading.invitation import invitation_text, is_told_by
from guichet.channels.email.reading.mime import MESSAGES, SIGNATURES, Part, Tree, uudecode
from guichet.channels.email.reading.names import clean_name, extension, file_type, given_name, name_of
from guichet.channels.email.reading.shown_pictures import Places
from guichet.channels.email.reading.tnef import Left, Opened, is_tnef, open_tnef
from guichet.kit.text import clean_html, html_to_text, text_to_html, unflow

_READABLE = ("text/plain", "text/html", "text/enriched", "text/richtext", "application/xhtml+xml", "text/xhtml")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
_ENRICHED = re.compile(r"<(?:param>[^<]*</param>|/?[A-Za-z0-9-]{1,60}>)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_CID = re.compile(r"cid:([^\"'\s>]{1,300})")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{1,255}\r?\n[!-`][^\r\n]{0,100}\r?\n", re.MULTILINE)
_UU_FILES = 100
_BOILERPLATE = re.compile(
    r"multi-?part message|mime[- ]format|mime-compatible|mime message|mime[- ](?:encoded|aware)", re.IGNORECASE
)


@dataclass(slots=True)
class _Block:
    """One stretch of the body in one or two forms; `new` is its text with what the HTML marks as old in quotes."""

    plain: str | None = None
    html: str | None = None
    html_text: str = ""
    new: str = ""

    def text(self) -> str:
        return self.plain if self.plain is not None and (self.plain.strip() or not self.html_text) else self.html_text


class Body:
    """Collects the blocks of text and the files of one mail."""

    def __init__(self, tree: Tree, subject: str, *, is_inner: bool = False) -> None:
        self.tree = tree
        self._is_inner = is_inner
        self.subject = subject
        self.blocks: list[_Block] = []
        self.files: list[File] = []
        self._invitations: list[str] = []
        # What winmail.dat says: read where the mail itself says nothing.
        self._spare: list[_Block] = []
        self._html_left = limits.HTML_BYTES
        self._tnef_left = Left()

    def read(self, root: Part) -> None:
        self._places = Places(root)
        self.blocks = self._walk(root, is_top=True)
        if not self._has_text():
            self.blocks += self._spare
        if not self._has_text():
            self.blocks += self._last_resort(root)
        self._add_invitations()
        self._mark_inline()

    def _has_text(self) -> bool:
        return any(block.text().strip() for block in self.blocks)

    def _add_invitations(self) -> None:
        """What a calendar says follows the text, unless that tells it already."""
        told = f"{self.subject}\n{self.text()}"
        for words in dict.fromkeys(self._invitations):
            if not self._has_text() or not is_told_by(words, told):
                self.blocks.append(_Block(plain=self._cut(words)))

    def _last_resort(self, root: Part) -> list[_Block]:
        """Text of a mail that has none in its right place: named like a file, in an attached mail, or loose words."""
        parts = _all_parts(root)
        for part in parts:
            if part.content_type in _READABLE and not part.children and not (
                part.disposition == "attachment" and given_name(part)
            ):  # fmt: skip
                block = self._block(part)
                if block.text().strip():
                    return [block]
        for part in parts:
            words = charsets.decode(part.loose)[0].replace("\r\n", "\n")
            kept = [item for item in words.split("\n\n") if item.strip() and not _BOILERPLATE.search(item[:1000])]
            if kept:
                self.tree.note("text stands outside the parts")
                return [_Block(plain="\n\n".join(kept).strip())]
        attached = next((part for part in parts if part.content_type in MESSAGES), None)
        if attached is None or self._is_inner or root.content_type == "multipart/report":
            return []
        inner = Body(self.tree, self.subject, is_inner=True)
        seal = self.tree.seal
        inner.read(self.tree.read(attached.message().lstrip(b"\r\n")))
        self.tree.seal = seal
        if inner.text():
            self.tree.note("the text is that of the attached mail")
        return inner.blocks

    def text(self) -> str:
        found = [block.text() for block in self.blocks]
        return self._cut("\n\n".join(item.strip("\n") for item in found if item.strip()))

    def html(self) -> str:
        if not any(block.html for block in self.blocks):
            return ""
        return "\n".join(
            block.html if block.html is not None else text_to_html(block.plain or "") for block in self.blocks
        )

    def reply(self, split: Callable[[str], str]) -> str:
        """What is new: by the plain text, and by the marks in the HTML where the plain text shows no quote."""
        whole = self.text()
        by_text = split(whole)
        marked = "\n\n".join(block.new if block.html is not None else block.text() for block in self.blocks).strip()
        has_marks = any(block.html is not None and block.new != block.html_text for block in self.blocks)
        if not has_marks or not marked:
            return by_text
        by_marks = split(marked)
        return by_marks if by_marks and (not by_text or len(by_marks) < len(by_text)) else by_text

    def _cut(self, text: str) -> str:
        if len(text) <= limits.TEXT_CHARS:
            return text
        self.tree.note("text is too long: cut")
        return text[: limits.TEXT_CHARS]

    def _walk(self, part: Part, is_top: bool = False) -> list[_Block]:
        kind = part.content_type
        if part.children and kind.startswith("multipart/"):
            if kind == "multipart/alternative":
                return self._alternative(part)
            return [block for child in part.children for block in self._walk(child)]
        if kind in ("message/partial", "message/external-body"):
            return self._pointer(part, is_top)
        if kind in MESSAGES:
            if is_top and part.children and (part.children[0].body or part.children[0].children):
                self.tree.note("the mail is wrapped in another one")
                return self._walk(part.children[0], is_top=True)
            self._file(part)
            return []
        if part.children:
            # A signed S/MIME blob: its content stands for it.
            return [block for child in part.children for block in self._walk(child, is_top)]
        if kind == "text/calendar":
            self._invitation(part)
            return []
        if kind in _READABLE and (is_top or not self._is_file(part)):
            block = self._block(part)
            if part.disposition == "attachment" and given_name(part):
                # The whole mail is a file, and its words can be read.
                self._file(part)
            return [block]
        if not (_may_be_tnef(part) and self._opened_tnef(part)):
            self._file(part)
        return []

    def _is_file(self, part: Part) -> bool:
        return part.disposition == "attachment" or bool(given_name(part))

    def _pointer(self, part: Part, is_top: bool) -> list[_Block]:
        """A piece of a mail, or only the place where a file lies (RFC 2046 5.2.2, 5.2.3)."""
        params = part.params
        if part.content_type == "message/partial":
            self.tree.note(f"this is piece {params.get('number', '?')[:9]} of {params.get('total', '?')[:9]} of a mail")
        else:
            where = ("access-type", "url", "site", "server", "directory", "name")
            said = ", ".join(params[name][:200] for name in where if params.get(name))
            self.tree.note(f"a file was not sent, only its place: {said}")
        if not is_top:
            self._file(part)
            return []
        fields, body = self.tree.split_headers(part.body.lstrip(b"\r\n"))
        return [_Block(plain=self._cut(self._decode(body if fields else part.body, part)))]

    def _invitation(self, part: Part) -> None:
        words = invitation_text(part.content(), part.params.get("charset", ""))
        if words:
            self._invitations.append(words)
        self._file(part)

    def _opened_tnef(self, part: Part) -> bool:
        """Put what a winmail.dat holds in its place; False if it is none."""
        data = part.content()
        if not is_tnef(data):
            return False
        found = open_tnef(data, self._tnef_left)
        if found.is_cut:
            self.tree.note("winmail.dat is broken or too large: some of it is left out")
        if found.html:
            self._spare.append(self._html_block(found.html[: self._html_left]))
            self._html_left -= min(len(found.html), self._html_left)
        elif found.text.strip():
            self._spare.append(_Block(plain=self._cut(found.text)))
        elif found.is_cut and not found.files:
            return False
        self._tnef_files(found)
        return True

    def _tnef_files(self, found: Opened) -> None:
        for item in found.files:
            kind = file_type(item.content_type)
            if item.message is not None:
                name = clean_name(item.name or item.message.subject) or f"message-{len(self.files) + 1}"
                words = item.message.html or item.message.text
                ending, kind = (".html", "text/html") if item.message.html else (".txt", "text/plain")
                if words.strip():
                    self.files.append(File(clean_name(name + ending), kind, words.encode("utf-8", "replace")))
                self._tnef_files(item.message)
            elif item.name or item.content:
                name = clean_name(item.name) or f"part-{len(self.files) + 1}{extension(kind)}"
                self.files.append(File(name, kind, item.content, False, item.content_id[:300]))

    def _alternative(self, part: Part) -> list[_Block]:
        """The forms of one text become one block; what comes twice is kept as further text."""
        blocks = [block for child in part.children for block in self._walk(child)]
        plain = [block for block in blocks if block.plain is not None]
        rich = [block for block in blocks if block.html is not None and block.plain is None]
        if not plain or not rich:
            return blocks
        merged = _Block(
            "\n\n".join(block.plain or "" for block in plain),
            "\n".join(block.html or "" for block in rich),
            "\n\n".join(block.html_text for block in rich),
            "\n\n".join(block.new for block in rich),
        )
        return [merged]

    def _block(self, part: Part) -> _Block:
        kind = part.content_type
        data = part.content()
        if part.encoding == "base64" and data is part.body and data:
            self.tree.note("text is not base64: read as it is")
        if kind == "text/plain":
            if b"\nbegin " in data or data.startswith(b"begin "):
                data = self._take_uuencoded(data)
            text = self._decode(data, part)
            if part.params.get("format", "").lower() == "flowed":
                text = unflow(text, part.params.get("delsp", "").lower() == "yes")
            return _Block(plain=self._cut(text))
        if kind in ("text/enriched", "text/richtext"):
            return _Block(plain=self._cut(_ENRICHED.sub("", self._decode(data, part)).replace("<<", "<")))
        if len(data) > self._html_left:
            self.tree.note("HTML is too long: cut")
            data = data[: self._html_left]
        self._html_left -= len(data)
        return self._html_block(self._decode(data, part))

    def _html_block(self, source: str) -> _Block:
        cleaned = clean_html(self._places.by_cid(source))
        if cleaned.problem:
            self.tree.note(cleaned.problem)
        # A character reference may stand for a control character.
        html = charsets.clean(cleaned.html)
        text, new = html_to_text(html)
        if not text.strip() and (title := _TITLE.search(source[:100_000])):
            text = new = charsets.clean(unescape(title[1])).strip()
        return _Block(html=html, html_text=text, new=new)

    def _decode(self, data: bytes, part: Part) -> str:
        if len(data) > 4 * limits.TEXT_CHARS:
            self.tree.note("text is too long: cut")
            data = data[: 4 * limits.TEXT_CHARS]
        declared = part.params.get("charset", "")
        meta = ""
        if "html" in part.content_type:
            found = _META_CHARSET.search(data[:4096])
            meta = found[1].decode("ascii") if found else ""
        text, problem = charsets.decode(data, declared, meta)
        if problem:
            self.tree.note(problem)
        return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")

    def _take_uuencoded(self, data: bytes) -> bytes:
        """Files written into the text by old programs become files."""
        kept: list[bytes] = []
        place = 0
        for match in islice(_UU_BEGIN.finditer(data), _UU_FILES):
            if match.start() < place:
                continue
            end = data.find(b"\nend", match.end() - 1)
            if end < 0:
                break
            name, content = uudecode(data[match.start() : end + 4])
            self.files.append(File(clean_name(name) or "file.bin", "application/octet-stream", content))
            kept.append(data[place : match.start()])
            place = end + 4
        return b"".join([*kept, data[place:]])

    def _file(self, part: Part) -> None:
        content = part.message() if part.content_type in MESSAGES else part.content()
        name = name_of(part, len(self.files) + 1)
        if "." not in name and not given_name(part):
            name += extension(part.content_type)
        # A signature belongs to the envelope: nobody opens it.
        is_inline = (part.disposition == "inline" and part.content_type.startswith("image/")) or (
            part.content_type in SIGNATURES
        )
        self.files.append(File(name, part.content_type, content, is_inline, self._places.content_id(part)))

    def _mark_inline(self) -> None:
        """Pictures that the HTML shows by cid are inline, whatever their disposition says."""
        found = {unescape(item) for block in self.blocks if block.html for item in _CID.findall(block.html)}
        shown = found | {unquote(item) for item in found}
        self.files = [
            File(file.name, file.content_type, file.content, True, file.content_id)
            if file.content_id and file.content_id in shown and not file.is_inline
            else file
            for file in self.files
        ]


def _all_parts(root: Part) -> list[Part]:
    """Root first, without what attached mails hold."""
    out: list[Part] = []
    stack = [root]
    while stack:
        part = stack.pop()
        out.append(part)
        if part.content_type not in MESSAGES:
            stack.extend(reversed(part.children))
    return out


def _may_be_tnef(part: Part) -> bool:
    return part.content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or given_name(part).lower() in (
        "winmail.dat",
        "win.dat",
    )
