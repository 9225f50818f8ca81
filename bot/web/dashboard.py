"""The page of admins: what was asked, what waits, who is here, what runs, what did not arrive."""

from dataclasses import dataclass
from datetime import datetime, time

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from bot.web import broadcasts, curate, figures, phrases
from bot.web.curators import CURATORS
from bot.web.site import SITE, Site
from store.models import ChannelAccount


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel account and how it stands, in words."""

    name: str
    state: str
    is_well: bool


async def show_dashboard(request: web.Request) -> web.StreamResponse:
    """Show the page to an admin, to a curator theirs; everybody else may log in.

    Where a domain is to be verified the page of strangers is shown here itself, with the mark:
    whoever verifies may not follow a redirect.
    """
    site = request.app[SITE]
    person = await site.person_of(request)
    if person is not None and person.roles & CURATORS and "admin" not in person.roles:
        return await curate.show(request, person)
    if person is None or "admin" not in person.roles:
        if mark := site.parts.settings.zalo_site_verification:
            return site.pages.page("login.html", token="", problem="", mark=mark)
        raise web.HTTPSeeOther("/login")
    now = site.now()
    async with site.database.read() as session:
        count, waiting = await figures.open_questions(session)
        return site.pages.page(
            "dashboard.html",
            person=person,
            now=now,
            today=await figures.asked_since(session, _midnight(site, now)),
            open_count=count,
            open_questions=waiting,
            people=await figures.people_by_role(session),
            channels=await _channel_lines(site, session, now),
            deliveries=await figures.deliveries_by_reason(session, now=now),
            broadcasts=await broadcasts.newest(session),
            dead=await figures.dead_updates(session),
            late=await figures.oldest_due_seconds(session, now=now),
            library=site.parts.library,
        )


def _midnight(site: Site, now: datetime) -> datetime:
    zone = site.parts.settings.zone
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


async def _channel_lines(site: Site, session: AsyncSession, now: datetime) -> list[ChannelLine]:
    written = {row.id: row for row in await figures.channel_accounts(session)}
    complaints = await figures.complaints(session)
    running = {channel.account for channel in site.parts.channels.values()}
    return [
        _channel_line(
            site,
            name,
            written.get(name),
            now,
            complaint=complaints.get(name, ""),
            runs=name in running,
        )
        for name in sorted(running | set(written))
    ]


def _channel_line(
    site: Site,
    name: str,
    row: ChannelAccount | None,
    now: datetime,
    *,
    complaint: str,
    runs: bool,
) -> ChannelLine:
    if row is not None and row.stopped_reason:
        return ChannelLine(name, phrases.stopped(row.stopped_reason), is_well=False)
    if complaint:
        return ChannelLine(name, complaint, is_well=False)
    if row is not None and row.held_until is not None and row.held_until > now:
        until = row.held_until.astimezone(site.parts.settings.zone)
        return ChannelLine(name, phrases.held(f"{until:%H:%M}"), is_well=False)
    if not runs:
        return ChannelLine(name, phrases.NOT_RUNNING, is_well=False)
    return ChannelLine(name, phrases.WORKS, is_well=True)
