"""Pages and static files: templates that escape everything, files named after their content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web import broadcast_phrases, curate_phrases, field_phrases, phrases
from knowledge.mask import masked

HERE = Path(__file__).parent
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file in memory, plain and packed."""

    type: str
    plain: bytes
    packed: bytes


class Pages:
    """The templates, and the static files that they name."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._files: dict[str, StaticFile] = {}
        self._addresses: dict[str, str] = {}
        for path in sorted((HERE / "static").iterdir()):
            if path.suffix in TYPES:
                self._load(path)
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals |= {
            "say": phrases,
            "broadcast": broadcast_phrases,
            "curate": curate_phrases,
            "fields": field_phrases,
            "static": self._addresses,
        }
        self._templates.filters |= {
            "clock": self._clock,
            "day": self._day,
            "number": _number,
            "blocks": blocks,
            "masked": masked,
        }

    def _load(self, path: Path) -> None:
        content = path.read_bytes()
        name = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:10]}{path.suffix}"
        packed = gzip.compress(content, mtime=0)
        self._files[name] = StaticFile(TYPES[path.suffix], content, packed)
        self._addresses[path.name] = f"/static/{name}"

    def file(self, name: str, headers: Mapping[str, str]) -> web.Response | None:
        """Answer a request for a static file; None when there is none of that name."""
        found = self._files.get(name)
        if found is None:
            return None
        packed = "gzip" in headers.get("Accept-Encoding", "")
        response = web.Response(
            body=found.packed if packed else found.plain,
            content_type=found.type,
            charset="utf-8",
            headers={"Cache-Control": _FOR_A_YEAR, "Vary": "Accept-Encoding"},
        )
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        return response

    def render(self, template: str, **values: object) -> str:
        """Fill in a template."""
        return self._templates.get_template(template).render(**values)

    def page(self, template: str, *, status: int = 200, **values: object) -> web.Response:
        """Answer with a page that nobody may keep."""
        response = web.Response(
            text=self.render(template, **values),
            status=status,
            content_type="text/html",
            headers={"Cache-Control": "no-store"},
        )
        response.enable_compression()
        return response

    def _clock(self, at: datetime) -> str:
        return at.astimezone(self._zone).strftime("%H:%M")

    def _day(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{local.day}/{local.month}/{local.year}"


def blocks(text: str) -> list[str | list[str]]:
    """Cut a text into paragraphs and lists (lines that begin with a dash or a dot)."""
    cut: list[str | list[str]] = []
    for line in text.split("\n"):
        item = line.removeprefix("- ").removeprefix("• ")
        if item == line:
            lines = [cut.pop(), line] if cut and isinstance(cut[-1], str) else [line]
            cut.append("\n".join(str(one) for one in lines))
        elif cut and isinstance(cut[-1], list):
            cut[-1].append(item)
        else:
            cut.append([item])
    return cut


def _number(value: float) -> str:
    """Write a whole number as Vietnamese readers expect it: 12.345."""
    return f"{value:,.0f}".replace(",", ".")
