"""Our messages as requests to an Official Account, and Zalo's answers as receipts.

- A code that Zalo gives says that nothing was sent. One that we do not know is RETRY: a few
  more attempts may pass and cannot double anything, then the delivery fails and says why.
- No answer is UNKNOWN: it may have arrived, and what then is right is for delivery's policy.
- An answer without a code says nothing about it: a page of a proxy. 4xx means that the request
  was not worked on, anything else is UNKNOWN.
- No connection rests the whole OA, since there is one host, and an outage must not use up the
  attempts of every delivery.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog

from bot.channels import zalo_oa_phrases as phrases
from bot.channels.render import numbered, plain, split_message, utf16_size
from bot.channels.zalo_http import NoAnswer, NotSent
from bot.channels.zalo_oa_api import Answer
from bot.channels.zalo_oa_codes import CODES, Class
from bot.channels.zalo_oa_parse import GROUP_PREFIX, PRESS_PREFIX
from bot.channels.zalo_values import clean
from store.messages import Button, Message, Outcome, Receipt

log = structlog.get_logger()

TO_PERSON: Final = "/v3.0/oa/message/cs"
TO_GROUP: Final = "/v3.0/oa/group/message"
TEXT_LIMIT: Final = 2000
BUTTONS: Final = 5
TITLE_LIMIT: Final = 100
PAYLOAD_LIMIT: Final = 1000
ZALO_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING: Final = time(6, 0)
_MOST_NUMBERS: Final = TEXT_LIMIT // 2
_REST: Final = 5.0
"""Seconds before a platform that is out of reach is knocked at again."""
_RATE_REST: Final = 30.0
_EXHAUSTED_REST: Final = 20.0
"""The limit counts by the minute; 20 s of it leave room for answers to those who wait."""
_QUOTA_REST: Final = 900.0
_MENTION: Final = re.compile(r"\[(?=@)")
_LONGEST_QUOTA_NAME: Final = 40

Request = tuple[str, dict[str, Any]]
"""A path of the API and what is posted there."""


def split(message: Message) -> tuple[Message, ...]:
    """Cut a message into parts that Zalo takes, whether a person or a group gets them.

    A picture takes a text that fits with it, but no buttons. Groups have no buttons at all, so
    there is room left for them as numbered lines.
    """
    message = _composed(message)
    if not message.photo:
        return _split_words(message)
    if not message.buttons and utf16_size(plain(message).strip()) <= TEXT_LIMIT:
        return (message,)
    return (Message("", photo=message.photo), *_split_words(replace(message, photo="")))


def _split_words(message: Message) -> tuple[Message, ...]:
    if not message.buttons:
        return split_message(message, TEXT_LIMIT)
    with_numbers = utf16_size(plain(numbered(replace(message, text="", title="", source=""))))
    if not _shows(message) or with_numbers > _MOST_NUMBERS:
        return split_message(numbered(message), TEXT_LIMIT)
    parts = split_message(message, TEXT_LIMIT)
    if utf16_size(plain(numbered(parts[-1]))) <= TEXT_LIMIT:
        return parts
    return split_message(message, TEXT_LIMIT - with_numbers - 2)


def _shows(message: Message) -> bool:
    """Tell whether Zalo takes the buttons of a message as buttons."""
    buttons = [button for row in message.buttons for button in row if _is_usable(button)]
    return len(buttons) <= BUTTONS and all(
        utf16_size(button.label.strip()) <= TITLE_LIMIT
        and utf16_size(button.url or button.token) <= PAYLOAD_LIMIT - len(PRESS_PREFIX)
        for button in buttons
    )


def _is_usable(button: Button) -> bool:
    return bool(button.label.strip()) and bool(button.url or button.token)


def request_of(chat: str, message: Message, attachment_id: str = "") -> Request:
    """Write down the request for a part as `split` gave it, its picture by Zalo's own id."""
    message = _composed(message)
    group = chat.removeprefix(GROUP_PREFIX) if chat.startswith(GROUP_PREFIX) else ""
    if group or attachment_id:
        message = numbered(message)
    text = plain(message).strip()
    payload: dict[str, Any] = {}
    if attachment_id:
        element = {"media_type": "image", "attachment_id": attachment_id}
        payload |= {"template_type": "media", "elements": [element]}
    if buttons := _buttons(message):
        payload["buttons"] = buttons
    content: dict[str, Any] = {"text": _unmentioning(text) if group else text} if text else {}
    if payload:
        content["attachment"] = {"type": "template", "payload": payload}
    recipient = {"group_id": group} if group else {"user_id": chat}
    return TO_GROUP if group else TO_PERSON, {"recipient": recipient, "message": content}


def _buttons(message: Message) -> list[dict[str, Any]]:
    buttons = [button for row in message.buttons for button in row]
    for button in buttons:
        if not _is_usable(button):  # it would get the message refused: the message matters more
            log.error("zalo_oa_button_left_out", label=button.label, action=button.action)
    return [_button(button) for button in buttons if _is_usable(button)]


def _button(button: Button) -> dict[str, Any]:
    title = button.label.strip()
    if button.url:
        return {"title": title, "type": "oa.open.url", "payload": {"url": button.url}}
    return {"title": title, "type": "oa.query.hide", "payload": PRESS_PREFIX + button.token}


def _composed(message: Message) -> Message:
    """Give every text in the form in which its characters are counted."""
    return replace(
        message,
        text=_nfc(message.text),
        title=_nfc(message.title),
        source=_nfc(message.source),
        buttons=tuple(
            tuple(replace(one, label=_nfc(one.label)) for one in row) for row in message.buttons
        ),
    )


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", clean(text))


def _unmentioning(text: str) -> str:
    """Keep `[@...]` from calling anybody in a group; as long as before, so that it still fits."""
    return _MENTION.sub("(", text)


_OUTCOMES: Final[Mapping[Class, Outcome]] = {
    "retry": Outcome.RETRY,
    "rate": Outcome.RETRY,
    "night": Outcome.RETRY,
    "refresh": Outcome.UNAUTHORISED,
    "quota": Outcome.UNAUTHORISED,
    "human": Outcome.UNAUTHORISED,
    "window": Outcome.LAPSED,
    "blocked": Outcome.BLOCKED,
    "gone": Outcome.GONE,
    "rejected": Outcome.REJECTED,
}
_SAID: Final[Mapping[Class, str]] = {
    "retry": phrases.TRY_AGAIN,
    "rate": phrases.TOO_FAST,
    "night": phrases.NIGHT,
    "refresh": phrases.STILL_REFUSED,
    "quota": phrases.QUOTA_USED_UP,
    "human": phrases.HUMAN_OTHER,
    "window": phrases.WINDOW,
    "blocked": phrases.BLOCKED,
    "gone": phrases.GONE,
    "rejected": phrases.REJECTED,
}
"""What the admins read before Zalo's own words, where nothing is known of the code alone."""
_STATUSES: Final[tuple[tuple[range, Outcome], ...]] = (
    (range(413, 415), Outcome.REJECTED),
    (range(300, 500), Outcome.RETRY),
)
"""HTTP statuses of answers that are not the API's: from a proxy, or a redirect."""


def receipt_of(answer: Answer, *, now: datetime) -> Receipt:
    """Say how an attempt that was answered has ended."""
    if answer.code == 0:
        receipt = _sent(answer)
    elif answer.code is None:
        receipt = receipt_of_status(answer.status, answer.words)
    else:
        receipt = _refused(answer, answer.code, now)
    if answer.exhausted and receipt.retry_after is None:
        return replace(receipt, retry_after=_EXHAUSTED_REST, whole_channel=True)
    return receipt


def _sent(answer: Answer) -> Receipt:
    number = answer.result.get("message_id")
    external_id = str(number) if isinstance(number, str | int) else ""
    return Receipt(Outcome.SENT, external_id=external_id, left=_left(answer.result.get("quota")))


def _left(quota: object) -> tuple[str, int] | None:
    if not isinstance(quota, dict):
        return None
    name, remain = quota.get("quota_type"), quota.get("remain")
    if isinstance(remain, str) and remain.isascii() and remain.isdecimal() and len(remain) < 10:
        remain = int(remain)
    if not isinstance(name, str) or type(remain) is not int or not 0 <= remain < 2**31:
        return None
    return clean(name)[:_LONGEST_QUOTA_NAME], remain


def _refused(answer: Answer, code: int, now: datetime) -> Receipt:
    kind = CODES.get(code, "retry")
    what = phrases.HUMAN.get(code, _SAID[kind])
    reason = phrases.with_code(what, code=str(code), words=answer.words)
    receipt = Receipt(_OUTCOMES[kind], code=str(code), reason=reason)
    if kind == "rate":
        return replace(receipt, retry_after=_RATE_REST, whole_channel=True)
    if kind == "night":
        return replace(receipt, retry_after=until_morning(now))
    return replace(receipt, retry_after=_QUOTA_REST) if kind == "quota" else receipt


def receipt_of_status(status: int, words: str) -> Receipt:
    """Say how an attempt has ended that got something else than the API's answer."""
    outcome = next((o for span, o in _STATUSES if status in span), Outcome.UNKNOWN)
    if not status:
        return Receipt(outcome, code="no-answer", reason=words)
    reason = phrases.with_code(phrases.UNREADABLE, code=str(status), words=words)
    return Receipt(outcome, code=str(status), reason=reason)


def receipt_of_failure(error: NotSent | NoAnswer) -> Receipt:
    """Say how an attempt has ended that got no answer."""
    if isinstance(error, NoAnswer):
        return receipt_of_status(error.status, str(error))
    return Receipt(
        Outcome.RETRY,
        code="connect",
        reason=str(error),
        retry_after=_REST,
        whole_channel=True,
    )


def until_morning(now: datetime) -> float:
    """Count the seconds until Zalo's day begins."""
    here = now.astimezone(ZALO_ZONE)
    morning = here.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning += timedelta(days=1)
    return (morning - here).total_seconds()
