"""Doors never reach past `visible_to`: every query of a page, a stream or a download starts from it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "guichet"
GUARDED = {
    "Ticket", "Message", "Event", "Attachment", "Parcel", "Inbox", "Person", "SetAside", "Folder", "MailImport", "MailKey",
    "MailRule", "Organisation", "Note", "Change", "Exchange", "ExtraField",
    "Draft", "Macro", "Rule", "RuleRun", "Routing", "Skill",
    "Calendar", "Policy",
    "Follower", "Notice", "Device", "SavedView", "Regrouping", "BulkRun",
}  # fmt: skip
# `agents()`: every agent sees every colleague (access.visible_people); `none()` is nothing.
SAFE = {"visible_to", "changeable_by", "reachable_by", "agents", "none"}
DOORS = sorted(
    {
        *ROOT.glob("desk/**/*.py"),
        *ROOT.glob("live/*.py"),
        *ROOT.glob("accounts/**/*.py"),
        *ROOT.glob("channels/*pages.py"),
        *ROOT.glob("notices/*pages.py"),
        *ROOT.glob("rules/**/*pages.py"),
        *ROOT.glob("rules/**/*panel.py"),
        *ROOT.glob("clocks/pa*.py"),
        *ROOT.glob("clocks/forms.py"),
    }
)
# (file, function): why this one may ask without it.
ALLOWED = {
    ("desk/timeline.py", "tell"): "names of colleagues in the history of a ticket that is visible",
    ("desk/timeline.py", "_field_names"): "what the fields are called, which everyone who works here knows",
    ("desk/timeline.py", "_skill_names"): "what skills are called, which everyone who works here knows",
    ("desk/timeline.py", "_by_rules"): "which rule wrote messages that were fetched through visible_to",
    ("desk/timeline.py", "_with_files"): "files of messages that were fetched through visible_to",
    ("desk/contacts/history.py", "_labels"): "what the fields are called, which everyone who works here knows",
    ("desk/contacts/history.py", "_names"): "organisations named in the history of somebody visible",
    ("desk/contacts/history.py", "_people_named"): "people named in the history of somebody visible",
    ("desk/contacts/forms.py", "clean_organisation"): "whether a name is taken, which the database would tell as well",
    ("desk/contacts/card_acts.py", "_before"): "who asked before, named by one's own act on a ticket that is visible",
    ("desk/lists/views.py", "_found"): "a mark on tickets that are visible: one's own drafts alone",
    ("desk/writing/authors.py", "tell"): "who wrote at messages that were fetched through visible_to",
    ("desk/lists/catalogue.py", "count"): "one row to hang the counters on; each counter starts from visible_to",
    ("rules/macros/panel.py", "use"): "counts the use of a macro that was fetched through visible_to",
    ("desk/frame.py", "last_event"): "a place in the log, which leaves the house sealed",
    ("channels/pages.py", "forget_folders"): "folders of an inbox that was fetched through visible_to",
    ("channels/rule_pages.py", "restore_mail_rule"): "put back into an inbox that was fetched through visible_to",
    (
        "notices/device_pages.py",
        "add_device",
    ): "only the browser itself knows its endpoint: it has one person, the last",
    ("live/rights.py", "_people_of"): "asks whose sessions these are, before there is anybody to be visible to",
    ("live/rights.py", "_fill"): "the rules of visible_to, for many people at once",
    ("live/rights.py", "sights"): "the rules of visible_to, for many people at once",
    ("live/company.py", "facts"): "of tickets whose every listener is asked for (hub._tell_company)",
}


def bare_queries(source: str) -> Iterator[tuple[str, int, str]]:
    """(function, line, model) of each `Model.objects` that is not followed by `.visible_to`."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        is_manager = isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name)
        if not is_manager or node.value.id not in GUARDED:
            continue
        after = parents.get(node)
        if isinstance(after, ast.Attribute) and after.attr in SAFE:
            continue
        around = parents.get(node)
        while around is not None and not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            around = parents.get(around)
        yield getattr(around, "name", "module"), node.lineno, node.value.id


def test_the_guard_sees_a_bare_query_and_lets_a_visible_one_pass() -> None:
    bare = "def view(request):\n    return Ticket.objects.filter(pk=1).visible_to(request.user)\n"
    good = "def view(request):\n    return Ticket.objects.visible_to(request.user).filter(pk=1)\n"
    assert list(bare_queries(bare)) == [("view", 2, "Ticket")]
    assert list(bare_queries(good)) == []


@pytest.mark.parametrize("path", DOORS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_door_asks_past_visible_to(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    found = [
        f"{name}:{line} {model}.objects in {function}"
        for function, line, model in bare_queries(path.read_text())
        if (name, function) not in ALLOWED
    ]
    assert found == []
