"""What machines ask the desk: is it ready, how full are its queues. Answered by `asgi` at /readyz and /metrics."""

from __future__ import annotations

from functools import cache

from django.db import DatabaseError, connection

from guichet import queues
from guichet.channels.accounted import gauges, watched
from guichet.kit import pg
from guichet.live import stream


def ready() -> tuple[int, str]:
    """HTTP status and a word: 200 once the database answers and has every migration, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if _is_migrated():
            return 200, "ready"
        _is_migrated.cache_clear()
        return 503, "migrations are missing: guichet migrate"
    except DatabaseError:
        return 503, "the database does not answer"
    finally:
        connection.close()


@cache
def _is_migrated() -> bool:
    """Kept once true: a running desk does not lose migrations."""
    return not pg.missing_migrations()


def metrics() -> str:
    """Prometheus text format 0.0.4."""
    try:
        lines = _database_metrics()
        up = 1
    except DatabaseError:
        lines, up = [], 0
    finally:
        connection.close()
    head = [
        "# HELP guichet_database_up Whether the database answers.",
        "# TYPE guichet_database_up gauge",
        f"guichet_database_up {up}",
        "# HELP guichet_event_streams Open event streams of this web process.",
        "# TYPE guichet_event_streams gauge",
        f"guichet_event_streams {stream.listeners()}",
    ]
    return "\n".join(head + lines) + "\n"


def _database_metrics() -> list[str]:
    piles = queues.piles()
    lines = ["# HELP guichet_queue Rows by queue and state.", "# TYPE guichet_queue gauge"]
    lines += [f'guichet_queue{{queue="{pile.name}",state="{pile.state}"}} {pile.count}' for pile in piles]
    lines += ["# HELP guichet_queue_oldest_seconds Age of the oldest row.", "# TYPE guichet_queue_oldest_seconds gauge"]
    lines += [
        f'guichet_queue_oldest_seconds{{queue="{pile.name}",state="{pile.state}"}} {pile.oldest:.1f}'
        for pile in piles
        if (pile.name, pile.state) in queues.WAITING
    ]
    lines += ["# HELP guichet_follower_lag Events a follower has still to read.", "# TYPE guichet_follower_lag gauge"]
    lines += [f'guichet_follower_lag{{follower="{name}"}} {count}' for name, count in queues.lags().items()]
    lines += ["# HELP guichet_set_aside Events on which a follower failed.", "# TYPE guichet_set_aside gauge"]
    lines.append(f"guichet_set_aside {queues.set_aside()}")
    lines += ["# HELP guichet_forgotten Open tickets that nobody would look at.", "# TYPE guichet_forgotten gauge"]
    lines.append(f"guichet_forgotten {queues.forgotten()}")
    return [*lines, *gauges(watched())]
