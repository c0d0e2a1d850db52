"""What mail programs and people write around a quote and under a letter, by language: data without code.

Each language maps a kind to words, separated by "|", written as people see them; case and accents do not count when
they are compared. The kinds:

- wrote: how the line that announces a quote says "wrote"
- from, date, to, cc, subject, other: names of the fields above a quoted mail
- original: what stands between dashes above a quoted or forwarded mail
- begin: a whole line that begins a forwarded mail
- sent, sent_end: how a line begins or ends that a mail program adds ("Sent from my phone")
- closing, closing_start: whole lines, or beginnings of lines, that close a letter before the name. Thanks alone are not
  among them: they are words that somebody wanted to say
- footer: how a legal, confidentiality or scanner notice begins
- title: what stands above such a notice
"""

from guichet.kit.text.languages import asian, eastern, northern, western

LANGUAGES: dict[str, dict[str, str]] = {
    **western.LANGUAGES,
    **northern.LANGUAGES,
    **eastern.LANGUAGES,
    **asian.LANGUAGES,
}
