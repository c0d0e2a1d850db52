"""A reply goes out: from the agent's page through the outbox to a real server, and the answer comes back home."""

from __future__ import annotations

from email.utils import parseaddr

from tests.channels.sink import Sink
from tests.desk import RunningDesk
from tests.walks.people import Agent, arrived, ledger, post, text_of, until, write


def open_ticket(desk: RunningDesk, ana: Agent, sender: str, subject: str) -> tuple[int, str]:
    """(number, Message-ID of the customer's mail)"""
    mail = write(sender, "support@desk.example", subject, "It is dark.")
    post(desk, mail)
    return ana.ticket_named(subject), str(mail["Message-ID"])


def test_question_answer_and_thanks_stay_one_conversation(desk: RunningDesk, ana: Agent, outside: Sink) -> None:
    number, asked = open_ticket(desk, ana, "Dan Roth <dan@customer.example>", "The lamp on floor 2")
    status, page = ana.post(
        f"/tickets/{number}/reply/", text="Is it plugged in?", seen=ana.version_of(number), status="pending"
    )
    assert status == 200
    assert "Is it plugged in?" in page

    taken, answer = arrived(outside, "dan@customer.example", "Is it plugged in?")
    assert answer["Subject"] == "Re: The lamp on floor 2"
    assert answer["In-Reply-To"].strip() == asked
    assert asked in answer["References"]
    assert parseaddr(answer["From"]) == ("Support", "support@desk.example")
    assert "> It is dark." in text_of(answer)
    assert "Auto-Submitted" not in answer
    reply_to = parseaddr(answer["Reply-To"])[1]
    assert reply_to.startswith("support+")
    assert taken.sender.startswith("support+")
    assert taken.sender != reply_to, "bounces and answers have addresses of their own"
    until(lambda: "Sent" in ana.page(f"/tickets/{number}/"), "the page says that it was sent")

    # The customer's program lost every header but the address: the signed address alone is enough.
    thanks = write("Dan Roth <dan@customer.example>", reply_to, "AW: whatever", "It was not. Thank you!")
    post(desk, thanks)
    assert ledger(desk, thanks)["ticket"] == number
    page = ana.page(f"/tickets/{number}/")
    assert "It was not. Thank you!" in page
    assert "changed the status from Pending to Open" in page


def test_message_ids_lead_home_only_those_who_take_part(desk: RunningDesk, ana: Agent, outside: Sink) -> None:
    number, _asked = open_ticket(desk, ana, "fay@customer.example", "A key is missing")
    ana.post(f"/tickets/{number}/reply/", text="Which one?", seen=ana.version_of(number))
    _taken, answer = arrived(outside, "fay@customer.example", "Which one?")
    ours = str(answer["Message-ID"])

    mine = write("fay@customer.example", "support@desk.example", "Re: A key is missing", "The red one.", answers=ours)
    post(desk, mine)
    assert ledger(desk, mine)["ticket"] == number

    stranger = write(
        "eve@stranger.example", "support@desk.example", f"Re: [#{number}] A key is missing", "Send it to me.",
        answers=ours,
    )  # fmt: skip
    post(desk, stranger)
    assert ledger(desk, stranger)["ticket"] not in (None, number)
    assert "Send it to me." not in ana.page(f"/tickets/{number}/")


def test_a_reply_written_without_seeing_the_latest_words_is_held_back(
    desk: RunningDesk, ana: Agent, outside: Sink
) -> None:
    number, asked = open_ticket(desk, ana, "gil@customer.example", "Please cancel")
    seen = ana.version_of(number)
    more = write("gil@customer.example", "support@desk.example", "Re: Please cancel", "No, keep it!", answers=asked)
    post(desk, more)
    assert ledger(desk, more)["ticket"] == number

    _status, page = ana.post(f"/tickets/{number}/reply/", text="It is cancelled.", seen=seen)
    assert "No, keep it!" in page
    assert "It is cancelled." in page, "the draft is not lost"
    assert not [one for one in outside.taken if b"It is cancelled." in one.raw]

    ana.post(f"/tickets/{number}/reply/", text="We keep it, then.", seen=ana.version_of(number))
    arrived(outside, "gil@customer.example", "We keep it, then.")
