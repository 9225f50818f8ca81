"""Every error code of Zalo that is known, by what it means for a delivery. Data, no decisions.

Both tables of the documentation are here, that of the OA API and that of the template messages
(ZBS), although we send none: their codes do not overlap, and a token is refused by either.

retry     not sent, and it may go another time; bounded by the delivery's attempts
rate      too many requests: the whole OA pauses
night     not at this hour: wait for the morning
refresh   the token is refused although it has just been renewed: a person must look
quota     templates only: no more for now, everything waits meanwhile
human     the app, the OA or its package is not in order: somebody must act
window    Zalo lets us write only once the person has written again: answers within 48 hours are
          free. -211 is the end of what else the OA may send, -218 of what one person may be sent,
          -227 is 45 days of silence (or a banned account): none of it is the person's will
blocked   the person, or the group, does not want us
gone      there is no such group or account
rejected  the request itself is wrong, and would be wrong again
"""

from collections.abc import Mapping
from typing import Final, Literal

Class = Literal[
    "retry",
    "rate",
    "night",
    "refresh",
    "quota",
    "human",
    "window",
    "blocked",
    "gone",
    "rejected",
]

ATTACHMENT_EXPIRED: Final = -100

_CLASSES: Final[Mapping[Class, tuple[int, ...]]] = {
    "retry": (ATTACHMENT_EXPIRED, -200),
    "rate": (-32,),
    "night": (-234, -133),
    "refresh": (-216, -220, -124),
    "quota": (-144, -147),
    "human": (
        *(-101, -102, -103, -104, -105),  # the app, as the reference has them: no texts known
        *(-204, -205, -209, -212, -219, -221, -223, -224, -235, -240, -242, -320, -321),
        *(-115, -137, -135),
    ),
    "window": (-211, -218, -227, -230, -232),
    "blocked": (-213, -217, -244, -403, -119, -139, -140, -141),
    "gone": (-237, -118),
    "rejected": (-201, -210, -214, -233, -241, -248, -108, -1441, -1471, -1472),
}

CODES: Final[Mapping[int, Class]] = {
    code: name for name, codes in _CLASSES.items() for code in codes
}
