"""Who asked is told once a curator answered; who asks next gets the answer at once."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from bot.current import read_edits
from jobs import answers as jobs
from knowledge.library import Library
from knowledge.text import fold
from store import answers, comparing, edits
from store.messages import Outcome
from store.models import Person, Question
from tests.asking import (
    ANSWERED,
    FORWARD,
    OTHER,
    UNKNOWN,
    ZONE,
    answer,
    ask,
    erase,
    merge,
    player_of,
    states,
    waiting,
)
from tests.channels import Pipe, Post
from tests.dialogues import BASE

BAD = "👎 Chưa đúng"
CHAT, WEB = "telegram:1", "web:main"
TODAY = "22/11/2026"


class Office:
    """People who ask on two channels, the base in service, and what arrives."""

    def __init__(self, database, now):
        self.library = Library(BASE)
        self.player = player_of(database, now, self.library)
        self.post = Post.of(database, Pipe(CHAT), Pipe(WEB, stored_is_sent=True))
        self.database, self.now = database, now
        self.tells_on = database

    async def refresh(self):
        async with self.database.read() as session:
            laid, revision = await read_edits(session, ZONE)
        self.library.refresh(laid, revision)

    async def tell(self, *, channels=None, base=None):
        told = await jobs.tell_askers(
            self.tells_on,
            self.post.channels if channels is None else channels,
            base or self.library.base,
            now=self.now,
            zone=ZONE,
        )
        self.post.at = self.now
        await self.post.deliver()
        return told

    async def look(self):
        await self.refresh()
        return await self.tell()

    async def merge(self):
        return await jobs.merge_alike(self.database, now=self.now)

    def heard(self, who):
        return [message for chat, message in self.post.channels[CHAT].tried if chat == who]


@pytest.fixture
def office(database, now):
    return Office(database, now)


async def test_who_asked_is_told_once_and_who_asks_next_is_answered_at_once(office):
    number = await ask(office.player, "Lan", UNKNOWN, FORWARD)
    await answer(office.database, number, office.now)
    assert [await office.look() for _ in "abc"] == [1, 0, 0]
    [message] = office.heard("Lan")
    assert message.text == (
        f"Câu hỏi của anh/chị: “{UNKNOWN}”\n"
        "Người phụ trách kho tri thức đã trả lời:\nTrưởng thôn giữ."
    )
    assert message.source == f"Nguồn: Giải đáp của người phụ trách, ngày {TODAY}."
    for who, said in (("Minh", UNKNOWN), ("Hoa", fold(UNKNOWN))):
        await office.player.take({"who": who, "said": said, "heard": ["Trưởng thôn giữ.", ""]})


async def test_an_answer_of_a_document_stands_under_its_source(office):
    number = await ask(office.player, "Lan", UNKNOWN)
    await answer(office.database, number, office.now, doc="ha-giang")
    await office.look()
    [message] = office.heard("Lan")
    assert message.source.startswith("Nguồn: Kế hoạch 12/KH-UBND ngày 10/9/2026")


async def test_registered_people_are_called_comrades_and_suspended_ones_are_not(office):
    for who in ("Lan", "Minh"):
        code = await office.player.stage.invite(
            role="officer", unit="Xã A", uses=1, now=office.now
        )
        await office.player.take({"who": who, "said": code, "heard": ["", ""]})
        await answer(office.database, await ask(office.player, who, UNKNOWN), office.now)
    suspends = update(Person).where(Person.name == "Minh").values(state="suspended")
    await office.database.write(lambda s: s.execute(suspends))
    await office.look()
    assert "của đồng chí" in office.heard("Lan")[0].text
    assert "của anh/chị" in office.heard("Minh")[0].text


async def test_nobody_is_told_before_this_process_serves_the_answer(office):
    number = await ask(office.player, "Lan", UNKNOWN)
    before = office.library.base
    await answer(office.database, number, office.now)
    assert await office.tell(base=before) == 0
    assert await office.look() == 1
    served = office.library.base
    office.now += timedelta(minutes=1)
    await answer(office.database, number, office.now, "Bí thư chi bộ giữ.", again=True)
    assert await office.tell(base=served) == 0, "its answer is the old one"
    assert await office.look() == 1
    assert [message.text.rpartition("\n")[2] for message in office.heard("Lan")] == [
        "Trưởng thôn giữ.",
        "Bí thư chi bộ giữ.",
    ]


class Meanwhile:
    """A database on which something else is written before our next write."""

    def __init__(self, database, first):
        self.read, self.database, self.first = database.read, database, first

    async def write(self, work):
        first, self.first = self.first, None
        if first:
            await first()
        return await self.database.write(work)


async def test_an_answer_that_is_replaced_while_it_is_being_told_is_told_in_its_new_words(office):
    number = await ask(office.player, "Lan", UNKNOWN)
    await answer(office.database, number, office.now)
    await office.refresh()
    later = office.now + timedelta(minutes=1)
    again = partial(answer, office.database, number, later, "Bí thư chi bộ giữ.", again=True)
    office.tells_on = Meanwhile(office.database, again)
    assert await office.tell() == 0
    office.now = later
    assert await office.look() == 1
    [message] = office.heard("Lan")
    assert message.text.endswith("Bí thư chi bộ giữ.")


async def test_who_erases_everything_while_being_told_is_told_nothing(office):
    number = await ask(office.player, "Lan", UNKNOWN)
    await answer(office.database, number, office.now)
    await office.refresh()
    office.tells_on = Meanwhile(office.database, partial(erase, office.player, "Lan"))
    assert await office.tell() == 0
    assert office.heard("Lan") == []


async def test_looks_that_run_at_once_tell_once(office):
    await answer(office.database, await ask(office.player, "Lan", UNKNOWN), office.now)
    await office.refresh()
    assert sum(await asyncio.gather(*(office.tell() for _ in "abc"))) == 1
    assert len(office.heard("Lan")) == 1


async def test_everybody_whose_question_was_merged_is_told_of_their_own(office):
    first = await ask(office.player, "Lan", UNKNOWN)
    second = await ask(office.player, "Minh", fold(UNKNOWN))
    await merge(office.database, second, first, office.now)
    await answer(office.database, first, office.now)
    assert await office.look() == 2
    assert f"“{fold(UNKNOWN)}”" in office.heard("Minh")[0].text


async def test_a_dismissed_question_is_told_with_its_word_and_an_answer_taken_back_is_not(office):
    put_away = await ask(office.player, "Lan", OTHER)
    taken_back = await ask(office.player, "Minh", UNKNOWN)
    word = "Việc này xin hỏi thôn."
    closes = partial(answers.dismiss, reply=word, person_id=None, now=office.now)
    await office.database.write(lambda s: closes(s, put_away))
    await answer(office.database, taken_back, office.now)
    key = answers.key_of(taken_back)
    takes = partial(edits.put, kind="question", key=key, content=None, person_id=None)
    await office.database.write(lambda s: takes(s, now=office.now))
    assert [await office.look(), await office.look()] == [1, 0]
    assert office.heard("Lan")[0].text.endswith(word)
    assert office.heard("Minh") == []
    async with office.database.read() as session:
        assert set(await session.scalars(select(Question.told_at))) == {office.now}


async def test_who_asked_where_we_are_silent_now_waits_and_holds_nobody_up(office, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for who in ("Lan", "Minh", "Hoa"):
        await answer(office.database, await ask(office.player, who, UNKNOWN), office.now)
    on_web = await ask(office.player, "Tú", UNKNOWN, on=WEB)
    await answer(office.database, on_web, office.now)
    await office.refresh()
    web_only = {WEB: office.post.channels[WEB]}
    assert await office.tell(channels=web_only) == 1
    assert [row.state for row in await office.post.rows(WEB)] == ["sent"]
    assert await office.tell() == 3


async def test_answers_that_the_base_cannot_hold_hold_nobody_up(office, monkeypatch):
    monkeypatch.setattr(jobs, "AT_ONCE", 2)
    for who in ("Lan", "Minh", "Hoa"):
        number = await ask(office.player, who, UNKNOWN)
        await answer(office.database, number, office.now, doc="no-such-document")
    last = await ask(office.player, "Tú", OTHER)
    await answer(office.database, last, office.now + timedelta(minutes=1), wordings=(OTHER,))
    assert await office.look() == 1
    assert len(office.library.base.left_out) == 3


async def test_who_closed_the_chat_is_told_where_else_they_are(office):
    code = await office.player.stage.invite(role="officer", unit="Xã A", uses=1, now=office.now)
    await office.player.take({"who": "Lan", "said": code, "heard": ["", ""]})
    await office.player.take({"said": "liên kết"})
    await office.player.take({"said": "lấy mã liên kết", "heard": ["dưới đây", ""], "code": "MA"})
    await office.player.take({"said": "{MA}", "on": WEB, "heard": "Đã liên kết"})
    await office.player.take({"said": "trợ giúp", "heard": ["vừa được liên kết", ""]})
    number = await ask(office.player, "Lan", UNKNOWN)
    office.post.channels[CHAT].refuse("Lan", Outcome.BLOCKED)
    await answer(office.database, number, office.now)
    await office.look()
    [row] = await office.post.rows(WEB)
    assert "Trưởng thôn giữ." in row.content["text"]


async def test_questions_that_ask_the_same_are_merged_and_others_are_not(office):
    asked = [UNKNOWN, OTHER, fold(UNKNOWN), "Ai giữ sổ vàng của thôn Nà Mèo?"]
    numbers = [await ask(office.player, "Lan", text) for text in asked]
    assert await office.merge() == [(numbers[2], numbers[0])]
    async with office.database.read() as session:
        assert await comparing.uncompared(session, limit=9) == [], "each is compared once"
    assert await office.merge() == []
    late = await ask(office.player, "Minh", f"Dạ cho em hỏi {UNKNOWN.lower()}")
    assert await office.merge() == [(late, numbers[0])]
    assert [one.times for one in await waiting(office.database)] == [3, 1, 1]


async def test_who_asks_what_was_answered_meanwhile_is_told_the_answer(office):
    first = await ask(office.player, "Lan", UNKNOWN)
    second = await ask(office.player, "Minh", UNKNOWN)
    await answer(office.database, first, office.now)
    assert await office.merge() == [(second, first)]
    assert await office.look() == 2
    assert await states(office.database) == {first: "answered", second: "answered"}


async def test_who_asks_after_an_answer_was_taken_back_waits_for_another(office):
    first = await ask(office.player, "Lan", UNKNOWN)
    await answer(office.database, first, office.now)
    await office.look()
    key = answers.key_of(first)
    takes = partial(edits.put, kind="question", key=key, content=None, person_id=None)
    await office.database.write(lambda s: takes(s, now=office.now))
    await office.refresh()
    second = await ask(office.player, "Minh", UNKNOWN)
    assert await office.merge() == []
    assert [one.id for one in await waiting(office.database)] == [second]
    await answer(office.database, first, office.now, "Bí thư giữ.", again=True)
    third = await ask(office.player, "Hoa", UNKNOWN)
    assert await office.merge() == [(third, first)]


async def test_who_dislikes_an_answer_is_not_told_it_again(office):
    first = await ask(office.player, "Lan", ANSWERED, BAD)
    assert await office.merge() == []
    await answer(office.database, first, office.now, doc="ha-giang", wordings=(ANSWERED,))
    await office.look()
    disliked = await ask(office.player, "Minh", ANSWERED, BAD)
    assert await office.merge() == []
    assert [one.id for one in await waiting(office.database)] == [disliked]


async def test_the_same_words_after_other_documents_are_not_the_same(office):
    follow_up = "kinh phí bao nhiêu tiền?"
    numbers = []
    for who, place in (("Lan", "Hà Giang"), ("Minh", "An Giang")):
        await ask(office.player, who, ANSWERED.replace("Hà Giang", place))
        numbers.append(await ask(office.player, who, follow_up))
    assert [one.id for one in await waiting(office.database)] == numbers
    assert await office.merge() == []
