"""Whether a message asks for a reminder, or to stop everything; whom it asks to remind.

Precision goes first: a question stays a question.
"""

import re
from datetime import date
from typing import Literal

from knowledge.reminding import moments
from knowledge.reminding.moments import Parts
from knowledge.reminding.patterns import EVERY
from knowledge.reminding.spelling import any_of, pattern, read_as, words

Scope = Literal["me", "unit"]
ANY_DAY = date(2026, 1, 1)

ME = any_of(
    *("tôi", "mình", "em", "anh", "chị", "tớ", "tui", "bác", "chú", "cô", "cháu", "chúng tôi"),
    *("chúng em", "chúng mình", "giúp", "hộ", "dùm", "giùm", "cho", "với", "việc", "lịch", "hẹn"),
    *("nộp", "họp", "đi", "gửi", "làm", "gọi", "báo cáo"),
)
UNIT = any_of(
    *("cả xã", "cả phường", "cả thôn", "cả ấp", "cả bản", "cả đơn vị", "cả cơ quan", "cả ban"),
    *("cả nhóm", "cả tổ", "cả khối", "cả huyện", "cả tỉnh", "toàn xã", "toàn phường", "toàn ban"),
    *(
        "toàn đơn vị",
        "toàn cơ quan",
        "toàn thể",
        "toàn thể cán bộ",
        "toàn tỉnh",
        "các thôn",
        "các ấp",
        "các bản",
    ),
    *("các xã", "các phường", "các đồng chí", "các đ/c", "các đoàn thể", "các ban", "các chi bộ"),
    *("các tổ", "các đơn vị", "các hội", "mọi người", "tất cả", "tất cả mọi người"),
    *(
        "anh em trong ban",
        "anh em ban dân vận",
        "anh em ban dân vận xã",
        "anh em trong xã",
        "anh em",
        "anh chị em",
    ),
    *("đơn vị", "cơ quan"),
)
LEVEL = any_of("xã", "phường", "đặc khu", "thôn", "ấp", "bản", "khu phố", "tổ dân phố")
NAME = r"(?:\s+[^\W\d_a-zà-ỹđ][^\W\d_]*)+"
_ASK = (
    rf"(?:{any_of('hãy', 'nhớ', 'nhờ', 'xin', 'làm ơn', 'vui lòng', 'phiền', 'cho', 'giúp')}\s+"
    rf"(?:{any_of('tôi', 'em', 'mình')}\s+)?)"
)
_POLITE = (
    rf"(?:(?:{any_of('dạ', 'alo', 'ơi', 'trợ lý', 'trợ lý ơi', 'bot', 'bot ơi', 'ad', 'ad ơi')}"
    rf"|{any_of('em ơi', 'bạn ơi', 'này', 'thưa')})[\s,.!]+)*"
)
_SET = rf"(?:{any_of('đặt', 'hẹn', 'cài', 'tạo', 'lên', 'ghi', 'thêm')}\s+)?"
_HOURS = rf"(?:{any_of('lịch', 'giờ', 'lời')}\s+)?"
REMIND = words("nhắc") + rf"(?:\s+{words('nhở')})?"
BEGINS = re.compile(
    rf"{_POLITE}{_ASK}*{_SET}{_HOURS}{REMIND}\s+(?P<whom>{UNIT}|{ME}|{LEVEL})(?!\w)"
)
SETS = re.compile(
    rf"{_POLITE}{_ASK}*{any_of('đặt', 'cài', 'tạo', 'hẹn')}\s+{_HOURS}{REMIND}(?!\w)"
)
MIDDLE = pattern(rf"{REMIND}\s+(?P<whom>{UNIT}|{ME}|{LEVEL})")
OTHERWISE = pattern(
    rf"{words('nhắc')}\s+(?:{any_of('lại', 'đến')}|tới)|"
    rf"{any_of('lịch nhắc', 'được nhắc', 'ai nhắc', 'không nhắc', 'bị nhắc', 'nhắc gì')}"
)
"""Where `nhắc` asks for no reminder; `nhac toi` is `nhắc tôi`."""
ASKING = pattern(
    any_of(
        *(
            "gì",
            "nào",
            "sao",
            "thế nào",
            "ra sao",
            "bao nhiêu",
            "bao giờ",
            "mấy",
            "là ai",
            "ở đâu",
        ),
        *("là gì", "hay không", "phải không", "được không", "chưa", "vì sao", "tại sao"),
    )
)
ENDS_ASKING = re.compile(
    rf"(?:{any_of('không', 'chưa', 'gì', 'nào', 'ai', 'sao', 'đâu')}\s*\??|\?)\s*$"
)
EVERY_FIRST = re.compile(rf"\s*{EVERY}\s+")
MY_WORDS = re.compile(
    rf"{_POLITE}{_ASK}*(?:{_SET}{_HOURS}{REMIND}"
    rf"(?:\s+{any_of('giúp', 'hộ', 'dùm', 'giùm', 'cho')}(?!\w))?"
    rf"(?:\s+(?:{UNIT}|{any_of('tôi', 'mình', 'em', 'anh', 'chị', 'tớ', 'tui', 'bác', 'chú')}"
    rf"|{any_of('cô', 'cháu', 'chúng tôi', 'chúng em', 'chúng mình')})(?!\w))?"
    rf"(?:\s+{any_of('với', 'là', 'rằng', 'nhé', 'về', 'việc', 'về việc')}(?!\w))*)"
)
STOPS = frozenset(
    {
        *("dừng", "dừng lại", "dừng nhận", "dừng nhận tin", "dừng nhắc", "dừng tất cả"),
        *("dừng hết", "dừng gửi", "dừng gửi tin", "dừng thông báo", "ngừng", "ngừng nhắc"),
        *("ngừng nhận tin", "ngừng gửi", "ngừng gửi tin", "thôi đừng nhắc nữa", "đừng nhắc nữa"),
        *("đừng nhắc", "đừng gửi nữa", "đừng gửi tin nữa", "thôi nhắc", "không nhắc nữa"),
        *("tắt thông báo", "tắt nhắc", "tắt nhắc việc", "hủy nhận tin", "hủy đăng ký nhận tin"),
        *("không nhận tin nữa", "thôi không nhận tin nữa", "stop"),
    }
)
RESUMES = frozenset(
    {
        *("nhận lại", "nhận lại tin", "bắt đầu lại", "nhắc lại như cũ", "tiếp tục nhắc"),
        *("tiếp tục nhận tin", "bật thông báo", "bật lại", "bật lại thông báo", "bật nhắc"),
        *("bật nhắc việc", "mở lại", "mở thông báo", "nhắc tiếp"),
    }
)
_POLITE_END = re.compile(
    rf"(?:\s+{any_of('nhé', 'ạ', 'nha', 'đi', 'với', 'giúp tôi', 'cho tôi')})+$"
)
_WORD = re.compile(r"[^\W_]+")
MIDDLE_WORDS = pattern(
    rf"{REMIND}(?:\s+{any_of('giúp', 'hộ', 'dùm', 'giùm', 'cho')}(?!\w))?"
    rf"\s+(?:{UNIT}|{any_of('tôi', 'mình', 'em', 'anh', 'chị', 'tớ', 'tui', 'bác', 'chú', 'cô')})"
    rf"(?:\s+{any_of('với', 'là', 'rằng', 'về', 'việc')}(?!\w))*"
)


def is_wish(text: str) -> bool:
    """Say whether a message asks for a reminder."""
    _, read_ = read_as(text)
    begins = BEGINS.match(read_) or SETS.match(read_)
    rest = without_request(read_, read_)[1]
    parts = moments.find(Parts(rest, rest, ANY_DAY))
    if begins:
        questions = bool(ASKING.search(parts.read) or ENDS_ASKING.search(read_))
        otherwise = OTHERWISE.search(read_, begins.end() if SETS.match(read_) else 0)
        return not otherwise and (parts.is_timed or not questions)
    if OTHERWISE.search(read_) or ENDS_ASKING.search(read_) or not parts.is_timed:
        return False
    if MIDDLE.search(read_):
        return not ASKING.search(parts.read) and _starts_timed(read_)
    often = parts.every in {"day", "week", "month"} and bool(parts.hour)
    return often and bool(EVERY_FIRST.match(read_)) and not ASKING.search(parts.read)


def is_stop(text: str) -> bool:
    """Say whether a whole message stops everything."""
    return _is_one_of(text, STOPS)


def is_resume(text: str) -> bool:
    """Say whether a whole message lets everything begin again."""
    return _is_one_of(text, RESUMES)


def _is_one_of(text: str, phrases: frozenset[str]) -> bool:
    _, read_ = read_as(text)
    said = _POLITE_END.sub("", " ".join(_WORD.findall(read_)))
    if not said or len(said) > 40:
        return False
    return any(re.fullmatch(words(one), said) for one in phrases)


def without_request(typed: str, read_: str) -> tuple[str, str]:
    """Blank out the request itself: `nhac toi` holds no evening."""
    found = MY_WORDS.match(read_) or MIDDLE_WORDS.search(read_)
    if found is None:
        return typed, read_
    start, end = found.span()
    blank = " " * (end - start)
    return typed[:start] + blank + typed[end:], read_[:start] + blank + read_[end:]


def _starts_timed(read_: str) -> bool:
    """Say whether a time stands at the beginning, as in `sáng mai 7h nhắc mình ...`."""
    mark = MIDDLE.search(read_)
    before = read_[: mark.start()] if mark else ""
    return moments.find(Parts(before, before, ANY_DAY)).is_timed


def whom(typed: str, read_: str) -> tuple[Scope, str, str, str]:
    """Say who is to be reminded; a unit's name is taken out of the words."""
    named = re.search(rf"{REMIND}\s+(?P<level>{LEVEL})", read_)
    if named is not None:
        name = re.match(NAME, typed[named.end("level") :])
        if name is not None:
            start, end = named.start("level"), named.end("level") + name.end()
            unit = typed[start:end]
            blank = " " * (end - start)
            return (
                "unit",
                unit,
                typed[:start] + blank + typed[end:],
                (read_[:start] + blank + read_[end:]),
            )
    many = re.search(rf"{REMIND}\s+{UNIT}(?!\w)", read_)
    return ("unit" if many else "me"), "", typed, read_
