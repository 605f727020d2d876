"""The input of a model for a track, as one row of numbers. Training and serving both use this module."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from shared.blobs import Blobs
from shared.blobs.port import get_verified
from shared.domain.catalogue import COMPUTED, list_columns_read
from shared.domain.dataset import ARRAY_OF, CATALOGUE_READERS, NETWORK_INPUTS, SOUND, TAGGED_DESCRIPTORS, TAGGER_READERS
from shared.domain.descriptor_families import family_widths
from shared.domain.stages import STAGES_OF_INPUT
from shared.domain.taggers import TaggerSpec, read_tagger_versions
from shared.domain.track import CATALOGUE_COLUMNS
from shared.inference.lazy_arrays import LazyArray, LazyArrays
from shared.store.features.catalogue import CatalogueFeatureRepository
from shared.store.features.repository import FeatureRepository
from shared.store.features.tagger_outputs import TaggerVersions, decode_outputs
from shared.store.repositories import Repositories
from shared.store.tables import ArrayRow, FeatureSet, Upload, VariantRow

DEFAULT_EXCERPT = ARRAY_OF["mel"]
"""The name under which the talk's excerpt is stored."""
EXCERPT_STACK = ARRAY_OF["spectrogram"]
"""The name under which the excerpts over the whole clip are stored: one array `(n, n_mels, n_frames)`."""
WAVEFORM = ARRAY_OF["waveform"]
"""The name under which the samples of the talk's excerpt are stored, where they are: int16 `(n,)`, 32,768 is full."""

AUDIO_INPUTS = ("descriptors", "mel", *NETWORK_INPUTS, *TAGGER_READERS)
"""The inputs that follow from audio alone: what a song has that no catalogue knows."""


@dataclass(frozen=True)
class ModelInputs:
    """Rows for some tracks. A track without this input has no row."""

    track_ids: tuple[UUID, ...]
    x: NDArray[np.float32] | LazyArrays
    """`(len(track_ids), n_features)`, or the arrays that a network reads, none of them read yet, with the descriptors
    that are read beside them.
    """
    origins: tuple[str, ...]
    """Of each row: where catalogue features came from, or `audio`."""
    audio_sha256: tuple[str | None, ...]


_NO_TAGGERS: TaggerVersions = {}


@dataclass(frozen=True)
class ModelReading:
    """Which catalogue columns a published model reads, and whose; and of which audio taggers it reads the values."""

    columns: tuple[str, ...]
    origins: tuple[str, ...]
    taggers: TaggerVersions = field(default_factory=dict)

    @classmethod
    def from_card(cls, card: Mapping[str, Any]) -> "ModelReading":
        """As the stored card says; one that names no columns reads all thirteen."""
        return cls(
            list_columns_read(card["feature_names"]) or CATALOGUE_COLUMNS,
            tuple(card["origins"]),
            read_tagger_versions(card),
        )


def read_inputs(
    repositories: Repositories,
    track_ids: Sequence[UUID],
    *,
    kind: str,
    spec: str,
    blobs: Blobs,
    reading: ModelReading | None = None,
    taggers: TaggerVersions = _NO_TAGGERS,
) -> ModelInputs:
    """The rows of `kind`, one of `dataset.INPUTS`, for those of the tracks that have it, in the order given.

    They come from all specs that agree with `spec` in the stages that `kind` reads, and from no other. A published
    model says by `reading` which catalogue columns it reads, and of which origins: what it reads of a track then
    depends on no other track. A training set takes the columns of its origin, and says by `taggers` whose values it
    reads; of a published model its `reading` says it.
    """
    features = repositories.features(spec=spec, kind=kind)
    catalogue = {}
    if kind in CATALOGUE_READERS:
        catalogue = _read_catalogue(repositories.catalogue_features(spec=spec, kind=kind), track_ids, reading)
    if kind == "fusion" and not _is_computed(catalogue, reading):
        # delivered columns have no version: the descriptors alone have to be of one
        features = repositories.features(spec=spec, kind="descriptors")
    sets = features.list_by_track(track_ids)
    if kind in NETWORK_INPUTS:
        return _read_arrays(features, track_ids, sets, kind=kind, blobs=blobs)
    if kind == "catalogue":
        rows = {track_id: (values, origin) for track_id, (origin, values) in catalogue.items()}
    elif kind == "descriptors":
        rows = {track_id: (row.descriptors, "audio") for track_id, row in sets.items() if row.descriptors is not None}
    elif kind in TAGGER_READERS:
        rows = _read_tagger_rows(
            repositories, track_ids, sets, kind=kind, versions=taggers if reading is None else reading.taggers
        )
    elif kind == "fusion":
        rows = {
            track_id: ([*row.descriptors, *catalogue[track_id][1]], catalogue[track_id][0])
            for track_id, row in sets.items()
            if row.descriptors is not None and track_id in catalogue
        }
    else:
        arrays = features.list_arrays(track_ids, excerpt=DEFAULT_EXCERPT)
        rows = {track_id: (summarise_mel(load_array(blobs, row)).tolist(), "audio") for track_id, row in arrays.items()}
    kept = [track_id for track_id in track_ids if track_id in rows]
    x = np.array([rows[track_id][0] for track_id in kept], dtype=np.float32)
    return ModelInputs(
        track_ids=tuple(kept),
        x=x.reshape(len(kept), -1) if kept else np.empty((0, 0), dtype=np.float32),
        origins=tuple(rows[track_id][1] for track_id in kept),
        audio_sha256=_list_audio_hashes(features, kept, sets),
    )


def _read_catalogue(
    columns: CatalogueFeatureRepository, track_ids: Sequence[UUID], reading: ModelReading | None
) -> dict[UUID, tuple[str, list[float]]]:
    if reading is None:
        return columns.list_catalogue(track_ids)
    return columns.list_catalogue_for(track_ids, columns=reading.columns, origins=reading.origins)


def _is_computed(catalogue: Mapping[UUID, tuple[str, list[float]]], reading: ModelReading | None) -> bool:
    """Whether computed columns are read: as a published model says, else as they are."""
    if reading is not None:
        return COMPUTED in reading.origins
    return any(origin == COMPUTED for origin, _ in catalogue.values())


def _list_audio_hashes(
    features: FeatureRepository, track_ids: Sequence[UUID], sets: Mapping[UUID, FeatureSet]
) -> tuple[str | None, ...]:
    """The hash of the sound of each track: of what is read, else of whatever was decoded last."""
    own = {track_id: row.audio_sha256 for track_id, row in sets.items() if row.audio_sha256 is not None}
    lacking = [track_id for track_id in track_ids if track_id not in own]
    other = features.list_audio_hashes(lacking) if lacking else {}
    return tuple(own.get(track_id) or other.get(track_id) for track_id in track_ids)


def _read_arrays(
    features: FeatureRepository, track_ids: Sequence[UUID], sets: dict[UUID, FeatureSet], *, kind: str, blobs: Blobs
) -> ModelInputs:
    arrays = features.list_arrays(track_ids, excerpt=ARRAY_OF[kind])
    rows = _descriptor_rows(sets) if kind == SOUND else {}
    kept = [track_id for track_id in track_ids if track_id in arrays and (kind != SOUND or track_id in rows)]
    x = [
        LazyArray(tuple(arrays[one].shape), partial(load_array, blobs, arrays[one]), row=rows.get(one)) for one in kept
    ]
    shas = _list_audio_hashes(features, kept, sets)
    return ModelInputs(track_ids=tuple(kept), x=LazyArrays(x), origins=("audio",) * len(kept), audio_sha256=shas)


def _read_tagger_rows(
    repositories: Repositories,
    track_ids: Sequence[UUID],
    sets: Mapping[UUID, FeatureSet],
    *,
    kind: str,
    versions: TaggerVersions,
) -> dict[UUID, tuple[Any, str]]:
    """The row of each track that has the values of all of the taggers, after its descriptors where `kind` says so."""
    values = repositories.tagger_outputs.list_by_track(track_ids, versions=versions)
    if kind != TAGGED_DESCRIPTORS:
        return {track_id: (row, "audio") for track_id, row in values.items()}
    return {
        track_id: (np.concatenate([np.array(row.descriptors, dtype=np.float32), values[track_id]]), "audio")
        for track_id, row in sets.items()
        if row.descriptors is not None and track_id in values
    }


def _descriptor_rows(sets: dict[UUID, FeatureSet]) -> dict[UUID, NDArray[np.float32]]:
    """The descriptors of the tracks that have some."""
    return {
        track_id: np.array(row.descriptors, dtype=np.float32)
        for track_id, row in sets.items()
        if row.descriptors is not None
    }


def read_upload_row(
    repositories: Repositories, upload: Upload, *, kind: str, spec: str, taggers: TaggerVersions = _NO_TAGGERS
) -> NDArray[np.float32] | LazyArrays | None:
    """What a model of `kind` reads of a song that was sent in, of one row; None where it has no such thing, or of
    another version than `spec` and `taggers` say.
    """
    if upload.spec not in repositories.spec_stages.list_specs_sharing(spec, STAGES_OF_INPUT[kind]):
        return None
    if kind == "descriptors" and upload.descriptors is not None:
        return np.array([upload.descriptors], dtype=np.float32)
    if kind == "mel" and upload.mel is not None:
        decibel: NDArray[np.float16] = np.load(io.BytesIO(upload.mel), allow_pickle=False)
        return summarise_mel(decibel)[np.newaxis]
    if kind in TAGGER_READERS:
        values = decode_outputs(upload.tagger_outputs, versions=taggers)
        return None if values is None else _join_tagger_row(upload.descriptors, values, kind=kind)
    content = {"spectrogram": upload.excerpts, "waveform": upload.waveform, SOUND: upload.excerpts}.get(kind)
    if content is None or (kind == SOUND and upload.descriptors is None):
        return None
    row = np.array(upload.descriptors, dtype=np.float32) if kind == SOUND else None
    return LazyArrays.from_upload(content, row=row)


def _join_tagger_row(
    descriptors: Sequence[float] | None, values: NDArray[np.float32], *, kind: str
) -> NDArray[np.float32] | None:
    """The values of taggers as one row, after the descriptors where `kind` says so; None where there are none."""
    if kind != TAGGED_DESCRIPTORS:
        return values[np.newaxis]
    if descriptors is None:
        return None
    return np.concatenate([np.array(descriptors, dtype=np.float32), values])[np.newaxis]


def load_array(blobs: Blobs, row: ArrayRow | VariantRow) -> NDArray[Any]:
    """The stored array, `row.shape`: float16 in dB, or int16 samples. Raises PermanentError(`corrupt_artefact`)."""
    content = get_verified(blobs, key=row.blob_key, sha256=row.sha256)
    array: NDArray[Any] = np.load(io.BytesIO(content), allow_pickle=False)
    return array


def summarise_mel(decibel: NDArray[np.float16]) -> NDArray[np.float32]:
    """Mean and deviation over time of each mel band: `(n_mels, n_frames)` dB → `(2 * n_mels,)`.

    The form in which models that are not networks read a spectrogram.
    """
    bands = decibel.astype(np.float32)
    return np.concatenate([bands.mean(axis=1), bands.std(axis=1)])


def feature_names(
    kind: str,
    *,
    descriptors: Sequence[str],
    n_mels: int,
    catalogue: Sequence[str] = CATALOGUE_COLUMNS,
    taggers: Sequence[TaggerSpec] = (),
) -> tuple[str, ...]:
    """The names of the columns of `read_inputs`; none where it gives nothing but arrays.

    `catalogue` are the columns that the origin of the rows has (`list_input_columns`), `taggers` those that are read.
    """
    if kind == "catalogue":
        return tuple(catalogue)
    if kind in {"descriptors", SOUND}:
        return tuple(descriptors)
    if kind in NETWORK_INPUTS:
        return ()
    if kind == "fusion":
        return (*descriptors, *catalogue)
    if kind in TAGGER_READERS:
        of_taggers = tuple(name for tagger in taggers for name in tagger.value_names)
        return of_taggers if kind != TAGGED_DESCRIPTORS else (*descriptors, *of_taggers)
    return tuple(f"mel_{band}_{what}" for what in ("mean_db", "std_db") for band in range(n_mels))


def block_widths(kind: str, *, n_descriptors: int, taggers: Sequence[TaggerSpec]) -> tuple[int, ...]:
    """How many neighbouring columns of `read_inputs` are scaled together, in their order: the families of descriptors,
    and the blocks of each tagger. None for inputs whose columns are not told apart.
    """
    if kind not in TAGGER_READERS:
        return ()
    of_taggers = tuple(width for tagger in taggers for width in tagger.scaled_widths)
    return of_taggers if kind != TAGGED_DESCRIPTORS else (*family_widths(n_descriptors), *of_taggers)
