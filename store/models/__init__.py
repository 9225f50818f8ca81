"""All tables, one import for whoever needs the whole schema."""

from store.models.base import Row, UtcDateTime, fixed, table_of
from store.models.people import (
    Account,
    Address,
    ChannelAccount,
    Invitation,
    Joining,
    LoginToken,
    Person,
    Role,
    Unit,
    WebSession,
)
from store.models.queues import InboxRow, JobRow, OutboxRow
from store.models.talk import Choice, Dialogue, Feedback, MediaRow, OfficeSetting, Question

__all__ = [
    "Account",
    "Address",
    "ChannelAccount",
    "Choice",
    "Dialogue",
    "Feedback",
    "InboxRow",
    "Invitation",
    "JobRow",
    "Joining",
    "LoginToken",
    "MediaRow",
    "OfficeSetting",
    "OutboxRow",
    "Person",
    "Question",
    "Role",
    "Row",
    "Unit",
    "UtcDateTime",
    "WebSession",
    "fixed",
    "table_of",
]
