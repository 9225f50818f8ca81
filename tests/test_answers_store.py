"""The queue of questions in the store: waiting, answered, merged, dismissed, told, erased."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from jobs import retention
from store import answers, edits
from store.models import Edit, Question
from tests.asking import (
    ANSWERED,
    FORWARD,
    OTHER,
    UNKNOWN,
    answer,
    ask,
    content,
    erase,
    merge,
    player_of,
    states,
    untold,
    waiting,
)
from tests.conftest import open_database
from tests.transactions import overlapping, two_on

BAD = "👎 Chưa đúng"


@pytest.fixture
def player(database, now):
    return player_of(database, now)


async def rows(database, *columns):
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(select(*columns))]


async def test_refused_passed_on_and_disliked_questions_wait_wanted_ones_first(player, database):
    refused = await ask(player, "Lan", UNKNOWN)
    await ask(player, "Lan", ANSWERED)
    disliked = await ask(player, "Minh", ANSWERED, BAD)
    wanted = await ask(player, "Hoa", OTHER, FORWARD)
    found = await waiting(database)
    assert [one.id for one in found] == [disliked, wanted, refused]
    assert [(one.disliked, one.passed_on) for one in found] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    async with database.read() as session:
        assert await answers.count(session) == answers.Counts(waiting=3, wanted=2)
        assert [one.id for one in await answers.waiting(session, limit=1, after=1)] == [wanted]
        found_again = await answers.find_waiting(session, wanted)
        assert found_again == found[1]


async def test_an_answer_is_an_edit_and_closes_all_that_were_merged(player, database, now):
    first = await ask(player, "Lan", UNKNOWN)
    second = await ask(player, "Minh", UNKNOWN.lower())
    assert await merge(database, second, first, now)
    assert [one.times for one in await waiting(database)] == [2]
    async with database.read() as session:
        assert await answers.texts(session, first) == [UNKNOWN, UNKNOWN.lower()]
    assert await answer(database, first, now)
    assert await states(database) == {first: "answered", second: "answered"}
    assert [one.id for one in await untold(database)] == [first, second]
    assert {one.edit_key for one in await untold(database)} == {answers.key_of(first)}
    async with database.read() as session:
        found = await edits.find(session, "question", answers.key_of(first))
    assert found == content()


async def test_a_question_is_answered_once_and_again_only_where_it_is_said(player, database, now):
    number = await ask(player, "Lan", UNKNOWN)
    assert await answer(database, number, now)
    assert not await answer(database, number, now, "Bí thư chi bộ giữ.")
    assert len(await rows(database, Edit.id)) == 1
    assert await database.write(lambda s: answers.set_told(s, number, now=now))
    assert await untold(database) == []
    later = now + timedelta(hours=1)
    assert await answer(database, number, later, "Bí thư chi bộ giữ.", again=True)
    assert [one.closed_at for one in await untold(database)] == [later]
    assert len(await rows(database, Edit.id)) == 2


async def test_telling_is_noted_for_the_answer_that_was_told(player, database, now):
    number = await ask(player, "Lan", UNKNOWN)
    await answer(database, number, now)
    later = now + timedelta(minutes=1)
    await answer(database, number, later, "Khác.", again=True)
    told = partial(answers.set_told, question_id=number, now=later)
    assert not await database.write(lambda s: told(s, closed_at=now))
    assert await database.write(lambda s: told(s, closed_at=later))
    assert not await database.write(lambda s: told(s, closed_at=later))


async def test_only_who_gets_a_word_is_told_of_a_dismissal(player, database, now):
    silent, said = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", OTHER)
    for number, reply in ((silent, ""), (said, "Việc này hỏi thôn.")):
        dismiss = partial(answers.dismiss, question_id=number, reply=reply, person_id=None)
        assert await database.write(lambda s, close=dismiss: close(s, now=now))
        assert not await database.write(lambda s, close=dismiss: close(s, now=now))
    assert [(one.id, one.reply) for one in await untold(database)] == [
        (said, "Việc này hỏi thôn.")
    ]
    assert await waiting(database) == []


async def test_what_is_merged_into_an_answered_question_is_told_its_answer(player, database, now):
    first, second = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", UNKNOWN)
    third = await ask(player, "Hoa", UNKNOWN)
    assert await merge(database, third, second, now)
    assert await answer(database, first, now)
    assert await merge(database, second, first, now)
    assert set((await states(database)).values()) == {"answered"}
    assert [one.id for one in await untold(database)] == [first, second, third]


@pytest.mark.parametrize(
    "case", ["itself", "nothing", "merged", "dismissed", "closed", "taken back", "known"]
)
async def test_what_cannot_be_merged_is_left(player, database, now, case):
    first, second = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", UNKNOWN)
    third = await ask(player, "Hoa", UNKNOWN)
    into = {"itself": first, "nothing": 999}.get(case, second)
    if case == "merged":
        assert await merge(database, second, third, now)
    if case == "dismissed":
        put_away = partial(answers.dismiss, question_id=second, reply="", person_id=None, now=now)
        assert await database.write(put_away)
    if case == "closed":
        assert await answer(database, first, now)
    if case == "taken back":
        assert await answer(database, second, now)
        takes = partial(edits.put, kind="question", key=answers.key_of(second), content=None)
        await database.write(lambda s: takes(s, person_id=None, now=now))
    if case == "known":
        into = await ask(player, "Lan", ANSWERED)
    before = await states(database)
    assert not await merge(database, first, into, now)
    assert await states(database) == before


async def test_merges_that_cross_each_other_end_with_one_that_waits(database_url, now):
    async with open_database(database_url), two_on(database_url) as (here, there):
        player = player_of(here, now)
        one, other = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", UNKNOWN)

        async def cross(session, number, into):
            return await answers.merge(session, number, into, now=now)

        works = [partial(cross, number=one, into=other), partial(cross, number=other, into=one)]
        assert await overlapping(here, works[0], there, works[1]) == [None, None]
        assert sorted((await states(here)).values()) == ["merged", "new"]


async def test_a_wanted_question_makes_wanted_what_it_is_merged_into(player, database, now):
    first, other = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", OTHER)
    second = await ask(player, "Hoa", UNKNOWN, FORWARD)
    assert await merge(database, second, first, now)
    assert [one.id for one in await waiting(database)] == [first, other]
    assert (await states(database))[first] == "open"


async def test_passing_on_what_was_merged_already_makes_the_other_wanted(player, database, now):
    first, second = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", UNKNOWN)
    assert await merge(database, second, first, now)
    await player.take({"who": "Minh", "press": FORWARD})
    assert await states(database) == {first: "open", second: "merged"}


async def test_thinking_better_of_it_does_not_put_away_those_who_wait_as_well(
    player, database, now
):
    first = await ask(player, "Lan", ANSWERED, BAD)
    second = await ask(player, "Minh", ANSWERED, BAD)
    assert await merge(database, second, first, now)
    await player.take({"who": "Lan", "press": "👍"})
    assert [one.id for one in await waiting(database)] == [first]


async def test_when_a_question_is_erased_what_was_merged_into_it_waits_again(
    player, database, now
):
    first = await ask(player, "Lan", UNKNOWN)
    second, third = await ask(player, "Minh", UNKNOWN), await ask(player, "Hoa", UNKNOWN, FORWARD)
    for number in (second, third):
        assert await merge(database, number, first, now)
    await erase(player, "Lan")
    assert [one.id for one in await waiting(database)] == [second, third]
    assert [one.times for one in await waiting(database)] == [1, 1]
    assert await answer(database, second, now)
    assert [one.id for one in await untold(database)] == [second]


async def test_when_an_answered_question_is_erased_the_others_stay_answered(player, database, now):
    first, second = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", UNKNOWN)
    assert await merge(database, second, first, now)
    assert await answer(database, first, now)
    await erase(player, "Lan")
    assert await states(database) == {first: "answered", second: "answered"}
    assert [one.id for one in await untold(database)] == [second]
    assert sorted(await rows(database, Question.id, Question.text)) == [
        (first, ""),
        (second, UNKNOWN),
    ]


async def test_an_erased_question_is_not_counted_with_the_other_any_more(player, database, now):
    first, second = await ask(player, "Lan", UNKNOWN), await ask(player, "Minh", UNKNOWN)
    assert await merge(database, second, first, now)
    await erase(player, "Minh")
    assert [(one.id, one.times) for one in await waiting(database)] == [(first, 1)]
    async with database.read() as session:
        assert await answers.texts(session, first) == [UNKNOWN]


async def test_when_a_question_is_too_old_what_was_merged_into_it_waits_again(
    player, database, now
):
    first = await ask(player, "Lan", UNKNOWN)
    player.now += timedelta(days=200)
    second = await ask(player, "Minh", UNKNOWN)
    assert await merge(database, second, first, player.now)
    await answer(database, await ask(player, "Minh", OTHER), now)
    await retention.forget(database, now=now + timedelta(days=366))
    assert [one.id for one in await waiting(database)] == [second]
    assert len(await rows(database, Edit.id)) == 1, "the office's answers stay"
