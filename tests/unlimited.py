"""The product with the limits of Telegram lifted: `python -m tests.unlimited run`."""

from bot.channels.telegram import Telegram
from bot.cli import cli
from jobs.channel import ChatLimit

NO_LIMIT = ChatLimit(1000, 1.0)

if __name__ == "__main__":
    Telegram.rate = 1000.0  # type: ignore[misc]
    Telegram.chat_limits = {"private": NO_LIMIT, "group": NO_LIMIT}  # type: ignore[misc]
    cli(prog_name="danvan")
