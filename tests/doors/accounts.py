"""Signing in, and the settings of people, teams and shifts."""

from __future__ import annotations

from guichet.people.models import Skill
from tests.doors.rows import ADMINS, AGENTS, ANYONE, DISPATCHERS, NOBODY, PEOPLE, Row

ROWS: dict[str, list[Row]] = {
    **{f"settings:{name}": [Row(ADMINS)] for name in ("skills", "add_skill")},
    "settings:remove_skill": [Row(ADMINS, lambda h: {"pk": Skill.objects.get_or_create(name="VPN")[0].pk})],
    "account_login": [Row(ANYONE)],
    "account_logout": [Row(PEOPLE)],
    "account_inactive": [Row(ANYONE)],
    "account_change_password": [Row(PEOPLE)],
    "account_set_password": [Row(PEOPLE)],
    "account_reset_password": [Row(ANYONE)],
    "account_reset_password_done": [Row(ANYONE)],
    "account_reset_password_from_key": [Row(ANYONE, lambda h: {"uidb36": "1", "key": "forged"})],
    "account_reset_password_from_key_done": [Row(ANYONE)],
    "invitation": [Row(ANYONE, lambda h: {"token": "forged"})],
    "requests": [Row(PEOPLE)],
    "settings:me": [Row(PEOPLE)],
    "settings:home": [Row(ADMINS)],
    "settings:absence": [Row(AGENTS)],
    "settings:absence_of": [
        Row(ADMINS | {"ana"}, lambda h: {"pk": h.roles["ana"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    "settings:end_absence": [Row(ADMINS | {"ana"}, lambda h: {"pk": h.absence})],
    "settings:back": [Row(AGENTS)],
    "settings:take_back_work": [Row(AGENTS)],
    "settings:take_back_work_of": [
        Row(ADMINS | {"ana"}, lambda h: {"pk": h.roles["ana"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    "settings:shifts": [Row(AGENTS)],
    "settings:shift": [
        Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk}),
        Row(DISPATCHERS, lambda h: {"pk": h.roles["hal"].pk}),
        Row(NOBODY, lambda h: {"pk": h.roles["cleo"].pk}),
    ],
    "settings:shift_day": [
        Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk, "day": "2026-12-24"}),
        Row(DISPATCHERS, lambda h: {"pk": h.roles["hal"].pk, "day": "2026-12-24"}),
    ],
    "settings:team_shift": [
        Row(ADMINS, lambda h: {"pk": h.support.team_id}), Row(DISPATCHERS, lambda h: {"pk": h.secret.team_id}),
    ],
    "settings:team_day": [
        Row(ADMINS, lambda h: {"pk": h.support.team_id, "day": "2026-12-24"}),
        Row(DISPATCHERS, lambda h: {"pk": h.secret.team_id, "day": "2026-12-24"}),
    ],
    **{
        f"settings:{name}": [Row(ADMINS)]
        for name in ("house", "people", "invite", "teams", "add_team")
    },
    "settings:resend_invitation": [Row(ADMINS, lambda h: {"pk": h.invitation})],
    "settings:withdraw_invitation": [Row(ADMINS, lambda h: {"pk": h.invitation})],
    "settings:person": [Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk})],
    "settings:set_active": [Row(ADMINS, lambda h: {"pk": h.roles["ana"].pk})],
    "settings:team": [Row(ADMINS, lambda h: {"pk": h.free_team.pk})],
    "settings:delete_team": [Row(ADMINS, lambda h: {"pk": h.free_team.pk})],
}  # fmt: skip
