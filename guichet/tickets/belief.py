"""Who vouches for the words of a mail, as one says it: what `Message.trust` and `Message.seals` hold, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def trust_words(trust: Mapping[str, Any]) -> str:
    """Who vouches for the sender, as one says it."""
    names = {"domain": trust.get("domain") or _("the sender's domain"), "by": trust.get("by", "")}
    verdict, note = trust.get("verdict", ""), trust.get("note", "")
    if verdict == "pass":
        return _("%(domain)s confirmed that this mail is theirs.") % names
    if verdict == "fail":
        return refusal_words(trust)
    if not verdict:
        return _("Nobody checked who sent this: no mail server is asked to for this inbox.")
    sentences = {
        "silent": _("The sender could not be checked: the name servers of %(domain)s did not answer."),
        "policy": _("This mail does not prove that it is from %(domain)s, which does not ask us to refuse such mail."),
        "unmarked": _("%(by)s, which checks senders for this inbox, said nothing about this mail."),
        "relayed": _("This mail bears no signature of %(domain)s that could prove its sender."),
        "broken": _("This mail is built in a way that can hide who sent it: nothing proves its sender."),
    }
    return sentences.get(note, _("Nobody could check the sender: %(domain)s gives no means to.")) % names


def refusal_words(trust: Mapping[str, Any]) -> str:
    """The one warning about a sender that must be heard."""
    if trust.get("note") == "several":
        return _("This mail names several senders, as forged mail does: do not trust links or bank details in it.")
    domain = {"domain": trust.get("domain") or _("The sender's domain")}
    return _("%(domain)s says that this mail is NOT from them: do not trust links or bank details in it.") % domain


def seal_words(seal: Mapping[str, Any]) -> str:
    """What a signature or an encryption says, of S/MIME and of OpenPGP alike."""
    names = {"signer": seal.get("signer") or _("somebody unknown")}
    words = {
        ("signed", "valid"): _("Signed by %(signer)s."),
        ("signed", "invalid"): _("The signature is broken: these may not be the words that %(signer)s signed."),
        ("signed", "unknown"): _("Signed by %(signer)s, whose key nobody here has vouched for."),
        ("signed", "unreadable"): _("It bears a signature that could not be checked."),
        ("encrypted", "valid"): _("It came encrypted, and was opened with this inbox's key."),
        ("encrypted", "unreadable"): _("It is encrypted and could not be opened."),
    }
    known = words.get((seal.get("what", ""), seal.get("state", "")), _("It bears a seal that could not be checked."))
    note, detail = seal.get("note", ""), seal.get("detail", "")
    return " ".join(filter(None, (known % names, _(note) if note else "", f"({detail})" if detail else "")))
