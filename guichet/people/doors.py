"""Who comes in at most doors: those who work here, look after a team, or administer the house."""

from __future__ import annotations

from guichet.kit.doors import only
from guichet.people.access import can

for_agents = only(lambda person: can(person, "work"))
for_dispatchers = only(lambda person: can(person, "dispatch"))
for_admins = only(lambda person: can(person, "administer"))
