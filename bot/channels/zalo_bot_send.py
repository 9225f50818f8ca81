"""Our messages as requests to the Zalo Bot Platform, and its answers as receipts.

The platform has no buttons and no dress that is worth its limits: everything goes out as plain
text, choices as numbered lines. The table of endings, and why they are so:

- 400 and 404 are said of the request: surely not sent, and it would be refused again.
- 403 is documented as "internal server error", 408 as a timeout: either may have been sent.
- 401 is the token's end, and 429 the month's quota: nothing goes out before a person has acted, so
  the whole bot rests and the admins are told. No `retry_after` was ever seen with 429.
- An answer of neither yes nor no, 5xx, or none at all: UNKNOWN. Delivery's policy (resend replies
  and reminders, hold broadcasts) is the right place for the doubt. A redirect was not followed and
  a body that was too large not read: those were surely not sent.
- No connection: not sent, and a short rest of the whole bot, since there is one host and an outage
  must not use up the attempts of every delivery.
"""

from typing import Any, Final

from bot.channels import zalo_bot_phrases as phrases
from bot.channels.render import numbered, plain, split_message
from bot.channels.zalo_bot_call import REASON_LIMIT, Refused, result_of
from bot.channels.zalo_http import NoAnswer, NotSent, Reply
from bot.channels.zalo_values import clean, id_of
from jobs.channel import Unparsable
from store.messages import Message, Outcome, Receipt

TEXT_LIMIT: Final = 2000
"""Of a text and of a caption, in UTF-16 units: no way of counting gives more."""
_REST: Final = 5.0  # seconds before the platform is knocked at again
_QUOTA_REST: Final = 900.0

Request = tuple[str, dict[str, Any]]
"""A method of the Bot API and its parameters."""


def parts_of(message: Message) -> tuple[Message, ...]:
    """Cut a message into parts; a photo goes with the first, whose text is its caption."""
    return split_message(numbered(message), TEXT_LIMIT)


def text_request(chat: str, message: Message) -> Request:
    """Fill in a text."""
    return "sendMessage", {"chat_id": chat, "text": _text(message)}


def photo_request(chat: str, message: Message, photo_url: str) -> Request:
    """Fill in a photo, with the message's text as its caption where there is any."""
    caption = _text(message)
    fields = {"chat_id": chat, "photo": photo_url}
    return "sendPhoto", {**fields, "caption": caption} if caption else fields


def typing_request(chat: str) -> Request:
    """Show that we are at work."""
    return "sendChatAction", {"chat_id": chat, "action": "typing"}


def _text(message: Message) -> str:
    return clean(plain(numbered(message)))


_WORDS: Final[tuple[tuple[frozenset[int], str, Outcome], ...]] = tuple(
    (frozenset({400, 403, 404}), words, outcome)
    for words, outcome in (
        ("blocked", Outcome.BLOCKED),
        ("chat not found", Outcome.GONE),
        ("user not found", Outcome.GONE),
        ("chat_id is not valid", Outcome.GONE),
        ("chat_id is invalid", Outcome.GONE),
        ("invalid chat_id", Outcome.GONE),
    )
)
"""Descriptions (small letters) that say more than their code; none of them is documented."""

_CODES: Final[dict[int, Outcome]] = {
    400: Outcome.REJECTED,
    401: Outcome.UNAUTHORISED,
    403: Outcome.UNKNOWN,
    404: Outcome.REJECTED,
    408: Outcome.UNKNOWN,
    413: Outcome.REJECTED,
    429: Outcome.UNAUTHORISED,
}
"""Codes of a refusal; any other is UNKNOWN."""

_FOR_PEOPLE: Final = {401: phrases.token_refused, 429: phrases.quota_used_up}
"""What the admins read where the whole bot rests, of the platform's words."""

_STATUSES: Final[tuple[tuple[range, Outcome], ...]] = (
    (range(300, 400), Outcome.RETRY),
    (range(413, 415), Outcome.REJECTED),
)
"""HTTP statuses without an answer of the API: from a proxy or a portal between us."""


def receipt_of(error: Refused | NotSent | NoAnswer) -> Receipt:
    """Say how an attempt that raised has ended."""
    if isinstance(error, Refused):
        return _of_refusal(error)
    reason = str(error)[:REASON_LIMIT]
    if isinstance(error, NotSent):
        return Receipt(
            Outcome.RETRY, code="connect", reason=reason, retry_after=_REST, whole_channel=True
        )
    outcome = next((o for span, o in _STATUSES if error.status in span), Outcome.UNKNOWN)
    return Receipt(outcome, code=str(error.status or "no-answer"), reason=reason)


def _of_refusal(error: Refused) -> Receipt:
    words = error.reason.lower()
    outcome = next(
        (o for codes, part, o in _WORDS if error.code in codes and part in words),
        _CODES.get(error.code, Outcome.UNKNOWN),
    )
    said = _FOR_PEOPLE.get(error.code)
    return Receipt(
        outcome,
        code=str(error.code or "refused"),
        reason=(said(error.reason) if said else error.reason)[:REASON_LIMIT],
        retry_after=_QUOTA_REST if error.code == 429 else None,
    )


def receipt_of_yes(reply: Reply) -> Receipt:
    """Say that an attempt succeeded; the API's yes counts even where it gives no message id."""
    try:
        return Receipt(Outcome.SENT, external_id=id_of(dict(result_of(reply)), "message_id"))
    except Unparsable:
        return Receipt(Outcome.SENT)
