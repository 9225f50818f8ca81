"""Reading of what people want to be reminded of and when, and when it falls."""
