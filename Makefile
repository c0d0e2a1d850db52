# Two commands: `make run` starts a demo desk, `make test` checks everything. Nothing but Python 3.11+ is needed.
PYTHON_HERE = .venv/bin/python
BOOTSTRAP = sh scripts/bootstrap.sh
SOURCES = guichet tests scripts bench
TRANSLATIONS = $(patsubst %.po,%.mo,$(wildcard guichet/locale/*/LC_MESSAGES/*.po))

.PHONY: help run desk test lint build bench crash fuzz clocks-proof messages assets environment development environment-is-ready tools clean

run: environment ## a demo desk on http://127.0.0.1:8000
	@exec $(PYTHON_HERE) -m guichet demo

desk: environment ## an empty desk of your own
	@exec $(PYTHON_HERE) -m guichet run

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):[^#]*## */\1\t/' | expand -t 14

# The environment, the front end and the translations, each only where something changed.
environment:
	@$(BOOTSTRAP) --group build
	@$(PYTHON_HERE) scripts/assets.py
	@$(MAKE) -s --no-print-directory $(TRANSLATIONS) environment-is-ready

development:
	@$(BOOTSTRAP) --group dev
	@$(PYTHON_HERE) scripts/assets.py
	@$(MAKE) -s --no-print-directory $(TRANSLATIONS) environment-is-ready

%.mo: %.po
	@$(PYTHON_HERE) scripts/messages.py compile

environment-is-ready:
	@:

tools:
	@sh scripts/test_tools.sh

# Hundreds of processes start: none compiles again what another has compiled, also where nobody else writes __pycache__.
test: export PYTHONDONTWRITEBYTECODE =
test: development tools lint ## linters, types, floors, and every test
	$(PYTHON_HERE) -m pytest -n auto --dist loadfile -m "not alone"
	$(PYTHON_HERE) -m pytest -m alone

lint: development
	$(PYTHON_HERE) -m ruff check $(SOURCES)
	$(PYTHON_HERE) -m ruff format --check $(SOURCES)
	$(PYTHON_HERE) -m mypy
	.venv/bin/lint-imports
	$(PYTHON_HERE) scripts/messages.py missing

build: environment ## dist/guichet-*.whl with the built front end
	@UV_PYTHON_DOWNLOADS=never $$($(BOOTSTRAP) --uv) build --wheel

bench: development ## the figures of bench/README.md
	$(PYTHON_HERE) -m bench

crash: development ## kill a running desk again and again, then count (about five minutes)
	$(PYTHON_HERE) -m tests.crash

fuzz: development ## bend mails until the reader breaks; SECONDS=600, finds go to .fuzz/
	@$(BOOTSTRAP) --group dev --group fuzz
	$(PYTHON_HERE) -m tests.fuzz --seconds $(or $(SECONDS),600)

clocks-proof: development ## a million sums of working time against counting minutes (over an hour)
	CLOCKS_CASES=1000000 $(PYTHON_HERE) -m pytest -q tests/clocks/test_calendar.py

messages: development ## collect new words into guichet/locale/*/LC_MESSAGES/django.po
	$(PYTHON_HERE) scripts/messages.py update

assets: development
	$(PYTHON_HERE) scripts/assets.py --force

clean: ## what was built; the data folder stays
	rm -rf dist build guichet/static frontend/node_modules .tools
