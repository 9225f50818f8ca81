"""The channels there are, by the name of their route."""

from collections.abc import Callable, Mapping

from bot.channels.contract import Ground, Platform
from bot.channels.telegram import Telegram
from bot.channels.web import WebChat
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOa

CHANNELS: Mapping[str, Callable[[Ground], Platform | None]] = {
    "web": WebChat.on,
    "telegram": Telegram.on,
    "zalo-bot": ZaloBot.on,
    "zalo-oa": ZaloOa.on,
}
"""Give None where the settings do not switch the channel on."""
