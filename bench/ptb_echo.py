"""The peer: python-telegram-bot as its own examples use it, an echo that stores nothing.

`python -m bench.ptb_echo PORT API_URL`: its Application with its stock transport behind an aiohttp
route, updates worked one after the other.
"""

import asyncio
import sys

from aiohttp import web
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

TOKEN = "123456:bench-token-of-the-peer-which-stores-no"


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    await update.message.reply_text(update.message.text)


async def main(port: int, api: str) -> None:
    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{api}/bot")
        .updater(None)
        .job_queue(None)
        .build()
    )
    application.add_handler(MessageHandler(filters.ALL, echo))

    async def take(request: web.Request) -> web.Response:
        update = Update.de_json(await request.json(), application.bot)
        await application.update_queue.put(update)
        return web.Response()

    site = web.Application()
    site.router.add_post("/webhook", take)
    site.router.add_get("/readyz", lambda _: _ready())
    async with application:
        await application.start()
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()


async def _ready() -> web.Response:
    return web.Response()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
