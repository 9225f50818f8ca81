"""Making a broadcast in chat: whom it may reach, what stands against it, never sent twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.channel import Caps
from store import broadcasts
from store.database import Conflict
from store.messages import Media
from store.models import MediaRow, Role, Unit
from tests.broadcast_office import COMMUNE, NIGHT, OTHER, ZONE, Office


@pytest.fixture
async def office(database, now):
    made = Office(database, now)
    await made.build()
    return made


@pytest.mark.parametrize(
    ("label", "said", "people"),
    [
        ("👥 Toàn đơn vị", "toàn bộ Xã Yên Minh.\n3 người", ["Hoa", "Lan", "Minh"]),
        ("👤 Cán bộ", "cán bộ của Xã Yên Minh.\n2 người", ["Hoa", "Minh"]),
        ("👤 Lãnh đạo", "lãnh đạo của Xã Yên Minh.\n1 người", ["Lan"]),
    ],
)
async def test_nobody_outside_of_ones_units_is_counted_or_told(office, label, said, people):
    await office.preview(label, said, never=["Tâm", "Xa", "Sếp"])
    await office.press("✅ Gửi ngay", f"Đã xếp gửi, mã TB1: {len(people)} người.")
    [one] = await office.handed_in()
    assert (one.state, one.urgent) == ("scheduled", False)
    assert await office.people(one) == people


async def test_an_organisation_is_that_of_ones_own_units(office):
    await office.say("/thongbao Mời họp", "Gửi cho ai?")
    await office.press("🏷 Theo đoàn thể", "đoàn thể nào", buttons=[_FARMERS, "↩️ Quay lại"])
    await office.press(_FARMERS, "Mời họp", "1 người nhận được, 0 không.")
    await office.press("✅ Gửi ngay", "1 người")
    [one] = await office.handed_in()
    assert await office.people(one) == ["Hoa"]


_FARMERS = "Hội Nông dân Việt Nam"


async def test_units_of_others_are_not_found_by_their_names(office):
    await office.say("/thongbao Mời họp", "Gửi cho ai?")
    await office.press("📍 Theo đơn vị", "gõ tên đơn vị")
    await office.say("xa du gia, hoi nong dan tinh lao cai", "“xa du gia”, “hoi nong dan tinh")
    await office.say("xa yen minh, hoi nong dan xa yen minh", "Mời họp", "3 người nhận được")


async def test_who_lost_the_right_meanwhile_sends_nothing(office):
    await office.preview("👥 Toàn đơn vị", "3 người")

    async def demote(session: AsyncSession) -> None:
        own = select(Unit.id).where(Unit.name == COMMUNE).scalar_subquery()
        other = select(Unit.id).where(Unit.name == OTHER).scalar_subquery()
        which = (Role.role == "leader") & (Role.unit_id == own)
        await session.execute(update(Role).where(which).values(unit_id=other))

    await office.database.write(demote)
    await office.press("✅ Gửi ngay", "Mời họp", "không còn thuộc phạm vi", never=["Minh", "Hoa"])
    assert await office.handed_in() == []


async def test_a_double_tap_sends_once(office):
    await office.preview("👥 Toàn đơn vị", "3 người")
    stage, now = office.player.stage, office.player.now
    office.player.who = "Lan"
    tap = {"press": "✅ Gửi ngay"}
    first, second = [await stage.load(office.player.update(tap), now=now) for _ in range(2)]
    await stage.keep(*first, now=now)
    with pytest.raises(Conflict):
        await stage.keep(*second, now=now)
    [told] = await stage.hear(second[0].update, now=now)
    assert "Bước này đã qua" in told.text
    assert len(await office.handed_in()) == 1


async def test_a_tap_on_an_older_preview_sends_nothing(office):
    await office.preview("👥 Toàn đơn vị", "3 người")
    old = office.player.button("✅ Gửi ngay", "Lan")
    await office.press("⬜ Cần xác nhận đã nhận", "Có nút")
    await office.player.take({"token": old.token, "heard": "Bước này đã qua"})
    assert await office.handed_in() == []


async def test_a_quota_that_would_not_do_is_refused_with_the_arithmetic(office):
    office.pipe.caps = Caps(messages=2)
    await office.preview(
        "👥 Toàn đơn vị",
        "Telegram: cần 3 tin, tháng này còn 2.",
        buttons=["📋 Lấy bản chữ", "✏️ Sửa", "❌ Không gửi"],
    )


async def test_nobody_to_reach_is_refused_and_all_are_named(office):
    office.pipe.window = timedelta(seconds=1)
    office.player.now += timedelta(hours=1)
    await office.preview(
        "👤 Cán bộ",
        "0 người nhận được, 2 không:\n• Minh (Xã Yên Minh): hết thời hạn",
        buttons=["📋 Lấy bản chữ", "📄 Xem tên", "✏️ Sửa", "❌ Không gửi"],
    )
    await office.press("📄 Xem tên", "2 người không nhận được:")


async def test_at_night_it_waits_for_the_morning_unless_it_is_urgent(office):
    office.player.now += timedelta(minutes=NIGHT - 65)
    await office.preview("👤 Cán bộ", "2 người")
    office.player.now += timedelta(minutes=65)
    late = await office.press("✅ Gửi ngay", "Mời họp", "Đang giờ nghỉ")
    labels = [one.label for row in late[-1].buttons for one in row]
    assert labels[:2] == ["✅ Gửi 6h sáng", "✅ Gửi ngay (khẩn)"]
    await office.press("✅ Gửi 6h sáng", "gửi lúc 6h00 Thứ Hai, 23/11/2026")
    [one] = await office.handed_in()
    assert (one.urgent, f"{one.send_at.astimezone(ZONE):%d/%m %H:%M}") == (False, "23/11 06:00")


async def test_urgent_means_now(office):
    office.player.now += timedelta(minutes=NIGHT)
    await office.preview("👤 Cán bộ", "Đang giờ nghỉ")
    await office.press("✅ Gửi ngay (khẩn)", "Đã xếp gửi, mã TB1: 2 người.")
    [one] = await office.handed_in()
    assert one.urgent
    assert one.send_at == office.player.now


async def test_a_time_that_passed_is_asked_again(office):
    await office.preview("👤 Cán bộ", "2 người")
    await office.press("⏰ Hẹn giờ", "gõ giờ gửi")
    await office.say("9h sáng nay", "Giờ gửi: 9h00 Chủ nhật, 22/11/2026")
    office.player.now += timedelta(hours=2)
    await office.press("✅ Hẹn gửi", "Mời họp", "Thời điểm này đã qua")
    assert await office.handed_in() == []


async def test_a_trial_goes_to_those_named_below_and_the_draft_stays(office):
    await office.preview("👤 Cán bộ", "2 người")
    await office.press("🧪 Gửi thử", "Gửi thử cho ai?")
    await office.say("hoa, Tâm", "Không thấy trong phạm vi đồng chí phụ trách: “Tâm”.")
    await office.say("minh", "2 người nhận được", "Đang gửi thử (TB1) cho 1 người.")
    await office.press("🧪 Gửi thử", "Gửi thử cho ai?")
    await office.say("tôi", "2 người nhận được", "Đang gửi thử (TB2) cho 1 người.")
    await office.press("✅ Gửi ngay", "Đã xếp gửi, mã TB3: 2 người.")
    found = await office.handed_in()
    assert [await office.people(one) for one in found] == [["Minh"], ["Lan"], ["Hoa", "Minh"]]
    assert [one.message.title for one in found] == ["[Gửi thử]", "[Gửi thử]", ""]


async def test_groups_are_those_in_which_the_leader_spoke(office):
    stage, player = office.player.stage, office.player
    for who, chat, title in (("Lan", "g1", "Tổ dân vận"), ("Tâm", "g2", "Nhóm khác")):
        player.who = who
        update = player.update({"said": "lịch", "group": chat})
        await stage.hear(replace(update, chat_name=title), now=player.now)
    player.who = "Lan"
    await office.say("/thongbao Mời họp", "Gửi cho ai?")
    await office.press(
        "💬 Nhóm chat",
        "Bấm để chọn",
        buttons=["⬜ Tổ dân vận (Telegram)", "↩️ Quay lại"],
    )
    await office.press("⬜ Tổ dân vận (Telegram)", "Bấm để chọn")
    await office.press(
        "✅ Chọn xong", "Mời họp", "Người nhận: nhóm Tổ dân vận (Telegram).\n1 nhóm nhận được."
    )
    await office.press("✅ Gửi ngay", "Đã xếp gửi, mã TB1: 1 nhóm.")
    [one] = await office.handed_in()
    assert len(one.audience.addresses) == 1


async def test_a_photo_is_sent_once_it_is_here(office):
    stage, player = office.player.stage, office.player
    await office.say("thông báo", "gửi nội dung")
    large = replace(
        player.update({"kind": "photo"}), media=(Media("x", "image/jpeg", 21 * 2**20),)
    )
    [said] = await stage.hear(large, now=player.now)
    assert "tối đa là 20 MB" in said.text
    await player.take({"kind": "photo", "album": "a", "heard": "lấy ảnh đầu tiên.\nĐã nhận ảnh"})
    await player.take({"kind": "photo", "album": "a", "quiet": True})
    await office.say("Mời họp", "Gửi cho ai?")
    await office.press("👤 Cán bộ", "Mời họp", "đang tải về", buttons=_WAITING)

    async def store(session: AsyncSession) -> str:
        assert await session.scalar(select(func.count(MediaRow.id))) == 1
        await session.execute(update(MediaRow).values(state="stored", sha256="0" * 64))
        return str(await session.scalar(select(MediaRow.id)))

    media_id = await office.database.write(store)
    shown, _ = await office.press("🔄 Xem lại", "Mời họp", "2 người nhận được")
    assert shown.photo == media_id
    await office.press("✅ Gửi ngay", "Đã xếp gửi")
    [one] = await office.handed_in()
    assert (one.message.text, one.message.photo) == ("Mời họp", media_id)


_WAITING = ["🔄 Xem lại", "✏️ Sửa", "❌ Không gửi"]


async def test_a_photo_that_cannot_be_had_is_left_out_and_said(office):
    await office.say("thông báo", "gửi nội dung")
    await office.player.take({"said": "Mời họp", "kind": "photo", "heard": "Gửi cho ai?"})
    await office.database.write(
        lambda session: session.execute(update(MediaRow).values(state="gone", source={}))
    )
    await office.press("👤 Cán bộ", "Mời họp", "Không tải được ảnh")
    await office.press("✅ Gửi ngay", "Đã xếp gửi")
    assert [one.message.photo for one in await office.handed_in()] == [""]


async def wait_for_second(office):
    await office.database.write(
        lambda session: broadcasts.set_second_limit(session, 2, now=office.player.now)
    )
    await office.preview("👥 Toàn đơn vị", "3 người")
    await office.press("✅ Gửi ngay", "mã TB1: 3 người, trên 2 nên cần một lãnh đạo khác đồng ý")


async def test_above_the_limit_a_second_leader_agrees_and_the_author_hears(office):
    await wait_for_second(office)
    agree = {"token": "all:broadcast_agree:1"}
    await office.player.take({**agree, "who": "Lan", "heard": "do lãnh đạo khác"})
    await office.player.take({**agree, "who": "Minh", "heard": "dành cho lãnh đạo đơn vị"})
    assert [one.state for one in await office.handed_in()] == ["waiting"]
    await office.player.take({**agree, "who": "Sếp", "heard": "Đã đồng ý. TB1 gửi ngay."})
    await office.player.take({**agree, "heard": "TB1 đã được quyết định rồi"})
    assert [one.state for one in await office.handed_in()] == ["scheduled"]
    await office.say("lịch", "Đồng chí Sếp đã đồng ý, TB1 được gửi ngay.", "")


async def test_the_words_refuse_as_well(office):
    await wait_for_second(office)
    await office.say("không đồng ý", "Đã ghi: không gửi TB1.", who="Sếp")
    assert [one.state for one in await office.handed_in()] == ["refused"]
    await office.say("lịch", "Đồng chí Sếp không đồng ý, TB1 không gửi.", "")


async def test_others_see_a_broadcast_only_where_all_its_people_are_theirs(office):
    await office.join("Du", "leader", OTHER)
    await office.preview("👤 Cán bộ", "2 người")
    await office.press("✅ Gửi ngay", "TB1")
    await office.say("thông báo đã gửi", "Chưa có thông báo nào", who="Du")
    await office.say("thông báo đã gửi", "TB1 “Mời họp”", who="Sếp")
