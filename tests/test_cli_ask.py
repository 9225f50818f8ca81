"""The command line: ask, knowledge, occasions."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli

CASES = Path(__file__).parent / "cases" / "knowledge" / "base"
FIELDS = {"kind", "text", "docs", "citations", "confidence", "ms"}


def run(*words: str, folder: Path | None = CASES):
    return CliRunner().invoke(
        cli, words, env={"DANVAN_KNOWLEDGE_DIR": str(folder) if folder else None}
    )


def test_a_question_is_answered_in_text():
    result = run("ask", "Kế hoạch 77 ai ký?", "--today", "2027-01-05")
    assert result.exit_code == 0
    assert "Nguyễn Văn Mẫu" in result.output
    assert "Thời hạn đến 31/12/2026, đã qua." in result.output


def test_a_question_is_answered_in_json():
    result = run("ask", "Kế hoạch 77 ai ký?", "--json")
    value = json.loads(result.output)
    assert set(value) == FIELDS
    assert value["citations"] == [
        {"doc": "song-hau-2026", "number": "77/KH-UBND", "section": "Thông tin chung", "url": None}
    ]


def test_context_is_repeated():
    result = run("ask", "ai ký?", "--context", "xin chào", "--context", "kế hoạch 77 số mấy?")
    assert "Nguyễn Văn Mẫu" in result.output


def test_a_batch_keeps_ids_context_and_days(tmp_path):
    lines = [
        {"id": "a", "q": "Kế hoạch 77 ai ký?", "today": "2026-10-05"},
        {"id": "b", "q": "ai ký?", "context": ["Kế hoạch 77 số mấy?"], "today": "2027-10-05"},
    ]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", "utf-8")
    found = [
        json.loads(line)
        for line in run("ask", "--batch", str(batch), "--json").output.splitlines()
    ]
    assert [one["id"] for one in found] == ["a", "b"]
    assert all(set(one) == FIELDS | {"id"} for one in found)
    assert "Đang trong thời hạn" in found[0]["text"]
    assert ", đã qua." in found[1]["text"]
    assert run("ask", "--batch", str(batch)).output.startswith("a\t")


@pytest.mark.parametrize(
    "line", ["{", '{"id": 1}', '{"id": 1, "q": "x", "today": "hôm nay"}', "[]"]
)
def test_a_bad_batch_line_is_named(tmp_path, line):
    batch = tmp_path / "batch.jsonl"
    batch.write_text(line, "utf-8")
    result = run("ask", "--batch", str(batch), "--json")
    assert result.exit_code == 1
    assert "batch.jsonl:1:" in result.output


@pytest.mark.parametrize(
    "words",
    [
        ("ask",),
        ("ask", "a", "--batch", __file__),
        ("ask", "a", "--today", "x"),
        ("occasions", "list"),
        ("nothing",),
    ],
)
def test_wrong_usage_is_status_2(words):
    assert run(*words).exit_code == 2


def test_a_broken_base_is_status_1(tmp_path):
    (tmp_path / "x.md").write_text("nothing", "utf-8")
    result = run("ask", "a", folder=tmp_path)
    assert result.exit_code == 1
    assert "x.md:1:" in result.output


def test_wrong_settings_are_status_1():
    result = CliRunner().invoke(cli, ["ask", "a"], env={"DANVAN_NO_SUCH": "1"})
    assert result.exit_code == 1
    assert "DANVAN_NO_SUCH" in result.output


def test_check_says_nothing_when_all_is_well_and_lists_problems(tmp_path):
    assert run("knowledge", "check").exit_code == 0
    (tmp_path / "x.md").write_text("nothing", "utf-8")
    result = run("knowledge", "check", folder=tmp_path)
    assert result.exit_code == 1
    assert "x.md:1:" in result.output


def _small_set(folder: Path) -> Path:
    (folder / "corpus.jsonl").write_text(
        '{"id": "p1", "text": "vận động nhân dân trồng cây xanh"}\n'
        '{"id": "p2", "text": "cải cách thủ tục hành chính"}\n',
        "utf-8",
    )
    (folder / "queries.jsonl").write_text(
        '{"id": "q1", "text": "trong cay"}\n{"id": "q2", "text": "thur tujc"}\n', "utf-8"
    )
    (folder / "qrels.tsv").write_text("q1\tp1\t1\nq2\tp2\nq2\tp1\t0\n", "utf-8")
    return folder


def test_eval_measures_and_writes_the_run(tmp_path):
    ranking = tmp_path / "run.tsv"
    value = json.loads(
        run("knowledge", "eval", str(_small_set(tmp_path)), "--run", str(ranking)).output
    )
    assert set(value) == {
        "queries",
        "recall@1",
        "recall@5",
        "mrr@10",
        "p50_ms",
        "p99_ms",
        "build_s",
    }
    assert (value["queries"], value["recall@1"], value["mrr@10"]) == (2, 1.0, 1.0)
    assert ranking.read_text("utf-8").startswith("q1\tp1\t1\t")


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_eval_says_what_is_missing(tmp_path, missing):
    (_small_set(tmp_path) / missing).unlink()
    result = run("knowledge", "eval", str(tmp_path))
    assert result.exit_code == 1
    assert missing in result.output


def test_occasions_are_listed():
    result = run("occasions", "list", "--from", "2026-10-15", "--to", "2026-10-17", "--json")
    rows = json.loads(result.output)
    assert {
        "id": "vi_nguoi_ngheo",
        "name": "Ngày Vì người nghèo",
        "date": "2026-10-17",
        "calendar": "gregorian",
        "years": [26],
    } in rows
    assert (
        "Ngày Vì người nghèo (26 năm)"
        in run("occasions", "list", "--from", "2026-10-17", "--to", "2026-10-17").output
    )
    assert run("occasions", "list", "--from", "2026-10-17", "--to", "2026-10-15").exit_code == 2


@pytest.mark.slow
def test_asking_imports_no_platform_and_no_database():
    code = (
        "import sys; from bot.cli import cli; cli(['ask', 'xin chào'], standalone_mode=False); "
        "assert not {'telegram', 'sqlalchemy', 'aiohttp'} & set(sys.modules), sorted(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert done.returncode == 0, done.stderr
