"""`guichet demo`: `guichet run`, and beside it a part that fills an empty desk and plays the outside world."""

from __future__ import annotations

from guichet import environment, supervisor


def main() -> int:
    """Until SIGTERM or SIGINT; the exit status. Without GUICHET_OUTGOING, what the desk sends stays here."""
    host, port = environment.DEMO_SMTP
    environment.OUTGOING = environment.OUTGOING or f"smtp://{host}:{port}?tls=none"
    return supervisor.run(
        {**supervisor.PARTS, "demo": "guichet.demo.part"},
        {**supervisor.PORTS, "GUICHET_DEMO_SMTP": environment.DEMO_SMTP},
    )
