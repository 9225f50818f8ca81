"""Reads a question the way it was meant: abbreviations, missing accents, raw Telex or VNI, typos,
lost spaces.

Every token gets a few candidate readings, each with a cost; the cheapest path by the base's own
word pairs wins
(Viterbi). One distance serves typos, missing tones and half-typed Telex: OSA over
Telex keystrokes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rapidfuzz.distance import OSA

from knowledge.keys import decode
from knowledge.model import COST_EDIT, Model, Reading
from knowledge.places import Places
from knowledge.respell import Respeller, kept
from knowledge.syllable import is_syllable
from knowledge.text import VOWELS, fold_token

COST_UNKNOWN_WORD = 0.0  # a well-formed word that the base does not have: only the floor
COST_UNKNOWN = 5.0
COST_ACCENT = 2.2  # adding accents to a word in a message that has accents elsewhere
COST_KEYED = 0.3
COST_ABBREVIATION = 1.2
COST_CLIPPED = 2.5
COST_SHORTENED = 60.0  # leaving a long abbreviation as it is
COST_NOT_SHORT = 4.0  # taking an abbreviation for a slip
COST_SHORT_SLIP = 2.0  # taking a token for a slip of an abbreviation
LEAST_SHORT = 4  # letters of an abbreviation that is known also with a slip
COST_MOVED = 2.6  # a letter on the wrong side of a space
COST_JOINED = 3.0
COST_COMMON = 4.5  # taking an ordinary word for a slip of another
MOST_READINGS = 7
LONGEST_SYLLABLE = 7
LONGEST_READ = 24  # letters of a token that is looked at; what is longer is kept as it is
RARE = 12  # a known word with fewer places may be a slip for another


@dataclass(frozen=True, slots=True)
class Word:
    """A word as read; `raw` is the place of its token in the message."""

    text: str
    weight: float
    raw: int
    others: tuple[str, ...] = ()


class Lattice:
    """Reads token lists with a model."""

    def __init__(
        self, model: Model, places: Places | None = None, respeller: Respeller | None = None
    ) -> None:
        """With `places` their shortened names are read, with a `respeller` moved spaces."""
        self._model = model
        self._places = places
        self._language = model.language
        self._firsts = {key[0] for key in model.language.abbreviations if len(key) > 1}
        self._shorts = [
            key[0]
            for key in model.language.abbreviations
            if len(key) == 1 and len(key[0]) >= LEAST_SHORT and not is_syllable(key[0])
        ]
        self._respeller = respeller

    def read(self, raw: Sequence[str]) -> list[Word]:
        """Give the cheapest reading of the tokens."""
        written = self._respeller.read(raw) if self._respeller else kept(raw)
        tokens = [token for token, _ in written]
        bare, accents_likely = _habits(tokens)
        spans = [self._spans(tokens, at, bare, accents_likely) for at in range(len(tokens))]
        return [replace(word, raw=written[word.raw][1]) for word in self._best(tokens, spans)]

    def _spans(
        self, raw: Sequence[str], at: int, bare: bool, accents_likely: bool
    ) -> list[tuple[int, Reading]]:
        if len(raw[at]) > LONGEST_READ:
            return [(at + 1, Reading((raw[at],), COST_UNKNOWN))]
        found: list[tuple[int, Reading]] = []
        is_first = raw[at] in self._firsts or decode(raw[at]) in self._firsts
        for size in (3, 2, 1) if is_first else (1,):
            if at + size <= len(raw):
                found += [
                    (at + size, one) for one in self._abbreviations(tuple(raw[at : at + size]))
                ]
        if self._places is not None:
            found += [
                (at + size, Reading(name, cost, 0.9))
                for size, name, cost in self._places.read(
                    raw, at, is_strange=self._is_strange(raw, at)
                )
            ]
        found += [(at + 2, one) for one in self._moved(raw, at)]
        found += [(at + 1, one) for one in self._clipped(raw, at)]
        return found + [(at + 1, one) for one in self._readings(raw[at], bare, accents_likely)]

    def _is_strange(self, raw: Sequence[str], at: int) -> bool:
        """Say whether nobody knows one of two tokens."""
        return any(
            token not in self._model.count and token not in self._language.common
            for token in raw[at : at + 2]
        )

    def _moved(self, raw: Sequence[str], at: int) -> list[Reading]:
        """Read two tokens with the space between them elsewhere, or nowhere: `đốiv ới`, `b an`."""
        if at + 1 >= len(raw) or not (raw[at].isalpha() and raw[at + 1].isalpha()):
            return []
        one, two = raw[at], raw[at + 1]
        count = self._model.count
        if one in count and two in count:
            return []
        moved = ((one[:-1], one[-1] + two), (one + two[0], two[1:]))
        found = [
            Reading(pair, COST_MOVED, 0.9)
            for pair in moved
            if pair[0] in count and pair[1] in count
        ]
        if len(one + two) <= LONGEST_SYLLABLE and one + two in count:
            found.append(Reading((one + two,), COST_JOINED, 0.9))
        return found

    def _clipped(self, raw: Sequence[str], at: int) -> list[Reading]:
        """Read one or two letters before a word as the start of its usual neighbour: `t.truyền`,
        `p.châm`.
        """
        token = raw[at]
        if (
            len(token) > 2
            or not token.isalpha()
            or any(letter in VOWELS for letter in fold_token(token))
        ):
            return []
        neighbours = self._model.before(raw[at + 1]) if at + 1 < len(raw) else []
        return [
            Reading((word,), COST_CLIPPED, 0.9)
            for word in neighbours
            if fold_token(word).startswith(fold_token(token))
        ][:3]

    def _abbreviations(self, key: tuple[str, ...]) -> list[Reading]:
        readings = self._language.abbreviations.get(key)
        if readings is None:
            readings = self._language.abbreviations.get(tuple(decode(word) for word in key), ())
        cost = COST_ABBREVIATION
        if not readings and len(key) == 1:
            readings, cost = self._short_slips(key[0]), COST_ABBREVIATION + COST_SHORT_SLIP
        return [
            Reading(words, cost + 0.4 * order + 0.3 * len(words), 0.95)
            for order, words in enumerate(readings)
        ]

    def _short_slips(self, token: str) -> tuple[tuple[str, ...], ...]:
        """Give the readings of the one long abbreviation that a token is a slip of."""
        is_word = token in self._model.count or is_syllable(decode(token))
        if is_word or not LEAST_SHORT - 1 <= len(token) <= LONGEST_SYLLABLE:
            return ()
        near = [short for short in self._shorts if OSA.distance(token, short, score_cutoff=1) <= 1]
        return self._language.abbreviations[near[0],] if len(near) == 1 else ()

    def _readings(self, token: str, bare: bool, accents_likely: bool) -> list[Reading]:
        if not token[0].isalpha():
            return [Reading((token,), 0.0)]
        known = token in self._model.count
        if not known and (token,) in self._language.abbreviations:
            cost = COST_SHORTENED if len(token) >= LEAST_SHORT else 2 * COST_UNKNOWN
            return [
                Reading((token,), cost),
                *(
                    Reading(one.words, one.cost + COST_NOT_SHORT, one.weight)
                    for one in self._unsure(token, known)[:-1]
                ),
            ]
        if known and not token.isascii():
            return [Reading((token,), 0.0), *self._suspects(token)]
        if token.isascii() and bare:
            return self._bare(token, known)
        if known and not accents_likely:
            return [Reading((token,), 0.0), *self._suspects(token)]
        return self._unsure(token, known)

    def _suspects(self, token: str) -> list[Reading]:
        """A rare known word may be a slip for a common one; pairs decide."""
        if self._model.count[token] > RARE:
            return []
        extra = COST_COMMON if token in self._language.common and not token.isascii() else 0.0
        same = [
            Reading((one,), COST_ACCENT + extra, 0.9)
            for one in self._model.same_letters(token)
            if one != token
        ]
        return [*same[:2], *(one for one in self._near(token) if one.words != (token,))][:4]

    def _near(self, token: str) -> list[Reading]:
        """Give the words a few keys away; an ordinary word is seldom a slip."""
        near = self._model.near(token)
        if token not in self._language.common:
            return list(near)
        return [Reading(one.words, one.cost + COST_COMMON, one.weight) for one in near]

    def _bare(self, token: str, known: bool) -> list[Reading]:
        found = [Reading((one,), 0.0, 0.97) for one in self._model.same_letters(token)]
        found += self._keyed(token)
        if not found:
            found = list(self._model.near(token))
        kept = found[: MOST_READINGS - 1]
        if not known or not kept:
            kept.append(
                Reading((token,), COST_UNKNOWN_WORD if is_syllable(token) else COST_UNKNOWN)
            )
        return kept

    def _unsure(self, token: str, known: bool) -> list[Reading]:
        found = [Reading((token,), 0.0)] if known else []
        found += self._keyed(token)
        if token.isascii():
            found += [
                Reading((one,), COST_ACCENT, 0.9)
                for one in self._model.same_letters(token)
                if one != token
            ]
        if not known:
            if len(found) < 2 or not token.isascii():
                found += self._near(token)
            word = decode(token)
            well_formed = is_syllable(word)
            found.append(
                Reading(
                    (word if well_formed else token,),
                    COST_UNKNOWN_WORD if well_formed else COST_UNKNOWN,
                )
            )
        return found[:MOST_READINGS] if known else [*found[:-1][:MOST_READINGS], found[-1]]

    def _keyed(self, token: str) -> list[Reading]:
        word = decode(token)
        if word == token:
            return []
        if word in self._model.count:
            return [Reading((word,), COST_KEYED)]
        return [
            Reading(one.words, one.cost + COST_KEYED, one.weight)
            for one in self._model.near(token)[:4]
        ]

    def _best(self, raw: Sequence[str], spans: list[list[tuple[int, Reading]]]) -> list[Word]:
        """Walk the lattice once: at each place, the cheapest way to arrive with each last word."""
        paths: list[dict[str, tuple[float, tuple[int, str] | None, Reading | None]]] = [
            {} for _ in range(len(raw) + 1)
        ]
        paths[0][""] = (0.0, None, None)
        steps = self._steps(spans)
        for at, options in enumerate(spans):
            for before, (cost, _, _) in paths[at].items():
                for end, reading in options:
                    total, last = cost + reading.cost, before
                    for word in reading.words:
                        total += steps[last, word]
                        last = word
                    known = paths[end].get(last)
                    if known is None or total < known[0]:
                        paths[end][last] = (total, (at, before), reading)
        return self._trace(raw, paths, spans)

    def _steps(self, spans: list[list[tuple[int, Reading]]]) -> dict[tuple[str, str], float]:
        """Give the cost of every step that a path can take."""
        arriving: list[set[str]] = [set() for _ in range(len(spans) + 1)]
        arriving[0].add("")
        pairs: set[tuple[str, str]] = set()
        for at, options in enumerate(spans):
            for end, reading in options:
                if reading.words:
                    pairs.update((before, reading.words[0]) for before in arriving[at])
                    pairs.update(pairwise(reading.words))
                    arriving[end].add(reading.words[-1])
                else:
                    arriving[end] |= arriving[at]
        return self._model.steps(list(pairs))

    def _trace(
        self,
        raw: Sequence[str],
        paths: list[dict[str, tuple[float, tuple[int, str] | None, Reading | None]]],
        spans: list[list[tuple[int, Reading]]],
    ) -> list[Word]:
        at = len(raw)
        last = min(paths[at], key=lambda word: paths[at][word][0]) if paths[at] else ""
        words: list[Word] = []
        while at > 0:
            _, came, reading = paths[at][last]
            if came is None or reading is None:
                break
            start = came[0]
            others = _others(reading, spans[start]) if len(reading.words) == 1 else ()
            words += [
                Word(word, reading.weight, start, others) for word in reversed(reading.words)
            ]
            at, last = came
        return words[::-1]


def _others(chosen: Reading, options: list[tuple[int, Reading]]) -> tuple[str, ...]:
    near = [
        one.words[0]
        for _, one in options
        if one.words != chosen.words
        and len(one.words) == 1
        and one.cost <= chosen.cost + COST_EDIT
    ]
    return tuple(near[:2]) if chosen.cost or chosen.weight < 1 else ()


def _habits(raw: Sequence[str]) -> tuple[bool, bool]:
    """Say whether the message has no accents at all, and whether a plain word may be missing its
    own.
    """
    words = [token for token in raw if token[0].isalpha() and len(token) <= LONGEST_READ]
    accented = sum(not word.isascii() for word in words)
    keyed = sum(word.isascii() and len(word) > 1 and decode(word) != word for word in words)
    bare = accented == 0 and keyed <= 0.3 * len(words)
    return bare, accented + keyed < 0.8 * len(words)
