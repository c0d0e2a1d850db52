"""What is done by itself or at one stroke: texts with their acts (macros), and rules that events or the clock set off.

Nothing here changes a ticket but by the actions that an agent clicks. The desk is met in the browser alone, other rooms
in the log: what a rule asks of them is an event (`ASKS` of a follower), and what they tell sets rules off (`TELLS`).
"""
