"""An index and the model that reads questions, saved to one file and loaded from it."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import arrayfile
from knowledge.arrayfile import BrokenFile
from knowledge.index import Index
from knowledge.language import Language
from knowledge.model import Model
from knowledge.part import Part
from knowledge.segment import Segment


def save(path: Path, index: Index, model: Model) -> None:
    """Write both. Raises OSError."""
    arrays: dict[str, NDArray[Any]] = {
        f"model {name}": array for name, array in model.arrays().items()
    }
    parts = []
    for number, part in enumerate(index.parts):
        arrays |= {f"{number} {name}": one for name, one in part.segment.arrays().items()}
        arrays[f"{number} is_there"] = part.is_there
        parts.append(
            {
                "words": " ".join(part.segment.words),
                "grams": " ".join(part.segment.grams),
                "documents": [[name, *where] for name, where in part.documents.items()],
            }
        )
    told = {"parts": parts, "words": " ".join(model.words)}
    arrayfile.write(path, told, arrays)


def load(path: Path, language: Language) -> tuple[Index, Model]:
    """Give both, their arrays mapped from the file. Raises BrokenFile, OSError."""
    told, arrays = arrayfile.read(path)
    try:
        parts = []
        for number, one in enumerate(told["parts"]):
            own = _named(arrays, f"{number} ")
            is_there = own.pop("is_there")
            segment = Segment(words=_split(one["words"]), grams=_split(one["grams"]), **own)
            documents = {name: (first, count) for name, first, count in one["documents"]}
            parts.append(Part.left(segment, documents, np.array(is_there)))
        model = Model.restored(language, _split(told["words"]), **_named(arrays, "model "))
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BrokenFile(f"{path}: {error}") from error
    return Index.of_parts(parts), model


def _split(text: str) -> list[str]:
    return text.split(" ") if text else []


def _named(arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {
        name.removeprefix(prefix): one for name, one in arrays.items() if name.startswith(prefix)
    }
