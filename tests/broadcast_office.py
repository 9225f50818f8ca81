"""Two communes, a province and a unit far away, where leaders make broadcasts in chat."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.conversation import Conversation
from jobs.forecast import foreseer
from knowledge.base import SHIPPED
from knowledge.library import Library
from store import broadcasts, units
from store.audiences import people_of
from store.models import Broadcast as Row
from store.models import Person
from tests.channels import Pipe
from tests.dialogues import Player, StoreStage

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIBRARY = Library(SHIPPED)
HERE = "telegram:1"
PROVINCE, COMMUNE, OTHER = "Tỉnh Hà Giang", "Xã Yên Minh", "Xã Du Già"
FARMERS, STRANGERS = "Hội Nông dân xã Yên Minh", "Hội Nông dân tỉnh Lào Cai"
NIGHT = 14 * 60
"""Minutes from 8 in the morning to 10 in the evening."""


class Office:
    """Two communes of a province, an organisation in one of them, and a unit far away."""

    def __init__(self, database, now):
        self.database = database
        self.pipe = Pipe(HERE)
        self.player = Player(StoreStage(database, self.conversation()), now)

    def conversation(self):
        foresee = foreseer({HERE: self.pipe}, lambda: self.player.now, ZONE)
        return Conversation(LIBRARY, ask_open=True, zone=ZONE, foresee=foresee)

    async def build(self):
        async def work(session: AsyncSession) -> None:
            now = self.player.now
            root = await units.root(session, now=now)
            province = await units.add(session, PROVINCE, root, now=now)
            commune = await units.add(session, COMMUNE, province, now=now)
            await units.add(session, OTHER, province, now=now)
            await units.add(session, FARMERS, commune, now=now)
            await units.add(session, STRANGERS, root, now=now)

        await self.database.write(work)
        for who, role, unit in (
            ("Lan", "leader", COMMUNE),
            ("Minh", "officer", COMMUNE),
            ("Hoa", "officer", FARMERS),
            ("Tâm", "officer", OTHER),
            ("Xa", "officer", STRANGERS),
            ("Sếp", "leader", PROVINCE),
        ):
            await self.join(who, role, unit)

    async def join(self, who, role, unit):
        code = await self.player.stage.invite(role=role, unit=unit, uses=1, now=self.player.now)
        await self.player.take({"who": who, "said": code, "heard": ["Chào đồng chí", ""]})

    async def say(self, text, *heard, who="Lan", **more):
        return await self.player.take({"who": who, "said": text, "heard": list(heard), **more})

    async def press(self, label, *heard, who="Lan", **more):
        return await self.player.take({"who": who, "press": label, "heard": list(heard), **more})

    async def preview(self, label, *heard, **more):
        """Write a text, choose whom it is for, and look at the preview."""
        await self.say("/thongbao Mời họp", "Gửi cho ai?")
        return await self.press(label, "Mời họp", *heard, **more)

    async def handed_in(self):
        async with self.database.read() as session:
            numbers = (await session.scalars(select(Row.id).order_by(Row.id))).all()
            found = [await broadcasts.find(session, number) for number in numbers]
        return [one for one in found if one is not None]

    async def people(self, one):
        async with self.database.read() as session:
            ids = await people_of(session, one.audience, limit=100)
            names = select(Person.name).where(Person.id.in_(ids)).order_by(Person.name)
            return list(await session.scalars(names))
