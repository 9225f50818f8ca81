"""Undoes slips that moved or lost the spaces between words: `xi ncho biếtphnog trào`.

Around a token that nobody knows, the letters are cut into words anew: a cut costs where no space
was typed, a missing cut where one was, a word costs what its slip costs, and the base's own word
pairs decide between the ways. Only text that is typed with accents is cut; for raw keys and bare
letters the lattice has better means.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from rapidfuzz.distance import OSA

from knowledge.model import COST_EDIT, Model
from knowledge.text import VOWELS, fold_token

COST_CUT, COST_JOINED, COST_MOVED = (
    2.6,
    2.2,
    1.4,
)  # a moved space is cut in one place, joined in another
MOST_FOR_EDGES = 2 * COST_CUT
MOST_WITH_SLIP = COST_CUT  # a word that has other letters, too, moves no more
COST_KEPT = 8.0  # a token that is left as it was typed
LONGEST_WORD, LONGEST_REGION = 8, 160  # letters
LEAST_CUT = 4  # letters of a token that may be two words
ACCENTED = 0.3  # least share of words with accents
MOST_VOWELS = 4  # of a syllable are three: khuya
MOST_MEANT, BEAM = 5, 2

Written = list[tuple[str, int]]  # words with the place of the token in which they begin
Paths = dict[str, tuple[float, int, str]]  # last word -> cost, where it begins, the word before


def kept(raw: Sequence[str]) -> Written:
    """Give the tokens as they were typed."""
    return [(token, at) for at, token in enumerate(raw)]


class Slips:
    """Finds the words one slip away: a letter too many, too few, another, or two swapped."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take words, commonest first."""
        self._order = {word: at for at, word in enumerate(words) if len(word) <= LONGEST_WORD}
        self._shorter: dict[str, list[str]] = defaultdict(list)
        for word in self._order:
            for short in _shorter(word):
                self._shorter[short].append(word)

    def __contains__(self, word: object) -> bool:
        return word in self._order

    def meant(self, typed: str) -> list[tuple[str, float]]:
        """Give the words that can be meant, with their costs."""
        found = [(typed, 0.0)] if typed in self._order else []
        if len(typed) < 2:
            return found
        near = {word for short in _shorter(typed) for word in self._shorter.get(short, ())}
        near.discard(typed)
        close = [one for one in near if OSA.distance(typed, one, score_cutoff=1) <= 1]
        close.sort(key=self._order.__getitem__)
        return found + [(one, COST_EDIT) for one in close[:MOST_MEANT]]


def _shorter(word: str) -> set[str]:
    """Give a word and all that it is without one letter."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


class Respeller:
    """Cuts the letters around unknown tokens into words of the base."""

    def __init__(self, model: Model) -> None:
        language = model.language
        self._model = model
        self._ordinary = language.common | {word for key in language.abbreviations for word in key}
        self._slips: Slips | None = None

    def read(self, raw: Sequence[str]) -> Written:
        """Give the tokens as they were meant."""
        written = kept(raw)
        words = [token for token in raw if token.isalpha()]
        if sum(not word.isascii() for word in words) < ACCENTED * len(words) or not words:
            return written
        strange = [self._is_strange(token) for token in raw]
        if not any(strange):
            return written
        touched = [
            token.isalpha() and any(strange[max(0, at - 1) : at + 2])
            for at, token in enumerate(raw)
        ]
        found: Written = []
        for inside, some in groupby(written, lambda one: touched[one[1]]):
            tokens = list(some)
            beside = raw[tokens[-1][1] + 1 :][:1]
            before = found[-1][0] if found else ""
            found += self._cut(tokens, before, *beside) if inside else tokens
        return found

    def _is_strange(self, token: str) -> bool:
        return token.isalpha() and token not in self._model.count and token not in self._ordinary

    def _cut(self, tokens: Written, before: str, after: str = "") -> Written:
        """Cut some tokens into words anew; the words beside them tell which way."""
        region = _Region.of(tokens)
        if len(region.letters) > LONGEST_REGION:
            return tokens
        if self._slips is None:
            words = (word for word, _ in self._model.count.most_common() if word.isalpha())
            self._slips = Slips(words)
        arcs = [self._arcs(region, at) for at in range(len(region.letters))]
        paths = self._paths(arcs, before)
        return (
            region.trace(paths, self._model.steps([(word, after) for word in paths[-1]])) or tokens
        )

    def _arcs(self, region: "_Region", start: int) -> list[tuple[int, str, float]]:
        """Give the words that can begin at a letter: where they end, and what they cost."""
        arcs = []
        token = region.whole.get(start)
        if token is not None and self._is_strange(token):
            end = start + len(token)
            arcs.append((end, token, COST_KEPT))
            near = self._model.near(token)
            arcs += [(end, one.words[0], one.cost) for one in near if len(one.words) == 1]
        if not region.is_cut(start):
            return arcs
        assert self._slips is not None  # noqa: S101 - made before any arc
        for end in range(start + 1, min(len(region.letters), start + LONGEST_WORD + 1) + 1):
            if not region.may_be_word(start, end):
                continue
            cost = region.cost(start, end)
            typed = region.letters[start:end]
            is_word = typed in self._slips
            if cost <= MOST_WITH_SLIP and not (is_word and typed == token):
                arcs += [(end, word, cost + slip) for word, slip in self._slips.meant(typed)]
            elif cost <= MOST_FOR_EDGES and is_word:
                arcs.append((end, typed, cost))
        return arcs

    def _paths(self, arcs: list[list[tuple[int, str, float]]], before: str) -> list[Paths]:
        """Give the cheapest ways to every letter, by their last words."""
        paths: list[Paths] = [{} for _ in range(len(arcs) + 1)]
        paths[0][before] = (0.0, 0, "")
        for at, options in enumerate(arcs):
            beam = sorted(paths[at].items(), key=lambda path: path[1][0])[:BEAM]
            if not beam or not options:
                continue
            words = {word for _, word, _ in options}
            steps = self._model.steps([(last, word) for last, _ in beam for word in words])
            for end, word, cost in options:
                total, last = min([(so_far[0] + steps[last, word], last) for last, so_far in beam])
                known = paths[end].get(word)
                if known is None or total + cost < known[0]:
                    paths[end][word] = (total + cost, at, last)
        return paths


@dataclass(frozen=True, slots=True)
class _Region:
    """Some tokens as one run of letters: their edges, the token that begins at a letter, the token
    of each letter, the places beside an edge, those at which words may begin or end, and how many
    vowels stand before each.
    """

    letters: str
    edges: frozenset[int]
    whole: dict[int, str]
    owners: list[int]
    beside: frozenset[int]
    cuts: frozenset[int]
    vowels: list[int]

    @classmethod
    def of(cls, tokens: Written) -> "_Region":
        letters, whole, owners, inside = "", {}, [], set()
        for token, at in tokens:
            start, end = len(letters), len(letters) + len(token)
            whole[start] = token
            owners += [at] * len(token)
            if len(token) >= LEAST_CUT:
                inside |= set(range(start, end))
            letters += token
        edges = frozenset({*whole, len(letters)})
        beside = frozenset(edge + by for edge in edges for by in (-1, 0, 1))
        vowels = [0, *accumulate(fold_token(letter) in VOWELS for letter in letters)]
        return cls(letters, edges, whole, owners, beside, beside | inside, vowels)

    def is_cut(self, at: int) -> bool:
        return at in self.cuts

    def may_be_word(self, start: int, end: int) -> bool:
        """Say whether letters may be one syllable with a slip: begun or ended beside a space, with
        a vowel, and with no more than one vowel too many.
        """
        if end not in self.cuts or not (start in self.beside or end in self.beside):
            return False
        return 1 <= self.vowels[end] - self.vowels[start] <= MOST_VOWELS

    def cost(self, start: int, end: int) -> float:
        """Give what the edges of a word cost against the spaces that were typed."""
        total = 0.0
        if end not in self.edges:
            total += COST_MOVED if {end - 1, end + 1} & self.edges else COST_CUT
        for edge in self.edges:
            if start < edge < end:
                is_moved = (edge - 1 == start and start not in self.edges) or (
                    edge + 1 == end and end not in self.edges
                )
                total += COST_MOVED if is_moved else COST_JOINED
        return total

    def trace(self, paths: list[Paths], beyond: Mapping[tuple[str, str], float]) -> Written:
        """Give the words of the cheapest way to the end and `beyond` it, each with the token that
        it begins in; nothing where every space is as it was typed and a word has other letters:
        the lattice reads such slips better.
        """
        at, ways = len(self.letters), paths[-1]
        if not ways:
            return []
        going_on = {last: cost for (last, _), cost in beyond.items()}
        word = min(ways, key=lambda last: ways[last][0] + going_on[last])
        found: Written = []
        begun: dict[int, str] = {}
        while at > 0:
            _, start, last = paths[at][word]
            found.append((word, self.owners[start]))
            begun[start] = word
            at, word = start, last
        is_moved = begun.keys() != self.whole.keys()
        if is_moved or all(sorted(begun[one]) == sorted(self.whole[one]) for one in begun):
            return found[::-1]
        return []
