"""The process in which a stranger's file is opened: `python -m knowledge.drafting.worker`.

It bounds itself before it touches the file, reads one, and ends. Arguments are one JSON value;
what it found goes to stdout.
"""

import json
import resource
import sys
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.drafting import phrases
from knowledge.drafting.draft import NotReadable

MEGABYTE = 1024 * 1024
MOST_FILES = 128


def main(asked: dict[str, Any]) -> None:
    """Do what is asked: `read` writes JSON, `picture` the bytes of a picture or nothing."""
    bound(int(asked["memory_mb"]), int(asked["seconds"]))
    try:
        given = _picture(asked) if asked["do"] == "picture" else _draft(asked)
    except NotReadable as error:
        given = _problem(error.code, error.said)
    except MemoryError:
        given = _problem("too_large", phrases.SAID["too_large"])
    sys.stdout.buffer.write(given)


def bound(memory_mb: int, seconds: int) -> None:
    """Limit memory and processor time of this process and of its children; it writes no file."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))


def _draft(asked: dict[str, Any]) -> bytes:
    from knowledge.drafting.read import read_file  # noqa: PLC0415 - bounded before it is loaded

    today = date.fromisoformat(asked["today"])
    draft = read_file(Path(asked["path"]), name=asked["name"], today=today)
    return json.dumps({"draft": draft.as_json()}).encode()


def _picture(asked: dict[str, Any]) -> bytes:
    from knowledge.drafting.read import picture_of  # noqa: PLC0415

    return picture_of(Path(asked["path"]), int(asked["page"]), int(asked["width"])) or b""


def _problem(code: str, said: str) -> bytes:
    return json.dumps({"problem": {"code": code, "said": said}}).encode()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
