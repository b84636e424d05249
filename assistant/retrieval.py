"""Finding passages: BM25 and vectors, fused by a convex combination of scores that mean the same for every question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from assistant.conversation import ANSWER_CHARS, Talk
from assistant.question import Question
from assistant.scoring import Floats, Scorer, answering, scored_text
from corpus.embedding import Vectors
from corpus.plain_words import said_otherwise
from corpus.report import Chunk, ChunkId, Filter, Hit, Passage, ReportId, report_of_chunk
from corpus.settings import Settings
from corpus.store import Corpus
from corpus.text import Sought, tokens
from corpus.vocabulary import Vocabulary

# A synonym is worth less than the word that was asked for: the asker's own word names the exact thing more often.
SYNONYM_WEIGHT = 0.4
SAID_OTHERWISE_WEIGHT = 0.2
# More forms than this add noise and cost time; the vocabulary lists the commonest first.
_MAX_FORMS = 8
# The share of its report's three best chunks that a chunk is raised by: nDCG@10 on the development part of the own set 0.753 at 0,
# 0.763 at 0.2, 0.766 at 0.3.
_STANDING, _STANDING_CHUNKS = 0.2, 3
# How a follow-up is searched: what was carried into it weighs least (what it names is looked for under its other names too), each earlier
# question less than the one after it, and vectors more than words, for what it leaves out they miss less. Chosen on CAsT 2021 (213
# follow-ups, nDCG@10): last turn alone 0.604, this 0.687, a person's rewrite 0.709. What is carried at 0.4, 0.2 and 0.1: all 239 turns
# 0.699, 0.706, 0.707 (found in 4,000 characters 0.770, 0.778, 0.787; vectors alone 0.782), the own set's 17 follow-ups with the scorer
# 0.759, 0.766, 0.791. The others halved or doubled move it by at most 0.02.
_CARRIED, _EARLIER, _FADING, _TALK_DENSE = 0.1, 0.3, 0.6, 0.4
_EARLIER_VECTOR, _ANSWER_VECTOR = 0.2, 0.1
# What a follow-up adds to passages of the report that the talk is about; halved for each report further down.
_FOCUS_BONUS = 0.3
_FOCUS_REPORTS, _FOCUS_DEPTH = 3, 20
# How many passages the scorer reads, its share in the score, and how fast that falls with the odds of answering: nDCG@10 without, at 0.2,
# 0.3, 0.4 and 0.5 on the development part of the own set (168) 0.780, 0.823, 0.841, 0.850, 0.845; on F1000 reports (235) 0.723, 0.827,
# 0.846, 0.847, 0.840; on trials held back (40) 0.467, 0.650, 0.681, 0.682, 0.693; on BioASQ 9B (165) 0.856, 0.877, 0.883, 0.887, 0.889;
# on SQuAD (142) 0.890, 0.907, 0.907, 0.912, 0.911. With the cube root of the odds or their power 2/3 it moves by at most 0.01; with both
# scores normalised min-max, half and half, it is 0.833, 0.846, 0.606, 0.887 and 0.908.
RESCORED, SCORER_SHARE, _ODDS_POWER = 30, 0.4, 0.5
# A follow-up made complete is no sentence as people ask it, and CAsT's web pages are none of the scorer's trade. nDCG@10 without, at 0.05,
# 0.1 and 0.2: the own set's 17 0.728, 0.738, 0.760, 0.806; 108 of CAsT's 0.657, 0.653, 0.644, 0.634.
FOLLOW_UP_SHARE = 0.1
# How much of a passage's score a paragraph keeps that has none of the question's words. nDCG@10 by paragraphs with those of a passage in
# reading order, and here at 0.8, 0.6 and 0.3: own set, development part 0.763, 0.776, 0.775, 0.773; natural questions over F1000 reports
# 0.710, 0.739, 0.743, 0.739; trials, whose tables are many short paragraphs, 0.419, 0.465, 0.474, 0.480.
_UNFIT = 0.6
_TINY = 1e-12
# 1.5 KB each.
_KEPT_VECTORS = 1024


class HybridRetriever:
    """Chunks for a question from both indexes, read back from the catalogue."""

    def __init__(self, corpus: Corpus, settings: Settings, vocabulary: Vocabulary, scorer: Scorer | None = None) -> None:
        self._corpus = corpus
        self._scorer = scorer
        self._candidates = settings.candidates
        self._dense_weight = settings.dense_weight
        self._vocabulary = vocabulary
        # A conversation asks for the same texts again at every turn. Each is embedded alone, so that what is kept and what is
        # computed anew are the same to the last bit.
        self._embedded = lru_cache(_KEPT_VECTORS)(self._embed)

    def _embed(self, text: str) -> Vectors:
        vector: Vectors = self._corpus.embedder.embed([text])[0]
        vector.flags.writeable = False
        return vector

    def search(self, question: Question, limit: int, focus: Sequence[ReportId] = (), talk: Talk | None = None) -> list[Passage]:
        """The best passages, best first; scores are comparable within one question only.

        ``focus`` are the reports that a conversation is about, the likeliest first: their passages are looked for and preferred.
        ``talk`` is the conversation itself, whose words and meaning count a little beside those of the question.
        """
        if self._scorer is None:
            return self._fused(question, limit, focus, talk)
        share = FOLLOW_UP_SHARE if talk else SCORER_SHARE
        return rescored(self._scorer, question.text, self._fused(question, max(limit, RESCORED), focus, talk), share)[:limit]

    def near(self, question: Question, limit: int) -> list[Passage]:
        """The best passages by fusion alone: enough to see which reports a question is about."""
        return self._fused(question, limit, (), None)

    def _fused(self, question: Question, limit: int, focus: Sequence[ReportId], talk: Talk | None) -> list[Passage]:
        allowed = self._allowed(question.filters)
        if allowed is not None and not allowed:
            return []
        depth = max(self._candidates, limit)
        dense = min(1.0, self._dense_weight + _TALK_DENSE) if talk and 0 < self._dense_weight < 1 else self._dense_weight
        vector = self._vector(question, talk) if dense > 0 else None
        weights = self.weights(question, talk) if dense < 1 else {}
        runs = self._runs(weights, vector, depth, allowed)
        scales = {
            # Where fewer chunks than asked for hold any of the words, the others score nothing; else they score at most what the last does.
            "bm25": Scale(_lowest(runs["bm25"]) if len(runs["bm25"]) >= depth else 0.0, self._ceiling(weights)),
            "dense": Scale(_lowest(runs["dense"]), 1.0),
        }
        if near := [name for name in focus[:_FOCUS_REPORTS] if allowed is None or name in allowed]:
            inside = self._runs(weights, vector, _FOCUS_DEPTH, near)
            runs = {name: _merged(run, inside[name]) for name, run in runs.items()}
        fused = with_report_standing(convex_combination(runs, {"bm25": 1 - dense, "dense": dense}, scales))
        bonus = {name: _FOCUS_BONUS / 2**rank for rank, name in enumerate(near)}
        found = self._passages(fused, runs, limit, _Preference(bonus, frozenset(tokens(talk.answer)) if talk else frozenset()))
        rarity = {token: weight * self._corpus.lexical.rarity(token) for token, weight in weights.items()}
        return [replace(one, fits=fits([paragraph.text for paragraph in one.paragraphs], rarity)) for one in found]

    def _runs(
        self, weights: Mapping[str, float], vector: Vectors | None, depth: int, allowed: Sequence[ReportId] | None
    ) -> dict[str, list[Hit]]:
        bm25 = self._corpus.lexical.search(weights, depth, allowed) if weights else []
        dense = self._corpus.vectors.search(vector, depth, allowed) if vector is not None else []
        return {"bm25": bm25, "dense": dense}

    def _ceiling(self, weights: Mapping[str, float]) -> float:
        """What BM25 could give for the question's own words; its other words are other ways to say the same."""
        return self._corpus.lexical.ceiling({token: weight for token, weight in weights.items() if weight == 1})

    def _vector(self, question: Question, talk: Talk | None) -> Vectors:
        """The question's embedding; a follow-up's is drawn towards its own words and a little towards the talk before it."""
        if talk is None:
            return self._embedded(question.text)
        texts = [question.text, talk.asked, *talk.before, *([talk.answer[:ANSWER_CHARS]] if talk.answer else [])]
        shares = [1.0, 1.0, *(_EARLIER_VECTOR * _FADING**back for back in range(len(talk.before))), _ANSWER_VECTOR][: len(texts)]
        mixed = np.array(shares, dtype=np.float32) @ np.stack([self._embedded(text) for text in texts])
        vector: Vectors = mixed / max(float(np.linalg.norm(mixed)), _TINY)
        return vector

    def weights(self, question: Question, talk: Talk | None = None) -> dict[str, float]:
        """BM25 query: the question's tokens, those of the synonyms of what it names, and those of the talk before it, at lower weights."""
        weights = dict.fromkeys(tokens(talk.asked if talk else question.text), 1.0)
        for token in tokens(question.text):
            weights.setdefault(token, _CARRIED)
        for others in said_otherwise(question.text).values():
            for token in others:
                weights.setdefault(token, SAID_OTHERWISE_WEIGHT)
        for entity in question.entities:
            for form in self._vocabulary.expand(entity)[:_MAX_FORMS]:
                for token in tokens(form):
                    weights.setdefault(token, SYNONYM_WEIGHT)
        for back, text in enumerate(talk.before if talk else ()):
            for token in tokens(text):
                weights.setdefault(token, _EARLIER * _FADING**back)
        return weights

    def _allowed(self, filters: Filter) -> list[ReportId] | None:
        return self._corpus.catalog.report_ids(filters) if filters else None

    def _passages(self, fused: Sequence[Hit], runs: Mapping[str, Sequence[Hit]], limit: int, preference: "_Preference") -> list[Passage]:
        """Chunks that an index still holds but the catalogue no longer knows are skipped, and do not use up the limit."""
        looked = fused if preference.bonus else fused[: limit * 2]
        chunks = self._corpus.catalog.chunks(hit.chunk_id for hit in looked)
        known = [hit for hit in looked if hit.chunk_id in chunks]
        raised = (Hit(hit.chunk_id, hit.score + preference.of(chunks[hit.chunk_id])) for hit in known)
        kept = sorted(raised, key=_best_first)[:limit]
        references = self._corpus.catalog.references(chunks[hit.chunk_id].report_id for hit in kept)
        paragraphs = self._corpus.catalog.paragraphs(name for hit in kept for name in chunks[hit.chunk_id].paragraph_ids)
        found_in = {name: {hit.chunk_id for hit in run} for name, run in runs.items()}
        passages = []
        for hit in kept:
            chunk = chunks[hit.chunk_id]
            found_by = tuple(name for name, ids in found_in.items() if chunk.id in ids)
            own = tuple(paragraphs[name] for name in chunk.paragraph_ids if name in paragraphs)
            if own and chunk.report_id in references:
                passages.append(Passage(chunk.id, chunk.report_id, references[chunk.report_id], own, chunk.text, hit.score, found_by))
        return passages


@dataclass(frozen=True, slots=True)
class _Preference:
    """For passages of the reports that a talk is about. What the last answer told of a passage is not looked for again.

    Without this, CAsT's follow-ups (whose answers are whole passages) rank at nDCG@10 0.53 instead of 0.64.
    """

    bonus: Mapping[ReportId, float]
    told: frozenset[str]

    def of(self, chunk: Chunk) -> float:
        full = self.bonus.get(chunk.report_id, 0.0)
        words = set(tokens(chunk.text)) if full and self.told else set()
        return full * (1 - len(words & self.told) / len(words)) if words else full


def fits(texts: Sequence[str], rarity: Mapping[str, float]) -> tuple[float, ...]:
    """How well each paragraph of one passage fits a question (0..1, the best of them 1): by the words of the question that it holds.

    ``rarity`` weighs the question's tokens.
    """
    if len(texts) == 1:
        return (1.0,)
    found = map(Sought(rarity).found_in, texts)
    held = [sum(weight for token, weight in rarity.items() if token in there) for there in found]
    most = max(held, default=0.0)
    return tuple(_UNFIT + (1 - _UNFIT) * one / most if most else 1.0 for one in held)


def rescored(scorer: Scorer, question: str, passages: Sequence[Passage], share: float) -> list[Passage]:
    """The first passages in the order that the scorer's reading gives them beside the fusion."""
    head = passages[:RESCORED]
    return rescored_with(scorer.relevance(question, [scored_text(passage) for passage in head]), passages, share) if head else []


def rescored_with(read: Floats, passages: Sequence[Passage], share: float) -> list[Passage]:
    """The first passages by ``share`` of what was read in them and the rest of the fusion's score.

    ``read`` are log-odds of answering, shape (passages read,). A passage counts by a power of its odds beside the best one's: where one
    stands out it comes first, and those that hardly answer are left as the fusion has them, however many there are.
    """
    beside = np.exp(_ODDS_POWER * (read - read.max()))
    head = [
        replace(one, score=share * float(worth) + (1 - share) * one.score, answers=float(chance))
        for one, worth, chance in zip(passages[: len(read)], beside, answering(read), strict=True)
    ]
    # What was not read keeps its place behind.
    return [*sorted(head, key=lambda one: (-one.score, one.chunk_id)), *(replace(one, score=0.0) for one in passages[len(read) :])]


@dataclass(frozen=True, slots=True)
class Scale:
    """How a run's scores become comparable: less ``floor``, which what it did not return scores at most, over ``width``."""

    floor: float
    width: float

    def of(self, score: float) -> float:
        return max(0.0, score - self.floor) / self.width if self.width else 0.0


def convex_combination(runs: Mapping[str, Sequence[Hit]], weights: Mapping[str, float], scales: Mapping[str, Scale]) -> list[Hit]:
    """Fuse runs (Bruch, Gai and Ingber 2023): the weighted sum of their scaled scores, the best of them 1.

    BM25 is scaled by what the question's words could score at most, vectors by nothing: where few of the words are found, their run has
    little to say. Both scaled to their own spread instead (min-max), nDCG@10 is lower by 0.010 on SciFact's train claims (0.742), by 0.007
    on SQuAD, 0.012 on CAsT, 0.003 on natural questions over F1000 reports and 0.002 on the own set, and higher by 0.006 on trials.
    What a run did not return counts 0 there. Equal scores are ordered by chunk id.
    """
    scores: dict[ChunkId, float] = {}
    for name, run in runs.items():
        for hit in run:
            scores[hit.chunk_id] = scores.get(hit.chunk_id, 0.0) + weights[name] * scales[name].of(hit.score)
    best = max(scores.values(), default=0.0)
    return sorted((Hit(chunk_id, score / best if best else 1.0) for chunk_id, score in scores.items()), key=_best_first)


def with_report_standing(fused: Sequence[Hit]) -> list[Hit]:
    """Each chunk with a share of what its report's best chunks score, still 0..1.

    A question describes its report in more than one paragraph.
    """
    scores: dict[ReportId, list[float]] = {}
    owners = [report_of_chunk(hit.chunk_id) for hit in fused]
    for owner, hit in zip(owners, fused, strict=True):
        scores.setdefault(owner, []).append(hit.score)
    standing = {name: sum(sorted(found, reverse=True)[:_STANDING_CHUNKS]) for name, found in scores.items()}
    most = 1 + _STANDING * _STANDING_CHUNKS
    raised = (Hit(hit.chunk_id, (hit.score + _STANDING * standing[owner]) / most) for owner, hit in zip(owners, fused, strict=True))
    return sorted(raised, key=_best_first)


def _best_first(hit: Hit) -> tuple[float, ChunkId]:
    return (-hit.score, hit.chunk_id)


def _merged(run: Sequence[Hit], other: Sequence[Hit]) -> list[Hit]:
    """One run of two of the same index, each chunk once."""
    return list({hit.chunk_id: hit for hit in (*other, *run)}.values())


def _lowest(run: Sequence[Hit]) -> float:
    return min((hit.score for hit in run), default=0.0)
