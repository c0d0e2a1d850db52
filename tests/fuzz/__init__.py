"""Fuzzing of the mail reader (`make fuzz`): mails bent out of shape, and the rules that hold for every mail."""
