"""The bell."""

from __future__ import annotations

from guichet.kit.crypto import sign_token
from guichet.notices.models import Device
from guichet.people.models import Person
from tests.doors.rows import AGENTS, ANYONE, NOBODY, Row


def device(person: Person) -> Device:
    facts = {"person": person, "key": "k", "secret": "s", "name": "Firefox, Linux"}
    return Device.objects.get_or_create(endpoint="https://push.example/1", defaults=facts)[0]


ROWS: dict[str, list[Row]] = {
    "notices:add_device": [Row(AGENTS)],
    "notices:remove_device": [
        Row(frozenset({"ana"}), lambda h: {"pk": device(h.roles["ana"]).pk}),
        Row(NOBODY, lambda h: {"pk": 999_999_999}),
    ],
    **{
        f"notices:{name}": [Row(AGENTS)]
        for name in ("notices", "list", "panel", "bell", "read", "unread", "choices")
    },
    "notices:off": [
        Row(ANYONE, lambda h: {"token": sign_token("notices off", h.roles["ana"].pk)}),
        Row(NOBODY, lambda h: {"token": "forged"}),
        Row(NOBODY, lambda h: {"token": sign_token("notices off", h.roles["cleo"].pk)}),  # gets no such mails
    ],
}  # fmt: skip
