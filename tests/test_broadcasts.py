"""Broadcasts: planned once each, in batches, by any number of processes; held, stopped, ended."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from store import broadcasts, office, subscriptions
from store.audiences import Audience
from store.broadcasts import WrongState, about
from store.messages import Outcome, Priority
from store.models import Address
from store.subscriptions import Wishes
from tests.broadcasts import DAY, HOUR, OFF, TEXT, Stage
from tests.channels import Pipe, Post

OA, BOT, WEB = "zalo-oa:1", "zalo-bot:1", "web:main"
NIGHT = timedelta(hours=14)
"""From 8 in the morning to 10 in the evening."""


@pytest.fixture
def stage(database):
    pipes = (Pipe(OA, limit=60, window=2 * DAY), Pipe(BOT), Pipe(WEB, stored_is_sent=True))
    return Stage(Post.of(database, *pipes))


async def test_everybody_gets_it_once_however_often_the_clock_strikes(stage):
    lan = await stage.post.person("Lan", {OA: HOUR, BOT: DAY}, preferred=OA)
    minh = await stage.post.person("Minh", {BOT: HOUR})
    hoa = await stage.post.person("Hoa", {WEB: HOUR})
    number = await stage.hand_in()
    for _ in range(3):
        await stage.send_all()
        await stage.another_process().tick(stage.post.at)
    rows = [row for row in await stage.post.rows() if row.about == about(number)]
    assert sorted((row.person_id, row.channel, row.state) for row in rows) == [
        (lan, OA, "sent"),
        (minh, BOT, "sent"),
        (hoa, WEB, "sent"),
    ]
    assert stage.post.channels[BOT].texts("Minh") == [TEXT]
    one = await stage.find(number)
    assert (one.state, one.finished_at) == ("done", stage.post.at)


async def test_nothing_is_planned_before_its_time(stage):
    await stage.post.person("Hoa", {WEB: HOUR})
    number = await stage.hand_in(send_at=stage.post.at + HOUR)
    await stage.send_all()
    assert await stage.post.rows() == []
    await stage.send_all(after=HOUR)
    assert [row.state for row in await stage.post.rows()] == ["sent"]
    assert (await stage.find(number)).state == "done"


async def test_who_wants_nothing_or_is_not_reached_is_written_down(stage):
    lan = await stage.post.person("Lan", {OA: 3 * DAY})
    minh = await stage.post.person("Minh", {OFF: HOUR})
    hoa = await stage.post.person("Hoa", {BOT: HOUR})
    tam = await stage.post.person("Tâm", {BOT: HOUR})
    await stage.write(subscriptions.put, hoa, Wishes(stopped=True))
    until = stage.post.at.date() + timedelta(days=5)
    await stage.write(subscriptions.put, tam, replace(Wishes(), paused_until=until))
    number = await stage.hand_in()
    await stage.send_all()
    whys = {one.person_id: (one.state, one.why) for one in await stage.outcomes(number)}
    assert whys == {
        lan: ("missed", "window"),
        minh: ("missed", "nowhere"),
        hoa: ("missed", "stopped"),
        tam: ("missed", "stopped"),
    }
    found = await stage.progress(number)
    assert (found.total, found.by_state) == (4, {"missed": 4})
    assert found.reasons == {"window": 1, "nowhere": 1, "stopped": 2}
    assert (await stage.find(number)).state == "done"


async def test_groups_get_it_without_the_button(stage):
    await stage.post.person("Tổ 1", {BOT: HOUR})
    group = await stage.address("Tổ 1")

    async def make(session, *, now):
        del now
        await session.execute(update(Address).values(private=False, name="Tổ dân vận 1"))

    await stage.write(make)
    audience = Audience(addresses=(group,))
    number = await stage.hand_in(audience=audience, wants_receipt=True)
    await stage.send_all()
    [row] = await stage.post.rows()
    assert (row.key, row.person_id) == (f"broadcast:{number}:a{group}", None)
    [[chat, said]] = stage.post.channels[BOT].tried
    assert (chat, said.text, said.buttons) == ("Tổ 1", TEXT, ())
    [one] = await stage.outcomes(number)
    assert (one.name, one.state, one.person_id) == ("Tổ dân vận 1", "sent", None)


async def test_the_batches_go_on_where_a_death_left_them(stage, monkeypatch):
    monkeypatch.setattr("jobs.broadcasting.BATCH", 2)
    people = [await stage.post.person(f"P{n}", {BOT: HOUR}) for n in range(5)]
    number = await stage.hand_in()
    steps = 0

    async def dies(*given, **more):
        nonlocal steps
        steps += 1
        if steps == 2:
            raise RuntimeError("killed between two lines")
        await tell(*given, **more)

    from jobs.planning import tell

    monkeypatch.setattr("jobs.broadcasting.tell", dies)
    with pytest.raises(RuntimeError):
        await stage.tick()
    assert len(await stage.post.rows()) == 2
    assert (await stage.find(number)).planned_at is None
    await stage.send_all()
    assert await stage.states() == [(person, "sent") for person in people]
    assert len(stage.post.channels[BOT].tried) == 5


async def test_two_planners_at_once_plan_each_person_once(stage, monkeypatch):
    monkeypatch.setattr("jobs.broadcasting.BATCH", 3)
    people = [await stage.post.person(f"P{n}", {BOT: HOUR}) for n in range(20)]
    numbers = [await stage.hand_in(f"Tin số {n}") for n in range(3)]
    planners = [stage.another_process() for _ in range(3)]
    await asyncio.gather(*(one.tick(stage.post.at) for one in planners))
    await stage.send_all()
    rows = await stage.post.rows()
    assert sorted((row.about, row.person_id) for row in rows) == sorted(
        (about(number), person) for number in numbers for person in people
    )
    assert {(await stage.find(number)).state for number in numbers} == {"done"}


async def test_a_pause_holds_what_is_planned_and_what_is_not(stage, monkeypatch):
    monkeypatch.setattr("jobs.broadcasting.BATCH", 2)
    people = [await stage.post.person(f"P{n}", {OA: HOUR}) for n in range(3)]
    number = await stage.hand_in("dài " * 30)
    await stage.tick()
    await stage.write(broadcasts.pause, number)
    async with stage.post.database.read() as session:
        assert about(number) in await broadcasts.held(session, quiet=False)
    await stage.tick()
    rows = await stage.post.rows()
    assert len(rows) == 2 * len(people)
    assert {row.priority for row in rows} == {Priority.PAUSED}
    await stage.send_all(after=3 * DAY)
    assert stage.post.channels[OA].tried == []
    stage.post.channels[OA].window = None
    await stage.write(broadcasts.resume, number)
    await stage.send_all()
    assert {row.state for row in await stage.post.rows()} == {"sent"}
    assert len(stage.post.channels[OA].tried) == 2 * len(people)
    assert (await stage.find(number)).state == "done"


async def test_one_that_has_not_begun_is_paused_and_goes_on_without_being_late(stage):
    await stage.post.person("Lan", {BOT: HOUR})
    number = await stage.hand_in(send_at=stage.post.at + HOUR)
    await stage.write(broadcasts.pause, number)
    await stage.send_all(after=3 * DAY)
    assert await stage.post.rows() == []
    await stage.write(broadcasts.resume, number)
    await stage.send_all()
    assert [row.state for row in await stage.post.rows()] == ["sent"]


async def test_cancelling_stops_what_waits_and_lists_it(stage):
    people = [await stage.post.person(f"P{n}", {BOT: HOUR}) for n in range(3)]
    number = await stage.hand_in()
    await stage.tick()
    await stage.write(broadcasts.pause, number)
    await stage.tick()
    await stage.write(broadcasts.cancel, number)
    await stage.send_all()
    assert await stage.states() == [(person, "cancelled") for person in people]
    one = await stage.find(number)
    assert (one.state, one.finished_at) == ("cancelled", stage.post.at)
    assert stage.post.channels[BOT].tried == []


async def test_what_an_outage_made_too_late_is_listed_and_not_sent(stage):
    await stage.post.person("Lan", {BOT: HOUR, WEB: DAY})
    number = await stage.hand_in()
    await stage.send_all(after=2 * DAY)
    assert (await stage.progress(number)).by_state == {"stale": 1}
    assert stage.post.channels[BOT].tried == []
    assert (await stage.find(number)).state == "done"


async def test_in_quiet_hours_only_what_is_urgent_begins(stage):
    await stage.post.person("Hoa", {WEB: HOUR})
    stage.post.at += NIGHT
    quiet = await stage.hand_in("Để mai", urgent=False)
    urgent = await stage.hand_in("Lũ về", urgent=True)
    await stage.send_all()
    assert (await stage.find(urgent)).state == "done"
    assert (await stage.find(quiet)).state == "scheduled"
    await stage.send_all(after=8 * HOUR)
    assert (await stage.find(quiet)).state == "done"


async def test_what_runs_into_the_quiet_hours_is_held_unless_urgent(stage):
    await stage.post.person("Lan", {BOT: HOUR})
    calm = await stage.hand_in("Thường", urgent=False)
    await stage.hand_in("Lũ về", urgent=True)
    await stage.tick()
    async with stage.post.database.read() as session:
        assert await broadcasts.held(session, quiet=True) == [about(calm)]
        assert await broadcasts.held(session, quiet=False) == []


async def test_after_a_restore_nothing_is_planned_until_released(stage):
    await stage.post.person("Hoa", {WEB: HOUR})
    number = await stage.hand_in()
    value = {"since": "", "reason": "restore"}
    await stage.post.database.write(
        lambda s: office.put(s, name=office.PAUSED, value=value, now=stage.post.at)
    )
    await stage.send_all()
    assert await stage.post.rows() == []
    assert (await stage.find(number)).state == "scheduled"


async def test_what_may_have_arrived_is_unknown_and_not_sent_again(stage):
    lan = await stage.post.person("Lan", {BOT: HOUR})
    stage.post.channels[BOT].refuse("Lan", Outcome.UNKNOWN)
    number = await stage.hand_in()
    await stage.send_all()
    assert len(stage.post.channels[BOT].tried) == 1
    [one] = await stage.outcomes(number, "unreached")
    assert (one.person_id, one.state) == (lan, "unknown")
    assert (await stage.find(number)).state == "done"


COMMANDS = {
    "pause": broadcasts.pause,
    "resume": broadcasts.resume,
    "cancel": broadcasts.cancel,
    "agree": broadcasts.agree,
    "refuse": broadcasts.refuse,
}
LEADS = {
    ("waiting", "cancel"): "cancelled",
    ("waiting", "agree"): "scheduled",
    ("waiting", "refuse"): "refused",
    ("scheduled", "pause"): "paused",
    ("scheduled", "cancel"): "cancelled",
    ("running", "pause"): "paused",
    ("running", "cancel"): "cancelled",
    ("paused", "resume"): "running",
    ("paused", "cancel"): "cancelled",
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "state", ["waiting", "scheduled", "running", "paused", "done", "refused", "cancelled"]
)
async def test_every_command_in_every_state(stage, state, command):
    lan = await stage.post.person("Lan", {BOT: HOUR})
    number = await stage.hand_in(waits=state in {"waiting", "refused"})
    if state not in {"waiting", "scheduled", "refused"}:
        await stage.tick()
    if state == "done":
        await stage.send_all()
    before = {"paused": "pause", "cancelled": "cancel", "refused": "refuse"}.get(state)

    async def turn(name):
        given = (number, lan) if name in {"agree", "refuse"} else (number,)
        await stage.write(COMMANDS[name], *given)

    if before:
        await turn(before)
    assert (await stage.find(number)).state == state
    leads = LEADS.get((state, command))
    if leads is None:
        with pytest.raises(WrongState, match=state):
            await turn(command)
    else:
        await turn(command)
    assert (await stage.find(number)).state == (leads or state)


async def test_a_command_for_no_broadcast_says_so(stage):
    with pytest.raises(WrongState, match="no such") as wrong:
        await stage.write(broadcasts.pause, 77)
    assert wrong.value.state == ""
    async with stage.post.database.read() as session:
        assert await broadcasts.find(session, 77) is None
        assert (await session.scalars(select(Address))).all() == []
