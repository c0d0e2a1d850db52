"""Mail of an old mailbox (mbox file, Maildir, IMAP folder) on its way into the history of an inbox.

Each source reads on from a place that is stored with the mails before it. What becomes of the mails is
`channels.history`'s affair, as for any other door.
"""
