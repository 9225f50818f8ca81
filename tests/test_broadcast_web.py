"""The admins' page shows how far broadcasts are and who was not reached."""

from store import broadcasts, logins
from store.audiences import Audience
from store.broadcasts import NewBroadcast
from store.database import Database
from store.messages import Message
from tests.broadcasts import Stage
from tests.channels import Pipe, Post
from tests.conftest import NOW
from tests.test_web import open_office


async def test_a_broadcast_has_its_line_with_names(database: Database) -> None:
    stage = Stage(Post.of(database, Pipe("zalo-bot:1")))
    await stage.post.person("Lan <b>", {"telegram:9": NOW - NOW})
    await stage.post.person("Minh", {"zalo-bot:1": NOW - NOW})
    number = await stage.hand_in("Họp <giao ban> chiều nay")
    await stage.send_all()
    async with open_office(database) as office:
        admin = await office.person("admin")
        token = await database.write(lambda s: logins.make_token(s, admin, now=office.clock()))
        await office.client.post("/login", data={"token": token})
        _, page = await office.get("/")
        later = NewBroadcast(Message("Tin sau"), Audience(), NOW)
        await database.write(lambda s: broadcasts.create(s, later, now=NOW))
        _, again = await office.get("/")
    assert f"<td>TB{number}</td><td>Họp &lt;giao ban&gt; chiều nay</td>" in page
    assert "<td>đã xong</td><td>1/2</td>" in page
    assert "Lan &lt;b&gt; (Xã)" in page
    assert "<td>chờ đến giờ</td><td>0/0</td>" in again
