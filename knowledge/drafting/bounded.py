"""Reads a stranger's file in a process of its own, with bounded time and memory."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.drafting import phrases
from knowledge.drafting.draft import Draft, NotReadable

WORKER = "knowledge.drafting.worker"
SECONDS, MEMORY_MB = 60, 1024
PICTURE_SECONDS = 20
_ROOT = Path(__file__).parents[2]
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",  # for tesseract
    "LANG": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OMP_THREAD_LIMIT": "1",  # tesseract is faster so, and its threads want memory
    "OPENBLAS_NUM_THREADS": "1",
}
"""All that the worker is given: no setting, no secret of ours."""
_CPU_OVER = (-signal.SIGXCPU, -signal.SIGKILL)


def read_bounded(
    path: Path, *, name: str, today: date, seconds: float = SECONDS, memory_mb: int = MEMORY_MB
) -> Draft:
    """Read a file; blocks for `seconds` at most. Raises NotReadable.

    A scan takes one to three seconds a page; for one of many pages allow 180 seconds.
    """
    asked = {"do": "read", "path": str(path.resolve()), "name": name, "today": today.isoformat()}
    given = _run(asked, seconds, memory_mb)
    try:
        answer: dict[str, Any] = json.loads(given)
        if "problem" in answer:
            raise NotReadable(str(answer["problem"]["code"]), str(answer["problem"]["said"]))
        return Draft.from_json(answer["draft"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotReadable("damaged", phrases.SAID["damaged"]) from error


def page_picture(
    path: Path, page: int, *, width: int = 900, seconds: float = PICTURE_SECONDS,
    memory_mb: int = MEMORY_MB,
) -> bytes | None:  # fmt: skip
    """Give page `page` (counted from 1) as a PNG or JPEG, about `width` dots wide.

    None where the kind has no pictures, there is no such page, or it cannot be drawn.
    """
    asked = {"do": "picture", "path": str(path.resolve()), "page": page, "width": width}
    try:
        given = _run(asked, seconds, memory_mb)
    except NotReadable:
        return None
    return None if not given or given.startswith(b"{") else given


def _run(asked: dict[str, Any], seconds: float, memory_mb: int) -> bytes:
    """Give what the worker wrote. Raises NotReadable where it died or took too long."""
    asked |= {"seconds": max(1, round(seconds)), "memory_mb": memory_mb}
    worker = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", WORKER, json.dumps(asked)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        cwd=_ROOT, env=_ENVIRONMENT, start_new_session=True,
    )  # fmt: skip
    try:
        given, _ = worker.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise NotReadable("slow", phrases.SAID["slow"]) from error
    finally:
        _end(worker)
    if worker.returncode in _CPU_OVER:
        raise NotReadable("slow", phrases.SAID["slow"])
    if worker.returncode:
        raise NotReadable("damaged", phrases.SAID["damaged"])
    return given


def _end(worker: subprocess.Popen[bytes]) -> None:
    """End the worker and its children, also one that outlived it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # all of them have ended
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    if worker.stdout:
        worker.stdout.close()
