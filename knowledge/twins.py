"""Finds the questions that several documents have in common."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from knowledge.document import NOTES

ALIKE = 0.6  # least cosine between all wordings of two questions that are the same one
BLOCK = 2_048  # features that are multiplied at once
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
        total: dict[str, float] = defaultdict(float)
        for row in group:
            for name, value in row.items():
                total[name] += value
        length = sqrt(sum(value * value for value in total.values())) or 1.0
        for name, value in total.items():
            holders[name].append((at, value / length))
    shared = [held for held in holders.values() if len(held) > 1]
    table = np.zeros((size, size), dtype=np.float32)
    for start in range(0, len(shared), BLOCK):
        block = np.zeros((size, BLOCK), dtype=np.float32)
        for column, held in enumerate(shared[start : start + BLOCK]):
            for at, value in held:
                block[at, column] = value
        table += block @ block.T
    return table
