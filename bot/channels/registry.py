"""The channels there are, by the name of their route."""

from collections.abc import Callable, Mapping

from bot.channels.contract import Platform
from bot.channels.telegram import Telegram
from bot.channels.web import WebChat
from bot.settings import Settings

CHANNELS: Mapping[str, Callable[[Settings], Platform | None]] = {
    "web": WebChat,
    "telegram": Telegram.from_settings,
}
"""Give None where the settings do not switch the channel on."""
