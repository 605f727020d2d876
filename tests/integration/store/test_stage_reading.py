"""Every path by which features are read: all rows of the reader's version of a stage, and never one of another."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy.orm import Session

from shared.blobs import open_blobs
from shared.domain.dataset import INPUTS
from shared.domain.features import FeatureSpec
from shared.domain.stages import stage_fingerprints
from shared.inference.lazy_arrays import LazyArrays
from shared.inference.model_inputs import ModelReading, load_array, read_inputs
from shared.settings import BlobSettings, StoreSettings
from shared.store import open_store
from shared.store.features.packs import PackRepository
from shared.store.features.repository import FeatureRepository
from shared.store.models.scores import ScoreRepository
from shared.store.repositories import RepositorySession
from shared.store.similarity.projections import EVERY_TRACK, ProjectionRepository
from shared.store.tracks.decisions import AnsweringModel, TrackDecisions
from shared.store.tracks.track_records import TrackRecords
from tests.conftest import TEMPLATE, Servers
from tests.integration.store.versions import ANALYSED, SPECS, TAGGED, TAGGER, Library, model_of, version_of

Versions = Mapping[str, float]
"""By track what its values say of the version that made them."""


LABELS_ALONE = TrackDecisions(AnsweringModel("mood4", None), synthetic=False)


Reading = Callable[[RepositorySession, Library, FeatureSpec], Versions]


@pytest.fixture(scope="module")
def unchanged(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One library for all tests that only read."""
    name = f"mer_stages_{secrets.token_hex(4)}"
    servers.execute(f"create database {name} template {TEMPLATE}")
    store = open_store(StoreSettings(database_url=servers.url_for_database(name)), application="mer tests")
    yield Library.filled(store, open_blobs(BlobSettings(blob_url=str(tmp_path_factory.mktemp("stages")))))
    store.close()
    servers.execute(f"drop database if exists {name} with (force)")


def by_name(library: Library, rows: Mapping[UUID, float]) -> Versions:
    names = {track_id: name for name, track_id in library.tracks.items()}
    return {names[track_id]: value for track_id, value in rows.items()}


def named(library: Library, track_ids: Iterable[UUID], values: Iterable[float]) -> Versions:
    return by_name(library, dict(zip(track_ids, (float(value) for value in values), strict=True)))


def input_column(kind: str, column: int) -> Reading:
    def read(session: RepositorySession, library: Library, spec: FeatureSpec) -> Versions:
        ids = list(library.tracks.values())
        found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=library.blobs)
        assert isinstance(found.x, np.ndarray)
        return named(library, found.track_ids, found.x[:, column].tolist())

    return read


def input_array(kind: str) -> Reading:
    def read(session: RepositorySession, library: Library, spec: FeatureSpec) -> Versions:
        ids = list(library.tracks.values())
        found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=library.blobs)
        assert isinstance(found.x, LazyArrays)
        full_scale = 32_768 if kind == "waveform" else 1
        arrays = [full_scale * float(np.median(found.x.read(row))) for row in range(len(found.track_ids))]
        return named(library, found.track_ids, arrays)

    return read


def bulk(session: Session, library: Library, spec: FeatureSpec) -> Versions:
    table = ScoreRepository(session).read_unscored_descriptors(model_of(spec, "descriptors"), EVERY_TRACK)
    return named(library, table.track_ids, table.x[:, 0])


def standard_sample(session: Session, library: Library, spec: FeatureSpec) -> Versions:
    standards = ProjectionRepository(session, spec=spec.fingerprint, synthetic=False)
    table = standards.read_sample(100)
    assert standards.count_tracks() == len(table.track_ids)
    return named(library, table.track_ids, table.x[:, 0])


def exported_descriptors(session: Session, library: Library, spec: FeatureSpec) -> Versions:
    page = TrackRecords(session, spec=spec.fingerprint).list_page(after=None, decisions=LABELS_ALONE)
    return by_name(
        library,
        {one.track.id: one.features.descriptors[0] for one in page if one.features and one.features.descriptors},
    )


def exported_catalogue(session: Session, library: Library, spec: FeatureSpec) -> Versions:
    page = TrackRecords(session, spec=spec.fingerprint).list_page(after=None, decisions=LABELS_ALONE)
    return by_name(library, {one.track.id: one.catalogue["tempo"] for one in page if one.catalogue})


def exported_arrays(session: Session, library: Library, spec: FeatureSpec) -> Versions:
    rows = FeatureRepository(session, spec=spec.fingerprint).list_arrays(list(library.tracks.values()))
    return by_name(library, {track_id: np.median(load_array(library.blobs, row)) for track_id, row in rows.items()})


def packed(excerpt: str) -> Reading:
    def read(session: Session, library: Library, spec: FeatureSpec) -> Versions:
        rows = PackRepository(session, spec=spec.fingerprint).list_arrays(excerpt)
        assert len({row.track_id for row in rows}) == len(rows), "each track once"
        return by_name(library, {row.track_id: np.median(load_array(library.blobs, row)) for row in rows})

    return read


PATHS: dict[str, tuple[str, Reading]] = {
    "descriptors": ("descriptors", input_column("descriptors", 0)),
    "mel": ("mel", input_column("mel", 0)),
    "spectrogram": ("excerpts", input_array("spectrogram")),
    "waveform": ("waveform", input_array("waveform")),
    "catalogue": ("catalogue", input_column("catalogue", 0)),
    "bulk scoring": ("descriptors", bulk),
    "similar tracks": ("descriptors", standard_sample),
    "exported descriptors": ("descriptors", exported_descriptors),
    "exported catalogue": ("catalogue", exported_catalogue),
    "exported arrays": ("mel", exported_arrays),
    "pack of excerpts": ("excerpts", packed("excerpts")),
    "pack of the talk's excerpt": ("mel", packed("talk")),
    "pack of waveforms": ("waveform", packed("waveform")),
}


def expected(stages: tuple[str, ...], spec: FeatureSpec) -> set[str]:
    """The tracks that were analysed under a spec with these versions of the stages."""
    now = stage_fingerprints(spec)
    return {
        name
        for name, specs in ANALYSED.items()
        if any(all(stage_fingerprints(SPECS[one])[stage] == now[stage] for stage in stages) for one in specs)
    }


@pytest.mark.parametrize("reader", SPECS)
@pytest.mark.parametrize("path", PATHS)
def test_a_path_reads_every_track_of_its_version_and_no_value_of_another(
    unchanged: Library, path: str, reader: str
) -> None:
    stage, read = PATHS[path]
    with unchanged.store.read_session() as session:
        found = read(session, unchanged, SPECS[reader])
    assert set(found) == expected((stage,), SPECS[reader])
    assert all(abs(value - version_of(stage, SPECS[reader])) < 1 for value in found.values())
    assert len(found) >= 1


@pytest.mark.parametrize("reader", SPECS)
@pytest.mark.parametrize(("kind", "beside"), [("fusion", "catalogue"), ("sound", "excerpts")])
def test_an_input_of_two_stages_reads_both_in_the_versions_of_its_spec(
    unchanged: Library, reader: str, kind: str, beside: str
) -> None:
    spec = SPECS[reader]
    with unchanged.store.read() as session:
        ids = list(unchanged.tracks.values())
        found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=unchanged.blobs)
        assert unchanged.names(found.track_ids) == expected(("descriptors", beside), spec)
        rows = found.x.descriptor_rows() if isinstance(found.x, LazyArrays) else found.x
        assert rows is not None
        assert set(rows[:, 0].tolist()) == {version_of("descriptors", spec)}
        if isinstance(found.x, LazyArrays):
            versions = [np.median(found.x.read(row)) for row in range(len(found.track_ids))]
        else:
            versions = found.x[:, 2].tolist()
    assert all(abs(value - version_of(beside, spec)) < 1 for value in versions)


@pytest.mark.parametrize("reader", SPECS)
@pytest.mark.parametrize("kind", INPUTS)
def test_a_model_counts_as_scorable_what_it_then_reads(unchanged: Library, kind: str, reader: str) -> None:
    spec = SPECS[reader]
    origins = ["computed"] if kind in {"catalogue", "fusion"} else ["audio"]
    with unchanged.store.read_session() as session:
        ids = list(unchanged.tracks.values())
        model = model_of(spec, kind, origins=origins)
        taggers = ModelReading.from_card(model.card).taggers
        found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=unchanged.blobs, taggers=taggers)
        assert ScoreRepository(session).count_scorable(model) == len(found.track_ids) >= 1
        assert set(found.audio_sha256) == {f"{name:>064}" for name in unchanged.names(found.track_ids)}


@pytest.mark.parametrize("reader", SPECS)
def test_audio_tags_are_read_whatever_the_spec_and_of_one_version_of_the_tagger(
    unchanged: Library, reader: str
) -> None:
    spec = SPECS[reader]
    ids, versions = list(unchanged.tracks.values()), {TAGGER.name: TAGGER.fingerprint}
    of_version = {name for name, tagger in TAGGED.items() if tagger is TAGGER}
    described = expected(("descriptors",), spec)
    with unchanged.store.read_session() as session:
        for kind, names in (("audio_tags", of_version), ("descriptors+audio_tags", of_version & described)):
            found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=unchanged.blobs, taggers=versions)
            assert isinstance(found.x, np.ndarray)
            assert unchanged.names(found.track_ids) == names
            assert set(found.origins) == {"audio"}
            tags = found.x[:, -TAGGER.n_values :]
            assert (tags == TAGGER.version).all()
            beside = found.x[:, : -TAGGER.n_values]
            assert set(beside[:, :1].ravel().tolist()) == ({version_of("descriptors", spec)} if beside.size else set())
            assert not len(read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=unchanged.blobs).track_ids)
        features = session.features(spec=spec.fingerprint, kind="audio_tags")
        assert unchanged.names(features.list_by_track(ids)) == set(unchanged.tracks), "no stage of a spec is minded"
