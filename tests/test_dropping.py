"""After a restore: what became due is let go, whether it was queued or not planned yet."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from jobs.dropping import drop_due
from jobs.reminding import remind
from knowledge.reminding.schedule import Once
from store import broadcasts, reminders, subscriptions
from store.audiences import Audience
from store.broadcasts import NewBroadcast
from store.messages import Message
from store.models import Broadcast, Subscription
from store.reminders import NewReminder
from tests.channels import Pipe, Post

BOT = "zalo-bot:1"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOUR = timedelta(hours=1)


async def test_what_became_due_is_let_go_and_what_lies_ahead_stays(database):
    post = Post.of(database, Pipe(BOT))
    lan = await post.person("Lan", {BOT: HOUR})
    await post.queue(BOT, "Lan", "Cũ", due_at=post.at - HOUR)
    await post.queue(BOT, "Lan", "Mới", key="later", due_at=post.at + HOUR)
    old, new = [
        NewBroadcast(Message("Họp"), Audience(), post.at + ahead) for ahead in (-HOUR, HOUR)
    ]
    local = (post.at - HOUR).astimezone(ZONE)
    plan = Once(date(local.year, local.month, local.day), local.time()).as_json()
    past = NewReminder(lan, None, "nộp báo cáo", plan, post.at - HOUR)

    async def prepare(session):
        await subscriptions.begin(session, lan, now=post.at - timedelta(days=2))
        await broadcasts.create(session, old, now=post.at - 2 * HOUR)
        await broadcasts.create(session, new, now=post.at - 2 * HOUR)
        await reminders.add(session, past, now=post.at - 2 * HOUR)

    await database.write(prepare)
    dropped = await database.write(lambda s: drop_due(s, now=post.at, zone=ZONE))
    assert dropped == 3
    await remind(database, post.channels, now=post.at, zone=ZONE)
    await post.deliver()
    assert post.channels[BOT].tried == []
    assert [row.state for row in await post.rows()] == ["cancelled", "queued"]
    async with database.read() as session:
        states = (await session.scalars(select(Broadcast.state).order_by(Broadcast.id))).all()
        next_at = await session.scalar(select(Subscription.next_at))
    assert list(states) == ["cancelled", "scheduled"]
    assert next_at == post.at
