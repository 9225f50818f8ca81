"""A question as it was understood: its words, how sure each is, and what it names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.clauses import ASKS, Clause, Focus, cut, focus, heard
from knowledge.corpus import Corpus
from knowledge.doubt import Doubt, doubt_of
from knowledge.evaluate import weighted
from knowledge.evidence import asks_how_many
from knowledge.index import Weighted
from knowledge.lattice import Word
from knowledge.slots import Number, Slots, find_slots
from knowledge.text import LONGEST_QUESTION, clean, join_dates

EXCEPTED = 0.2  # weight of what is excepted: `ngoài mạng xã hội thì còn gì`
HEARD, LONG = 0.7, 14  # a word that is meant; words from which on a request is only courtesy
LEAST_HEARD = 0.12  # lighter words, of greetings and stories, are not searched
LONGEST_TOKENS = 120
LISTING = frozenset(["tỉnh", "và", "với", "ở", "tại", "của", "giữa", "cả", "hai", "ba", "các"])
COMPARING = frozenset(("khác", "giống", "so", "sánh", "nhau", "hơn"))
AFTER_EXCEPTION = frozenset(["thì", "còn", "ra"])


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked. `content` are the words without those that only name a document.

    `asking` are the words of the clauses that ask, `near` those of their sentences. `parts` are
    the spans of words of a question that asks several things. `perhaps` are the provinces one of
    which is meant by a short form that several have (`HG`).
    """

    raw: str
    words: tuple[str, ...]
    sure: tuple[float, ...]
    asking: tuple[str, ...]
    near: tuple[str, ...]
    slots: Slots
    naming: frozenset[int]
    parts: tuple[tuple[int, int], ...]
    is_changed: bool
    doubt: Doubt = Doubt.NONE
    perhaps: tuple[str, ...] = ()

    @property
    def content(self) -> tuple[tuple[str, ...], tuple[float, ...]]:
        """Give the words that say what is asked, with their weights."""
        kept = [
            at
            for at, sure in enumerate(self.sure)
            if at not in self.naming and sure >= LEAST_HEARD
        ]
        return tuple(self.words[at] for at in kept), tuple(self.sure[at] for at in kept)

    @property
    def text(self) -> str:
        """Give the question as it was read."""
        return " ".join(self.words) if self.is_changed else self.raw


def understand(text: str, corpus: Corpus, today: date) -> Question:
    """Read a question: words by the lattice, weights by clause, then slots."""
    raw = clean(text[: 4 * LONGEST_QUESTION])[:LONGEST_QUESTION].strip()
    clauses = cut(raw)
    clauses = heard(clauses, LONGEST_TOKENS)
    tokens_in = [token for clause in clauses for token in clause.tokens]
    owner = [clause.number for clause in clauses for _ in clause.tokens]
    read, perhaps = _without_guesses(corpus.lattice.read(tokens_in), tokens_in, corpus)
    short = {tokens_in[at] for at in perhaps}
    by_clause: dict[int, list[str]] = {clause.number: [] for clause in clauses}
    for word in read:
        by_clause[owner[word.raw]].append(word.text)
    seen = focus(clauses, by_clause, corpus)
    focused = [
        Word(word.text, word.weight * seen.weights[owner[word.raw]], word.raw) for word in read
    ]
    words = _without_requests(_without_exceptions(weighted(focused)), corpus)
    texts = tuple(corpus.coded([word for word, _ in words]))
    asking = [word.text for word in read if owner[word.raw] in seen.asking]
    beside = _beside(clauses, seen)
    context = [word.text for word in read if owner[word.raw] in seen.introducing]
    rest = [word.text for word in read if owner[word.raw] not in seen.introducing]
    near = [word.text for word in read if owner[word.raw] in beside]
    parts = [tuple(part) for part in (asking, context, rest, near)]
    found = {part: find_slots(part, corpus.provinces, today) for part in {*parts, texts}}
    inside, own, other, around = (found[part] for part in parts)
    slots = found[texts]
    known = {name for one in by_clause.values() for name in _background(one, corpus)}
    if not corpus.language.at_home.find(asking):
        is_which = bool(corpus.language.which_place.find(asking))
        slots = _own_slots(slots, (inside, own, other, around), known, corpus, is_which=is_which)
    slots = _asked_places(slots, by_clause, seen, known, corpus)
    return Question(
        raw=raw,
        words=texts,
        sure=tuple(sure for _, sure in words),
        asking=tuple(corpus.coded(join_dates(asking))),
        near=tuple(corpus.coded(join_dates(near))),
        slots=slots,
        naming=slots.naming
        | {one.at for one in slots.numbers if _is_own(one, corpus)}
        | {at for at, word in enumerate(texts) if word in short},
        parts=_parts([(owner[word.raw], word.text) for word in focused], seen, corpus)
        if len(texts) == len(read)
        else (),
        is_changed=[word.text for word in read] != tokens_in,
        doubt=doubt_of(read, tokens_in, corpus.language),
        perhaps=tuple(name for names in perhaps.values() for name in names),
    )


def _without_guesses(
    read: list[Word], raw: Sequence[str], corpus: Corpus
) -> tuple[list[Word], dict[int, tuple[str, ...]]]:
    """Take short forms that several provinces have for none of them, where no other is named;
    give their places in the message with these provinces.
    """
    short = {at: names for at, token in enumerate(raw) if (names := _sharing(token, corpus))}
    rest = [word.text for word in read if word.raw not in short]
    if not short or corpus.provinces.find(rest):
        return read, {}
    kept: list[Word] = []
    for word in read:
        if word.raw not in short:
            kept.append(word)
        elif not kept or kept[-1].raw != word.raw:
            kept.append(Word(raw[word.raw], word.weight, word.raw))
    return kept, short


def _sharing(token: str, corpus: Corpus) -> tuple[str, ...]:
    """Give the provinces that share a short form; nothing where fewer than two do."""
    readings = corpus.language.abbreviations.get((token,), ())
    names = [name for words in readings for _, _, name in corpus.provinces.find(words)]
    return tuple(names) if len(names) == len(readings) > 1 else ()


def _named_years(slots: Slots) -> tuple[int, ...]:
    return tuple(year for year in slots.years if year not in slots.relative_years)


def _beside(clauses: Sequence[Clause], seen: Focus) -> frozenset[int]:
    """Give the clauses of the sentences that ask, without those about the asker."""
    sentences = {one.sentence for one in clauses if one.number in seen.asking}
    return frozenset(
        one.number
        for one in clauses
        if one.sentence in sentences and one.number not in seen.introducing
    )


def _own_slots(
    slots: Slots,
    parts: tuple[Slots, Slots, Slots, Slots],
    known: set[str],
    corpus: Corpus,
    *,
    is_which: bool,
) -> Slots:
    """Keep the slots of the whole text; a place or year of the asker's own is only context.

    `parts` are the slots of what asks, of what introduces the asker, of all but the latter, and
    of the sentences that ask; where some places are `known` already, the others are what is asked
    about. A place that the base does not hold is context only in another sentence, and only where
    a document is named or it is asked which place does something (`is_which`).
    """
    inside, own, other, around = parts
    held = {document.place for document in corpus.documents}
    meant = other.provinces if known & set(slots.provinces) else ()
    dropped = {
        name
        for name in slots.provinces
        if name not in inside.provinces
        and name not in meant
        and (
            (
                not any(corpus.provinces.reaches(name, place, dated=False) for place in held)
                and name not in around.provinces
            )
            or (
                name in own.provinces
                and name not in other.provinces
                and (other.provinces or other.numbers)
            )
        )
    }
    kept = tuple(name for name in slots.provinces if name not in dropped)
    return replace(
        slots,
        provinces=kept if kept or slots.numbers or is_which else slots.provinces,
        years=tuple(year for year in slots.years if year in {*inside.years, *_named_years(other)}),
        days=tuple(day for day in slots.days if day in other.days or day not in own.days),
    )


def _asked_places(
    slots: Slots, words: dict[int, list[str]], seen: Focus, known: set[str], corpus: Corpus
) -> Slots:
    """Of several provinces, keep those that are asked about: the ones in the asking clauses.

    Places listed in clauses of their own (`Hà Giang, Bắc Kạn và An Giang ...`) stay, and all of
    them where they are compared.
    """
    if len(slots.provinces) < 2 or any(COMPARING & set(one) for one in words.values()):
        return slots
    wanted = [name for name in slots.provinces if name not in known] or [*slots.provinces]
    asked = {
        name
        for at, one in words.items()
        if at in seen.strict
        for _, _, name in corpus.provinces.find(one)
        if name in wanted
    }
    if asked:
        asked |= {name for one in words.values() for name in _listed(one, corpus)}
        wanted = [name for name in wanted if name in asked]
    return replace(slots, provinces=tuple(wanted))


def _listed(words: list[str], corpus: Corpus) -> set[str]:
    """Give the provinces of a clause that says nothing else."""
    places = corpus.provinces.find(words)
    inside = {at for start, end, _ in places for at in range(start, end)}
    is_bare = all(at in inside or word in LISTING for at, word in enumerate(words))
    return {name for _, _, name in places} if is_bare else set()


def _background(words: list[str], corpus: Corpus) -> set[str]:
    """Give the provinces that a clause says are known already, or not meant."""
    places = corpus.provinces.find(words)
    known = [(start, end) for start, end, _ in corpus.language.background.find(words)]
    rest = [(start, end) for start, end, _ in corpus.language.background_after.find(words)]
    found = set()
    for at, (start, end, name) in enumerate(places):
        before = places[at - 1][1] if at else 0
        after = places[at + 1][0] if at + 1 < len(places) else len(words)
        if any(before <= one and two <= start for one, two in known) or any(
            end <= one and two <= min(after, end + 5) for one, two in rest
        ):
            found.add(name)
    return found


def _parts(
    words: list[tuple[int, str]], seen: Focus, corpus: Corpus
) -> tuple[tuple[int, int], ...]:
    """Cut a question that asks several things: at clauses, at "và", and where something is named
    that is asked for (`số hiệu, ngày ban hành`), where both sides ask.
    """
    texts = [word for _, word in words]
    named = [
        (start, end)
        for start, end, _ in corpus.language.fields.outer(texts)
        if words[start][0] not in seen.introducing
        and not (start and asks_how_many(texts, start - 1))  # `bao nhiêu người dự`
    ]
    asking = {
        at for at, (clause, word) in enumerate(words) if word in ASKS and clause in seen.asking
    }
    asking |= {at for start, end in named for at in range(start, end)}
    inside = {at for start, end in named for at in range(start + 1, end)}
    cuts = {at for at in range(1, len(words)) if words[at][0] != words[at - 1][0]}
    cuts |= {at for at, (_, word) in enumerate(words) if word == "và" and at}
    cuts |= {start for start, _ in named if start}
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*sorted(cuts - inside), len(words)]:
        is_last = end == len(words)
        if asking.intersection(range(start, end)) and (
            is_last or asking.intersection(range(end, len(words)))
        ):
            spans.append((start, end))
            start = end
    return tuple(spans) if len(spans) > 1 else ()


def _without_requests(words: Weighted, corpus: Corpus) -> Weighted:
    """Make light the words that only request (`nhờ tóm tắt`) or ask which document says it
    (`tỉnh nào cải tạo vườn tạp`), where others say what is asked.
    """
    language, texts = corpus.language, [word for word, _ in words]
    spans = [
        one for one in language.asking.outer(texts) if len(words) >= LONG and one[1] - one[0] > 1
    ]
    spans += language.which_place.outer(texts)
    requests = {at for start, end, _ in spans for at in range(start, end)}
    empty = language.light | language.polite | language.empty | ASKS
    is_told = any(
        sure >= HEARD and at not in requests and word not in empty
        for at, (word, sure) in enumerate(words)
    )
    if not (requests and is_told):
        return words
    return [
        (word, sure * EXCEPTED if at in requests else sure)
        for at, (word, sure) in enumerate(words)
    ]


def _without_exceptions(words: Weighted) -> Weighted:
    """Make light what is excepted: in `ngoài mạng xã hội thì còn gì` it is not what is asked."""
    written = list(words)
    for start, (word, _) in enumerate(words):
        if word == "ngoài":
            end = next(
                (
                    at
                    for at in range(start, min(start + 7, len(words)))
                    if words[at][0] in AFTER_EXCEPTION
                ),
                start,
            )
            written[start:end] = [(one, sure * EXCEPTED) for one, sure in written[start:end]]
    return written


def _is_own(number: Number, corpus: Corpus) -> bool:
    return any(held.own_number and number.fits(held.own_number) for held in corpus.held.values())
