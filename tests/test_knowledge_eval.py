"""`knowledge eval --noise`: the queries are made noisy, the same for the same seed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli

TEXTS = {
    "a": "Ủy ban nhân dân tỉnh ban hành kế hoạch xây dựng nông thôn mới.",
    "b": "Hội đồng nhân dân giám sát việc tiếp công dân ở các xã.",
    "c": "Trưởng ban dân vận được đề nghị khen thưởng cuối năm.",
}
QUERIES = {
    "q1": ("kế hoạch xây dựng nông thôn mới", "a"),
    "q2": ("giám sát việc tiếp công dân", "b"),
    "q3": ("đề nghị khen thưởng trưởng ban", "c"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "set"
    made.mkdir()
    for name, texts in (
        ("corpus", TEXTS),
        ("queries", {key: text for key, (text, _) in QUERIES.items()}),
    ):
        lines = [json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items()]
        (made / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    lines = [f"{key}\t{passage}\t1\n" for key, (_, passage) in QUERIES.items()]
    (made / "qrels.tsv").write_text("".join(lines), encoding="utf-8")
    return made


def evaluate(folder: Path, *options: str) -> tuple[dict[str, float], str]:
    ranking = folder / "run.tsv"
    result = CliRunner().invoke(
        cli, ("knowledge", "eval", str(folder), "--run", str(ranking), *options)
    )
    assert result.exit_code == 0, result.output
    return json.loads(result.output), ranking.read_text(encoding="utf-8")


@pytest.mark.parametrize("noise", ["nodiac", "telex", "vni", "abbr"])
def test_noise_that_can_be_read_loses_nothing(folder, noise):
    figures, _ = evaluate(folder, "--noise", noise, "--seed", "3")
    assert figures["queries"] == 3
    assert figures["recall@1"] == 1.0


def test_the_same_seed_gives_the_same_ranking(folder):
    _, clean = evaluate(folder)
    _, one = evaluate(folder, "--noise", "typo", "--seed", "5")
    _, again = evaluate(folder, "--noise", "typo", "--seed", "5")
    _, other = evaluate(folder, "--noise", "typo", "--seed", "6")
    assert one == again
    assert len({clean, one, other}) == 3


def test_an_unknown_noise_is_named(folder):
    result = CliRunner().invoke(cli, ("knowledge", "eval", str(folder), "--noise", "static"))
    assert result.exit_code == 2
    assert "static" in result.output
