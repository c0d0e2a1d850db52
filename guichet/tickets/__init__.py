"""The waist: the ticket, its messages and its log. `actions` are the only writers, `events` what was done.

Channels, rules, clocks and screens live above and call in; nothing here knows them.
"""
