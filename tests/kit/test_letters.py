"""The markup of the rich box: cleaned, told as text, dressed for the mail."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.kit.text.letters import clean_letter, is_letter, is_plain, letter_text, mailed
from tests.hostile import contents

PIECES = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "<strong>", "</strong>", "<blockquote>", "</blockquote>", "x", " ",
         "<br>", "&lt;", "&amp;", "<a href='https://a.example'>", "</a>", "<pre><code>", "</code></pre>", "\n", "é", "<p></p>",
         "<img src='cid:1@x' alt='y'>", "<script>", "<style>", "<table><tr><td>", "<svg><p>", "<h2>", "</h2>", "<hr>"]
    ),
    max_size=30,
)  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "text"),
    [
        ("<p>Hello,</p><p></p><p>yes.</p>", "Hello,\n\nyes."),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<ul><li><p>a</p><p>more</p></li><li><p>b</p></li></ul>", "- a\n  more\n- b"),
        ('<ol start="3"><li><p>c</p><ul><li><p>d</p></li></ul></li><li><p>e</p></li></ol>', "3. c\n   - d\n4. e"),
        ("<p>See:</p><blockquote><p>old</p><p>words</p></blockquote><p>So.</p>", "See:\n\n> old\n> words\n\nSo."),
        ("<p>Type</p><pre><code>if x &lt; y:\n    pass\n</code></pre><p>now</p>", "Type\n\nif x < y:\n    pass\n\nnow"),
        ('<p><a href="https://a.example/x">here</a>, <a href="mailto:b@c.example">b@c.example</a></p>',
         "here <https://a.example/x>, b@c.example"),
        ('<p><img src="cid:1@x" alt="switch.png"> this one</p>', "[switch.png] this one"),
        ("<h2>Steps</h2><p>first</p>", "Steps\n\nfirst"),
    ],
)  # fmt: skip
def test_readable_without_markup(letter: str, text: str) -> None:
    assert letter_text(clean_letter(letter)) == text


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("<p>a</p><p></p><p>b<br>c</p>", True),
        ('<p><a href="https://a.example/">https://a.example</a></p>', True),
        ('<p><a href="https://evil.example/">https://a.example</a></p>', False),
        ("<p><strong>a</strong></p>", False),
        ("<ul><li><p>a</p></li></ul>", False),
    ],
)
def test_what_plain_text_says_as_well(letter: str, expected: bool) -> None:
    assert is_plain(clean_letter(letter)) is expected


def test_pictures_come_only_from_where_the_desk_says() -> None:
    source = '<p><img src="/uploads/mine/" alt="a"><img src="https://evil.example/pixel.png"><img src="data:image/png;base64,x"></p>'
    made = clean_letter(source, lambda address: "cid:1@desk.example" if address == "/uploads/mine/" else None)
    assert made == '<p><img src="cid:1@desk.example" alt="a"></p>'


def test_links_lead_out_and_nowhere_else() -> None:
    made = clean_letter(
        '<p><a href="javascript:x">a</a><a href="/settings/">b</a><a href="tel:+331">c</a></p>', in_page=True
    )
    assert re.findall(r'href="([^"]*)"', made) == ["tel:+331"]


@given(PIECES)
def test_cleaning_twice_changes_nothing(pieces: list[str]) -> None:
    once = clean_letter("".join(pieces))
    assert clean_letter(once) == once
    assert is_letter(once) == bool(once)
    assert not re.search(r"<(script|style|table|svg)|style=|class=| on\w+=", once)


@given(PIECES)
def test_no_word_is_lost_or_made_up_in_text(pieces: list[str]) -> None:
    letter = clean_letter("".join(pieces))
    text = letter_text(letter)
    bare = re.sub(r"<[^>]*>", "", re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r"\1", letter))
    for word in ("x", "é"):
        said = text.replace("https://a.example", "")
        assert said.count(word) == bare.count(word)
    assert "<" not in text.replace("<https://a.example>", "").replace("<", "", bare.count("&lt;"))


@pytest.mark.parametrize("payload", [line for line in contents._PAYLOADS.splitlines() if line.strip()])
def test_hostile_markup_does_nothing_in_a_page(payload: str) -> None:
    made = clean_letter(payload, in_page=True)
    assert not re.search(r"<(?!/?(p|br|strong|em|s|u|a|ul|ol|li|blockquote|code|pre|h2|h3|hr|img)\b)", made)
    assert not re.search(r"<[^>]*\s(on\w+|style|class|id|srcdoc)\s*=|javascript:", made, re.IGNORECASE)


def test_a_mail_program_gets_gaps_and_the_least_style() -> None:
    made = mailed("<p>a</p><p></p><blockquote><p>q</p></blockquote>")
    assert '<p style="margin: 0"><br></p>' in made
    assert "border-left" in made
