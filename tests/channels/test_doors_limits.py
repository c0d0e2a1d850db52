"""Who is let in, and how an address is cut out of a command."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.channels.email import lmtp
from guichet.channels.email.lmtp import House, Session
from guichet.channels.email.recipients import Recipients
from guichet.channels.writer import Writer
from tests.browser import in_a_loop


async def _house() -> House:
    return House(Writer(), Recipients())


@pytest.fixture
def house() -> House:
    return in_a_loop(_house())


def test_a_foreign_peer_gets_ten_sessions_a_relay_on_this_machine_all_of_them(house: House) -> None:
    assert [house.admit("192.0.2.1") for _ in range(11)] == [True] * 10 + [False]
    assert house.admit("192.0.2.2")
    house.leave("192.0.2.1")
    assert house.admit("192.0.2.1")
    assert [house.admit("127.0.0.1") for _ in range(90)] == [True] * 89 + [False]
    assert not house.admit("192.0.2.3")
    house.leave("127.0.0.1")
    assert house.admit("::1")


def test_memory_is_bounded_over_all_sessions(house: House) -> None:
    first, second = lmtp._Held(house), lmtp._Held(house)
    assert first.take(lmtp.IN_MEMORY_BYTES - 10)
    assert not second.take(11)
    assert second.take(10)
    assert not house.at_rest.is_set()
    first.release()
    second.release()
    assert house.at_rest.is_set()
    assert house.bytes_held == 0


@pytest.fixture(scope="module")
def session() -> Session:
    async def made() -> Session:
        return Session(await _house(), asyncio.get_running_loop(), "tests")

    return in_a_loop(made())


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("<a@b.example>", ("a@b.example", "")),
        ("<a@b.example> SIZE=10 BODY=8BITMIME", ("a@b.example", "SIZE=10 BODY=8BITMIME")),
        ("<>", ("<>", "")),
        ("<> SIZE=10", ("<>", "SIZE=10")),
        ("a@b.example SIZE=10", ("a@b.example", "SIZE=10")),
        ('<"a>b \\" c"@x.example> X', ('"a>b \\" c"@x.example', "X")),
        ("<@r.example,@s.example:a@b.example>", ("a@b.example", "")),
        ("<a@b.example", (None, None)),
        ("", (None, None)),
        ("<a\tb@c.example>", (None, None)),
        ("<a\udcffb@c.example>", (None, None)),
        ("<" + "a" * 400 + "@b.example>", (None, None)),
    ],
)
def test_addresses_of_commands(session: Session, argument: str, expected: tuple[str | None, str | None]) -> None:
    assert session._getaddr(argument) == expected


@given(st.text(max_size=200))
def test_no_argument_breaks_a_session(text: str) -> None:
    address, _rest = Session._getaddr(None, text)  # type: ignore[arg-type]
    assert address is None or (address.isprintable() and address)
