"""Whatever is done in whatever order with questions that ask the same, nobody is forgotten."""

from functools import partial

from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlalchemy import select

from store import answers, edits, own_data, questions
from store.models import Account, Address, Question
from store.talks import Kept
from tests.asking import UNKNOWN, answer, ask, merge, player_of, untold, waiting
from tests.conftest import NOW, open_database

NAMES = ("Lan", "Minh", "Hoa", "Tú")
WAYS = ("merge", "answer", "again", "dismiss", "bad", "good", "forward", "erase")
STEPS = st.lists(
    st.tuples(st.sampled_from(WAYS), st.integers(0, 3), st.integers(0, 3)), max_size=12
)


@given(steps=STEPS)
@how(max_examples=25, deadline=None)
async def test_nobody_is_ever_forgotten(tmp_path_factory, steps):
    folder = tmp_path_factory.mktemp("laws")
    async with open_database(f"sqlite+aiosqlite:///{folder}/laws.db") as database:
        player = player_of(database, NOW)
        numbers = [await ask(player, who, UNKNOWN) for who in NAMES]
        for step, at, to in steps:
            await take(player, step, numbers[at], numbers[to])
        async with database.read() as session:
            kept = list(await session.scalars(select(Question)))
            keys = {one.key for one in await edits.current(session)}
        waits = {one.id for one in await waiting(database)}
        telling = {one.id for one in await untold(database)}
    for one in kept:
        if one.state == "merged":
            assert one.merged_into_id in waits, steps
        elif one.state == "answered":
            assert one.edit_key in keys, steps
            assert one.id in telling or one.account_id is None, steps
        else:
            assert one.id in waits or one.state == "dismissed", steps


async def take(player, step, number, other):
    database = player.stage.database
    if step == "merge":
        await merge(database, number, other, NOW)
    elif step in {"answer", "again"}:
        await answer(database, number, NOW, again=step == "again")
    elif step == "dismiss":
        away = partial(answers.dismiss, question_id=number, reply="", person_id=None, now=NOW)
        await database.write(away)
    else:
        await speak(player, step, number)


async def speak(player, step, number):
    """Let whoever asked a question say something about it, unless their data are erased."""
    database = player.stage.database
    async with database.read() as session:
        asked = await session.get_one(Question, number)
        if asked.account_id is None:
            return
        account = await session.get_one(Account, asked.account_id)
        address = await session.get_one(Address, asked.address_id)
    player.who = account.user
    change = {
        "bad": questions.judge(asked.ref, "bad"),
        "good": questions.judge(asked.ref, "good"),
        "forward": questions.forward(asked.ref),
        "erase": own_data.erase(player.update({"said": "/dulieu"}), None),
    }[step]
    kept = Kept(account.id, address, 0, 0, NOW)
    await database.write(lambda session: change(session, kept))
