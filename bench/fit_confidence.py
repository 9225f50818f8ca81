"""Fits the confidence of answers and writes it: `python -m bench.fit_confidence`.

Every wording of the shipped base is asked of a base that does not have it: what comes out is how
the engine does on ways of asking that it never saw. Then it is asked of a base without its
question, where whatever comes out is wrong; so is whatever an off-topic question finds. The
questions of tests/cases/questions.toml are there as well. All are asked with and without accents.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from knowledge.base import SHIPPED, Base
from knowledge.case import Asker, Case, Hit
from knowledge.confidence import Signs, signs
from knowledge.document import Curated, Document
from knowledge.language import FOLDER
from knowledge.question import understand
from knowledge.scope import find_scope
from knowledge.text import fold, normal

QUESTIONS = Path(__file__).parents[1] / "tests" / "cases" / "questions.toml"
TODAY = date(2026, 11, 25)
FOLDS = 5
SAME = 0.6  # part of an answer's words that another answer must have to be as good
RIDGE, STEPS = 1.0, 30
BINS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)
OFF_TOPIC = """
giá vàng hôm nay bao nhiêu | thời tiết ngày mai ở Hà Nội | cách nấu phở bò
kết quả bóng đá tối qua | xem phim gì hay
làm căn cước công dân ở đâu | thủ tục cấp sổ đỏ gồm những gì | mức lương cơ sở năm nay
tuyển sinh lớp 10 khi nào | ai là tổng thống Mỹ | viết giúp bài thơ về mùa thu | mấy giờ rồi
học phí đại học bao nhiêu | lịch tiêm phòng cho trẻ | đóng bảo hiểm xã hội tự nguyện thế nào
giá xăng dầu tuần này | cách trị ho cho bé | xe máy vượt đèn đỏ phạt bao nhiêu
đăng ký kết hôn cần giấy gì | nghỉ tết mấy ngày | điểm chuẩn trường sĩ quan
tàu từ Hà Nội vào Sài Gòn mấy tiếng | mật khẩu wifi là gì | số điện thoại của chủ tịch nước
dịch câu này sang tiếng Anh | cách trồng lúa nước | bệnh dịch tả lợn xử lý thế nào
ai thắng giải bóng đá thế giới | mua vé xem phim ở đâu | chế độ thai sản của giáo viên
thành lập công ty cần bao nhiêu vốn | xin nghỉ phép mấy ngày | quy trình kết nạp đảng viên
quy hoạch đất ở xã tôi | bao giờ có mạng 5G | lãi suất ngân hàng
cách tính thuế thu nhập | bầu trưởng thôn thế nào | ngày bầu cử quốc hội | đại hội đoàn khi nào
hỗ trợ hộ nghèo vay vốn ở đâu
"""

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """The signs of one decision and whether it was right."""

    signs: Signs
    is_right: bool


def main() -> None:
    """Gather samples, fit, report on folds that were not seen, write."""
    samples = list(_samples())
    rows = np.array([astuple(one.signs) for one in samples])
    right = np.array([float(one.is_right) for one in samples])
    fold_of = np.arange(len(samples)) % FOLDS
    unseen = np.zeros(len(samples))
    for at in range(FOLDS):
        seen = fold_of != at
        unseen[~seen] = _apply(_fit(rows[seen], right[seen]), rows[~seen])
    print(f"{len(samples)} samples, {right.mean():.1%} right, AUROC {_auroc(unseen, right):.3f}")
    _print_table(unseen, right)
    _write(_fit(rows, right))


def _samples() -> Iterator[Sample]:
    whole = Base.load(SHIPPED)
    asked = [one for one in whole.corpus.questions if one.weight >= 1.0]
    for at in range(FOLDS):
        base = _rebuilt(whole, _wordings_left_out(at))
        for one in asked:
            for wording in one.wordings[at::FOLDS] if len(one.wordings) > FOLDS else ():
                yield from _of_wording(base, one, wording)
    for at in range(FOLDS):
        gone = asked[at::FOLDS]
        base = _rebuilt(whole, _left_out(gone))
        for one in gone:
            for wording in one.wordings[::4]:
                yield from _of_wording(base, one, wording)
    for text in re.split(r"[|\n]", OFF_TOPIC.strip()):
        yield from (one for said in (text, fold(text)) for one in _of_text(whole, said, _never))
    yield from _of_own_questions(whole)


def _wordings_left_out(fold_at: int) -> Callable[[Curated], Curated | None]:
    def without(one: Curated) -> Curated:
        if len(one.wordings) <= FOLDS:
            return one
        kept = (text for at, text in enumerate(one.wordings) if at % FOLDS != fold_at)
        return replace(one, wordings=tuple(kept))

    return without


def _left_out(gone: Sequence[Curated]) -> Callable[[Curated], Curated | None]:
    return lambda one: None if one in gone else one


def _rebuilt(base: Base, change: Callable[[Curated], Curated | None]) -> Base:
    def remade(document: Document) -> Document:
        kept = (changed for one in document.questions if (changed := change(one)) is not None)
        return replace(document, questions=tuple(kept), changes=())

    return Base([remade(one) for one in base.documents], base.provinces, base.occasions)


def _of_wording(base: Base, question: Curated, wording: str) -> Iterator[Sample]:
    """Ask with the document known, and of all documents."""
    told = _told(question.answer, base)

    def is_right(found: Curated) -> bool:
        return len(told & _told(found.answer, base)) >= SAME * len(told)

    for text in (wording, fold(wording)):
        yield from _of_text(base, text, is_right, question.doc)
        yield from _of_text(base, text, is_right)


def _told(answer: str, base: Base) -> set[str]:
    language = base.corpus.language
    return set(base.corpus.words(answer)) - language.light - language.polite


def _never(found: Curated) -> bool:
    del found
    return False


def _of_text(
    base: Base, text: str, is_right: Callable[[Curated], bool], doc: str = ""
) -> Iterator[Sample]:
    corpus = base.corpus
    question = understand(text, corpus, TODAY)
    scope = find_scope(question, corpus, TODAY, (doc,) if doc else ())
    words, sure = question.content
    if scope.reason or not words:
        return
    case = Case(question, corpus, scope, Asker(TODAY), words, sure)
    hits: Sequence[Hit] = case.best(scope.docs)
    if hits:
        yield Sample(signs(case, hits[0]), is_right(case.found(hits[0])))


def _of_own_questions(base: Base) -> Iterator[Sample]:
    for one in tomllib.loads(QUESTIONS.read_text("utf-8"))["question"]:
        if one["kind"] not in {"answer", "refuse"} or one.get("context"):
            continue
        facts = one.get("facts", [])

        def is_right(
            found: Curated, facts: list[list[str]] = facts, kind: str = one["kind"]
        ) -> bool:
            text = normal(found.answer)
            held = all(any(normal(way) in text for way in ways) for ways in facts)
            return held and found.given == (kind == "answer")

        yield from _of_text(base, one["q"], is_right)


def _fit(rows: Rows, right: Rows) -> Rows:
    """Fit a logistic regression by Newton's method, with a ridge on all weights but the first."""
    inputs = np.hstack([np.ones((len(rows), 1)), rows])
    weights = np.zeros(inputs.shape[1])
    ridge = RIDGE * np.diag([0.0, *np.ones(rows.shape[1])])
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (right - likely) - ridge @ weights
        bend = (inputs * (likely * (1 - likely))[:, None]).T @ inputs + ridge
        weights += np.linalg.solve(bend, slope)
    return weights


def _apply(weights: Rows, rows: Rows) -> Rows:
    likely: Rows = 1 / (1 + np.exp(-(weights[0] + rows @ weights[1:])))
    return likely


def _auroc(likely: Rows, right: Rows) -> float:
    """Give the share of pairs of a right and a wrong one in which the right one is more likely."""
    order = likely.argsort(kind="stable").argsort(kind="stable") + 1
    many = right.sum()
    return float((order[right == 1].sum() - many * (many + 1) / 2) / (many * (len(right) - many)))


def _print_table(likely: Rows, right: Rows) -> None:
    print("confidence    samples  mean said  really right")
    for low, high in pairwise(BINS):
        inside = (likely >= low) & (likely < high)
        if inside.any():
            said, real = likely[inside].mean(), right[inside].mean()
            print(f"{low:.2f}-{min(high, 1):.2f} {inside.sum():12} {said:10.2f} {real:13.2f}")


def _write(weights: Rows) -> None:
    named = dict(zip((one.name for one in fields(Signs)), weights[1:], strict=True))
    content = {
        "base": round(float(weights[0]), 3),
        "weights": {name: round(float(weight), 3) for name, weight in named.items()},
    }
    (FOLDER / "confidence.yaml").write_text(
        "# Tính bằng `python -m bench.fit_confidence`; không sửa bằng tay.\n"
        + yaml.safe_dump(content, sort_keys=False),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
