"""The knowledge base: documents, provinces and occasions loaded from a folder, asked through
`ask`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from knowledge import phrases
from knowledge.answer import Answer
from knowledge.calendar import Calendar
from knowledge.case import Asker
from knowledge.catalogue import Catalogue
from knowledge.corpus import Corpus
from knowledge.decide import decide
from knowledge.document import BrokenBase, Curated, Document, Problem
from knowledge.facts import make_questions
from knowledge.force import with_changes
from knowledge.language import language
from knowledge.occasion_overlay import lay_occasions
from knowledge.occasions import Occasions, read_occasions
from knowledge.organisations import Organisations, read_organisations
from knowledge.overlay import Overlay, lay_over
from knowledge.provinces import Provinces, read_provinces
from knowledge.question import Question, understand
from knowledge.reader import read_document
from knowledge.reading import with_reading
from knowledge.scope import find_scope
from knowledge.strangers import Vocabulary
from knowledge.thread import MOST_CONTEXT, Thread, continues, inherited, telling

SHIPPED = Path(__file__).parent / "content"
CERTAIN = 0.6  # confidence from which a reply is taken over a vaguer one


class Base:
    """What we know at one moment; never changes, a changed folder makes a new one."""

    def __init__(
        self,
        documents: Sequence[Document],
        provinces: Provinces,
        occasions: Occasions,
        *,
        left_out: Sequence[Problem] = (),
        given: Sequence[Curated] = (),
        organisations: Organisations | None = None,
        before: "Base | None" = None,
    ) -> None:
        """`left_out` says which of the office's edits are not in it, and why; `given` are all its
        curated questions, also those whose wordings a newer one took over. What the base `before`
        has of the same documents is taken over.
        """
        documents = self.documents = with_changes(documents)
        self.left_out = tuple(left_out)
        self._given = {one.key: one for one in given}
        self.provinces = provinces
        self.occasions = occasions
        self.organisations = organisations or Organisations()
        names = [text for one in occasions if one.is_asked for text in one.wordings]
        generated = make_questions(documents, language())
        taken = before.corpus if before else None
        self.corpus: Corpus = Corpus(
            documents, generated, provinces, language(), names, before=taken
        )
        self._calendar = Calendar(occasions, language(), {one.id: one.short for one in documents})
        self._catalogue = Catalogue(self.corpus)
        self._vocabulary = Vocabulary(self.corpus, names)

    @classmethod
    def load(
        cls, folder: Path, overlay: Overlay | None = None, before: "Base | None" = None
    ) -> "Base":
        """Read a folder, with what the office laid over it. Raises BrokenBase with every problem
        of the files; `left_out` of the base are those of the overlay.
        """
        problems: list[Problem] = []
        documents = []
        for path in sorted(folder.glob("*.md")):
            document, found = read_document(path)
            problems += found
            documents += [document] if document else []
        if not documents and not problems:
            problems.append(Problem(str(folder), 1, "không có văn bản nào (*.md)"))
        if problems:
            raise BrokenBase(problems)
        overlay = overlay or Overlay()
        laid, left_out = lay_over(documents, overlay)
        provinces = read_provinces(own_file(folder, "provinces.yaml"))
        organisations = read_organisations(own_file(folder, "organisations.yaml"))
        shipped = read_occasions(own_file(folder, "occasions.yaml"))
        occasions, lost = lay_occasions(shipped, overlay.occasions)
        return cls(
            laid,
            provinces,
            occasions,
            left_out=[*left_out, *lost],
            given=overlay.questions,
            organisations=organisations,
            before=before,
        )

    def given_by_curator(self, key: str, *, today: date) -> Answer | None:
        """Give the answer that stands under an edit's key, as an asker reads it."""
        found = self._given.get(key)
        if found is None or found.doc not in self.corpus.by_id:
            return None
        document = self.corpus.by_id[found.doc]
        section = found.section if found.given else ""
        source = phrases.source_line(document=document, section=section, today=today)
        return Answer("answer", found.answer, source, (found.doc,), confidence=1.0)

    def reading(self, text: str, *, today: date) -> str:
        """Give a text as it is read: accents back, abbreviations written out."""
        return understand(text, self.corpus, today).text

    def ask(
        self,
        question: str,
        *,
        context: Sequence[str] = (),
        today: date,
        doc: str | None = None,
        home: str | None = None,
    ) -> Answer:
        """Answer a question, ask back or refuse; `doc` pins a document, `home` is the asker's
        province.
        """
        asked = understand(question, self.corpus, today)
        if not any(word[0].isalnum() for word in asked.words):
            return Answer("refuse", phrases.empty_question())
        asker = Asker(today, home)
        is_next = bool(context) and continues(asked, self.corpus)
        follows = self._follow(context, asker) if is_next else Thread()
        thread = Thread((doc,)) if doc else follows
        answer = self._reply(asked, asker, thread, is_pinned=bool(doc))
        if answer.is_calendar:
            answer = replace(answer, topic=asked.text)
        return with_reading(answer, asked, self.corpus)

    def _follow(self, context: Sequence[str], asker: Asker) -> Thread:
        """Walk through the talk so far."""
        thread = Thread()
        for asked in self._since_last_alone(context[-MOST_CONTEXT:], asker.today):
            answer = self._reply(asked, asker, thread)
            is_open = answer.kind == "clarify" and len(answer.docs) == len(self.corpus.documents)
            is_calendar = answer.is_calendar or self._calendar.is_named(asked.words)
            thread = Thread(
                docs=() if is_open or is_calendar else answer.docs,
                words=telling(asked, self.corpus),
                asked=tuple(zip(*asked.content, strict=True)),
                all_words=self._said(asked, thread) if answer.is_calendar else asked.words,
                slots=asked.slots,
                told=tuple(self.corpus.words(answer.body)),
                is_calendar=is_calendar,
                is_elsewhere=answer.kind == "refuse" and not (answer.docs or answer.is_calendar),
            )
        return thread

    def _said(self, asked: Question, thread: Thread) -> tuple[str, ...]:
        """Give the words of a talk about days that its next question may lean on."""
        words = tuple(self._dated_words(asked))
        if self._calendar.asks(words) and self._calendar.stands_alone(words, asked.slots):
            return words
        return (*thread.all_words, *words)

    def _since_last_alone(self, context: Sequence[str], today: date) -> list[Question]:
        """Read a talk from its last question on that leans on nothing before it."""
        talk: list[Question] = []
        for text in reversed(context):
            asked = understand(text, self.corpus, today)
            if asked.words:
                talk.insert(0, asked)
                if not continues(asked, self.corpus):
                    break
        return talk

    def _reply(
        self, asked: Question, asker: Asker, thread: Thread, *, is_pinned: bool = False
    ) -> Answer:
        """Reply to a question as the next one of a talk."""
        if is_pinned:
            return self._decide(asked, asker, thread.docs)
        if not (thread.all_words and continues(asked, self.corpus)):
            return self._alone(asked, asker)
        is_strange = self._vocabulary.is_strange(asked, thread.docs)
        if thread.is_calendar and not is_strange:
            dated = self._dated_after(asked, asker, thread)
            if dated:
                return dated
        alone = self._alone(asked, asker)
        if alone.is_calendar and alone.kind == "answer" and asked.slots.days:
            return alone
        if thread.is_elsewhere or is_strange:
            return (
                alone
                if alone.kind == "answer" and alone.confidence >= CERTAIN
                else Answer("refuse", phrases.nothing_to_answer())
            )
        docs = () if asked.slots.provinces else thread.docs
        leaning = self._decide(asked, asker, docs, inherited(asked, thread, self.corpus))
        is_lost = leaning.kind == "refuse" and leaning.confidence < CERTAIN
        is_better = alone.kind == "clarify" or (
            alone.kind == "answer" and alone.confidence >= CERTAIN
        )
        return alone if is_lost and is_better else leaning

    def _dated_after(self, asked: Question, asker: Asker, thread: Thread) -> Answer | None:
        """Answer from the calendar what leans on a question to it; None where it does not."""
        slots, before = asked.slots, thread.slots
        if slots.provinces or slots.numbers:
            return None
        days = slots.days or (before.days if self._calendar.asks(asked.words) else ())
        slots = replace(slots, years=slots.years or before.years, days=days)
        return self._calendar.answer(asked.words, slots, asker.today, before=thread.all_words)

    def _alone(self, asked: Question, asker: Asker) -> Answer:
        """Reply to a question that stands on its own."""
        scope = find_scope(asked, self.corpus, asker.today)
        if asked.words in self.corpus.exact:
            return decide(asked, self.corpus, scope, asker)
        if scope.is_named and len(scope.docs) == 1:
            stated = self._calendar.stated(
                asked.near, asked.slots, self.corpus.by_id[scope.docs[0]]
            )
            if stated:
                return stated
        words = self._dated_words(asked)
        is_placed = self._is_placed(asked, words)
        dated = (
            None
            if is_placed and scope.reason == "place"
            else self._calendar.answer(words, asked.slots, asker.today)
        )
        is_ours = self._is_ours(asked)
        if dated and not (is_placed or is_ours or asked.slots.numbers):
            return dated
        listed = self._catalogue.answer(asked, scope, asker.today, asker.home)
        if listed:
            return listed
        answer = decide(asked, self.corpus, scope, asker)
        is_vague = answer.kind != "answer" and answer.confidence < CERTAIN
        return dated if dated and is_vague and not is_ours else answer

    def _is_ours(self, asked: Question) -> bool:
        """Say whether a topic of the documents is asked about, and not in the calendar's ways."""
        is_dated = self._calendar.asks(asked.asking)
        return not is_dated and bool(self.corpus.topics_in(asked.asking))

    def _is_placed(self, asked: Question, words: Sequence[str]) -> bool:
        """Say whether a place is asked about: one that only introduces the asker is not, where a
        day is asked for, nor one that is a part of the day's name (`chiến thắng Điện Biên`).
        """
        if not (asked.slots.provinces and self._calendar.speaks(words)):
            return bool(asked.slots.provinces)
        return bool(self.provinces.find(asked.near)) and not self._calendar.covers(words)

    def _dated_words(self, asked: Question) -> tuple[str, ...]:
        """Give the words for the calendar: those that ask, if no occasion stands elsewhere."""
        for words in (asked.asking, asked.near):
            if self._calendar.speaks(words):
                return words
        return asked.words if self._calendar.is_named(asked.words) else asked.asking

    def _decide(
        self,
        asked: Question,
        asker: Asker,
        docs: Sequence[str],
        extra: Sequence[tuple[str, float]] = (),
    ) -> Answer:
        scope = find_scope(asked, self.corpus, asker.today, docs)
        return decide(asked, self.corpus, scope, asker, extra)


def own_file(folder: Path, name: str) -> Path:
    """Give a file of the folder, else the one shipped with the program."""
    own = folder / name
    return own if own.exists() else SHIPPED / name
