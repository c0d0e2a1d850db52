"""Who of a team is here on which day: the month, and the forms of hours behind it."""
