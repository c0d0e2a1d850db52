"""The stories of the demo desk: enough of them, in three languages, about people that exist."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from guichet.channels.email.reading.read import read
from guichet.demo import cast, letters
from guichet.demo.pictures import FILES
from guichet.demo.stories import ALL
from guichet.demo.story import Bounce, Mail, Note, Reply, Story, unwrapped
from guichet.tickets.guard.checks import check
from guichet.tickets.guard.greeting import calls
from guichet.tickets.guard.letter import Facts

AGENTS = {agent.address for agent in cast.AGENTS}


def mails(story: Story) -> list[Mail]:
    return [story.first, *(step for step in story.steps if isinstance(step, Mail))]


def test_forty_mails_and_more_in_three_languages() -> None:
    languages = Counter(
        person.language for story in ALL for _ in mails(story) if (person := cast.customer(story.requester)) is not None
    )
    assert sum(languages.values()) + sum(isinstance(step, Bounce) for story in ALL for step in story.steps) >= 40
    assert min(languages["en"], languages["fr"], languages["de"]) >= 8
    assert {story.inbox for story in ALL} == {cast.SERVICE, cast.CARE}


def test_everything_that_is_named_exists() -> None:
    for story in ALL:
        assert story.at or story.minutes_ago
        assert story.first.subject
        for mail in mails(story):
            assert set(mail.files) | set(mail.inline) <= FILES.keys()
        for step in story.steps:
            if not isinstance(step, Mail | Bounce):
                assert step.by in AGENTS
            if isinstance(step, Reply | Note):
                assert unwrapped(step.text)
    everybody = [*AGENTS, *(person.address for person in cast.CUSTOMERS), cast.SERVICE, cast.CARE]
    assert all(address.endswith(".example") for address in everybody)
    assert len(set(everybody)) == len(everybody)


@pytest.mark.parametrize("story", ALL, ids=lambda story: story.first.subject[:30])
def test_every_mail_is_read_as_it_was_meant(story: Story) -> None:
    known = cast.customer(story.requester)
    sender = letters.Sender(known.name if known else "", story.requester, known.language if known else "en")
    at = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    answered = letters.Answered(
        "id@lumen.example", "it+code@lumen.example", "Desk", cast.SERVICE, "S", "Our words.", at
    )
    for mail in mails(story):
        is_first = mail is story.first
        raw = letters.compose(mail, sender, story.inbox, mail.subject or "Re: S", at, None if is_first else answered)
        assert not message_from_bytes(raw, policy=policy.default).defects
        incoming = read(raw)
        written, shown = unwrapped(mail.text).split(), incoming.reply.split()
        assert shown, "something is left when greetings and quotes are folded away"
        assert written[: len(shown)] == shown
        assert "words." not in shown or "words." in written, "our own words are quoted, not said"
        assert not incoming.problems
        assert [file.name for file in incoming.files if not file.is_inline] == list(mail.files)
        assert [file.name for file in incoming.files if file.is_inline] == list(mail.inline)


def test_the_guard_lets_their_replies_leave() -> None:
    colleagues = calls((agent.name, agent.address) for agent in cast.AGENTS)
    for story in ALL:
        said = "\n".join(one.text for one in mails(story)).lower()
        facts = Facts(conversation=said, colleagues=colleagues, has_files=True)
        for step in story.steps:
            if isinstance(step, Reply):
                assert check(step.text.strip(), facts) == []
