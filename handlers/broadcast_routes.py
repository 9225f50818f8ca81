"""The routes of broadcasts in chat."""

from handlers.turn import Routes

ROUTES = Routes()
