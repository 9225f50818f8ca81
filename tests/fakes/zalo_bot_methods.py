"""The part of the Zalo Bot API that there is, and requests held against it."""

from tests.fakes.zalo_control import Json, describe, units

TEXT, NUMBER = (str,), (int, str)
METHODS: dict[str, dict[str, tuple[type, ...]]] = {
    "getMe": {},
    "getUpdates": {"timeout": NUMBER},
    "setWebhook": {"url": TEXT, "secret_token": TEXT},
    "deleteWebhook": {},
    "getWebhookInfo": {},
    "testWebhook": {},
    "sendMessage": {"chat_id": TEXT, "text": TEXT, "parse_mode": TEXT, "text_styles": (list,)},
    "sendPhoto": {"chat_id": TEXT, "photo": TEXT, "caption": TEXT},
    "sendChatAction": {"chat_id": TEXT, "action": TEXT},
}
OPTIONAL = {"timeout", "parse_mode", "text_styles", "caption"}


def check(method: str, asked: Json) -> list[str]:
    """Say everything that is wrong with a request."""
    if method not in METHODS:
        return [f"{method}: not a method that we use"]
    fields = METHODS[method]
    wrong = [f"{name}: unknown" for name in asked if name not in fields]
    wrong += [f"{n}: missing" for n in fields if n not in asked and n not in OPTIONAL]
    types = {n: describe(asked[n], kinds) for n, kinds in fields.items() if n in asked}
    wrong += [f"{name}: {said}" for name, said in types.items() if said]
    if not wrong:
        for name, least in {"text": 1, "caption": 0}.items():
            if (
                name in asked
                and not least <= units(asked[name].strip()) <= units(asked[name]) <= 2000
            ):
                wrong.append(f"{name}: {units(asked[name])} of {least} to 2000 characters")
        if asked.get("parse_mode", "html") not in ("html", "markdown"):
            wrong.append(f"parse_mode: {asked['parse_mode']!r}")
        if asked.get("action", "typing") != "typing":
            wrong.append(f"action: {asked['action']!r}")
        if not str(asked.get("timeout", 0)).isdigit():
            wrong.append(f"timeout: {asked['timeout']!r}")
    return [f"{method}.{one}" for one in wrong]
