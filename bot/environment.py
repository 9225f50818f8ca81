"""What is set for us: the environment, the file `.env`, and secrets in files of their own."""

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

PREFIX = "DANVAN_"

_COMMENT = re.compile(r"\s#.*$")


def gather(
    environment: Mapping[str, str] | None,
    env_file: Path | None,
    *,
    secrets: Collection[str],
    problems: list[str],
) -> dict[str, str]:
    """Give every name of ours with its value; what cannot be read is added to `problems`.

    `environment` is the process's own where it is None; `secrets` may also be given as `..._FILE`.
    """
    return _with_files(_ours(environment, env_file, problems), secrets, problems)


def _ours(
    environment: Mapping[str, str] | None, env_file: Path | None, problems: list[str]
) -> dict[str, str]:
    """Gather what is set and ours; the environment goes before the file, empty means not set."""
    ours: dict[str, str] = {}
    for values in (
        _read_env_file(env_file, problems) if env_file is not None else {},
        os.environ if environment is None else environment,
    ):
        for name, value in values.items():
            if name.upper().startswith(PREFIX) and value.strip():
                ours[name.upper()] = value.strip()
    return ours


def _read_env_file(path: Path, problems: list[str]) -> dict[str, str]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        problems.append(f"{path}: is not in UTF-8")
        return {}
    except OSError as error:
        problems.append(f"{path}: cannot be read ({error.strerror})")
        return {}
    values = {}
    for number, line in enumerate(content.splitlines(), 1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, found, value = text.partition("=")
        if not found:
            problems.append(f"{path}:{number}: expected NAME=value")
            continue
        values[name.strip()] = _unquoted(value.strip())
    return values


def _unquoted(value: str) -> str:
    """Take off quotes, or where there are none a comment after a space (as compose does)."""
    quote = value[:1]
    if quote in {"'", '"'} and quote in value[1:]:
        return value[1 : value.index(quote, 1)]
    return "" if quote == "#" else _COMMENT.sub("", value)


def _with_files(
    ours: dict[str, str], secrets: Collection[str], problems: list[str]
) -> dict[str, str]:
    """Replace each `..._FILE` of a secret by what the file holds."""
    read = {}
    for name, value in ours.items():
        target = name.removesuffix("_FILE")
        if name == target or target not in secrets:
            read[name] = value
            continue
        if target in ours:
            problems.append(f"{name}: {target} is set as well; keep one of them")
            continue
        try:
            read[target] = Path(value).read_text(encoding="utf-8-sig").strip()
        except UnicodeDecodeError:
            problems.append(f"{name}: the file is not in UTF-8")
        except OSError as error:
            problems.append(f"{name}: the file cannot be read ({error.strerror})")
        else:
            if not read[target]:
                problems.append(f"{name}: the file is empty")
                del read[target]
    return read
