"""The chat by its forms: asking, pressing, resending, refusals, and who may ask."""

import re

import pytest

from bot.web import phrases
from bot.web.visitor import CHAT_COOKIE
from store.database import Database
from tests.test_web import invite, open_office

QUESTION = "Kế hoạch 246 của Hà Giang ban hành ngày nào?"
ID = "a" * 24


async def test_a_first_visit_offers_examples_and_stores_nothing(database: Database) -> None:
    async with open_office(database) as office:
        status, page = await office.get("/chat")
        assert status == 200
        assert phrases.WELCOME in page
        for example in phrases.EXAMPLES:
            assert example in page
        assert await office.stored() == 0


async def test_asking_without_a_script(database: Database) -> None:
    async with open_office(database) as office:
        page = await office.ask(QUESTION)
        assert QUESTION in page
        assert "27/9/2021" in page
        assert 'class="source"' in page
        assert phrases.WELCOME not in page
        assert (await office.get("/chat"))[1].count(QUESTION) == 1


async def test_asking_with_a_script_answers_at_once_without_a_page(database: Database) -> None:
    async with open_office(database) as office:
        await office.get("/chat")
        assert await office.post(id=ID, text=QUESTION) == (204, "")
        assert await office.stored() == 1


async def test_a_script_that_lost_its_cookie_is_told_to_load_the_page_again(
    database: Database,
) -> None:
    async with (
        open_office(database) as office,
        office.client.post(
            "/chat/messages", data={"text": QUESTION}, headers={"HX-Request": "true"}
        ) as answer,
    ):
        assert (answer.status, answer.headers["HX-Refresh"]) == (204, "true")
        assert CHAT_COOKIE in answer.cookies


async def test_a_browser_without_cookies_is_told_so(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        office.client.session.cookie_jar.clear()
        assert phrases.NO_COOKIES in (await office.get("/chat?sent"))[1]


async def test_pressing_a_button(database: Database) -> None:
    async with open_office(database) as office:
        page = await office.ask(QUESTION)
        token = re.findall(r'name="press" value="([^"]+)">👍', page)[-1]
        status, _ = await office.post(script=False, press=token)
        assert status == 303
        page = (await office.get("/chat"))[1]
        assert "<p>👍</p>" in page
        assert "Cảm ơn" in page


async def test_a_button_never_issued_gets_one_sentence(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        await office.post(script=False, press="x' OR 1=1 --")
        assert "không còn dùng được" in (await office.get("/chat"))[1]


async def test_the_same_client_id_twice_is_said_once(database: Database) -> None:
    async with open_office(database) as office:
        await office.get("/chat")
        for _ in range(10):
            assert (await office.post(id=ID, text=QUESTION))[0] == 204
        assert await office.stored() == 1


async def test_one_page_posted_twice_without_a_script_is_said_once(database: Database) -> None:
    async with open_office(database) as office:
        _, page = await office.get("/chat")
        form_id = re.findall(r'name="id" value="([^"]+)"', page)[0]
        for text in (QUESTION, QUESTION, "15/10 là ngày gì?"):
            await office.post(script=False, id=form_id, text=text)
        assert await office.stored() == 2


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "**đậm** _nghiêng_ [x](javascript:alert(1))",
    "{{ 7*7 }}{% raw %}",
    "\u202eavatar\u200b \u0000\u0007 e\u0302\u0301 🙂",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_everything_is_escaped(database: Database, text: str) -> None:
    async with open_office(database) as office:
        page = await office.ask(text)
        assert "<img" not in page.replace('<img src="/static/', "")
        assert "<script>" not in page
        assert "\x00" not in page
        assert "\x07" not in page
        assert "{{ 7*7 }}" in page or "7*7" not in text


async def test_nothing_but_white_space_is_ignored(database: Database) -> None:
    async with open_office(database) as office:
        assert (await office.post(text=" \r\n\t\x00 "))[0] == 204
        assert (await office.post(script=False, text=""))[0] == 303
        assert (await office.post(script=False))[0] == 303
        assert await office.stored() == 0


@pytest.mark.parametrize("length", [4001, 20_000, 200_000, 300_000])
async def test_too_long_words_are_refused_kindly(database: Database, length: int) -> None:
    async with open_office(database) as office:
        status, text = await office.post(text="a" * length)
        assert status == 413
        assert "tối đa 4.000" in text
        assert "<html" not in text
        status, text = await office.post(script=False, text="a" * length)
        assert (status, "<html" in text) == (413, True)
        assert await office.stored() == 0


async def test_four_thousand_characters_are_taken(database: Database) -> None:
    async with open_office(database) as office:
        assert (await office.post(text="ộ" * 4000))[0] == 204
        assert await office.stored() == 1


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"text":"x"}', "application/json", 415),
        (b"text=x", "multipart/form-data; boundary=x", 415),
        (b"text=\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(50)), "application/x-www-form-urlencoded", 400),
        (b"text=%FF%FE%ED%A0%80", "application/x-www-form-urlencoded; charset=nonsense", 204),
    ],
)
async def test_malformed_posts(database: Database, body: bytes, kind: str, status: int) -> None:
    async with open_office(database) as office:
        headers = {"Content-Type": kind, "HX-Request": "true"}
        async with office.client.post("/chat/messages", data=body, headers=headers) as answer:
            assert answer.status == status


async def test_two_people_never_see_each_other(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        office.client.session.cookie_jar.clear()
        page = await office.ask("15/10 là ngày gì?")
        assert QUESTION not in page
        assert "15/10" in page


async def test_a_forged_cookie_opens_nobodys_chat(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        cookie = office.cookie(CHAT_COOKIE)
        chat, _, mark = cookie.partition(".")
        wrong = "0" if mark[-1] != "0" else "1"
        for forged in (chat, f"{chat}.", f"{chat}.{mark[:-1]}{wrong}", f"{chat}.ộ", "", "." * 99):
            office.client.session.cookie_jar.clear()
            office.keep_cookie(CHAT_COOKIE, forged)
            status, page = await office.get("/chat")
            assert status == 200
            assert QUESTION not in page
            assert office.cookie(CHAT_COOKIE).partition(".")[0] != chat


async def test_the_cookie_is_for_us_alone(database: Database) -> None:
    async with (
        open_office(database, public_url="https://danvan.example") as office,
        office.client.get("/chat") as answer,
    ):
        cookie = answer.headers["Set-Cookie"]
        for word in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"):
            assert word in cookie


async def test_both_processes_of_an_office_know_the_cookie(database: Database) -> None:
    async with open_office(database) as one, open_office(database, answering=False) as other:
        await one.ask(QUESTION)
        other.keep_cookie(CHAT_COOKIE, one.cookie(CHAT_COOKIE))
        assert QUESTION in (await other.get("/chat"))[1]


CROSS_SITE = [
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "same-origin"}, 204),
    ({"Sec-Fetch-Site": "none"}, 204),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://danvan.example"}, 204),
    ({}, 204),
]


@pytest.mark.parametrize(("headers", "status"), CROSS_SITE)
async def test_posts_come_from_our_own_pages(
    database: Database, headers: dict[str, str], status: int
) -> None:
    async with open_office(database, public_url="https://danvan.example") as office:
        for path in ("/chat/messages", "/logout"):
            wanted = status if path == "/chat/messages" or status == 403 else 303
            async with office.client.post(
                path,
                data={"text": "xin chào"},
                headers={"HX-Request": "true", **headers},
                allow_redirects=False,
            ) as answer:
                assert answer.status == wanted
        assert await office.stored() == (1 if status == 204 else 0)


async def test_strangers_need_an_invitation_where_asking_is_closed(database: Database) -> None:
    async with open_office(database, ask_open=False) as office:
        status, page = await office.get("/chat")
        assert (status, phrases.INVITED_ONLY in page) == (200, True)
        assert "<textarea" not in page
        status, text = await office.post(text=QUESTION)
        assert (status, phrases.ASK_AFTER_JOINING in text) == (403, True)
        assert (await office.post(press="token"))[0] == 403
        assert (await office.post(code="Mã mời gì đó"))[0] == 400
        assert await office.stored() == 0


async def test_a_code_lets_a_stranger_in(database: Database) -> None:
    async with open_office(database, ask_open=False) as office:
        await office.post(script=False, code="ABCDEFGHJK")
        _, page = await office.get("/chat")
        assert phrases.INVITED_ONLY in page
        assert "ABCDEFGHJK" not in page
        status, _ = await office.post(script=False, code=(await invite(office)).lower())
        assert status == 303
        _, page = await office.get("/chat")
        assert phrases.INVITED_ONLY not in page
        assert "Xã Tả Lủng" in page
        assert "27/9/2021" in await office.ask(QUESTION)


async def test_words_that_wait_are_shown(database: Database) -> None:
    async with open_office(database, answering=False) as office:
        await office.get("/chat")
        await office.post(id=ID, text=QUESTION)
        _, page = await office.get("/chat")
        assert QUESTION in page
        assert phrases.WAITING in page
        assert f'data-client="{ID}"' in page


async def test_older_lines_come_on_demand(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask("15/10 là ngày gì?")
        await office.tell(120)
        _, page = await office.get("/chat")
        assert "Tin số 119" in page
        assert "Tin số 69<" not in page
        seen = [page]
        while older := re.findall(r'hx-get="([^"]+)"', seen[-1]):
            seen.append((await office.get(older[0]))[1])
        assert len(seen) == 3
        assert "Tin số 0<" in seen[-1]
        assert sum(part.count("Tin số ") for part in seen) == 120
        assert "Tin số 20<" in (await office.get("/chat?before=30"))[1]


async def test_strange_addresses_are_harmless(database: Database) -> None:
    async with open_office(database) as office:
        await office.ask(QUESTION)
        for query in (
            "before=x",
            "before=-1",
            "before=" + "9" * 40,
            "after=%00",
            "before=1&after=",
        ):
            assert (await office.get(f"/chat/messages?{query}"))[0] == 200
            assert (await office.get(f"/chat?{query}"))[0] == 200
