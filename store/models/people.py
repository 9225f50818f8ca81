"""Who speaks and where we speak: units, people, roles, accounts, addresses, codes, sessions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Id, Row


class Unit(Row):
    """A place in the tree province > commune > village, with sectors and organisations beside."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    path: Mapped[str] = mapped_column(index=True)
    """Numbers of the units above and its own, `/1/7/12/`: all below a unit share its prefix."""
    province: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class Person(Row):
    """A registered person. Roles say what they may do; accounts say where they speak from."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default="active")
    """active | suspended | deleted | merged: their last account was linked to another person"""
    preferences: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class Role(Row):
    """What a person may do at one unit: officer | leader | curator | admin."""

    __tablename__ = "role"
    __table_args__ = (UniqueConstraint("person_id", "role", "unit_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    created_at: Mapped[datetime]


class Account(Row):
    """Who speaks: a user of one channel account; belongs to at most one person."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("channel", "user"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    user: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    noticed_at: Mapped[datetime | None]
    """When the notice of what is kept was shown."""
    created_at: Mapped[datetime]


class Address(Row):
    """Where we speak: one chat of one channel account, and whether it is open to us."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "chat"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    channel: Mapped[str]
    chat: Mapped[str]
    private: Mapped[bool] = mapped_column(default=True)
    name: Mapped[str] = mapped_column(default="")
    """What a group is called; '' for a private chat."""
    state: Mapped[str] = mapped_column(default="open")
    """open | blocked | gone"""
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    """Whose private chat this is."""
    last_number: Mapped[int] = mapped_column(default=0)
    """Counts what was said here on a channel that replays by number (the web chat)."""
    last_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Invitation(Row):
    """A code that gives a role at a unit; only its SHA-256 is kept."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    uses_left: Mapped[int]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Joining(Row):
    """Who used which invitation, when."""

    __tablename__ = "joining"
    __table_args__ = (Index("ix_joining_invitation_id_person_id", "invitation_id", "person_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    at: Mapped[datetime]


class LinkCode(Row):
    """A one-time code by which an account on another channel joins its person; only hashed."""

    __tablename__ = "link_code"

    hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"))
    """Where it was asked for, and where its use is told."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginToken(Row):
    """A one-time login link; only the token's SHA-256 is kept."""

    __tablename__ = "login_token"

    hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class WebSession(Row):
    """A logged-in browser; ended here when a person leaves, whatever the cookie says."""

    __tablename__ = "web_session"

    hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime]
