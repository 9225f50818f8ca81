"""The routes of what one receives and when, and of reminders of one's own."""

from handlers.turn import Routes

ROUTES = Routes()
