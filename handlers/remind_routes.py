"""The routes of what one receives and when, and of reminders in words."""

from functools import partial

from handlers import reminding, wishes
from handlers.turn import Action, Routes, Turn
from knowledge.reminding.request import is_resume, is_stop
from store.talks import Decision

MINE = partial(Action, for_people=True, private=True)
STOP, RESUME = MINE(wishes.stop), MINE(wishes.resume)


async def read_stop(turn: Turn, text: str) -> Decision | None:
    """Take a whole message that stops everything, or begins again, in other words than one."""
    if turn.person is None or not turn.talk.update.private:
        return None
    if is_stop(text):
        return await wishes.stop(turn, ())
    return await wishes.resume(turn, ()) if is_resume(text) else None


ROUTES = Routes(
    commands={"nhacviec": MINE(wishes.show)},
    words={"nhắc việc": MINE(wishes.show), "nhận lại": RESUME},
    typed={
        wishes.HOUR: MINE(wishes.take_hour),
        reminding.EDIT: MINE(reminding.take_change),
    },
    actions={
        "wish_show": MINE(wishes.show),
        "wish_hour": MINE(wishes.ask_hour),
        "wish_topics": MINE(wishes.choose_topics),
        "wish_leads": MINE(wishes.choose_leads),
        "wish_pause": MINE(wishes.ask_pause),
        "wish_pause_until": MINE(wishes.pause, step=wishes.PAUSE),
        "wish_stop": STOP,
        "wish_resume": RESUME,
        "remind_yes": MINE(reminding.confirm, step=reminding.CHECK),
        "remind_edit": MINE(reminding.ask_change, step=reminding.CHECK),
        "remind_no": MINE(reminding.drop, step=reminding.CHECK),
        "remind_list": MINE(reminding.list_own),
        "remind_open": MINE(reminding.open_one),
        "remind_change": MINE(reminding.change_one),
        "remind_pause": MINE(reminding.pause_one),
        "remind_resume": MINE(reminding.resume_one),
        "remind_cancel": MINE(reminding.cancel_one),
    },
    readers=(read_stop, reminding.read_wish),
)
