"""Logging in to our own pages: a one-time link, said in a private chat to who keeps the base."""

from handlers import login_phrases as phrases
from handlers.turn import Turn, say
from store import logins
from store.messages import Button, Message
from store.talks import Decision


async def give_link(turn: Turn, said: tuple[str, ...]) -> Decision:
    """Give a link by which the speaker logs in, once.

    Platforms take an address as a button only where the whole world may open it.
    """
    del said
    if turn.person is None or not turn.home:
        return say(phrases.no_pages())
    token = logins.new_token()
    link = f"{turn.home}/login?token={token}"
    message = (
        Message(phrases.press(), buttons=((Button(phrases.OPEN, url=link),),))
        if link.startswith("https://")
        else Message(phrases.open_link(link=link))
    )
    return Decision((message,), changes=(logins.keep_token(token, turn.person.id),))
