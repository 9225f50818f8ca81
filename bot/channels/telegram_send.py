"""Our messages as requests to Telegram, and Telegram's answers as receipts.

The table of endings, and why they are so:

- 400, 403, 404 and 429 are said before anything is sent: surely not sent. 429 speaks for
  the whole bot.
- 404 is what a token of the wrong form gets, like 401: the methods that we call all exist.
- 5xx is UNKNOWN, not RETRY. The server says 500 also for what was sent ("sent message was
  immediately deleted and can't be returned") and for what was on its way when it closed
  ("restart"), and 502 and 504 come from the front when the server behind it did not answer in
  time. Nothing in them tells these from requests that were never worked on. Delivery's policy
  (resend replies and reminders, hold broadcasts) is the right place for the doubt.
- No connection: not sent, RETRY after a short rest of the whole channel, since there is one host
  and an outage must not use up the attempts of every delivery. None free in our pool: not sent,
  RETRY. No answer after writing: UNKNOWN.
"""

from dataclasses import replace
from html import escape
from typing import Any, Final

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from bot.channels.render import dressed, plain, split_message, utf16_size
from bot.channels.telegram_request import Flood, NoAnswer, NotSent, OddAnswer, PoolBusy
from store.messages import Button, Message, Outcome, Receipt

log = structlog.get_logger()

TEXT_LIMIT: Final = 4096  # UTF-16 units after entities are taken out
CAPTION_LIMIT: Final = 1024  # likewise, under a photo or a file
TOKEN_LIMIT: Final = 64  # bytes of a button's callback_data
_REASON_LIMIT: Final = 300
_REST: Final = 5.0  # seconds before the platform is knocked at again
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

Request = tuple[str, dict[str, Any]]
"""A method of the Bot API and its parameters."""


def send_request(chat: str, message: Message) -> Request:
    """Fill in a part that is only text."""
    return "sendMessage", {"chat_id": _number(chat), **_text_fields(message)}


def media_request(chat: str, message: Message, held: object) -> Request:
    """Fill in a photo or a file with its caption; `held` is Telegram's id of it, or its bytes."""
    method, name = ("sendPhoto", "photo") if message.photo else ("sendDocument", "document")
    fields = _text_fields(message)
    del fields["link_preview_options"]
    caption = fields.pop("text")
    if caption:
        fields["caption"] = caption
    else:
        del fields["parse_mode"]
    return method, {"chat_id": _number(chat), name: held, **fields}


def parts_of(message: Message) -> tuple[Message, ...]:
    """Cut a message into parts that Telegram takes: a photo or file goes first, with all the text
    where that fits under it.
    """
    if not (message.photo or message.file) or _fits_under(message):
        return split_message(message, TEXT_LIMIT)
    bare = Message("", photo=message.photo, file=message.file)
    return (bare, *split_message(replace(message, photo="", file=""), TEXT_LIMIT))


def _fits_under(message: Message) -> bool:
    return utf16_size(plain(message)) <= CAPTION_LIMIT


def edit_request(chat: str, external_id: str, message: Message) -> Request:
    """Fill in the replacement of an earlier message; without buttons its old ones go."""
    fields = {"chat_id": _number(chat), "message_id": int(external_id), **_text_fields(message)}
    return "editMessageText", fields


def typing_request(chat: str) -> Request:
    """Show that we are at work."""
    return "sendChatAction", {"chat_id": _number(chat), "action": ChatAction.TYPING.value}


def pressed_request(press_id: str) -> Request:
    """Take the hourglass off a pressed button."""
    return "answerCallbackQuery", {"callback_query_id": press_id}


def as_html(message: Message) -> str:
    """Dress a message in Telegram's HTML, everything escaped: strong title, quiet source."""
    return dressed(
        message,
        f"<b>{_escaped(message.title)}</b>",
        _escaped(message.text.strip()),
        f"<i>{_escaped(message.source)}</i>",
    )


def _text_fields(message: Message) -> dict[str, Any]:
    fields = {
        "text": as_html(message),
        "parse_mode": ParseMode.HTML.value,
        "link_preview_options": _NO_PREVIEW,
    }
    rows = [[_button(b) for b in row if _is_usable(b)] for row in message.buttons]
    if rows := [row for row in rows if row]:
        fields["reply_markup"] = InlineKeyboardMarkup(rows)
    return fields


def _button(button: Button) -> InlineKeyboardButton:
    if button.url:
        return InlineKeyboardButton(button.label, url=button.url)
    return InlineKeyboardButton(button.label, callback_data=button.token)


def _is_usable(button: Button) -> bool:
    """Leave out a button that would get the message refused: the message matters more."""
    usable = bool(button.label.strip()) and (
        bool(button.url) or 1 <= len(button.token.encode()) <= TOKEN_LIMIT
    )
    if not usable:
        log.error("telegram_button_left_out", label=button.label, action=button.action)
    return usable


def _escaped(text: str) -> str:
    return escape(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), quote=False)


def _number(chat: str) -> int | str:
    return int(chat) if chat.removeprefix("-").isdecimal() else chat


_WORDS: Final[tuple[tuple[type[TelegramError], str, Outcome], ...]] = (
    (Forbidden, "user is deactivated", Outcome.GONE),
    (Forbidden, "chat was deleted", Outcome.GONE),
    (Forbidden, "can't send messages to bots", Outcome.REJECTED),
    (Forbidden, "can't send messages to the bot", Outcome.REJECTED),
    (BadRequest, "message is not modified", Outcome.SENT),
    (BadRequest, "chat not found", Outcome.GONE),
    (BadRequest, "user not found", Outcome.GONE),
    (BadRequest, "peer_id_invalid", Outcome.GONE),
    (BadRequest, "chat_id_invalid", Outcome.GONE),
    (BadRequest, "user_is_blocked", Outcome.BLOCKED),
    (BadRequest, "chat_write_forbidden", Outcome.BLOCKED),
    (BadRequest, "chat_restricted", Outcome.BLOCKED),
    (BadRequest, "not enough rights to send", Outcome.BLOCKED),
    (BadRequest, "have no rights to send", Outcome.BLOCKED),
)
"""Known descriptions (small letters) that say more than their error type."""

_TYPES: Final[tuple[tuple[type[TelegramError], Outcome, str], ...]] = (
    (Forbidden, Outcome.BLOCKED, "403"),
    (InvalidToken, Outcome.UNAUTHORISED, "401"),
    (BadRequest, Outcome.REJECTED, "400"),
    (Conflict, Outcome.RETRY, "409"),
    (ChatMigrated, Outcome.MOVED, "400"),
    (Flood, Outcome.RETRY, "429"),
    (PoolBusy, Outcome.RETRY, "pool"),
    (NotSent, Outcome.RETRY, "connect"),
    (NoAnswer, Outcome.UNKNOWN, "no-answer"),
    (TelegramError, Outcome.UNKNOWN, "error"),
)
"""Error types, the first that fits: the outcome and our code for it."""

_STATUSES: Final[tuple[tuple[range, Outcome], ...]] = (
    (range(413, 415), Outcome.REJECTED),
    (range(300, 500), Outcome.RETRY),
    (range(500, 600), Outcome.UNKNOWN),
)
"""HTTP statuses without an error type: from a proxy, a redirect, or a server in trouble."""


def receipt_of(error: TelegramError) -> Receipt:
    """Say how an attempt that raised has ended, in the platform's words."""
    reason = str(error)[:_REASON_LIMIT]
    if isinstance(error, OddAnswer):
        outcome = next((o for span, o in _STATUSES if error.status in span), Outcome.UNKNOWN)
        return Receipt(outcome, code=str(error.status), reason=reason)
    outcome, code = next((o, code) for kind, o, code in _TYPES if isinstance(error, kind))
    words = reason.lower()
    outcome = next(
        (o for kind, part, o in _WORDS if isinstance(error, kind) and part in words), outcome
    )
    if isinstance(error, Flood):
        seconds = error.retry_after.total_seconds()
        return Receipt(outcome, code=code, reason=reason, retry_after=seconds, whole_channel=True)
    if isinstance(error, NotSent) and not isinstance(error, PoolBusy):
        return Receipt(outcome, code=code, reason=reason, retry_after=_REST, whole_channel=True)
    if isinstance(error, ChatMigrated):
        return Receipt(outcome, code=code, reason=reason, moved_to=str(error.new_chat_id))
    return Receipt(outcome, code=code, reason=reason)


def receipt_of_result(result: object) -> Receipt:
    """Say that an attempt succeeded; the API's yes counts even where it gives no message id."""
    number = result.get("message_id") if isinstance(result, dict) else None
    return Receipt(Outcome.SENT, external_id=str(number) if type(number) is int else "")
