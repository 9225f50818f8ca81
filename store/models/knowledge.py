"""What an office adds to the base: edits laid over the files, and drafts of documents."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.models.base import Id, Row


class Edit(Row):
    """One version of one thing that the office laid over the files; the newest of a key counts."""

    __tablename__ = "edit"
    __table_args__ = (Index("ix_edit_kind_key", "kind", "key", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    """The revision of the base that it made."""
    kind: Mapped[str]
    """document | question"""
    key: Mapped[str]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """None: taken back."""
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    """Who made it; nobody where it came from the command line."""
    at: Mapped[datetime]


class Draft(Row):
    """A document that was handed in and that nobody is answered from until it is approved."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(index=True)
    """reading | ready | unreadable | approved | discarded"""
    name: Mapped[str]
    """The file's name as it was handed in."""
    media_id: Mapped[str | None] = mapped_column(
        ForeignKey("media.id", ondelete="SET NULL"), index=True
    )
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was recognised: the draft as knowledge.drafting gave it."""
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The fields as the curator left them."""
    body: Mapped[str] = mapped_column(default="")
    """Sections and questions as the curator left them."""
    problem: Mapped[str] = mapped_column(default="")
    """What is said where it cannot be read."""
    version: Mapped[int] = mapped_column(default=0)
    """Counts every change: two people who edit do not overwrite each other."""
    document: Mapped[str] = mapped_column(default="")
    """The document that it became."""
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
