"""What curators and operators are told of what they laid over the base."""


def broken_edit(*, why: str) -> str:
    """Say that something the office added cannot be used."""
    return f"nội dung bổ sung không dùng được ({why})"


def lost_document(*, document: str) -> str:
    """Say that an answer's document is not in the base any more."""
    return f"câu trả lời bổ sung thuộc văn bản {document} không còn trong kho"


def answers_another(*, question: str) -> str:
    """Say that a curated question, asked as it stands, is not answered by its own answer."""
    return f"hỏi đúng câu này mà không ra câu trả lời của nó: {question}"


def answers_nothing(*, question: str) -> str:
    """Say that one wording of the office's question does not find its answer in its document."""
    return f"câu hỏi không tìm ra câu trả lời của nó: {question}"


def answer_too_long(*, length: int, most: int) -> str:
    """Say that an answer of the office fits in no message."""
    return f"câu trả lời kèm dòng nguồn dài {length} ký tự, quá {most}"
