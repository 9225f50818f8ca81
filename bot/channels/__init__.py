"""One adapter per chat platform; each can be deleted together with its line in the registry."""
