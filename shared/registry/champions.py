"""The model that answers: looked up in the store, loaded once, kept until another is promoted."""

import threading
import time
from uuid import UUID

from shared.blobs import Blobs
from shared.blobs.port import get_verified
from shared.domain.head import CLASSES, get_head_kind
from shared.domain.model_card import ModelCard
from shared.inference.predictor import Predictor
from shared.metrics.primary_metric import read_primary_score
from shared.store import Store
from shared.store.tables import Model
from shared.store.tracks.decisions import AnsweringModel


class ChampionCache:
    """Champions by taxonomy. Safe to share between threads."""

    def __init__(self, store: Store, blobs: Blobs, *, cache_s: float) -> None:
        self._store = store
        self._blobs = blobs
        self._cache_s = cache_s
        self._lock = threading.Lock()
        self._ranked: dict[tuple[str | None, bool], tuple[float, tuple[Model, ...]]] = {}
        self._scorers: dict[UUID, Predictor] = {}

    def get_answering(self, taxonomy: str | None, *, synthetic: bool, default_taxonomy: str) -> AnsweringModel:
        """Which champion answers for the tracks of a library: one for all of them, so that no list mixes two.

        It is the default champion of the taxonomy. Without `taxonomy` it is that of the default one where it has a
        champion, else that of the latest trained model of another taxonomy. A track that it cannot read has no
        prediction: `decide` goes on with its labels.
        """
        ranked = self.list_ranked(taxonomy, synthetic=synthetic, default_taxonomy=default_taxonomy)
        if not ranked:
            return AnsweringModel(taxonomy or default_taxonomy, None)
        return AnsweringModel(ranked[0].taxonomy, ranked[0])

    def list_ranked(self, taxonomy: str | None, *, synthetic: bool, default_taxonomy: str) -> tuple[Model, ...]:
        """The champions of a taxonomy, the one that answers for tracks in front: the default.

        The others are asked about songs that are sent in, which may lack what the first one reads, and place tracks.
        Without `taxonomy` the default one comes first, then the others, the latest trained first; tags and dimensions
        answer only by name.
        """
        key = (taxonomy, synthetic)
        with self._lock:
            looked_up = self._ranked.get(key)
        if looked_up is not None and time.monotonic() - looked_up[0] < self._cache_s:
            return looked_up[1]
        with self._store.read() as repositories:
            champions = repositories.models.list_champions(synthetic=synthetic)
        order = dict.fromkeys([taxonomy or default_taxonomy, *(model.taxonomy for model in champions)])
        place = {name: position for position, name in enumerate(order)}
        asked = [model for model in champions if _is_asked(model.taxonomy, taxonomy)]
        models = tuple(
            sorted(
                asked,
                key=lambda one: (
                    place[one.taxonomy],
                    not one.is_default,
                    -read_primary_score(one.taxonomy, one.metrics),
                ),
            )
        )
        with self._lock:
            self._ranked[key] = (time.monotonic(), models)
        return models

    def get_predictor(self, model: Model) -> Predictor:
        """The loaded artefact. Raises PermanentError(`corrupt_artefact`) where its bytes are gone or others."""
        with self._lock:
            scorer = self._scorers.get(model.id)
        if scorer is None:
            artefact = get_verified(self._blobs, key=model.artefact_key, sha256=model.artefact_sha256)
            scorer = Predictor.from_artefact(
                artefact, sha256=model.artefact_sha256, card=ModelCard.from_document(model.card)
            )
            with self._lock:
                self._scorers[model.id] = scorer
        return scorer


def _is_asked(name: str, wanted: str | None) -> bool:
    return name == wanted if wanted is not None else get_head_kind(name) == CLASSES
