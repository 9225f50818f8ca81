"""The tree of units: finding one by name, making one, and the province that it belongs to."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.database import INSERTS
from store.models import Unit, table_of

ROOT = "Toàn hệ thống"
"""The unit above all others, made with the first one that needs it."""

PROVINCES = (
    *("An Giang", "Bà Rịa - Vũng Tàu", "Bạc Liêu", "Bắc Giang", "Bắc Kạn", "Bắc Ninh", "Bến Tre"),
    *("Bình Dương", "Bình Định", "Bình Phước", "Bình Thuận", "Cà Mau", "Cao Bằng", "Cần Thơ"),
    *("Đà Nẵng", "Đắk Lắk", "Đắk Nông", "Điện Biên", "Đồng Nai", "Đồng Tháp", "Gia Lai"),
    *("Hà Giang", "Hà Nam", "Hà Nội", "Hà Tĩnh", "Hải Dương", "Hải Phòng", "Hậu Giang"),
    *("Hòa Bình", "Huế", "Hưng Yên", "Khánh Hòa", "Kiên Giang", "Kon Tum"),
    *("Lai Châu", "Lạng Sơn", "Lào Cai", "Lâm Đồng", "Long An", "Nam Định", "Nghệ An"),
    *("Ninh Bình", "Ninh Thuận", "Phú Thọ", "Phú Yên", "Quảng Bình", "Quảng Nam", "Quảng Ngãi"),
    *("Quảng Ninh", "Quảng Trị", "Sóc Trăng", "Sơn La", "Tây Ninh", "Thái Bình", "Thái Nguyên"),
    *("Thanh Hóa", "Thành phố Hồ Chí Minh", "Tiền Giang", "Trà Vinh", "Tuyên Quang", "Vĩnh Long"),
    *("Vĩnh Phúc", "Yên Bái"),
)
SPELLINGS = {
    **dict.fromkeys(("Hồ Chí Minh", "HCM", "TPHCM", "Sài Gòn"), "Thành phố Hồ Chí Minh"),
    "Bắc Cạn": "Bắc Kạn",
    "Đắc Lắc": "Đắk Lắk",
}
BELOW_PROVINCE = (
    *("xã", "phường", "đặc khu", "thị trấn", "thị xã", "huyện", "quận", "thôn", "ấp", "bản"),
    *("tổ dân phố", "khu phố", "khu dân cư", "khóm", "buôn", "làng", "sóc", "phum"),
    *("xa", "phuong", "dac khu", "thi tran", "thi xa", "huyen", "quan", "thon", "khu pho"),
)
"""What a name starts with when a province's name in it may be the place's own (xã Hòa Bình)."""


class UnknownUnit(LookupError):
    """No unit has this name."""


class AmbiguousUnit(LookupError):
    """Several units have this name; say the one above as well, after a comma."""


def folded(name: str) -> str:
    """Give a name as it is compared: lower case, without diacritics and punctuation."""
    bare = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    letters = "".join(char for char in bare if unicodedata.category(char) != "Mn")
    return " ".join(re.findall(r"\w+", letters))


_FOLDED = {folded(name): name for name in PROVINCES}
_FOLDED |= {folded(spelling): name for spelling, name in SPELLINGS.items()}
_ANY = "|".join(sorted(_FOLDED, key=len, reverse=True))
_PROVINCE = re.compile(rf"\b({_ANY.replace('|ho chi minh|', '|')})\b")
"""Without the bare name of a man whom many organisations are called after."""
_NAMED_PROVINCE = re.compile(rf"\b(?:tinh|tinh uy|tinh doan|thanh uy|thanh pho|tp) ({_ANY})\b")
_BELOW = re.compile(rf"\s*(?:{'|'.join(BELOW_PROVINCE)})\b")


def province_in(name: str) -> str:
    """Recognise the province that a unit's own name says, '' where it says none.

    Many communes are called like a province, so below that level the word for it must be there, or
    a comma before.
    """
    plain = folded(name)
    if plain in _FOLDED:
        return _FOLDED[plain]
    found = _NAMED_PROVINCE.search(plain)
    if found is None and _BELOW.match(unicodedata.normalize("NFC", name.lower())):
        _, comma, above = name.rpartition(",")
        return province_in(above) if comma else ""
    found = found or _PROVINCE.search(plain)
    return _FOLDED[found.group(1)] if found else ""


async def find(session: AsyncSession, name: str) -> Sequence[Unit]:
    """Find the units of a name, in any case and without accents; `xã A, tỉnh B` names both."""
    whole = await _named(session, name)
    own, comma, above = name.partition(",")
    if whole or not comma:
        return whole
    higher = [unit.path for unit in await find(session, above)]
    return [unit for unit in await _named(session, own) if any(map(unit.path.startswith, higher))]


async def one(session: AsyncSession, name: str) -> Unit:
    """Give the one unit of a name. Raises UnknownUnit and AmbiguousUnit."""
    found = await find(session, name)
    if not found:
        raise UnknownUnit(name)
    if len(found) > 1:
        raise AmbiguousUnit(name)
    return found[0]


async def name_of(session: AsyncSession, unit_id: int) -> str:
    """Give a unit's name."""
    return await session.scalar(select(Unit.name).where(Unit.id == unit_id)) or ""


async def ensure(session: AsyncSession, name: str, *, now: datetime) -> Unit:
    """Give the unit of a name; one that does not exist is made under the root.

    `xã A, tỉnh B` is made under B where that is known. Raises AmbiguousUnit.
    """
    try:
        return await one(session, name)
    except UnknownUnit:
        own, _, above = (" ".join(part.split()) for part in name.partition(","))
        higher = await find(session, above)
        if own and len(higher) == 1:
            return await add(session, own, higher[0], now=now)
        return await add(session, " ".join(name.split()), await root(session, now=now), now=now)


async def root(session: AsyncSession, *, now: datetime) -> Unit:
    """Give the unit above all others."""
    found = await session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id))
    return found or await add(session, ROOT, None, now=now)


async def add(session: AsyncSession, name: str, above: Unit | None, *, now: datetime) -> Unit:
    """Add a unit below another; where one of that name is there already, give that."""
    insert = INSERTS[session.get_bind().dialect.name]
    parent_id = above.id if above else None
    values = {"parent_id": parent_id, "name": name, "folded": folded(name), "path": ""}
    province = (above.province if above else "") or province_in(name)
    unit_id = await session.scalar(
        insert(table_of(Unit))
        .values(**values, province=province, created_at=now)
        .on_conflict_do_nothing()
        .returning(Unit.id)
    )
    if unit_id is not None:
        path = f"{above.path if above else '/'}{unit_id}/"
        await session.execute(update(Unit).where(Unit.id == unit_id).values(path=path))
    else:
        here = select(Unit.id).where(Unit.parent_id == parent_id, Unit.name == name)
        unit_id = await session.scalar(here)
    return await session.get_one(Unit, unit_id, populate_existing=True)


async def _named(session: AsyncSession, name: str) -> Sequence[Unit]:
    """Find by the name itself, else by a province's name without the word for its level."""
    plain = re.sub(r"^tp\b", "thanh pho", folded(name))
    for names in ((plain,), (f"tinh {plain}", f"thanh pho {plain}")):
        rows = await session.scalars(select(Unit).where(Unit.folded.in_(names)).order_by(Unit.id))
        if found := rows.all():
            return found
    return ()
