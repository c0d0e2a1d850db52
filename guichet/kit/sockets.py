"""Listening sockets: bound early, said plainly when the port is taken, inherited by forked parts."""

from __future__ import annotations

import errno
import socket

Address = tuple[str, int]
_held: dict[Address, socket.socket] = {}


class PortTaken(Exception):
    """The address cannot be listened at; the text says why and which setting to change."""


def listening(address: Address, setting: str) -> socket.socket:
    """A socket listening at `address`: the one this process or its supervisor holds already, else a new one.

    `setting` is the environment name of the address, for the message. Raises PortTaken.
    """
    if address not in _held:
        _held[address] = _bind(address, setting)
    return _held[address]


def _bind(address: Address, setting: str) -> socket.socket:
    host, port = address
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        bound = socket.create_server(address, family=family, backlog=512)
    except OSError as error:
        raise PortTaken(_explain(error, host, port, setting)) from error
    bound.setblocking(False)
    return bound


def _explain(error: OSError, host: str, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        other = f"{host}:{port + 1 if port < 65535 else port - 1}"
        return f"Port {port} on {host} is in use by another program; set {setting}={other} or stop it."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} is for root only; set {setting} to a port from 1024 up, such as {host}:8000."
    return f"Cannot listen on {host} port {port} ({error.strerror or error}); correct {setting}."
