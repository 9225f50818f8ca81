"""Edits in the store: the newest of a key counts, nothing is lost, a late commit is seen."""

from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from store import edits
from store.models import Person
from tests.conftest import NOW, open_database
from tests.transactions import overlapping, two_on


def put(key, content, at=NOW, kind="question", person_id=None):
    return partial(edits.put, kind=kind, key=key, content=content, person_id=person_id, now=at)


async def seen(database):
    async with database.read() as session:
        return {(one.kind, one.key): one.content for one in await edits.current(session)}


async def revision(database):
    async with database.read() as session:
        return await edits.revision(session)


async def test_the_newest_version_of_a_key_counts_and_all_stay_in_its_history(database, now):
    async def join(session):
        person = Person(name="Phụ", created_at=now)
        session.add(person)
        await session.flush()
        return person.id

    person_id = await database.write(join)
    later = now + timedelta(hours=1)
    await database.write(put("q1", {"answer": "a"}, person_id=person_id))
    await database.write(put("q1", {"answer": "b"}, later))
    await database.write(put("q1", {"text": "c"}, kind="document"))
    assert await seen(database) == {
        ("question", "q1"): {"answer": "b"},
        ("document", "q1"): {"text": "c"},
    }
    async with database.read() as session:
        history = await edits.history(session, "question", "q1")
        assert await edits.find(session, "question", "q1") == {"answer": "b"}
        assert await edits.find(session, "question", "q2") is None
    assert [(one.content, one.by, one.at) for one in history] == [
        ({"answer": "b"}, "", later),
        ({"answer": "a"}, "Phụ", now),
    ]


async def test_what_is_taken_back_counts_no_more_and_may_come_again(database):
    await database.write(put("q1", {"answer": "a"}))
    await database.write(put("q2", {"answer": "b"}))
    await database.write(put("q1", None))
    assert await seen(database) == {("question", "q2"): {"answer": "b"}}
    async with database.read() as session:
        assert await edits.find(session, "question", "q1") is None
    await database.write(put("q1", {"answer": "c"}))
    assert list(await seen(database)) == [("question", "q1"), ("question", "q2")]


async def test_every_edit_makes_another_revision_and_wakes_who_listens(database):
    with database.signals.listen(edits.TOPIC) as listener:
        revisions = [await revision(database)]
        for content in ({"answer": "a"}, {"answer": "a"}, None):
            await database.write(put("q1", content))
            await listener.wait(60)
            revisions.append(await revision(database))
    assert revisions[0] == (0, 0)
    assert len(set(revisions)) == 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_edit_with_a_smaller_number_that_commits_later_is_seen(database_url):
    async with open_database(database_url) as here, two_on(database_url) as (first, second):
        numbers = []

        async def early(session):
            numbers.append(await put("slow", {"answer": "a"})(session))

        async def late(session):
            numbers.append(await put("fast", {"answer": "b"})(session))
            async with here.read() as reader:
                numbers.append(await edits.revision(reader))

        assert await overlapping(first, early, second, late) == [None, None]
        assert numbers[0] < numbers[1]
        assert await revision(here) == (numbers[1], 2)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([None, 1, 2])), max_size=10))
@how(max_examples=30, deadline=None)
async def test_what_counts_is_what_a_table_by_key_would_hold(tmp_path_factory, steps):
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('edits')}/e.db"
    table = {}
    async with open_database(url) as database:
        for key, value in steps:
            content = None if value is None else {"answer": value}
            await database.write(put(key, content))
            table[("question", key)] = content
        assert await seen(database) == {key: one for key, one in table.items() if one}
        assert (await revision(database))[1] == len(steps)
