"""How the database answers each question that a list can be asked: `GUICHET_DATA=… python -m bench.plans`.

Every field of the condition language alone in the box, in every order of a list, and a few together; the counters of
the side bar; search. Each page is made once, and each of its queries is explained: which of the large tables were read
through, how many rows and blocks were touched, how long it took. Rows and blocks say the same on a busy machine as on a
quiet one. Fills the data folder up to 100,000 tickets first.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

import django
from django.db import connection
from django.test import Client

from bench import fill
from guichet import environment
from guichet.kit import cluster, pg

SIZE = 100_000
LARGE = ("tickets_ticket", "tickets_message", "tickets_indexcard", "tickets_seen", "tickets_ticket_tags",
         "tickets_event")  # fmt: skip
WHOLE = 0.3  # of a large table's rows: from there on it was read through
SHOWN = 40
# A value that many tickets have, one that few have, and one that none has: the last is what makes a walk long.
QUESTIONS = (
    "", "status:open", "status:closed", "status:closed,resolved", "-status:closed", "finished:yes", "finished:no",
    "assignee:me", "assignee:none", "assignee:agent7@bench.example", "-assignee:me", "assignee:me finished:no",
    "assignee:none finished:no asleep:no", "team:mine", 'team:"Bench team 3"', "team:mine finished:no asleep:no",
    "inbox:inbox2@bench.example", "priority:critical", "priority:low", "priority:normal", "-priority:normal",
    "from:customer77@bench.example", "from:nobody@bench.example", "from:rosa", 'from:"rosa nguyenberg"', "from:zzzz",
    "-from:rosa", "from:rosa finished:no", 'organisation:"organisation 77"', "organisation:7", "organisation:any",
    "organisation:none", "organisation:zzzz", "-organisation:7", 'organisation="Organisation 77"',
    'tag:"tag 7"', 'tag:"tag 7","tag 8"', "tag:none", "tag:any", '-tag:"tag 7"', "tag:zzzz", 'tag:"tag 7" tag:"tag 8"',
    "subject:printer", "subject:restarted", "subject:zzzz", "subject:zz", "subject:the*", "subject:zzzz*",
    'subject="x"', "-subject:printer", "subject:printer finished:no", "subject:printer or subject:scanner",
    "number:1000123", "number>1099990", "number<1000010", "number>=5000000", "number:1000123,1000124",
    "created:2025-03-03", "created>now-7d", "created<2020-01-01", "created:2025-03-01..2025-03-07",
    "updated:2025-03-03", "updated>now-1d", "updated<2020-01-01", "message:2025-03-03", "message>now-7d",
    "message<2020-01-01", "waiting:any", "waiting:none", "waiting<now-30d", "waiting>now-1h", "step:answer",
    "step:work", "step:answer finished:no", "look:today", "look<now", "look>now+50d", "asleep:yes", "asleep:no",
    "returned:any", "returned:none", "returned>now-1d", "unread:yes", "unread:no", "unread:yes finished:no",
    "language:fr", "language:en", 'site:"site 7"', "site:zzzz", "-site:zzzz", "department:zzzz", "department:zzzz*",
    "{common}", "{rare}", "{middling}", "zqxzqx", "{common} {common2}", "-{common}", "{common} -{common2}",
    "-{rare} finished:no", '"shows an error"', '"{common} {common2}"', "{common} finished:no", "{common} assignee:me",
    "{common} from:rosa", '{common} tag:"tag 7"', "{common} status:closed", "{common} step:work", "{rare} or {rare2}",
    '{rare} or tag:zzzz', "{common} or {rare}", "{common} or from:zzzz", "{common} subject:printer",
    "({common} or {rare}) status:closed", "{common} created:2025-03-03", "{slip}",
)  # fmt: skip
SEARCHES = ("{common}", "{rare}", "{middling}", "{common} {common2}", "{common} -{common2}", '"shows an error"',
            '"fait du bruit"', '"{common} {common2}"', "{slip}", "{slip2}", "#1000123", "1000123", "drucker",
            "zqxzqx")  # fmt: skip


@dataclass
class Cost:
    """What one page cost in the database. `read`: tables that were read through, with the share of their rows."""

    page: str
    queries: int = 0
    ms: float = 0.0
    planning: float = 0.0
    blocks: int = 0
    rows: int = 0
    read: dict[str, float] = field(default_factory=dict)

    def line(self) -> str:
        read = ", ".join(f"{table.removeprefix('tickets_')} {share:.0%}" for table, share in self.read.items())
        return (f"{self.ms:8.1f} ms + {self.planning:5.1f}  {self.blocks:9,} blocks {self.rows:9,} rows "
                f"{self.queries:3} queries  {self.page}{'  READ THROUGH: ' + read if read else ''}")  # fmt: skip


class Explained:
    """Explains what is asked while a page is made."""

    def __init__(self, page: str, sizes: dict[str, int], keep: Callable[[str, Any], None]) -> None:
        self.cost = Cost(page)
        self._sizes, self._keep = sizes, keep

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.cost.queries += 1
        if sql.lstrip().upper().startswith(("SELECT", "WITH")) and not many:
            with connection.cursor() as cursor:
                raw = cursor.cursor
                raw.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", params)
                plan = raw.fetchone()[0]
            self._add(sql, plan if isinstance(plan, list) else json.loads(plan))
        return execute(sql, params, many, context)

    def _add(self, sql: str, plan: Any) -> None:
        top = plan[0]
        self.cost.ms += top["Execution Time"]
        self.cost.planning += top["Planning Time"]
        self.cost.blocks += top["Plan"]["Shared Hit Blocks"] + top["Plan"]["Shared Read Blocks"]
        for node in _nodes(top["Plan"]):
            table = node.get("Relation Name")
            loops = node["Actual Loops"]
            out = (node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)) * loops
            touched = round(node["Actual Rows"] * loops + out) if table or "Index Name" in node else 0
            self.cost.rows += touched
            if table in self._sizes and touched > WHOLE * self._sizes[table]:
                share = touched / self._sizes[table]
                self.cost.read[table] = max(share, self.cost.read.get(table, 0.0))
        if top["Execution Time"] > 5:
            self._keep(sql, top)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def run(client: Client, paths: Sequence[str], sizes: dict[str, int], keep: str = "") -> list[Cost]:
    """`keep`: a folder for the plans of slow queries."""
    costs = []
    for at, path in enumerate(paths):
        kept: list[str] = []
        explained = Explained(path, sizes, lambda sql, top, kept=kept: kept.append(f"{sql}\n\n{_text(top)}"))  # type: ignore[misc]
        with connection.execute_wrapper(explained):
            answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")
        costs.append(explained.cost)
        if keep and kept:
            os.makedirs(keep, exist_ok=True)
            with open(os.path.join(keep, f"{at:04}.txt"), "w") as file:
                file.write("\n\n".join([path, *kept]))
    return costs


def _text(top: dict[str, Any]) -> str:
    """A plan as people read it."""
    lines = []

    def say(node: dict[str, Any], depth: int) -> None:
        named = " ".join(str(node[key]) for key in ("Relation Name", "Index Name", "Subplan Name") if key in node)
        removed = node.get("Rows Removed by Filter", 0)
        more = "; ".join(f"{key}: {node[key]}" for key in ("Index Cond", "Filter", "Recheck Cond", "Sort Key")
                         if key in node)[:400]  # fmt: skip
        lines.append(f"{'  ' * depth}{node['Node Type']} {named} (thought {node['Plan Rows']}, cost "
                     f"{node['Total Cost']:.0f}; rows {node['Actual Rows']} x {node['Actual Loops']}, removed "
                     f"{removed}, blocks {node['Shared Hit Blocks'] + node['Shared Read Blocks']}) {more}")  # fmt: skip
        for part in node.get("Plans", ()):
            say(part, depth + 1)

    say(top["Plan"], 0)
    return "\n".join([f"planning {top['Planning Time']:.1f} ms, execution {top['Execution Time']:.1f} ms", *lines])


def measure(only: str = "", keep: str = "") -> dict[str, list[Cost]]:
    search = import_module("bench.search_within")
    paging = import_module("guichet.desk.lists.paging")
    words = search.words_of_each_kind()
    sizes = {table: _rows(table) for table in LARGE}
    agent = import_module("guichet.people.models").Person.objects.get(email=fill.FIRST_AGENT)
    client = Client(SERVER_NAME="localhost", headers={"accept-language": "en"})
    client.force_login(agent)
    asked = [text.format(**words) for text in QUESTIONS if only in text]
    lists = [f"/tickets/?{urlencode({'view': 'search', 'q': text, 'sort': sort})}"
             for text in asked for sort in paging.SORTS]  # fmt: skip
    own = [f"/tickets/?{urlencode({'view': view, 'sort': sort})}" for sort in paging.SORTS
           for view in ("mine", "unassigned", "teams", "all", "snoozed", "pending", "resolved", "closed")]  # fmt: skip
    found = [f"/search/?{urlencode({'q': text.format(**words), 'sort': sort})}"
             for text in SEARCHES for sort in ("best", "newest")]  # fmt: skip
    if only:
        return {"lists": run(client, lists, sizes, keep)}
    return {
        "counters": counters(agent, asked, sizes),
        "the side bar": run(client, ["/counts/"], sizes),
        "views": run(client, own, sizes, keep),
        "search": run(client, found, sizes, keep and keep + "/search"),
        "lists": run(client, lists, sizes, keep and keep + "/lists"),
    }


def counters(agent: Any, texts: Sequence[str], sizes: dict[str, int]) -> list[Cost]:
    """Each condition that a counter may hold, as if it stood in the side bar by itself."""
    catalogue = import_module("guichet.desk.lists.catalogue")
    fields, grammar = import_module("guichet.tickets.fields"), import_module("guichet.conditions.grammar")
    asker = import_module("guichet.conditions.fields").Asker(agent)
    costs = []
    for text in texts:
        tree = grammar.parse(f"({text}) finished:no" if text else "finished:no", fields.FIELDS, asker)
        explained = Explained(f"counter {text}", sizes, lambda sql, top: None)
        with connection.execute_wrapper(explained):
            catalogue.count([catalogue.View("one", text, "", condition=tree)], asker)
        costs.append(explained.cost)
    return costs


def _rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
        return int(cursor.fetchone()[0])


def show(costs: dict[str, list[Cost]]) -> None:
    for kind, those in costs.items():
        times = sorted(cost.ms + cost.planning for cost in those)
        through = [cost for cost in those if cost.read]
        print(f"{kind}: {len(those)} pages, in the database p50 {times[len(times) // 2]:.1f} ms, "
              f"p95 {times[len(times) * 95 // 100]:.1f} ms, most {times[-1]:.1f} ms; "
              f"{len(through)} read through a large table")  # fmt: skip
        worst = sorted(those, key=lambda cost: (bool(cost.read), cost.ms), reverse=True)
        for cost in worst[:SHOWN]:
            print("  " + cost.line())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickets", type=int, nargs="?", default=SIZE)
    parser.add_argument("--only", default="", help="questions that contain this")
    parser.add_argument("--keep", default="", help="a folder for the plans of slow queries")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
    django.setup()
    with cluster.at_hand(environment.DATA, environment.DATABASE_URL, print):
        pg.migrate(print)
        fill.fill(options.tickets)
        show(measure(options.only, options.keep))
    connection.close()


if __name__ == "__main__":
    main()
