"""Mutated bodies on each webhook of the product in a process of its own: nothing it cannot answer.

`./run bench webhooks` does the same with 20,000 on each.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.fakes import telegram_server, zalo_bot_server, zalo_oa_server
from tests.mutations import (
    APP_ID,
    OA_KEY,
    SECRET,
    SEEDS,
    fresh_connections,
    requests,
    status_of,
)
from tests.processes import Product

COUNT = 500
SERVERS = {
    "telegram": telegram_server.running_server,
    "zalo-bot": zalo_bot_server.running_server,
    "zalo-oa": zalo_oa_server.running_server,
}


def settings(platform: str, url: str) -> dict[str, str]:
    """Switch one channel on, against its fake."""
    if platform == "telegram":
        return {
            "TELEGRAM_TOKEN": "123456:test-token-of-the-product-35-chars-x",
            "TELEGRAM_API_URL": url,
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
        }
    if platform == "zalo-bot":
        return {
            "ZALO_BOT_TOKEN": "123456:test-token",
            "ZALO_BOT_API_URL": url,
            "ZALO_BOT_MODE": "webhook",
            "ZALO_BOT_WEBHOOK_SECRET": SECRET,
        }
    return {
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": "app-secret",
        "ZALO_OA_SECRET_KEY": OA_KEY,
        "ZALO_OA_API_URL": url,
        "ZALO_OA_OAUTH_URL": url,
    }


@pytest.mark.slow
@pytest.mark.parametrize("platform", SEEDS)
async def test_no_body_makes_the_product_stumble(platform: str, tmp_path: Path) -> None:
    statuses: Counter[int] = Counter()
    with SERVERS[platform]() as url:
        product = Product(tmp_path, **settings(platform, url))
        try:
            await product.start()
            async with fresh_connections(product.url) as session:
                for one in requests(platform, COUNT, seed=2):
                    statuses[await status_of(session, one)] += 1
                async with session.get("/readyz") as answer:
                    assert answer.status == 200
            assert product.stop() == 0
        finally:
            if product.runs:
                product.kill()
    assert set(statuses) <= {200, 400, 401, 413, 417}
    assert statuses[200] > COUNT / 4
    assert statuses[401] > 0
    logged = product.output.read_text()
    assert SECRET not in logged
    assert OA_KEY not in logged
