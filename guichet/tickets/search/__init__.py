"""Search on PostgreSQL alone: which tickets hold these words, in which order, and what was found where.

The words of every ticket stand on index cards, which triggers keep in the transaction that changes a message. A second
table knows every word of the house: through it a question reaches other forms of a word, compounds, and what was
mistyped. Not here: the fields of the condition language, and the pages.
"""

from guichet.tickets.search.alike import Similar, similar
from guichet.tickets.search.asking import Asked, ask
from guichet.tickets.search.matching import matching
from guichet.tickets.search.results import SORTS, Hit, Results, found

__all__ = ["SORTS", "Asked", "Hit", "Results", "Similar", "ask", "found", "matching", "similar"]
