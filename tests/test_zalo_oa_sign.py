"""The webhook's signature: what Zalo signs is taken, whatever the dress; anything else is not."""

import hashlib
import hmac
import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.channels.zalo_oa_sign import VARIANTS, Seal, times_of

APP, OA = "1888000000000000017", "3900112233445566778"
SECRET, APP_SECRET = "khoa-cua-oa", "khoa-cua-ung-dung"
TIME = "1790000000123"


def mac(raw: bytes, *, first: str = APP, time: str = TIME, secret: str = SECRET) -> str:
    return hashlib.sha256(first.encode() + raw + time.encode() + secret.encode()).hexdigest()


def event(text: str = "Ra quân 15/10 👍🏻 https://vidu.vn/a?b=1", **more: Any) -> dict[str, Any]:
    message = {"msg_id": "e1", "text": text}
    return {
        "app_id": APP,
        "sender": {"id": "8123456789012345678"},
        "recipient": {"id": OA},
        "event_name": "user_send_text",
        "message": message,
        "timestamp": TIME,
        **more,
    }


def dressed(content: Any, *, ascii_only: bool = False, indent: int | None = None) -> bytes:
    return json.dumps(content, ensure_ascii=ascii_only, indent=indent).encode()


def vouches(seal: Seal, raw: bytes, given: str, header: str | None = None) -> bool:
    return seal.vouches(raw, given, times_of(json.loads(raw), header))


PLAIN = dressed(event())
ACCEPTED = {
    "as it is documented": (PLAIN, f"mac={mac(PLAIN)}"),
    "without the prefix": (PLAIN, mac(PLAIN)),
    "with spaces": (PLAIN, f"  mac = {mac(PLAIN)} "),
    "in capitals": (PLAIN, f"MAC={mac(PLAIN).upper()}"),
    "a picture with a quotation": (
        raw := dressed(
            event(
                user_id_by_app="7000111222333444555",
                event_name="user_send_image",
                message={
                    "msg_id": "e1",
                    "quote_msg_id": "e0",
                    "attachments": [{"type": "image", "payload": {"url": "https://a/b.jpg"}}],
                },
            )
        ),
        f"mac={mac(raw)}",
    ),
    "slashes escaped, emoji as it is": (
        raw := PLAIN.replace(b"/", b"\\/"),
        f"mac={mac(raw)}",
    ),
    "everything escaped": (
        raw := dressed(event(), ascii_only=True).replace(b"/", b"\\/"),
        f"mac={mac(raw)}",
    ),
    "accents as marks of their own": (
        raw := dressed(event(unicodedata.normalize("NFD", "Ra quân ở xã Đồng Văn"))),
        f"mac={mac(raw)}",
    ),
    "in many lines": (raw := dressed(event(), indent=2), f"mac={mac(raw)}"),
    "a timestamp that is a number": (
        raw := dressed(event(timestamp=int(TIME))),
        f"mac={mac(raw)}",
    ),
    "no timestamp": (
        raw := dressed({k: v for k, v in event().items() if k != "timestamp"}),
        f"mac={mac(raw, time='')}",
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_zalo_signed_is_taken(name):
    raw, given = ACCEPTED[name]
    assert vouches(Seal(APP, SECRET), raw, given)


def test_any_bytes_are_vouched_for_as_they_are():
    given_mac = mac(b"BODY", first="X", secret="Y")
    assert Seal("X", "Y").vouches(b"BODY", given_mac, {"header": TIME})


NORMAL = dressed(event(unicodedata.normalize("NFC", "quân")))
REFUSED = {
    "a space at the end": (PLAIN + b" ", f"mac={mac(PLAIN)}"),
    "written anew": (dressed(event(), ascii_only=True), f"mac={mac(PLAIN)}"),
    "normalised": (
        NORMAL,
        f"mac={mac(dressed(event(unicodedata.normalize('NFD', 'quân'))))}",
    ),
    "the app's secret": (PLAIN, f"mac={mac(PLAIN, secret=APP_SECRET)}"),
    "an HMAC": (PLAIN, "mac=" + hmac.digest(SECRET.encode(), PLAIN, "sha256").hex()),
    "another app": (PLAIN, f"mac={mac(PLAIN, first='1')}"),
    "another timestamp": (PLAIN, f"mac={mac(PLAIN, time='1790000000124')}"),
    "nothing": (PLAIN, "mac="),
    "not even text": (PLAIN, "mac=\udcff ệ"),
    "the prefix twice": (PLAIN, f"mac=mac={mac(PLAIN)}"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_zalo_did_not_sign_is_not_taken(name):
    raw, given = REFUSED[name]
    seal = Seal(APP, SECRET)
    seal.learn(OA)
    assert not vouches(seal, raw, given)


HEADER_TIME = "1790000000999"
GIVEN = {
    ("app", "body"): mac(PLAIN),
    ("app", "header"): mac(PLAIN, time=HEADER_TIME),
    ("oa", "body"): mac(PLAIN, first=OA),
    ("oa", "header"): mac(PLAIN, first=OA, time=HEADER_TIME),
}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda one: f"{one.first}-{one.timestamp}")
def test_the_variant_that_matched_is_told_once_and_nothing_else_is_taken_after_it(variant):
    seal = Seal(APP, SECRET)
    seal.learn(OA)
    matched = (variant.first, variant.timestamp)
    with capture_logs() as logs:
        for _ in range(3):
            assert vouches(seal, PLAIN, GIVEN[matched], HEADER_TIME)
    assert [(one["first_term"], one["time_in"]) for one in logs] == [matched]
    for other, told in GIVEN.items():
        assert vouches(seal, PLAIN, told, HEADER_TIME) == (other == matched)


def test_the_oas_id_counts_once_it_is_known():
    seal = Seal(APP, SECRET)
    assert not vouches(seal, PLAIN, GIVEN["oa", "body"])
    seal.learn(OA)
    assert vouches(seal, PLAIN, GIVEN["oa", "body"])


def test_a_piece_of_the_body_is_no_timestamp():
    raw, rest = PLAIN[:-20], PLAIN[-20:].decode()
    assert not Seal(APP, SECRET).vouches(raw, mac(PLAIN), times_of(None, rest + TIME))


@pytest.mark.parametrize("told", [True, 1.5, [], {}, None, "1" * 21, "١٢٣", "-1", "1 ", "x"])
def test_only_digits_are_a_timestamp(told):
    assert times_of({"timestamp": told}, None)["body"] is None
    if isinstance(told, str):
        assert times_of({}, told)["header"] is None


@given(st.text(), st.binary())
def test_no_header_and_no_body_raise(given_text, raw):
    assert not Seal(APP, SECRET).vouches(raw, given_text, {"body": TIME})


def test_nobody_reads_the_secret_off_it():
    assert SECRET not in repr(Seal(APP, SECRET))
