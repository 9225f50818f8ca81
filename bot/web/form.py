"""Reading a posted form: small, URL-encoded, without what no person types."""

import re
from urllib.parse import parse_qsl

from aiohttp import web

MOST_FIELDS = 10
LONGEST_WORDS = 4000

_UNTYPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


async def read_form(request: web.Request, *, most_fields: int = MOST_FIELDS) -> dict[str, str]:
    """Give the fields of a posted form. Raises HTTP 400, 413 and 415."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    body = await request.read()
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="replace",
            max_num_fields=most_fields,
        )
    except ValueError as error:
        raise web.HTTPBadRequest from error
    return {name: plain(value) for name, value in pairs}


def plain(text: str) -> str:
    """Give text without control characters, its line ends as ours."""
    return _UNTYPED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
