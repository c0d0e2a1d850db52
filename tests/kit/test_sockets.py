from __future__ import annotations

import socket

import pytest

from guichet.kit import sockets


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
        expected = f"Port {address[1]} on 127.0.0.1 is in use by another program; set GUICHET_LMTP=127.0.0.1:"
        with pytest.raises(sockets.PortTaken, match=expected):
            sockets.listening(address, "GUICHET_LMTP")


def test_a_name_that_leads_nowhere_is_said() -> None:
    with pytest.raises(sockets.PortTaken, match="correct GUICHET_HTTP"):
        sockets.listening(("no-such-host.invalid", 8000), "GUICHET_HTTP")


def test_an_address_is_bound_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    first = sockets.listening(address, "GUICHET_HTTP")
    assert sockets.listening(address, "GUICHET_HTTP") is first
    socket.create_connection(address).close()
