"""Confirming a day in chat, and the calendar as a file: what is kept, who may, what is sent."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select

from handlers.conversation import Conversation
from jobs import calendar_phrases
from jobs.calendar_files import CALENDAR_TYPE, calendar_kinds
from jobs.channel import Caps
from jobs.work import Hopeless
from knowledge.library import Library
from knowledge.overlay import Laid
from store import edits, jobs
from store.calendar_files import CALENDAR
from store.files import Files
from store.models import MediaRow, Role
from tests.channels import Pipe
from tests.dialogues import BASE, Player, StoreStage

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = "ngay_hai"
ON = date(2026, 11, 22)


class Talk:
    """People who talk, and the base that is loaded anew from what they laid over it."""

    def __init__(self, database, now):
        self.database = database
        self.library = Library(BASE)
        self.library.refresh()
        conversation = Conversation(self.library, ask_open=True, zone=ZONE)
        self.player = Player(StoreStage(database, conversation), now)

    async def join(self, who, role):
        code = await self.player.stage.invite(
            role=role, unit="Tỉnh Hà Giang", uses=1, now=self.player.now
        )
        self.player.codes[who] = code
        heard = ["Chào đồng chí", "12 tháng"]
        await self.player.take({"who": who, "said": f"{{{who}}}", "heard": heard})

    async def edits(self):
        async with self.database.read() as session:
            return await edits.history(session, "occasion", DAY)

    async def reload(self):
        async with self.database.read() as session:
            rows = await edits.current(session)
            revision = await edits.revision(session)
        self.library.refresh([Laid(one.kind, one.key, one.content, ON) for one in rows], revision)


@pytest.mark.parametrize("role", ["leader", "curator", "admin"])
async def test_who_may_confirm_a_day_for_the_whole_office(database, now, role):
    talk = Talk(database, now)
    await talk.join("Hoa", role)
    await talk.player.take({"said": "lịch", "heard": "chưa kiểm chứng"})
    await talk.player.take({"press": "✅ Xác nhận 6/12", "heard": "xác nhận ngày này đúng?"})
    assert await talk.edits() == []
    await talk.player.take({"press": "✅ Xác nhận", "heard": "Đã xác nhận"})
    [version] = await talk.edits()
    assert version.content == {"confirmed": True}
    assert version.by
    await talk.reload()
    await talk.player.take(
        {"said": "lịch", "heard": "(37 năm)", "never": ["chưa kiểm"], "buttons": ["📅 Tải lịch"]}
    )
    before = "Ngày thành lập Hội Cựu chiến binh Việt Nam đã được xác nhận."
    await talk.player.take({"press": "✅ Xác nhận 6/12", "heard": before})
    assert len(await talk.edits()) == 1


async def test_confirming_keeps_what_the_office_laid_over_the_day(database, now):
    talk = Talk(database, now)
    own = {"id": DAY, "name": "Ngày của xã", "day": "6/12", "confidence": "C", "note": "Năm?"}

    async def lay(session):
        await edits.put(session, "occasion", DAY, own, person_id=None, now=now)

    await database.write(lay)
    await talk.reload()
    await talk.join("Hoa", "leader")
    await talk.player.take({"said": "lịch", "heard": "Ngày của xã"})
    await talk.player.take({"press": "✅ Xác nhận 6/12", "heard": "Chưa chắc: Năm?"})
    await talk.player.take({"press": "✅ Xác nhận", "heard": "Đã xác nhận: Ngày của xã"})
    newest, _ = await talk.edits()
    assert newest.content == {**own, "confirmed": True}


async def test_a_day_that_went_meanwhile_is_not_confirmed(database, now):
    talk = Talk(database, now)
    await talk.join("Hoa", "leader")
    await talk.player.take({"said": "lịch", "heard": "chưa kiểm chứng"})
    await talk.player.take({"press": "✅ Xác nhận 6/12", "heard": "xác nhận ngày này đúng?"})

    async def lay(session):
        await edits.put(session, "occasion", DAY, {"off": True}, person_id=None, now=now)

    await database.write(lay)
    await talk.reload()
    await talk.player.take({"press": "✅ Xác nhận", "heard": "Ngày này không còn trong lịch"})
    [version] = await talk.edits()
    assert version.content == {"off": True}


async def test_who_leads_no_more_confirms_nothing(database, now):
    talk = Talk(database, now)
    await talk.join("Hoa", "leader")
    await talk.player.take({"said": "lịch", "heard": "chưa kiểm chứng"})

    async def demote(session):
        [role] = await session.scalars(select(Role))
        role.role = "officer"

    await database.write(demote)
    told = "Việc xác nhận ngày kỷ niệm dành cho lãnh đạo đơn vị"
    await talk.player.take({"press": "✅ Xác nhận 6/12", "heard": told})
    assert await talk.edits() == []


class Making:
    """The kind of job, beside one channel that sends files or does not."""

    def __init__(self, talk, now, folder, *, sends_files):
        self.files = Files(folder)
        pipe = Pipe("telegram:1", caps=Caps(files=sends_files))
        made = calendar_kinds(
            talk.database, talk.library, {pipe.account: pipe}, self.files, lambda: now
        )
        self.kind = made[CALENDAR]

    async def message(self, job):
        """Do the job; give the message and the id of the file."""
        result = await self.kind.work(job)
        assert result.message
        return result.message, result.media_id


async def ask_for_file(database, now):
    """Press the button; give the talk and the job that was queued."""
    talk = Talk(database, now)
    await talk.player.take({"who": "Lan", "said": "lịch", "heard": "chưa kiểm chứng"})
    heard = "Trợ lý đang tạo tệp lịch 12 tháng tới"
    await talk.player.take({"press": "📅 Tải lịch", "heard": heard})

    async def claim(session):
        lease = timedelta(seconds=60)
        return await jobs.claim(session, CALENDAR, limit=9, now=now, lease=lease)

    [job] = await database.write(claim)
    return talk, job


async def test_the_file_is_made_and_sent(database, now, tmp_path):
    talk, job = await ask_for_file(database, now)
    making = Making(talk, now, tmp_path, sends_files=True)
    message, media_id = await making.message(job)
    assert message.file == media_id
    assert "từ 22/11/2026 đến 21/11/2027, 3 mục" in message.text
    async with database.read() as session:
        row = await session.get_one(MediaRow, media_id)
    assert (row.type, row.state) == (CALENDAR_TYPE, "stored")
    found = Calendar.from_ical(making.files.path(row.sha256).read_bytes()).walk("VEVENT")
    assert {str(one["UID"]) for one in found} == {
        "ngay_mot-2026@danvan",
        "ngay_hai-2026@danvan",
        "ngay_ba-2027@danvan",
    }


async def test_where_no_file_can_be_sent_it_is_said(database, now, tmp_path):
    talk, job = await ask_for_file(database, now)
    message, _ = await Making(talk, now, tmp_path, sends_files=False).message(job)
    assert (message.text, message.file) == (calendar_phrases.NO_FILES, "")


async def test_where_the_channel_is_gone_the_asker_is_told_to_ask_again(database, now, tmp_path):
    talk, job = await ask_for_file(database, now)
    making = Making(talk, now, tmp_path, sends_files=True)
    nowhere = replace(job, reply_address_id=999)
    with pytest.raises(Hopeless):
        await making.kind.work(nowhere)
    failed = making.kind.give_up(job, "nowhere").message
    assert failed
    assert failed.text == calendar_phrases.FAILED
