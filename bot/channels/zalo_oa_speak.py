"""One part of a message on its way to Zalo, its picture first, and how that ended."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from bot.channels import zalo_oa_phrases as phrases
from bot.channels import zalo_oa_send
from bot.channels.render import plain
from bot.channels.zalo_http import NoAnswer, NotSent
from bot.channels.zalo_oa_api import Api
from bot.channels.zalo_oa_codes import ATTACHMENT_EXPIRED
from bot.channels.zalo_oa_grant import NoGrant
from bot.channels.zalo_oa_pictures import Album, NotTaken, TooMany
from bot.pictures import NoPicture
from store.database import Unavailable
from store.messages import Message, Outcome, Receipt

log = structlog.get_logger()

PICTURE: Final = "picture"
"""Our code for a part whose picture cannot be had."""
_UPLOADS: Final[Mapping[Outcome, Outcome]] = {
    Outcome.UNKNOWN: Outcome.RETRY,
    Outcome.LAPSED: Outcome.REJECTED,
    Outcome.BLOCKED: Outcome.REJECTED,
    Outcome.GONE: Outcome.REJECTED,
}
"""How an upload ended, for the message that waits for it. Where nobody knows whether the picture
arrived, the message surely did not; and what is said of a picture is not said of the person."""


class Speaker:
    """Sends parts of messages for one OA. Never raises for what platform or network can do."""

    def __init__(self, api: Api, album: Album, now: Callable[[], datetime]) -> None:
        self._api = api
        self._album = album
        self._now = now

    async def say(self, chat: str, message: Message) -> Receipt:
        """Send one part; a picture that Zalo has let go of is brought up once more."""
        if not message.photo:
            return await self._post(chat, message)
        attachment_id, receipt = await self._say_with_picture(chat, message)
        if not attachment_id or receipt.code != str(ATTACHMENT_EXPIRED):
            return receipt
        try:
            await self._album.forget(message.photo, attachment_id)
        except (Unavailable, DBAPIError):
            return receipt
        _, receipt = await self._say_with_picture(chat, message)
        return receipt

    async def _say_with_picture(self, chat: str, message: Message) -> tuple[str, Receipt]:
        """Give Zalo's id of the picture, '' where it has none, and how the attempt ended."""
        found = await self._attachment(message.photo)
        if isinstance(found, str):
            return found, await self._post(chat, message, found)
        if found.outcome is Outcome.REJECTED and plain(message).strip():
            log.error("zalo_oa_picture_left_out", code=found.code, reason=found.reason)
            return "", await self._post(chat, message)  # the words matter more
        return "", found

    async def _attachment(self, media_id: str) -> str | Receipt:
        """Give Zalo's id of a picture, or how it ended that there is none: nothing was sent."""
        try:
            return await self._album.attachment(media_id)
        except NoPicture:
            return Receipt(Outcome.REJECTED, code=PICTURE, reason=phrases.NO_PICTURE)
        except TooMany:
            return Receipt(Outcome.REJECTED, code=PICTURE, reason=phrases.UPLOADS_USED_UP)
        except NotTaken as error:
            if error.answer.code == 0:
                return Receipt(Outcome.REJECTED, code=PICTURE, reason=phrases.NO_PICTURE_ID)
            receipt = zalo_oa_send.receipt_of(error.answer, now=self._now())
        except (NoGrant, NotSent, NoAnswer) as error:
            receipt = _receipt_of(error)
        except (Unavailable, DBAPIError, OSError) as error:
            log.warning("store unavailable", where="zalo_oa_picture", reason=type(error).__name__)
            return Receipt(Outcome.RETRY, code="store", reason=phrases.STORE_FAILED)
        return _of_upload(receipt)

    async def _post(self, chat: str, message: Message, attachment_id: str = "") -> Receipt:
        path, body = zalo_oa_send.request_of(chat, message, attachment_id)
        if not body["message"]:
            return Receipt(Outcome.REJECTED, code="empty", reason=phrases.EMPTY)
        try:
            answer = await self._api.ask("POST", path, lambda: {"json": body})
        except (NoGrant, NotSent, NoAnswer) as error:
            return _receipt_of(error)
        return zalo_oa_send.receipt_of(answer, now=self._now())


def _receipt_of(error: NoGrant | NotSent | NoAnswer) -> Receipt:
    if isinstance(error, NoGrant):
        # What is lost needs a person; what is only away for now is waited for.
        outcome = Outcome.UNAUTHORISED if error.lost else Outcome.RETRY
        return Receipt(outcome, code="grant", reason=error.reason, whole_channel=True)
    return zalo_oa_send.receipt_of_failure(error)


def _of_upload(receipt: Receipt) -> Receipt:
    """Judge an upload for the message that waits for it."""
    return replace(receipt, outcome=_UPLOADS.get(receipt.outcome, receipt.outcome))
