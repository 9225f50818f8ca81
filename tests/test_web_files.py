"""Pictures and files in the chat of the browser: for whom they were said to, nobody else."""

import io
from pathlib import Path

from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from store import media, outbox
from store.database import Database
from store.files import Content, Files, measure
from store.messages import Message
from store.models import Address
from tests.test_web import Office, open_office

QUESTION = "Tháng Dân vận ở Hà Giang thực hiện khi nào?"


async def stored(office: Office, folder: Path, content: bytes, type_: str) -> str:
    files = Files(folder)
    part = files.part()
    part.write_bytes(content)
    found = measure(part)
    files.place(part, found.sha256)
    own = Content(found.sha256, found.bytes, type_)
    return await office.database.write(
        lambda session: media.add_own(session, files, own, now=office.clock())
    )


async def tell(office: Office, message: Message) -> None:
    async def work(session: AsyncSession) -> None:
        address = (await session.scalars(select(Address).order_by(Address.id))).first()
        assert address is not None
        await outbox.enqueue(
            session,
            address,
            [message],
            key=f"told:{message.text}",
            now=office.clock(),
            priority=1,
            stored_is_sent=True,
        )

    await office.database.write(work)


async def test_a_picture_is_shown_and_a_file_is_saved_by_whom_they_were_said_to(
    database: Database, tmp_path: Path
) -> None:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "JPEG")
    async with open_office(database, data_dir=tmp_path) as office:
        await office.ask(QUESTION)
        photo = await stored(office, tmp_path, made.getvalue(), "image/jpeg")
        page = await stored(office, tmp_path, b"<script>alert(1)</script>", "text/html")
        await tell(office, Message("Mời họp", photo=photo))
        await tell(office, Message("Danh sách", file=page))
        _, shown = await office.get("/chat")
        assert f'src="/chat/files/{photo}"' in shown
        assert f'href="/chat/files/{page}" download' in shown
        async with office.client.get(f"/chat/files/{photo}") as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            assert (await answer.read())[:2] == b"\xff\xd8"
        async with office.client.get(f"/chat/files/{page}") as answer:
            assert answer.content_type == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
        office.client.session.cookie_jar.clear()
        for one in (photo, page):
            async with office.client.get(f"/chat/files/{one}") as answer:
                assert answer.status == 404
        await office.ask(QUESTION)
        async with office.client.get(f"/chat/files/{photo}") as answer:
            assert answer.status == 404


async def test_words_that_name_a_file_give_nothing(database: Database, tmp_path: Path) -> None:
    async with open_office(database, data_dir=tmp_path) as office:
        await office.ask(QUESTION)
        secret = await stored(office, tmp_path, b"a;b", "text/csv")
        await tell(office, Message(f"Mã tệp {secret}"))
        async with office.client.get(f"/chat/files/{secret}") as answer:
            assert answer.status == 404
