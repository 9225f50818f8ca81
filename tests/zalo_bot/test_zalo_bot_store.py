"""A database that refuses: a photo is surely not sent, and waits."""

from sqlalchemy import text

from bot.channels import zalo_bot_phrases as phrases
from store.messages import Address, Message, Outcome


async def test_a_store_that_refuses_lets_a_photo_wait(remote, make, database):
    await database.write(lambda s: s.execute(text("ALTER TABLE media RENAME TO elsewhere")))
    bot = make(database=database)
    await bot.open()
    receipt = await bot.send(Address(bot.account, "c0ffee"), Message("Ảnh", photo="m9"))
    edited = await bot.edit(Address(bot.account, "c0ffee"), "1", Message("x"))
    await bot.close()
    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, "store")
    assert (receipt.reason, edited.reason) == (phrases.STORE_FAILED, phrases.NO_EDITS)
    assert (await remote.state())["requests"] == []
