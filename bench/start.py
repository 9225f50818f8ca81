"""`./run bench start`: CPU until the first answered web question, and memory after 10,000.

CPU of `python -m bot run` from its first instruction until a browser without scripts has read the
answer, against a process that only imports the libraries which the product has imported by then.
Memory is looked at while Telegram's webhook brings question after question.
"""

import argparse
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bench.answer_questions import read_cases, read_questions
from bench.inbound import CHATS, SECRET, TOKEN, Bot, Load, started
from bench.table import heading, median, show
from knowledge.base import SHIPPED
from tests.processes import ROOT, environment, free_port

QUESTION = "Kế hoạch 246 của Hà Giang ban hành ngày nào?"
ANSWER = "27/9/2021"
MOST_TIMES = 3.0
RUN = [sys.executable, "-m", "bot", "run"]
PATIENCE = 60.0

ROUND, ROUNDS = 1000, 10
MOST_MB = 150.0
FLAT_FROM, FLAT_MB = 2, 5.0
SLIP_EVERY = 20
LETTERS = "abcdeghiklmnopqrstuvxyđăâêôơư"

TELLING = """
import json, pathlib, runpy, signal, sys
place = pathlib.Path(sys.argv.pop())
def tell(*_):
    found = []
    for name, module in list(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if spec is not None and "site-packages" in str(spec.origin) and spec.name == name:
            found.append(name)
    place.write_text(json.dumps(found))
signal.signal(signal.SIGUSR1, tell)
runpy.run_module("bot", run_name="__main__", alter_sys=False)
"""
"""The product in a process that writes down what it has imported when it gets SIGUSR1."""


@contextmanager
def compiled(folder: Path) -> Iterator[None]:
    """Let Python keep compiled files as it does for everybody, but in a folder of ours."""
    before = dict(os.environ)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Unanswered(Exception):
    """The product has not done in time what it was asked."""


def _hurry(deadline: float, what: str) -> None:
    if time.monotonic() > deadline:
        raise Unanswered(what)


class Browser:
    """A browser without scripts: opens the page, sends its form, reads the page that follows."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/chat"
        self._cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(self._cookies)

    def ask(self, question: str, answer: str) -> None:
        """Ask as soon as somebody listens, and wait until the answer is shown."""
        deadline = time.monotonic() + PATIENCE
        page = self._open(deadline)
        form_id = re.findall(r'name="id" value="([^"]+)"', page)[0]
        form = urlencode({"id": form_id, "text": question}).encode()
        page = self._get(f"{self._url}/messages", form)
        while answer not in page:
            _hurry(deadline, page)
            time.sleep(0.05)
            page = self._get(self._url)

    def _open(self, deadline: float) -> str:
        while True:
            try:
                return self._get(self._url)
            except OSError:
                _hurry(deadline, "nobody listens")
                time.sleep(0.02)

    def _get(self, url: str, form: bytes | None = None) -> str:
        with self._opener.open(url, form, timeout=PATIENCE) as answer:
            return str(answer.read().decode())


@dataclass(frozen=True, slots=True)
class First:
    """What a start cost until the first answer."""

    cpu_ms: float
    seconds: float
    rss_mb: float


def first_answer(folder: Path) -> First:
    """Start the product on a folder, ask one question as a browser does, and stop it."""
    with asked_once(folder, RUN) as (process, seconds):
        return First(cpu_ms(process), seconds, rss_mb(process))


@contextmanager
def asked_once(folder: Path, command: list[str]) -> Iterator[tuple[psutil.Process, float]]:
    """Give the process that has just answered its first question, and the seconds that it took."""
    port = free_port()
    settings = environment(DATA_DIR=folder, WEB_PORT=port)
    with tempfile.NamedTemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output)
        try:
            try:
                Browser(port).ask(QUESTION, ANSWER)
            except Unanswered as error:
                error.add_note(Path(output.name).read_text()[-3000:])
                raise
            yield psutil.Process(process.pid), time.perf_counter() - started
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)


def cpu_ms(process: psutil.Process) -> float:
    """Give the CPU of a process so far, with that of the children that it had."""
    times = process.cpu_times()
    return 1000 * (times.user + times.system + times.children_user + times.children_system)


def rss_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


def imported(folder: Path, told: Path) -> list[str]:
    """Give the modules of other people that the product has imported at its first answer."""
    told.unlink(missing_ok=True)
    command = [sys.executable, "-c", TELLING, "run", str(told)]
    with asked_once(folder, command) as (process, _):
        process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + PATIENCE
        while not told.exists() or not told.read_text():
            _hurry(deadline, "the product does not tell")
            time.sleep(0.05)
    names: list[str] = json.loads(told.read_text())
    return names


@dataclass(frozen=True, slots=True)
class Bare:
    """What it costs only to import."""

    cpu_ms: float
    rss_mb: float


def bare_import(names: Sequence[str]) -> Bare:
    """Import in a process of its own."""
    told = "import resource, time; print(time.process_time(), resource.getrusage(0).ru_maxrss)"
    lines = "".join(f"import {name}\n" for name in names)
    ended = subprocess.run(
        [sys.executable, "-c", f"{lines}{told}"],
        cwd=ROOT,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, kilobytes = ended.stdout.split()
    return Bare(float(seconds) * 1000, float(kilobytes) / 1024)


def bench_start(runs: int) -> None:
    """Measure first and second starts and the bare import, in turn."""
    starts: dict[str, list[First]] = {"first": [], "second": []}
    bare: dict[str, list[Bare]] = {"first": [], "second": []}
    with tempfile.TemporaryDirectory() as place, compiled(Path(place) / "compiled"):
        folder, told = Path(place) / "warm", Path(place) / "told"
        names = {"first": imported(folder, told), "second": imported(folder, told)}
        for at in range(runs):
            for which in ("first", "second"):
                bare[which].append(bare_import(names[which]))
                starts[which].append(first_answer(Path(place) / f"data{at}"))
        fresh = fresh_clone(Path(place), names["first"], runs)
    theirs = {which: median([one.cpu_ms for one in found]) for which, found in bare.items()}
    ours = {which: median([one.cpu_ms for one in found]) for which, found in starts.items()}
    table = [
        _row("bare import of the same libraries", bare["first"], theirs["first"]),
        _row("first start, empty folder", starts["first"], theirs["first"]),
        _row("bare import of what the second start needs", bare["second"], theirs["second"]),
        _row("second start", starts["second"], theirs["second"]),
        _row("first start of a fresh clone, our files not compiled", fresh, theirs["first"]),
    ]
    columns = ["until the first answered question", "CPU ms", "RSS MB", "x bare import"]
    show("Start", columns, table)
    tops = sorted({name.partition(".")[0] for name in names["first"]})
    print(f"\nThe {len(names['first'])} modules of others are of: {', '.join(tops)}.")
    worst = max(ours[which] / theirs[which] for which in theirs)
    kept = "kept" if worst <= MOST_TIMES else "MISSED"
    print(f"Target {MOST_TIMES:.0f} x: {worst:.2f} x, {kept}.")


def fresh_clone(place: Path, names: Sequence[str], runs: int) -> list[First]:
    """Start as after an installation: the libraries are compiled, our own files are not."""
    with compiled(place / "libraries"):
        bare_import(names)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        return [first_answer(place / f"fresh{at}") for at in range(runs)]


def _row(what: str, found: Sequence[First] | Sequence[Bare], theirs: float) -> list[object]:
    cpu = median([one.cpu_ms for one in found])
    return [what, cpu, median([one.rss_mb for one in found]), cpu / theirs]


class Talks(Load):
    """Plays Telegram with different questions."""

    def ask(self, url: str, texts: Sequence[str]) -> None:
        """Bring every text once, from all chats in turn, and wait for as many replies."""
        asked = {
            "url": url,
            "platform": "telegram",
            "secret": SECRET,
            "updates": len(texts),
            "chats": CHATS,
            "texts": list(texts),
        }
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        self._line()


@dataclass(frozen=True, slots=True)
class Look:
    """What the process held after so many questions."""

    questions: int
    rss_mb: float
    cpu_ms: float


@contextmanager
def product(load: Talks, folder: Path) -> Iterator[Bot]:
    """Start the product with Telegram's webhook, on a copy of the base that nobody edits."""
    port = free_port()
    settings = {
        "DATA_DIR": folder / "data",
        "KNOWLEDGE_DIR": shutil.copytree(SHIPPED, folder / "content"),
        "WEB_PORT": port,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": load.url,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    with started("this product", RUN, port, "/webhooks/telegram", **settings) as bot:
        yield bot


def memory(load: Talks, texts: Sequence[str]) -> list[Look]:
    """Ask everything, in rounds, and look after each."""
    with tempfile.TemporaryDirectory() as place, product(load, Path(place)) as bot:
        looks = [Look(0, rss_mb(bot.process), 0.0)]
        for start in range(0, len(texts), ROUND):
            before = cpu_ms(bot.process)
            part = texts[start : start + ROUND]
            load.ask(bot.webhook, part)
            wait_until_idle(bot)
            spent = (cpu_ms(bot.process) - before) / len(part)
            looks.append(Look(start + len(part), rss_mb(bot.process), spent))
        assert counted(bot, "inbox", "dead") == 0
        return looks


def wait_until_idle(bot: Bot) -> None:
    """Wait until nothing is left to be answered or sent."""
    deadline = time.monotonic() + 600
    while counted(bot, "inbox", "queued|working") or counted(bot, "outbox", "queued|sending"):
        _hurry(deadline, "the product does not get done")
        time.sleep(1)


def counted(bot: Bot, table: str, states: str) -> float:
    """Count rows by their state, as /metrics tells."""
    url = bot.webhook.replace("/webhooks/telegram", "/metrics")
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own process
        text = answer.read().decode()
    found = re.findall(rf'^danvan_{table}{{.*state="(?:{states})".*}} (\S+)$', text, re.MULTILINE)
    return sum(float(value) for value in found)


def real_questions(count: int) -> list[str]:
    """Give the real questions again and again."""
    texts = [one.text for one in (*read_questions()[0], *read_cases())]
    return [texts[at % len(texts)] for at in range(count)]


def slipped(text: str, chance: random.Random) -> str:
    """Type a text as a hurried thumb does: a letter wrong, missing, doubled or out of turn."""
    letters = list(text)
    for _ in range(max(1, len(letters) // SLIP_EVERY)):
        at = chance.randrange(len(letters) - 1)
        one, two = letters[at : at + 2]
        letters[at : at + 2] = chance.choice(
            [[chance.choice(LETTERS), two], [two], [one, one, two], [two, one]]
        )
    return "".join(letters)


def bench_memory(questions: int) -> None:
    """Look at memory with questions that come again, and with ones that never do."""
    load, chance = Talks(), random.Random(7)
    with tempfile.TemporaryDirectory() as place, compiled(Path(place) / "compiled"):
        first_answer(Path(place) / "warm")
        texts = real_questions(questions)
        same = memory(load, texts)
        never = memory(load, [slipped(text, chance) for text in texts])
    load.process.kill()
    columns = ["questions", "RSS MB", "CPU ms each", "RSS MB, each mistyped anew", "CPU ms each"]
    table = [
        [f"{one.questions:,}", one.rss_mb, one.cpu_ms, two.rss_mb, two.cpu_ms]
        for one, two in zip(same, never, strict=True)
    ]
    show(f"Memory over {questions:,} questions by webhook from {CHATS} chats", columns, table)
    for name, looks in (("real questions", same), ("each mistyped anew", never)):
        grown = looks[-1].rss_mb - looks[min(FLAT_FROM, len(looks) - 1)].rss_mb
        flat = "flat" if grown <= FLAT_MB else "NOT flat"
        kept = "kept" if looks[-1].rss_mb <= MOST_MB else "MISSED"
        print(
            f"\n{name}: {looks[-1].rss_mb:.1f} MB at the end, target {MOST_MB:.0f} MB: {kept}; "
            f"{grown:+.1f} MB since {FLAT_FROM * ROUND:,} questions: {flat}."
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--questions", type=int, default=ROUND * ROUNDS)
    given = parser.parse_args()
    print(heading("start", given.runs))
    if given.runs:
        bench_start(given.runs)
    if given.questions:
        bench_memory(given.questions)


if __name__ == "__main__":
    main()
