"""The last look before words leave for a customer: what does not belong into this letter, and what is missing in it.

The checks are pure: a text, what is known of its ticket (`Facts`) and the rules of the house give findings, in time
that grows with the text. `gather` fetches the facts, `rules` the rules; the heart's actions enforce what is found
(`actions.checked`).
"""
