"""Questions are asked in many ways: the shipped ones have them, and who edits the base is warned
of those that have not.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from knowledge.base import SHIPPED, Base
from knowledge.check import check_folder, warn_folder

TODAY = date(2026, 11, 22)
CASES = Path(__file__).parent / "cases" / "knowledge" / "base"
FIRST = "- trồng cây ven kênh cà mau\n"
DIFFERENT = """- bà con rạch Giồng được rủ phủ xanh thứ gì
- dạ chi đoàn gieo chi xuống đất
- bóng mát ở Cà Mau từ đâu mà có
- khỏi sạt lở thì đoàn thể kêu gọi sao
- màu lá dọc mé nước
"""
REORDERED = """- ven kênh trồng cây
- cây trồng ven kênh Cà Mau
- dạ cho em hỏi trồng cây ven kênh ạ
- kênh ven cây trồng là gì vậy
- ở Cà Mau thì trồng cây ven kênh như thế nào
"""
SOURCE = """- mỗi ấp vận động
- nhân dân trồng cây xanh
- khơi thông dòng chảy
- trước mùa mưa
- Đoàn Thanh niên chuẩn bị cây giống
"""


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(CASES, tmp_path / "base"))


@pytest.fixture(scope="module")
def base():
    return Base.load(SHIPPED)


def warned(folder: Path, added: str) -> list[str]:
    """Add wordings to the question about trees; give the warnings about it."""
    path = folder / "song-hau-2026.md"
    path.write_text(path.read_text("utf-8").replace(FIRST, FIRST + added), "utf-8")
    return [str(one) for one in warn_folder(folder) if "trồng gì ven kênh" in one.what]


def test_the_shipped_questions_are_asked_in_five_ways_at_least():
    assert [str(one) for one in warn_folder(SHIPPED)] == []


def test_few_ways_of_asking_are_a_warning_with_file_and_line_and_no_problem(folder):
    (warning,) = warned(folder, "")
    assert warning.startswith("song-hau-2026.md:34: ")
    assert check_folder(folder, TODAY) == []


def test_five_different_ways_are_enough(folder):
    assert warned(folder, DIFFERENT) == []


@pytest.mark.parametrize("added", [REORDERED, SOURCE], ids=["reordered", "repeats the source"])
def test_the_same_words_again_are_no_other_way(folder, added):
    assert len(warned(folder, added)) == 1


def test_a_broken_folder_has_problems_and_no_warnings(folder):
    (folder / "x.md").write_text("nothing", "utf-8")
    assert check_folder(folder, TODAY)
    assert warn_folder(folder) == []


def test_check_prints_warnings_and_ends_well():
    environment = {"DANVAN_KNOWLEDGE_DIR": str(CASES)}
    result = CliRunner().invoke(cli, ["knowledge", "check"], env=environment)
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines
    assert all(line.startswith("cảnh báo: ") for line in lines)
    as_json = CliRunner().invoke(cli, ["knowledge", "check", "--json"], env=environment)
    assert (as_json.exit_code, as_json.output.strip()) == (0, "[]")


@pytest.mark.parametrize(
    ("question", "document", "fact"),
    [
        ("An Giang hướng tới xóm ấp sạch bóng thứ gì?", "an-giang-2021", "tệ nạn xã hội"),
        ("nhà tình thương bên An Giang gọi tên chi", "an-giang-2021", "Nhà đại đoàn kết"),
        ("trộm cắp, kẻ gian thì An Giang nhờ ai giữ", "an-giang-2021", "an ninh trật tự"),
        ("dân kêu oan ở Bắc Giang phải gỡ sao", "bac-giang-2017", "khiếu nại, tố cáo"),
        ("làm ruộng kiểu tân tiến ở Bắc Giang", "bac-giang-2017", "công nghệ cao"),
        ("Bắc Kạn sợ chuyện đánh trống bỏ dùi, muốn sao", "bac-kan-2021", "nền nếp"),
        ("khách phương xa tới Bắc Kạn liên quan gì", "bac-kan-2021", "du lịch"),
        ("chủ xưởng Hà Giang lao đao vì cô vít", "ha-giang-2021", "người sử dụng lao động"),
        ("thói cũ của từng họ ở Hà Giang thì xóa sao", "ha-giang-2021", "dòng họ, dân tộc"),
        ("lính cũ nghèo Hà Giang được dựng nóc nhà bằng gì", "ha-giang-2021", "ngày công"),
        ("xe loa, tờ bướm, da lô ở Hậu Giang", "hau-giang-2022", "tờ rơi"),
        ("quyền bà con Hậu Giang gặt hái sức mạnh chi", "hau-giang-2022", "sức mạnh tổng hợp"),
    ],
)
def test_other_words_find_the_same_answer(base, question, document, fact):
    answer = base.ask(question, today=TODAY)
    assert (answer.kind, answer.docs) == ("answer", (document,))
    assert fact in answer.text


@pytest.mark.parametrize(
    "question",
    [
        "nhà tình thương bên Lạng Sơn gọi tên chi",
        "Hà Giang dựng nóc nhà hết mấy tỷ",
        "chữa bệnh dạ dày thì uống thuốc gì",
        "thủ tục xin giấy phép xây nhà ở nông thôn",
        "kẻ gian lấy xe máy thì báo số nào",
    ],
)
def test_other_words_do_not_open_what_the_base_does_not_hold(base, question):
    assert base.ask(question, today=TODAY).kind == "refuse"
