"""For those who watch the product: does the process live, is it ready, and its figures."""

import asyncio
from collections.abc import Iterator

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.web import figures, visitor
from bot.web.figures import Queues
from bot.web.site import SITE, Site
from store.database import Unavailable

PATIENCE_SECONDS = 3


async def healthz(_: web.Request) -> web.Response:
    """Say that the process answers."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Say whether the database answers, and how late the oldest delivery is."""
    site = request.app[SITE]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), site.database.read() as session:
            late = await figures.oldest_due_seconds(session, now=site.now())
    except (Unavailable, TimeoutError):
        return web.json_response({"status": "unavailable", "database": "away"}, status=503)
    return web.json_response(
        {"status": "ok", "database": "ok", "oldest_due_delivery_seconds": round(late, 3)}
    )


async def metrics(request: web.Request) -> web.Response:
    """Give the figures to this machine itself, or to an admin."""
    site = request.app[SITE]
    if not visitor.is_local(request):
        person = await site.person_of(request)
        if person is None or "admin" not in person.roles:
            raise web.HTTPNotFound
    now = site.now()
    async with site.database.read() as session:
        queues = await figures.queues(session, now=now)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Scrape(site, queues, (now - site.started_at).total_seconds()))
    return web.Response(
        body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


class _Scrape:
    """The figures of one moment, as prometheus-client wants to collect them."""

    def __init__(self, site: Site, queues: Queues, uptime: float) -> None:
        self._library = site.parts.library
        self._queues = queues
        self._uptime = uptime

    def collect(self) -> Iterator[Metric]:
        """Give every figure."""
        inbox = GaugeMetricFamily("danvan_inbox", "Updates that are not done", labels=["state"])
        for state, count in sorted(self._queues.inbox.items()):
            inbox.add_metric([state], count)
        yield inbox
        outbox = GaugeMetricFamily("danvan_outbox", "Deliveries", labels=["channel", "state"])
        for (channel, state), count in sorted(self._queues.deliveries.items()):
            outbox.add_metric([channel, state], count)
        yield outbox
        unknown = sum(n for (_, state), n in self._queues.deliveries.items() if state == "unknown")
        yield GaugeMetricFamily(
            "danvan_outbox_unknown", "Deliveries that may or may not have arrived", value=unknown
        )
        yield GaugeMetricFamily(
            "danvan_oldest_due_delivery_seconds",
            "How long the oldest delivery that could go has waited",
            value=self._queues.oldest_due_seconds,
        )
        yield GaugeMetricFamily(
            "danvan_uptime_seconds", "Since the web started", value=self._uptime
        )
        base = self._library.base
        yield GaugeMetricFamily(
            "danvan_base_documents", "Documents of the base in use", value=len(base.documents)
        )
        yield GaugeMetricFamily(
            "danvan_base_problems",
            "Problems of a changed base that was refused",
            value=len(self._library.problems),
        )
