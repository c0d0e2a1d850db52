"""`python -m bench.within MODULE ARGUMENT…`: sets Django up, runs MODULE.main(arguments), prints its answer as JSON."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "guichet.settings"
    django.setup()
    print(json.dumps(import_module(sys.argv[1]).main(sys.argv[2:])))


if __name__ == "__main__":
    main()
