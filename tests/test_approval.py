"""Approving: two drafts of one document never follow each other unseen."""

from datetime import date

import pytest

from bot import approval
from knowledge.base import Base
from store import drafts, edits
from store.database import Conflict, Database
from tests.dialogues import BASE

TODAY = date(2026, 11, 22)
FIELDS = {
    "id": "tuyen-quang-2026",
    "title": "Kế hoạch tổ chức Tháng Dân vận",
    "short": "Kế hoạch Tháng Dân vận, Tuyên Quang",
    "doc_type": "kế hoạch",
    "place": "Tuyên Quang",
    "source_kind": "toan_van",
    "source": "Văn bản gốc",
    "years": "2026",
    "topics": "Tháng Dân vận",
}
BODY = "## Mục đích\n\nNâng cao nhận thức của cán bộ về công tác dân vận.\n"


async def test_the_second_of_two_drafts_with_one_id_must_be_looked_at_again(
    database: Database, now
) -> None:
    examined = approval.examine(FIELDS, BODY, Base.load(BASE), TODAY)
    assert examined.problems == ()

    async def hand_in(session) -> int:
        draft_id = await drafts.add(session, "a.txt", None, person_id=None, now=now)
        await drafts.set_read(session, draft_id, found={}, fields=FIELDS, body=BODY, now=now)
        return draft_id

    async def approve(draft_id: int) -> int:
        return await database.write(
            lambda session: approval.approve(
                session, draft_id, 0, examined, fields=FIELDS, body=BODY, person_id=None, now=now
            )
        )

    first, second = await database.write(hand_in), await database.write(hand_in)
    await approve(first)
    with pytest.raises(Conflict):
        await approve(second)
    async with database.read() as session:
        draft = await drafts.find(session, second)
        assert draft is not None
        assert (draft.state, draft.version) == ("ready", 0)
        assert len(await edits.history(session, "document", FIELDS["id"])) == 1
