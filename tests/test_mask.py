"""Personal numbers are hidden in reports and logs; figures that a report is read for stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.log import redacted
from knowledge.mask import HIDDEN, masked

PERSONAL = [
    *("0912345678", "0912 345 678", "0912.345.678", "091-234-5678", "09 12 34 56 78"),
    *("+84912345678", "+84 912 345 678", "(+84) 912 345 678", "84912345678", "0084 912345678"),
    *("02193886123", "0219 3886 123", "(0219) 3886 123", "024 3825 1234"),
    *("123456789", "123 456 789", "123.456.789", "001203004567", "001 203 004 567"),
    *("0012 0300 4567", "001.203.004.567", "0912345000", "1234567890123"),
]
KEPT = [
    *("246/KH-UBND", "1859-QC/TU", "05/KH-UBND", "18-NQ/TW", "12/2021/QĐ-UBND", "Covid-19"),
    *("05/10/2021", "15-10-1930", "1.2.2021", "05.10.2021 12 hộ", "08 11 2021 5 hộ", "19/8"),
    *("năm 2021, 2022", "2021-2025", "từ 2021 2022 2023", "07:30", "20-11-2021 10:30"),
    *("100.000.000 đồng", "150000000 đồng", "1.500.000.000", "100 000 000 đồng", "12.345,678"),
    *("123.456.789 đ", "123456789 người", "5 triệu", "120.5 ha", "12 hộ 20 cây 300 ngày công"),
]
AROUND = [
    *("{}", "gọi {} nhé", "sđt:{}", "({})", "Số {}.", "{}, hỏi năm 2021", "{}/{}", "zalo-{}"),
    *("{} - {}", "ngày 1.2.2021 {}", "năm 2021 {}", "{};{}", "CCCD số {}"),
]


@pytest.mark.parametrize("number", PERSONAL)
@pytest.mark.parametrize("around", AROUND)
def test_what_leads_to_a_person_is_hidden(number, around):
    shown = masked(around.format(number, number))
    assert shown == around.format(HIDDEN, HIDDEN)


@pytest.mark.parametrize("text", KEPT)
def test_documents_dates_years_and_sums_stay(text):
    for around in ("{}", "Kế hoạch {} của tỉnh", "({})", "{}, {}", "hỏi: {}?"):
        said = around.format(text, text)
        assert masked(said) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("thư a.b-c@gmail.com.", "thư ***."),
        ("hộ chiếu B1234567", "hộ chiếu ***"),
        ("căn cước công dân số 12345 67890 12", "căn cước công dân số ***"),
        ("stk: 19012345678", "stk: ***"),
        ("0912 - 345 - 678", "***"),
        ("0912–345–678", "***"),
        ("0912  345  678", "***"),
        ("0 9 1 2 3 4 5 6 7 8", "***"),
        ("0912345678,0987654321", "***,***"),
        ("sđt0912345678và tên", "sđt***và tên"),
        ("0912345678 người ta", "*** người ta"),
    ],
)
def test_numbers_that_are_called_by_name_or_stand_close(text, shown):
    assert masked(text) == shown


@given(st.text(st.sampled_from("0123456789 .-/+()đôngnăm@,:"), max_size=60))
def test_masking_twice_changes_nothing_more(text):
    assert masked(masked(text)) == masked(text)


@given(
    st.lists(st.sampled_from([*KEPT[:20], "xã", "Tháng Dân vận", "là gì?"]), max_size=6),
    st.sampled_from([one for one in PERSONAL if one.isdigit()]),
)
def test_a_number_of_a_person_never_shows_through(words, number):
    assert number not in masked(", ".join([*words, number, *words]))


@given(st.text())
def test_text_without_digits_and_addresses_stays(text):
    if not any(char.isdigit() or char == "@" for char in text):
        assert masked(text) == text


@given(st.integers(1, 99_999), st.sampled_from(["KH-UBND", "NQ/TW", "QĐ-TTg"]))
def test_numbers_of_documents_stay(number, kind):
    said = f"số {number}/{kind} năm 2021"
    assert masked(said) == said


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("hỏi: CCCD 001203004567", "hỏi: CCCD ***"),
        ("hỏi: 001 203 004 567", "hỏi: ***"),
        ("CMND số 123456789", "CMND số ***"),
        ("thư an.b@gmail.com", "thư ***"),
        ("gọi 0219 3886 123", "gọi ***"),
        ("chat -1001234567890 update 734105298", "chat -1001234567890 update 734105298"),
        ("zalo-oa:4318657068771012646", "zalo-oa:4318657068771012646"),
    ],
)
def test_logs_keep_the_ids_of_platforms(said, logged):
    assert redacted(said) == logged
