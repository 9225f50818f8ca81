"""The routes of broadcasts in chat: making one, those under way, and answering one."""

from functools import partial

from handlers import (
    broadcast,
    broadcast_audience,
    broadcast_phrases,
    broadcast_preview,
    broadcast_replies,
    broadcast_running,
    broadcast_send,
)
from handlers.broadcast_draft import STEPS, TEXT, TRIAL, UNITS, WHEN
from handlers.turn import Action, Routes

LEAD = partial(Action, for_leaders=True, private=True)
RECEIVE = partial(Action, for_people=True, private=True)

START, LIST = LEAD(broadcast.start), LEAD(broadcast_running.list_all)
RECEIVED = RECEIVE(broadcast_replies.received_words)

_DRAFT = {
    "broadcast_audience": LEAD(broadcast_audience.ask_again),
    "broadcast_to": LEAD(broadcast_audience.take),
    "broadcast_organisations": LEAD(broadcast_audience.ask_organisation),
    "broadcast_channels": LEAD(broadcast_audience.ask_channel),
    "broadcast_units": LEAD(broadcast_audience.ask_units),
    "broadcast_groups": LEAD(broadcast_audience.choose_groups),
    "broadcast_look": LEAD(broadcast_preview.look_again),
    "broadcast_copy": LEAD(broadcast_preview.copy),
    "broadcast_names": LEAD(broadcast_preview.names),
    "broadcast_receipt": LEAD(broadcast_preview.turn_receipt),
    "broadcast_edit": LEAD(broadcast.edit),
    "broadcast_edit_text": LEAD(broadcast.edit_text),
    "broadcast_without": LEAD(broadcast.without),
    "broadcast_when": LEAD(broadcast_send.ask_when),
    "broadcast_trial": LEAD(broadcast_send.ask_trial),
    "broadcast_send": LEAD(broadcast_send.send),
    "broadcast_no": LEAD(broadcast.drop),
}
"""Every button of theirs is bound to its step."""

_HANDED_IN = {
    "broadcast_new": LEAD(broadcast.begin),
    "broadcast_list": LIST,
    "broadcast_open": LEAD(broadcast_running.open_one),
    "broadcast_people": LEAD(broadcast_running.people),
    "broadcast_file": LEAD(broadcast_running.file),
    "broadcast_pause": LEAD(broadcast_running.pause),
    "broadcast_resume": LEAD(broadcast_running.resume),
    "broadcast_cancel": LEAD(broadcast_running.ask_cancel),
    "broadcast_cancel_yes": LEAD(broadcast_running.cancel),
    "broadcast_cancel_no": LEAD(broadcast_running.leave_alone),
    "broadcast_agree_now": LEAD(broadcast_replies.agree_now),
    "broadcast_refuse_now": LEAD(broadcast_replies.refuse),
}

ROUTES = Routes(
    commands={"thongbao": START},
    words={
        "thông báo": START,
        "gửi thông báo": START,
        "thông báo đã gửi": LIST,
        "danh sách thông báo": LIST,
        "đã nhận": RECEIVED,
        "đã nhận được": RECEIVED,
    },
    typed={
        TEXT: LEAD(broadcast.take_text),
        UNITS: LEAD(broadcast_audience.take_units),
        WHEN: LEAD(broadcast_send.take_when),
        TRIAL: LEAD(broadcast_send.take_trial),
    },
    media={step: LEAD(broadcast.take_file) for step in STEPS},
    actions={**_DRAFT, **_HANDED_IN},
    shared={
        "received": RECEIVE(broadcast_replies.received),
        "broadcast_agree": LEAD(broadcast_replies.agree),
        "broadcast_refuse": LEAD(broadcast_replies.refuse),
    },
    stale=dict.fromkeys((*_DRAFT, *_HANDED_IN), broadcast_phrases.stale),
    readers=(broadcast_replies.read_tick, broadcast_replies.read_judgement),
)
