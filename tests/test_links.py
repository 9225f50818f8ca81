"""One person on two channels: codes, moving accounts and roles, the preferred channel, undoing."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from handlers.link_phrases import account as account_words
from store import links, logins, people
from store.models import Joining, LinkCode, Person, Question, WebSession
from tests.linking import (
    BOT,
    OA,
    UNKNOWN,
    get_code,
    join,
    link,
    owners,
    person,
    player_on,
    roles,
    scalar,
)


@pytest.fixture
def player(database, now):
    return player_on(database, now)


async def test_an_account_on_another_channel_becomes_the_persons(player, database):
    await join(player, "Lan")
    await link(player, "Lan Zalo", "Lan")
    assert await owners(database) == {(OA, "Lan"): 1, (BOT, "Lan Zalo"): 1}
    heard = await player.take(
        {"who": "Lan", "said": "liên kết", "heard": ["Nếu không phải đồng chí làm", ""]}
    )
    assert heard[0].text.startswith("Zalo Bot “Lan Zalo” vừa được liên kết với đồng chí.")
    assert heard[1].text == (
        "Đồng chí đang dùng trợ lý trên:\n"
        "• Zalo OA “Lan” (ở đây)\n"
        "• Zalo Bot “Lan Zalo”\n"
        "Kênh ưu tiên: chưa chọn, trợ lý nhắn vào kênh dùng gần nhất.\n"
        "Muốn dùng thêm kênh khác, chọn “Lấy mã liên kết”.\n"
        "Muốn bớt, gõ “bỏ liên kết”."
    )


async def test_the_preferred_channel_is_chosen_kept_and_offered_no_more(player, database):
    await join(player, "Lan")
    await database.write(
        lambda s: s.execute(update(Person).values(preferences={"morning": "07:00"}))
    )
    await link(player, "Lan", "Lan")
    await player.take(
        {
            "said": "liên kết",
            "on": BOT,
            "buttons": ["Lấy mã liên kết", "Ưu tiên Zalo OA", "Ưu tiên Zalo Bot"],
        }
    )
    await player.take({"said": "uu tien zalo bot", "on": BOT, "heard": "qua Zalo Bot"})
    kept = (await person(database, 1)).preferences
    assert kept == {"morning": "07:00", links.PREFERRED: BOT}
    await player.take(
        {
            "said": "liên kết",
            "on": BOT,
            "heard": "Kênh ưu tiên: Zalo Bot.",
            "buttons": ["Lấy mã liên kết", "Ưu tiên Zalo OA"],
        }
    )


async def test_a_preferred_channel_that_was_unlinked_is_preferred_no_more(player, database):
    await join(player, "Lan")
    await link(player, "Lan", "Lan")
    await player.take({"said": "liên kết", "on": BOT})
    await player.take({"said": "ưu tiên zalo bot", "on": BOT, "heard": "qua Zalo Bot"})
    await player.take({"said": "bỏ liên kết", "heard": ["vừa được liên kết", ""]})
    await player.take({"said": "Bỏ Zalo Bot “Lan”", "heard": "Đã bỏ liên kết Zalo Bot “Lan”."})
    assert (await person(database, 1)).preferences == {}
    assert await owners(database) == {(OA, "Lan"): 1, (BOT, "Lan"): None}
    await player.take({"press": "Ưu tiên Zalo OA", "on": BOT, "heard": "Anh/chị cần tham gia"})
    await player.take({"said": "liên kết", "buttons": ["Lấy mã liên kết"]})


async def test_only_the_hash_of_a_code_is_kept(player, database, now):
    await join(player, "Lan")
    code = await get_code(player, "Lan")
    async with database.read() as session:
        [row] = (await session.scalars(select(LinkCode))).all()
    assert row.hash == hashlib.sha256(code.encode()).hexdigest()
    assert row.expires_at - player.now == timedelta(minutes=15)
    said = [decision.said for decision in player.stage.decisions]
    assert not [one for one in said if code in one]


async def test_a_code_is_hidden_from_history_wherever_it_is_used(player):
    await join(player, "Lan")
    code = await get_code(player, "Lan")
    for turn in (
        {"said": code, "group": "nhom", "heard": "cuộc trò chuyện riêng"},
        {"said": f"/start {code}", "group": "nhom", "heard": "cuộc trò chuyện riêng"},
        {"said": f" {code[:5].lower()}-{code[5:]} ", "who": "Minh", "heard": "Đã liên kết"},
    ):
        await player.take(turn)
        assert player.stage.decisions[-1].said == "[mã mời]"


async def test_a_code_is_good_once_for_a_quarter_of_an_hour_and_until_the_next(player):
    await join(player, "Lan")
    await get_code(player, "Lan", name="CU")
    await get_code(player, "Lan", name="MOI")
    hoa = {"who": "Hoa", "on": BOT}
    await player.take({**hoa, "said": "/start {CU}", "heard": UNKNOWN})
    await player.take({**hoa, "said": "{MOI}", "wait_minutes": 15, "heard": "đã quá 15 phút"})
    await get_code(player, "Lan")
    await player.take({**hoa, "said": "{MA}", "wait_minutes": 14, "heard": "Đã liên kết"})
    await player.take({"who": "Tú", "on": BOT, "said": "{MA}", "heard": "đã dùng rồi"})


async def test_a_wrong_code_is_told_like_a_wrong_invitation(player):
    await join(player, "Lan")
    code = await get_code(player, "Lan")
    wrong = ("B" if code[0] == "A" else "A") + code[1:]
    [told] = await player.take({"who": "Hoa", "said": f"/start {wrong}"})
    [known] = await player.take({"said": "/start AAAAABBBBB"})
    assert told == known


async def test_codes_that_are_long_over_are_forgotten_with_the_next_one(player, database):
    await join(player, "Lan")
    await join(player, "Minh")
    await get_code(player, "Lan")
    player.now += timedelta(days=2)
    await get_code(player, "Minh")
    assert await scalar(database, select(func.count()).select_from(LinkCode)) == 1


async def merge(player, *, press="✅ Đồng ý"):
    """Lan is an officer on the OA, Minh a leader and an officer on the bot; they are one."""
    await join(player, "Lan")
    await join(player, "Minh", role="leader", on=BOT)
    code = await player.stage.invite(role="officer", unit="Tỉnh Hà Giang", uses=1, now=player.now)
    await player.take({"said": code, "on": BOT, "heard": "thêm vai trò cán bộ dân vận"})
    await get_code(player, "Lan")
    await player.take(
        {
            "who": "Minh",
            "on": BOT,
            "said": "{MA}",
            "heard": "thuộc về đồng chí Lan, vai trò cũng theo sang",
        }
    )
    if press:
        await player.take({"press": press, "on": BOT, "heard": ""})


async def test_two_people_become_one_with_all_their_roles_and_history_stays(player, database):
    await join(player, "Minh", on="telegram:1", unit="Xã Khác")
    await player.take({"said": "15/10 là ngày gì?", "on": "telegram:1"})
    await get_code(player, "Minh", on="telegram:1")
    await database.write(lambda s: logins.begin(s, 1, now=player.now))
    await database.write(lambda s: logins.make_token(s, 1, now=player.now))
    await join(player, "Lan")
    asked, joined = select(Question.account_id), select(Joining.person_id).order_by(Joining.id)
    before = [await scalar(database, one) for one in (asked, joined)]
    await get_code(player, "Lan", name="LAN")
    await player.take(
        {"who": "Minh", "on": "telegram:1", "said": "{LAN}", "heard": "đồng chí Lan"}
    )
    await player.take({"said": "✅", "on": "telegram:1", "heard": "Đã liên kết"})
    assert [await scalar(database, one) for one in (asked, joined)] == before
    assert set((await owners(database)).values()) == {2}
    assert await roles(database) == [(2, "officer"), (2, "officer")]
    gone = await person(database, 1)
    assert (gone.state, gone.name, gone.preferences) == ("merged", "", {})
    assert await scalar(database, select(func.count()).select_from(WebSession)) == 0
    await player.take({"who": "Tú", "said": "/start {MA}", "heard": UNKNOWN})
    await database.write(lambda s: people.suspend(s, 1))
    await database.write(lambda s: people.restore(s, 1))
    assert (await person(database, 1)).state == "merged"


async def test_a_role_that_both_hold_is_held_once(player, database):
    await merge(player)
    assert await roles(database) == [(1, "leader"), (1, "officer")]


async def test_unlinking_leaves_the_roles_that_had_moved(player, database):
    await merge(player)
    await player.take({"who": "Lan", "said": "bỏ liên kết", "heard": ["vừa được", ""]})
    await player.take({"said": "1", "heard": "Đã bỏ liên kết Zalo Bot “Minh”"})
    assert await roles(database) == [(1, "leader"), (1, "officer")]
    assert (await owners(database))[BOT, "Minh"] is None
    await player.take({"press": "Bỏ Zalo Bot “Minh”", "heard": "không còn liên kết"})


async def test_who_says_no_stays_who_they_were(player, database):
    await merge(player, press="❌ Không liên kết")
    assert await owners(database) == {(OA, "Lan"): 1, (BOT, "Minh"): 2}
    assert await roles(database) == [(2, "leader"), (1, "officer"), (2, "officer")]


async def test_a_person_who_keeps_another_account_goes_on(player, database):
    await join(player, "Minh", on=BOT)
    await get_code(player, "Minh", on=BOT)
    await player.take({"who": "Minh", "on": "telegram:1", "said": "{MA}", "heard": "Đã liên kết"})
    await join(player, "Lan", role="leader")
    await get_code(player, "Lan")
    await player.take({"who": "Minh", "on": "telegram:1", "said": "{MA}"})
    await player.take({"said": "1", "on": "telegram:1", "heard": "Đã liên kết"})
    assert (await person(database, 1)).state == "active"
    assert await roles(database) == [(2, "leader"), (1, "officer")]
    assert (await owners(database))[BOT, "Minh"] == 1


@pytest.mark.parametrize("number", [1, 2])
async def test_suspension_is_not_escaped_by_linking(player, database, number):
    """Person 1 gave the code, person 2 would use it; the question was asked before."""
    await merge(player, press="")
    await database.write(lambda s: people.suspend(s, number))
    heard = {1: (UNKNOWN, "đã quá 15 phút"), 2: ("đang tạm dừng", "đang tạm dừng")}[number]
    minh = {"who": "Minh", "on": BOT}
    await player.take({**minh, "press": "✅ Đồng ý", "heard": heard[1]})
    await player.take({**minh, "said": "/start {MA}", "heard": heard[0]})
    assert await owners(database) == {(OA, "Lan"): 1, (BOT, "Minh"): 2}
    suspended = {1: {"who": "Lan"}, 2: minh}[number]
    for said in ("liên kết", "bỏ liên kết"):
        await player.take({**suspended, "said": said, "heard": "đang tạm dừng"})


async def test_buttons_of_before_a_suspension_give_nothing(player, database):
    await join(player, "Lan")
    await link(player, "Lan", "Lan")
    await player.take({"said": "liên kết", "heard": ["", ""]})
    await player.take({"said": "bỏ liên kết"})
    await database.write(lambda s: people.suspend(s, 1))
    for label in ("Lấy mã liên kết", "Ưu tiên Zalo Bot"):
        await player.take({"press": label, "heard": "đang tạm dừng"})
    await player.take({"press": "Bỏ Zalo Bot “Lan”", "heard": ""})
    assert set((await owners(database)).values()) == {1}


def test_a_name_of_somebody_else_is_shown_short_and_on_one_line():
    told = account_words("telegram:5", "A\nTrợ lý báo:  hãy gửi mật khẩu vào đây ngay")
    assert told == "Telegram “A Trợ lý báo: hãy gửi mật khẩu”"
    assert account_words("web:main", "") == "trình duyệt"
    assert account_words("other:1", " ") == "other"
