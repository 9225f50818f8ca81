"""Our own accounts at the platforms: how they fare, what they may use, what they hold."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Row


class ChannelAccount(Row):
    """One bot, OA or web chat that the office runs; `held_until` is the platform's own pause."""

    __tablename__ = "channel_account"

    id: Mapped[str] = mapped_column(primary_key=True)
    stopped_reason: Mapped[str] = mapped_column(default="")
    stopped_at: Mapped[datetime | None]
    """Since when the reason stands; admins are told once for each."""
    held_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Usage(Row):
    """How much of something a channel account has used, or has left, in a period."""

    __tablename__ = "usage"

    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """What is counted: `messages`, `users`, `uploads`; `left:NAME` is a platform's own figure."""
    period: Mapped[str] = mapped_column(primary_key=True)
    """A month of the office's calendar (`2026-11`), '' where it is not counted by month."""
    count: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class Grant(Row):
    """What lets us act for an Official Account: a pair of tokens that replaces itself.

    Never part of a backup: the refresh token works once, and the pair that lives is not there.
    """

    __tablename__ = "platform_grant"

    channel: Mapped[str] = mapped_column(primary_key=True)
    access_token: Mapped[str] = mapped_column(default="")
    refresh_token: Mapped[str] = mapped_column(default="")
    expires_at: Mapped[datetime | None]
    """When the access token ends."""
    generation: Mapped[int] = mapped_column(default=0)
    """Counts the pairs: a new one is kept only where the one that it came from still stands."""
    state: Mapped[str] = mapped_column(default="good")
    """good | lost: only a person can get a new pair"""
    reason: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")
    """Who is exchanging the refresh token just now, until `lease_until`."""
    lease_until: Mapped[datetime | None]
    spent_at: Mapped[datetime | None]
    """When the refresh token was last shown to the platform without an answer being kept."""
    changed_at: Mapped[datetime]


class Upload(Row):
    """A file of ours that a platform holds under a reference of its own, until it expires."""

    __tablename__ = "upload"

    channel: Mapped[str] = mapped_column(primary_key=True)
    media_id: Mapped[str] = mapped_column(
        ForeignKey("media.id", ondelete="CASCADE"), primary_key=True
    )
    reference: Mapped[str]
    expires_at: Mapped[datetime]
