"""How people write a time: the patterns of hours, parts of the day, days, how often."""

import re

from knowledge.numerals import DIGITS
from knowledge.reminding.spelling import any_of, pattern, words
from knowledge.text import fold

PARTS = {"sáng": (7, 0), "trưa": (11, 30), "chiều": (14, 0), "tối": (19, 0), "đêm": (21, 0)}
"""The hour of a part of the day that is named without one."""
NUMBERS = {**DIGITS, "mười": 10, "mười một": 11, "mười hai": 12, "mười lăm": 15, "hai mươi": 20}
_BY_FOLD = {fold(name): value for name, value in NUMBERS.items()}
WEEKDAYS = {
    "thứ hai": 0,
    "thứ ba": 1,
    "thứ tư": 2,
    "thứ năm": 3,
    "thứ sáu": 4,
    "thứ bảy": 5,
    "chủ nhật": 6,
}
UNITS = {"ngày": 1, "hôm": 1, "tuần": 7}

UNITS_BY_FOLD = {fold(name): value for name, value in UNITS.items()}

NUMBER = rf"(?:\d{{1,3}}|{any_of(*NUMBERS)})"
PART = any_of(*PARTS, "khuya")
WEEKDAY = rf"(?:{any_of(*WEEKDAYS)}|{words('thứ')}\s*[2-7]|t[2-7]|cn)"
EVERY = any_of("mỗi", "hàng", "hằng")
WEEKLY = rf"(?:{EVERY}\s+{words('tuần')})"
NEXT_WEEK = any_of("tuần sau", "tuần tới", "tuần kế", "tuần kế tiếp")
THIS_WEEK = any_of("tuần này")
MONTH = any_of("tháng sau", "tháng tới", "tháng này")


def number(text: str) -> int:
    """Give the value of a number in figures or in words."""
    if text.isdecimal():
        return int(text)
    plain = " ".join(text.split())
    return NUMBERS.get(plain, _BY_FOLD.get(fold(plain), 0))


def weekday(text: str) -> int:
    """Give the weekday that is named, 0 = Monday."""
    plain = fold(" ".join(text.split()))
    named = {fold(name): value for name, value in WEEKDAYS.items()} | {"cn": 6}
    return named[plain] if plain in named else int(plain[-1]) - 2


RELATIVE = pattern(
    rf"(?:{any_of('sau', 'khoảng', 'tầm')}\s+)?"
    rf"(?:(?P<half>{words('nửa')})|(?P<count>{NUMBER}))?\s*"
    rf"(?P<unit>{any_of('phút', 'tiếng', 'giờ', 'ngày', 'tuần', 'tháng')})"
    rf"(?:\s+(?P<more>{words('rưỡi')}))?(?:\s+{words('đồng hồ')})?\s+{words('nữa')}"
)
_AT = any_of("lúc", "vào lúc", "vào", "đúng", "hồi")
_MARK = rf"(?:h|g|:|\s*{words('giờ')}|\s*gio|\s*h)"
HOUR = pattern(
    rf"(?:{_AT}\s+)?(?P<hour>\d{{1,2}})"
    rf"(?:{_MARK}\s?(?P<minute>\d{{1,2}})(?:\s?(?:{words('phút')}|ph|p))?"
    rf"|{_MARK}?\s*(?P<half>{words('rưỡi')})"
    rf"|{_MARK}\s*{words('kém')}\s*(?P<less>{NUMBER})(?:\s*{words('phút')})?"
    rf"|{_MARK})"
    rf"(?:\s*(?P<part>{PART}))?"
)
HOUR_IN_WORDS = pattern(
    rf"(?:{_AT}\s+)?(?P<hour>{any_of(*(one for one in NUMBERS if NUMBERS[one] <= 12))})\s+"
    rf"{words('giờ')}(?:\s+(?P<half>{words('rưỡi')})"
    rf"|\s+{words('kém')}\s+(?P<less>{NUMBER}))?(?:\s*(?P<part>{PART}))?"
)
_NEAR = any_of("nay", "mai", "kia", "mốt", "hôm nay", "ngày mai", "ngày kia", "ngày mốt")
PART_OF_DAY = pattern(
    rf"(?:{any_of('đầu giờ', 'cuối giờ', 'buổi', 'vào', 'vào buổi')}\s+)?"
    rf"(?P<part>{PART})(?:\s+(?P<near>{_NEAR}))?(?!\s+{any_of('kiến', 'tạo', 'suốt', 'dài')})"
)
TYPED_TOI = re.compile(rf"toi(?:\s+(?:{_NEAR}|{WEEKDAY}|ngay\b)|\s*$)")
"""`toi` without accents is `tối` only beside a day; elsewhere it is `tôi`."""
NEAR = pattern(rf"(?:{any_of('vào')}\s+)?(?P<near>{_NEAR})")
NEAR_DAYS = {"nay": 0, "mai": 1, "kia": 2, "mot": 2}
NAMED = re.compile(rf"{any_of('chị', 'anh', 'cô', 'em', 'bà', 'ông', 'xã', 'thôn', 'bạn')}\s$")
RANGE = pattern(
    rf"{words('từ')}\s+(?P<first>{WEEKDAY})\s+(?:{words('đến')}|{words('tới')}|-)\s+"
    rf"(?P<last>{WEEKDAY})(?:\s+{WEEKLY})?"
)
LISTED = pattern(
    rf"(?P<each>(?:{EVERY}|{any_of('các', 'vào')})\s+(?:{words('ngày')}\s+)?)?"
    rf"(?P<days>{WEEKDAY}(?:\s*(?:,|{words('và')}|{words('với')}|{words('hoặc')})\s*"
    rf"(?:{WEEKDAY}|[2-7](?!\s*(?:[hg](?!\w)|giờ|gio|[:/\d]))))*)"
    rf"(?:\s+(?P<week>{WEEKLY}|{NEXT_WEEK}|{THIS_WEEK}|{words('này')}|{words('tới')}"
    rf"|{words('sau')}))?"
)
ONE_DAY = re.compile(rf"{WEEKDAY}|[2-7]")
DATE = pattern(
    rf"(?:{any_of('vào', 'đến', 'hôm', 'trước')}\s+)?(?:{any_of('ngày', 'mùng', 'mồng')}\s+)?"
    r"(?P<day>\d{1,2})\s?[/.-]\s?(?P<month>\d{1,2})(?:\s?[/.-]\s?(?P<year>\d{4}|\d{2}))?"
)
DATE_IN_WORDS = pattern(
    rf"(?:{any_of('vào', 'đến', 'hôm')}\s+)?(?:{any_of('ngày', 'mùng', 'mồng')}\s+)?"
    rf"(?P<day>{NUMBER})\s+{words('tháng')}\s+(?P<month>{NUMBER}|{any_of('giêng', 'chạp')})"
    rf"(?:\s+(?:{words('năm')}\s+)?(?P<year>\d{{4}}))?"
)
FULL_MOON = pattern(
    rf"{words('rằm')}\s+(?:{words('tháng')}\s+)?"
    rf"(?P<month>{NUMBER}|{any_of('giêng', 'chạp')})"
)
TET = pattern(
    rf"(?:(?P<first>{any_of('mùng', 'mồng')}\s+)?(?P<day>{NUMBER})|{words('giao thừa')})\s+"
    rf"{words('tết')}|{words('giao thừa')}"
    rf"|(?:{any_of('trước', 'dịp', 'đến', 'ngày')})\s+(?P<alone>{words('tết')})"
)
LUNAR = pattern(rf"{any_of('âm lịch', 'lịch âm', 'âm', 'ta')}")
MONTHLY = pattern(
    rf"(?:{any_of('ngày', 'mùng', 'mồng')}\s+)?(?:{words('ngày')}\s+)?"
    rf"(?P<day>{NUMBER}|{any_of('cuối', 'đầu')})\s+(?:{EVERY})\s+{words('tháng')}"
    rf"|(?:{EVERY})\s+{words('tháng')}\s+(?:{any_of('vào', 'cứ')}\s+)?"
    rf"(?:{any_of('ngày', 'mùng', 'mồng')}\s+)?(?P<late>{NUMBER})"
)
MONTH_END = pattern(
    rf"(?P<which>{any_of('cuối', 'đầu')})\s+(?P<month>{any_of('tháng sau', 'tháng tới')}"
    rf"|{words('tháng này')}|{words('tháng')})"
)
WEEK_END = pattern(rf"{words('cuối tuần')}(?:\s+(?P<next>{any_of('sau', 'tới')}))?")
DAY_OF_MONTH = pattern(
    rf"(?:{any_of('vào', 'đến', 'hôm')}\s+)?{any_of('ngày', 'mùng', 'mồng')}\s+"
    rf"(?P<day>\d{{1,2}})(?:\s+(?P<month>{MONTH}))?(?!\s*(?:{words('ngày')}|%|h|:))"
)
EACH_DAY = pattern(
    rf"(?:{EVERY})\s+(?:{words('ngày')}|(?P<part>{PART}))|{words('ngày nào cũng')}"
    rf"|(?P<later>{PART})\s+(?:{EVERY})\s+{words('ngày')}"
)
EACH_YEAR = pattern(rf"(?:{EVERY})\s+{words('năm')}")
NEXT_WEEK_ALONE = pattern(NEXT_WEEK)
BEFORE = pattern(
    rf"(?:{words('trước')}\s+(?:{words('đó')}\s+)?)(?P<count>{NUMBER})\s+"
    rf"(?P<unit>{any_of(*UNITS)})(?:\s+{words('trước')})?"
)
BEFORE_DAY = pattern(rf"(?P<count>{NUMBER})\s+(?P<unit>{any_of(*UNITS)})(?=\s+{words('trước')}\s)")
AFTER_DAY = re.compile(rf"(?P<count>{NUMBER})\s+(?P<unit>{any_of(*UNITS)})(?!\w)")
TRUOC = pattern(words("trước") + rf"(?=\s+(?:{words('ngày')}|{words('tết')}|\d))")
