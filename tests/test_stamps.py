"""Text that bears a secrecy stamp is not stored, in whatever form it comes."""

import json
import unicodedata

import pytest

from store.stamps import VEIL, is_stamped, veiled


@pytest.mark.parametrize(
    "text",
    [
        "MẬT",
        "TỐI MẬT",
        "TUYỆT MẬT",
        "Kính gửi\nMẬT\nnội dung",
        "[ TỐI  MẬT ]",
        "Độ mật: MẬT",
        "*MẬT*",
        "“TUYỆT MẬT”",
        "ĐỘ MẬT: TỐI MẬT",
        "@danvan_bot TỐI MẬT\nnội dung",
        "nội dung\nTỐI MẬT @danvan_bot",
        "/start TỐI MẬT\nnội dung",
        "\ufeffMẬT",
        "\u200bTỐI M\u00adẬT",
        "M\u1ea0\u0302T",
        "«TỐI MẬT»;",
        "<b>TỐI MẬT</b>",
        "🔴 MẬT 🔴",
        "1. MẬT",
        "TỐI_MẬT",
        "TỐI MẬT - HỎA TỐC",
        "MẬT Số: 12/BC",
        "ＴỐＩ ＭẬＴ",
        "a\u2028MẬT\rb",
        unicodedata.normalize("NFD", "nội dung\nTỐI MẬT\n"),
    ],
)
def test_a_stamp_on_its_own_line_is_seen(text):
    assert is_stamped(text)


@pytest.mark.parametrize(
    "text", ["mật ong", "bí mật", "MẬT ONG", "Mật", "BÍ MẬT NHÀ NƯỚC là gì?", "", "MẶT TRẬN"]
)
def test_other_words_are_no_stamp(text):
    assert not is_stamped(text)


@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_stamped_update_is_veiled_before_it_is_stored(ascii_only, form):
    said = unicodedata.normalize(form, "Kế hoạch phòng thủ\nTUYỆT MẬT\nquân số 120")
    raw = json.dumps(
        {"update_id": 1, "message": {"text": said, "chat": {"id": 5}}}, ensure_ascii=ascii_only
    ).encode()
    kept = json.loads(veiled(raw))
    assert kept == {"update_id": 1, "message": {"text": VEIL, "chat": {"id": 5}}}


def test_whatever_stands_beside_a_stamp_goes_with_it():
    message = {
        "message_id": 7,
        "chat": {"id": 5, "type": "private"},
        "caption": "TỐI MẬT\nnội dung",
        "document": {"file_id": "AgAD", "file_name": "phuong-an-di-doi.pdf"},
        "reply_to_message": {"text": "một câu khác"},
    }
    kept = json.loads(veiled(json.dumps(message).encode()))
    assert kept["chat"] == message["chat"]
    assert kept["document"] == {"file_id": "AgAD", "file_name": VEIL}
    assert kept["caption"] == kept["reply_to_message"]["text"] == VEIL


def test_nothing_makes_it_raise():
    lone = b'{"name": "\\ud800", "text": "T\xe1\xbb\x90I M\xe1\xba\xacT"}'
    assert VEIL.encode() in veiled(lone)
    deep = b'{"text": "M\xe1\xba\xacT", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert veiled(deep) == deep


@pytest.mark.parametrize("raw", [b"", b"not json \xe1\xba\xac M\xe1\xba\xacT", b'{"text": "a"}'])
def test_everything_else_stays_as_it_is(raw):
    assert veiled(raw) == raw
