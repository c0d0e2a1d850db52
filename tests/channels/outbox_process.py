"""Send messages in a process of its own, one after the other, to be killed at a failpoint."""

from __future__ import annotations

import sys

import django

django.setup()

from guichet.channels import outbox  # noqa: E402  # needs Django

for pk in sys.argv[1:]:
    print(outbox.send(int(pk)), flush=True)
