"""Says how a question was read, where that is in doubt and the answer is not sure either."""

from dataclasses import replace

from knowledge import phrases
from knowledge.answer import Answer
from knowledge.corpus import Corpus
from knowledge.doubt import Doubt
from knowledge.question import Question
from knowledge.say import LONGEST, fit
from knowledge.text import is_code

LONGEST_SHOWN = 90
MANY = 24  # of more words only those that ask are shown
MIDDLING = 0.75  # an answer that is less sure does not speak for a reading in doubt
VAGUE = 0.4  # ... nor, than this, for any reading that changed a word


def with_reading(answer: Answer, question: Question, corpus: Corpus) -> Answer:
    """Add how the question was read to an answer that may rest on a wrong reading."""
    if not _is_doubtful(answer, question):
        return answer
    shown = _readable(question, corpus)
    taken = len(phrases.understood(text=shown)) + len(answer.source) + 2
    return replace(answer, understood=shown, body=fit(answer.body, LONGEST - taken))


def _is_doubtful(answer: Answer, question: Question) -> bool:
    if question.doubt == Doubt.WORDS:
        return answer.confidence < MIDDLING
    return (
        question.doubt == Doubt.SPELLING and answer.kind == "answer" and answer.confidence < VAGUE
    )


def _readable(question: Question, corpus: Corpus) -> str:
    """Write the words as read: places and the first letter large, codes as they are printed."""
    asked = question.words if len(question.words) <= MANY else question.asking
    words = [corpus.printed.get(word, word.upper()) if is_code(word) else word for word in asked]
    for start, end, _ in corpus.provinces.find(asked):
        words[start:end] = [word[:1].upper() + word[1:] for word in words[start:end]]
    text = " ".join(words)
    if len(text) > LONGEST_SHOWN:
        text = text[: LONGEST_SHOWN - 2].rsplit(" ", 1)[0] + " …"
    return text[:1].upper() + text[1:]
