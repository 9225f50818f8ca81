"""Stand-ins for what is outside: platforms, as processes that check what we ask of them."""
