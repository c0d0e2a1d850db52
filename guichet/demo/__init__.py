"""The demo desk: a small lamp maker's house with two inboxes, five agents and forty mails fed through the real intake.

On the roof: it may call any room and no room knows it. Nothing here runs outside `guichet demo`.
"""
