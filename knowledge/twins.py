"""Finds the questions that several documents have in common."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from knowledge.document import NOTES

ALIKE = 0.6  # least cosine between all wordings of two questions that are the same one
MOST = 2_000  # questions up to which twins are looked for; the table of all pairs is their square


def find_twins(
    docs: Sequence[str], rows: Sequence[Sequence[Mapping[str, float]]]
) -> list[list[int]]:
    """Give for each question its twins in other documents: each is the other's nearest there.

    `docs` are the documents of the questions, `rows` the vectors of their wordings. Notes belong
    to no document and have none.
    """
    size = len(docs)
    if not 1 < size <= MOST:
        return [[] for _ in docs]
    alike = _alike(rows)
    places: dict[str, list[int]] = defaultdict(list)
    for at, doc in enumerate(docs):
        if doc != NOTES:
            places[doc].append(at)
    nearest = {doc: np.array(ids)[alike[:, ids].argmax(axis=1)] for doc, ids in places.items()}
    return [
        [
            other
            for doc in places
            if docs[at] in places
            and doc != docs[at]
            and alike[at, other := int(nearest[doc][at])] >= ALIKE
            and nearest[docs[at]][other] == at
        ]
        for at in range(size)
    ]


def _alike(rows: Sequence[Sequence[Mapping[str, float]]]) -> np.ndarray:
    """Give the cosines between all questions, each taken as the sum of its wordings."""
    size = len(rows)
    holders: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for at, group in enumerate(rows):
        total: Counter[str] = Counter()
        for row in group:
            total.update(row)
        for name, value in total.items():
            holders[name].append((at, value))
    table = np.zeros((size, size), dtype=np.float32)
    for held in holders.values():
        ids = np.array([at for at, _ in held])
        values = np.array([value for _, value in held], dtype=np.float32)
        table[np.ix_(ids, ids)] += np.outer(values, values)
    length = np.sqrt(np.maximum(np.diagonal(table), 1e-9))
    return table / length[:, None] / length[None, :]
