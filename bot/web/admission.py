"""Whether words may come in: their size, how many came before, and who may ask at all."""

from dataclasses import dataclass

from bot.web import phrases
from bot.web.form import LONGEST_WORDS
from bot.web.site import Site
from store import history
from store.history import Chat
from store.invitations import normalised

START = "/start "


@dataclass(frozen=True, slots=True)
class Words:
    """What was posted: words (an invitation code comes as `/start CODE`) or a pressed button."""

    client_id: str
    text: str
    press: str

    @property
    def is_start(self) -> bool:
        """Say whether the words bring a code along."""
        return not self.press and self.text.startswith(START)


class Refused(Exception):
    """The words may not come in; `told` when the sentence was said a moment ago."""

    def __init__(self, status: int, sentence: str, *, told: bool = False) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.told = told


def may_ask(site: Site, known: Chat | None) -> bool:
    """Say whether a chat may ask: everybody, or registered people only."""
    return site.parts.settings.ask_open or (known is not None and known.registered)


async def admit(site: Site, words: Words, *, chat: str, network: str) -> None:
    """Let words pass. Raises Refused."""
    if len(words.text) > LONGEST_WORDS:
        raise Refused(413, phrases.too_long(len(words.text), LONGEST_WORDS))
    _judge(site.limits.chat.judge(chat, site.now()), phrases.TOO_MANY)
    _judge(site.limits.network.judge(network, site.now()), phrases.TOO_MANY)
    async with site.database.read() as session:
        known = await history.find_chat(session, site.channel.account, chat)
    if known is None:
        _judge(site.limits.newcomers.judge(network, site.now()), phrases.TOO_MANY_PEOPLE)
    if not may_ask(site, known):
        _admit_stranger(site, words, network)


def _admit_stranger(site: Site, words: Words, network: str) -> None:
    """Let nothing but a code pass."""
    if not words.is_start:
        raise Refused(403, phrases.ASK_AFTER_JOINING)
    if not normalised(words.text.removeprefix(START)):
        raise Refused(400, phrases.NOT_A_CODE)
    _judge(site.limits.codes.judge(network, site.now()), phrases.TOO_MANY)


def _judge(verdict: str, sentence: str) -> None:
    if verdict != "pass":
        raise Refused(429, sentence, told=verdict == "drop")
