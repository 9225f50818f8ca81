"""Real news items, handed in as files, answer as the documents do that a person curated."""

import re
import shutil
from pathlib import Path

import pytest

from knowledge.base import Base
from knowledge.phrases import period_state
from store.database import Database
from tests.conftest import NOW
from tests.curate_office import SHIPPED, open_curate_office, page_file, word_file
from tests.test_browser_curate import database, printed  # noqa: F401 - a fixture
from tests.test_browser_problems import marks

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
TODAY = NOW.date()
pytestmark = [
    *marks,
    pytest.mark.skipif(
        not SEEDS.exists(), reason="../shared/seeds is only on the machines of the project"
    ),
]

FILES = {"ha-giang-2021": "docx", "an-giang-2021": "pdf", "bac-kan-2021": "html"}
QUESTIONS = {
    "ha-giang-2021": (
        ("Kế hoạch Tháng Dân vận 2021 của Hà Giang số mấy?", "246/KH-UBND"),
        ("Kế hoạch 246 của Hà Giang ban hành ngày nào?", "27/9/2021"),
        ("Cơ quan nào ban hành kế hoạch 246/KH-UBND?", "tỉnh Hà Giang"),
        ("Kế hoạch 246 của Hà Giang thực hiện từ ngày nào đến ngày nào?", "31/10/2021"),
    ),
    "an-giang-2021": (
        ("Kế hoạch của Ban Dân vận Tỉnh ủy An Giang số bao nhiêu?", "14/KH/BDVTU"),
        ("Kế hoạch 14 của An Giang ban hành ngày nào?", "24/2/2021"),
        ("Ai ban hành kế hoạch 14/KH/BDVTU?", "Ban Dân vận Tỉnh ủy An Giang"),
        ("Kế hoạch 14 của An Giang thực hiện giai đoạn nào?", "2025"),
    ),
    "bac-kan-2021": (
        ("Kế hoạch năm 2021 của Bắc Kạn số mấy?", "05/KH-UBND"),
        ("Kế hoạch 05/KH-UBND ban hành ngày nào?", "11/1/2021"),
        ("Kế hoạch 05 của Bắc Kạn do ai ban hành?", "tỉnh Bắc Kạn"),
    ),
}
"""Formal questions, and what every right answer has in it."""


async def made(doc: str) -> bytes:
    lines = [
        line for line in (SEEDS / f"{doc}.txt").read_text("utf-8").splitlines() if line.strip()
    ]
    if FILES[doc] == "docx":
        return word_file(*lines)
    page = page_file(*lines)
    return await printed(page.decode()) if FILES[doc] == "pdf" else page


def without(folder: Path, *docs: str) -> Path:
    """Give a base without some documents."""
    shutil.copytree(SHIPPED, folder)
    for doc in docs:
        (folder / f"{doc}.md").unlink()
    return folder


async def test_three_files_answer_as_three_curated_documents(
    database: Database,  # noqa: F811
    tmp_path: Path,
) -> None:
    curated = Base.load(SHIPPED)
    base = without(tmp_path / "content", *FILES)
    async with open_curate_office(database, tmp_path, base=base) as one:
        for doc, kind in FILES.items():
            address = await one.draft(f"{doc}.{kind}", await made(doc))
            assert (await one.change(address, "approve"))[0] == 303, doc
        served = one.office.parts.library.base
        for doc in FILES:
            ours, theirs = served.corpus.by_id[doc], curated.corpus.by_id[doc]
            for name in ("doc_type", "number", "issuer", "issued", "held", "place", "posted"):
                assert getattr(ours, name) == getattr(theirs, name), (doc, name)
            assert (ours.period.start, ours.period.end) == (theirs.period.start, theirs.period.end)
            assert period_state(ours, TODAY)[:20] == period_state(theirs, TODAY)[:20]
        for doc, asked in QUESTIONS.items():
            for question, said in asked:
                for held in (curated, served):
                    answer = held.ask(question, today=TODAY)
                    assert (answer.kind, answer.docs) == ("answer", (doc,)), question
                    assert said in re.sub(r"\b0(\d)(?=/\d)", r"\1", answer.body), question
