"""The model that answers: looked up in the store, loaded once, kept until another is promoted."""

import threading
import time
from uuid import UUID

from shared.blobs import Blobs
from shared.blobs.port import intact
from shared.domain.head import CLASSES, kind_of
from shared.domain.model_card import ModelCard
from shared.registry.scorer import Scorer
from shared.registry.yardsticks import score_of
from shared.store import Store
from shared.store.models import Models
from shared.store.tables import Model


class Champions:
    """Champions by taxonomy. Safe to share between threads."""

    def __init__(self, store: Store, blobs: Blobs, *, cache_s: float) -> None:
        self._store = store
        self._blobs = blobs
        self._cache_s = cache_s
        self._lock = threading.Lock()
        self._found: dict[tuple[str | None, bool], tuple[float, tuple[Model, ...]]] = {}
        self._scorers: dict[UUID, Scorer] = {}

    def ranked(self, taxonomy: str | None, *, synthetic: bool, default_taxonomy: str) -> tuple[Model, ...]:
        """The champions that may answer, the one to ask first in front: the default of its taxonomy.

        One that reads something else stands in for tracks that lack what the first one reads. Without `taxonomy` the
        default one comes first, then the others, the latest trained first; tags and dimensions answer only by name.
        """
        key = (taxonomy, synthetic)
        with self._lock:
            looked_up = self._found.get(key)
        if looked_up is not None and time.monotonic() - looked_up[0] < self._cache_s:
            return looked_up[1]
        with self._store.read() as session:
            champions = Models(session).champions(synthetic=synthetic)
        order = dict.fromkeys([taxonomy or default_taxonomy, *(model.taxonomy for model in champions)])
        place = {name: position for position, name in enumerate(order)}
        asked = [model for model in champions if _is_asked(model.taxonomy, taxonomy)]
        found = tuple(
            sorted(
                asked,
                key=lambda one: (place[one.taxonomy], not one.is_default, -score_of(one.taxonomy, one.metrics)),
            )
        )
        with self._lock:
            self._found[key] = (time.monotonic(), found)
        return found

    def scorer(self, model: Model) -> Scorer:
        """The loaded artefact. Raises PermanentError(`corrupt_artefact`) where its bytes are gone or others."""
        with self._lock:
            scorer = self._scorers.get(model.id)
        if scorer is None:
            artefact = intact(self._blobs, key=model.artefact_key, sha256=model.artefact_sha256)
            scorer = Scorer.load(artefact, sha256=model.artefact_sha256, card=ModelCard.from_document(model.card))
            with self._lock:
                self._scorers[model.id] = scorer
        return scorer


def _is_asked(name: str, wanted: str | None) -> bool:
    return name == wanted if wanted is not None else kind_of(name) == CLASSES
