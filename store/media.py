"""Media: files that came in. pending (named, not here yet) -> stored -> gone.

The row is the truth. A file is in its place before the row says `stored`, and it is removed only
where no stored row names its hash; both look within a transaction that excludes the other. What
a death leaves between file and row is a stray, and swept.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import jobs
from store.database import Conflict
from store.files import Content, Files
from store.messages import Media, Update
from store.models import MediaRow, Upload
from store.talks import Change, Kept

FETCH = "fetch"
"""The kind of job that brings a pending file in."""
DISCARD = "discard"
"""The kind of job that removes the files of rows that are gone."""
MOST_BYTES = 20 * 2**20
KEPT = timedelta(days=30)
"""How long a photo is kept that nothing else needs."""

_LOCK = text("SELECT pg_advisory_xact_lock(7305808868963413)")
"""One for all hashes: who would take several of them at once could meet another who does."""


def keep(incoming: Update) -> Change:
    """Give the change that keeps every file of an update: for each a row and a job to fetch it."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        channel = incoming.address.channel
        for place, one in enumerate(incoming.media):
            media_id = secrets.token_hex(16)
            source = {
                "channel": channel,
                "update": incoming.id,
                "place": place,
                "album": incoming.album,
                "kind": incoming.kind,
                "media": asdict(one),
            }
            session.add(
                MediaRow(
                    id=media_id,
                    type=one.type,
                    state="pending",
                    source=source,
                    account_id=kept.account_id,
                    created_at=kept.now,
                )
            )
            # the words of one failure are said once for all photos that were sent together
            together = f"{channel}/{incoming.album or incoming.id}"
            await jobs.enqueue(
                session,
                FETCH,
                media_id,
                {"media": media_id, "together": together},
                now=kept.now,
                reply_address_id=kept.address.id,
            )

    return change


def drop_album(incoming: Update) -> Change:
    """Give the change that lets go of all photos that came in an album, and of their files."""

    async def change(session: AsyncSession, kept: Kept) -> None:
        rows = await session.execute(
            select(MediaRow.id, MediaRow.source).where(MediaRow.account_id == kept.account_id)
        )
        where = (incoming.address.channel, incoming.album)
        ids = [one for one, source in rows if (source["channel"], source["album"]) == where]
        hashes = await let_go(session, MediaRow.id.in_(ids))
        await discard_later(session, hashes, now=kept.now)

    return change


async def of_update(
    session: AsyncSession, account_id: int, channel: str, update_id: str
) -> list[str]:
    """Give the ids of the media that one update brought, in their order."""
    rows = await session.execute(
        select(MediaRow.id, MediaRow.source)
        .where(MediaRow.account_id == account_id, MediaRow.state != "gone")
        .order_by(MediaRow.created_at, MediaRow.id)
    )
    found = [
        (source["place"], media_id)
        for media_id, source in rows
        if (source.get("channel"), source.get("update")) == (channel, update_id)
    ]
    return [media_id for _, media_id in sorted(found)]


async def pending(session: AsyncSession, media_id: str) -> tuple[str, str, Media] | None:
    """Give the channel account, the kind of update and the file; None when not pending."""
    source = await session.scalar(
        select(MediaRow.source).where(MediaRow.id == media_id, MediaRow.state == "pending")
    )
    return (source["channel"], source["kind"], Media(**source["media"])) if source else None


async def stored(session: AsyncSession, media_id: str) -> str | None:
    """Give the hash of a file that is here."""
    found: str | None = await session.scalar(
        select(MediaRow.sha256).where(MediaRow.id == media_id, MediaRow.state == "stored")
    )
    return found


@dataclass(frozen=True, slots=True)
class Described:
    """A stored file: its hash, type, size in bytes, and what it is called when it is given."""

    sha256: str
    type: str
    bytes: int
    name: str


NAMES = {"text/csv": "danh-sach.csv", "text/calendar": "lich.ics", "application/pdf": "tep.pdf"}
"""What a file of a type is called that has no name of its own."""


async def described(session: AsyncSession, media_id: str) -> Described | None:
    """Describe a file that is stored, None where it is not."""
    row = await session.get(MediaRow, media_id)
    if row is None or row.state != "stored" or row.sha256 is None:
        return None
    own = str((row.source.get("media") or {}).get("name") or row.source.get("name") or "")
    bare = "".join(sign for sign in own if sign.isprintable() and sign not in '/\\"').strip(". ")
    name = bare[-100:] or NAMES.get(row.type, "tep")
    return Described(row.sha256, row.type, row.bytes or 0, name)


async def add_own(session: AsyncSession, files: Files, content: Content, *, now: datetime) -> str:
    """Take a file in that the office itself handed in and that lies in its place. Give its id.

    Raises Conflict where it does not lie there.
    """
    await _exclude_others(session)
    if not files.path(content.sha256).exists():
        raise Conflict("the file was removed meanwhile")
    media_id = secrets.token_hex(16)
    session.add(
        MediaRow(
            id=media_id,
            sha256=content.sha256,
            bytes=content.bytes,
            type=content.type,
            state="stored",
            source={},
            created_at=now,
        )
    )
    await session.flush()
    return media_id


async def settle_stored(
    session: AsyncSession, files: Files, media_id: str, content: Content, *, now: datetime
) -> None:
    """Say that a pending file lies in its place. Raises Conflict where it does not.

    The platform's reference, by which others could fetch it, is forgotten. Where nobody wants the
    file any more (it was erased meanwhile) it goes as well.
    """
    await _exclude_others(session)
    if not files.path(content.sha256).exists():
        raise Conflict("the file was removed meanwhile")
    source = await session.scalar(
        select(MediaRow.source)
        .where(MediaRow.id == media_id, MediaRow.state == "pending")
        .with_for_update()
    )
    if source is None:
        await discard_later(session, [content.sha256], now=now)
        return
    kept = {name: value for name, value in source.items() if name != "media"}
    if called := (source.get("media") or {}).get("name"):
        kept["name"] = called
    await session.execute(
        update(MediaRow)
        .where(MediaRow.id == media_id)
        .values(
            state="stored",
            sha256=content.sha256,
            bytes=content.bytes,
            type=content.type,
            source=kept,
        )
        .execution_options(synchronize_session=False)
    )


async def settle_gone(session: AsyncSession, media_id: str) -> None:
    """Say that a pending file will never come."""
    await session.execute(
        update(MediaRow)
        .where(MediaRow.id == media_id, MediaRow.state == "pending")
        .values(state="gone", source={}, account_id=None)
        .execution_options(synchronize_session=False)
    )


async def let_go(session: AsyncSession, condition: Any) -> list[str]:
    """Mark media as gone and forget where they came from and who sent them.

    Gives the hashes whose files are now perhaps nobody's: `discard_later`, or `discard` them.
    """
    # held from here on, so that no upload is kept for one of them meanwhile
    found = select(MediaRow.id, MediaRow.sha256).where(condition).order_by(MediaRow.id)
    rows = (await session.execute(found.with_for_update())).all()
    ids = [media_id for media_id, _ in rows]
    if ids:
        await session.execute(delete(Upload).where(Upload.media_id.in_(ids)))
        await session.execute(
            update(MediaRow)
            .where(MediaRow.id.in_(ids))
            .values(state="gone", sha256=None, source={}, account_id=None)
            .execution_options(synchronize_session=False)
        )
    return [sha256 for _, sha256 in rows if sha256]


async def discard_later(session: AsyncSession, hashes: Sequence[str], *, now: datetime) -> None:
    """Queue a job that removes files as soon as the transaction is durable."""
    if hashes:
        work = {"hashes": list(hashes)}
        await jobs.enqueue(session, DISCARD, secrets.token_hex(16), work, now=now)


async def discard(session: AsyncSession, files: Files, hashes: Iterable[str]) -> int:
    """Remove the files that no stored row names. Give how many hashes that were."""
    await _exclude_others(session)
    some = set(hashes)
    named = await session.scalars(
        select(MediaRow.sha256).where(MediaRow.sha256.in_(some), MediaRow.state == "stored")
    )
    nobodys = some.difference(named)
    for sha256 in nobodys:
        files.remove(sha256)
    return len(nobodys)


async def _exclude_others(session: AsyncSession) -> None:
    """Wait until no other transaction brings files in or removes them; SQLite has one anyway."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_LOCK)
