"""From what is stored of a track to the bytes of the answer."""

import time
from collections.abc import Callable
from uuid import UUID

from pydantic import TypeAdapter

from services.api.deps import ApiPorts
from services.api.models.starter_record import StarterCounts, describe_counts
from services.api.tracks.emotion_response import build_emotion_response, has_track_record
from services.api.tracks.emotion_schemas import EmotionResponse
from services.api.tracks.service import ModelPrediction, ScoredOutput, TrackEmotion
from services.api.tracks.stored_emotion.shared_lookup import SharedLookup
from shared.domain.content_kind import has_mood
from shared.domain.labels import NO_WEIGHTS, decide_emotion, depends_on_weights, resolve_consensus
from shared.metrics.prediction_sets import RequestedSets
from shared.registry.champions import AnsweringModels
from shared.store.tables import Model
from shared.store.tracks.decisions import AnsweringModel
from shared.store.tracks.stored_emotions import StoredEmotion, StoredEmotionReader

_LOOK_UP_AGAIN = 0.5
"""Of the time that a look-up holds: what is asked for often is looked up again before anybody has to wait for it."""
_RESPONSE = TypeAdapter(EmotionResponse)
"""As FastAPI serialises what a route returns."""


class StoredEmotionAnswers:
    """Answers of one event loop, from what is stored and from what was looked up a moment ago."""

    def __init__(self, ports: ApiPorts, reader: StoredEmotionReader) -> None:
        self._ports = ports
        self._reader = reader
        self._champions: dict[str | None, SharedLookup[AnsweringModels]] = {}
        self._counts: dict[UUID, SharedLookup[StarterCounts]] = {}
        self._wanted = RequestedSets(coverage=ports.settings.coverage)

    async def answer(self, track_id: UUID, taxonomy: str | None) -> bytes | None:
        """The JSON of the answer; None where the route has to find it."""
        if not self._reader.is_ready():
            return None
        champions = await self._get_champions(taxonomy)
        if champions is None:
            return None
        models = [one.model for one in (champions.real, champions.synthetic) if one.model is not None]
        stored = await self._reader.fetch(track_id, [model.id for model in models])
        result = None if stored is None else decide_stored(stored, champions.get(synthetic=stored.synthetic))
        if result is None:
            return None
        record = None
        if has_track_record(result):
            assert result.prediction is not None
            counts = await self._get_counts(result.prediction.model)
            if counts is None:
                return None
            record = describe_counts(result.prediction.model, result.prediction.top_emotion, counts)
        response = build_emotion_response(track_id, result, self._wanted, track_record=record)
        return _RESPONSE.dump_json(response)

    def close(self) -> None:
        """Give the connection back."""
        self._reader.close()

    async def _get_champions(self, taxonomy: str | None) -> AnsweringModels | None:
        lookup = self._champions.get(taxonomy)
        if lookup is None:
            champions = self._ports.champions
            lookup = self._champions[taxonomy] = SharedLookup(lambda: champions.look_up_answering(taxonomy))
        known, now = lookup.latest, time.monotonic()
        if known is None or now >= known.until:
            return await lookup.ask()
        if now >= known.until - _LOOK_UP_AGAIN * self._ports.settings.champion_cache_s:
            lookup.begin()
        return known

    async def _get_counts(self, starter: Model) -> StarterCounts | None:
        """What judged a starter; where it is due to be counted again, that begins and the last count is given."""
        lookup = self._counts.get(starter.id)
        if lookup is None:
            lookup = self._counts[starter.id] = SharedLookup(_count(self._ports, starter))
        counts = self._ports.starter_records.find_counts(starter)
        if counts is None:
            return await lookup.ask()
        if self._ports.starter_records.is_due(counts):
            lookup.begin()
        return counts


def _count(ports: ApiPorts, starter: Model) -> Callable[[], StarterCounts]:
    def count() -> StarterCounts:
        with ports.store.read() as repositories:
            return ports.starter_records.count_again(repositories, starter)

    return count


def decide_stored(stored: StoredEmotion, answering: AnsweringModel) -> TrackEmotion | None:
    """`decide_track_emotion` of what is stored; None where that does not say all."""
    model = answering.model
    output = None if model is None else stored.outputs.get(model.id)
    if model is None or output is None or depends_on_weights(stored.annotations, taxonomy=answering.taxonomy):
        return None
    consensus = resolve_consensus(stored.annotations, taxonomy=answering.taxonomy, weights=NO_WEIGHTS)
    content_kind = None if has_mood(stored.annotations) else stored.content_kind
    scored = ScoredOutput(output.numbers, output.valence_arousal, output.basis)
    prediction = ModelPrediction(model=model, output=scored)
    return TrackEmotion(
        synthetic=stored.synthetic,
        taxonomy=answering.taxonomy,
        decision=decide_emotion(consensus, prediction.top_emotion, content_kind=content_kind),
        prediction=prediction,
        label=consensus.label if consensus else None,
        content_kind=content_kind,
    )
