"""/thongbao: a leader writes a broadcast, with a photo or a file, and changes it."""

from dataclasses import replace

from handlers import broadcast_phrases as phrases
from handlers import broadcast_running
from handlers import broadcast_send_phrases as sending
from handlers.broadcast_audience import ask
from handlers.broadcast_draft import CHECK, TEXT, Draft, button
from handlers.broadcast_preview import show
from handlers.turn import Turn, say
from handlers.words import is_blank
from knowledge.text import clean
from store import media
from store.broadcasts import MOST_CHARACTERS
from store.messages import Button, Message
from store.talks import Decision


async def start(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Begin with the text that came along; where some are under way, show them first."""
    if said and not is_blank(said[0]):
        return await _take_text(turn, Draft(), said[0])
    return await broadcast_running.under_way(turn) or await begin(turn, ())


async def begin(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for the text of a new one."""
    del turn, said
    return replace(say(phrases.ask_text()), step=Draft().step(TEXT))


async def take_text(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take the text that was typed."""
    return await _take_text(turn, Draft.of(turn), said[0])


async def _take_text(turn: Turn, draft: Draft, typed: str) -> Decision:
    text = clean(typed).strip()
    if is_blank(text):
        return replace(say(phrases.nothing_typed()), step=draft.step(TEXT))
    if len(text) > MOST_CHARACTERS:
        return replace(say(phrases.too_long(length=len(text))), step=draft.step(TEXT))
    return await _go_on(turn, replace(draft, text=text))


async def take_file(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take a photo or a file, and its caption for the text; of an album the first photo."""
    del said
    heard, draft = turn.talk.update, Draft.of(turn)
    if heard.album and heard.album == draft.album:
        return Decision()
    if not heard.media:
        return say(phrases.ask_text())
    size = heard.media[0].bytes or 0
    if size > media.MOST_BYTES:
        return say(phrases.too_large(size=size))
    caption = clean(heard.text).strip()
    if len(caption) > MOST_CHARACTERS:
        return say(phrases.too_long(length=len(caption)))
    draft = replace(
        draft,
        text=draft.text if is_blank(caption) else caption,
        file=heard.id,
        file_kind=heard.kind,
        album=heard.album,
    )
    first = (phrases.first_of_album(),) if heard.album else ()
    decision = await _go_on(turn, draft, first=first)
    return replace(decision, changes=(media.keep(heard), *decision.changes))


async def _go_on(turn: Turn, draft: Draft, *, first: tuple[str, ...] = ()) -> Decision:
    """Ask for what is still missing, or show the preview."""
    if not draft.text:
        got = phrases.got_photo() if draft.file_kind == "photo" else phrases.got_file()
        return replace(say("\n".join((*first, got))), step=draft.step(TEXT))
    if not draft.audience:
        return ask(draft, text="\n".join((*first, phrases.ask_audience())))
    if draft.file and draft.file == turn.talk.update.id:
        return _wait(draft, first)
    return await show(turn, draft, first=first)


def _wait(draft: Draft, first: tuple[str, ...]) -> Decision:
    """Let a file come that is only now being fetched."""
    row = (button(sending.AGAIN, "broadcast_look"), button(phrases.NO, "broadcast_no"))
    message = Message("\n".join((*first, sending.file_comes())), buttons=(row,))
    return Decision((message,), step=draft.step(CHECK))


async def edit(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask what is to be changed."""
    del said
    draft = Draft.of(turn)
    rows: list[tuple[Button, ...]] = [
        (
            button(sending.EDIT_TEXT, "broadcast_edit_text"),
            button(sending.EDIT_AUDIENCE, "broadcast_audience"),
        )
    ]
    if draft.file:
        rows.append((button(sending.WITHOUT_FILE, "broadcast_without", "file"),))
    if draft.at:
        rows.append((button(sending.WITHOUT_TIME, "broadcast_without", "time"),))
    rows.append((button(phrases.BACK, "broadcast_look"),))
    return Decision((Message(sending.ask_edit(), buttons=tuple(rows)),), step=draft.step(CHECK))


async def edit_text(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Ask for the text once more."""
    del said
    draft = Draft.of(turn)
    return replace(say(phrases.ask_text_again(text=draft.text)), step=draft.step(TEXT))


async def without(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Take the photo or file away, or the time."""
    draft = Draft.of(turn)
    changed = draft.without_file() if said == ("file",) else replace(draft, at="")
    return await show(turn, changed)


async def drop(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Send nothing."""
    del turn, said
    return replace(say(phrases.dropped()), ends=True)
