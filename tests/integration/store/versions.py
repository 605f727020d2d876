"""A library that went through upgrades: tracks analysed under specs that differ in single stages."""

import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from shared.blobs import Blobs
from shared.blobs.port import content_key
from shared.domain.catalogue import COMPUTED_COLUMNS, CatalogueValue, ValueStatus, list_input_columns
from shared.domain.dataset import TAGGER_READERS
from shared.domain.features import FeatureSpec
from shared.domain.stages import STAGE_OF_ARRAY, stage_fingerprints
from shared.domain.taggers import CHORDS, TaggerSpec, list_versions
from shared.domain.track import CollectedTrack, SourceRef
from shared.inference.model_inputs import feature_names
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository, StoredArray
from shared.store.tables import Model
from shared.store.tracks.repository import TrackRepository

FIRST = FeatureSpec()
CATALOGUE = replace(FIRST, catalogue=replace(FIRST.catalogue, version=101))
DESCRIPTORS = replace(FIRST, descriptors=replace(FIRST.descriptors, version=102))
MEL = replace(FIRST, mel=replace(FIRST.mel, version=103))
SPECS = MappingProxyType({"first": FIRST, "catalogue": CATALOGUE, "descriptors": DESCRIPTORS, "mel": MEL})
"""By the stage that was raised since the first."""

ANALYSED = MappingProxyType(
    {
        "old": ("first",),
        "recomputed": ("first", "catalogue"),
        "new": ("catalogue",),
        "newer": ("descriptors",),
        "again": ("first", "descriptors"),
        "remade": ("mel",),
    }
)
"""Under which specs each track was analysed, one after the other."""


TAGGER = CHORDS
OTHER_TAGGER = replace(CHORDS, version=CHORDS.version + 1)
TAGGED = MappingProxyType({"old": TAGGER, "new": TAGGER, "newer": OTHER_TAGGER, "again": TAGGER, "remade": TAGGER})
"""By which version of the one tagger each track was tagged; `recomputed` was not."""


def version_of(stage: str, spec: FeatureSpec) -> float:
    """A number that is equal where the stage is of one version."""
    return float(int(stage_fingerprints(spec)[stage], 16) % 997)


@dataclass(frozen=True, eq=False)
class Library:
    """The tracks by name, and where their arrays lie."""

    store: Store
    blobs: Blobs
    tracks: dict[str, UUID]

    @classmethod
    def filled(cls, store: Store, blobs: Blobs) -> "Library":
        """Every track of `ANALYSED`, its values saying by which version of each stage they were made."""
        library = cls(store, blobs, {name: register(store, name) for name in ANALYSED})
        for name, specs in ANALYSED.items():
            for spec in specs:
                library.analyse(name, SPECS[spec])
        for name, tagger in TAGGED.items():
            library.tag(name, tagger)
        return library

    def analyse(self, name: str, spec: FeatureSpec, *, sound: str | None = None, changed: str | None = None) -> None:
        """Keep what an analysis under `spec` would give: of another `sound`, or with one array `changed`."""
        found = extraction(self.tracks[name], spec, self.blobs, sound=sound or name, changed=changed)

        def write(session: Session) -> None:
            features = FeatureRepository(session, spec=spec.fingerprint)
            features.declare_spec(asdict(spec), descriptor_names=["a", "b"], descriptor_units=["1", "1"])
            features.save_extractions([found])

        self.store.transact_session("test.analyse", write)

    def tag(self, name: str, tagger: TaggerSpec) -> None:
        """Keep values that say by which version of the tagger they were made."""
        values = np.full(tagger.n_values, tagger.version, dtype=np.float32)
        outputs, versions = {self.tracks[name]: {tagger.name: values}}, list_versions([tagger])
        self.store.transact(
            "test.tag", lambda repositories: repositories.tagger_outputs.save_outputs(outputs, versions=versions)
        )

    def names(self, track_ids: Iterable[UUID]) -> set[str]:
        """Whose ids these are."""
        by_id = {track_id: name for name, track_id in self.tracks.items()}
        return {by_id[track_id] for track_id in track_ids}


def register(store: Store, name: str) -> UUID:
    piece = CollectedTrack(refs=(SourceRef("table", f"{name}.csv"),), title=f"Ode {name}", artist=f"Vox {name}")
    return store.transact_session("test.track", lambda session: TrackRepository(session).register_track(piece).track_id)


def extraction(
    track_id: UUID, spec: FeatureSpec, blobs: Blobs, *, sound: str, changed: str | None = None
) -> ExtractedFeatures:
    """Values that are the version of their stage, but for the last of each, which is a number of the sound."""
    of_sound = float(sum(sound.encode()))
    arrays = []
    for name, shape in {"talk": (4, 5), "excerpts": (2, 4, 5), "waveform": (20,)}.items():
        values = np.full(shape, version_of(STAGE_OF_ARRAY[name], spec))
        values.flat[-1] = of_sound + (100 if name == changed else 0)
        arrays.append(stored(blobs, name, values))
    columns = {name: version_of("catalogue", spec) for name in COMPUTED_COLUMNS} | {COMPUTED_COLUMNS[-1]: of_sound}
    catalogue = {
        name: CatalogueValue(name=name, value=value, status=ValueStatus.PROXY) for name, value in columns.items()
    }
    return ExtractedFeatures(
        track_id=track_id,
        descriptors=[version_of("descriptors", spec), of_sound],
        audio_sha256=f"{sound:>064}",
        duration_s=30.0,
        n_damaged_packets=0,
        arrays=tuple(arrays),
        catalogue=catalogue,
    )


def stored(blobs: Blobs, excerpt: str, values: NDArray[np.float64]) -> StoredArray:
    array = values.astype(np.int16 if excerpt == "waveform" else np.float16)
    content = io.BytesIO()
    np.save(content, array)
    key, sha256 = content_key("arrays", content.getvalue(), suffix=".npy")
    blobs.put(key, content.getvalue())
    return StoredArray(
        excerpt=excerpt,
        start_s=0.0,
        blob_key=key,
        sha256=sha256,
        shape=array.shape,
        dtype=str(array.dtype),
        scale="PCM" if excerpt == "waveform" else "dB",
        starts_s=(0.0, 5.0) if excerpt == "excerpts" else None,
    )


def model_of(spec: FeatureSpec, kind: str, *, origins: list[str] | None = None) -> Model:
    its_origins = origins or ["audio"]
    names = feature_names(
        kind, descriptors=("a", "b"), n_mels=4, catalogue=list_input_columns(its_origins[0]), taggers=[TAGGER]
    )
    return Model(
        id=UUID(int=1),
        estimator="svm",
        inputs=kind,
        taxonomy="mood4",
        synthetic=False,
        version=1,
        spec=spec.fingerprint,
        metrics={},
        card={
            "classes": ["calm", "sad"],
            "origins": its_origins,
            "feature_names": list(names),
            "stage_fingerprints": list_versions([TAGGER]) if kind in TAGGER_READERS else {},
        },
    )
