"""What kind of request a ticket is and the fields of that kind: on the ticket page, and where they are made."""
