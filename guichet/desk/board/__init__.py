"""The dispatcher's board: what nobody owns, what came back, whose date has passed, and who has how much to do."""
