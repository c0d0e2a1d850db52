"""The search box's language, both ways: `status:open team:mine (subject:vpn or tag:network) -from:cleo "not found"`.

A field with its sign and one or more values, words and phrases without a field, `or`, brackets, and a minus that denies
what it touches. What stands side by side must all hold; `or` binds weaker. Linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guichet.conditions.fields import BARE, NONE, OPERATORS, SOME, Asker, Field, FieldSet, Wrong
from guichet.conditions.tree import DEPTH, EVERYTHING, All, Any, Malformed, Not, Test, Tree, check_bounds, normal

TEXT_LENGTH = 2000
# The same in every language, so that a text means the same to whoever it is passed on to.
OR_WORDS = frozenset({"or", "ou", "oder"})
AND_WORDS = frozenset({"and", "et", "und"})
_FIELD = re.compile(r"(([^\W\d]\w*)\.[\w'’-]+|[^\W\d][\w'’-]*)(:|>=|<=|=|>|<)")
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r'[^\s()"]+')
_VALUE = re.compile(r'[^\s()",]+')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PLAIN_WORD = re.compile(r'[^\s()":<>=-][^\s()":<>=]*\Z')
_PLAIN_VALUE = re.compile(r'[^\s()",*]+\Z')
# Of a field that is no longer there: "=" is "is" whatever it was.
_SIGNS = {name: sign for signs in OPERATORS.values() for name, sign in signs.items() if name != "is"}
_EXAMPLE = {"text": "vpn", "choice": "…", "person": "me", "time": "today", "number": "1", "amount": "1", "day": "today",
            "flag": "yes", "words": "vpn"}  # fmt: skip


class Mistake(ValueError):
    """Text that is no condition: its words say what to do, `start` and `end` point at the place."""

    def __init__(self, words: str, start: int, end: int) -> None:
        super().__init__(words)
        self.start, self.end = start, end


@dataclass(slots=True)
class _Value:
    text: str
    start: int
    end: int
    is_quoted: bool
    has_star: bool


def parse(text: str, fields: FieldSet, asker: Asker) -> Tree:
    """Raises Mistake."""
    if len(text) > TEXT_LENGTH:
        raise Mistake(_("This is longer than %(n)s characters. Make it shorter.") % {"n": TEXT_LENGTH}, 0, len(text))
    reader = _Reader(text, fields, asker)
    if reader.is_at_end():
        return EVERYTHING
    tree = joined(reader.either(0), fields)
    if not reader.is_at_end():
        raise Mistake(_("This bracket closes nothing. Take it away."), reader.at, reader.at + 1)
    try:
        check_bounds(tree)
    except Malformed as beyond:
        raise Mistake(str(beyond), 0, len(text)) from beyond
    return tree


def joined(tree: Tree, fields: FieldSet) -> Tree:
    """Normal, and with neighbouring free words as one question: they are looked for together."""
    tree = normal(tree)
    if isinstance(tree, Not):
        return Not(joined(tree.part, fields))
    if isinstance(tree, Any):
        return Any(tuple(joined(part, fields) for part in tree.parts))
    if not isinstance(tree, All):
        return tree
    parts: list[Tree] = []
    for part in tree.parts:
        part = joined(part, fields)
        last = parts[-1] if parts else None
        if isinstance(part, Test) and isinstance(last, Test) and part.field == last.field == fields.free:
            parts[-1] = Test(last.field, last.operator, last.values + part.values)
        else:
            parts.append(part)
    return parts[0] if len(parts) == 1 else All(tuple(parts))


class _Reader:
    def __init__(self, text: str, fields: FieldSet, asker: Asker) -> None:
        self._text, self._fields, self._asker = text, fields, asker
        self.at = 0

    def is_at_end(self) -> bool:
        self._skip()
        return self.at >= len(self._text)

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self.at)
        self.at = found.end() if found else self.at

    def either(self, depth: int) -> Tree:
        parts = [self._together(depth)]
        while self._takes_word(OR_WORDS):
            parts.append(self._together(depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _together(self, depth: int) -> Tree:
        parts: list[Tree] = []
        self._skip()
        start = self.at
        while not self.is_at_end() and self._text[self.at] != ")" and not self._is_word(OR_WORDS):
            if self._takes_word(AND_WORDS):
                continue
            parts.append(self._one(depth))
        if not parts:
            end = min(max(self.at, start + 1), len(self._text))
            raise Mistake(_("Something is missing here: write a word or a field such as status:open."), start, end)
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _word_here(self) -> str:
        found = _WORD.match(self._text, self.at)
        return found[0] if found else ""

    def _is_word(self, words: frozenset[str]) -> bool:
        self._skip()
        return self._word_here().lower() in words

    def _takes_word(self, words: frozenset[str]) -> bool:
        if not self._is_word(words):
            return False
        self.at += len(self._word_here())
        return True

    def _one(self, depth: int) -> Tree:
        start = self.at
        if depth > DEPTH:
            deep = _("This condition is nested more than %(n)s deep. Make it flatter.") % {"n": DEPTH}
            raise Mistake(deep, start, start + 1)
        sign = self._text[start]
        if sign == "-":
            self.at += 1
            if self.at >= len(self._text) or self._text[self.at].isspace() or self._text[self.at] in "-)":
                raise Mistake(_("Write the minus right before what you do not want."), start, self.at)
            return Not(self._one(depth + 1))
        if sign == "(":
            self.at += 1
            inner = self.either(depth + 1)
            if self.is_at_end():
                raise Mistake(_("This bracket is not closed. Write “)” behind the group."), start, start + 1)
            self.at += 1
            return inner
        if sign == '"':
            return self._free(self._quoted(), start)
        field = _FIELD.match(self._text, self.at)
        # "example.com:443" is a word, "ticket.serial:443" a field of the house.
        if field and (field[2] is None or field[2].lower() in self._fields.spaces):
            return self._field(field)
        word = self._word_here()
        self.at += len(word)
        return self._free(word, start)

    def _free(self, word: str, start: int) -> Tree:
        if not self._fields.free:
            raise Mistake(_("Say where to look for this, such as subject:word."), start, self.at)
        if not word.strip():
            raise Mistake(_("There is nothing between these quotes."), start, self.at)
        return Test(self._fields.free, "has", (word.strip(),))

    def _quoted(self) -> str:
        found = _QUOTED.match(self._text, self.at)
        if not found:
            at = self.at
            raise Mistake(_('These quotes are not closed. Write another “"” behind the phrase.'), at, len(self._text))
        self.at = found.end()
        return _ESCAPED.sub(r"\1", found[1])

    def _field(self, found: re.Match[str]) -> Tree:
        start, sign_at = found.start(1), found.start(3)
        try:
            asked = self._fields.named(found[1], self._asker)
        except Wrong as wrong:
            raise Mistake(str(wrong), start, found.end(1)) from wrong
        self.at = found.end()
        values = self._values()
        test = self._test(asked, found[3], values, sign_at)
        try:
            return self._fields.fitting(test, self._asker)
        except Wrong as wrong:
            place = values[min(wrong.index, len(values) - 1)] if wrong.index is not None and values else None
            raise Mistake(str(wrong), *((place.start, place.end) if place else (start, self.at))) from wrong

    def _test(self, asked: Field, sign: str, values: list[_Value], sign_at: int) -> Test:
        words = tuple(value.text for value in values)
        alone = values[0].text.lower() if len(values) == 1 and not values[0].is_quoted else ""
        if asked.can_be_empty and sign in ":=" and alone in (NONE, SOME):
            return Test(asked.name, "empty" if alone == NONE else "set")
        if asked.kind == "text" and sign == ":" and values and all(value.has_star for value in values):
            return Test(asked.name, "starts", tuple(value.text.removesuffix("*") for value in values))
        if asked.kind in ("time", "day") and sign == ":" and ".." in alone:
            return Test(asked.name, "between", tuple(alone.split("..", 1)))
        signs = OPERATORS[asked.kind]
        operator = next((name for name, usual in signs.items() if usual == sign), None)
        if operator is None and sign == "=":
            operator = next(iter(signs))
        if operator is None:
            said = {"sign": sign, "field": asked.name, "example": f"{asked.name}:{_EXAMPLE[asked.kind]}"}
            words_of = _("“%(sign)s” does not go with “%(field)s”. Write %(example)s.") % said
            raise Mistake(words_of, sign_at, sign_at + len(sign))
        return Test(asked.name, operator, words)

    def _values(self) -> list[_Value]:
        """One or more with commas between them; a blank ends them."""
        values: list[_Value] = []
        while True:
            start, is_quoted = self.at, self._text.startswith('"', self.at)
            if is_quoted:
                text = self._quoted()
            else:
                found = _VALUE.match(self._text, self.at)
                text = found[0] if found else ""
                self.at += len(text)
            has_star = not is_quoted and len(text) > 1 and text.endswith("*")
            if is_quoted and self._text.startswith("*", self.at):
                self.at, has_star, text = self.at + 1, True, f"{text}*"
            if text or is_quoted or values:
                values.append(_Value(text, start, self.at, is_quoted, has_star))
            if not self._text.startswith(",", self.at):
                return values
            self.at += 1


def write(tree: Tree, fields: FieldSet, asker: Asker) -> str:
    """The text of a condition, in English names: `parse` makes the same condition of it in every language."""
    return _write(joined(tree, fields), fields, asker)


def _write(tree: Tree, fields: FieldSet, asker: Asker) -> str:
    if isinstance(tree, Test):
        return _write_test(tree, fields, asker)
    if isinstance(tree, Not):
        inner = _write(tree.part, fields, asker)
        is_single = isinstance(tree.part, Test) and (tree.part.field != fields.free or len(tree.part.values) == 1)
        return f"-{inner}" if is_single else f"-({inner})"
    if isinstance(tree, Any):
        return " or ".join(_write(part, fields, asker) for part in tree.parts)
    said = (_write(part, fields, asker) for part in tree.parts)
    return " ".join(
        f"({words})" if isinstance(part, Any) else words for part, words in zip(tree.parts, said, strict=True)
    )


def _write_test(test: Test, fields: FieldSet, asker: Asker) -> str:
    if test.field == fields.free:
        return " ".join(
            word if _PLAIN_WORD.match(word) and word.lower() not in OR_WORDS | AND_WORDS else quoted(word)
            for word in test.values
        )
    if test.operator in BARE:
        return f"{test.field}:{NONE if test.operator == 'empty' else SOME}"
    if test.operator == "between":
        return f"{test.field}:{'..'.join(test.values)}"
    asked = fields.get(test.field, asker)
    sign = OPERATORS[asked.kind].get(test.operator) if asked else _SIGNS.get(test.operator)
    star = "*" if test.operator == "starts" else ""
    return test.field + (sign or "=") + ",".join(f"{plain(value)}{star}" for value in test.values)


def plain(value: str) -> str:
    """As it is where that reads back as itself, else in quotes."""
    is_plain = _PLAIN_VALUE.match(value) and value.lower() not in (NONE, SOME) and ".." not in value
    return value if is_plain else quoted(value)


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
