"""Translations without GNU gettext, by Babel.

usage: python scripts/messages.py compile          .po -> .mo where the .po is newer
       python scripts/messages.py update           collect all words from Python and templates into every .po
       python scripts/messages.py missing          list what is untranslated; status 1 if anything is
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template as django_template

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "guichet" / "locale"
LANGUAGES = ("fr", "de")
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
# Django reads a catalogue by its own rule for French; both must say the same.
PLURALS = {"fr": "nplurals=2; plural=(n > 1);", "de": "nplurals=2; plural=(n != 1);"}


def catalogue_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def compile_all() -> int:
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as read, target.open("wb") as write:
            write_mo(write, read_po(read))
    return 0


def update() -> int:
    fresh = collect()
    for language in LANGUAGES:
        file = catalogue_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            with file.open("rb") as source:
                catalogue = read_po(source, locale=language)
        else:
            catalogue = Catalog(locale=language, project="Guichet", charset="utf-8")
        catalogue.update(fresh, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        out = io.BytesIO()
        write_po(out, catalogue, width=120, omit_header=True, sort_by_file=True, include_lineno=False)
        file.write_bytes(header(language) + out.getvalue())
        print(f"{language}: {len(catalogue)} texts, {len(list(untranslated(catalogue)))} to translate")
    return 0


def missing() -> int:
    """Also words that are in the sources but in no catalogue yet."""
    wanted = collect()
    count = 0
    for language in LANGUAGES:
        catalogue = Catalog(locale=language)
        if catalogue_file(language).exists():
            with catalogue_file(language).open("rb") as source:
                catalogue = read_po(source, locale=language)
        catalogue.update(wanted, no_fuzzy_matching=True)
        for message in untranslated(catalogue):
            count += 1
            print(f"{language}: {message.id!r} ({', '.join(name for name, _ in message.locations)})")
    return 1 if count else 0


def untranslated(catalogue: Catalog) -> Iterator[Any]:
    for message in catalogue:
        texts = message.string if isinstance(message.string, (tuple, list)) else [message.string]
        if message.id and (message.fuzzy or not all(texts)):
            yield message


def collect() -> Catalog:
    """Every text of the product."""
    catalogue = Catalog(project="Guichet", charset="utf-8")
    for path in sorted((ROOT / "guichet").rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts or "static" in path.parts:
            continue
        method: Any = extract_python if path.suffix == ".py" else extract_template
        with path.open("rb") as source:
            found = list(extract(method, source, keywords=KEYWORDS, comment_tags=["Translators:"]))
        for line, text, comments, context in found:
            name = str(path.relative_to(ROOT))
            flags = ["python-format"] if PYTHON_FORMAT.search(text if isinstance(text, str) else text[0]) else []
            catalogue.add(text, None, [(name, line)], flags, auto_comments=comments, context=context)
    return catalogue


PYTHON_FORMAT = re.compile(r"%(\(\w+\))?[sd]")


def extract_template(source: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Any:
    """Django turns a template into Python that calls gettext; that is read like any Python."""
    python = django_template.templatize(source.read().decode())
    return extract_python(io.BytesIO(python.encode()), keywords, comment_tags, options)


def header(language: str) -> bytes:
    lines = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {PLURALS[language]}\\n"',
        "",
        "",
    ]
    return "\n".join(lines).encode()


COMMANDS = {"compile": compile_all, "update": update, "missing": missing}

if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(COMMANDS[sys.argv[1]]())
