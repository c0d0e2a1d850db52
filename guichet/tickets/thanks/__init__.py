"""Whether newly written words are only thanks, or say that all is well: then a resolved request stays resolved.

The other way round than a classifier: every clause of the mail must be explained by what `english`, `french` and
`german` know, and whatever is left over is a request. So some thanks reopen a request, but no request stays closed
unseen. `net` makes an automaton of their phrases, `judge` asks it.
"""

from guichet.tickets.thanks.judge import Said, said, verdict

__all__ = ["Said", "said", "verdict"]
