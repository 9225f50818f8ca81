"""Cutting loses nothing and fits; choices become numbered lines."""

from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.channels.render import choices, numbered, plain, split_message, split_text, utf16_size
from store.messages import Button, Message

PIECES = st.sampled_from(
    [
        "a",
        "Dân",
        "vận",
        "e\u0301",
        "👨‍👩‍👧",
        "🇻🇳",
        "👍🏽",
        "\n",
        "\n\n",
        " ",
        "  ",
        ". ",
        "x" * 30,
        "한",
        "…",
        "\r\n",
    ]
)
TEXTS = st.lists(PIECES, max_size=120).map("".join) | st.text(max_size=200)
SIZES = [utf16_size, len]


@settings(deadline=None)
@given(TEXTS, st.integers(20, 60), st.integers(0, 5), st.integers(0, 5), st.sampled_from(SIZES))
def test_parts_joined_are_the_text_and_each_fits(text, limit, head, tail, size):
    parts = split_text(text, limit, head=head, tail=tail, size=size)
    assert "".join(parts) == text
    rooms = [limit - head] + [limit] * (len(parts) - 1)
    rooms[-1] -= tail
    assert all(size(part.strip()) <= room for part, room in zip(parts, rooms, strict=True))
    assert len(parts) == 1 or all(part.strip() for part in parts)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["👨‍👩‍👧", "🇻🇳", "👍🏽", "e\u0301", "ệ"]), min_size=5, max_size=60)
)
def test_no_cut_goes_through_what_is_seen_as_one_character(characters):
    parts = split_text("".join(characters), 20)
    ends = set()
    length = 0
    for character in characters:
        length += len(character)
        ends.add(length)
    length = 0
    for part in parts:
        length += len(part)
        assert length in ends


def test_the_last_part_is_never_left_with_its_source_alone():
    assert split_text("x" * 20, 20, tail=5) == ["x" * 15, "x" * 5]
    [first, last] = split_message(Message("x" * 90, source="14/KH"), 92)
    assert (len(first.text), len(last.text), last.source) == (85, 5, "14/KH")


def test_what_is_longer_than_a_part_and_seen_as_one_is_cut_all_the_same():
    text = "a" + "\u0301" * 100
    parts = split_text(text, 20)
    assert "".join(parts) == text
    assert max(map(len, parts)) == 20


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Một hai ba.\n\nBốn năm.\nSáu bảy tám chín", "Một hai ba.\n\n"),
        ("Một hai ba bốn.\nNăm sáu. Bảy tám chín", "Một hai ba bốn.\n"),
        ("Một hai ba bốn năm. Sáu bảy tám chín mười", "Một hai ba bốn năm. "),
        ("Một hai ba bốn năm sáu bảy tám chín", "Một hai ba bốn năm sáu "),
        ("x" * 50, "x" * 22),
        ("😀" * 50, "😀" * 11),
    ],
)
def test_a_text_is_cut_at_the_best_place(text, first):
    assert split_text(text, 22)[0] == first


@settings(deadline=None)
@example("Một hai ba. " * 9, "T" * 25, "S" * 25, 30)
@example("Một hai ba. " * 9, "", "S" * 7, 30)
@example(" x ", "T" * 30, " " * 30, 60)
@given(TEXTS, st.text(max_size=30), st.text(max_size=30), st.integers(30, 90))
def test_a_message_is_cut_with_title_first_and_source_and_buttons_last(text, title, source, limit):
    assume(text.strip())
    buttons = ((Button("Đúng", token="t1"),),)
    message = Message(text, title=title, source=source, buttons=buttons, photo="p1")
    parts = split_message(message, limit)
    assert all(utf16_size(plain(part)) <= limit for part in parts)
    assert [part.buttons for part in parts] == [()] * (len(parts) - 1) + [buttons]
    assert [part.photo for part in parts] == ["p1"] + [""] * (len(parts) - 1)
    assert all(not part.title for part in parts[1:])
    assert all(not part.source for part in parts[:-1])
    said = parts[0].title + "".join(part.text for part in parts) + parts[-1].source
    assert "".join(said.split()) == "".join((title + text + source).split())


def test_a_message_that_fits_stays_as_it_is():
    message = Message("x" * 4096)
    assert split_message(message, 4096) == (message,)
    assert [utf16_size(part.text) for part in split_message(Message("x" * 4097), 4096)] == [
        4096,
        1,
    ]


def test_buttons_become_numbered_lines():
    yes, no = Button("✅ Gửi", token="a"), Button("❌ Không gửi", token="b")
    link = Button("Xem bản đồ", url="https://example.org/x")
    message = Message("Gửi báo cáo?", source="14/KH", buttons=((yes, link), (no,)))
    turned = numbered(message)
    assert turned.buttons == ()
    assert turned.text == (
        "Gửi báo cáo?\n\n14/KH\n\n1. ✅ Gửi\n2. ❌ Không gửi\n(Gõ số để chọn)\n"
        "Xem bản đồ: https://example.org/x"
    )
    assert choices(message) == (yes, no)
    assert turned.source == ""
    assert numbered(replace(message, buttons=())) == replace(message, buttons=())


GOOD = Button("👍", token="g", spoken=True)
BAD = Button("👎 Chưa đúng", token="b", spoken=True)
ONE, TWO = Button("Hà Giang", token="1"), Button("An Giang", token="2")
LINK = Button("Mở", url="https://example.org/y")


@pytest.mark.parametrize(
    ("buttons", "below"),
    [
        ((GOOD, BAD), "(Gõ 👍 hoặc 👎 Chưa đúng)"),
        ((ONE,), "1. Hà Giang\n(Gõ số để chọn)"),
        (
            (ONE, TWO, GOOD, BAD),
            "1. Hà Giang\n2. An Giang\n(Gõ số để chọn)\n(Gõ 👍 hoặc 👎 Chưa đúng)",
        ),
        ((GOOD, ONE), "2. Hà Giang\n(Gõ số để chọn)\n(Gõ 👍)"),
        ((LINK,), "Mở: https://example.org/y"),
    ],
)
def test_below_a_message_stands_how_to_answer_it(buttons, below):
    turned = numbered(Message("Chọn", buttons=(buttons,)))
    assert turned == Message(f"Chọn\n\n{below}")


def test_a_number_is_that_of_the_choice_also_beside_spoken_ones_and_links():
    message = Message("Chọn", buttons=((LINK, GOOD), (ONE,), (TWO, BAD)))
    text = numbered(message).text
    for number, button in enumerate(choices(message), 1):
        assert (f"{number}. {button.label}\n" in text) is (not button.spoken)
