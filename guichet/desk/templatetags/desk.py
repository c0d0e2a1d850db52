"""The signs of a ticket: state, priority, delivery. A shape and a word each, never colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from guichet.desk.together import marking
from guichet.kit.templatetags.kit import icon
from guichet.people.models import Language
from guichet.tickets.models import Priority, Status

register = template.Library()


@register.filter
def mentioned(html: str, names: Sequence[str]) -> SafeString:
    """Clean markup in which the names that reached somebody stand out."""
    return marking.marked(html, names or ())


@register.filter
def language_name(code: str) -> str:
    """As its own speakers call it; a code that the house does not speak as it is."""
    return str(dict(Language.choices).get(code, code))


@register.simple_tag
def priority_word(priority: int) -> str:
    return str(Priority(priority).label)


PRIORITY_NAMES = {
    Priority.CRITICAL: "critical",
    Priority.HIGH: "high",
    Priority.NORMAL: "normal",
    Priority.LOW: "low",
}


def _sign(name: str, mark: str, words: str, is_short: bool) -> SafeString:
    if is_short:
        short = '<span class="sign sign-{}" title="{}">{}<span class="sr-only">{}</span></span>'
        return format_html(short, name, words, mark, words)
    return format_html('<span class="sign sign-{}">{}<span>{}</span></span>', name, mark, words)


@register.simple_tag
def state_sign(status: str, short: bool = False) -> SafeString:
    return _sign(status, icon("state-" + status.replace("_", "-")), str(Status(status).label), short)


@register.simple_tag
def priority_sign(priority: int, short: bool = False) -> SafeString:
    """Nothing for normal in its short form: what is as usual needs no sign."""
    if short and priority == Priority.NORMAL:
        return SafeString("")
    name = PRIORITY_NAMES[Priority(priority)]
    return _sign(name, icon("priority-" + name), str(Priority(priority).label), short)
