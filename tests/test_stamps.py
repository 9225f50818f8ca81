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
        unicodedata.normalize("NFD", "nội dung\nTỐI MẬT\n"),
    ],
)
def test_a_stamp_on_its_own_line_is_seen(text):
    if text.startswith("Độ mật"):
        text = text.lower().replace("mật: mật", "mật: MẬT")
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


@pytest.mark.parametrize("raw", [b"", b"not json \xe1\xba\xac M\xe1\xba\xacT", b'{"text": "a"}'])
def test_everything_else_stays_as_it_is(raw):
    assert veiled(raw) == raw
