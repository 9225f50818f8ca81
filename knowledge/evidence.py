"""Checks that an answer holds the kind of thing that was asked: an amount, a count, an office, a
date.
"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from knowledge.language import Language, Phrases
from knowledge.numerals import DIGITS
from knowledge.text import is_date, is_year, tokens

COUNTABLE = frozenset(
    (
        "người", "hộ", "nhà", "căn", "cuộc", "đợt", "huyện", "xã", "đội", "nhóm", "lượt", "điểm",
        "thôn", "đồng", "ngôi", "đại",
    )
)  # fmt: skip
OPENS_COUNT = frozenset({"có", "gồm", "được", "chia", "là", "với", "đủ"})
ORDERED = frozenset(
    {"ngày", "tháng", "năm", "số", "thứ", "khóa", "lần", "kỳ"}
)  # `ngày bao nhiêu` counts nothing
WEEKDAYS = frozenset({"2", "3", "4", "5", "6", "7", "hai", "ba", "tư", "năm", "sáu", "bảy"})
OF_WEEK = frozenset({"tuần", "thứ"})
# Asked in ways of their own, or no things at all.
NOT_COUNTED = frozenset(
    (
        "năm", "tuổi", "tiền", "giờ", "ngày", "tháng", "lần", "ạ", "vậy", "thế", "và", "ở", "của",
        "cho", "trong", "với", "nhỉ", "nhé", "nha", "đó", "đấy", "đây", "hả", "không", "vào",
        "theo", "là", "rồi", "cả", "để", "mà", "thì", "nhất", "phải", "từ", "về", "em", "anh",
        "chị", "bạn", "à", "hở", "ơi",
    )
)  # fmt: skip
SMALL_NUMBERS = frozenset({*DIGITS, "mười"}) - {"năm", "tư", "lăm", "mốt"} | {"năm"}
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
COMRADE = ("đồng", "chí")
NEAR_SIGNING = 4  # words between the signing and who signs
WHO = frozenset({"ai", "nào"})  # `ai soạn kế hoạch` asks
NEAR_SPEECH = 6  # words between who speaks and what is said
ENDS_OFFICE = frozenset(
    {
        "là",
        "tên",
        "ai",
        "năm",
        "hiện",
        "lúc",
        "khi",
        "nào",
        "gì",
        "của",
        "nay",
        "thời",
        "do",
        "dự",
        "ký",
        "chủ",
        "phát",
        "tại",
        "ở",
        "có",
        "tham",
        "nói",
        "đề",
        "yêu",
        "căn",
        "nhấn",
        "kết",
        "giao",
        "dặn",
        "cho",
        "đã",
    }
)


class Evidence:
    """Knows the ways of asking that need a certain thing in the answer."""

    def __init__(self, language: Language) -> None:
        asked = language.asked
        self._ways, self._who, self._when, self._offices, self._by_name = (
            Phrases(),
            Phrases(),
            Phrases(),
            Phrases(),
            Phrases(),
        )
        self._speech, self._bodies, self._work, self._meaning = (
            Phrases(),
            Phrases(),
            Phrases(),
            Phrases(),
        )
        signing = asked["signing"]
        self._signs, self._signs_not, self._signers = Phrases(), Phrases(), Phrases()
        for phrases, key in (
            (self._signs, "verb"), (self._signs_not, "not"), (self._signers, "by"),
        ):  # fmt: skip
            for way in signing[key]:
                phrases.add(tokens(way), way)
        self._has = {name: tuple(entry["has"]) for name, entry in asked["evidence"].items()}
        for name, entry in asked["evidence"].items():
            for way in entry["ways"]:
                self._ways.add(tokens(way), name)
        for phrases, key in (
            (self._who, "who"),
            (self._when, "when"),
            (self._offices, "offices"),
            (self._by_name, "by_name"),
            (self._speech, "speech"),
            (self._bodies, "bodies"),
            (self._work, "work"),
            (self._meaning, "meaning"),
        ):
            for way in asked[key]:
                phrases.add(tokens(way), way)

    def missing(
        self, words: Sequence[str], answer: Sequence[str], wordings: Sequence[Sequence[str]]
    ) -> str:
        """Name what was asked and the answer lacks; empty when nothing is missing.

        `wordings` are those of the question that the answer was written for.
        """
        text = f" {' '.join(answer)} "
        if self.asks_signer(words) and not self._names_signing(answer):
            return "signer"
        for name in self._ways.all_names(_without_comrades(words)):
            if not any(f" {thing} " in text for thing in self._has[name]):
                return name
        said = {*answer, *(word for wording in wordings for word in wording)}
        if roman := next((word for word in words if is_roman(word) and word not in said), ""):
            return roman
        if office := self._missing_office(words, text):
            return office
        if self._when.find(words) and not _holds_day(words, answer):
            return "" if self._asks_when(wordings) else "when"
        return self._missing_count(words, answer, wordings)

    def asks_signer(self, words: Sequence[str]) -> bool:
        """Say whether it is asked who signed: `ai đã ký`, `ký bởi đồng chí nào`."""
        who = {at for start, end, _ in self._signers.find(words) for at in range(start, end)}
        return any(
            abs(at - other) <= NEAR_SIGNING for at in self._signings(words) for other in who
        )

    def asks_name(self, words: Sequence[str]) -> bool:
        """Say whether somebody's name is asked: `đồng chí nào chỉ đạo`."""
        return bool(self._by_name.find(words)) and not self.asks_signer(words)

    def _signings(self, words: Sequence[str]) -> list[int]:
        """Give the places where somebody signs, not where one enrols (đăng ký) or a code is."""
        other = {at for start, end, _ in self._signs_not.find(words) for at in range(start, end)}
        spans = self._signs.find(words)
        return [start for start, end, _ in spans if not other & set(range(start, end))]

    def _names_signing(self, answer: Sequence[str]) -> bool:
        return bool(self._signings(answer))

    def _asks_when(self, wordings: Sequence[Sequence[str]]) -> bool:
        return any(self._when.find(wording) for wording in wordings)

    def _missing_office(self, words: Sequence[str], text: str) -> str:
        return next(
            (office for office in self.offices(words) if not holds_office(office, text)), ""
        )

    def offices(self, words: Sequence[str]) -> list[str]:
        """Give the offices whose holder is asked, with the body they belong to."""
        return [office for office, _ in self._named(words)] if self._who.find(words) else []

    def speakers(self, words: Sequence[str]) -> list[str]:
        """Give the offices whose holder's words are asked: `bí thư tỉnh ủy phát biểu gì`."""
        said = [start for start, _, _ in self._speech.find(words)]
        return [
            office
            for office, end in self._named(words)
            if any(0 <= start - end <= NEAR_SPEECH for start in said)
        ]

    def asks_any_body(self, words: Sequence[str], empty: AbstractSet[str]) -> bool:
        """Say whether nothing is asked but what a body said that every province has."""
        said, bodies = self._speech.outer(words), self._bodies.outer(words)
        taken = {at for start, end, _ in (*said, *bodies) for at in range(start, end)}
        rest = (word for at, word in enumerate(words) if at not in taken)
        return bool(said and bodies) and all(word in empty for word in rest)

    def asks_for_work(self, words: Sequence[str]) -> bool:
        """Say whether a text is to be written, instead of a question answered."""
        return bool(self._work.find(words)) and WHO.isdisjoint(words)

    def meaning_spans(self, words: Sequence[str]) -> list[tuple[int, int, str]]:
        """Give the places where it is asked what something means."""
        return self._meaning.outer(words)

    def _named(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Give the offices that words name, with the body they belong to, and where they end."""
        found = []
        for start, end, _ in self._offices.outer(words):
            office = list(words[start:end])
            for word in words[end : end + 5]:
                if word in ENDS_OFFICE:
                    break
                office.append(word)
            found.append((" ".join(office).removesuffix(" tỉnh"), start + len(office)))
        return found

    def _missing_count(
        self, words: Sequence[str], answer: Sequence[str], wordings: Sequence[Sequence[str]]
    ) -> str:
        for thing in counted(words):
            asked_before = any(thing in counted(wording) for wording in wordings)
            if not asked_before and not _has_count(answer, thing):
                return thing
        return ""


def _without_comrades(words: Sequence[str]) -> list[str]:
    """Leave out the comrade who is spoken to: `ngày bao nhiêu đồng chí` asks for no money."""
    return [
        word
        for at, word in enumerate(words)
        if COMRADE not in {tuple(words[at : at + 2]), tuple(words[max(0, at - 1) : at + 1])}
    ]


def is_roman(word: str) -> bool:
    """Say whether a word is a Roman numeral from II on, as in `khóa XV`."""
    return len(word) > 1 and _ROMAN.fullmatch(word) is not None


def counted(words: Sequence[str]) -> set[str]:
    """Give the things whose number is asked: `bao nhiêu mô hình` -> mô."""
    places = (at + 1 for at in range(len(words)) if asks_how_many(words, at))
    return {
        words[at]
        for at in places
        if at < len(words) and words[at] not in NOT_COUNTED and words[at].isalpha()
    }


def asks_how_many(words: Sequence[str], at: int) -> bool:
    """Say whether a word ends a way of asking for a count; `ngày bao nhiêu` is none."""
    before = words[at - 1] if at else ""
    if words[at] == "mấy":
        return before not in ORDERED and _is_counting(words, at)
    is_asked = words[at] == "nhiêu" and before == "bao"
    return is_asked and not ORDERED.intersection(words[max(0, at - 2) : at - 1])


def _is_counting(words: Sequence[str], at: int) -> bool:
    opens = words[max(0, at - 1) : at]
    return bool(OPENS_COUNT.intersection(opens) or COUNTABLE.intersection(words[at + 1 : at + 2]))


def _holds_day(words: Sequence[str], answer: Sequence[str]) -> bool:
    """Say whether an answer has a date or year, or a day of the week where one is asked for."""
    if any(is_date(word) or is_year(word) for word in answer):
        return True
    return bool(OF_WEEK.intersection(words)) and any(
        one == "thứ" and two in WEEKDAYS for one, two in pairwise(answer)
    )


def _has_count(answer: Sequence[str], thing: str) -> bool:
    return any(
        (word.isdecimal() or word in SMALL_NUMBERS) and thing in answer[at + 1 : at + 3]
        for at, word in enumerate(answer)
    )


def holds_office(office: str, text: str) -> bool:
    """Say whether a text names an office itself, not only its deputy."""
    short = text.replace(" thường trực ", " ")
    office = f"{office} ".replace(" thường trực ", " ").strip()
    at = short.find(f" {office} ")
    while at >= 0:
        if not short[:at].endswith(" phó") or office.startswith("phó"):
            return True
        at = short.find(f" {office} ", at + 1)
    return False
