"""One embedded PostgreSQL for the whole run, through the same code as the desk's; DATABASE_URL names another."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase

from guichet.kit.cluster import Server

# Before Django reads its settings: a data folder of this run alone, and its server.
_DATA = Path(os.environ.get("GUICHET_TEST_DATA") or tempfile.mkdtemp(prefix="guichet-test-"))
_DATA.chmod(0o711)  # so that as root the server's own user reaches it
os.environ["GUICHET_DATA"] = str(_DATA)
os.environ["GUICHET_URL"] = "http://localhost"
os.environ["GUICHET_UNDO_SECONDS"] = "0"  # nobody waits to change their mind; tests of that set it
os.environ["DJANGO_SETTINGS_MODULE"] = "guichet.settings"  # here and not in pyproject.toml: it must come second

# No test measures time: not how long an example takes either.
hypothesis.settings.register_profile("guichet", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("guichet")
_flush: Callable[[TransactionTestCase], None] = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
# What migrations and Django itself put there; the rest is emptied after a test that really commits.
_KEPT = {"django_migrations", "django_content_type", "auth_permission"}

pytest_plugins = ["tests.browser"]  # the browser's fixtures, for every room


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or a lone run) owns the server; xdist's workers find it by GUICHET_TEST_DATA."""
    if "PYTEST_XDIST_WORKER" not in os.environ and "GUICHET_TEST_DATA" not in os.environ:
        _start_server()
    django.setup()
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]
    # The real hasher is slow on purpose; whole desks (tests.desk) use it, the others need not.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Each of the thousands of clients would look at all static files as it is made; so only at those asked for.
    settings.WHITENOISE_AUTOREFRESH = True


def _empty(case: TransactionTestCase) -> None:
    """As Django's flush, but only what is filled: a hundred tables truncated cost more than most tests themselves."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - _KEPT)
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            _flush(case)  # to leave out triggers takes a superuser, as the embedded server's own role is
            return
        with transaction.atomic():
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")  # whoever still writes ends first
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(asked)
            for (name,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {name}")


def _start_server() -> None:
    os.environ["GUICHET_TEST_DATA"] = str(_DATA)
    atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
    if os.environ.get("DATABASE_URL"):
        return
    server = Server(_DATA)
    server.start()
    atexit.register(server.remove)


@pytest.fixture(autouse=True)
def _fresh_house() -> None:
    """What one test chose for the house is not remembered in the next."""
    import_module("guichet.people.house").forget()
