"""Makes questions out of a document's typed facts, so that a new plan answers before a person has
curated it.
"""

from collections.abc import Callable, Sequence

from knowledge import phrases
from knowledge.document import Curated, Document
from knowledge.language import Language
from knowledge.text import normal

WEIGHT = 0.9  # a question written by a person wins
GENERAL = "Thông tin chung"

# What each field says; an empty text means that the document does not say it.
SAID: dict[str, Callable[[Document], str]] = {
    "about": lambda one: phrases.overview(document=one),
    "number": lambda one: phrases.fact_number(document=one) if one.number else "",
    "issuer": lambda one: phrases.fact_issuer(document=one) if one.issuer else "",
    "issued": lambda one: phrases.fact_issued(day_issued=one.issued) if one.issued else "",
    "held": lambda one: phrases.fact_held(day_held=one.held) if one.held else "",
    "period": lambda one: phrases.fact_period(document=one),
    "signer": lambda one: phrases.fact_signer(signer=one.facts.signer) if one.facts.signer else "",
    "posted": lambda one: phrases.fact_posted(day_posted=one.posted) if one.posted else "",
    "source": lambda one: phrases.fact_source(source=one.source),
}
ONLY_IF_SAID = frozenset({"held"})  # not worth a refusal


def make_questions(documents: Sequence[Document], language: Language) -> list[Curated]:
    """Give the questions of every document that has few of its own."""
    made: list[Curated] = []
    for document in documents:
        if not document.is_note and len(document.questions) < language.facts["fewest"]:
            made += (
                _of_fields(document, language) + _of_duties(document) + _silent(document, language)
            )
    return made


def _of_fields(document: Document, language: Language) -> list[Curated]:
    made = []
    for field, ways in language.facts["fields"].items():
        said = SAID[field](document)
        if said or field not in ONLY_IF_SAID:
            answer = said or phrases.fact_silent(
                thing=phrases.FIELD_NAMES[field], is_full=_is_full(document)
            )
            made.append(
                Curated(document.id, GENERAL, tuple(ways), answer, given=bool(said), weight=WEIGHT)
            )
    return made


def _of_duties(document: Document) -> list[Curated]:
    actors = dict.fromkeys(duty.actor for duty in document.facts.duties if duty.actor)
    return [
        Curated(
            document.id,
            GENERAL,
            (f"{actor} phải làm gì", f"nhiệm vụ của {actor}"),
            phrases.fact_duties(
                actor=actor,
                tasks=[
                    (duty.task, duty.deadline)
                    for duty in document.facts.duties
                    if duty.actor == actor
                ],
            ),
            weight=WEIGHT,
        )
        for actor in actors
    ]


def _silent(document: Document, language: Language) -> list[Curated]:
    text = normal(" ".join(passage.text for passage in document.passages))
    return [
        Curated(
            document.id,
            GENERAL,
            tuple(entry["ways"]),
            phrases.fact_silent(thing=thing, is_full=_is_full(document)),
            given=False,
            weight=WEIGHT,
        )
        for thing, entry in language.facts["silent"].items()
        if not any(word in text for word in entry["unless"])
    ]


def _is_full(document: Document) -> bool:
    return document.source_kind == "toan_van"
