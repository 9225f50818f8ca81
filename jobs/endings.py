"""How an attempt to send ended, and what becomes of its row: the decision, apart from all I/O.

sent           -> sent
retry          -> queued again after the platform's or a growing pause; failed after ATTEMPTS,
                  but a platform that cannot be reached or wants a pause uses up none of them
rejected       -> failed
blocked, gone  -> failed, and the address is closed until the person writes again
lapsed         -> failed: the platform lets nobody be written to who was silent for so long; the
                  address stays open, and whether it may be written to is for the channel to say
moved          -> the address follows, queued again
unauthorised   -> queued again; the channel account rests, and doctor and dashboard say why
unknown        -> policy `resend`: queued again, twice at most; policy `hold`: unknown

Whatever the ending, a platform that wants a pause of the whole channel account gets it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from store.messages import Outcome, Receipt
from store.outbox import ATTEMPTS, Delivery

RESENDS = 3
UNAUTHORISED_REST = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes of a delivery after one attempt."""

    state: Literal["sent", "failed", "unknown", "queued"]
    retry_at: datetime | None = None
    close: Literal["", "blocked", "gone"] = ""
    goes_elsewhere: bool = False
    """What was to be said may go to another address of the same person."""
    moved_to: str = ""
    rest_until: datetime | None = None
    counts: bool = True


FINAL = {
    Outcome.SENT: Ending("sent"),
    Outcome.REJECTED: Ending("failed"),
    Outcome.BLOCKED: Ending("failed", close="blocked", goes_elsewhere=True),
    Outcome.GONE: Ending("failed", close="gone", goes_elsewhere=True),
    Outcome.LAPSED: Ending("failed", goes_elsewhere=True),
}


def judge(receipt: Receipt, one: Delivery, *, now: datetime, jitter: float = 0.0) -> Ending:
    """Decide what becomes of a delivery (the table in the module's docstring)."""
    if receipt.outcome in FINAL:
        rest = _pause(receipt, one.attempt, jitter) if receipt.whole_channel else None
        return replace(FINAL[receipt.outcome], rest_until=now + rest if rest else None)
    if receipt.outcome is Outcome.MOVED:
        return Ending("queued", retry_at=now, moved_to=receipt.moved_to)
    if receipt.outcome is Outcome.UNAUTHORISED:
        until = now + max(UNAUTHORISED_REST, timedelta(seconds=receipt.retry_after or 0))
        return Ending("queued", retry_at=until, rest_until=until, counts=False)
    if receipt.outcome is Outcome.UNKNOWN and (one.policy == "hold" or one.attempt >= RESENDS):
        return Ending("unknown")
    until = now + _pause(receipt, one.attempt, jitter)
    if receipt.whole_channel:
        return Ending("queued", retry_at=until, rest_until=until, counts=False)
    return Ending("queued", retry_at=until) if one.attempt < ATTEMPTS else Ending("failed")


def _pause(receipt: Receipt, attempt: int, jitter: float) -> timedelta:
    if receipt.retry_after is not None:
        return timedelta(seconds=receipt.retry_after + 0.1)
    return min(timedelta(seconds=2 ** (attempt - 1) * (1 + jitter)), LONGEST_PAUSE)
