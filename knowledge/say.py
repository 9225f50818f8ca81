"""Builds answers: bodies cut to a phone screen, source lines, options."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge import phrases
from knowledge.answer import Answer, Citation, Option
from knowledge.case import Case, Hit
from knowledge.confidence import probability
from knowledge.document import Document, Duty, LegalBase, Passage
from knowledge.question import Question
from knowledge.scope import by_nearness
from knowledge.text import sentences
from knowledge.typed import said_of

LONGEST = 600
LEAST_KEPT = 0.4  # least part of the room that whole sentences must fill
SHORTENED = (LONGEST, 200, 150, 110)  # characters of one duty, where several must fit
LONGEST_ACTOR = 100  # a longer enumeration is not repeated before a duty


def cite(document: Document, section: str) -> Citation:
    """Cite a section."""
    return Citation(document.id, document.number, section, document.url)


def fit(body: str, room: int) -> str:
    """Cut a text at a sentence's or a line's end, else at a word, so that it has room."""
    if len(body) <= room:
        return body
    ends = [at for at in _ends(body) if LEAST_KEPT * room <= at < room]
    if not ends:
        return body[: room - 2].rsplit(" ", 1)[0] + " …"
    kept = body[: ends[-1]]
    return f"{kept[:-1]} …" if kept.endswith(";") else kept


def shares(lengths: Sequence[int], room: int) -> list[int]:
    """Share room out among texts: what short ones leave over is for the longer ones."""
    left, given = room, dict.fromkeys(range(len(lengths)), 0)
    for taken, at in enumerate(sorted(given, key=lengths.__getitem__)):
        given[at] = min(lengths[at], left // (len(lengths) - taken))
        left -= given[at]
    return list(given.values())


def _ends(body: str) -> list[int]:
    """Give the places where a sentence or a line ends."""
    ends = []
    at = 0
    for sentence in sentences(body):
        at = body.index(sentence, at) + len(sentence)
        ends.append(at)
    return ends


def topic(question: Question, document: Document) -> str:
    """Give the question on its own feet: with its document when it does not name one."""
    named = question.slots.provinces or question.slots.numbers or document.is_note
    return question.text if named else f"{question.text} ({document.short})"


def answer(case: Case, hit: Hit) -> Answer:
    """Answer from a curated question."""
    found = case.found(hit)
    return _sourced(case, hit.doc, found.section, found.answer, probability(case, hit))


def excerpt(case: Case, passage: Passage, text: str) -> Answer:
    """Answer with an excerpt of a passage."""
    return _sourced(case, passage.doc, passage.section, text, 0.5)


def overview(case: Case, doc: str) -> Answer:
    """Say what a document is."""
    return _sourced(case, doc, "", phrases.overview(document=case.corpus.by_id[doc]), 0.9)


def together(case: Case, hits: Sequence[Hit], best: Hit) -> Answer:
    """Answer several asks from one document."""
    document = case.corpus.by_id[hits[0].doc]
    sections = [case.found(hit).section for hit in hits]
    room = LONGEST - 1 - len(source_of(case, document, sections[0]))
    texts = [case.found(hit).answer for hit in hits]
    each = shares([len(text) for text in texts], room - len(texts) + 1)
    body = "\n".join(map(fit, texts, each))
    return _sourced(case, document.id, sections[0], body, probability(case, best), sections)


def _sourced(  # noqa: PLR0917 - all of them are parts of the answer
    case: Case, doc: str, section: str, body: str, score: float, sections: Sequence[str] = ()
) -> Answer:
    document = case.corpus.by_id[doc]
    source = source_of(case, document, section)
    return Answer(
        kind="answer",
        body=fit(_remarked(case, document, body), LONGEST - 1 - len(source)),
        source=source,
        docs=(doc,),
        citations=tuple(cite(document, one) for one in sections or (section,)),
        confidence=round(score, 3),
        topic=topic(case.question, document),
    )


def source_of(case: Case, document: Document, section: str) -> str:
    """Say where an answer stands."""
    return phrases.source_line(document=document, section=section, today=case.asker.today)


def _remarked(case: Case, document: Document, body: str) -> str:
    """Say that the place has a new name, that it is not the asker's, or that its level ended."""
    if document.is_note:
        return body
    today = case.corpus.provinces.today
    if case.asks_of_district():
        body = f"{body}\n{phrases.districts_ended()}"
    if missing := _missing(case):
        body = f"{body}\n{phrases.also_asked(places=missing)}"
    if case.scope.asked_place and today(document.place) == case.scope.asked_place:
        return f"{phrases.now_part_of(old=document.place, new=case.scope.asked_place)} {body}"
    if case.asker.home and not case.corpus.is_home(document, case.asker.home):
        return phrases.other_province(body=body)
    return body


def _missing(case: Case) -> list[str]:
    """Give the provinces that are asked about beside others and that no document is of."""
    reaches, dated = case.corpus.provinces.reaches, case.question.slots.is_dated_before_merger
    return [
        name
        for name in case.question.slots.provinces
        if not any(reaches(name, one.place, dated=dated) for one in case.corpus.documents)
    ]


def compared(case: Case, each: Sequence[Sequence[Hit]]) -> Answer:
    """Answer for several documents, each with its source in short; `each` are its questions."""
    documents = [case.corpus.by_id[hits[0].doc] for hits in each]
    source = phrases.compared_source(documents=documents)
    told = [[case.found(hit).answer for hit in hits] for hits in each]
    starts = [f"{document.place}: " for document in documents]
    lengths = [
        len(start) + sum(len(text) + 1 for text in texts)
        for start, texts in zip(starts, told, strict=True)
    ]
    lines = []
    rooms = shares(lengths, LONGEST - len(source) - len(each))
    for start, texts, room in zip(starts, told, rooms, strict=True):
        inside = shares([len(text) for text in texts], room - len(start) - len(texts))
        lines.append(start + " ".join(map(fit, texts, inside)))
    return Answer(
        kind="answer",
        body="\n".join(lines),
        source=source,
        docs=tuple(document.id for document in documents),
        citations=tuple(
            cite(case.corpus.by_id[hit.doc], case.found(hit).section)
            for hits in each
            for hit in hits
        ),
        confidence=round(probability(case, each[0][0], among=False), 3),
        topic=case.question.text,
    )


def fields_of_each(case: Case, docs: Sequence[str], fields: Sequence[str]) -> Answer:
    """Say the same typed fields of several documents."""
    documents = [case.corpus.by_id[doc] for doc in docs]
    source = phrases.compared_source(documents=documents)
    said = [phrases.of_each(name=one.short, said=said_of(one, fields)) for one in documents]
    rooms = shares([len(line) for line in said], LONGEST - len(source) - len(docs))
    lines = map(fit, said, rooms)
    return Answer(
        kind="answer",
        body="\n".join(lines),
        source=source,
        docs=tuple(docs),
        citations=tuple(cite(one, "") for one in documents),
        confidence=0.9,
        topic=case.question.text,
    )


def cited(case: Case, doc: str, base: LegalBase) -> Answer:
    """Say what is known of a document that another one cites."""
    return _sourced(case, doc, "", phrases.cited_document(base=base), 0.8)


def duties(case: Case, doc: str, found: Sequence[Duty], section: str, actor: str) -> Answer:
    """List duties, as many as a phone screen holds; `actor` is who was asked about."""
    found = [
        replace(one, actor=phrases.shared_actor(actor=actor))
        if len(one.actor or "") > LONGEST_ACTOR
        else one
        for one in found
    ]
    document = case.corpus.by_id[doc]
    room = LONGEST - 1 - len(source_of(case, document, section))
    room -= len(_remarked(case, document, ""))
    for longest in SHORTENED:
        shown = [replace(one, task=_short(one.task, longest)) for one in found]
        body = phrases.duties(duties=shown, more=0)
        if len(body) <= room:
            return _sourced(case, doc, section, body, 0.9)
    for count in range(len(shown), 0, -1):
        body = phrases.duties(duties=shown[:count], more=len(shown) - count)
        if len(body) <= room:
            break
    return _sourced(case, doc, section, body, 0.9)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def clarify(case: Case, docs: Sequence[str]) -> Answer:
    """Ask which document is meant, one option each."""
    offered = options(case, docs)
    lines = [phrases.which_document(count=len(offered))]
    lines += [phrases.which_line(order=at, label=one.label) for at, one in enumerate(offered, 1)]
    return Answer(
        kind="clarify",
        body="\n".join(lines),
        docs=tuple(one.doc for one in offered if one.doc),
        confidence=0.5,
        options=offered,
        topic=case.question.text,
    )


def options(case: Case, docs: Sequence[str]) -> tuple[Option, ...]:
    """Offer documents: the asker's province first, then what runs, then the newest."""
    documents = [case.corpus.by_id[doc] for doc in docs]
    ordered = by_nearness(documents, case.corpus, case.asker.home, case.asker.today)
    return tuple(Option(one.short, topic(case.question, one), one.id) for one in ordered)
