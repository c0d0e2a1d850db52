"""HTML of strangers, sanitised with nh3."""

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
DROPPED_WITH_CONTENT = {
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
    if not is_parseable(source):
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
    clean_content_tags=DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    tag_attribute_values=_allowed_values(),
    allowed_classes={tag: set(QUOTE_CLASSES) for tag in _CLASSES_ON},
    url_schemes=_SCHEMES,
    link_rel="noopener noreferrer nofollow",
    filter_style_properties=set(_STYLES),
    strip_comments=True,
    url_relative=_absolute,
)


def is_parseable(source: str) -> bool:
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
