"""What whoever makes requests to Zalo may rely on, whatever becomes of them."""

import asyncio

import pytest

from bot.channels.zalo_http import Http, NotSent
from tests.processes import free_port


@pytest.mark.parametrize("steps", range(8))
async def test_a_request_that_is_cancelled_ends_at_once_at_whatever_step(steps):
    http = Http("http://127.0.0.1")
    await http.open()
    asked = asyncio.ensure_future(http.ask("GET", f"http://127.0.0.1:{free_port()}/"))
    for _ in range(steps):
        await asyncio.sleep(0)
    was_over = asked.done()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await http.close()
    assert asked.cancelled() or was_over


async def test_who_finds_every_connection_in_use_waits_for_a_second_at_most():
    http = Http("http://127.0.0.1", most=0)
    await http.open()
    with pytest.raises(NotSent, match="in use"):
        await http.ask("GET", "http://127.0.0.1/")
    await http.close()


def test_secrets_are_taken_out_of_a_text():
    http = Http("http://127.0.0.1", hide=("s3cret", ""))
    assert http.hidden("s3cret, more, s3cret", "more", "") == "[token], [token], [token]"
