"""What a request for a list asks: a view, or a condition from the box or its rows, in which order and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, QueryDict

from guichet.conditions.grammar import Mistake, parse, write
from guichet.conditions.tree import EVERYTHING, Malformed, Tree
from guichet.conditions.widget import rows_sent, tree_of
from guichet.desk.frame import Frame
from guichet.desk.lists.catalogue import SEARCH, View, list_url, of_search
from guichet.desk.lists.paging import SORTS
from guichet.desk.lists.rows import COLUMNS, USUAL
from guichet.people.models import Person
from guichet.tickets.fields import FIELDS
from guichet.tickets.unseen import hides


@dataclass
class Asked:
    """`view` is what is shown; `origin` the view that it was made from in the box, if it is another one now."""

    view: View
    text: str
    sort: str
    columns: Sequence[str]
    origin: View | None = None
    mistake: Mistake | None = None

    @property
    def hides(self) -> bool:
        return self.mistake is None and hides(self.view.tree)

    def url(self, **more: str) -> str:
        """This list again."""
        view = self.origin or self.view
        is_typed = self.view.key == SEARCH
        sort = self.sort if self.sort != view.sort else ""
        return list_url(view.key, sort, **({"q": self.text} if is_typed else {}), **more)


def asked(request: HttpRequest, frame: Frame) -> Asked:
    """Raises Http404 for a view that there is not, or not for this person."""
    return asked_of(request.GET, frame)


def asked_of(query: QueryDict, frame: Frame) -> Asked:
    key = query.get("view") or (SEARCH if "q" in query or "f" in query else "mine")
    origin = frame.view(key) if key != SEARCH else None
    if origin is None and key != SEARCH:
        raise Http404
    view, text, mistake = _typed(query, frame, origin)
    sort = query.get("sort", "")
    sort = sort if sort in SORTS else origin.sort if origin else "newest"
    columns = shown_columns(origin or view, frame.person)
    made_from = origin if origin is not None and view is not origin else None
    return Asked(view, text, sort, columns, made_from, mistake)


def _typed(query: QueryDict, frame: Frame, origin: View | None) -> tuple[View, str, Mistake | None]:
    text = origin.text if origin else ""
    try:
        if "f" in query:
            tree = tree_of(query.get("join", "all"), rows_sent(query), FIELDS, frame.asker)
            text = write(tree, FIELDS, frame.asker)
        elif "q" in query:
            text = query.get("q", "").replace("\x00", "").strip()
            tree = parse(text, FIELDS, frame.asker)
        else:
            tree = origin.tree if origin else EVERYTHING
        if origin is not None and text == origin.text:
            return origin, text, None
        # The desk's own views are no places to keep something in: what was typed there is a search.
        return of_search(tree, text), text, None
    except Mistake as wrong:
        return of_search(EVERYTHING, text), text, wrong
    except Malformed as wrong:
        return of_search(EVERYTHING, text), text, Mistake(str(wrong), 0, len(text))


def mistake_in(text: str, frame: Frame) -> Mistake | None:
    """Where a condition that was kept asks for what is no longer there."""
    try:
        parse(text, FIELDS, frame.asker)
    except Mistake as wrong:
        return wrong
    return None


def tree_of_view(view: View, frame: Frame) -> Tree:
    """The desk's own views say in words what they show."""
    return parse(view.words, FIELDS, frame.asker) if view.rule is not None else view.tree


def shown_columns(view: View, person: Person) -> list[str]:
    """Those that the view chose, else those that its reader likes, in the one order there is."""
    chosen = set(view.columns or person.columns or USUAL)
    return [column for column in COLUMNS if column in chosen]


def without_finished(asked: Asked) -> str:
    """The address of the same search with finished tickets too; empty where they are in it."""
    words = [word for word in asked.text.split() if word not in ("finished:no",)]
    return replace(asked, text=" ".join(words)).url() if len(words) < len(asked.text.split()) else ""
