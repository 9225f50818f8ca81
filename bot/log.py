"""What is logged: one JSON line on stdout for each event, without tokens and personal numbers.

Our own events and those of libraries go the same way. Redaction looks at every string just before
it is written, tracebacks included, so no caller has to think of it.
"""

import logging
import re
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from knowledge.mask import surely_masked

QUIET = ("aiohttp.access", "apscheduler", "httpcore", "httpx", "telegram")
"""Libraries that are heard from a warning on: some write whole addresses, tokens included."""

_CALLED = (
    r"(?:authorization|(?:access|refresh|secret|bot|api)[_-]?token|token|secret|app[_-]?secret"
    r"|(?:secret|api)[_-]?key|password|passwd|cookie|appsecret_proof|x-telegram-bot-api-secret-token)"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!-)\bbot[^/\s\"']*[:%][^/\s\"']+"), "bot***"),
    (re.compile(r"\d{5,}(?::|%3A)[\w-]{20,}", re.IGNORECASE), "***"),
    (re.compile(r"\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}", re.IGNORECASE), r"\1***"),
    (
        re.compile(rf"({_CALLED}[\"']?\s*[=:]\s*[\"']?)(?!\*\*\*)[^\s\"'&,;)}}]+", re.IGNORECASE),
        r"\1***",
    ),
    (re.compile(r"(://[^:/@\s]*:)[^@/\s]+@"), r"\1***@"),
    (re.compile(r"(?<![\w.-])(?:\+?84[ .-]?|0)\d(?:[ .-]?\d){8,9}(?!\w)"), "***"),
)
_NAMED = re.compile(rf"(?:.*[_-])?{_CALLED}", re.IGNORECASE)


def redacted(text: str) -> str:
    """Give a text without what looks like a secret or surely leads to a person."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return surely_masked(text)


def start_logging() -> None:
    """Have everything logged from now on, by us and by libraries, written as described above."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    last: list[Processor] = [
        structlog.processors.format_exc_info,
        _redact,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_death


def _redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: "***" if _NAMED.fullmatch(key) else _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return {
            redacted(str(key)): "***" if _NAMED.fullmatch(str(key)) else _clean(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(one) for one in value]
    return redacted(str(value))


def _log_death(
    kind: type[BaseException], error: BaseException, where: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, where)
        return
    structlog.get_logger().critical("died", exc_info=(kind, error, where))
