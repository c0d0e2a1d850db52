"""The page of what was found, and the panel of requests like the one on screen; finding is in tickets.search."""
