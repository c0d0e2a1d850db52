"""`guichet demo`: `guichet run`, and beside it a part that fills an empty desk and plays the outside world."""

from __future__ import annotations

from guichet import environment, supervisor
from guichet.demo import outside


def main() -> int:
    """Until SIGTERM or SIGINT; the exit status. Without GUICHET_OUTGOING, what the desk sends stays here."""
    environment.OUTGOING = environment.OUTGOING or outside.ACCOUNT
    return supervisor.run(
        {**supervisor.PARTS, "demo": "guichet.demo.part"},
        {**supervisor.PORTS, "GUICHET_DEMO_SMTP": environment.DEMO_SMTP},
    )
