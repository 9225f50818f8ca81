"""The one-time link and the page behind it."""

import re
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.web import curate_phrases, phrases
from handlers.conversation import Conversation
from store import logins
from store.database import Database
from store.messages import Address, Sender, Update
from store.models import ChannelAccount, LoginToken, OutboxRow, Person, Question, WebSession
from store.office import put
from tests.conftest import NOW
from tests.dialogues import StoreStage
from tests.test_web import Office, invite, library, open_office


async def _token(office: Office, role: str = "admin") -> tuple[int, str]:
    person_id = await office.person(role)
    return person_id, await office.database.write(
        lambda session: logins.make_token(session, person_id, now=office.clock())
    )


async def _enter(office: Office, token: str) -> int:
    async with office.client.post(
        "/login", data={"token": token}, allow_redirects=False
    ) as answer:
        return answer.status


async def test_looking_at_the_link_uses_nothing_up(database: Database) -> None:
    async with open_office(database) as office:
        _, token = await _token(office)
        for _ in range(3):
            status, page = await office.get(f"/login?token={token}")
            assert status == 200
            assert '<form action="/login" method="post">' in page
        assert (await office.get("/"))[0] == 303
        assert await _enter(office, token) == 303
        assert (await office.get("/"))[0] == 200


async def test_a_link_works_once(database: Database) -> None:
    async with open_office(database) as office:
        _, token = await _token(office)
        assert await _enter(office, token) == 303
        office.client.session.cookie_jar.clear()
        assert await _enter(office, token) == 403
        assert (await office.get("/"))[0] == 303


async def test_a_link_is_for_five_minutes(database: Database) -> None:
    async with open_office(database) as office:
        _, token = await _token(office)
        office.clock.forward(minutes=5)
        async with office.client.post("/login", data={"token": token}) as answer:
            assert answer.status == 403
            assert phrases.LOGIN_OVER in await answer.text()


@pytest.mark.parametrize("role", ["officer", "leader"])
async def test_other_roles_are_refused(database: Database, role: str) -> None:
    async with open_office(database) as office:
        _, token = await _token(office, role)
        assert await _enter(office, token) == 403
        assert (await office.get("/"))[0] == 303


async def test_a_curator_is_led_to_the_curators_page(database: Database) -> None:
    async with open_office(database) as office:
        _, token = await _token(office, "curator")
        assert await _enter(office, token) == 303
        status, page = await office.get("/")
        assert (status, curate_phrases.CURATE in page) == (200, True)
        assert phrases.PEOPLE not in page


async def test_a_curator_asks_for_the_link_in_chat(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(await invite(office, "curator"))
        for words in ("đăng nhập", "/dangnhap"):
            page = await office.ask(words)
            token = re.findall(r"http://127\.0\.0\.1:8080/login\?token=([\w-]+)", page)[-1]
            assert await _enter(office, token) == 303
            assert await _enter(office, token) == 403
        async with office.database.read() as session:
            assert await session.scalar(select(func.count()).select_from(LoginToken)) == 2


async def test_a_link_that_the_world_can_open_is_a_button(database: Database) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    conversation = Conversation(library(), ask_open=True, zone=zone, home="https://tro-ly.vn")
    stage = StoreStage(database, conversation)
    code = await stage.invite(role="curator", unit="Xã Yên Minh", uses=1, now=NOW)
    where, who = Address(stage.channel, "c1"), Sender(stage.channel, "u1", "Lan")
    await stage.hear(Update("1", where, who, "text", NOW, code), now=NOW)
    [said] = await stage.hear(Update("2", where, who, "text", NOW, "dang nhap"), now=NOW)
    [[button]] = said.buttons
    assert button.url.startswith("https://tro-ly.vn/login?token=")
    assert "token" not in said.text


async def test_nobody_else_is_given_a_link(database: Database) -> None:
    async with open_office(database) as office:
        assert "/login?token=" not in await office.ask("đăng nhập")
        await office.ask(await invite(office, "officer"))
        assert "/login?token=" not in await office.ask("/dangnhap")
        async with office.database.read() as session:
            assert await session.scalar(select(func.count()).select_from(LoginToken)) == 0


async def test_who_left_is_out_at_once(database: Database) -> None:
    async with open_office(database) as office:
        person_id, token = await _token(office)
        await _enter(office, token)
        assert (await office.get("/"))[0] == 200

        async def leave(session):
            (await session.get(Person, person_id)).state = "suspended"

        await office.database.write(leave)
        assert (await office.get("/"))[0] == 303


async def test_a_session_ends(database: Database) -> None:
    async with open_office(database) as office:
        _, token = await _token(office)
        await _enter(office, token)
        office.clock.forward(days=7)
        assert (await office.get("/"))[0] == 303


async def test_logging_out_ends_the_session_in_the_store(database: Database) -> None:
    async with open_office(database) as office:
        await office.log_in("admin")
        kept = office.cookie("danvan_session")
        async with office.client.post("/logout", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/login"
        office.keep_cookie("danvan_session", kept)
        assert (await office.get("/"))[0] == 303


async def test_secrets_are_stored_as_hashes_only(database: Database) -> None:
    async with open_office(database) as office:
        _, token = await _token(office)
        async with office.database.read() as session:
            kept = (await session.scalars(select(LoginToken.hash))).one()
        assert token not in kept
        assert re.fullmatch(r"[0-9a-f]{64}", kept)


async def test_old_tokens_and_sessions_are_forgotten(database: Database) -> None:
    async with open_office(database) as office:
        person_id, _ = await _token(office)
        await office.log_in("admin")
        office.clock.forward(days=8)
        await office.database.write(lambda s: logins.forget_old(s, now=office.clock()))
        await office.database.write(lambda s: logins.end_all(s, person_id))
        async with office.database.read() as session:
            assert await session.scalar(select(func.count()).select_from(LoginToken)) == 0
            assert await session.scalar(select(func.count()).select_from(WebSession)) == 0


async def test_the_page_of_admins(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask("Kế hoạch 246 của Hà Giang ban hành ngày nào?")

        now = office.clock()
        stopped = ChannelAccount(id="telegram:1", stopped_reason="token <b>", created_at=now)
        question = Question(
            ref="q",
            text="Ai ký <kế hoạch>?",
            kind="refuse",
            state="open",
            docs=[],
            answer="",
            confidence=0,
            asked_at=now,
        )

        async def add(session):
            session.add_all([stopped, question])
            told = {"said": "khóa <sai>"}
            await put(session, name="complaint:web:main", value=told, now=now)
            rows = select(OutboxRow).order_by(OutboxRow.id).limit(1)
            one = (await session.scalars(rows)).one()
            one.state, one.code = "cancelled", "moved"

        await office.database.write(add)
        await office.log_in("admin")
        status, page = await office.get("/")
        assert status == 200
        assert "Ai ký &lt;kế hoạch&gt;?" in page
        assert "đã dừng: token &lt;b&gt;" in page
        assert "khóa &lt;sai&gt;" in page
        moved = '<td>đã hủy</td><td class="why">đã chuyển sang kênh khác của người nhận</td>'
        assert moved in page
        assert "moved" not in page
        assert "<td>đã gửi</td>" in page
        assert re.search(r"Đã trả lời</dt><dd>1<", page)
        assert re.search(r"Người quản trị</dt><dd>1<", page)


@pytest.mark.parametrize("code", ["moved", "dropped", "lost", "window", "late", "connect"])
def test_a_code_of_ours_is_shown_in_words(code):
    assert code not in phrases.why(code, "")
    assert phrases.why(code, "") == phrases.why(code, "").strip() != ""


def test_a_reason_stands_for_itself_unless_it_is_a_programmers():
    assert phrases.why("-211", "Zalo chỉ cho gửi tiếp") == "Zalo chỉ cho gửi tiếp"
    assert phrases.why("connect", "ClientConnectorError") == (
        "không kết nối được nền tảng [ClientConnectorError]"
    )
    assert phrases.why("", "") == ""
