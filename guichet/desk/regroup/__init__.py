"""Tickets made one, split, moved and linked: what the ticket page offers for it. What it does is in tickets.actions."""
