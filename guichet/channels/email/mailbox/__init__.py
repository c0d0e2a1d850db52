"""IMAP accounts as a way in: fetching by UID, the cursor, and counting a mailbox against the ledger."""
