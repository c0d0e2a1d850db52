def split_reply(text: str) -> str:
    return text
