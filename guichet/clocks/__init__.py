"""Clocks: when an answer and a solution are due, in working time, and why.

Policies, calendars and the clocks of each ticket live here. What is done about a breach does not: that is for rules and
notices, which hear it in the log like any other event.
"""
