"""What becomes of a delivery after each kind of ending, as a table."""

import asyncio
from datetime import timedelta

import pytest
from typing_extensions import override

from jobs import delivery as delivery_module
from jobs.delivery import LEAST_IN_FLIGHT, MOST_IN_FLIGHT, in_flight
from jobs.endings import RESENDS, UNAUTHORISED_REST, judge
from store.messages import Outcome, Receipt
from store.outbox import ATTEMPTS, Delivery
from tests.channels import Pipe, Post
from tests.conftest import NOW


def delivery(attempt: int = 1, policy: str = "resend") -> Delivery:
    return Delivery(1, "telegram:1", "5", None, 1, {"text": "a"}, attempt, policy, 0, None)


@pytest.mark.parametrize(
    ("receipt", "attempt", "policy", "state"),
    [
        (Receipt(Outcome.SENT, external_id="7"), 1, "resend", "sent"),
        (Receipt(Outcome.REJECTED), 1, "resend", "failed"),
        (Receipt(Outcome.BLOCKED), 1, "resend", "failed"),
        (Receipt(Outcome.GONE), 1, "resend", "failed"),
        (Receipt(Outcome.MOVED, moved_to="-100"), 1, "resend", "queued"),
        (Receipt(Outcome.UNAUTHORISED), 1, "resend", "queued"),
        (Receipt(Outcome.RETRY), 1, "resend", "queued"),
        (Receipt(Outcome.RETRY), 1, "hold", "queued"),
        (Receipt(Outcome.RETRY), ATTEMPTS, "resend", "failed"),
        (Receipt(Outcome.RETRY, retry_after=3, whole_channel=True), ATTEMPTS, "resend", "queued"),
        (Receipt(Outcome.UNKNOWN), 1, "resend", "queued"),
        (Receipt(Outcome.UNKNOWN), RESENDS, "resend", "unknown"),
        (Receipt(Outcome.UNKNOWN), 1, "hold", "unknown"),
    ],
)
def test_every_ending_has_one_meaning(receipt, attempt, policy, state):
    assert judge(receipt, delivery(attempt, policy), now=NOW).state == state


def test_blocked_and_gone_close_the_address():
    assert judge(Receipt(Outcome.BLOCKED), delivery(), now=NOW).close == "blocked"
    assert judge(Receipt(Outcome.GONE), delivery(), now=NOW).close == "gone"
    assert judge(Receipt(Outcome.REJECTED), delivery(), now=NOW).close == ""


def test_a_platforms_pause_rests_the_whole_account_and_is_obeyed():
    ending = judge(Receipt(Outcome.RETRY, retry_after=7, whole_channel=True), delivery(), now=NOW)
    assert ending.rest_until == ending.retry_at
    assert ending.retry_at is not None
    assert timedelta(seconds=7) < ending.retry_at - NOW < timedelta(seconds=8)
    assert judge(Receipt(Outcome.RETRY), delivery(), now=NOW).rest_until is None


def test_a_refused_token_rests_the_account():
    ending = judge(Receipt(Outcome.UNAUTHORISED), delivery(), now=NOW)
    assert ending.rest_until == NOW + UNAUTHORISED_REST


def test_an_outage_uses_up_no_attempts():
    resting = Receipt(Outcome.RETRY, retry_after=5, whole_channel=True)
    assert not judge(resting, delivery(), now=NOW).counts
    assert not judge(Receipt(Outcome.UNAUTHORISED), delivery(), now=NOW).counts
    assert judge(Receipt(Outcome.RETRY), delivery(), now=NOW).counts


def test_pauses_grow_with_each_attempt():
    pauses = [judge(Receipt(Outcome.RETRY), delivery(n), now=NOW).retry_at for n in range(1, 6)]
    assert pauses == sorted(pauses)  # type: ignore[type-var]
    assert len(set(pauses)) == len(pauses)


def test_more_is_under_way_where_each_takes_longer():
    assert in_flight(0.001) == LEAST_IN_FLIGHT
    assert LEAST_IN_FLIGHT < in_flight(0.02) < MOST_IN_FLIGHT
    assert in_flight(3) == MOST_IN_FLIGHT


async def test_a_send_that_outlives_its_time_is_unknown_and_settled_before_its_lease_ends(
    database, monkeypatch
):
    class Slow(Pipe):
        @override
        async def send(self, address, message):
            await super().send(address, message)
            await asyncio.Event().wait()

    monkeypatch.setattr(delivery_module, "LONGEST_SEND", timedelta(seconds=0.05))
    post = Post.of(database, Slow("zalo-oa:1"))
    await post.person("Lan", {"zalo-oa:1": timedelta(hours=1)})
    await post.queue("zalo-oa:1", "Lan", "Nhắc")
    await post.deliver()
    [row] = await post.rows()
    assert (row.state, row.code, row.lease_until) == ("queued", "late", None)
    assert row.attempts == 1
