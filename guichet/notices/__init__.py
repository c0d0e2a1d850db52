"""What people are told: bell, mail and push. Reads the log and tells each what concerns them, as they chose.

Not here: what the live stream says of every change (live), and mail to customers (channels).
"""
