"""Photos and files: the photos of registered people are kept; everybody hears what happens."""

from dataclasses import replace
from datetime import timedelta

from handlers import photo_phrases, phrases
from handlers.turn import Turn, say
from store import media
from store.talks import Decision, Step

ALBUM_STEP = "album"
"""Not a dialogue: remembers which album ('' for none) was answered: photos come one by one."""
ALBUM_LASTS = timedelta(minutes=1)


async def take(turn: Turn) -> Decision:
    """Keep a photo, and answer; of an album keep every photo, and answer the first.

    Zalo names no albums: there a photo without words belongs to the one shortly before it.
    """
    heard, talk = turn.talk.update, turn.talk
    is_photo = heard.kind == "photo"
    goes_on = bool(heard.album) or (is_photo and not heard.text)
    known = goes_on and talk.step == ALBUM_STEP and talk.state["album"] == heard.album
    if known and talk.state.get("refused"):
        return Decision()
    keeps = _keeps(turn)
    changes = (media.keep(heard),) if keeps else ()
    if known:
        return Decision(changes=changes)
    text = photo_phrases.kept() if keeps else phrases.not_text(heard.kind, you=turn.you)
    decision = replace(say(text), changes=changes)
    if (heard.album or is_photo) and talk.step in {"", ALBUM_STEP}:
        return replace(decision, step=_album(turn))
    return decision


def refuse_all(turn: Turn, refusal: Decision) -> Decision:
    """Give the refusal of one photo for its whole album: no photo of it is kept, before or after.

    It closes an open dialogue: what must not be kept goes first.
    """
    album = turn.talk.update.album
    if not album:
        return refusal
    changes = (media.drop_album(turn.talk.update),)
    return replace(refusal, changes=changes, step=_album(turn, refused=True))


def _keeps(turn: Turn) -> bool:
    """Say whether a photo is kept: only of a registered person, in their own chat."""
    heard = turn.talk.update
    is_photo = heard.kind == "photo" and bool(heard.media)
    return is_photo and heard.private and turn.person is not None


def _album(turn: Turn, *, refused: bool = False) -> Step:
    state = {"album": turn.talk.update.album}
    return Step(ALBUM_STEP, state | {"refused": True} if refused else state, ALBUM_LASTS)
