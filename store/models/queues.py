"""What waits to be worked: inbox, outbox and jobs, claimed by conditional updates."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Id, Row


class InboxRow(Row):
    """One raw update as a platform gave it: queued -> working -> done | dead."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "update_id"),
        Index(
            "ix_inbox_open",
            "id",
            sqlite_where=text("state IN ('queued', 'working')"),
            postgresql_where=text("state IN ('queued', 'working')"),
        ),
        Index(
            "ix_inbox_conversation",
            "conversation",
            "id",
            sqlite_where=text("state IN ('queued', 'working')"),
            postgresql_where=text("state IN ('queued', 'working')"),
        ),
        Index("ix_inbox_received_at", "received_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    update_id: Mapped[str]
    conversation: Mapped[str]
    """Updates that share it are worked one after the other; '' = on its own."""
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(default="queued")
    claims: Mapped[int] = mapped_column(default=0)
    """How often it was taken up; more than failures when a process died with it in hand."""
    failures: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    process: Mapped[int] = mapped_column(Id, default=0)
    """Which process has it in work, by the number of the lock that it holds while it lives."""
    retry_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    address_id: Mapped[int | None] = mapped_column(
        ForeignKey("address.id", ondelete="SET NULL"), index=True
    )
    said: Mapped[str] = mapped_column(default="")
    """The words of the update as the person will see them again in a chat's history."""
    number: Mapped[int] = mapped_column(default=0)
    """Its place among what was said at the address, where the channel replays by number."""
    received_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class OutboxRow(Row):
    """One part of one message to one address: a delivery.

    queued -> sending -> sent | failed | unknown; or stale, cleared, cancelled without being sent.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_queued",
            "channel",
            "priority",
            "due_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_sending",
            "channel",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index("ix_outbox_address_id_id", "address_id", "id"),
        Index(
            "ix_outbox_parts",
            "part_of",
            "sequence",
            sqlite_where=text("part_of IS NOT NULL"),
            postgresql_where=text("part_of IS NOT NULL"),
        ),
        Index(
            "ix_outbox_shared_id",
            "shared_id",
            sqlite_where=text("shared_id IS NOT NULL"),
            postgresql_where=text("shared_id IS NOT NULL"),
        ),
        Index(
            "ix_outbox_about",
            "about",
            "state",
            sqlite_where=text("about != ''"),
            postgresql_where=text("about != ''"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """What, when and to whom: enqueued twice it stands once."""
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id"))
    channel: Mapped[str]
    priority: Mapped[int]
    policy: Mapped[str]
    """resend | hold: what happens when it is not known whether it arrived."""
    state: Mapped[str] = mapped_column(default="queued")
    content: Mapped[dict[str, Any]]
    """What is said; empty where many share it."""
    shared_id: Mapped[int | None] = mapped_column(ForeignKey("shared_message.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Whom it was meant for, whichever way it goes; null for replies and groups."""
    about: Mapped[str] = mapped_column(default="")
    """What it counts for (`broadcast:12`, `day:2026-10-15`); '' where for nothing, or no more."""
    part_of: Mapped[str | None]
    """Shared by the parts of one message; `sequence` orders them."""
    sequence: Mapped[int] = mapped_column(default=0)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    number: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    stale_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    external_id: Mapped[str] = mapped_column(default="")
    code: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class JobRow(Row):
    """Slow work: queued -> working -> done | failed; its result is said through the outbox."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        Index(
            "ix_job_open",
            "id",
            sqlite_where=text("state IN ('queued', 'working')"),
            postgresql_where=text("state IN ('queued', 'working')"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    input: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    progress: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")
    result_media_id: Mapped[str | None] = mapped_column(ForeignKey("media.id"))
    reply_address_id: Mapped[int | None] = mapped_column(ForeignKey("address.id"))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
