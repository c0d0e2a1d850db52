"""Who asks and who answers: persons, their addresses, teams, organisations, roles, and every visibility rule.

What a person did to a ticket does not live here; tickets name people, never the other way round.
"""
