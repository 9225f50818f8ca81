"""People, units and invitations in the store."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from handlers.conversation import Conversation
from knowledge.library import Library
from store import invitations, people, units
from store.database import Conflict
from store.models import Account, Invitation, Joining, Person, Role, Unit
from store.talks import Speaker
from tests.dialogues import BASE, Player, StoreStage

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LIBRARY = Library(BASE)


@pytest.fixture
def stage(database):
    return StoreStage(database, Conversation(LIBRARY, ask_open=True, zone=ZONE))


PROVINCES = {
    "Tỉnh Hà Giang": "Hà Giang",
    "hà giang": "Hà Giang",
    "UBND tỉnh Hà Giang": "Hà Giang",
    "Ban Dân vận Tỉnh ủy Hà Giang": "Hà Giang",
    "Ban Dân vận Hà Giang": "Hà Giang",
    "Thành ủy Cần Thơ": "Cần Thơ",
    "TP. Hồ Chí Minh": "Thành phố Hồ Chí Minh",
    "TPHCM": "Thành phố Hồ Chí Minh",
    "Hồ Chí Minh": "Thành phố Hồ Chí Minh",
    "Đoàn TNCS Hồ Chí Minh": "",
    "Đoàn TNCS Hồ Chí Minh tỉnh Hà Giang": "Hà Giang",
    "Đảng ủy phường Bến Thành, TP Hồ Chí Minh": "Thành phố Hồ Chí Minh",
    "Tỉnh Bắc Cạn": "Bắc Kạn",
    "Thừa Thiên Huế": "Huế",
    "Xã Yên Minh, tỉnh Hà Giang": "Hà Giang",
    "Xã Yên Minh tỉnh Hà Giang": "Hà Giang",
    "xã Hòa Bình": "",
    "Phường Tây Ninh": "",
    "Thôn Hà Giang, xã Đông Hà": "",
    "Xã Yên Minh": "",
    "Hội Nông dân": "",
    "Tỉnh Hoà Bình": "Hòa Bình",
    "tinh dak lak": "Đắk Lắk",
}


@pytest.mark.parametrize("name", PROVINCES)
def test_a_province_is_recognised_in_a_name(name):
    assert units.province_in(name) == PROVINCES[name]


def test_every_province_of_the_base_is_known():
    names = LIBRARY.base.provinces.names()
    assert {units.province_in(name) for name in names} <= set(names)


async def test_units_make_a_tree_that_hands_down_its_province(database, now):
    async def work(session):
        province = await units.ensure(session, "Tỉnh Hà Giang", now=now)
        commune = await units.add(session, "Xã Yên Minh", province, now=now)
        again = await units.add(session, "Xã Yên Minh", province, now=now)
        village = await units.add(session, "Thôn Nà Tèn", commune, now=now)
        root = await units.root(session, now=now)
        return root, province, commune, again, village

    root, province, commune, again, village = await database.write(work)
    assert again.id == commune.id
    assert village.province == commune.province == province.province == "Hà Giang"
    assert village.path == f"/{root.id}/{province.id}/{commune.id}/{village.id}/"


async def test_a_unit_is_found_by_its_name_as_people_type_it(database, now):
    async def work(session):
        for name in ("Tỉnh Hà Giang", "Tỉnh An Giang"):
            province = await units.ensure(session, name, now=now)
            await units.add(session, "Xã Tân Lập", province, now=now)
        assert (await units.one(session, "TINH  HA GIANG")).name == "Tỉnh Hà Giang"
        assert (await units.ensure(session, "tỉnh hà giang", now=now)).name == "Tỉnh Hà Giang"
        assert (await units.one(session, "xã tân lập, tỉnh An Giang")).province == "An Giang"
        with pytest.raises(units.AmbiguousUnit):
            await units.ensure(session, "Xã Tân Lập", now=now)
        made = await units.ensure(session, "Xã Mới,  tỉnh An  Giang", now=now)
        assert (made.name, made.province) == ("Xã Mới", "An Giang")
        assert (await units.ensure(session, "xã mới, An Giang", now=now)).id == made.id
        under_root = await units.ensure(session, "Xã Lạ, tỉnh Không Có", now=now)
        assert under_root.name == "Xã Lạ, tỉnh Không Có"
        with pytest.raises(units.UnknownUnit):
            await units.one(session, "Xã Không Có")

    await database.write(work)


async def test_a_code_is_kept_only_as_its_hash_and_read_as_it_is_typed(database, now):
    async def work(session):
        code = await invitations.create(
            session, role="leader", unit="Xã A", uses=2, now=now, expires_at=now + timedelta(1)
        )
        hashes = (await session.scalars(select(Invitation.code_hash))).all()
        assert code not in hashes[0]
        assert set(code) <= set(invitations.ALPHABET)
        typed = f" {code[:5].lower()}-{code[5:]} "
        found = await invitations.check(session, typed, now=now)
        assert found is not None
        assert (found.role, found.unit, found.state) == ("leader", "Xã A", "open")
        late = await invitations.check(session, code, now=now + timedelta(2))
        assert late is not None
        assert late.state == "expired"
        assert await invitations.check(session, "", now=now) is None
        assert await invitations.check(session, "ĐĐĐĐĐĐĐĐĐĐ", now=now) is None

    await database.write(work)


async def test_a_nonsense_invitation_is_refused(database, now):
    async def make(role, uses):
        await database.write(
            lambda session: invitations.create(session, role=role, unit="Xã A", uses=uses, now=now)
        )

    with pytest.raises(invitations.UnknownRole):
        await make("king", 1)
    with pytest.raises(invitations.NoUses):
        await make("officer", 0)


async def test_of_two_who_race_for_the_last_use_one_wins(stage, database, now):
    player = Player(stage, now)
    code = await stage.invite(role="officer", unit="Xã A", uses=1, now=now)
    updates = [player.update({"said": code}) for player.who in ("Lan", "Minh")]
    (first, ours), (second, theirs) = [await stage.load(one, now=now) for one in updates]
    assert "Chào đồng chí Lan" in (await stage.keep(first, ours, now=now))[0].text
    with pytest.raises(Conflict):
        await stage.keep(second, theirs, now=now)
    assert "hết lượt" in (await stage.hear(updates[1], now=now))[0].text
    async with database.read() as session:
        for table in (Person, Role, Joining):
            assert await session.scalar(select(func.count()).select_from(table)) == 1
        owners = await session.execute(select(Account.user, Account.person_id))
        assert dict(owners.all()) == {"Lan": 1, "Minh": None}


async def test_a_code_that_expires_between_reading_and_writing_is_not_taken(stage, database, now):
    player = Player(stage, now)
    code = await stage.invite(role="officer", unit="Xã A", uses=1, now=now)
    talk, decision = await stage.load(player.update({"said": code}), now=now)

    async def expire(session):
        await session.execute(update(Invitation).values(expires_at=now))

    await database.write(expire)
    with pytest.raises(Conflict):
        await stage.keep(talk, decision, now=now)
    assert "hết hạn" in (await stage.hear(talk.update, now=now))[0].text


async def test_the_same_person_is_not_made_twice(stage, database, now):
    player = Player(stage, now)
    codes = [
        await stage.invite(role=r, unit="Xã A", uses=1, now=now) for r in ("officer", "leader")
    ]
    loaded = [await stage.load(player.update({"said": code}), now=now) for code in codes]
    await stage.keep(*loaded[0], now=now)
    with pytest.raises(Conflict):
        await stage.keep(*loaded[1], now=now)
    assert "thêm vai trò lãnh đạo" in (await stage.hear(loaded[1][0].update, now=now))[0].text
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 1
        assert await people.held_roles(session, 1) == (
            people.Held("officer", "Xã A"),
            people.Held("leader", "Xã A"),
        )


async def test_an_account_that_somebody_linked_meanwhile_is_decided_again(stage, database, now):
    player = Player(stage, now)
    code = await stage.invite(role="officer", unit="Xã A", uses=2, now=now)
    await player.take({"who": "Lan", "said": "chào"})
    join = await stage.load(player.update({"said": code}), now=now)
    await player.take({"who": "Minh", "said": code, "heard": ["", ""]})

    async def link(session):
        await session.execute(update(Account).where(Account.user == "Lan").values(person_id=1))

    await database.write(link)
    with pytest.raises(Conflict):
        await stage.keep(*join, now=now)
    assert "đã có vai trò" in (await stage.hear(join[0].update, now=now))[0].text


async def test_a_role_that_was_given_meanwhile_is_not_given_twice(stage, database, now):
    player = Player(stage, now)
    codes = [
        await stage.invite(role=role, unit="Xã A", uses=1, now=now)
        for role in ("officer", "leader")
    ]
    await player.take({"said": codes[0], "heard": ["", ""]})
    join = await stage.load(player.update({"said": codes[1]}), now=now)

    async def give(session):
        session.add(Role(person_id=1, role="leader", unit_id=2, created_at=now))

    await database.write(give)
    with pytest.raises(Conflict):
        await stage.keep(*join, now=now)
    async with database.read() as session:
        left = await session.scalars(select(Invitation.uses_left).order_by(Invitation.id))
        assert left.all() == [0, 1], "the use is not lost"


SEEN = {
    "officer": set(),
    "curator": set(),
    "leader": {"Tỉnh Hà Giang", "Xã Yên Minh", "Thôn Nà Tèn"},
    "admin": {"Tỉnh Hà Giang", "Xã Yên Minh", "Thôn Nà Tèn"},
}


@pytest.mark.parametrize("role", SEEN)
async def test_only_one_s_own_unit_and_those_below_are_visible(role, database, now):
    async def work(session):
        province = await units.ensure(session, "Tỉnh Hà Giang", now=now)
        await units.ensure(session, "Tỉnh An Giang", now=now)
        commune = await units.add(session, "Xã Yên Minh", province, now=now)
        await units.add(session, "Thôn Nà Tèn", commune, now=now)
        return province

    province = await database.write(work)
    person = Speaker(1, "Lan", active=True, roles=((role, province.id),))
    resting = Speaker(1, "Lan", active=False, roles=((role, province.id),))
    async with database.read() as session:
        seen = await people.visible_units(session, person)
        names = await session.scalars(select(Unit.name).where(Unit.id.in_(seen)))
        assert set(names) == SEEN[role]
        assert await people.visible_units(session, resting) == frozenset()
        assert await people.visible_units(session, None) == frozenset()
