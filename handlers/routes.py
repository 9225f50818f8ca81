"""The tables of routes: what a command, a plain word, a button or an open step leads to.

Each thing that people do here has its own table (`Routes`); all of them are one here.
"""

from dataclasses import replace
from typing import Any

from handlers import (
    arrive,
    ask,
    broadcast_routes,
    curate_routes,
    link,
    link_phrases,
    occasion_routes,
    occasions,
    own_data,
    phrases,
    remind_routes,
    wishes,
    words,
)
from handlers.photos import ALBUM_STEP
from handlers.turn import Action, Turn, say
from store.talks import Decision


async def _stop(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Close the open dialogue."""
    del said
    if turn.talk.step in {"", ALBUM_STEP}:
        return say(phrases.nothing_open())
    return replace(say(phrases.stopped()), ends=True)


async def _stop_all(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send nothing unasked any more; to whom nothing is, say so, or close their open dialogue."""
    if turn.person is not None and turn.talk.update.private:
        return await wishes.stop(turn, said)
    if turn.talk.step in {"", ALBUM_STEP}:
        return say(phrases.nothing_sent(you=turn.you))
    return await _stop(turn, said)


async def _welcome(turn: Turn, said: tuple[str, ...]) -> Decision:
    del said
    return say(phrases.welcome(you=turn.you))


FEATURES = (
    curate_routes.ROUTES,
    occasion_routes.ROUTES,
    remind_routes.ROUTES,
    broadcast_routes.ROUTES,
)


def _merged(name: str) -> dict[str, Any]:
    """Give one table of all features; two never say the same."""
    return {key: value for routes in FEATURES for key, value in getattr(routes, name).items()}


START = Action(arrive.start)
HELP = Action(arrive.help_)
OCCASIONS = Action(occasions.upcoming, for_askers=True)
OWN_DATA = Action(own_data.show, private=True)
LINK = Action(arrive.link_)
UNLINK = Action(link.ask_unlink, private=True)
STOP = Action(_stop)
THANKS = Action(_welcome)
ASK = Action(ask.ask, for_askers=True)
ERASE = Action(own_data.erase, private=True, step=own_data.STEP)
LEAVE_ALONE = Action(own_data.leave_alone, private=True, step=own_data.STEP)

COMMANDS = {
    "start": START,
    "trogiup": HELP,
    "lich": OCCASIONS,
    "huy": STOP,
    "dulieu": OWN_DATA,
    "lienket": LINK,
    **_merged("commands"),
}

WORDS = words.spelled(
    {
        "trợ giúp": HELP,
        "lịch": OCCASIONS,
        "dữ liệu của tôi": OWN_DATA,
        "liên kết": LINK,
        "bỏ liên kết": UNLINK,
        "hủy": STOP,
        "thôi": STOP,
        "dừng": Action(_stop_all),
        "xin chào": START,
        "chào": START,
        "chào trợ lý": START,
        "cảm ơn": THANKS,
        "cám ơn": THANKS,
        **_merged("words"),
    }
)

ACTIONS = {
    "ask": Action(ask.ask_pressed, for_askers=True),
    "feedback": Action(ask.judge),
    "forward": Action(ask.forward),
    "reword": Action(ask.reword, for_askers=True),
    "export": Action(own_data.export, private=True),
    "erase": Action(own_data.ask_erase, private=True),
    "erase_yes": ERASE,
    "erase_no": LEAVE_ALONE,
    "link_code": Action(link.give_code, private=True),
    "link_yes": Action(link.confirm, private=True, step=link.STEP),
    "link_no": Action(link.leave_alone, private=True, step=link.STEP),
    "prefer": Action(link.prefer, private=True),
    "unlink": Action(link.unlink, private=True),
    **_merged("actions"),
}

STALE = {
    "forward": phrases.forwarded_before,
    "unlink": link_phrases.not_linked,
    **_merged("stale"),
}

READERS = tuple(reader for routes in FEATURES for reader in routes.readers)
TYPED, MEDIA, SHARED_ACTIONS = _merged("typed"), _merged("media"), _merged("shared")
