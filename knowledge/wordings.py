"""Says which ways of asking a curated question are really different.

People ask the same thing with few words in common. A question whose wordings all repeat the words
of its source is found by those words only, so a person who edits the base is warned of it.
"""

from collections.abc import Iterable, Sequence

from knowledge.corpus import Corpus, naming_free
from knowledge.document import Curated, Problem

FEWEST = 5  # really different ways of asking that a question should have
ALIKE = 0.34  # two wordings are alike when they share more than this part of their content words
QUOTED = 0.5  # a wording repeats the source when more than this part of its content words is there


def different(question: Curated, corpus: Corpus) -> tuple[str, ...]:
    """Give wordings that share few content words with each other and with the answer and passage.

    They are chosen greedily, those that are like the fewest others first.
    """
    source = _source(question, corpus)
    contents = {wording: _content(wording, question, corpus) for wording in question.wordings}
    own = {
        wording: content
        for wording, content in contents.items()
        if content and len(content & source) <= QUOTED * len(content)
    }
    chosen: list[str] = []
    for wording in sorted(own, key=lambda one: sum(_alike(own[one], at) for at in own.values())):
        if not any(_alike(own[wording], own[other]) for other in chosen):
            chosen.append(wording)
    return tuple(chosen)


def too_few(questions: Sequence[Curated], corpus: Corpus) -> Iterable[Problem]:
    """Give a warning for every question with fewer than FEWEST really different wordings."""
    for question in questions:
        count = len(different(question, corpus))
        if count < FEWEST:
            what = f"câu hỏi mới có {count} cách hỏi khác hẳn nhau và khác lời của nguồn, "
            what += f"nên có ít nhất {FEWEST}: {question.heading}"
            yield Problem(f"{question.doc}.md", question.line, what)


def _source(question: Curated, corpus: Corpus) -> frozenset[str]:
    """Give the words of the answer and of the section's passage."""
    texts = [question.answer]
    texts += [
        one.text for one in corpus.by_id[question.doc].passages if one.section == question.section
    ]
    return frozenset(word for text in texts for word in corpus.words(text))


def _content(wording: str, question: Curated, corpus: Corpus) -> frozenset[str]:
    """Give the words that say what is asked: none that only name the document, greet or ask."""
    language = corpus.language
    words = naming_free(corpus.words(wording), corpus.by_id[question.doc], corpus.provinces)
    return frozenset(words) - language.light - language.polite - language.empty


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > ALIKE * len(one | other)
