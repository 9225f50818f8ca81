"""The routes of what curators do in chat: by the open step, and by the word of a choice."""

from functools import partial

from handlers import curate, curate_answer, curate_drop, curate_merge, curate_phrases, login
from handlers.turn import Action, Routes

CURATE = partial(Action, for_curators=True, private=True)

_TYPED = {
    curate_answer.WORDS: CURATE(curate_answer.take_words),
    curate_answer.WORDING: CURATE(curate_answer.take_wording),
    curate_drop.WORD: CURATE(curate_drop.take_word),
}
"""Steps that ask to type something; they offer no choices."""

_ACTIONS = {
    "curate_skip": CURATE(curate.skip, step=curate.LOOK),
    "curate_back": CURATE(curate.go_back),
    "curate_answer": CURATE(curate_answer.ask_source, step=curate.LOOK),
    "curate_sources": CURATE(curate_answer.list_sources, step=curate_answer.SOURCE),
    "curate_source": CURATE(curate_answer.take_source, step=curate_answer.SOURCE),
    "curate_words": CURATE(curate_answer.ask_words, step=curate_answer.CHECK),
    "curate_wording": CURATE(curate_answer.ask_wording, step=curate_answer.CHECK),
    "curate_save": CURATE(curate_answer.save, step=curate_answer.CHECK),
    "curate_same": CURATE(curate_merge.offer, step=curate.LOOK),
    "curate_merge": CURATE(curate_merge.merge, step=curate_merge.STEP),
    "curate_drop": CURATE(curate_drop.ask, step=curate.LOOK),
    "curate_drop_word": CURATE(curate_drop.ask_word),
    "curate_drop_now": CURATE(curate_drop.drop),
}
"""Every button of theirs is bound to its step, so it works once."""

ROUTES = Routes(
    commands={"cauhoi": CURATE(curate.show), "dangnhap": CURATE(login.give_link)},
    words={"câu hỏi": CURATE(curate.show), "đăng nhập": CURATE(login.give_link)},
    typed=_TYPED,
    actions=_ACTIONS,
    stale=dict.fromkeys(_ACTIONS, curate_phrases.stale),
)
