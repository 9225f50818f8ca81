"""Who must do what: the duties of one kind of actor, listed from the typed facts of a document."""

from collections.abc import Sequence

from knowledge import phrases, refusals, say
from knowledge.answer import Answer
from knowledge.case import Case
from knowledge.document import Document, Duty
from knowledge.slots import kind_spans

HEARD = 0.4  # least weight of a word that counts as asked
PURPOSE = frozenset({"để", "nhằm", "hầu"})  # what follows only says what it is good for
SURE = 0.5  # least score of a curated question about the actor that may stand for the list
ROOM = 400  # characters of a list that leave room for the source line
PLAIN = frozenset({"năm", "tỉnh", "số", "thuộc", "cấp", "nay", "tháng", "theo", "đó", "vậy"})


def duties_answer(case: Case) -> Answer | None:
    """List what an actor must do; None where a question asks something else, or more.

    Of the document in the talk, of the one of the asker's home, or of the one named; where
    several are possible, ask which one.
    """
    kinds = _asked_kinds(case)
    if not kinds or case.scope.loose_years:
        return None
    documents = [case.corpus.by_id[doc] for doc in case.scope.likely]
    if len(documents) > 1:
        home = [one for one in documents if case.corpus.is_home(one, case.asker.home)]
        speaking = [one for one in documents if _mention(case, one, kinds)] or documents
        documents = home if len(home) == 1 else speaking
    if len(documents) > 1:
        return say.clarify(case, [one.id for one in documents])
    return _of_document(case, documents[0], kinds)


def _asked_kinds(case: Case) -> list[str]:
    """Give the kinds of actors whose duties are asked, when nothing else is."""
    language, question = case.corpus.language, case.question
    kept = [
        at for at, sure in enumerate(question.sure)
        if sure >= HEARD and at not in question.naming
    ]  # fmt: skip
    words = [question.words[at] for at in kept]
    if not language.levels["duty"].find(words):
        words += case.words[len(question.content[0]) :]
    duties = language.levels["duty"].outer(words)
    end = next(
        (at for at, word in enumerate(words) if duties and word in PURPOSE and at >= duties[0][1]),
        len(words),
    )
    words = words[:end]
    actors = language.actors.outer(words)
    if not (actors and duties):
        return []
    spans = [*actors, *duties, *kind_spans(words), *case.corpus.topics.find(words),
             *language.introducing.find(words)]  # fmt: skip
    taken = {at for start, end, _ in spans for at in range(start, end)}
    empty = language.light | language.polite | language.empty | PLAIN
    rest = (word for at, word in enumerate(words) if at not in taken and word not in empty)
    return [] if any(word[0].isalpha() for word in rest) else [name for _, _, name in actors]


def _of_document(case: Case, document: Document, kinds: Sequence[str]) -> Answer | None:
    """List a document's duties; None where a curated question says it better."""
    found = [one for one in document.facts.duties if _names(case, one.actor or "", kinds)]
    is_long = sum(len(one.task) for one in found) > ROOM
    if (is_long or not found) and _is_curated(case, document, kinds):
        return None
    if not found:
        return refusals.lacking(case, document.id, phrases.duties_of(actor=phrases.listing(kinds)))
    actor = phrases.listing(kinds)
    return say.duties(case, document.id, found, _section(case, document, found[0]), actor)


def _is_curated(case: Case, document: Document, kinds: Sequence[str]) -> bool:
    best = next(iter(case.ranked(document.id)), None)
    if best is None or best.score < SURE:
        return False
    found = case.found(best)
    duty = case.corpus.language.levels["duty"]
    is_duty = any(duty.find(case.corpus.words(text)) for text in found.wordings)
    return is_duty and any(_names(case, text, kinds) for text in (found.heading, found.answer))


def _mention(case: Case, document: Document, kinds: Sequence[str]) -> bool:
    """Say whether some duty is of such an actor, or has to do with one."""
    return any(
        _names(case, f"{one.actor or ''} {one.task}", kinds) for one in document.facts.duties
    )


def _names(case: Case, text: str, kinds: Sequence[str]) -> bool:
    words = f" {' '.join(case.corpus.words(text))} "
    actors = case.corpus.language.asked["actors"]
    return any(f" {name} " in words for kind in kinds for name in actors[kind]["held"])


def _section(case: Case, document: Document, duty: Duty) -> str:
    """Give the section that holds most of a duty's words."""
    words = set(case.corpus.words(duty.task))
    held = {
        one.section: len(words & set(case.corpus.words(one.text))) for one in document.passages
    }
    return max(held, key=lambda section: held[section], default="")
