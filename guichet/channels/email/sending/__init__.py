"""From a message to the bytes of a mail, and the ways it leaves: SMTP, or the API of a service."""
