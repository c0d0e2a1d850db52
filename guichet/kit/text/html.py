"""HTML of strangers: sanitised with nh3, and its text, with the newly written part apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

import nh3


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TAGS = _words(
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del "
    "details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark "
    "nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead "
    "time tr tt u ul var wbr"
)
_DROPPED_WITH_CONTENT = {
    "script", "style", "svg", "math", "template", "noscript", "iframe", "object", "embed", "applet", "title",
    "textarea", "select", "noembed", "noframes", "audio", "video", "canvas",
}  # fmt: skip
# Quote markers of mail programs: kept so that quotes can be found and folded, all other classes and ids go.
QUOTE_CLASSES = _words(
    "gmail_quote gmail_quote_container gmail_extra gmail_attr gmail_signature moz-cite-prefix moz-signature "
    "moz-forward-container yahoo_quoted protonmail_quote protonmail_signature_block tutanota_quote zmail_extra "
    "ms-outlook-mobile-reference-message WordSection1 freshdesk_quote front-quote zd_quote quote OutlookMessageHeader "
    "outlook_signature hubspot-quote airmail_ext_on mailru-blockquote js-helper tmail-quote"
)
QUOTE_IDS = _words(
    "divRplyFwdMsg appendonsend OLK_SRC_BODY_SECTION reply-intro isReplyContent isForwardContent orc-full-body-initial "
    "mail-editor-reference-message-container replySplit stopSpelling x_divRplyFwdMsg x_appendonsend "
    "ymail_android_signature Signature Zm-_Id_-Sgn composeAreaSignature edo-original edo-signature "
    "tmjah_g_1299 ydpquote original-content quotedHeader mailContentQuote"
)
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"style", "dir", "lang", "title", "align", "valign", "width", "height", "bgcolor"},
    "a": {"href", "name"},
    "img": {"src", "alt", "border"},
    "font": {"color", "face", "size"},
    "table": {"border", "cellpadding", "cellspacing", "summary"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "scope", "nowrap"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "blockquote": {"type"},
    "bdo": {"dir"},
    "time": {"datetime"},
    "details": {"open"},
}
_STYLES = _words(
    "color background-color font font-family font-size font-style font-weight font-variant line-height letter-spacing "
    "text-align text-decoration text-indent text-transform vertical-align white-space word-break word-wrap "
    "overflow-wrap direction border border-top border-right border-bottom border-left border-color border-style "
    "border-width border-collapse border-spacing border-radius margin margin-top margin-right margin-bottom "
    "margin-left padding padding-top padding-right padding-bottom padding-left width min-width max-width height "
    "min-height max-height list-style-type caption-side empty-cells table-layout display unicode-bidi"
)
_IDS_ON = ("div", "span", "blockquote", "hr", "p", "table", "td", "body")
_CLASSES_ON = ("div", "span", "blockquote", "p", "table", "td", "a", "pre", "section")
_SCHEMES = {"http", "https", "mailto", "tel", "sms", "cid", "ftp", "geo", "xmpp", "callto", "news", "webcal"}

_MAX_DEPTH = 400
_MAX_ATTRIBUTES = 200
_MAX_TAGS = 250_000
# A style value may not load anything, and escapes could hide that it does.
_BAD_STYLE = re.compile(r'(\sstyle=")([^"]*(?:\\|url\(|expression|@import|image\()[^"]*)(")', re.IGNORECASE)
_DATA_PICTURE = re.compile(r"""\ssrc\s?=\s?["']?data:""", re.IGNORECASE)
_OPEN_OR_CLOSE = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"]*")*)\s*/?>')
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_NO_CONTENT = _words("br hr img wbr col area base input link meta param source embed")
_FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")
_CLOSED_BY_NEXT = _words("p li td th tr dt dd option tbody thead tfoot html body head colgroup")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Sanitised HTML; `problem` is "" or says in English what could not be kept."""

    html: str
    problem: str = ""


def clean_html(source: str) -> Cleaned:
    """Sanitised HTML of `source`; markup built to exhaust a parser is shown as plain text instead."""
    if "<" not in source:
        return Cleaned(source.replace(">", "&gt;"))
    if not _is_parseable(source):
        return Cleaned(text_to_html(_strip_tags(source)), "HTML is nested or built absurdly: shown as text")
    cleaned = _CLEANER.clean(source)
    if "style=" in cleaned:
        cleaned = _BAD_STYLE.sub("", cleaned)
    return Cleaned(cleaned, "pictures written into the HTML are left out" if _DATA_PICTURE.search(source) else "")


def text_to_html(text: str) -> str:
    return f'<pre style="white-space: pre-wrap">{escape(text, quote=False)}</pre>' if text.strip() else ""


def _absolute(url: str) -> str | None:
    """A mail has no address of its own, so a relative link leads nowhere but to us: only //host/path can be meant."""
    return f"https:{url}" if url.startswith("//") else None


def _allowed_values() -> dict[str, dict[str, set[str]]]:
    values: dict[str, dict[str, set[str]]] = {tag: {"id": set(QUOTE_IDS)} for tag in _IDS_ON}
    return values


_CLEANER = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    tag_attribute_values=_allowed_values(),
    allowed_classes={tag: set(QUOTE_CLASSES) for tag in _CLASSES_ON},
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer nofollow",
    filter_style_properties=set(_STYLES),
    strip_comments=True,
    url_relative=_absolute,
)


def _is_parseable(source: str) -> bool:
    """Whether an HTML5 tree builder reads this in about linear time and memory.

    Its costs are the open elements it walks through for a tag, the open formatting elements it opens again
    in each new block, and the attributes of one tag, which it compares pairwise.
    """
    open_by_name: dict[str, int] = {}
    depth = formats = cost = tags = 0
    for match in _OPEN_OR_CLOSE.finditer(source):
        name = match[2].lower()
        tags += 1
        cost += formats
        if tags > _MAX_TAGS:
            return False
        if name in _NO_CONTENT or name in _CLOSED_BY_NEXT:
            continue
        count = open_by_name.get(name, 0)
        step = -1 if match[1] else 1
        if step < 0 and not count:
            continue
        open_by_name[name] = count + step
        depth += step
        if name in _FORMATTING:
            formats += step
        if depth > _MAX_DEPTH or cost > 50_000 + 32 * tags:
            return False
    return not any(len(piece) > 4096 and _has_many_attributes(piece) for piece in source.split(">"))


def _has_many_attributes(piece: str) -> bool:
    """A long stretch without ">": one tag with hundreds of attributes, or only a long text before a tag."""
    found = _OPEN_OR_CLOSE.search(piece)
    if found is None:
        return False
    return len(piece[found.start() :].split(None, _MAX_ATTRIBUTES)) > _MAX_ATTRIBUTES


def _strip_tags(source: str) -> str:
    """Text between tags without building a tree: the last resort for hostile markup."""
    out: list[str] = []
    for piece in source.split("<"):
        _tag, found, text = piece.partition(">")
        out.append(text if found else piece)
    return unescape(" ".join(item for item in out if item.strip()))


_BLOCKS = _words(
    "p div ul ol table h1 h2 h3 h4 h5 h6 blockquote pre center dl section article header footer address hr figure "
    "details nav main aside caption"
)
_PARAGRAPHS = _words("p ul ol table h1 h2 h3 h4 h5 h6 blockquote pre dl hr figure")
_QUOTE_MARKS = _words(
    "gmail_quote gmail_quote_container yahoo_quoted moz-cite-prefix moz-forward-container protonmail_quote "
    "tutanota_quote zmail_extra ms-outlook-mobile-reference-message freshdesk_quote front-quote zd_quote "
    "OutlookMessageHeader hubspot-quote mailru-blockquote divRplyFwdMsg appendonsend OLK_SRC_BODY_SECTION "
    "reply-intro isReplyContent isForwardContent mail-editor-reference-message-container x_divRplyFwdMsg "
    "x_appendonsend ydpquote tmail-quote mailContentQuote"
)
# From here on everything is quoted: these stand before the quote instead of around it.
_QUOTE_STARTS = _words(
    "divRplyFwdMsg appendonsend x_divRplyFwdMsg x_appendonsend OutlookMessageHeader "
    "ms-outlook-mobile-reference-message moz-cite-prefix reply-intro"
)


def html_to_text(cleaned: str) -> tuple[str, str]:
    """Text of HTML that `clean_html` made, and its part outside the quotes that the markup itself shows.

    Quoted lines begin with "> " in the whole text. The second text is equal to the first where no quote is marked.
    """
    writer = _Writer()
    place = 0
    for match in _TOKEN.finditer(cleaned):
        if match.start() > place:
            writer.words(cleaned[place : match.start()])
        place = match.end()
        writer.tag(match[2], match[3], bool(match[1]))
    writer.words(cleaned[place:])
    return writer.text(), writer.new_text()


class _Writer:
    """Lines of text while the tokens of well-formed HTML pass by."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, bool]] = []
        self.line: list[str] = []
        self.quotes = 0
        self.marked: list[tuple[str, bool, bool]] = []
        self.is_all_quoted = False
        self.quoted_depth = 0
        self.pre = 0
        self.blank = 0
        self.link = ""
        self.cells = 0
        self.lists: list[int] = []

    def words(self, source: str) -> None:
        text = unescape(source).replace("\xa0", " ")
        if self.pre:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self.end_line(keep_empty=True)
                self.line.append(line)
            return
        text = _WHITE.sub(" ", text)
        if not self.line or self.line[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self.line.append(text)

    def tag(self, name: str, attributes: str, is_end: bool) -> None:
        if name == "br":
            self.end_line(keep_empty=True)
        elif name in _BLOCKS:
            self.end_line()
            if name in _PARAGRAPHS:
                self.blank = 1
            self.block(name, attributes, is_end)
        elif name == "tr":
            self.end_line()
            self.cells = 0
        elif name in ("td", "th"):
            self.end_line() if len(self.line) > 20 else None
            if not is_end:
                if self.cells and self.line:
                    self.line.append("\t")
                self.cells += 1
        elif name in ("li", "dt", "dd"):
            self.end_line()
            if name == "li" and not is_end:
                self.line.append(self.bullet())
        elif name == "img" and not is_end:
            alt = _attribute(attributes, "alt")
            if alt:
                self.words(alt)
        elif name == "a":
            self.anchor(attributes, is_end)
        elif name == "span":
            self.mark(name, attributes, is_end)

    def block(self, name: str, attributes: str, is_end: bool) -> None:
        if name == "pre":
            self.pre += -1 if is_end else 1
        elif name in ("ul", "ol"):
            if is_end:
                del self.lists[-1:]
            else:
                start = _attribute(attributes, "start")
                self.lists.append((int(start) if start.isdecimal() and len(start) < 6 else 1) if name == "ol" else 0)
        if name not in ("ul", "ol", "hr"):
            self.mark(name, attributes, is_end)

    def bullet(self) -> str:
        if not self.lists or not self.lists[-1]:
            return "- "
        self.lists[-1] += 1
        return f"{self.lists[-1] - 1}. "

    def mark(self, name: str, attributes: str, is_end: bool) -> None:
        """Keep account of what is a quote: by class, id or blockquote."""
        if is_end:
            while self.marked:
                tag, is_quote, is_marked = self.marked.pop()
                self.quotes -= is_quote
                self.quoted_depth -= is_marked
                if tag == name:
                    break
            return
        marks = _QUOTE_MARKS.intersection(f"{_attribute(attributes, 'class')} {_attribute(attributes, 'id')}".split())
        if marks & _QUOTE_STARTS:
            self.is_all_quoted = True
        is_quote = name == "blockquote" and ("type=" in attributes or bool(self.quoted_depth) or self.is_all_quoted)
        is_marked = bool(marks) or (name == "blockquote" and 'type="cite"' in attributes)
        self.marked.append((name, is_quote or (name == "blockquote" and is_marked), is_marked))
        self.quotes += self.marked[-1][1]
        self.quoted_depth += is_marked

    def anchor(self, attributes: str, is_end: bool) -> None:
        if not is_end:
            self.link = unescape(_attribute(attributes, "href"))
            self.link_start = len(self.line)
            return
        shown = "".join(self.line[getattr(self, "link_start", 0) :]).strip()
        if self.link.startswith(("http://", "https://")) and shown and "." not in shown and len(self.link) < 300:
            self.line.append(f" <{self.link}>")
        self.link = ""

    def end_line(self, keep_empty: bool = False) -> None:
        line = "".join(self.line).rstrip(" \t") if self.pre else "".join(self.line).strip(" \t")
        self.line.clear()
        if not line and not keep_empty:
            return
        prefix = "> " * min(self.quotes, 20)
        is_quoted = self.is_all_quoted or self.quoted_depth > 0
        if self.blank and self.lines and self.lines[-1][0].strip("> "):
            self.lines.append((prefix.rstrip(), is_quoted))
        self.blank = 0
        self.lines.append((prefix + line if line else prefix.rstrip(), is_quoted))

    def text(self) -> str:
        self.end_line()
        return _MANY_LINES.sub("\n\n\n", "\n".join(line for line, _ in self.lines)).strip("\n")

    def new_text(self) -> str:
        return _MANY_LINES.sub("\n\n\n", "\n".join(line for line, quoted in self.lines if not quoted)).strip("\n")


_WHITE = re.compile(r"[ \t\n\r\f]+")
_MANY_LINES = re.compile(r"\n{4,}")


def _attribute(attributes: str, name: str) -> str:
    for key, value in _ATTRIBUTE.findall(attributes):
        if key == name:
            return str(value)
    return ""
