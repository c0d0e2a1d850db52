from guichet.tickets.models.bulk import BulkRun, BulkStep, Outcome, RunState
from guichet.tickets.models.checklist import ChecklistItem, ChecklistTemplate, TimeSpent
from guichet.tickets.models.draft import Draft, Panel
from guichet.tickets.models.event import Event, ViaName
from guichet.tickets.models.follower import Follower, Mention
from guichet.tickets.models.guard import GuardChange, GuardPhrase, GuardSwitch
from guichet.tickets.models.handed_on import HandedOn
from guichet.tickets.models.inbox import ChannelMost, Inbox, QuoteHistory
from guichet.tickets.models.link import Link, LinkKind, TicketTemplate
from guichet.tickets.models.log import Cursor, SetAside
from guichet.tickets.models.message import (
    Attachment,
    Delivery,
    FileReading,
    HeldFor,
    Message,
    MessageKind,
    SideConversation,
)
from guichet.tickets.models.regrouping import LEADS, Grouping, Placed, Regrouping
from guichet.tickets.models.saved_view import Audience, SavedView, ViewPlace
from guichet.tickets.models.search import FileText, IndexCard, KnownWord, ToIndex
from guichet.tickets.models.sorting import Category, Need, Severity
from guichet.tickets.models.tag import Tag
from guichet.tickets.models.ticket import OPEN_STATUSES, Impact, Priority, Return, Seen, Status, Step, Ticket, Urgency
from guichet.tickets.models.ticket_type import TicketType

__all__ = [
    "LEADS",
    "OPEN_STATUSES",
    "Attachment",
    "Audience",
    "BulkRun",
    "BulkStep",
    "Category",
    "ChannelMost",
    "ChecklistItem",
    "ChecklistTemplate",
    "Cursor",
    "Delivery",
    "Draft",
    "Event",
    "FileReading",
    "FileText",
    "Follower",
    "Grouping",
    "GuardChange",
    "GuardPhrase",
    "GuardSwitch",
    "HandedOn",
    "HeldFor",
    "Impact",
    "Inbox",
    "IndexCard",
    "KnownWord",
    "Link",
    "LinkKind",
    "Mention",
    "Message",
    "MessageKind",
    "Need",
    "Outcome",
    "Panel",
    "Placed",
    "Priority",
    "QuoteHistory",
    "Regrouping",
    "Return",
    "RunState",
    "SavedView",
    "Seen",
    "SetAside",
    "Severity",
    "SideConversation",
    "Status",
    "Step",
    "Tag",
    "Ticket",
    "TicketTemplate",
    "TicketType",
    "TimeSpent",
    "ToIndex",
    "Urgency",
    "ViaName",
    "ViewPlace",
]
