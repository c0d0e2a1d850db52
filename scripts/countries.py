"""Names of the countries whose public holidays are known, in the desk's languages, from the CLDR that Babel carries.

`python scripts/countries.py` writes guichet/clocks/countries.json anew; Babel itself is needed for building alone.
"""

from __future__ import annotations

import json
from pathlib import Path

import holidays
from babel import Locale

LANGUAGES = ("de", "en", "fr")
FILE = Path(__file__).parent.parent / "guichet" / "clocks" / "countries.json"


def names() -> dict[str, dict[str, str]]:
    codes = [code for code in holidays.list_supported_countries(include_aliases=False) if len(code) == 2]
    return {
        language: {code: Locale(language).territories.get(code, code) for code in sorted(codes)}
        for language in LANGUAGES
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(names(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
