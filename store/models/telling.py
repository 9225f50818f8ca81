"""What is told unasked: broadcasts, reminders, who receives what, and who could not be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Id, Row


class SharedMessage(Row):
    """A message that many deliveries say, kept once."""

    __tablename__ = "shared_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of the content."""
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Subscription(Row):
    """What a person receives each day, and when they are next looked at."""

    __tablename__ = "subscription"
    __table_args__ = (Index("ix_subscription_next_at", "next_at", "person_id"),)

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """store.subscriptions.Wishes; empty = the defaults."""
    next_at: Mapped[datetime]


class Reminder(Row):
    """Something that a person or a unit is to be reminded of: active | paused | over | cancelled.

    `schedule` is of knowledge.reminding; `next_at` is when it falls next.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        Index(
            "ix_reminder_next_at",
            "next_at",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    """Whose it is: who is reminded, or who reminds a unit."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit that is reminded, with all below it; null = the person alone."""
    text: Mapped[str]
    schedule: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="active")
    next_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    last_person_id: Mapped[int] = mapped_column(Id, default=0)
    """How far the people of the unit are planned for `next_at`."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Broadcast(Row):
    """One text to an audience.

    waiting (a second leader must agree) -> scheduled -> running <-> paused -> done; or refused,
    cancelled.
    """

    __tablename__ = "broadcast"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    content: Mapped[dict[str, Any]]
    """The message as JSON, without its buttons."""
    audience: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    policy: Mapped[str] = mapped_column(default="hold")
    urgent: Mapped[bool] = mapped_column(default=False)
    """Sent in quiet hours too."""
    wants_receipt: Mapped[bool] = mapped_column(default=False)
    """Whether it carries the button \"Đã nhận\"."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Null: the operator, by the command line."""
    author_address_id: Mapped[int | None] = mapped_column(
        ForeignKey("address.id", ondelete="SET NULL")
    )
    """Where its author hears how it goes."""
    approved_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL")
    )
    send_at: Mapped[datetime]
    last_person_id: Mapped[int] = mapped_column(Id, default=0)
    """How far its people are planned."""
    planned_at: Mapped[datetime | None]
    """When the last of them was planned."""
    repeated_at: Mapped[datetime | None]
    """When those who had not confirmed were gently told again."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts every change of state."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Confirmation(Row):
    """A person pressed \"Đã nhận\" under a broadcast."""

    __tablename__ = "confirmation"
    __table_args__ = (UniqueConstraint("broadcast_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]


class Missed(Row):
    """A person who could not be told something when it was planned, and why."""

    __tablename__ = "missed"
    __table_args__ = (UniqueConstraint("about", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    about: Mapped[str]
    """As in the outbox."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    why: Mapped[str]
    """blocked | gone | window | nowhere | stopped"""
    at: Mapped[datetime] = mapped_column(index=True)
