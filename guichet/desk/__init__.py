"""The agents' screens: lists, the ticket page, and what is done there. Nothing is decided here: views call actions."""
