"""Text that every platform takes: cut at sensible places, and choices as numbered lines.

A part keeps the white space at which it was cut, so that the parts joined are the text again, to
the last character. Platforms trim it, so sizes are counted, and parts are shown, without it.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace

from bot.channels import phrases
from store.messages import Button, Message

Size = Callable[[str], int]

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"(?<=[.!?…;])[\"”’)]*(\s)")
_WORD = re.compile(r"\s")
_ZWJ = "\u200d"


def utf16_size(text: str) -> int:
    """Count UTF-16 code units, as Telegram does: most emoji are two."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def dressed(message: Message, title: str, text: str, source: str) -> str:
    """Lay out the three parts of a message, each already in the platform's dress."""
    top = "\n".join(
        part for part, plain in ((title, message.title), (text, message.text.strip())) if plain
    )
    return "\n\n".join(part for part, plain in ((top, top), (source, message.source)) if plain)


def plain(message: Message) -> str:
    """Lay out a message without any dress."""
    return dressed(message, message.title, message.text.strip(), message.source)


def choices(message: Message) -> tuple[Button, ...]:
    """Give the buttons that can be chosen, in reading order: number n of `numbered` is the nth."""
    return tuple(button for row in message.buttons for button in row if not button.url)


def numbered(message: Message) -> Message:
    """Turn buttons into numbered lines and links into lines, for platforms without buttons.

    They stand last, under the source. A spoken button has no number. Below stands how to answer.
    """
    every = list(enumerate(choices(message), 1))
    lines = [f"{number}. {button.label}" for number, button in every if not button.spoken]
    if lines:
        lines.append(phrases.CHOOSE)
    if spoken := [button.label for _, button in every if button.spoken]:
        lines.append(phrases.answer_with(spoken))
    lines += [
        f"{button.label}: {button.url}" for row in message.buttons for button in row if button.url
    ]
    if not lines:
        return message
    blocks = (message.text.rstrip(), message.source, "\n".join(lines))
    text = "\n\n".join(part for part in blocks if part)
    return replace(message, text=text, source="", buttons=())


def split_message(message: Message, limit: int, size: Size = utf16_size) -> tuple[Message, ...]:
    """Cut a message into parts of at most `limit`.

    The title stands on the first part, source and buttons on the last.
    A title or a source that would leave too little room becomes ordinary text.
    """
    if size(plain(message)) <= limit:
        return (message,)
    message = _with_short_edges(message, limit // 4, size)
    head = size(message.title) + 1 if message.title else 0
    tail = size(message.source) + 2 if message.source else 0
    texts = split_text(message.text, limit, head=head, tail=tail, size=size)
    if len(texts) == 1:
        return (message,)
    return (
        replace(message, text=texts[0], source="", buttons=()),
        *(Message(text=text) for text in texts[1:-1]),
        Message(text=texts[-1], source=message.source, buttons=message.buttons),
    )


def split_text(
    text: str, limit: int, *, head: int = 0, tail: int = 0, size: Size = utf16_size
) -> list[str]:
    """Cut a text into parts of at most `limit`, less `head` in the first, `tail` in the last."""
    parts, start, room = [], 0, limit - head
    while (left := size(text[start:].strip())) > room - tail:
        cut = _cut(text, start, room if left > room else room - tail, size)
        parts.append(text[start:cut])
        start, room = cut, limit
    return [*parts, text[start:]]


def _with_short_edges(message: Message, room: int, size: Size) -> Message:
    if size(message.title) > room:
        message = replace(message, title="", text=f"{message.title}\n{message.text}")
    if size(message.source) > room:
        message = replace(message, source="", text=f"{message.text}\n\n{message.source}")
    return message


def _cut(text: str, start: int, room: int, size: Size) -> int:
    """Find where to cut so that what stands before it fits, at the best place there is."""
    while text[start].isspace():
        start += 1
    ends = range(start + 1, min(len(text), start + room) + 1)
    fits = max(bisect_right(ends, room, key=lambda end: size(text[start:end])) - 1, 0)
    cut = _best_place(text, start, ends[fits])
    while cut < len(text) and text[cut].isspace():
        cut += 1
    return cut


def _best_place(text: str, start: int, end: int) -> int:
    """Prefer the end of a paragraph, a line, a sentence, a word, a character as people see it."""
    middle = start + (end - start) // 2
    for pattern, earliest in (
        (_PARAGRAPH, middle),
        (_LINE, middle),
        (_SENTENCE, middle),
        (_WORD, start + 1),
    ):
        places = [
            place
            for found in pattern.finditer(text, earliest, end + 2)
            if earliest <= (place := found.start(pattern.groups)) <= end
        ]
        if places:
            return places[-1]
    place = end
    while place > start and _belong_together(text, place):
        place -= 1
    return place if place > start else end


def _belong_together(text: str, place: int) -> bool:
    """Tell whether the characters around `place` are seen as one: marks, flags, joined emoji."""
    before, after = text[place - 1], text[place]
    if _ZWJ in {before, after} or _continues(after):
        return True
    if _is_flag_half(before) and _is_flag_half(after):
        run = place
        while run and _is_flag_half(text[run - 1]):
            run -= 1
        return (place - run) % 2 == 1
    return False


def _continues(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # tags of regional flags
        or "\u1160" <= character <= "\u11ff"  # vowels and finals of Hangul
    )


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
