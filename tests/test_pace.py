"""How fast may be sent: a channel account as a whole, and each chat of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.channels.telegram import Telegram
from jobs.channel import ChatLimit
from jobs.pace import ChatPace, Pace
from tests.conftest import NOW

PRIVATE, GROUP = ChatLimit(5, 5.5), ChatLimit(20, 62)


def instants(seconds: float, step: float = 0.02) -> Iterator[tuple[float, datetime]]:
    for n in range(round(seconds / step)):
        yield n * step, NOW + timedelta(seconds=n * step)


def greedy(pace: Pace, seconds: float, *, answers: float = 0.0) -> tuple[list[float], list[float]]:
    """Send all that may go, with so many answers a second between; when bulk and when all went."""
    bulk: list[float] = []
    everything: list[float] = []
    for at, now in instants(seconds):
        _, others = pace.allowance(now)
        replies = int((at + 0.02) * answers) - int(at * answers)
        pace.spend(replies=replies, others=others)
        bulk += [at] * others
        everything += [at] * (others + replies)
    return bulk, everything


def most_in_a_second(times: list[float]) -> int:
    return max(sum(at <= other < at + 1 for other in times) for at in times)


@pytest.mark.parametrize("answers", [0.0, 1.0, 2.0, 5.0])
def test_no_second_sees_more_than_the_platform_takes(answers):
    pace = Pace(reply_rate=1000, rate=30, bulk=25, now=NOW)
    bulk, everything = greedy(pace, 20, answers=answers)
    assert most_in_a_second(everything) <= 30
    assert len(bulk) >= 20 * min(25, 26 - answers) - 3


def test_what_is_left_of_the_ceiling_is_for_answers():
    bulk, _ = greedy(Pace(reply_rate=1000, rate=30, bulk=25, now=NOW), 60, answers=1)
    assert 0.98 <= len(bulk) / (60 * 25) <= 1.01


def test_many_answers_slow_bulk_down_and_never_stop_it():
    bulk, _ = greedy(Pace(reply_rate=1000, rate=30, bulk=25, now=NOW), 20, answers=100)
    assert 0.4 <= len(bulk) / (20 * 25) <= 0.6
    assert max(b - a for a, b in pairwise(bulk)) < 1


def test_answers_wait_for_their_own_ceiling_only():
    pace = Pace(reply_rate=100, rate=30, bulk=25, now=NOW)
    pace.spend(replies=60, others=0)
    assert pace.allowance(NOW) == (40, 2), "bulk goes on, slowly"
    pace.spend(replies=40, others=0)
    assert pace.allowance(NOW) == (0, 0)
    assert 0 < pace.wait(replies=True) <= 1 / 100 + 1e-9
    assert pace.allowance(NOW + timedelta(seconds=2))[0] == 100


def test_the_setting_never_exceeds_the_platform():
    bulk, _ = greedy(Pace(reply_rate=1000, rate=5, bulk=25, now=NOW), 20)
    assert most_in_a_second(bulk) <= 7
    assert 98 <= len(bulk) <= 102


def test_what_a_pause_made_late_is_caught_up_within_the_ceiling_and_a_second_at_most():
    pace = Pace(reply_rate=1000, rate=30, bulk=25, now=NOW)
    sent: list[float] = []
    for at, now in instants(20):
        if 5 <= at < 5.5 or 10 <= at < 15:
            continue
        _, others = pace.allowance(now)
        pace.spend(replies=0, others=others)
        sent += [at] * others
    assert most_in_a_second(sent) <= 30
    assert len([at for at in sent if 6 <= at < 10]) >= 25.5 * 4, "half a second is made up for"
    assert len([at for at in sent if at >= 15]) <= 5 * 30, "five seconds are not"


def test_the_clock_set_back_gives_nothing_and_takes_nothing():
    pace = Pace(reply_rate=1000, rate=30, bulk=25, now=NOW)
    before = pace.allowance(NOW)
    assert pace.allowance(NOW - timedelta(hours=1)) == before


@pytest.mark.parametrize(("limit", "seconds"), [(PRIVATE, 30), (GROUP, 200)])
def test_a_chat_gets_a_burst_at_once_and_never_more_than_its_limit(limit, seconds):
    pace = ChatPace(NOW)
    sent: list[float] = []
    for at, now in instants(seconds, 0.05):
        if 7 not in pace.resting(now):
            pace.spend(7, limit, now)
            sent.append(at)
    assert sent[limit.most - 1] <= 0.05 * limit.most, "the first ones follow each other"
    for at in sent:
        assert sum(at <= other < at + limit.seconds - 0.001 for other in sent) <= limit.most
    assert len(sent) >= limit.most * int(seconds / limit.seconds)


def test_one_chat_that_rests_holds_up_no_other():
    pace = ChatPace(NOW)
    for _ in range(5):
        pace.spend(1, PRIVATE, NOW)
    pace.spend(2, PRIVATE, NOW)
    assert set(pace.resting(NOW)) == {1}
    assert pace.wait(NOW) == 5.5
    later = NOW + timedelta(seconds=5.5)
    assert set(pace.resting(later)) == set()
    assert pace.wait(later) is None


def test_where_there_is_no_limit_nothing_is_remembered():
    pace = ChatPace(NOW)
    for _ in range(100):
        pace.spend(1, None, NOW)
    assert (len(pace), set(pace.resting(NOW))) == (0, set())


def test_chats_are_forgotten_so_that_memory_is_bounded_by_the_rate():
    pace = ChatPace(NOW)
    most = 0
    for number in range(100_000):
        pace.spend(number, PRIVATE, NOW + timedelta(seconds=number / 30))
        most = max(most, len(pace))
    assert most <= 30 * (PRIVATE.seconds + 10) + 1


def test_a_clock_set_back_rests_no_chat_for_ever():
    pace = ChatPace(NOW)
    for _ in range(5):
        pace.spend(1, PRIVATE, NOW)
    pace.resting(NOW - timedelta(days=1))
    for number in range(2, 40):
        pace.spend(number, PRIVATE, NOW - timedelta(days=1) + timedelta(seconds=number))
    assert 1 not in pace.resting(NOW - timedelta(days=1) + timedelta(seconds=60))


def test_telegram_tells_groups_from_people():
    bot = Telegram("1:token")
    people, group = bot.chat_limit("123"), bot.chat_limit("-100123")
    assert people is not None
    assert group is not None
    assert (people.most / people.seconds) <= 1
    assert group.most == 20
    assert group.seconds >= 60
