"""`questions`: what people asked and nobody could answer; answer it, merge it, put it away."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from bot.commands import base_or_fail, fail, print_json, settings_or_fail
from bot.commands.db import read, run_or_fail, written

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from knowledge.base import Base
    from store.answers import Waiting

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
WAITS_NO_LONGER = "Question {number} waits no longer."
FAULTS = {
    "empty": "There is no answer in --text.",
    "no document": "There is no document {doc} in the base.",
    "no section": "The document {doc} has no section {section!r}. It has: {sections}",
    "too long": "The answer with its source line has {length} characters, at most {most} fit.",
}


@click.group()
def questions() -> None:
    """Look after the questions that wait for a curator."""


@questions.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=50, help="How many (default: 50).")
@JSON
def list_waiting(limit: int, *, as_json: bool) -> None:
    """List what waits, wanted questions first; phone and identity numbers are masked."""
    from knowledge.mask import masked  # noqa: PLC0415
    from store import answers  # noqa: PLC0415

    settings = settings_or_fail()
    found = run_or_fail(read(settings, lambda session: answers.waiting(session, limit=limit)))
    zone = settings.zone
    if as_json:
        print_json([_as_json(one, masked) for one in found])
        return
    for one in found:
        times = f", {one.times} lần" if one.times > 1 else ""
        wish = (
            ", chưa đúng" if one.disliked else ", gửi cho người phụ trách" if one.passed_on else ""
        )
        when = one.asked_at.astimezone(zone)
        click.echo(f"{one.id}\t{when:%d/%m/%Y}{times}{wish}\t{' '.join(masked(one.text).split())}")


def _as_json(one: "Waiting", masked: "Callable[[str], str]") -> dict[str, Any]:
    said = {"text": masked(one.text), "answer": masked(one.answer)}
    return {**asdict(one), **said, "docs": list(one.docs), "asked_at": one.asked_at.isoformat()}


@questions.command()
@click.argument("number", type=int, metavar="ID")
@click.option("--text", required=True, help="The answer.")
@click.option("--doc", default="", help="The document it stands in; without it a note.")
@click.option("--section", default="", help="The section of that document.")
@click.option("--wording", "ways", multiple=True, help="One more way to ask; repeat it.")
@click.option("--again", is_flag=True, help="Replace an answer; who asked is told anew.")
@JSON
def answer(
    number: int,
    text: str,
    doc: str,
    section: str,
    ways: tuple[str, ...],
    *,
    again: bool,
    as_json: bool,
) -> None:
    """Answer a question: the next asker gets it at once, and whoever asked is told."""
    from knowledge.curating import wordings  # noqa: PLC0415
    from knowledge.overlay import as_content  # noqa: PLC0415
    from store import answers  # noqa: PLC0415

    settings = settings_or_fail()
    base = base_or_fail(settings)
    texts = run_or_fail(read(settings, lambda session: answers.texts(session, number)))
    if not texts:
        fail(f"There is no question {number}.")
    today = _now().date()
    content = as_content(
        doc=doc or None,
        section=section,
        wordings=wordings(base, [*ways, *texts], today),
        answer=text.strip(),
    )
    _fail_where_wrong(base, content)

    async def work(session: "AsyncSession") -> bool:
        return await answers.answer(
            session, number, content, person_id=None, now=_now(), again=again
        )

    if not run_or_fail(written(settings, work)):
        fail(f"{WAITS_NO_LONGER.format(number=number)} With --again its answer is replaced.")
    key = answers.key_of(number)
    _say({"id": number, "key": key, "wordings": content["wordings"]}, as_json=as_json)


@questions.command()
@click.argument("number", type=int, metavar="ID")
@click.argument("into", type=int)
@JSON
def merge(number: int, into: int, *, as_json: bool) -> None:
    """Let the answer of question INTO answer question ID as well."""
    from store import answers  # noqa: PLC0415

    _close(number, lambda session: answers.merge(session, number, into, now=_now()), into=into)
    _say({"id": number, "merged_into": into}, as_json=as_json)


@questions.command()
@click.argument("number", type=int, metavar="ID")
@click.option("--reply", default="", help="What its asker is told; without it nothing.")
@JSON
def dismiss(number: int, reply: str, *, as_json: bool) -> None:
    """Put a question away without an answer."""
    from store import answers  # noqa: PLC0415

    async def work(session: "AsyncSession") -> bool:
        return await answers.dismiss(
            session, number, reply=reply.strip(), person_id=None, now=_now()
        )

    _close(number, work)
    _say({"id": number, "reply": reply.strip()}, as_json=as_json)


def _close(
    number: int, work: "Callable[[AsyncSession], Awaitable[bool]]", *, into: int | None = None
) -> None:
    """Do what closes a question, or say in one line why it cannot be done."""
    from store import answers  # noqa: PLC0415

    async def whole(session: "AsyncSession") -> str:
        for one in (number, into):
            if one is not None and await answers.find(session, one) is None:
                return f"There is no question {one}."
        if await answers.find_waiting(session, number) is None:
            return WAITS_NO_LONGER.format(number=number)
        return "" if await work(session) else f"Question {number} cannot be merged into {into}."

    if problem := run_or_fail(written(settings_or_fail(), whole)):
        fail(problem)


def _fail_where_wrong(base: "Base", content: dict[str, Any]) -> None:
    from knowledge.curating import fault_of, sections, whole  # noqa: PLC0415
    from knowledge.say import LONGEST  # noqa: PLC0415

    fault = fault_of(base, content, _now().date())
    if not fault:
        return
    doc = content["doc"]
    named: Sequence[str] = sections(base.corpus.by_id[doc]) if fault == "no section" else ()
    length = len(whole(base, content, _now().date())) if fault == "too long" else 0
    fail(
        FAULTS[fault].format(
            doc=doc,
            section=content["section"],
            sections=", ".join(named),
            length=length,
            most=LONGEST,
        )
    )


def _now() -> "datetime":
    from bot import clock  # noqa: PLC0415

    return clock.now(settings_or_fail().zone)


def _say(what: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(what)
    else:
        click.echo(", ".join(f"{name}: {value}" for name, value in what.items()))
