"""Strangers' HTML made safe, HTML to text, and the new words apart from quotes and signature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.kit.text import clean_html, html_to_text, split_reply, unflow
from tests.linear import is_linear, repeated

DANGEROUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<math><mi//xlink:href="data:x,<script>alert(4)</script>">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jav&#x09;ascript:alert(1)">x</a>',
    '<form action="https://evil.example"><input name=a></form>',
    '<iframe src="https://evil.example"></iframe>',
    '<p style="background:url(https://evil.example/a.png)">x</p>',
    '<p style="background-color:red;position:fixed;top:0">x</p>',
    '<p style="color:red;width:calc(1px + url(https://evil.example))">x</p>',
    "<style>@import 'https://evil.example/a.css'</style>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<object data="https://evil.example"></object>',
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<table background="https://evil.example/a.png"><tr><td>x',
    '<p id="login" class="btn admin">x</p>',
]


@pytest.mark.parametrize("source", DANGEROUS)
def test_nothing_dangerous_is_left(source: str) -> None:
    html = clean_html(f"before{source}after").html
    for word in ("script", "onerror", "javascript", "<svg", "<math", "<form", "<input", "<iframe", "url(", "position",
                 "evil.example", "<style", "<object", "<meta", "<base", 'id="login"', "admin"):  # fmt: skip
        assert word not in html.lower()
    assert html.startswith("before")


def test_links_and_pictures_are_kept() -> None:
    html = clean_html(
        '<a href="https://shop.example/a">a</a><a href="/login">b</a><img src="cid:p1@x"><img src="http://t.example/p.gif">'
        '<img src="//cdn.example/q.png"><img src="local.png">'
    ).html
    assert '<a href="https://shop.example/a" rel="noopener noreferrer nofollow">a</a>' in html
    assert "/login" not in html
    assert "local.png" not in html
    assert '<img src="cid:p1@x">' in html
    assert '<img src="http://t.example/p.gif">' in html
    assert '<img src="https://cdn.example/q.png">' in html


def test_harmless_style_is_kept() -> None:
    assert clean_html('<p style="color:red;margin:0">x').html == '<p style="color:red;margin:0">x</p>'


def test_cleaning_twice_changes_nothing() -> None:
    once = clean_html("<div class=gmail_quote><p style='font-family:\"A\"'>a &amp; b<br>c").html
    assert clean_html(once).html == once


@given(st.text(alphabet=st.sampled_from(list("<>/abpdivscript=\"' &;-!\n")), max_size=200))
def test_any_markup_becomes_text(source: str) -> None:
    html = clean_html(source).html
    assert "<script" not in html
    text, marked = html_to_text(html)
    assert len(split_reply(marked)) <= len(text) + 3


def test_text_keeps_lines_lists_links_and_quotes() -> None:
    html = clean_html(
        "<p>Hello&nbsp;Ana,</p><p>two<br>lines</p><ul><li>one<li>two</ul><ol><li>first</ol>"
        '<table><tr><td>a<td>b</table><a href="https://x.example/1">here</a><blockquote type=cite>old</blockquote>'
    ).html
    text, marked = html_to_text(html)
    assert text.splitlines() == [
        "Hello Ana,", "", "two", "lines", "", "- one", "- two", "", "1. first", "", "a\tb", "",
        "here <https://x.example/1>", ">", "> old",
    ]  # fmt: skip
    assert "old" not in split_reply(marked)


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote">On Monday X wrote:<blockquote>old words</blockquote></div>',
        '<blockquote type="cite">old words</blockquote>',
        '<div id="divRplyFwdMsg">From: X</div><div>old words</div>',
        '<div id="appendonsend"></div><hr><div>old words</div>',
        '<div class="yahoo_quoted">old words</div>',
        '<div class="moz-cite-prefix">Am 1.1.2026 schrieb X:</div><blockquote type="cite">old words</blockquote>',
    ],
)
def test_quotes_marked_in_html_are_apart(quote: str) -> None:
    text, marked = html_to_text(clean_html(f"<div>new words</div>{quote}").html)
    assert "old words" in text
    assert split_reply(marked) == "new words"


REPLIES = [
    "On Mon, 1 Jun 2026 at 10:12, Ana <ana@desk.example> wrote:",
    "On Mon, 1 Jun 2026 at 10:12, Ana Very Long Name <\nana@desk.example> wrote:",
    "Am 01.06.2026 um 10:12 schrieb Ana Muster:",
    "Am Mo., 1. Juni 2026 um 10:12 Uhr schrieb Ana Muster <\nana@desk.example>:",
    "Le lun. 1 juin 2026 à 10:12, Ana <ana@desk.example> a écrit :",
    "Le lun. 1 juin 2026 à 10:12, Ana Longue-Adresse <ana@desk.example>\na écrit :",
    "From: Ana <ana@desk.example>\nSent: Monday, 1 June 2026 10:12\nTo: Cleo\nSubject: RE: printer",
    "Von: Ana <ana@desk.example>\nGesendet: Montag, 1. Juni 2026 10:12\nAn: Cleo\nBetreff: AW: Drucker",
    "De : Ana <ana@desk.example>\nEnvoyé : lundi 1 juin 2026 10:12\nÀ : Cleo\nObjet : RE: imprimante",
    "*Von:* Ana\n*Gesendet:* Montag, 1. Juni 2026 10:12\n*An:* Cleo\n*Betreff:* AW: Drucker",
    "-----Original Message-----\nFrom: Ana",
    "-----Ursprüngliche Nachricht-----\nVon: Ana",
    "-------- Message d'origine --------\nDe : Ana",
    "________________________________\nFrom: Ana <ana@desk.example>\nSent: Monday\nTo: Cleo\nSubject: RE: printer",
    "---------- Forwarded message ---------\nFrom: Ana <ana@desk.example>",
    "Begin forwarded message:\n",
    "##- Please type your reply above this line -##",
    "El lun, 1 jun 2026 a las 10:12, Ana (<ana@desk.example>) escribió:",
    "Il giorno lun 1 giu 2026 alle ore 10:12 Ana <ana@desk.example> ha scritto:",
    "Op ma 1 jun 2026 om 10:12 schreef Ana <ana@desk.example>:",
    "ср, 30 апр. 2026 г. в 15:19, Ana <ana@desk.example>:",
    "2026年6月1日(月) 10:12 Ana <ana@desk.example>:",
    "W dniu 2026-06-01 10:12:39 użytkownik Ana <ana@desk.example> napisał:",
]


@pytest.mark.parametrize("header", REPLIES)
@pytest.mark.parametrize("mark", ["", "> "])
def test_what_follows_a_quote_header_is_old(header: str, mark: str) -> None:
    old = f"{mark}Have you tried switching it off?\n{mark}\n{mark}Ana"
    assert split_reply(f"Hello,\n\nyes, twice.\n\n{header}\n{old}\n") == "Hello,\n\nyes, twice."


def test_answers_between_quotes_are_kept() -> None:
    text = "Hi,\nOn Tue, 2026-06-02 at 18:02, Ana wrote:\n> First?\n\nYes.\n\n> Second?\n\nNo.\n\n-- \nCleo"
    assert split_reply(text) == "Hi,\n\nYes.\n\nNo."


@pytest.mark.parametrize(
    "signature",
    ["-- \nCleo Miller\nMiller Ltd", "Sent from my iPhone", "Envoyé de mon iPhone", "Von meinem iPhone gesendet",
     "Get Outlook for Android<https://aka.ms/x>", "Kind regards,\nCleo Miller\nMiller Ltd\n+1 555 0100",
     "Mit freundlichen Grüßen\n\nCleo Müller", "Cordialement,\nCleo Meunier", "/Cleo"],
)  # fmt: skip
def test_signatures_are_cut(signature: str) -> None:
    assert split_reply(f"The printer is on fire.\n\n{signature}\n") == "The printer is on fire."


@pytest.mark.parametrize(
    "text",
    [
        "Thanks,",
        "On the first floor the printer wrote:\nERROR 17",
        "From my point of view: fine.\nTo be clear: no.",
        "Steps:\n- one\n- two\n- three",
        "Best of all:\nit works again, so please close this.",
        "Von: Hamburg\nund weiter nach Bremen.",
        "He wrote to me in 2025 and asked: why?\nI do not know.",
    ],
)
def test_ordinary_words_are_kept(text: str) -> None:
    assert split_reply(text) == text


@given(st.text(alphabet=st.sampled_from(list(">:\n -_OnwroteFm@1.")), max_size=300))
def test_the_reply_never_invents_words(text: str) -> None:
    reply = split_reply(text)
    assert all(line.strip() in text for line in reply.splitlines())


def test_soft_line_ends_become_paragraphs() -> None:
    assert unflow("One \ntwo.\nThree\n> a \n> b\n-- \nCleo", deletes_space=False) == "One two.\nThree\n> a b\n-- \nCleo"
    assert unflow("Donau \ndampf", deletes_space=True) == "Donaudampf"


@pytest.mark.parametrize(
    "piece", ["On\n", "On 2012 x@y.z\n:\n", "From: a@b\nTo: c\n", "____\n", "a\n-- \n", ">\n", "x " * 50]
)
def test_splitting_takes_linear_time(piece: str) -> None:
    assert is_linear(split_reply, repeated(piece))


@pytest.mark.parametrize(
    "piece", ["<div>", "<p>x", "<b><p></b>", "<", "&", "<!--", "<a x ", '<p style="color:red">x', "<table><tr><td>",
              "<blockquote type=cite>", "<font color=1><p>", "<div class=gmail_quote>x", "<hr>From: a@b<br>",
              "a 1.1.2026 10:10 a@b:<blockquote>x</blockquote>", "<div class=gmail_signature>x</div>",
              '<div style="border-top:solid 1px">x: y</div>']
)  # fmt: skip
def test_html_takes_linear_time(piece: str) -> None:
    assert is_linear(lambda source: split_reply(html_to_text(clean_html(source).html)[1]), repeated(piece))
