"""Questions and feedback in the store, and erasing one's own data."""

from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select, update

from handlers.conversation import Conversation
from knowledge.library import Library
from store import inbox, outbox
from store.database import Conflict
from store.inbox import Received
from store.messages import Message, Priority
from store.models import (
    Account,
    Address,
    Choice,
    Dialogue,
    Feedback,
    InboxRow,
    OutboxRow,
    Person,
    Question,
    Role,
)
from tests.dialogues import BASE, Player, StoreStage

ASKED = "Tháng Dân vận ở Hà Giang thực hiện khi nào?"
UNKNOWN = "thời tiết hôm nay thế nào"


@pytest.fixture
def player(database, now):
    conversation = Conversation(Library(BASE), ask_open=True, zone=ZoneInfo("Asia/Ho_Chi_Minh"))
    return Player(StoreStage(database, conversation), now)


async def rows(database, *columns):
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(select(*columns))]


async def test_every_question_is_kept_with_its_asker_and_answer(player, database):
    await player.take({"said": ASKED, "heard": ["", ""]})
    await player.take({"said": UNKNOWN})
    kept = await rows(database, Question.ref, Question.account_id, Question.text, Question.kind)
    assert kept == [
        ("telegram:1/1", 1, ASKED, "answer"),
        ("telegram:1/2", 1, UNKNOWN, "refuse"),
    ]
    assert (await rows(database, Question.docs))[0] == (["ha-giang"],)
    assert await rows(database, Question.state) == [("new",), ("new",)]
    [(answer, confidence)] = (await rows(database, Question.answer, Question.confidence))[:1]
    assert "31/12/2026" in answer
    assert "Nguồn:" in answer
    assert confidence > 0.5


async def test_the_last_word_on_an_answer_counts(player, database):
    await player.take({"said": ASKED, "heard": ["", ""]})
    for label in ("👍", "👎 Chưa đúng", "👎 Chưa đúng"):
        await player.take({"press": label})
    assert await rows(database, Feedback.verdict) == [("bad",)]
    assert await rows(database, Question.state) == [("open",)], "a curator will look at it"
    await player.take({"press": "👍"})
    assert await rows(database, Feedback.verdict) == [("good",)]
    assert await rows(database, Question.state) == [("new",)]


async def test_a_forwarded_question_waits_for_a_curator(player, database):
    await player.take({"said": UNKNOWN, "heard": ["", ""]})
    await player.take({"press": "Gửi câu hỏi cho người phụ trách"})
    assert await rows(database, Question.state) == [("open",)]


async def test_the_last_three_topics_are_kept(player, database):
    for year in (1, 2, 3, 4):
        await player.take({"said": f"{ASKED} {year}", "heard": ["", ""] if year == 1 else ""})
    [(topics,)] = await rows(database, Dialogue.topics)
    assert len(topics) == 3


async def test_a_code_and_a_secret_leave_no_trace_in_the_history(player, database, now):
    code = await player.stage.invite(role="officer", unit="Xã A", uses=1, now=now)
    await player.take({"said": f"/start {code}", "heard": ["", ""]})
    await player.take({"said": "MẬT\nnội dung"})
    await player.take({"kind": "voice"})
    await player.take({"said": "lịch"})
    said = [decision.said for decision in player.stage.decisions]
    assert said == ["[mã mời]", "[không lưu]", "[tin nhắn thoại]", "lịch"]
    assert await rows(database, Question.text) == []


async def fill(player, database):
    """Let one speaker leave traces everywhere: people, questions, choices, inbox and outbox."""
    code = await player.stage.invite(role="officer", unit="Xã A", uses=1, now=player.now)
    await player.take({"said": code, "heard": ["", ""]})
    await player.take({"said": ASKED})
    await player.take({"press": "👎 Chưa đúng"})
    await player.take({"group": "nhom" + player.who, "said": ASKED})
    await database.write(lambda session: _queue(session, player))


async def _queue(session, player):
    account = await session.scalar(select(Account).where(Account.user == player.who))
    address = await session.scalar(select(Address).where(Address.chat == player.who))
    for number, state in ((1, "done"), (2, "queued")):
        stored = Received("telegram:1", f"{player.who}{number}", player.who, b"raw")
        await inbox.store(session, [stored], now=player.now)
        row = await session.scalar(
            select(InboxRow).where(InboxRow.update_id == f"{player.who}{number}")
        )
        row.state = state
        if state == "done":
            row.account_id, row.said, row.number = account.id, ASKED, 1
    for state in ("queued", "sent"):
        await outbox.enqueue(
            session,
            address,
            [Message("Xin chào")],
            key=f"{player.who}{state}",
            now=player.now,
            priority=Priority.REPLY,
            stored_is_sent=state == "sent",
        )


async def everything_of(database, user):
    """Give all that is kept of one speaker."""
    async with database.read() as session:
        account = await session.scalar(select(Account).where(Account.user == user))
        mine = (
            (Account, Account.user == user),
            (Question, Question.account_id == account.id),
            (Feedback, Feedback.account_id == account.id),
            (Choice, Choice.dialogue_id.in_(_talks(account.id))),
            (Dialogue, Dialogue.account_id == account.id),
            (InboxRow, InboxRow.conversation == user),
            (OutboxRow, OutboxRow.key.startswith(user)),
            (Role, Role.person_id == account.person_id),
            (Person, Person.id == account.person_id),
        )
        return [
            [tuple(row) for row in await session.execute(select(table.__table__).where(mine_of))]
            for table, mine_of in mine
        ]


def _talks(account_id):
    return select(Dialogue.id).where(Dialogue.account_id == account_id)


async def test_erasing_takes_all_of_one_person_and_nothing_of_another(player, database):
    for player.who in ("Lan", "Minh"):
        await fill(player, database)
    minh = await everything_of(database, "Minh")
    assert all(minh)

    player.who = "Lan"
    await player.take({"said": "/dulieu"})
    await player.take({"press": "Xóa dữ liệu"})
    await player.take({"press": "✅ Xóa", "heard": "Đã xóa"})

    assert await everything_of(database, "Minh") == minh
    gone = await rows(database, Account.name, Account.person_id, Account.noticed_at)
    assert ("", None, None) in gone
    async with database.read() as session:
        lan = await session.scalar(select(Account).where(Account.user == "Lan"))
        for table in (Question, Feedback):
            mine = select(func.count()).select_from(table).where(table.account_id == lan.id)
            assert await session.scalar(mine) == 0
        assert (
            await session.scalar(
                select(func.count(Choice.id)).where(Choice.dialogue_id.in_(_talks(lan.id)))
            )
            == 0
        )
        persons = (await session.execute(select(Person.name, Person.state))).all()
        assert sorted(map(tuple, persons)) == [("", "deleted"), ("Minh", "active")]
        assert len((await session.scalars(select(Role.id))).all()) == 1
        talks = (
            await session.execute(
                select(Dialogue.topics, Dialogue.step, Dialogue.state).where(
                    Dialogue.account_id == lan.id
                )
            )
        ).all()
        assert {(str(one[0]), one[1], str(one[2])) for one in talks} == {("[]", "", "{}")}
    texts = await rows(database, Question.text, Question.state, Question.kind)
    assert texts.count(("", "dismissed", "answer")) == 2
    assert texts.count((ASKED, "new", "answer")) == 1
    assert texts.count((ASKED, "open", "answer")) == 1


async def test_erasing_empties_inbox_and_outbox_of_the_private_chat(player, database):
    await fill(player, database)
    await player.take({"said": "/dulieu"})
    await player.take({"press": "Xóa dữ liệu"})
    await player.take({"press": "✅ Xóa", "heard": "Đã xóa"})
    raw = dict(await rows(database, InboxRow.update_id, InboxRow.raw))
    assert raw == {"Lan1": b"", "Lan2": b"raw"}, "what still waits to be worked stays"
    assert {said for (said,) in await rows(database, InboxRow.said)} == {""}
    left = await rows(database, OutboxRow.state, OutboxRow.content, OutboxRow.number)
    assert sorted(left, key=str) == [("cancelled", {"text": ""}, 0), ("sent", {"text": ""}, 0)]


async def test_an_export_holds_the_last_fifty_questions_in_readable_parts(player):
    for number in range(60):
        said = f"{UNKNOWN} {number} {'x' * 900}"
        await player.take({"said": said, "heard": ["", ""] if not number else ""})
    await player.take({"said": "/dulieu", "heard": "• Câu hỏi: 60"})
    player.number += 1
    messages = await player.stage.hear(player.update({"press": "Xuất dữ liệu"}), now=player.now)
    whole = "\n".join(message.text for message in messages)
    assert all(len(message.text) <= 3000 for message in messages)
    assert "50 câu hỏi gần nhất:" in whole
    assert f"{UNKNOWN} 10 " in whole
    assert f"{UNKNOWN} 9 " not in whole
    assert "telegram:1 / Lan" in whole


async def test_erasing_is_decided_again_when_the_account_changed_hands(player, database):
    await fill(player, database)
    await player.take({"said": "/dulieu"})
    await player.take({"press": "Xóa dữ liệu"})
    talk, decision = await player.stage.load(player.update({"press": "✅ Xóa"}), now=player.now)

    async def unlink(session):
        await session.execute(update(Account).values(person_id=None))

    await database.write(unlink)
    with pytest.raises(Conflict):
        await player.stage.keep(talk, decision, now=player.now)
    assert (ASKED,) in await rows(database, Question.text)


async def test_a_word_on_a_question_that_is_gone_changes_nothing(player, database):
    await player.take({"said": ASKED, "heard": ["", ""]})
    await database.write(lambda session: session.execute(delete(Question)))
    await player.take({"press": "👍", "heard": "Cảm ơn"})
    assert await rows(database, Feedback.verdict) == []
