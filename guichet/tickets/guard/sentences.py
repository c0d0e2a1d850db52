"""What a finding tells its reader, and what to do about it; in the active language."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.tickets.guard.letter import Check, Finding

LABELS = {
    Check.INTERNAL: gettext_lazy("Internal words"),
    Check.MENTION: gettext_lazy("A colleague is called"),
    Check.PERSON: gettext_lazy("Another customer's name"),
    Check.ADDRESS: gettext_lazy("Another customer's address"),
    Check.TICKET: gettext_lazy("Another customer's ticket"),
    Check.FILE: gettext_lazy("Another customer's file"),
    Check.RECIPIENT: gettext_lazy("A recipient never seen here"),
    Check.ATTACHMENT: gettext_lazy("A file is promised but missing"),
    Check.PLACEHOLDER: gettext_lazy("A place to be filled in"),
    Check.GREETING: gettext_lazy("Somebody else is greeted"),
    Check.PASSWORD: gettext_lazy("A password"),
    Check.API_KEY: gettext_lazy("A secret key"),
    Check.IBAN: gettext_lazy("An account number"),
    Check.CARD: gettext_lazy("A card number"),
    Check.LANGUAGE: gettext_lazy("Another language"),
    Check.EMPTY: gettext_lazy("Empty or test words"),
    Check.WORDS: gettext_lazy("Words of your own list"),
}
HELP = {
    Check.INTERNAL: gettext_lazy("“Internal note”, “don't tell the customer” and other words among colleagues."),
    Check.MENTION: gettext_lazy("@name of a colleague, @team, or a line that speaks to a team."),
    Check.PERSON: gettext_lazy("A customer of another organisation who does not occur in this conversation."),
    Check.ADDRESS: gettext_lazy("The mail address of such a customer."),
    Check.TICKET: gettext_lazy("The number of a ticket that is not of this customer or organisation."),
    Check.FILE: gettext_lazy("A file that came from another customer."),
    Check.RECIPIENT: gettext_lazy("Neither in this conversation before nor of the customer's organisation."),
    Check.ATTACHMENT: gettext_lazy("“Attached” without an attachment."),
    Check.PLACEHOLDER: gettext_lazy("{name}, XXX, [date], “Hello ,”."),
    Check.GREETING: gettext_lazy("“Dear Dan” in a letter to Cleo."),
    Check.PASSWORD: gettext_lazy("A password or PIN that stands there in clear."),
    Check.API_KEY: gettext_lazy("Keys of programs, tokens, private keys."),
    Check.IBAN: gettext_lazy("An IBAN with a right checksum. Put your own among what is always allowed."),
    Check.CARD: gettext_lazy("A number of a payment card with a right checksum."),
    Check.LANGUAGE: gettext_lazy("The customer writes another language. Short replies are never judged."),
    Check.EMPTY: gettext_lazy("Only a greeting, “test”, “asdf”."),
    Check.WORDS: gettext_lazy("What you list below as never to be sent."),
}
_LANGUAGES = {
    "en": gettext_lazy("English"),
    "fr": gettext_lazy("French"),
    "de": gettext_lazy("German"),
    "nl": gettext_lazy("Dutch"),
    "es": gettext_lazy("Spanish"),
    "it": gettext_lazy("Italian"),
    "pt": gettext_lazy("Portuguese"),
}


def label(key: str) -> str:
    return str(LABELS.get(key, key))


def labels(keys: list[str]) -> str:
    return ", ".join(label(key) for key in keys)


def sentence(finding: Finding) -> str:
    return _SENTENCES[finding.key](finding)


def _greeting(finding: Finding) -> str:
    if not finding.about:
        return _("This greets somebody who does not take part here. Check the name.")
    return _("The customer is called %(name)s. Check the greeting.") % {"name": finding.about}


def _language(finding: Finding) -> str:
    found, _space, wanted = finding.about.partition(" ")
    names = {"found": _LANGUAGES.get(found, found), "wanted": _LANGUAGES.get(wanted, wanted)}
    return _("This is %(found)s, but the customer writes %(wanted)s.") % names


def _internal(finding: Finding) -> str:
    if not finding.about:
        return _("This sounds as if it were for colleagues. Put it into a note, or take it out.")
    return _(
        "This sounds as if it were for colleagues; the words that weigh most: %(words)s. Put it into a note, or take"
        " it out."
    ) % {"words": finding.about}


_SENTENCES: dict[str, Callable[[Finding], str]] = {
    Check.INTERNAL: _internal,
    Check.MENTION: lambda one: _("This calls a colleague or a team. Put it into a note, or take it out."),
    Check.PERSON: lambda one: _(
        "This is another customer's name, and does not occur in this conversation. Take it out."
    ),
    Check.ADDRESS: lambda one: _("This is another customer's address. Take it out."),
    Check.TICKET: lambda one: _("This ticket belongs to another customer. Take its number out."),
    Check.FILE: lambda one: _("This file came from another customer. Remove it."),
    Check.RECIPIENT: lambda one: _("Nobody wrote to or from this address here before. Check the recipient."),
    Check.ATTACHMENT: lambda one: _("No file is attached. Attach it, or change the words."),
    Check.PLACEHOLDER: lambda one: _("Something is still to be filled in here."),
    Check.GREETING: _greeting,
    Check.PASSWORD: lambda one: _("A password should not travel by mail. Take it out and use another way."),
    Check.API_KEY: lambda one: _("A secret key should not travel by mail. Take it out and use another way."),
    Check.IBAN: lambda one: _("This is a bank account number. Check whose it is, or take it out."),
    Check.CARD: lambda one: _("This is the number of a payment card. Name the last four digits only."),
    Check.LANGUAGE: _language,
    Check.EMPTY: lambda one: _("This says nothing yet."),
    Check.WORDS: lambda one: _("Your house does not send these words."),
}
