"""Whether a mail's sender is who he says, from SPF, DKIM and DMARC (RFC 7208, 6376, 7489).

The configured relay's Authentication-Results (RFC 8601) count first; where we are the MX ourselves, our own checks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["pass", "fail", "none"]


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of the sender. `verdict` is about the address in From: "pass" proved by its domain, "fail" refused
    by it, "none" neither; "" where nobody checked. `by` names who checked, `domain` the one that stands for it.
    """

    verdict: Verdict | Literal[""] = ""
    by: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    domain: str = ""

    def as_json(self) -> dict[str, Any]:
        """As `Message.trust` keeps it; empty where nobody checked."""
        return asdict(self) if self.verdict else {}


UNCHECKED = Trust()
