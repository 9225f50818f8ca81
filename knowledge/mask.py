"""Hides what names a person in free text: phone numbers, identity numbers, e-mail addresses.

A number of a document, a date, a year and a sum of money stay: reports are read for them.
"""

import re

HIDDEN = "***"

_START = r"(?<!\d)(?<!\d[.,])"
_APART = r"(?: ?[.–-] ?| {0,2})"
_END = r"(?!\d)(?![.,]\d{1,3}(?!\d))"
_ABROAD = re.compile(
    rf"{_START}(?:\(\+?84\)|\+84|0084|84(?=[ .-]?\d\d))[ .-]?0?\d(?:[ .-]?\d){{8,9}}{_END}"
)
_PHONE = re.compile(
    rf"{_START}(?:0(?:{_APART}\d){{9,10}}|\(0\d{{2,3}}\)[ .-]?\d(?:[ .-]?\d){{5,7}}){_END}"
)
_GROUPS = re.compile(
    rf"{_START}(?:\d{{3}}([ .-])\d{{3}}(?:\1\d{{3}}){{1,2}}"
    rf"|0\d{{3}}([ .-])\d{{4}}\2\d{{4}}|\d{{9,}}){_END}"
)
_CITIZEN = re.compile(r"(?<![\w.-])0\d\d(?:[ .-]?\d{3}){3}(?![\w-])")
"""The identity number of today: twelve digits after a zero."""
_NAMED = re.compile(
    r"((?<!\w)(?:cccd|cmnd|cmtnd|cmt|căn cước(?: công dân)?|can cuoc(?: cong dan)?"
    r"|chứng minh(?: thư| nhân dân)?|chung minh(?: thu| nhan dan)?|định danh|dinh danh"
    r"|hộ chiếu|ho chieu|số tài khoản|so tai khoan|stk)(?:[ :.]*(?:số|so|là|la|cá nhân|ca nhan))*"
    r"[ :.]*)[A-Za-z]?\d(?:[ .-]?\d){5,}(?!\w)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DATE = re.compile(r"(?:\d{1,2}[ .-])?\d{1,2}[ .-](?:1[89]|20)\d\d(?!\d)")
_MONEY_AFTER = re.compile(
    r"\s*(?:đồng|dong|đ|vnđ|vnd|usd|triệu|trieu|tỷ|tỉ|ty|nghìn|ngàn|nghin|ngan|người|nguoi|hộ"
    r"|lượt|m2|m²|ha|kg|tấn|cây)(?!\w)",
    re.IGNORECASE,
)


def masked(text: str) -> str:
    """Give a text without the numbers and addresses that lead to a person."""
    text = _MAIL.sub(HIDDEN, text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    text = _ABROAD.sub(HIDDEN, text)
    text = _GROUPS.sub(_hide_number, text)
    return _PHONE.sub(_hide_phone, text)


def surely_masked(text: str) -> str:
    """Hide only what can be no id of a platform or of ours: for logs, where those must stay."""
    text = _MAIL.sub(HIDDEN, text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    return _CITIZEN.sub(HIDDEN, text)


def _hide_phone(found: re.Match[str]) -> str:
    return found.group() if _DATE.match(found.group()) else HIDDEN


def _hide_number(found: re.Match[str]) -> str:
    number = found.group()
    is_sum = number[0] != "0" and (number.endswith("000") or _counts(found))
    return number if is_sum else HIDDEN


def _counts(found: re.Match[str]) -> bool:
    """Say whether a unit of money or of things follows."""
    return bool(_MONEY_AFTER.match(found.string, found.end()))
