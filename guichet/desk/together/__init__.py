"""Working on one ticket with others: who follows it, and whom a note names."""
