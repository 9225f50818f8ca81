"""Webhooks by their statuses, and every role at every route."""

import pytest

from store.database import Database, Unavailable
from tests.test_web import open_office

WEBHOOKS = [
    ({"X-Word": "open sesame"}, b'{"id":"1"}', 200, 1),
    ({"X-Word": "guess"}, b'{"id":"1"}', 401, 0),
    ({}, b'{"id":"1"}', 401, 0),
    ({"X-Word": "open sesame"}, b"{", 400, 0),
    ({"X-Word": "open sesame"}, b"x" * 262_145, 413, 0),
    ({"X-Word": "open sesame", "Origin": "https://elsewhere"}, b"[]", 200, 1),
]


@pytest.mark.parametrize(("headers", "body", "status", "stored"), WEBHOOKS)
async def test_webhook(
    database: Database, headers: dict[str, str], body: bytes, status: int, stored: int
) -> None:
    async with open_office(database, answering=False) as office:
        async with office.client.post("/webhooks/fake", data=body, headers=headers) as answer:
            assert answer.status == status
        assert await office.stored() == stored


async def test_the_same_update_ten_times_is_stored_once(database: Database) -> None:
    async with open_office(database, answering=False) as office:
        for _ in range(10):
            async with office.client.post(
                "/webhooks/fake", data=b'{"id":"1"}', headers={"X-Word": "open sesame"}
            ) as answer:
                assert answer.status == 200
        assert await office.stored() == 1


async def test_a_channel_without_webhook_has_no_route(database: Database) -> None:
    async with open_office(database) as office, office.client.post("/webhooks/web") as answer:
        assert answer.status == 404


async def test_when_the_store_is_away_the_platform_is_asked_to_come_again(
    database: Database,
) -> None:
    async with open_office(database, answering=False) as office:

        async def away(*_: object) -> None:
            raise Unavailable("gone for a while")

        object.__setattr__(office.parts, "take", away)
        async with office.client.post(
            "/webhooks/fake", data=b"{}", headers={"X-Word": "open sesame"}
        ) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        status, text = await office.post(text="Có ai không?")
        assert (status, "đang bận" in text) == (503, True)


ROLES = ("nobody", "officer", "leader", "curator", "admin")
FAR = {"X-Forwarded-For": "203.0.113.9"}
ROUTES = [
    # method, path, what nobody, officer, leader, curator and admin get
    ("GET", "/chat", (200, 200, 200, 200, 200)),
    ("GET", "/chat/messages?after=0", (204, 204, 204, 204, 204)),
    ("GET", f"/chat/files/{'0' * 32}", (404, 404, 404, 404, 404)),
    ("GET", "/chat/stream", (204, 204, 204, 204, 204)),
    ("GET", "/", (303, 303, 303, 200, 200)),
    ("GET", "/login", (200, 200, 200, 303, 303)),
    ("POST", "/login", (403, 403, 403, 403, 403)),
    ("GET", "/logout", (405, 405, 405, 405, 405)),
    ("POST", "/logout", (303, 303, 303, 303, 303)),
    ("GET", "/metrics", (404, 404, 404, 404, 200)),
    ("GET", "/healthz", (200, 200, 200, 200, 200)),
    ("GET", "/readyz", (200, 200, 200, 200, 200)),
    ("GET", "/webhooks/fake", (200, 200, 200, 200, 200)),
    ("PUT", "/webhooks/fake", (405, 405, 405, 405, 405)),
    ("POST", "/webhooks/fake", (401, 401, 401, 401, 401)),
    ("GET", "/static/none", (404, 404, 404, 404, 404)),
    ("GET", "/media/1/2/3", (404, 404, 404, 404, 404)),
    ("GET", "/zalo_verifierabc.html", (404, 404, 404, 404, 404)),
    ("GET", "/reports", (404, 404, 404, 404, 404)),
    ("GET", "/curate", (303, 303, 303, 200, 200)),
    ("POST", "/curate", (405, 405, 405, 405, 405)),
    ("POST", "/curate/drafts", (403, 403, 403, 415, 415)),
    ("GET", "/curate/drafts/1", (303, 303, 303, 404, 404)),
    ("POST", "/curate/drafts/1", (403, 403, 403, 404, 404)),
    ("POST", "/curate/drafts/1/discard", (403, 403, 403, 400, 400)),
    ("GET", "/curate/drafts/1/pages/1", (303, 303, 303, 404, 404)),
    ("GET", "/curate/questions/1", (303, 303, 303, 404, 404)),
    ("POST", "/curate/questions/1", (403, 403, 403, 404, 404)),
    ("GET", "/curate/questions/x", (404, 404, 404, 404, 404)),
    ("GET", "/curate/documents", (303, 303, 303, 200, 200)),
    ("GET", "/curate/history/document/ha-giang-2021", (303, 303, 303, 200, 200)),
    ("POST", "/curate/history/document/ha-giang-2021", (403, 403, 403, 400, 400)),
    ("GET", "/curate/history/other/x", (404, 404, 404, 404, 404)),
]


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_at_every_route(database: Database, role: str) -> None:
    async with open_office(database) as office:
        for method, path, expected in ROUTES:
            office.client.session.cookie_jar.clear()
            if role != "nobody":
                await office.log_in(role)
            data = {"token": "guessed"} if method == "POST" else None
            async with office.client.request(
                method, path, data=data, headers=FAR, allow_redirects=False
            ) as answer:
                assert answer.status == expected[ROLES.index(role)], (method, path)


@pytest.mark.parametrize(
    "path", ["/curate/drafts", "/curate/drafts/1", "/curate/questions/1", "/logout"]
)
async def test_another_sites_form_does_nothing(database: Database, path: str) -> None:
    async with open_office(database) as office:
        await office.log_in("curator")
        for headers in ({"Origin": "https://elsewhere"}, {"Sec-Fetch-Site": "cross-site"}):
            async with office.client.post(path, data={"do": "save"}, headers=headers) as answer:
                assert answer.status == 403
        assert (await office.get("/curate"))[0] == 200
