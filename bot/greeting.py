"""What `run` prints once everything is up: the addresses, and a one-time admin login link."""

import sys

from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import Running
from store import admins, logins

ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound


async def greet(product: Running) -> None:
    """Print where the product is, with a login link for the first admin."""
    settings = product.parts.settings
    host = "127.0.0.1" if settings.web_host in ANYWHERE else settings.web_host
    base = settings.public_url or f"http://{host}:{product.port}"
    now = product.parts.now()

    async def work(session: AsyncSession) -> str:
        person_id = await admins.first_admin(session, now=now)
        return await logins.make_token(session, person_id, now=now)

    token = await product.parts.database.write(work)
    lines = (
        f"Chat      {base}/chat",
        f"Admin     {base}/login?token={token}  (one time, within 5 minutes)",
        f"Channels  {', '.join(sorted(product.parts.channels))}",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
