"""What is next on a ticket, as its page shows it and as agents decide it: the step, the date, sleep, pending until."""
