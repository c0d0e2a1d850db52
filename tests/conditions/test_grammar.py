"""The search box's language: text becomes a tree and a tree text, and mistakes point at their place."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from guichet.conditions import complete as completing
from guichet.conditions.fields import Asker, Field, FieldSet, Option
from guichet.conditions.grammar import Mistake, joined, parse, write
from guichet.conditions.tree import All, Any, Malformed, Not, Test, Tree, check_bounds, from_json, to_json
from guichet.tickets.fields import FIELDS as TICKET_FIELDS

COLOURS = [Option("red", "Scarlet", 1), Option("dark blue", "Navy", 2)]
OWN = (
    Field("crate.colour", "Paint", "choice", "paint", options=lambda asker: COLOURS, can_be_empty=True,
          aliases=("paint",)),
    Field("crate.2nd", "Second line", "text", "second", can_be_empty=True, aliases=("second line",)),
    Field("crate.weight", "Weight", "amount", can_be_empty=True),
    Field("crate.sold", "Sold", "day", can_be_empty=True),
    Field("crate.size", "Size", "flag"),
    Field("crate.gone", "Gone", "text", is_off=True, aliases=("gone",)),
)  # fmt: skip
FIELDS = FieldSet(
    (
        Field("colour", "Colour", "choice", "colour", options=lambda asker: COLOURS, can_be_empty=True),
        Field("owner", "Owner", "person", "owner", match=lambda asker, word, prefix: True, can_be_empty=True),  # type: ignore[arg-type, return-value]
        Field("title", "Title", "text", "title", aliases=("name",)),
        Field("made", "Made", "time", "made", can_be_empty=True),
        Field("size", "Size", "number", "size"),
        Field("ripe", "Ripe", "flag", "ripe"),
        Field("words", "Words", "words", ask=lambda asker, words, prefix: None),  # type: ignore[arg-type, return-value]
    ),
    free="words",
    more=lambda asker: OWN,
    spaces={"crate": "crate", "box": "crate"},
)
AGENT = SimpleNamespace(is_agent=True)
ASKER = Asker(AGENT)


def read(text: str) -> Tree:
    return parse(text, FIELDS, ASKER)


def mistake(text: str) -> tuple[str, str]:
    """What is said, and the place it points at."""
    with pytest.raises(Mistake) as caught:
        read(text)
    return str(caught.value), text[caught.value.start : caught.value.end]


# No word may be empty or begin or end with a blank: the language trims them.
values = (
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)
some = lambda one: st.lists(one, min_size=1, max_size=3).map(tuple)  # noqa: E731
tests = st.one_of(
    st.builds(Test, st.just("title"), st.sampled_from(["has", "is", "starts"]), some(values)),
    st.builds(Test, st.just("owner"), st.just("is"), some(values)),
    st.builds(Test, st.just("words"), st.just("has"), some(values)),
    st.builds(Test, st.just("colour"), st.just("is"), some(st.sampled_from(["red", "dark blue"]))),
    st.builds(Test, st.sampled_from(["colour", "owner", "made"]), st.sampled_from(["empty", "set"])),
    st.builds(Test, st.just("made"), st.sampled_from(["after", "before", "since", "until"]),
              some(st.sampled_from(["now-7d", "today", "2026-11-20", "2026-11-20T09:30"]))),
    st.builds(Test, st.just("made"), st.just("on"), some(st.sampled_from(["today", "yesterday-2w", "2026-02-28"]))),
    st.builds(Test, st.just("made"), st.just("between"), st.just(("2026-01-01", "today"))),
    st.builds(Test, st.just("size"), st.sampled_from(["is", "above", "below", "least", "most"]),
              some(st.integers(0, 10**12).map(str))),
    st.builds(Test, st.just("ripe"), st.just("is"), some(st.sampled_from(["yes", "no"]))),
    st.builds(Test, st.just("crate.colour"), st.just("is"), some(st.sampled_from(["red", "dark blue"]))),
    st.builds(Test, st.just("crate.2nd"), st.sampled_from(["has", "is", "starts"]), some(values)),
    st.builds(Test, st.just("crate.size"), st.just("is"), some(st.sampled_from(["yes", "no"]))),
    st.builds(Test, st.just("crate.weight"), st.sampled_from(["is", "above", "below", "least", "most"]),
              some(st.decimals(-10**6, 10**6, places=2).map(lambda one: f"{one.normalize() + 0:f}"))),
    st.builds(Test, st.just("crate.sold"), st.sampled_from(["on", "after", "before", "since", "until"]),
              some(st.sampled_from(["today", "today-7d", "2026-11-20"]))),
    st.builds(Test, st.sampled_from(["crate.colour", "crate.2nd", "crate.weight", "crate.sold"]),
              st.sampled_from(["empty", "set"])),
)  # fmt: skip
trees = st.recursive(
    tests,
    lambda inner: st.one_of(st.builds(All, some(inner)), st.builds(Any, some(inner)), st.builds(Not, inner)),
    max_leaves=8,
)


@given(trees)
def test_a_tree_becomes_text_and_the_same_tree_again(tree: Tree) -> None:
    plain = joined(tree, FIELDS)
    try:
        check_bounds(plain)
    except Malformed:
        return  # deeper than a condition may be
    assert read(write(tree, FIELDS, ASKER)) == plain


@given(trees)
def test_json_keeps_a_tree(tree: Tree) -> None:
    try:
        check_bounds(tree)
    except Malformed:
        return
    assert from_json(to_json(tree)) == tree


@given(st.text(st.sampled_from(list('title:words or-()"\\,*.. red>=<5\n#')), max_size=40) | st.text(max_size=40))
def test_any_text_is_a_condition_or_a_mistake_with_a_place(text: str) -> None:
    found: list[Tree | Mistake] = []
    try:
        found.append(read(text))
    except Mistake as wrong:
        found.append(wrong)
    (one,) = found
    if isinstance(one, Mistake):
        assert str(one) and 0 <= one.start <= one.end <= len(text)
    else:
        assert read(write(one, FIELDS, ASKER)) == one


def test_the_example_of_the_house() -> None:
    text = "status:open team:mine (subject:vpn or tag:network)"
    person = SimpleNamespace(is_agent=True, is_authenticated=False)
    tree = parse(text, TICKET_FIELDS, Asker(person))
    said = {"all": [["status", "is", "open"], ["team", "is", "mine"],
                    {"any": [["subject", "has", "vpn"], ["tag", "is", "network"]]}]}  # fmt: skip
    assert to_json(tree) == said
    assert write(tree, TICKET_FIELDS, Asker(person)) == text


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", All()),
        ("  ", All()),
        ("red door", Test("words", "has", ("red", "door"))),
        ('"red door" -blue', All((Test("words", "has", ("red door",)), Not(Test("words", "has", ("blue",)))))),
        ("a b or c", Any((Test("words", "has", ("a", "b")), Test("words", "has", ("c",))))),
        ("a ODER c", Any((Test("words", "has", ("a",)), Test("words", "has", ("c",))))),
        ("a und c", Test("words", "has", ("a", "c"))),
        ('"or"', Test("words", "has", ("or",))),
        ("colour:red,\"dark blue\"", Test("colour", "is", ("red", "dark blue"))),
        ("colour:Navy", Test("colour", "is", ("dark blue",))),
        ("colour:none", Test("colour", "empty")),
        ("-colour:any", Not(Test("colour", "set"))),
        ("name:x*", Test("title", "starts", ("x",))),
        ('title:"x*"', Test("title", "has", ("x*",))),
        ("title=x", Test("title", "is", ("x",))),
        ("TITLE:x", Test("title", "has", ("x",))),
        ("made:2026-01-01..2026-01-31", Test("made", "between", ("2026-01-01", "2026-01-31"))),
        ("made>now-7d", Test("made", "after", ("now-7d",))),
        ("made:heute", Test("made", "on", ("today",))),
        ("size:#12,007", Test("size", "is", ("12", "7"))),
        ("ripe:YES", Test("ripe", "is", ("yes",))),
        ("-(red or blue)", Not(Any((Test("words", "has", ("red",)), Test("words", "has", ("blue",)))))),
        ("10:30", Test("words", "has", ("10:30",))),
    ],
)  # fmt: skip
def test_what_texts_mean(text: str, tree: Tree) -> None:
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("red titel:x", "Did you mean “title”?", "titel"),
        ("http://desk.example", "put them in quotes", "http"),
        ("colour:rot", "There is no colour “rot”", "rot"),
        ("colour:red,blu", "There is no colour “blu”", "blu"),
        ("title:", "Say what “title” should be", "title:"),
        ("size:many", "is not a number", "many"),
        ("made:soon", "is no time", "soon"),
        ("made:now-7d", "whole day", "now-7d"),
        ("made:2026-02-30", "is no time", "2026-02-30"),
        ("made:today-5h", "is no time", "today-5h"),
        ("ripe:perhaps", "“yes” or “no”", "perhaps"),
        ("title>x", "Write title:vpn", ">"),
        ("(red or blue", "not closed", "("),
        ("red)", "closes nothing", ")"),
        ('title:"red', "quotes are not closed", '"red'),
        ("red or ", "Something is missing", ""),
        ("or red", "Something is missing", "o"),
        ("()", "Something is missing", ")"),
        ("- red", "right before", "-"),
        ('""', "nothing between", '""'),
        ("(" * 50, "nested", "("),
        ("x" * 2001, "longer than 2000", "x" * 2001),
        ("title:" + "x" * 201, "longer than 200", "title:" + "x" * 201),
        ("title:" + ",".join("x" * 51), "More than 50", "title:" + ",".join("x" * 51)),
        (" or ".join(f"size:{n}" for n in range(41)), "more than 40", " or ".join(f"size:{n}" for n in range(41))),
    ],
)
def test_mistakes_point_at_the_place_and_say_what_to_do(text: str, words: str, place: str) -> None:
    said, at = mistake(text)
    assert words in said
    assert at == place


@pytest.mark.parametrize(
    "data", [None, 5, "x", [], ["status"], ["a", 1], {"all": 5}, {"any": []}, {"not": {"all": []}}, {"all": [], "any": []},
             {"some": []}, {"all": [{"all": []}]}]
)  # fmt: skip
def test_json_that_is_no_condition_is_refused(data: object) -> None:
    with pytest.raises(Malformed):
        from_json(data)


def test_deep_json_is_refused_before_it_is_walked() -> None:
    data: object = ["a", "is", "b"]
    for _ in range(2000):
        data = {"not": data}
    with pytest.raises(Malformed):
        from_json(data)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("text", ["statut:Gelöst", "status:resolved", "STATUS:Résolu"])
def test_names_and_values_of_every_language_mean_the_same(language: str, text: str) -> None:
    with translation.override(language):
        assert parse(text, TICKET_FIELDS, ASKER) == Test("status", "is", ("resolved",))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("crate.colour:Navy", Test("crate.colour", "is", ("dark blue",))),
        ("Box.COLOUR:red", Test("crate.colour", "is", ("red",))),
        ("paint:red", Test("crate.colour", "is", ("red",))),
        ("second-line:x*", Test("crate.2nd", "starts", ("x",))),
        ("size:5", Test("size", "is", ("5",))),
        ("crate.size:no", Test("crate.size", "is", ("no",))),
        ("weight>=-1.50", Test("crate.weight", "least", ("-1.5",))),
        ("weight:+07", Test("crate.weight", "is", ("7",))),
        ("weight:-0", Test("crate.weight", "is", ("0",))),
        ("sold<now-2w", Test("crate.sold", "before", ("today-2w",))),
        ("sold:now", Test("crate.sold", "on", ("today",))),
        ("sold:2026-01-01..hier", Test("crate.sold", "between", ("2026-01-01", "yesterday"))),
        ("-crate.2nd:none", Not(Test("crate.2nd", "empty"))),
        ("example.com:443", Test("words", "has", ("example.com:443",))),
    ],
)
def test_fields_that_the_house_added(text: str, tree: Tree) -> None:
    assert read(text) == tree
    assert read(write(tree, FIELDS, ASKER)) == tree


def test_what_cannot_be_asked_of_them_is_told() -> None:
    assert mistake("crate.wieght:1") == (
        "There is no field “crate.wieght”. Did you mean “crate.weight”?", "crate.wieght"
    )  # fmt: skip
    assert mistake("weight:heavy") == ("“heavy” is not a number. Write it like 1200 or -3.5, with a point.", "heavy")
    assert "no day" in mistake("sold>now-2h")[0] and "no day" in mistake("sold:2026-01-01T10:00")[0]
    for text in ("gone:x", "crate.gone:none"):
        said, place = mistake(text)
        assert said.startswith("“Gone” is switched off") and place == text.partition(":")[0]


@pytest.mark.parametrize("operator", ["has", "is", "starts", "above", "since", "empty", "between"])
def test_a_field_that_is_no_longer_there_is_still_written(operator: str) -> None:
    values = {"empty": (), "between": ("today", "2026-01-01")}.get(operator, ("1", "two words"))
    text = write(Not(Test("crate.old", operator, values)), FIELDS, ASKER)
    with pytest.raises(Mistake) as caught:
        read(text)
    assert text[caught.value.start : caught.value.end] == "crate.old"


def test_a_field_for_agents_does_not_exist_for_others() -> None:
    with pytest.raises(Mistake, match="There is no field"):
        parse("title:x", FIELDS, Asker(SimpleNamespace(is_agent=False)))


def completed(text: str, cursor: int | None = None) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [text[: one.start] + one.insert + text[one.end :] for one in completing.complete(text, at, FIELDS, ASKER)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("col", "colour:"),
        ("red na", "red title:"),
        ("colour:na", 'colour:"dark blue"'),
        ("colour:red,dar", 'colour:red,"dark blue"'),
        ("colour:no", "colour:none"),
        ("(colour:r", "(colour:red"),
        ("-colour:r", "-colour:red"),
        ("ripe:y", "ripe:yes"),
        ("made:tod", "made:today"),
        ("made>now-7", "made>now-7d"),
        ("scar", "colour:red"),
        ("wei", "crate.weight:"),
        ("secon", "crate.2nd:"),
        ("crate.so", "crate.sold:"),
        ("crate.colour:na", 'crate.colour:"dark blue"'),
        ("sold:yes", "sold:yesterday"),
    ],
)
def test_completion(text: str, expected: str) -> None:
    assert expected in completed(text)


def test_completion_in_the_middle_replaces_the_word_it_stands_in() -> None:
    assert "colour:red size:5" in completed("col size:5", 2) or "colour: size:5" in completed("col size:5", 2)
    assert completed('title:"red ') == []
    assert completed("nothing:x") == []
    assert all(read(text) is not None for text in completed("colour:"))
    assert completed("gone") == [] and not any("now" in text for text in completed("sold>"))


@given(st.text(max_size=30), st.integers(-3, 40))
def test_completion_answers_to_anything(text: str, cursor: int) -> None:
    for one in completing.complete(text, cursor, FIELDS, ASKER):
        assert 0 <= one.start <= one.end <= len(text)
