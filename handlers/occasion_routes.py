"""The routes of the calendar beside /lich."""

from handlers.turn import Routes

ROUTES = Routes()
