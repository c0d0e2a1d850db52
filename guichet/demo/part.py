"""The demo's own process: fills the desk on its first start, says how to use it, and takes what the desk sends."""

from __future__ import annotations

import logging
import sys
import threading

from guichet import environment
from guichet.demo import cast, fill, outside

log = logging.getLogger(__name__)
BOLD, DIM, END = ("\033[1m", "\033[2m", "\033[0m") if sys.stdout.isatty() else ("", "", "")


def main() -> None:
    threading.Thread(target=_fill, name="fill", daemon=True).start()
    outside.serve()


def _fill() -> None:
    try:
        fill.fill()
        if environment.OUTGOING == outside.ACCOUNT:
            fill.send_to(outside.ACCOUNT)
    except Exception:
        log.exception("the demo desk could not be filled; the desk itself works")
    sys.stdout.write(welcome())
    sys.stdout.flush()


def welcome() -> str:
    """What a newcomer needs to know, in one screenful."""
    lmtp, smtp = ("{}:{}".format(*address) for address in (environment.LMTP, environment.SMTP))
    host, port = environment.SMTP
    is_kept = environment.OUTGOING == outside.ACCOUNT
    width = max(len(agent.address) for agent in cast.AGENTS)
    width = max(width, len(cast.GUEST))
    logins = [
        f"    {agent.address:<{width}}  {agent.name}, "
        f"{'administrator' if agent.is_admin else ' and '.join(agent.teams)} {DIM}({agent.language}){END}"
        for agent in cast.AGENTS
    ]
    mail = f"From: You <you@home.example>\\nTo: {cast.CARE}\\nSubject: A first mail\\n\\nIs anybody there?"
    python = (
        f'python3 -c \'import smtplib; smtplib.SMTP("{host}", {port})'
        f'.sendmail("you@home.example", "{cast.CARE}", "{mail}")\''
    )
    swaks = f"swaks --server {smtp} --from you@home.example --to {cast.CARE} --header 'Subject: A first mail'"
    return "\n".join(
        (
            "",
            f"  {BOLD}{environment.URL}{END}   the desk",
            "",
            f"  Sign in with the password  {BOLD}{cast.PASSWORD}{END}  as",
            *logins,
            f"    {cast.GUEST:<{width}}  what a customer sees {DIM}(en){END}",
            "",
            f"  Mail for {cast.CARE} and {cast.SERVICE} is taken at SMTP {smtp} and LMTP {lmtp}.",
            f"  Send one {DIM}(paste this line into another terminal){END}",
            f"    {python}",
            f"  {DIM}or{END}",
            f"    {swaks}",
            "",
            "  What the desk answers "
            + (f"is kept in {outside.FOLDER}/" if is_kept else "leaves by your GUICHET_OUTGOING"),
            "",
            f"  {DIM}Ctrl-C ends it; the desk's data are in {environment.DATA}{END}",
            "",
        )
    )
