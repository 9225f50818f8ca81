"""Files of ours that a platform holds: under which reference, and until when."""

from datetime import datetime

from sqlalchemy import delete, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import MediaRow, Upload, table_of

UPLOAD = table_of(Upload)


async def find(session: AsyncSession, channel: str, media_id: str, *, now: datetime) -> str:
    """Give the platform's reference for a file; '' where it has none that still lives."""
    found = await session.scalar(
        select(Upload.reference).where(
            Upload.channel == channel, Upload.media_id == media_id, Upload.expires_at > now
        )
    )
    return found or ""


async def keep(
    session: AsyncSession, channel: str, media_id: str, reference: str, *, expires_at: datetime
) -> None:
    """Keep the platform's reference for a file, where the file is (still) stored."""
    insert = INSERTS[session.get_bind().dialect.name](UPLOAD)
    told = {"reference": reference, "expires_at": expires_at}
    where = select(
        literal(channel),
        MediaRow.id,
        literal(reference),
        literal(expires_at, UPLOAD.c.expires_at.type),
    ).where(MediaRow.id == media_id, MediaRow.state == "stored")
    await session.execute(
        insert.from_select(
            ["channel", "media_id", "reference", "expires_at"],
            where.with_for_update(read=True),  # so that nobody lets go of it meanwhile
        ).on_conflict_do_update(index_elements=["channel", "media_id"], set_=told)
    )


async def forget(session: AsyncSession, channel: str, media_id: str, reference: str) -> None:
    """Forget a reference that the platform does not know, but no newer one."""
    await session.execute(
        delete(UPLOAD).where(
            UPLOAD.c.channel == channel,
            UPLOAD.c.media_id == media_id,
            UPLOAD.c.reference == reference,
        )
    )


async def forget_expired(session: AsyncSession, *, now: datetime) -> None:
    """Forget the references that do not live any more."""
    await session.execute(delete(UPLOAD).where(UPLOAD.c.expires_at <= now))
