"""The work on a ticket: its checklist, from templates or by hand, and the time that it took."""
