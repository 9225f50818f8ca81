"""The domain is shown to be ours: by a file of the settings' token, and by a mark in the page."""

from store.database import Database
from tests.test_web import open_office

TOKEN = "Qx_7-abc"
SENTENCE = "There Is No Limit To What You Can Accomplish Using Zalo!"


async def test_the_file_answers_for_the_token_of_the_settings_only(database: Database) -> None:
    async with open_office(database, zalo_site_verification=TOKEN) as office:
        async with office.client.get(f"/zalo_verifier{TOKEN}.html") as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
            assert SENTENCE in await answer.text()
        for other in ("Qx_7-abd", "x", "%C3%A9", f"{TOKEN}.html.x"):
            async with office.client.get(f"/zalo_verifier{other}.html") as answer:
                assert answer.status == 404, other


async def test_a_stranger_at_the_root_sees_the_mark_and_an_admin_the_dashboard(
    database: Database,
) -> None:
    async with open_office(database, zalo_site_verification=TOKEN) as office:
        async with office.client.get("/", allow_redirects=False) as answer:
            mark = f'<meta name="zalo-platform-site-verification" content="{TOKEN}">'
            assert (answer.status, mark in await answer.text()) == (200, True)
        await office.log_in("admin")
        async with office.client.get("/", allow_redirects=False) as answer:
            assert "zalo-platform" not in await answer.text()


async def test_without_a_token_there_is_neither(database: Database) -> None:
    async with open_office(database) as office:
        async with office.client.get("/", allow_redirects=False) as answer:
            assert answer.status == 303
        async with office.client.get("/zalo_verifier.html") as answer:
            assert answer.status == 404
