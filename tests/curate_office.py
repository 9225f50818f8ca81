"""An office with curators: files are handed in, read by the runner, and approved on its pages."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import FormData
from docx import Document as Word
from sqlalchemy import func, insert, select

from jobs.fetch import media_kinds
from jobs.importing import import_kinds
from jobs.work import Runner
from knowledge.library import Library
from store import jobs
from store.database import Database
from store.files import Files
from store.models import Draft, JobRow, MediaRow, Question, table_of
from tests.dialogues import BASE
from tests.test_web import Office, open_office

SHIPPED = Path(__file__).parent.parent / "knowledge" / "content"
"""The base of the product, for who needs its documents; it takes a second to load."""
READ_SECONDS = 60
PLAN = (
    "ỦY BAN NHÂN DÂN",
    "TỈNH TUYÊN QUANG",
    "Số: 112/KH-UBND",
    "Tuyên Quang, ngày 01 tháng 9 năm 2026",
    "KẾ HOẠCH",
    "Tổ chức Tháng Dân vận năm 2026",
    "I. MỤC ĐÍCH, YÊU CẦU",
    "1. Nâng cao nhận thức của cán bộ về công tác dân vận trong tình hình mới.",
    "2. Giúp đỡ hộ nghèo sửa nhà, vệ sinh đường làng.",
    "II. THỜI GIAN THỰC HIỆN",
    "Từ ngày 01/10/2026 đến ngày 31/10/2026.",
    "III. TỔ CHỨC THỰC HIỆN",
    "1. Sở Nội vụ theo dõi, đôn đốc, tổng hợp kết quả trước ngày 15/11/2026.",
    "2. Ủy ban nhân dân các xã xây dựng kế hoạch cụ thể và tổ chức thực hiện.",
    "TM. ỦY BAN NHÂN DÂN",
    "CHỦ TỊCH",
    "Trần Văn An",
)
"""A plan that nobody issued."""
NUMBER = "112/KH-UBND"


def word_file(*lines: str) -> bytes:
    """Make a Word file of lines."""
    document = Word()
    for line in lines or PLAN:
        document.add_paragraph(line)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def page_file(*lines: str) -> bytes:
    """Make a web page of lines."""
    text = "".join(f"<p>{line}</p>\n" for line in lines or PLAN)
    return (
        f'<!doctype html><html><head><meta charset="utf-8"></head><body>{text}</body></html>'
    ).encode()


@dataclass
class CurateOffice:
    """What a curator does with a browser, by plain requests."""

    office: Office
    files: Files

    async def upload(self, name: str, content: bytes) -> str:
        """Hand a file in; gives where the browser is led."""
        form = FormData(quote_fields=False)  # as browsers do
        form.add_field("file", content, filename=name)
        async with self.office.client.post(
            "/curate/drafts", data=form, allow_redirects=False
        ) as answer:
            assert answer.status == 303, await answer.text()
            return answer.headers["Location"]

    async def draft(self, name: str = "ke-hoach.docx", content: bytes | None = None) -> str:
        """Hand a file in and wait until it was read; gives the draft's address."""
        address = await self.upload(name, word_file() if content is None else content)
        await self.rest()
        return address

    async def rest(self) -> None:
        """Wait until no job is due or in work."""
        async with asyncio.timeout(READ_SECONDS):
            with self.office.database.signals.listen(jobs.TOPIC) as listener:
                while await self.count(JobRow, JobRow.state.in_(("queued", "working"))):
                    await listener.wait(0.05)

    async def see(self, address: str) -> str:
        """Open a page as somebody who may; gives it without marks of HTML in its words."""
        status, page = await self.office.get(address)
        assert status == 200, (address, status)
        return unescape(page)

    async def submit(self, address: str, **fields: str) -> tuple[int, str]:
        """Post a form; gives the status and where it leads, else the page."""
        async with self.office.client.post(address, data=fields, allow_redirects=False) as answer:
            led = answer.headers.get("Location")
            return answer.status, led or unescape(await answer.text())

    async def change(self, address: str, do: str, **fields: str) -> tuple[int, str]:
        """Post a draft's form as it stands, but for some fields."""
        return await self.submit(address, **{**form_of(await self.see(address)), **fields}, do=do)

    async def count(self, table: Any, *conditions: Any) -> int:
        async with self.office.database.read() as session:
            counted = select(func.count()).select_from(table).where(*conditions)
            return await session.scalar(counted) or 0

    async def only_draft(self) -> Draft:
        async with self.office.database.read() as session:
            return (await session.scalars(select(Draft))).one()

    async def media(self) -> list[MediaRow]:
        async with self.office.database.read() as session:
            return list(await session.scalars(select(MediaRow).order_by(MediaRow.created_at)))

    async def question(self, text: str, **more: Any) -> int:
        """Let somebody have asked what was refused; gives the question's number."""
        values = {
            "ref": text, "text": text, "kind": "refuse", "state": "new", "docs": [],
            "answer": "Kho chưa có nội dung này.", "confidence": 0.1,
            "asked_at": self.office.clock(),
        } | more  # fmt: skip
        rows = table_of(Question)
        asked = insert(rows).values(**values).returning(rows.c.id)
        return await self.office.database.write(lambda s: s.scalar(asked)) or 0

    def on_disk(self) -> list[str]:
        """Give every file of media, by its name."""
        return sorted(
            path.name for path in self.files.data_dir.rglob("media/**/*") if path.is_file()
        )


def form_of(page: str) -> Mapping[str, str]:
    """Read the fields of a draft's form as a browser would send them."""
    form = page.partition('<form class="work"')[2].partition("</form>")[0]
    inputs = re.findall(r'<input(?![^>]*checkbox)[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form)
    areas = re.findall(r'<textarea[^>]*?name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    chosen = re.findall(
        r'<select[^>]*?name="([^"]+)".*?<option value="([^"]*)" selected', form, re.DOTALL
    )
    return dict([*inputs, *areas, *chosen])


@asynccontextmanager
async def open_curate_office(
    database: Database,
    folder: Path,
    *,
    reading: bool = True,
    role: str = "curator",
    base: Path = BASE,
    **more: Any,
) -> AsyncIterator[CurateOffice]:
    """Open an office with a base of its own and somebody logged in; `reading` runs the jobs."""
    shelf = Library(base)
    data = folder / "data"
    async with open_office(database, shelf=shelf, data_dir=data, **more) as office:
        files, parts = Files(data), office.parts
        kinds = {
            **media_kinds(database, {}, files, office.clock),
            **import_kinds(database, shelf, files, parts.settings.zone, office.clock),
        }
        runner = Runner(database, kinds, {}, office.clock)
        await office.log_in(role)
        working = asyncio.create_task(runner.run()) if reading else None
        try:
            yield CurateOffice(office, files)
        finally:
            runner.stop()
            if working:
                await working
