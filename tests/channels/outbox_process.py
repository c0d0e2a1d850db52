"""Send one message in a process of its own, to be killed at a failpoint."""

from __future__ import annotations

import sys

import django

django.setup()

from guichet.channels import outbox  # noqa: E402  # needs Django

print(outbox.send(int(sys.argv[1])))
