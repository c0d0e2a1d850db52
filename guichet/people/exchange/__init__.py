"""Lists of people and organisations as CSV: read in bounds, checked before anything is written, taken back as a whole.

What a page shows of it does not live here.
"""
