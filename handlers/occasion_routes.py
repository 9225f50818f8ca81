"""The routes of the calendar beside /lich."""

from handlers import occasion_phrases, occasions
from handlers.turn import Action, Routes

_ACTIONS = {
    "occasion_file": Action(occasions.give_file, for_askers=True),
    "occasion_confirm": Action(occasions.ask_confirm, for_people=True, private=True),
    "occasion_yes": Action(occasions.confirm, for_people=True, private=True, step=occasions.CHECK),
    "occasion_no": Action(
        occasions.leave_unconfirmed, for_people=True, private=True, step=occasions.CHECK
    ),
}

ROUTES = Routes(actions=_ACTIONS, stale=dict.fromkeys(_ACTIONS, occasion_phrases.stale))
