"""What the pages with an editor of conditions ask while one types: text and rows in step, and what may come next."""

from __future__ import annotations

from typing import Any

from django.utils.datastructures import MultiValueDict

from guichet.conditions.complete import Completion, complete
from guichet.conditions.fields import Asker, FieldSet
from guichet.conditions.grammar import TEXT_LENGTH, Mistake, parse, write
from guichet.conditions.tree import Malformed
from guichet.conditions.widget import Row, dressed, rows_left, rows_of, tree_of


def in_step(query: MultiValueDict[str, str], fields: FieldSet, asker: Asker, *, new: str) -> dict[str, Any]:
    """Text (`q`) and rows (`f`, `o`, `v`, `join`): from either, both as they are now, as the template wants them.

    `new` is the field that an added row begins with.
    """
    text = str(query.get("q", ""))[:TEXT_LENGTH].replace("\x00", "").strip()
    join, rows = "any" if query.get("join") == "any" else "all", [Row(value=text)]
    mistake: Exception | None = None
    try:
        if "f" in query:
            rows = rows_left(query)
            text = write(tree_of(join, dressed(rows, fields, asker), fields, asker), fields, asker)
        else:
            join, rows = rows_of(parse(text, fields, asker), fields, asker)
    except (Mistake, Malformed) as wrong:
        mistake = wrong
    if "add" in query or not rows:
        rows.append(Row(new))
    return {"join": join, "text": text, "rows": dressed(rows, fields, asker), "mistake": mistake}


def completed(query: MultiValueDict[str, str], fields: FieldSet, asker: Asker) -> list[Completion]:
    """What may stand where the cursor (`at`) is in the text (`q`)."""
    text, at = str(query.get("q", ""))[:TEXT_LENGTH].replace("\x00", " "), str(query.get("at", ""))
    return complete(text, int(at) if at.isascii() and at.isdecimal() and len(at) < 6 else len(text), fields, asker)
