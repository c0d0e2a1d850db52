"""The lists of tickets: which views there are, their rows page by page, the search box, and what is done to many.

The ticket's own page is not here. Conditions are understood in `conditions`; what they ask is in `tickets.fields`.
"""
