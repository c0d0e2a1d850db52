"""E-mail: reading raw bytes, the doors LMTP, SMTP, IMAP and pipe, writing and sending."""
