"""How fast a channel account may send: a bucket for all, a smaller one for all but replies."""

from datetime import datetime


class Pace:
    """Token buckets in messages. Replies take from the whole, the rest from both.

    `rate` is the ceiling for everything and `bulk` that for reminders and broadcasts, both in
    messages per second; what lies between them is the reserve for replies.
    """

    def __init__(self, *, rate: float, bulk: float, now: datetime) -> None:
        self._rate = rate
        self._bulk_rate = min(bulk, rate)
        self._all = rate
        self._bulk = self._bulk_rate
        self._at = now

    def allowance(self, now: datetime) -> tuple[int, int]:
        """Say how many messages may go now: of any kind, and of those not replies."""
        seconds = max((now - self._at).total_seconds(), 0.0)
        self._at = now
        self._all = min(self._all + seconds * self._rate, max(self._rate, 1.0))
        self._bulk = min(self._bulk + seconds * self._bulk_rate, max(self._bulk_rate, 1.0))
        return int(self._all), int(min(self._bulk, self._all))

    def spend(self, *, replies: int, others: int) -> None:
        """Count what was sent."""
        self._all -= replies + others
        self._bulk -= others

    def wait(self, *, replies: bool) -> float:
        """Say in how many seconds one more message may go."""
        need, rate = (1 - self._all, self._rate) if replies else (1 - self._bulk, self._bulk_rate)
        return max(need / rate, 0.0)
