"""The web side: the chat, webhooks, health, logging in, and the page of admins."""
