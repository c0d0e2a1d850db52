"""DNS as the checks of senders ask it: short waits, one budget for a mail, and answers remembered for all of them.

`GUICHET_DNS` names another resolver than the system's.
"""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from guichet import environment

BUDGET = 5.0  # seconds for all questions about one mail
QUERY = 2.0  # for one question, its repetition included
REMEMBERED = 60.0  # how long a name that did not answer is not asked again
ENTRIES = 20_000
TYPES = frozenset({"A", "AAAA", "MX", "PTR", "TXT", "CNAME"})


class Unanswered(Exception):
    """The name servers did not answer, for now: nothing is known, neither good nor bad (RFC 8601: temperror)."""


class Questions:
    """The questions about one mail, which end together. Raises Unanswered when the budget is used up."""

    def __init__(self, budget: float = BUDGET) -> None:
        self._until = time.monotonic() + budget

    def ask(self, name: str, kind: str) -> list[dns.rdata.Rdata]:
        """The records of a name, without an answer if there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise Unanswered("too many slow answers")
        if _silent.is_known(name):
            raise Unanswered(f"no answer about {name}")
        try:
            answer = _resolver().resolve(name, kind, lifetime=min(left, QUERY), raise_on_no_answer=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
            return []
        except dns.resolver.YXDOMAIN:
            return []
        except (dns.exception.Timeout, dns.resolver.NoNameservers, OSError) as error:
            _silent.add(name)
            raise Unanswered(f"no answer about {name}") from error
        except (dns.exception.DNSException, UnicodeError, ValueError):
            return []  # no name that could be asked
        return list(answer.rrset or ())

    def texts(self, name: str) -> list[bytes]:
        """The TXT records of a name, each in one piece."""
        records: list[Any] = [record for record in self.ask(name, "TXT") if record.rdtype == dns.rdatatype.TXT]
        return [b"".join(record.strings) for record in records]


class _Silent:
    """Names whose servers were silent a moment ago: a flood must not wait for them again and again."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def is_known(self, name: str) -> bool:
        return self._until.get(name, 0.0) > time.monotonic()

    def add(self, name: str) -> None:
        with self._lock:
            if len(self._until) >= ENTRIES:
                self._until.clear()
            self._until[name] = time.monotonic() + REMEMBERED


_silent = _Silent()


@lru_cache(maxsize=1)
def _resolver() -> dns.resolver.Resolver:
    host, port = environment.DNS
    resolver = dns.resolver.Resolver(configure=not host)
    if host:
        resolver.nameservers, resolver.port = [host], port
    resolver.timeout = QUERY / 2
    resolver.cache = dns.resolver.LRUCache(ENTRIES)
    return resolver


def forget() -> None:
    """Ask anew from here on, and whoever `GUICHET_DNS` names now."""
    _resolver.cache_clear()
    _silent.__init__()  # type: ignore[misc]
