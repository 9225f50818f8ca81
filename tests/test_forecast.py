"""What is said before a broadcast is sent: who gets it, who does not, and what a quota allows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from jobs.channel import Caps
from jobs.forecast import foreseer
from store import subscriptions, usage
from store.audiences import Audience
from store.forecasts import Shortage
from store.models import Address
from store.subscriptions import Wishes
from tests.broadcasts import DAY, HOUR, ZONE, Stage
from tests.channels import Pipe, Post

OA, BOT, WEB = "zalo-oa:1", "zalo-bot:1", "web:main"


@pytest.fixture
def stage(database):
    pipes = (
        Pipe(OA, window=2 * DAY, paid=7 * DAY),
        Pipe(BOT, caps=Caps(messages=10)),
        Pipe(WEB, stored_is_sent=True),
    )
    return Stage(Post.of(database, *pipes))


async def foresee(stage, audience=Audience(), parts=1):  # noqa: B008 - frozen
    look = foreseer(stage.post.channels, stage.post.now, ZONE)
    async with stage.post.database.read() as session:
        return await look(session, audience, parts)


async def test_everybody_is_counted_and_who_is_not_reached_is_named(stage, monkeypatch):
    monkeypatch.setattr("jobs.forecast.BATCH", 2)
    await stage.post.person("Lan", {OA: HOUR})
    await stage.post.person("Minh", {OA: 3 * DAY})
    late = await stage.post.person("Hoa", {OA: 30 * DAY})
    none = await stage.post.person("Tâm", {"zalo-oa:switched-off": HOUR})
    stopped = await stage.post.person("Sơn", {BOT: HOUR})
    await stage.write(subscriptions.put, stopped, replace(Wishes(), stopped=True))
    found = await foresee(stage)
    assert (found.reached, found.paid, found.groups, found.shortages) == (2, 1, 0, ())
    assert [(one.person_id, one.name, one.unit, one.why) for one in found.unreached] == [
        (late, "Hoa", "Xã", "window"),
        (none, "Tâm", "Xã", "nowhere"),
        (stopped, "Sơn", "Xã", "stopped"),
    ]
    assert await stage.post.rows() == []


async def test_nobody_is_foreseen_for_nobody(stage):
    found = await foresee(stage, Audience(roles=("leader",)))
    assert (found.reached, found.unreached, found.groups) == (0, (), 0)


async def test_groups_are_counted_apart(stage):
    await stage.post.person("Tổ 1", {BOT: HOUR})
    group = await stage.address("Tổ 1")

    async def make(session, *, now):
        del now
        await session.execute(update(Address).values(private=False))

    await stage.write(make)
    found = await foresee(stage, Audience(addresses=(group,)))
    assert (found.reached, found.groups) == (0, 1)


@pytest.mark.parametrize(("used", "parts", "short"), [(6, 1, False), (7, 1, True), (4, 2, True)])
async def test_a_quota_that_would_not_do_is_told_with_its_figures(stage, used, parts, short):
    for n in range(4):
        await stage.post.person(f"P{n}", {BOT: HOUR})

    async def use(session, *, now):
        for _ in range(used):
            await usage.add(session, BOT, usage.MESSAGES, now=now.astimezone(ZONE))

    await stage.write(use)
    found = await foresee(stage, parts=parts)
    assert found.shortages == ((Shortage(BOT, 4 * parts, 10 - used),) if short else ())


@pytest.mark.parametrize(("left", "short"), [(2, ()), (1, (Shortage(OA, 2, 1),))])
async def test_what_the_platform_says_is_left_holds_for_what_is_paid(stage, left, short):
    await stage.post.person("Lan", {OA: HOUR})
    for name in ("Minh", "Hoa"):
        await stage.post.person(name, {OA: 3 * DAY})

    async def note(session, *, now):
        await usage.note_left(session, OA, ("sub_quota", left), now=now)

    await stage.write(note)
    assert (await foresee(stage)).shortages == short
    stage.post.at += timedelta(days=31)
    assert (await foresee(stage)).shortages == ()
