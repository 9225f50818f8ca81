"""How much one account may say: a bucket that fills with time, one warning when it is empty."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["pass", "tell", "drop"]


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime
    told: bool = False


class Limit:
    """`burst` things at once and `per_second` after that, for each key."""

    def __init__(self, *, burst: float, per_second: float, keys: int = 50_000) -> None:
        self._burst = burst
        self._per_second = per_second
        self._keys = keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def judge(self, key: str, now: datetime) -> Verdict:
        """Count one thing: let it pass, tell the limit (once until there is room), or drop it."""
        bucket = self._buckets.pop(key, None) or _Bucket(self._burst, now)
        self._buckets[key] = bucket
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)
        seconds = max((now - bucket.at).total_seconds(), 0.0)
        bucket.left = min(bucket.left + seconds * self._per_second, self._burst)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            bucket.told = bucket.told and bucket.left < self._burst / 2
            return "pass"
        if bucket.told:
            return "drop"
        bucket.told = True
        return "tell"
