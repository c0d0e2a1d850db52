"""What can be done to a ticket, and the only code that writes one.

Each action locks the row, checks, changes and records in one transaction. Callers have fetched the ticket
through `visible_to`; an action repeats no right, but it holds every invariant of the ticket itself.
"""

from guichet.tickets.actions.arriving import Joining, Opening, fold, open_ticket, open_tickets, receive, receive_all
from guichet.tickets.actions.asking import ask, open_outgoing
from guichet.tickets.actions.changing import (
    assign,
    hand_to_team,
    move,
    set_priority,
    set_status,
    set_subject,
    set_tags,
    toggle_tag,
)
from guichet.tickets.actions.checked import Guarded
from guichet.tickets.actions.colleagues import change_colleague, save_team, set_active
from guichet.tickets.actions.customers import merge_people, part_people, set_private, set_requester
from guichet.tickets.actions.dispatching import Taken, claim, hand_over, handed_note, take_back_assignment, whisper
from guichet.tickets.actions.drafting import (
    DraftMoved,
    DraftWords,
    bring_draft_back,
    discard_draft,
    finish_draft,
    keep_draft,
    share_draft,
    take_draft,
)
from guichet.tickets.actions.finishing import Unfinished, may_finish, open_children
from guichet.tickets.actions.following import follow, mute, unfollow
from guichet.tickets.actions.guarding import set_guard
from guichet.tickets.actions.history import Past, PastThread, keep_history, remove_emptied, unite_history
from guichet.tickets.actions.kinds import fields_of, set_extra, set_type
from guichet.tickets.actions.leaving import hold_if_stale, reschedule, take_back
from guichet.tickets.actions.linking import Part, follow_up, link, unlink
from guichet.tickets.actions.merging import join, joined_from, merge, unjoin, unmerge
from guichet.tickets.actions.placing import moved_to
from guichet.tickets.actions.planning import pend, plan, snooze, unplan
from guichet.tickets.actions.regrouping import accept_sender, keep, set_apart
from guichet.tickets.actions.releasing import ask_again, release, return_reply, take_back_release
from guichet.tickets.actions.returning import bring_back_due, bring_back_from, give_back, returned_from
from guichet.tickets.actions.speaking import add_note, delivery_changed, reply, send_again, unseen
from guichet.tickets.actions.splitting import carry, put_back, reach, split, split_from, undo, unsplit
from guichet.tickets.actions.telling import (
    Telling,
    lend_due,
    name_via,
    notify,
    promise,
    set_due,
    tell,
    tell_all,
)
from guichet.tickets.actions.viewing import arrange_views, delete_view, pin_view, restore_view, save_view
from guichet.tickets.actions.words import (
    FileRef,
    Refused,
    Stale,
    Words,
    mark_seen,
    mark_unseen,
    new_message_id,
)
from guichet.tickets.actions.working import (
    add_items,
    change_item,
    change_time,
    move_item,
    remove_item,
    remove_time,
    set_done,
    spend,
    start_clock,
    stop_clock,
)

__all__ = [
    "DraftMoved",
    "DraftWords",
    "FileRef",
    "Guarded",
    "Joining",
    "Opening",
    "Part",
    "Past",
    "PastThread",
    "Refused",
    "Stale",
    "Taken",
    "Telling",
    "Unfinished",
    "Words",
    "accept_sender",
    "add_items",
    "add_note",
    "arrange_views",
    "ask",
    "ask_again",
    "assign",
    "bring_back_due",
    "bring_back_from",
    "bring_draft_back",
    "carry",
    "change_colleague",
    "change_item",
    "change_time",
    "claim",
    "delete_view",
    "delivery_changed",
    "discard_draft",
    "fields_of",
    "finish_draft",
    "fold",
    "follow",
    "follow_up",
    "give_back",
    "hand_over",
    "hand_to_team",
    "handed_note",
    "hold_if_stale",
    "join",
    "joined_from",
    "keep",
    "keep_draft",
    "keep_history",
    "lend_due",
    "link",
    "mark_seen",
    "mark_unseen",
    "may_finish",
    "merge",
    "merge_people",
    "move",
    "move_item",
    "moved_to",
    "mute",
    "name_via",
    "new_message_id",
    "notify",
    "open_children",
    "open_outgoing",
    "open_ticket",
    "open_tickets",
    "part_people",
    "pend",
    "pin_view",
    "plan",
    "promise",
    "put_back",
    "reach",
    "receive",
    "receive_all",
    "release",
    "remove_emptied",
    "remove_item",
    "remove_time",
    "reply",
    "reschedule",
    "restore_view",
    "return_reply",
    "returned_from",
    "save_team",
    "save_view",
    "send_again",
    "set_active",
    "set_apart",
    "set_done",
    "set_due",
    "set_extra",
    "set_guard",
    "set_priority",
    "set_private",
    "set_requester",
    "set_status",
    "set_subject",
    "set_tags",
    "set_type",
    "share_draft",
    "snooze",
    "spend",
    "split",
    "split_from",
    "start_clock",
    "stop_clock",
    "take_back",
    "take_back_assignment",
    "take_back_release",
    "take_draft",
    "tell",
    "tell_all",
    "toggle_tag",
    "undo",
    "unfollow",
    "unite_history",
    "unjoin",
    "unlink",
    "unmerge",
    "unplan",
    "unseen",
    "unsplit",
    "whisper",
]
