"""What the sender newly wrote, in many languages and as many mail programs write it; and what must never be lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.kit.text import clean_html, html_to_text, split_reply
from tests.kit.reply_samples import ANNOUNCEMENTS, FIELD_NAMES, HTML, ORDINARY, SEPARATORS, SIGNATURES
from tests.linear import is_linear, repeated, seconds

NEW = "Hello,\n\nyes, twice: it burns."
OLD = "Have you tried switching it off?\n\nAna"


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_what_is_below_an_announcement_is_old(name: str) -> None:
    header = ANNOUNCEMENTS[name]
    assert split_reply(f"{NEW}\n\n{header}\n\n{marked(OLD)}\n") == NEW
    assert split_reply(f"{NEW}\n{header}\n{marked(OLD)}") == NEW
    if not header.startswith(">"):
        assert split_reply(f"{NEW}\n\n{header}\n\n{OLD}\n") == NEW


@pytest.mark.parametrize("name", ANNOUNCEMENTS)
def test_answers_between_and_below_quotes_are_kept(name: str) -> None:
    text = f"{ANNOUNCEMENTS[name]}\n> Is it on?\n\nYes.\n\n> Is it hot?\n> Really?\n\nNo, cold.\n"
    assert split_reply(text) == "Yes.\n\nNo, cold."


@pytest.mark.parametrize("language", FIELD_NAMES)
def test_headers_of_quoted_mails(language: str) -> None:
    sender, sent, to, subject, date = FIELD_NAMES[language]
    values = {sender: "Ana Field <ana@desk.example>", sent: date, to: "Cleo; Bob", subject: "RE: printer"}
    usual = "\n".join(f"{name} {value}" for name, value in values.items())
    other = "\n".join(f"{name} {values[name]}" for name in (subject, sent, sender, to))
    bold = "\n".join(f"*{name}* {value}" for name, value in values.items())
    spread = usual.replace("\n", "\n\n")
    for header in (usual, other, bold, spread, marked(usual), f"________________________________\n{usual}"):
        assert split_reply(f"{NEW}\n\n{header}\n\n{OLD}\n") == NEW


@pytest.mark.parametrize("line", SEPARATORS)
def test_separators(line: str) -> None:
    assert split_reply(f"{NEW}\n\n{line}\nFrom: Ana\n\n{OLD}\n") == NEW
    assert split_reply(f"{NEW}\n\n{line}\n\n{OLD}\n") == NEW


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_and_notices_are_cut(signature: str) -> None:
    assert split_reply(f"{NEW}\n\n{signature}\n") == NEW
    assert split_reply(f"{NEW}\n\n{signature}\n\n{ANNOUNCEMENTS['en gmail']}\n{marked(OLD)}") == NEW


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_kept(text: str) -> None:
    assert split_reply(text).split() == text.split()


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_above_a_quote_are_kept(text: str) -> None:
    if not any(line.startswith(">") for line in text.split("\n")):
        assert split_reply(f"{text}\n\n{ANNOUNCEMENTS['de gmail']}\n{marked(OLD)}").split() == text.split()


@pytest.mark.parametrize("name", HTML)
def test_html_of_mail_programs(name: str) -> None:
    text, told = html_to_text(clean_html(HTML[name]).html)
    assert "old words" in text
    assert split_reply(told) == "new words"


@pytest.mark.parametrize(
    "html",
    [
        '<div class="moz-cite-prefix">Am 01.06.26 um 10:12 schrieb Ana:</div><blockquote type="cite">one?</blockquote>'
        '<p>Yes.</p><blockquote type="cite">two?</blockquote><p>No.</p>',
        '<div>Hi</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Jun 1, 2026 at 10:12 AM Ana wrote:</div>'
        '<blockquote class="gmail_quote">one?</blockquote><div>Yes.</div><blockquote class="gmail_quote">two?</blockquote>'
        "<div>No.</div></div>",
        '<blockquote type="cite"><div>On 1 Jun 2026, at 10:12, Ana wrote:</div>one?</blockquote><div>Yes.</div>'
        '<blockquote type="cite">two?</blockquote><div>No.</div>',
        "<p>01.06.2026, 10:12, Ana &lt;ana@desk.example&gt;:</p><blockquote>one?</blockquote><p>Yes.</p><p>No.</p>",
    ],
)
def test_answers_between_quotes_in_html_are_kept(html: str) -> None:
    reply = split_reply(html_to_text(clean_html(html).html)[1])
    assert [word for word in reply.split() if word != "Hi"] == ["Yes.", "No."]


def test_an_indented_paragraph_in_html_is_no_quote() -> None:
    html = '<p>Please read:</p><blockquote style="margin:0 0 0 40px">my own words</blockquote><p>Thanks</p>'
    assert split_reply(html_to_text(clean_html(html).html)[1]).split() == [
        "Please",
        "read:",
        "my",
        "own",
        "words",
        "Thanks",
    ]


FORWARDS = [
    "---------- Forwarded message ---------\nFrom: Ana <ana@desk.example>\nDate: Mon, Jun 1, 2026\nSubject: x\nTo: Cleo\n\n",
    "Anfang der weitergeleiteten Nachricht:\n\n> Von: Ana <ana@desk.example>\n> Betreff: x\n> Datum: 1. Juni 2026\n> An: Cleo\n>\n> ",
    "________________________________\nDe : Ana <ana@desk.example>\nEnvoyé : lundi 1 juin 2026 10:12\nÀ : Cleo\nObjet : x\n\n",
    "От: Ana <ana@desk.example>\nДата: 1 июня 2026\nКому: Cleo\nТема: x\n",
]  # fmt: skip


@pytest.mark.parametrize("header", FORWARDS)
def test_a_forward_without_own_words_shows_the_words_forwarded(header: str) -> None:
    assert split_reply(f"\n\n{header}The printer burns.\n") == "The printer burns."
    assert split_reply(f"Please help.\n\n{header}The printer burns.\n") == "Please help."


def test_a_quote_and_no_word_of_its_own_is_empty() -> None:
    assert split_reply(f"{ANNOUNCEMENTS['en gmail']}\n{marked(OLD)}") == ""


def test_a_signature_above_a_quote_ends_there() -> None:
    text = f"See below.\n\nSent from my iPhone\n\n{ANNOUNCEMENTS['en apple']}\n> Is it on?\n\nYes, since Monday."
    assert split_reply(text) == "See below.\n\nYes, since Monday."


def test_words_before_an_announcement_on_its_line_are_kept() -> None:
    assert split_reply(f"yes {ANNOUNCEMENTS['en gmail']}\n{marked(OLD)}") == "yes"


PIECES = [
    NEW,
    OLD,
    marked(OLD),
    "",
    "Thanks",
    "Cleo",
    "-- ",
    *ANNOUNCEMENTS.values(),
    *SEPARATORS,
    *SIGNATURES,
    *ORDINARY,
]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join))
def test_the_reply_is_lines_of_the_text_in_their_order(text: str) -> None:
    lines = iter(line.strip() for line in text.split("\n"))
    for line in split_reply(text).split("\n"):
        # A forwarded mail loses its marks; words before an announcement are part of a line.
        assert any(line.strip() in whole for whole in lines)


@settings(max_examples=100)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("\n".join))
def test_spaces_and_empty_lines_around_a_mail_change_nothing(text: str) -> None:
    assert split_reply(f"\n\n{text}\n\n") == split_reply(text)


WORDS = st.lists(
    st.sampled_from(["printer", "burns", "why", "it", "is", "on", "Cleo", "we", "17", "ok"]), min_size=3, max_size=12
)


@settings(max_examples=100)
@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=20).map("\n".join))
def test_plain_words_lose_nothing(text: str) -> None:
    assert split_reply(text) == text
    assert split_reply(f"{text}\n\n-- \nCleo") == text
    assert split_reply(f"{text}\n\n{ANNOUNCEMENTS['ru gmail']}\n\n{OLD}") == text


@given(st.text(max_size=400))
def test_any_text_is_split(text: str) -> None:
    assert len(split_reply(text)) <= len(text)


REPEATED = [
    "On\n", "On 2012 x@y.z\n:\n", "From: a@b\nTo: c\n", "From: a\n\n", "____\n", "a\n-- \n", ">\n", "x " * 50, "wrote:\n",
    "Sent from my iPhone\n", "Best regards\n", "a: b c\n", "日" * 100 + ":\n", "---- Original\n", "> On 1.1.2026 10:10 x:\n",
    "1.1.2026 10:10 " * 30, "x@" * 200 + ":\n", "This e-mail is confidential\n\n", "é" * 90 + "\n", "C> x\n\n", "| x\n", "<\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_time_is_linear_and_short(piece: str) -> None:
    """Twice the text takes at most 2.5 times as long, and 5 MB no longer than what is read of them at most."""
    assert is_linear(split_reply, repeated(piece), 100_000)
    assert min(seconds(split_reply, repeated(piece)(5_000_000)) for _ in range(2)) < 4
