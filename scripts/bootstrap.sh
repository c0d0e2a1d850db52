#!/bin/sh
# Makes .venv from uv.lock, with nothing but a Python 3.11 or newer on the machine.
# usage: scripts/bootstrap.sh [what uv sync shall add, such as --group dev]
#        scripts/bootstrap.sh --uv      prints where uv is, after fetching it if need be
set -eu
cd "$(dirname "$0")/.."
export PIP_ROOT_USER_ACTION=ignore UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv
# All packages at once, on every core: else each process that starts compiles what it imports, for a second.
export UV_COMPILE_BYTECODE=1

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }
recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && recent "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "Guichet needs Python 3.11 or newer. Type: sudo apt install python3 python3-venv"
}

# uv from PATH, or once into .tools: by venv, or where Debian left ensurepip out by pip alone.
find_uv() {
    if command -v uv >/dev/null; then
        command -v uv
        return
    fi
    if [ ! -x .tools/bin/uv ]; then
        say "Fetching uv into .tools" >&2
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            "$python" -m venv .tools >&2
            .tools/bin/python -m pip install --quiet 'uv>=0.9' >&2
        elif "$python" -m pip --version >/dev/null 2>&1; then
            "$python" -m pip install --quiet --target .tools 'uv>=0.9' >&2
        else
            fail "Python's venv module is missing. Type: sudo apt install python3-venv"
        fi
    fi
    say .tools/bin/uv
}

python=$(find_python)
if [ "${1:-}" = --uv ]; then
    find_uv
    exit
fi
wanted=$(cat pyproject.toml uv.lock; echo "$python" "$@")
stamp=.venv/guichet-$(printf '%s' "$*" | tr -cd a-z-).stamp
# Nothing to do on the second start: not even uv.
if [ -x .venv/bin/python ] && [ -f "$stamp" ] && [ "$(printf '%s' "$wanted" | cksum)" = "$(cat "$stamp")" ]; then
    exit 0
fi
uv=$(find_uv)
say "Installing Guichet's Python packages"
"$uv" sync --quiet --frozen --inexact --no-default-groups --extra embedded --python "$python" "$@"
printf '%s' "$wanted" | cksum >"$stamp"
