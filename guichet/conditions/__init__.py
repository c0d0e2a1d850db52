"""The one condition language: which rows. A tree, the closed vocabulary it may use, its text in the search box, and the
only evaluator, which makes a Q of it for PostgreSQL. It knows no helpdesk word: rooms bring their fields.
"""
