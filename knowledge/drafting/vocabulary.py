"""The words that recognition leans on, as data (words.yaml), and the provinces."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.language import Phrases
from knowledge.provinces import Provinces, read_provinces
from knowledge.reader import load_yaml
from knowledge.text import normal, tokens

_FILE = Path(__file__).parent / "words.yaml"
_PROVINCES = Path(__file__).parents[1] / "content" / "provinces.yaml"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of words.yaml, ready to be looked for; what is compared is in small letters."""

    provinces: Provinces
    bodies: Phrases
    topics: Phrases
    last_topic: Phrases
    openers: Phrases
    actors: Phrases
    lists: dict[str, tuple[str, ...]]
    short_bodies: dict[str, str]


@cache
def vocabulary() -> Vocabulary:
    """Read the words once."""
    read: dict[str, Any] = load_yaml(_FILE.read_text(encoding="utf-8"))
    provinces = read_provinces(_PROVINCES)
    bodies = _phrases({name: [name] for name in [*read["bodies"], *provinces.names()]})
    names = ("letterhead", "continues", "needs_superior", "signs_as", "furniture", "ends")
    return Vocabulary(
        provinces=provinces,
        bodies=bodies,
        topics=_phrases(read["topics"]),
        last_topic=_phrases(read["last_topic"]),
        openers=_phrases(read["openers"]),
        actors=_phrases({name: [name] for name in read["actors"]}),
        lists={name: tuple(normal(one) for one in read[name]) for name in names},
        short_bodies=read["short_bodies"],
    )


def starts_with(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a text begins with one of the words, whole."""
    low = normal(text)
    return any(low.startswith(one) and not low[len(one) : len(one) + 1].isalpha() for one in words)


def natural(text: str) -> str:
    """Write words that stand in capitals as they are written in a sentence.

    Known bodies and provinces as the tables have them, other words as names.
    """
    known = vocabulary()
    for short, whole in known.short_bodies.items():
        text = " ".join(whole if word == short else word for word in text.split())
    words = text.split()
    bare = [normal(word.strip(",.;:“”\"'()")) for word in words]
    written: list[str] = []
    at = 0
    while at < len(words):
        found = known.bodies.at(bare, at)
        if found and any(word.isupper() for word in words[at : found[0][0]]):
            end, name = found[0]
            tail = words[end - 1][len(words[end - 1].rstrip(",.;:”\"')")) :]
            written.append(name + tail)
            at = end
        else:
            written.append(_as_name(words[at]))
            at += 1
    return " ".join(written)


def places_in(text: str) -> list[str]:
    """Give the provinces that a text names, in its order."""
    return [name for _, _, name in vocabulary().provinces.find(tokens(text))]


def _as_name(word: str) -> str:
    return word.capitalize() if word.isupper() and len(word) > 1 else word


def _phrases(table: dict[str, list[str]]) -> Phrases:
    phrases = Phrases()
    for name, ways in table.items():
        for way in ways:
            phrases.add(normal(way).replace("-", " ").split(), name)
    return phrases


def sentence(text: str) -> str:
    """Write a line that stands in capitals as a sentence; another line stays as it is."""
    if not text.isupper():
        return text
    words = text.lower().split()
    bare = [normal(word.strip(",.;:“”\"'()")) for word in words]
    at = 0
    while at < len(words):
        found = vocabulary().bodies.at(bare, at)
        end, name = found[0] if found else (at + 1, words[at])
        if found and len(name.split()) == end - at:
            words[at:end] = [
                word.replace(plain, part)
                for word, plain, part in zip(
                    words[at:end], bare[at:end], name.split(), strict=True
                )
            ]
        at = end
    joined = " ".join(words)
    return joined[:1].upper() + joined[1:]
