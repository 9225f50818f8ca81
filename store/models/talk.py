"""What was talked about: dialogues, choices, questions, feedback, media, settings."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Id, Row


class Dialogue(Row):
    """The talk of one account at one address: the step it is in and what was asked last."""

    __tablename__ = "dialogue"
    __table_args__ = (UniqueConstraint("address_id", "account_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[int] = mapped_column(default=0)
    """Counts every change: a decision holds only for the version that it was made on."""
    step: Mapped[str] = mapped_column(default="")
    """The name of the open step, '' when nothing is asked of the person."""
    step_number: Mapped[int] = mapped_column(default=0)
    """Counts the steps: a bound button dies when it moves on."""
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expires_at: Mapped[datetime | None]
    topics: Mapped[list[Any]] = mapped_column(default=list)
    """The last questions as they were understood, oldest first; what a follow-up inherits from."""
    topics_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]


class Choice(Row):
    """What stands behind a button (or a numbered line) that was offered."""

    __tablename__ = "choice"
    __table_args__ = (Index("ix_choice_dialogue_id", "dialogue_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    dialogue_id: Mapped[int] = mapped_column(ForeignKey("dialogue.id", ondelete="CASCADE"))
    step_number: Mapped[int | None]
    """The step it belongs to; null where it outlives the step."""
    message: Mapped[str]
    """The key of the message that offered it."""
    number: Mapped[int]
    label: Mapped[str]
    action: Mapped[list[Any]]
    once: Mapped[bool] = mapped_column(default=False)
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Question(Row):
    """A question as it was asked, and what was answered; kept 12 months."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(unique=True)
    """The update that asked it."""
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    address_id: Mapped[int | None] = mapped_column(
        ForeignKey("address.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    """answer | clarify | refuse"""
    state: Mapped[str] = mapped_column(default="new", index=True)
    """new | open (waits for a curator) | merged (into another) | answered | dismissed"""
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("question.id", ondelete="SET NULL"), index=True
    )
    """The question whose answer answers this one as well."""
    compared: Mapped[bool] = mapped_column(default=False)
    """Whether it was looked at for others that ask the same."""
    edit_key: Mapped[str] = mapped_column(default="")
    """The curated question that answers it now."""
    reply: Mapped[str] = mapped_column(default="")
    """What its asker is told where it was dismissed with a word."""
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    told_at: Mapped[datetime | None]
    """When telling its asker was queued, or found to be needless."""
    docs: Mapped[list[Any]]
    answer: Mapped[str]
    confidence: Mapped[float]
    asked_at: Mapped[datetime] = mapped_column(index=True)


class Feedback(Row):
    """👍 or 👎 of one account on one answer; the last word counts."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("question_id", "account_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    verdict: Mapped[str]
    """good | bad"""
    at: Mapped[datetime]


class MediaRow(Row):
    """A file of ours under its hash: pending (named, not yet here) -> stored -> gone."""

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str | None] = mapped_column(index=True)
    bytes: Mapped[int | None]
    type: Mapped[str]
    state: Mapped[str] = mapped_column(default="pending")
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Where it came from: the update, and the platform's reference while it is pending."""
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    """Who sent it; nobody where it is the office's own."""
    created_at: Mapped[datetime]


class OfficeSetting(Row):
    """What the office or the store itself decided: store id, pause after a restore, ..."""

    __tablename__ = "office_setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
