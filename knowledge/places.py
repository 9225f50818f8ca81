"""Reads a mistyped or shortened name of a place that the base has documents of: `Hậu Gian`,
`bkạn`.
"""

from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from knowledge.text import fold_token, tokens

COST_SAME, COST_SLIP, COST_FAR, COST_SHORT = 1.0, 2.6, 5.0, 1.5
SHORTEST = 4
FAR = 2  # slips


class Places:
    """Knows the names of places, and which other names must not be mistaken for them."""

    def __init__(self, names: Iterable[str], others: Iterable[str]) -> None:
        """`others`: all names of provinces."""
        self._names = [tuple(tokens(name)) for name in dict.fromkeys(names)]
        self._others = {" ".join(fold_token(word) for word in tokens(name)) for name in others}
        self._initials = {
            (fold_token(name[0])[:1], fold_token(name[-1])[:1]) for name in self._names
        }
        self._folded = {
            name: " ".join(fold_token(word) for word in name)
            for name in self._names
            if len(name) > 1
        }
        self._short: dict[str, set[tuple[str, ...]]] = {}
        for name in self._names:
            letters = [fold_token(word) for word in name]
            for short in (letters[0][:1] + "".join(letters[1:]), "".join(letters)):
                self._short.setdefault(short, set()).add(name)

    def read(
        self, raw: Sequence[str], at: int, *, is_strange: bool = False
    ) -> list[tuple[int, tuple[str, ...], float]]:
        """Give (size, name, cost) of the places that the tokens from here on can mean; with two
        slips where nobody knows one of the tokens (`is_strange`).
        """
        found = [(1, name, COST_SHORT) for name in self._shortened(raw[at])]
        pair = tuple(raw[at : at + 2])
        if len(pair) == 2 and pair not in self._names:
            slips = self._slips(pair) or (self._far_slips(pair) if is_strange else [])
            found += [(2, name, cost) for name, cost in slips if len(slips) == 1]
        return found

    def _shortened(self, token: str) -> list[tuple[str, ...]]:
        if len(token) < SHORTEST:
            return []
        names = self._short.get(fold_token(token), set())
        return list(names) if len(names) == 1 else []

    def _far_slips(self, pair: tuple[str, ...]) -> list[tuple[tuple[str, ...], float]]:
        """Give the names two slips away: `An Gizn`, `n Gianbg`."""
        written = " ".join(fold_token(word) for word in pair)
        return [
            (name, COST_FAR)
            for name, meant in self._folded.items()
            if OSA.distance(written, meant, score_cutoff=FAR) <= FAR
        ]

    def _slips(self, pair: tuple[str, ...]) -> list[tuple[tuple[str, ...], float]]:
        one, two = (fold_token(word) for word in pair)
        if (one[:1], two[:1]) not in self._initials:
            return []
        written = f"{one} {two}"
        slips = []
        for name in self._names:
            meant = " ".join(fold_token(word) for word in name)
            if written == meant:
                return [(name, COST_SAME)]
            initials = (meant[:1], fold_token(name[-1])[:1])
            is_alike = len(name) == 2 and (one[:1], two[:1]) == initials
            if is_alike and written not in self._others and OSA.distance(written, meant) == 1:
                slips.append((name, COST_SLIP))
        return slips
