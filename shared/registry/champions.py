"""The model that answers: looked up in the store, loaded once, kept until another is promoted."""

import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from shared.blobs import Blobs
from shared.blobs.port import get_verified
from shared.domain.emotion import MOOD4, QUADRANT4
from shared.domain.head import CLASSES, get_head_kind
from shared.domain.model_card import ModelCard
from shared.domain.taggers import list_versions, read_tagger_versions
from shared.inference.predictor import Predictor
from shared.metrics.primary_metric import read_primary_score
from shared.settings import FeatureSettings, StarterSettings
from shared.store import Store
from shared.store.models.repository import STARTER
from shared.store.tables import Model
from shared.store.tracks.decisions import AnsweringModel


@dataclass(frozen=True, kw_only=True)
class AnsweringRule:
    """What decides beside the stored models which of them answers; the same for a whole installation."""

    default_taxonomy: str | None = None
    """Of requests that name none (`MER_DEFAULT_TAXONOMY`); None: by the champions."""
    starter: bool = False
    """Whether the starter may answer (`MER_STARTER`)."""
    taggers: Mapping[str, str] | None = None
    """The audio taggers that are on, with the fingerprint of each: a starter that reads others does not answer. None:
    not looked at.
    """

    @classmethod
    def from_settings(cls, starter: StarterSettings, features: FeatureSettings) -> Self:
        """The rule that the environment gives."""
        return cls(
            default_taxonomy=starter.default_taxonomy,
            starter=starter.starter,
            taggers=list_versions(features.tagger_specs),
        )

    def lacks_taggers(self, model: Model) -> list[str]:
        """The taggers that a starter reads and that are off, or on in another version; none of an own model."""
        if model.state != STARTER or self.taggers is None:
            return []
        return [name for name, digits in read_tagger_versions(model.card).items() if self.taggers.get(name) != digits]

    def may_answer(self, model: Model) -> bool:
        """Whether a model that the store lists as answering does so here."""
        return model.state != STARTER or (self.starter and not self.lacks_taggers(model))


@dataclass(frozen=True, kw_only=True)
class AnsweringModels:
    """Which model answers for the tracks of each library, as of a moment."""

    real: AnsweringModel
    synthetic: AnsweringModel
    until: float
    """Of `time.monotonic`: from then on it has to be looked up again."""

    def get(self, *, synthetic: bool) -> AnsweringModel:
        """That of one library."""
        return self.synthetic if synthetic else self.real


@dataclass(frozen=True)
class _LookedUpModels:
    models: tuple[Model, ...]
    version: Hashable
    """As `ModelRepository.get_answering_version` gave it, before the models were read."""
    at: float


class ChampionCache:
    """Champions, and starters in place of champions, by taxonomy. Safe to share between threads."""

    def __init__(self, store: Store, blobs: Blobs, *, cache_s: float, rule: AnsweringRule | None = None) -> None:
        self.rule = rule or AnsweringRule()
        self._store = store
        self._blobs = blobs
        self._cache_s = cache_s
        self._lock = threading.Lock()
        self._answering: dict[bool, _LookedUpModels] = {}
        self._scorers: dict[UUID, Predictor] = {}

    def get_default_taxonomy(self, *, synthetic: bool) -> str:
        """The taxonomy of requests that name none, of the real or of the demo library.

        The one that is set; else that of the own champion of classes that was promoted last; else `quadrant4`, which
        the starter answers, or `mood4` without a starter and for the demo library.
        """
        if self.rule.default_taxonomy is not None:
            return self.rule.default_taxonomy
        for model in self._list_answering(synthetic=synthetic):
            if model.state != STARTER and get_head_kind(model.taxonomy) == CLASSES:
                return model.taxonomy
        has_starter = any(model.state == STARTER for model in self._list_stored(synthetic=synthetic))
        return QUADRANT4.name if self.rule.starter and has_starter else MOOD4.name

    def get_answering(self, taxonomy: str | None, *, synthetic: bool) -> AnsweringModel:
        """Which model answers for the tracks of a library: one for all of them, so that no list mixes two.

        It is the default of the taxonomy, without `taxonomy` that of the default one. A track that it cannot read has
        no prediction: `decide` goes on with its labels.
        """
        wanted = taxonomy or self.get_default_taxonomy(synthetic=synthetic)
        ranked = self.list_ranked(wanted, synthetic=synthetic)
        return AnsweringModel(wanted, ranked[0] if ranked else None)

    def look_up_answering(self, taxonomy: str | None) -> AnsweringModels:
        """`get_answering` of both libraries as the store says it now, whatever was looked up a moment ago."""
        looked_up_at = time.monotonic()
        self._look_up(False, True)
        real, synthetic_tracks = (self.get_answering(taxonomy, synthetic=synthetic) for synthetic in (False, True))
        return AnsweringModels(real=real, synthetic=synthetic_tracks, until=looked_up_at + self._cache_s)

    def list_ranked(self, taxonomy: str | None, *, synthetic: bool) -> tuple[Model, ...]:
        """The models that answer a taxonomy, the one that answers for tracks in front: the default.

        The others are asked about songs that are sent in, which may lack what the first one reads, and place tracks.
        Without `taxonomy` the default one comes first, then the others, the latest promoted first; tags and dimensions
        answer only by name.
        """
        answering = self._list_answering(synthetic=synthetic)
        first = taxonomy or self.get_default_taxonomy(synthetic=synthetic)
        order = dict.fromkeys([first, *(model.taxonomy for model in answering)])
        position = {name: i for i, name in enumerate(order)}
        asked = [model for model in answering if _is_asked(model.taxonomy, taxonomy)]
        return tuple(
            sorted(
                asked,
                key=lambda one: (
                    position[one.taxonomy],
                    not one.is_default,
                    -read_primary_score(one.taxonomy, one.metrics),
                ),
            )
        )

    def list_starter_taxonomies(self) -> list[str]:
        """The taxonomies that a starter answers."""
        return sorted(model.taxonomy for model in self._list_answering(synthetic=False) if model.state == STARTER)

    def list_silent_starters(self) -> dict[str, list[str]]:
        """The taggers that are off, by the taxonomy whose starter does not answer for want of them."""
        if not self.rule.starter:
            return {}
        lacking = {model.taxonomy: self.rule.lacks_taggers(model) for model in self._list_stored(synthetic=False)}
        return {taxonomy: names for taxonomy, names in lacking.items() if names}

    def _list_answering(self, *, synthetic: bool) -> tuple[Model, ...]:
        return tuple(model for model in self._list_stored(synthetic=synthetic) if self.rule.may_answer(model))

    def _list_stored(self, *, synthetic: bool) -> tuple[Model, ...]:
        """What the store lists as answering, as of now or of a moment ago."""
        with self._lock:
            looked_up = self._answering.get(synthetic)
        if looked_up is not None and time.monotonic() - looked_up.at < self._cache_s:
            return looked_up.models
        self._look_up(synthetic)
        with self._lock:
            return self._answering[synthetic].models

    def _look_up(self, *libraries: bool) -> None:
        """Read what answers; where nothing changed, what is known holds on."""
        with self._store.read() as repositories:
            version = repositories.models.get_answering_version()
            for synthetic in libraries:
                with self._lock:
                    known = self._answering.get(synthetic)
                if known is not None and known.version == version:
                    models = known.models
                else:
                    models = tuple(repositories.models.list_answering(synthetic=synthetic))
                with self._lock:
                    self._answering[synthetic] = _LookedUpModels(models, version, at=time.monotonic())

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
