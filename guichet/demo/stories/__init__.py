"""What happened at the demo desk in the last ten days: one module per inbox, told in mails and answers."""

from __future__ import annotations

from guichet.demo.stories import care, service
from guichet.demo.story import Story

ALL: tuple[Story, ...] = (*service.STORIES, *care.STORIES)
