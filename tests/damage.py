"""Raw updates that a parser must survive: any JSON, any bytes, and real ones with damage."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn, raws: Sequence[Any]) -> Any:
    """Give a real update in which anything at any place is replaced by anything."""
    raw = json.loads(json.dumps(draw(st.sampled_from(raws))))
    for _ in range(draw(st.integers(1, 3))):
        place, key = None, None
        inside = raw
        while (
            isinstance(inside, dict | list) and inside and (place is None or draw(st.booleans()))
        ):
            place = inside
            keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
            key = draw(st.sampled_from(keys))
            inside = inside[key]
        if place is not None and key is not None:
            place[key] = draw(JSON)
    return raw


def any_raw(cases: Sequence[dict[str, Any]]) -> st.SearchStrategy[bytes]:
    """Give whatever may come in by a channel; `cases` hold real updates under `raw`."""
    written = (JSON | damaged([one["raw"] for one in cases])).map(json.dumps)
    return st.binary() | written.map(str.encode)
