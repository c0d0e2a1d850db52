"""Words written by strangers: HTML made safe, HTML to text, the new words apart from quotes and signature.

Pure functions in linear time. What a mail is, and which of its parts to read, is not known here.
"""

from guichet.kit.text.flowed import unflow
from guichet.kit.text.html import Cleaned, clean_html, text_to_html
from guichet.kit.text.html_text import html_to_text
from guichet.kit.text.quotes import split_reply

__all__ = ["Cleaned", "clean_html", "html_to_text", "split_reply", "text_to_html", "unflow"]
