"""Who may do what: strangers, suspended people and every role against all that can be said."""

from zoneinfo import ZoneInfo

import pytest

from handlers.conversation import Conversation
from handlers.routes import COMMANDS
from knowledge.library import Library
from store import people
from store.database import Conflict
from store.people import ROLES
from tests.dialogues import BASE, Player, StoreStage

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIBRARY = Library(BASE)

GREETING, CODE_FIRST, ASKED = (
    "Đây là trợ lý dân vận: ",
    "Đây là trợ lý dân vận, dành",
    "31/12/2026",
)
LINKED, JOIN_FIRST = "đang dùng trợ lý trên", "cần tham gia bằng mã mời trước"
HELP, DATES, NOTHING, OWN = "• trợ giúp", "• Thứ Ba", "Hiện không có việc", "Trợ lý đang lưu"
NOT_YOURS, NONE_WAIT = "chỉ dành cho người phụ trách kho tri thức", "không có câu hỏi nào chờ"
RECEIVES, PEOPLE_ONLY = "nhận tin nhắc lúc", "dành cho người đã đăng ký"
LEADERS_ONLY, TEXT_WANTED = "dành cho lãnh đạo đơn vị", "gửi nội dung thông báo"
NO_PAGES = "Trang biên tập chưa có địa chỉ"
CLOSED, SUSPENDED, NO_SUCH = "chỉ phục vụ người được mời", "đang tạm dừng", "không có lệnh"
SAID = {
    "start": ("/start", "chào"),
    "trogiup": ("/trogiup", "Trợ giúp"),
    "lich": ("/lich", "LỊCH"),
    "huy": ("/huy", "huỷ"),
    "dulieu": ("/dulieu", "dữ liệu của tôi."),
    "lienket": ("/lienket", "liên kết"),
    "cauhoi": ("/cauhoi", "Câu hỏi", "cau hoi"),
    "dangnhap": ("/dangnhap", "Đăng nhập", "dang nhap"),
    "nhacviec": ("/nhacviec", "Nhắc việc", "nhac viec"),
    "question": ("Tháng Dân vận ở Hà Giang thực hiện khi nào?",),
    "other": ("/baocao", "/cuatoi", "/xyz"),
    "thongbao": ("/thongbao", "Thông báo", "thong bao", "gui thong bao"),
}
"""The last one opens a step in which words are taken as they are."""
OPEN = {
    "start": GREETING,
    "trogiup": HELP,
    "lich": DATES,
    "huy": NOTHING,
    "dulieu": OWN,
    "lienket": LINKED,
    "cauhoi": NOT_YOURS,
    "dangnhap": NOT_YOURS,
    "nhacviec": RECEIVES,
    "question": ASKED,
    "other": NO_SUCH,
    "thongbao": LEADERS_ONLY,
}
KEEPS = {"cauhoi": NONE_WAIT, "dangnhap": NO_PAGES}
LEADS = {"thongbao": TEXT_WANTED}
STRANGER = OPEN | {"lienket": JOIN_FIRST, "nhacviec": PEOPLE_ONLY}
SHUT = STRANGER | {"start": CODE_FIRST, "lich": CLOSED, "question": CLOSED}
TABLE = {
    ("stranger", True): STRANGER,
    ("stranger", False): SHUT,
    ("suspended", True): OPEN
    | dict.fromkeys(("start", "lienket", "cauhoi", "dangnhap", "nhacviec", "thongbao"), SUSPENDED),
    ("suspended", False): OPEN
    | dict.fromkeys(
        ("start", "lich", "question", "lienket", "cauhoi", "dangnhap", "nhacviec", "thongbao"),
        SUSPENDED,
    ),
    **{
        (role, is_open): OPEN | more
        for role, more in {
            "officer": {},
            "leader": LEADS,
            "curator": KEEPS,
            "admin": KEEPS | LEADS,
        }.items()
        for is_open in (True, False)
    },
}


@pytest.mark.parametrize(("who", "ask_open"), TABLE)
async def test_everybody_gets_exactly_what_they_may(who, ask_open, database, now):
    stage = StoreStage(database, Conversation(LIBRARY, ask_open=ask_open, zone=ZONE))
    player = Player(stage, now)
    role = {"suspended": "officer"}.get(who, who)
    if role in ROLES:
        code = await stage.invite(role=role, unit="Tỉnh Hà Giang", uses=1, now=now)
        await player.take({"said": code, "heard": ["Chào đồng chí", "12 tháng"]})
    if who == "suspended":
        await database.write(lambda session: people.suspend(session, 1))
    address = "đồng chí" if who in ROLES else "anh/chị"
    wrong = "anh/chị" if who in ROLES else "đồng chí"
    for name, expected in TABLE[who, ask_open].items():
        for said in SAID[name]:
            first_answer = expected == ASKED and who == "stranger"
            heard = [expected, address] if first_answer else expected
            await player.take({"said": said, "heard": heard, "never": [wrong, wrong.title()]})


def test_the_table_names_every_command_and_role():
    assert set(COMMANDS) | {"question", "other"} == set(OPEN)
    assert {who for who, _ in TABLE} == {"stranger", "suspended", *ROLES}


async def test_a_suspended_person_cannot_come_back_with_a_code(database, now):
    stage = StoreStage(database, Conversation(LIBRARY, ask_open=True, zone=ZONE))
    player = Player(stage, now)
    code = await stage.invite(role="officer", unit="Tỉnh Hà Giang", uses=5, now=now)
    await player.take({"said": code, "heard": ["Chào đồng chí", ""]})
    await database.write(lambda session: people.suspend(session, 1))
    await player.take({"said": f"/start {code}", "heard": "đang tạm dừng"})
    await database.write(lambda session: people.restore(session, 1))
    await player.take({"said": "xin chào", "heard": "Chào đồng chí Lan"})


async def test_closing_takes_the_buttons_of_before_as_well(database, now):
    player = Player(StoreStage(database, Conversation(LIBRARY, ask_open=True, zone=ZONE)), now)
    await player.take({"said": "/start", "heard": GREETING})
    player.stage = StoreStage(database, Conversation(LIBRARY, ask_open=False, zone=ZONE))
    await player.take({"press": "Ngày 15/10 là ngày gì?", "heard": CLOSED})


async def test_of_two_presses_of_a_once_button_at_the_same_time_one_counts(database, now):
    stage = StoreStage(database, Conversation(LIBRARY, ask_open=True, zone=ZONE))
    player = Player(stage, now)
    await player.take({"said": "thời tiết hôm nay", "heard": ["", ""]})
    forward = {"press": "Gửi câu hỏi cho người phụ trách"}
    first, second = [await stage.load(player.update(forward), now=now) for _ in range(2)]
    await stage.keep(*first, now=now)
    with pytest.raises(Conflict):
        await stage.keep(*second, now=now)
    [told] = await stage.hear(second[0].update, now=now)
    assert "đã được gửi" in told.text


async def test_nothing_that_is_typed_leaves_what_a_database_refuses(database, now):
    stage = StoreStage(database, Conversation(LIBRARY, ask_open=True, zone=ZONE))
    player = Player(stage, now)
    for typed in ("\x00", "a\x00b\ud800 tháng\x07 dân vận", "/lich\x00", "1\x00"):
        said = await player.stage.hear(player.update({"said": typed}), now=now)
        assert said
    for decision in stage.decisions:
        assert decision.said
        decision.said.encode()
        assert "\x00" not in decision.said
