"""How fast a channel account may send: to all of its chats together, and to each of them."""

from collections import deque
from collections.abc import Collection
from datetime import datetime, timedelta

from jobs.channel import ChatLimit

AT_ONCE = 1 / 15
"""The share of the ceiling that bulk may use at once, and as much is left for an answer meanwhile;
the rest of it comes evenly."""
PRUNE_EVERY = timedelta(seconds=10)


class Bucket:
    """Tokens that come at a rate per second; at most `most` of them are kept.

    Two always are: with one, whatever comes between two looks would be lost.
    """

    def __init__(self, rate: float, most: float) -> None:
        self.rate = rate
        self.most = max(most, 2.0)
        self.tokens = self.most

    def fill(self, seconds: float) -> None:
        """Let the tokens of so many seconds come."""
        self.tokens = min(self.tokens + seconds * self.rate, self.most)

    def wait(self) -> float:
        """Say in how many seconds there is a token."""
        return max((1 - self.tokens) / self.rate, 0.0)


class Pace:
    """Token buckets in messages of a whole channel account.

    `reply_rate` is the ceiling for everything, `rate` what the platform takes of bulk (reminders
    and broadcasts) and `bulk` what we send of it, all in messages per second. Replies wait for
    their own ceiling only, but count: where they use up more than the reserve between `bulk` and
    `rate`, bulk gives way, down to a half. What a pause of ours made bulk late, up to a second, is
    caught up, but no second of it sees more than `rate`.
    """

    def __init__(self, *, reply_rate: float, rate: float, bulk: float, now: datetime) -> None:
        bulk = min(bulk, rate, reply_rate)
        self._all = Bucket(reply_rate, reply_rate)
        self._whole = Bucket(max(rate * (1 - 2 * AT_ONCE), bulk), rate * AT_ONCE)
        self._bulk = Bucket(bulk, bulk)
        self._bulk.tokens = min(self._bulk.most, 2.0)
        self._least = Bucket(bulk / 2, 0)
        self._at = now

    def allowance(self, now: datetime) -> tuple[int, int]:
        """Say how many messages may go now: of any kind, and of those not replies."""
        seconds = max((now - self._at).total_seconds(), 0.0)
        self._at = now
        for bucket in (self._all, self._whole, self._bulk, self._least):
            bucket.fill(seconds)
        room = max(self._whole.tokens, self._least.tokens)
        others = min(self._all.tokens, self._bulk.tokens, room)
        return max(int(self._all.tokens), 0), max(int(others), 0)

    def spend(self, *, replies: int, others: int) -> None:
        """Count what was sent."""
        self._all.tokens -= replies + others
        self._bulk.tokens -= others
        self._least.tokens = max(self._least.tokens - others, 0)
        whole = self._whole
        whole.tokens = max(whole.tokens - replies - others, -whole.rate)

    def wait(self, *, replies: bool) -> float:
        """Say in how many seconds one more message may go."""
        if replies:
            return self._all.wait()
        room = min(self._whole.wait(), self._least.wait())
        return max(self._all.wait(), self._bulk.wait(), room)


class ChatPace:
    """What went to each chat lately, so that none gets more than its platform allows.

    Chats are told apart by the ids of their addresses; those to which nothing went lately are
    forgotten.
    """

    def __init__(self, now: datetime) -> None:
        self._sent: dict[int, deque[datetime]] = {}
        self._limits: dict[int, ChatLimit] = {}
        self._rest: dict[int, datetime] = {}
        self._pruned_at = now

    def __len__(self) -> int:
        """Count the chats that are remembered."""
        return len(self._sent)

    def spend(self, chat: int, limit: ChatLimit | None, now: datetime) -> None:
        """Count one more message to a chat of which no more than the limit may go."""
        if limit is None:
            return
        times = self._sent.setdefault(chat, deque(maxlen=limit.most))
        times.append(now)
        self._limits[chat] = limit
        if len(times) == limit.most:
            self._rest[chat] = times[0] + timedelta(seconds=limit.seconds)
        self._prune(now)

    def resting(self, now: datetime) -> Collection[int]:
        """Give the chats to which nothing may go now."""
        for chat, until in list(self._rest.items()):
            # Beyond the limit's own time it can only be because the clock was set back.
            if not 0 < (until - now).total_seconds() <= self._limits[chat].seconds:
                del self._rest[chat]
        return self._rest.keys()

    def wait(self, now: datetime) -> float | None:
        """Say in how many seconds the first chat that rests may be written to, if any rests."""
        if not self._rest:
            return None
        return max((min(self._rest.values()) - now).total_seconds(), 0.0)

    def _prune(self, now: datetime) -> None:
        if abs(now - self._pruned_at) < PRUNE_EVERY:
            return
        self._pruned_at = now
        for chat, limit in list(self._limits.items()):
            if self._sent[chat][-1] + timedelta(seconds=limit.seconds) <= now:
                del self._sent[chat], self._limits[chat]
                self._rest.pop(chat, None)
