"""All tables, one import for whoever needs the whole schema."""

from store.models.base import Row, UtcDateTime, fixed, table_of
from store.models.channels import ChannelAccount, Grant, Upload, Usage
from store.models.knowledge import Draft, Edit
from store.models.people import (
    Account,
    Address,
    Invitation,
    Joining,
    LinkCode,
    LoginToken,
    Person,
    Role,
    Unit,
    WebSession,
)
from store.models.queues import InboxRow, JobRow, OutboxRow
from store.models.talk import Choice, Dialogue, Feedback, MediaRow, OfficeSetting, Question
from store.models.telling import (
    Broadcast,
    Confirmation,
    Missed,
    Reminder,
    SharedMessage,
    Subscription,
)

__all__ = [
    "Account",
    "Address",
    "Broadcast",
    "ChannelAccount",
    "Choice",
    "Confirmation",
    "Dialogue",
    "Draft",
    "Edit",
    "Feedback",
    "Grant",
    "InboxRow",
    "Invitation",
    "JobRow",
    "Joining",
    "LinkCode",
    "LoginToken",
    "MediaRow",
    "Missed",
    "OfficeSetting",
    "OutboxRow",
    "Person",
    "Question",
    "Reminder",
    "Role",
    "Row",
    "SharedMessage",
    "Subscription",
    "Unit",
    "Upload",
    "Usage",
    "UtcDateTime",
    "WebSession",
    "fixed",
    "table_of",
]
