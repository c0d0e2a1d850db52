"""What is done the same way again and again: texts with placeholders and the acts beside them (macros); later rules.

Nothing here changes a ticket but by the actions that an agent clicks. The desk is met in the browser alone.
"""
