"""`knowledge import`, `drafts`, `approve` and `login` as they are typed."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.approval import is_id
from knowledge.drafting.phrases import SAID
from store.models import Draft, LoginToken, MediaRow, Person, Role, Unit
from tests.curate_office import PLAN, page_file, word_file
from tests.test_cli_operator import Shop, shop, small  # noqa: F401 - fixtures

ASKED = "kế hoạch 112 của Tuyên Quang ai ký?"


def handed_in(folder: Path, content: bytes, name: str = "ke-hoach.docx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def counts(shop: Shop, *tables: Any) -> list[int]:  # noqa: F811
    async def work(session: Any) -> list[int]:
        return [await session.scalar(select(func.count()).select_from(one)) for one in tables]

    return list(shop.write(work))


def test_from_a_file_to_an_answer(shop: Shop) -> None:  # noqa: F811
    file = handed_in(shop.folder, word_file())
    made = shop.json("knowledge", "import", file)
    assert (made["draft"], made["document"]) == (1, "tuyen-quang-2026")
    assert made["fields"]["number"]["value"] == "112/KH-UBND"
    assert shop.json("ask", ASKED)["docs"] != ["tuyen-quang-2026"]
    [line] = shop.json("knowledge", "drafts")
    assert (line["draft"], line["state"], line["file"]) == (1, "ready", "ke-hoach.docx")
    assert shop.json("knowledge", "approve", 1) == {"document": "tuyen-quang-2026", "revision": 1}
    answer = shop.json("ask", ASKED)
    assert answer["docs"] == ["tuyen-quang-2026"]
    assert "Trần Văn An" in answer["text"]
    assert shop.json("knowledge", "drafts") == []
    again = shop.run("knowledge", "approve", 1)
    assert (again.exit_code, "no draft 1" in again.stderr) == (1, True)


def test_a_long_title_makes_an_id_that_a_document_may_have(small: Shop) -> None:  # noqa: F811
    title = "Hội nghị triển khai công tác dân vận của các cơ quan và đoàn thể vùng sâu vùng xa"
    news = f"{title}\n\nNgày 12/3/2026, hội nghị đã bàn nhiều việc của công tác dân vận.\n"
    for number in (1, 2):
        file = handed_in(small.folder, news.encode(), f"{number}.txt")
        made = small.json("knowledge", "import", file)
        assert "-2026" in made["document"]
        assert is_id(made["document"])


@pytest.mark.parametrize("name", ["hỏng\udcff.docx", "\u202ecod.docx"])
def test_a_name_that_cannot_be_kept_is_kept_without_its_odd_signs(
    small: Shop,  # noqa: F811
    name: str,
) -> None:
    small.json("knowledge", "import", handed_in(small.folder, word_file(), name))
    [line] = small.json("knowledge", "drafts")
    assert line["file"].isprintable()


def test_the_words_say_where_to_go_on(small: Shop) -> None:  # noqa: F811
    file = handed_in(small.folder, page_file(), "trang.html")
    said = small.run("knowledge", "import", file)
    assert said.exit_code == 0
    assert "Bản nháp 1: Kế hoạch tổ chức Tháng Dân vận năm 2026" in said.stdout
    assert "Số ký hiệu (95%): 112/KH-UBND" in said.stdout
    assert "/curate/drafts/1" in said.stdout
    assert "1\tchờ duyệt\tKế hoạch tổ chức" in small.run("knowledge", "drafts").stdout


@pytest.mark.parametrize(
    ("content", "code"), [(word_file("MẬT", *PLAN), "secret"), (b"%PDF-1.7 x", "damaged")]
)
def test_what_cannot_be_read_is_said_in_one_line_and_not_kept(
    small: Shop,  # noqa: F811
    content: bytes,
    code: str,
) -> None:
    said = small.run("knowledge", "import", handed_in(small.folder, content))
    assert (said.exit_code, said.stderr.strip()) == (1, SAID[code])
    assert small.run("knowledge", "drafts").exit_code == 0
    assert counts(small, Draft, MediaRow) == [0, 0]
    assert not list((small.folder / "data").rglob("media/*"))


def test_a_document_in_service_is_replaced_only_where_it_is_said(small: Shop) -> None:  # noqa: F811
    file = handed_in(small.folder, word_file())
    small.json("knowledge", "import", file)
    small.json("knowledge", "approve", 1)
    assert small.json("knowledge", "import", file)["document"] == "tuyen-quang-2026-2"

    async def rename(session: Any) -> None:
        draft = await session.get(Draft, 2)
        draft.fields = {**draft.fields, "id": "tuyen-quang-2026", "signer": "Lê Thị B"}

    small.write(rename)
    refused = small.run("knowledge", "approve", 2)
    assert (refused.exit_code, "--replace" in refused.stderr) == (1, True)
    assert small.json("knowledge", "approve", 2, "--replace")["revision"] == 2
    assert "Lê Thị B" in small.json("ask", ASKED)["text"]


def test_a_draft_with_faults_is_not_approved(small: Shop) -> None:  # noqa: F811
    small.json("knowledge", "import", handed_in(small.folder, word_file()))

    async def spoil(session: Any) -> None:
        draft = await session.get(Draft, 1)
        draft.fields = {**draft.fields, "short": "", "issued": "hôm qua"}

    small.write(spoil)
    refused = small.run("knowledge", "approve", 1)
    assert refused.exit_code == 1
    assert "thiếu trường short" in refused.stderr
    assert "issued: phải là ngày" in refused.stderr


def test_a_login_link_for_a_curator_by_name_or_number(small: Shop) -> None:  # noqa: F811
    assert small.run("login", "--person", "Mai").exit_code == 1

    async def people(session: Any) -> None:
        now = small_now()
        unit = Unit(name="Tỉnh", folded="tinh", path="/1/", created_at=now)
        session.add(unit)
        await session.flush()
        for number, (name, role) in enumerate(
            (("Mai", "curator"), ("Mai", "admin"), ("Lan", "officer")), 1
        ):
            session.add(Person(id=number, name=name, preferences={}, created_at=now))
            await session.flush()
            session.add(Role(person_id=number, role=role, unit_id=unit.id, created_at=now))

    small.write(people)
    several = small.run("login", "--person", "mai")
    assert (several.exit_code, "Mai (1), Mai (2)" in several.stderr) == (1, True)
    assert small.run("login", "--person", "Lan").exit_code == 1
    made = small.json("login", "--person", "1")
    assert made["link"].startswith("http://127.0.0.1:")
    assert "/login?token=" in made["link"]
    assert counts(small, LoginToken) == [1]


def small_now() -> Any:
    from tests.conftest import NOW

    return NOW
