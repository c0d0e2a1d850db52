"""People and organisations: lists, their pages, what is done to them. Of colleagues only the page is here."""
