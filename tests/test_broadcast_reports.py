"""What a broadcast's author hears, who confirmed it, and the second leader who must agree."""

import asyncio
from datetime import timedelta

import pytest

from jobs.broadcast_list import as_csv, list_kinds
from jobs.channel import Caps
from jobs.work import Runner
from store import broadcasts
from store.broadcast_judges import may_judge
from store.broadcast_receipts import latest_unconfirmed
from store.files import Files
from store.media import stored
from store.messages import Outcome, Priority, Receipt
from tests.broadcasts import DAY, HOUR, OFF, TEXT, ZONE, Stage
from tests.channels import Pipe, Post

OA, BOT, WEB = "zalo-oa:1", "zalo-bot:1", "web:main"
EDITS = Caps(edits=True, files=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(database):
    pipes = (Pipe(OA, window=2 * DAY), Pipe(BOT, limit=9000, caps=EDITS))
    return Stage(Post.of(database, *pipes))


async def authored(stage, channel=BOT, **more):
    """Hand one in from a leader who listens on a channel."""
    leader = await stage.post.person("Trưởng", {channel: HOUR}, role="leader")
    await stage.place({leader: ("leader", "/1/")})
    address = await stage.address("Trưởng")
    number = await stage.hand_in(author_id=leader, author_address_id=address, **more)
    return leader, number


def heard(stage, channel=BOT, chat="Trưởng"):
    """Give what was said at a chat beside the broadcast itself."""
    return [text for text in stage.post.channels[channel].texts(chat) if not text.endswith(TEXT)]


async def test_the_report_counts_by_reason_and_names(stage):
    for name, chats in {"Lan": {OA: 3 * DAY}, "Minh": {OFF: HOUR}, "Hoa": {BOT: HOUR}}.items():
        await stage.post.person(name, chats)
    for name, outcome in {
        "Tâm": Outcome.BLOCKED,
        "Sơn": Outcome.REJECTED,
        "Hải": Outcome.UNKNOWN,
    }.items():
        await stage.post.person(name, {BOT: HOUR})
        stage.post.channels[BOT].refuse(name, outcome)
    _, number = await authored(stage)
    await stage.send_all()
    await stage.send_all()
    [said] = heard(stage)
    assert said == (
        f"Thông báo TB{number} đã gửi xong.\n"
        "Đã gửi: 2/7 người.\n"
        "Không gửi được hoặc chưa chắc: 5\n"
        "- đã chặn: 1\n"
        "- hết thời hạn: 1\n"
        "- chưa bắt đầu: 1\n"
        "- bị từ chối: 1\n"
        "- chưa rõ đã đến chưa: 1\n\n"
        "Cụ thể:\n"
        "• Tâm (Xã): đã chặn\n"
        "• Sơn (Xã): bị từ chối\n"
        "• Hải (Xã): chưa rõ đã đến chưa\n"
        "• Lan (Xã): hết thời hạn\n"
        "• Minh (Xã): chưa bắt đầu"
    )


async def test_progress_is_one_message_that_is_edited_at_most_every_half_minute(stage):
    for name in ("Lan", "Minh"):
        await stage.post.person(name, {BOT: HOUR})
    waits = Receipt(Outcome.RETRY, retry_after=100)
    stage.post.channels[BOT].answers["Minh"] = [waits, Receipt(Outcome.SENT, external_id="2")]
    _, number = await authored(stage)
    await stage.tick()
    await stage.tick(after=MINUTE / 4)
    await stage.tick(after=MINUTE / 4)
    await stage.post.deliver()
    await stage.tick(after=MINUTE)
    await stage.send_all(after=MINUTE)
    rows = [row for row in await stage.post.rows() if ":how" in row.key]
    first = rows[0]
    assert [row.replaces_id for row in rows] == [None, *[first.id] * (len(rows) - 1)]
    assert [row.content["text"] for row in rows] == [
        f"Thông báo TB{number} đang gửi: xong 0 trên 3 người (0%), đã gửi 0.",
        f"Thông báo TB{number} đang gửi: xong 2 trên 3 người (66%), đã gửi 2.",
        f"Thông báo TB{number} đã gửi xong. Kết quả ở tin sau.",
    ]
    assert {row.priority for row in rows} == {Priority.REMINDER}


async def test_where_nothing_can_be_edited_only_the_end_is_told(stage):
    await stage.post.person("Lan", {BOT: HOUR})
    _, number = await authored(stage, OA)
    await stage.tick()
    await stage.tick(after=MINUTE)
    await stage.send_all()
    await stage.send_all()
    assert heard(stage, OA) == [f"Thông báo TB{number} đã gửi xong.\nĐã gửi: 2/2 người."]


async def test_what_is_cancelled_is_reported_as_such(stage):
    await stage.post.person("Lan", {BOT: HOUR})
    _, number = await authored(stage)
    await stage.tick()
    await stage.write(broadcasts.cancel, number)
    await stage.send_all()
    assert heard(stage)[0].startswith(f"Thông báo TB{number} đã hủy.\nĐã gửi: 0/2 người.")
    assert "đã hủy, không gửi: 2" in heard(stage)[0]


async def runner(stage, tmp_path):
    database, channels = stage.post.database, stage.post.channels
    kinds = list_kinds(database, channels, Files(tmp_path), ZONE, stage.post.now)
    return Runner(database, kinds, channels, stage.post.now)


async def run_jobs(stage, tmp_path):
    async with asyncio.TaskGroup() as group:
        await (await runner(stage, tmp_path)).step(group)
    await stage.post.deliver()


@pytest.mark.parametrize("channel", [BOT, OA])
async def test_who_is_not_named_in_the_report_is_in_the_list(stage, tmp_path, channel):
    for n in range(12):
        await stage.post.person(f"=P{n}", {OFF: HOUR})
    _, number = await authored(stage, channel)
    await stage.send_all()
    await stage.send_all()
    assert "Còn 2 người nữa, danh sách ở tin sau." in heard(stage, channel)[0]
    await run_jobs(stage, tmp_path)
    said = stage.post.channels[channel].tried[-1][1]
    if channel == OA:
        assert "• =P11 (Xã): chưa bắt đầu" in said.text
        return
    assert said.text == f"Danh sách người nhận của thông báo TB{number}."
    async with stage.post.database.read() as session:
        sha256 = await stored(session, said.file)
    assert sha256 is not None
    raw = Files(tmp_path).path(sha256).read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = raw.decode("utf-8-sig").splitlines()
    assert len(lines) == 14
    assert lines[0] == "STT;Họ tên;Đơn vị;Kênh;Kết quả;Lý do;Đã nhận lúc"
    assert "13;'=P11;Xã;;không gửi được;chưa bắt đầu;" in lines


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-1", "@a", "\tx"])
def test_no_cell_is_a_formula(cell):
    assert as_csv([["a", cell]]).split(";")[1].strip('"\r\n').startswith("'")


async def test_confirming_counts_once_and_only_for_who_got_it(stage):
    lan = await stage.post.person("Lan", {BOT: HOUR})
    minh = await stage.post.person("Minh", {OA: 3 * DAY})
    number = await stage.hand_in(wants_receipt=True)
    await stage.send_all()
    [[_, said]] = stage.post.channels[BOT].tried
    assert [button.token for row in said.buttons for button in row] == [f"all:received:{number}"]
    async with stage.post.database.read() as session:
        assert await latest_unconfirmed(session, lan, now=stage.post.at) == number
        assert await latest_unconfirmed(session, minh, now=stage.post.at) is None
    assert [await stage.confirm(number, one) for one in (lan, lan, minh)] == [True, True, False]
    assert (await stage.progress(number)).confirmed == 1
    assert [one.person_id for one in await stage.outcomes(number, "confirmed")] == [lan]
    assert await stage.outcomes(number, "unconfirmed") == []
    async with stage.post.database.read() as session:
        assert await latest_unconfirmed(session, lan, now=stage.post.at) is None


async def test_who_has_not_confirmed_is_told_once_more_by_day(stage):
    lan = await stage.post.person("Lan", {BOT: HOUR})
    minh = await stage.post.person("Minh", {BOT: HOUR})
    number = await stage.hand_in(wants_receipt=True)
    await stage.send_all(after=13 * HOUR + 59 * MINUTE)
    assert await stage.confirm(number, lan)
    await stage.send_all(after=DAY)
    assert len(stage.post.channels[BOT].texts("Minh")) == 1
    await stage.tick(after=9 * HOUR)
    await stage.send_all()
    await stage.send_all(after=DAY)
    assert stage.post.channels[BOT].texts("Lan") == [TEXT]
    assert len(stage.post.channels[BOT].texts("Minh")) == 2
    assert stage.post.channels[BOT].texts("Minh")[1].endswith(TEXT)
    assert await stage.confirm(number, minh)
    assert (await stage.progress(number)).total == 2


async def test_who_confirms_meanwhile_is_not_told_again(stage):
    lan = await stage.post.person("Lan", {BOT: HOUR})
    number = await stage.hand_in(wants_receipt=True)
    await stage.send_all()
    await stage.tick(after=DAY)
    assert await stage.confirm(number, lan)
    await stage.send_all()
    assert [row.state for row in await stage.post.rows()] == ["sent", "cleared"]


async def test_without_a_receipt_nobody_is_told_again(stage):
    await stage.post.person("Lan", {BOT: HOUR})
    await stage.hand_in()
    await stage.send_all()
    await stage.send_all(after=DAY)
    assert len(stage.post.channels[BOT].tried) == 1


async def test_leaders_at_or_above_are_asked_once_and_may_agree(stage):
    people = {
        name: await stage.post.person(name, {BOT: HOUR})
        for name in ("Trên", "Cùng", "Dưới", "Bên", "Viên")
    }
    leader, number = await authored(stage, waits=True)
    await stage.place(
        {
            leader: ("leader", "/1/2/"),
            people["Trên"]: ("admin", "/1/"),
            people["Cùng"]: ("leader", "/1/2/"),
            people["Dưới"]: ("leader", "/1/2/3/"),
            people["Bên"]: ("leader", "/1/4/"),
            people["Viên"]: ("officer", "/1/2/"),
        }
    )
    for _ in range(2):
        await stage.send_all()
    asked = {chat for chat, _ in stage.post.channels[BOT].tried}
    assert asked == {"Trên", "Cùng"}
    assert len(stage.post.channels[BOT].tried) == 2
    said = stage.post.channels[BOT].tried[0][1]
    assert f"TB{number} tới 6 người, ngay sau khi đồng ý" in said.text
    assert said.text.endswith(TEXT)
    tokens = [button.token for row in said.buttons for button in row]
    assert tokens == [f"all:broadcast_agree:{number}", f"all:broadcast_refuse:{number}"]
    async with stage.post.database.read() as session:
        may = {name for name, one in people.items() if await may_judge(session, number, one)}
        assert not await may_judge(session, number, leader)
    assert may == {"Trên", "Cùng"}
    await stage.write(broadcasts.agree, number, people["Trên"])
    await stage.send_all()
    assert (await stage.find(number)).state == "done"
    assert (await stage.find(number)).approved_by_id == people["Trên"]


async def test_where_nobody_may_agree_the_author_is_told_once(stage):
    await authored(stage, waits=True)
    for _ in range(2):
        await stage.send_all()
    assert len(heard(stage)) == 1
    assert "cần một lãnh đạo khác đồng ý" in heard(stage)[0]


async def test_the_limit_for_a_second_leader_is_chosen_by_the_office(stage):
    async with stage.post.database.read() as session:
        assert await broadcasts.second_limit(session) == 200
    await stage.write(broadcasts.set_second_limit, 50)
    async with stage.post.database.read() as session:
        assert await broadcasts.second_limit(session) == 50
