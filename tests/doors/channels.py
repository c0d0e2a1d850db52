"""Mail: the ledger, inboxes, keys, ways out."""

from __future__ import annotations

from tests.doors.house import last_message
from tests.doors.rows import ADMINS, NOBODY, Row, ticket_rows

ROWS: dict[str, list[Row]] = {
    "channels:agent_address": ticket_rows(),
    "channels:mail_of_message": [
        Row(ADMINS, lambda h: {"pk": last_message(h.ours).pk}),
        Row(NOBODY, lambda h: {"pk": last_message(h.sealed).pk}),
    ],
    **{
        f"channels:{name}": [Row(ADMINS)]
        for name in ("inboxes", "add_inbox", "ledger", "try_all_again", "held", "try_all_held_again")
    },
    "channels:inbox": [
        Row(ADMINS, lambda h: {"pk": h.support.pk}),
        Row(NOBODY, lambda h: {"pk": h.secret.pk}),  # Hal is in its team, but no administrator
    ],
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_parcel.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_parcel.pk}),
        ]
        for name in ("try_again", "raw", "mail", "source", "release", "send_on", "delete_mail", "take_mail_back")
    },
    **{
        f"channels:{name}": [Row(ADMINS)]
        for name in (
            "release_sender", "delete_sender", "take_sender_back", "quarantine_badge", "mail_rules", "add_mail_rule",
            "restore_mail_rule", "imports", "add_import",
        )
    },
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_rule.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_rule.pk}),
        ]
        for name in ("mail_rule", "remove_mail_rule")
    },
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_import.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_import.pk}),
        ]
        for name in ("import", "pause_import", "continue_import", "remove_import")
    },
    **{
        f"channels:{name}": [Row(ADMINS, lambda h: {"pk": h.support.pk}), Row(NOBODY, lambda h: {"pk": h.secret.pk})]
        for name in ("accounted", "check_now")
    },
    "channels:all_accounted": [Row(ADMINS)],
    "channels:keys": [Row(ADMINS)],
    "channels:trust_key": [Row(ADMINS, lambda h: {"pk": h.their_key.pk})],
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h: {"pk": h.our_key.pk}),
            Row(NOBODY, lambda h: {"pk": h.sealed_key.pk}),
        ]
        for name in ("delete_key", "public_key")
    },
    **{
        f"channels:{name}": [Row(ADMINS, lambda h: {"pk": h.support.pk}), Row(NOBODY, lambda h: {"pk": h.secret.pk})]
        for name in ("inbox_keys", "make_key", "set_wish")
    },
    **{
        f"channels:{name}": [
            Row(ADMINS, lambda h, more=more: {"pk": h.support.pk, **more}),  # type: ignore[misc]
            Row(NOBODY, lambda h, more=more: {"pk": h.secret.pk, **more}),  # type: ignore[misc]
        ]
        for name, more in {
            "sending": {}, "forget_sending": {}, "sign_mail": {}, "test_sending": {},
            "sending_service": {"name": "postmark"}, "sign_in": {"provider": "google"},
        }.items()
    },
    "channels:oauth_callback": [Row(ADMINS)],
    # Only the service that knows the inbox's secret (tests/channels/services).
    **{f"hooks:{name}": [Row(NOBODY, lambda h: {"pk": h.support.pk})] for name in ("events", "inbound")},
    "channels:try_held_again": [Row(NOBODY, lambda h: {"pk": h.set_aside.pk})],  # its ticket is sealed,
}  # fmt: skip
