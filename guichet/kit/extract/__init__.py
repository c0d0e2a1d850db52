"""The words of files that strangers sent: plain text, PDF, Office and OpenDocument. Always in a bounded child process.

`Extractor` is the parent's side. What the words are for, and whose they are, is not known here.
"""

from guichet.kit.extract.extractor import Extractor, may_have_words
from guichet.kit.extract.limits import Unreadable

__all__ = ["Extractor", "Unreadable", "may_have_words"]
