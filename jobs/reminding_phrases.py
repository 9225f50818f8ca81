"""What a reminder says when it is due."""


def own(*, text: str) -> str:
    """Remind somebody of what they asked to be reminded of."""
    return f"⏰ Nhắc việc: {text}"


def of_unit(*, person: str, unit: str, text: str) -> str:
    """Remind the people of a unit, and say who reminds them."""
    return f"⏰ {person} ({unit}) nhắc: {text}"
