"""Every path by which features are read: all rows of the reader's version of a stage, and never one of another."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import delete, select

from services.trainer.dataset.pack_loading import read_excerpt_arrays
from services.trainer.networks.excerpt_arrays import ExcerptArrays
from shared.blobs import open_blobs
from shared.domain.augmentation import AugmentRequest
from shared.domain.catalogue import COMPUTED_INPUTS, list_input_columns
from shared.domain.dataset import INPUTS
from shared.domain.features import FeatureSpec
from shared.domain.stages import stage_fingerprints
from shared.domain.track import CATALOGUE_COLUMNS
from shared.errors import Reason
from shared.inference.lazy_arrays import LazyArrays
from shared.inference.model_inputs import CatalogueReading, feature_names, load_array, read_inputs
from shared.packs.writer import get_fresh_pack, pack_digest
from shared.settings import BlobSettings, StoreSettings
from shared.store import Store, open_store
from shared.store.features.coverage import FeatureCoverage
from shared.store.features.packs import PackRepository
from shared.store.features.repository import FeatureRepository
from shared.store.features.spec_stages import SpecStages
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository
from shared.store.similarity.embeddings import EmbeddingRepository
from shared.store.similarity.projections import EVERY_TRACK, ProjectedVectorRepository, ProjectionRepository
from shared.store.tables import Model, ProjectedVector, SnapshotRow, SpecStage
from shared.store.tracks.decisions import AnsweringModel, TrackDecisions
from shared.store.tracks.duplicates import DuplicateRepository
from shared.store.tracks.repository import TrackRepository
from shared.store.tracks.track_records import TrackRecords
from tests.conftest import TEMPLATE, Servers
from tests.integration.store.versions import (
    ANALYSED,
    CATALOGUE,
    DESCRIPTORS,
    FIRST,
    MEL,
    SPECS,
    Library,
    register,
    version_of,
)

Versions = Mapping[str, float]
"""By track what its values say of the version that made them."""
WRITTEN = MappingProxyType(
    {
        "manifest_key": "none",
        "manifest_sha256": "",
        "n_tracks": 0,
        "n_arrays": 0,
        "n_shards": 0,
        "n_bytes": 0,
        "summary": {},
    }
)
"""The rest of a pack's row."""
LABELS_ALONE = TrackDecisions(AnsweringModel("mood4", None), synthetic=False)
Reading = Callable[[Any, Library, FeatureSpec], Versions]


@pytest.fixture
def library(store: Store, folder: Path) -> Library:
    return Library.filled(store, open_blobs(BlobSettings(blob_url=str(folder / "blobs"))))


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


def named(library: Library, track_ids: Any, values: Any) -> Versions:
    return by_name(library, dict(zip(track_ids, (float(value) for value in values), strict=True)))


def input_column(kind: str, column: int) -> Reading:
    def read(session: Any, library: Library, spec: FeatureSpec) -> Versions:
        ids = list(library.tracks.values())
        found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=library.blobs)
        return named(library, found.track_ids, found.x[:, column])  # type: ignore[index,arg-type]

    return read


def input_array(kind: str) -> Reading:
    def read(session: Any, library: Library, spec: FeatureSpec) -> Versions:
        ids = list(library.tracks.values())
        found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=library.blobs)
        assert isinstance(found.x, LazyArrays)
        full_scale = 32_768 if kind == "waveform" else 1
        arrays = [full_scale * np.median(found.x.read(row)) for row in range(len(found.track_ids))]
        return named(library, found.track_ids, arrays)

    return read


def bulk(session: Any, library: Library, spec: FeatureSpec) -> Versions:
    table = ScoreRepository(session).read_unscored_descriptors(model_of(spec, "descriptors"), EVERY_TRACK)
    return named(library, table.track_ids, table.x[:, 0])


def standard_sample(session: Any, library: Library, spec: FeatureSpec) -> Versions:
    standards = ProjectionRepository(session, spec=spec.fingerprint, synthetic=False)
    table = standards.read_sample(100)
    assert standards.count_tracks() == len(table.track_ids)
    return named(library, table.track_ids, table.x[:, 0])


def exported_descriptors(session: Any, library: Library, spec: FeatureSpec) -> Versions:
    page = TrackRecords(session, spec=spec.fingerprint).list_page(after=None, decisions=LABELS_ALONE)
    return by_name(
        library,
        {one.track.id: one.features.descriptors[0] for one in page if one.features and one.features.descriptors},
    )


def exported_catalogue(session: Any, library: Library, spec: FeatureSpec) -> Versions:
    page = TrackRecords(session, spec=spec.fingerprint).list_page(after=None, decisions=LABELS_ALONE)
    return by_name(library, {one.track.id: one.catalogue["tempo"] for one in page if one.catalogue})


def exported_arrays(session: Any, library: Library, spec: FeatureSpec) -> Versions:
    rows = FeatureRepository(session, spec=spec.fingerprint).list_arrays(list(library.tracks.values()))
    return by_name(library, {track_id: np.median(load_array(library.blobs, row)) for track_id, row in rows.items()})


def packed(excerpt: str) -> Reading:
    def read(session: Any, library: Library, spec: FeatureSpec) -> Versions:
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
    with unchanged.store.read() as session:
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
        assert set(rows[:, 0].tolist()) == {version_of("descriptors", spec)}  # type: ignore[index]
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
    with unchanged.store.read() as session:
        ids = list(unchanged.tracks.values())
        found = read_inputs(session, ids, kind=kind, spec=spec.fingerprint, blobs=unchanged.blobs)
        assert (
            ScoreRepository(session).count_scorable(model_of(spec, kind, origins=origins)) == len(found.track_ids) >= 1
        )
        assert set(found.audio_sha256) == {f"{name:>064}" for name in unchanged.names(found.track_ids)}


def test_delivered_columns_are_read_whatever_the_version_of_the_computed_ones(store: Store, library: Library) -> None:
    """A table's columns were made by no code of ours: fusion on them minds the descriptors alone."""
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)
    for name in ("old", "new", "newer"):
        store.transact(
            "test.table",
            lambda s, name=name: TrackRepository(s).save_catalogue(library.tracks[name], values, origin="table"),
        )
    ids = list(library.tracks.values())
    with store.read() as session:
        for kind, names in (("catalogue", {"old", "new", "newer"}), ("fusion", {"old", "new"})):
            found = read_inputs(session, ids, kind=kind, spec=FIRST.fingerprint, blobs=library.blobs)
            assert (library.names(found.track_ids), set(found.origins)) == (names, {"table"})
            assert ScoreRepository(session).count_scorable(model_of(FIRST, kind, origins=["table"])) == len(names)
            assert None not in found.audio_sha256, "its sound is known, by whatever spec"


def test_a_published_model_reads_the_columns_of_its_own_origins_whatever_other_tracks_have(
    store: Store, library: Library
) -> None:
    """`old` has a table's columns beside computed ones; `recomputed` and `new` have computed ones alone."""
    old = library.tracks["old"]
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)
    store.transact("test.table", lambda s: TrackRepository(s).save_catalogue(old, values, origin="table"))
    ids = [library.tracks[name] for name in ("old", "recomputed", "new")]

    def read(session: Any, kind: str, origin: str, tracks: list[UUID]) -> dict[str, tuple[str, list[float]]]:
        reading = CatalogueReading.from_card(model_of(FIRST, kind, origins=[origin]).card)
        found = read_inputs(session, tracks, kind=kind, spec=FIRST.fingerprint, blobs=library.blobs, reading=reading)
        assert isinstance(found.x, np.ndarray)
        names = {track_id: name for name, track_id in library.tracks.items()}
        return {
            names[track_id]: (its_origin, row.tolist())
            for track_id, its_origin, row in zip(found.track_ids, found.origins, found.x, strict=True)
        }

    computed = [version_of("catalogue", FIRST)] * len(COMPUTED_INPUTS)
    with store.read() as session:
        for kind, n_beside in (("catalogue", 0), ("fusion", 2)):
            of_table, of_computed = read(session, kind, "table", ids), read(session, kind, "computed", ids)
            assert (of_table["old"][0], of_table["old"][1][n_beside:]) == ("table", [0.5] * 13)
            assert {name for name, (origin, _) in of_table.items() if origin == "table"} == {"old"}
            assert set(of_computed) == {"old", "recomputed"}, "the columns of `new` are of another version"
            assert all(row[n_beside:] == computed for _, row in of_computed.values())
            for origin, together in (("table", of_table), ("computed", of_computed)):
                assert read(session, kind, origin, [old]) == {"old": together["old"]}, "no other track matters"


def test_a_fusion_of_delivered_columns_minds_no_version_of_the_computed_ones_of_other_tracks(
    store: Store, library: Library
) -> None:
    """`new` has a table's columns and descriptors of this version; `old` has computed columns of it."""
    old, new = library.tracks["old"], library.tracks["new"]
    values = dict.fromkeys(CATALOGUE_COLUMNS, 0.5)
    store.transact("test.table", lambda s: TrackRepository(s).save_catalogue(new, values, origin="table"))
    reading = CatalogueReading.from_card(model_of(FIRST, "fusion", origins=["table"]).card)
    with store.read() as session:
        found = read_inputs(
            session, [old, new], kind="fusion", spec=FIRST.fingerprint, blobs=library.blobs, reading=reading
        )
    assert dict(zip(found.track_ids, found.origins, strict=True)) == {old: "computed", new: "table"}


def test_a_network_beside_descriptors_does_not_take_a_pack_that_holds_another_sound(
    store: Store, library: Library, folder: Path
) -> None:
    """The file changed after the descriptors were raised: the older model reads both of before, or neither."""
    library.analyse("old", DESCRIPTORS, sound="another")
    ids = [library.tracks[name] for name in ("old", "recomputed")]
    with store.read() as session:
        packs = PackRepository(session, spec=FIRST.fingerprint)
        digest = pack_digest(packs.list_arrays("excerpts"), kind="excerpts", spec=FIRST.fingerprint)
    store.transact(
        "test.pack",
        lambda s: PackRepository(s, spec=FIRST.fingerprint).save_pack(
            {"kind": "excerpts", "digest": digest, **WRITTEN}
        ),
    )
    with store.read() as session:
        found = read_inputs(session, ids, kind="sound", spec=FIRST.fingerprint, blobs=library.blobs)
        stacks = read_excerpt_arrays(
            session, ids, kind="sound", spec=FIRST.fingerprint, blobs=library.blobs, folder=folder
        )
        assert isinstance(found.x, LazyArrays)
        read = ExcerptArrays(dict(zip(ids, (found.x.read(row) for row in range(2)), strict=True)), ids, excerpt=(4, 5))
    for row in range(2):
        np.testing.assert_array_equal(stacks.read(row), read.read(row))


def test_a_pack_of_before_is_fresh_where_its_stage_did_not_change(store: Store, library: Library) -> None:
    with store.read() as session:
        rows = PackRepository(session, spec=FIRST.fingerprint).list_arrays("talk")
    row = {"kind": "talk", "digest": pack_digest(rows, kind="talk", spec=FIRST.fingerprint)}
    store.transact("test.pack", lambda s: PackRepository(s, spec=FIRST.fingerprint).save_pack({**row, **WRITTEN}))
    with store.read() as session:
        for spec, is_there in ((CATALOGUE, True), (DESCRIPTORS, True), (MEL, False)):
            packs = PackRepository(session, spec=spec.fingerprint)
            assert (packs.get_latest("talk") is not None) == is_there
            assert (get_fresh_pack(packs, rows, kind="talk") is not None) == is_there
            assert (len(FeatureCoverage(session, spec=spec.fingerprint).list_packs()) == 1) == is_there


def test_variants_are_those_of_the_version_of_the_spectrogram_and_of_one_draw_the_newest(
    store: Store, library: Library
) -> None:
    def write(spec: FeatureSpec, key: str) -> None:
        row = {
            "track_id": library.tracks["old"],
            "transform": "pitch_shift",
            "seed": 1,
            "copy": 0,
            "parameters": {},
            "blob_key": key,
            "sha256": key,
            "shape": [4, 5],
        }
        store.transact("test.variant", lambda s: PackRepository(s, spec=spec.fingerprint).save_variants([row]))

    for spec, key in ((MEL, "mel"), (FIRST, "first"), (CATALOGUE, "catalogue")):
        write(spec, key)
    asked = AugmentRequest(variants=("pitch_shift",), seed=1, copies=1)
    with store.read() as session:
        for spec, key in ((FIRST, "catalogue"), (DESCRIPTORS, "catalogue"), (MEL, "mel")):
            assert [row.blob_key for row in PackRepository(session, spec=spec.fingerprint).list_variants(asked)] == [
                key
            ]
            assert FeatureCoverage(session, spec=spec.fingerprint).count_variants() == [("pitch_shift", 1, 1)]


def test_what_is_outdated_is_counted_by_stage(store: Store, library: Library) -> None:
    with store.read() as session:
        found = FeatureCoverage(session, spec=DESCRIPTORS.fingerprint).count_by_stage(
            ["mel", "descriptors", "catalogue"]
        )
        assert {stage: (its.n_ready, its.n_outdated) for stage, its in found.items()} == {
            "mel": (5, 1),
            "descriptors": (2, 4),
            "catalogue": (2, 4),
        }
        features = FeatureRepository(session, spec=CATALOGUE.fingerprint)
        every = ["mel", "descriptors", "catalogue"]
        assert features.list_outdated_stages(library.tracks["old"], stages=every) == ["catalogue"]
        assert features.list_outdated_stages(library.tracks["newer"], stages=every) == ["catalogue", "descriptors"]
        assert features.list_outdated_stages(library.tracks["recomputed"], stages=every) == []
    nobody = register(store, "never analysed")
    with store.read() as session:
        assert FeatureRepository(session, spec=FIRST.fingerprint).list_outdated_stages(nobody, stages=every) == []


def test_the_same_sound_is_found_across_specs_that_hash_it_alike(store: Store, library: Library) -> None:
    copies = {name: register(store, name) for name in ("copy", "other copy")}
    library.tracks.update(copies)
    library.analyse("copy", CATALOGUE, sound="old")
    library.analyse("other copy", DESCRIPTORS, sound="new")

    def look(session: Any) -> dict[str, list[UUID]]:
        asked = {"copy": CATALOGUE, "other copy": DESCRIPTORS}
        found = {
            name: DuplicateRepository(session).list_same_excerpt([copies[name]], spec=asked[name].fingerprint)
            for name in asked
        }
        return {name: [pair.other for pair in pairs] for name, pairs in found.items()}

    assert store.transact("test.look", look) == {"copy": [library.tracks["old"]], "other copy": []}, (
        "of another window nothing is said"
    )


def test_a_spec_of_which_nothing_is_known_is_read_alone(store: Store, library: Library) -> None:
    forget = delete(SpecStage).where(SpecStage.spec == CATALOGUE.fingerprint)
    store.transact("test.forget", lambda session: session.execute(forget))
    with store.read() as session:
        assert SpecStages(session).list_specs_sharing(CATALOGUE.fingerprint, ["descriptors"]) == (
            CATALOGUE.fingerprint,
        )
        specs = SpecStages(session).list_specs_sharing(FIRST.fingerprint, ["descriptors"])
        assert specs == (FIRST.fingerprint, MEL.fingerprint)
        found = read_inputs(
            session, list(library.tracks.values()), kind="descriptors", spec=FIRST.fingerprint, blobs=library.blobs
        )
    assert library.names(found.track_ids) == {"old", "recomputed", "again", "remade"}


def test_todays_spec_is_known_before_anything_is_written_under_it(store: Store) -> None:
    with store.read() as session:
        assert SpecStages(session).get_fingerprints(FIRST.fingerprint) == stage_fingerprints(FIRST)


@pytest.mark.parametrize(
    ("reason", "reads_on"), [(Reason.SILENT, False), (Reason.TOO_SHORT, False), (Reason.AUDIO_GONE, True)]
)
def test_a_failure_under_a_newer_spec_stands_where_it_is_about_the_sound(
    store: Store, library: Library, reason: Reason, *, reads_on: bool
) -> None:
    """A file that is silent now is not what was analysed before; one that is gone leaves what was computed of it."""
    track_id = library.tracks["old"]
    store.transact(
        "test.failure",
        lambda s: FeatureRepository(s, spec=CATALOGUE.fingerprint).save_failures([(track_id, reason, "why")]),
    )
    with store.read() as session:
        for kind in ("descriptors", "mel", "spectrogram", "waveform", "sound"):
            found = read_inputs(session, [track_id], kind=kind, spec=FIRST.fingerprint, blobs=library.blobs)
            assert (found.track_ids == (track_id,)) == reads_on, kind
        table = ScoreRepository(session).read_unscored_descriptors(model_of(FIRST, "descriptors"), EVERY_TRACK)
        assert (track_id in table.track_ids) == reads_on
        row = FeatureRepository(session, spec=FIRST.fingerprint).list_by_track([track_id])[track_id]
        assert (row.state == "ready") == reads_on
        catalogue = read_inputs(session, [track_id], kind="catalogue", spec=FIRST.fingerprint, blobs=library.blobs)
        assert catalogue.track_ids == (track_id,), "the failure is of another version of the catalogue"


def test_a_file_that_changed_is_read_as_it_is_now(store: Store, library: Library) -> None:
    library.analyse("old", CATALOGUE, sound="another")
    with store.read() as session:
        found = read_inputs(
            session, [library.tracks["old"]], kind="descriptors", spec=FIRST.fingerprint, blobs=library.blobs
        )
        assert found.audio_sha256 == (f"{'another':>064}",)
        assert found.x[0, 1] == float(sum(b"another"))  # type: ignore[index]


def test_what_models_said_is_dropped_where_the_stage_that_they_read_changed_and_only_there(
    store: Store, library: Library
) -> None:
    def said() -> set[str]:
        with store.read() as session:
            return {
                f"{model.inputs} of {name}"
                for name in ("old", "again")
                for model in session.scalars(select(Model))
                if ModelRepository(session).get_prediction(library.tracks[name], model.id) is not None
            }

    def standing() -> set[UUID]:
        with store.read() as session:
            return set(session.scalars(select(ProjectedVector.track_id)))

    models = {kind: published(store, FIRST, kind) for kind in ("descriptors", "mel", "sound", "waveform", "fusion")}

    def say(session: Any) -> None:
        for name in ("old", "again"):
            for model in models.values():
                row = {"track_id": library.tracks[name], "model_id": model, "emotion": "sad", "probabilities": [1.0]}
                ModelRepository(session).save_predictions([row])
                EmbeddingRepository(session).save_vectors(
                    model, [library.tracks[name]], np.ones((1, 2), dtype=np.float32)
                )
        standard = ProjectionRepository(session, spec=FIRST.fingerprint, synthetic=False).replace_current(
            b"", n_tracks=1, instead_of=None
        )
        both = [library.tracks[name] for name in ("old", "again")]
        ProjectedVectorRepository(session).save_vectors(standard.id, both, np.ones((2, 2), dtype=np.float32))

    store.transact("test.say", say)
    everything = {f"{kind} of {name}" for kind in models for name in ("old", "again")}
    assert said() == everything
    library.analyse("old", CATALOGUE)
    assert said() == everything, "the same values under a newer spec"
    library.analyse("old", DESCRIPTORS)
    assert said() == everything, "no model of before reads the newer descriptors"
    assert standing() == {library.tracks["old"], library.tracks["again"]}
    library.analyse("old", FIRST, changed="waveform")
    assert everything - said() == {"waveform of old"}, "of one stage alone"
    library.analyse("old", CATALOGUE, sound="another")
    assert said() == {f"{kind} of again" for kind in models}
    assert standing() == {library.tracks["again"]}
    with store.read() as session:
        assert EmbeddingRepository(session).get_vector(library.tracks["old"], models["sound"]) is None
        assert EmbeddingRepository(session).get_vector(library.tracks["again"], models["sound"]) is not None
    failures = [(library.tracks["again"], Reason.SILENT, "why")]

    def fail(session: Any, spec: FeatureSpec) -> None:
        features = FeatureRepository(session, spec=spec.fingerprint)
        features.declare_spec(asdict(spec), descriptor_names=["a", "b"], descriptor_units=["1", "1"])
        features.save_failures(failures)

    store.transact("test.failure", lambda s: fail(s, DESCRIPTORS))
    assert said() == {f"{kind} of again" for kind in models}, "what was computed stays until something new is"
    newer = replace(DESCRIPTORS, descriptors=replace(DESCRIPTORS.descriptors, version=109))
    store.transact("test.failure", lambda s: fail(s, newer))
    assert said() == {"descriptors of again", "fusion of again"}, "of the stages that are of one version"


def model_of(spec: FeatureSpec, kind: str, *, origins: list[str] | None = None) -> Model:
    its_origins = origins or ["audio"]
    names = feature_names(kind, descriptors=("a", "b"), n_mels=4, catalogue=list_input_columns(its_origins[0]))
    return Model(
        id=UUID(int=1),
        estimator="svm",
        inputs=kind,
        taxonomy="mood4",
        synthetic=False,
        version=1,
        spec=spec.fingerprint,
        metrics={},
        card={"classes": ["calm", "sad"], "origins": its_origins, "feature_names": list(names)},
    )


def published(store: Store, spec: FeatureSpec, kind: str) -> UUID:
    def write(session: Any) -> UUID:
        snapshot = SnapshotRow(
            taxonomy="mood4",
            inputs=[kind],
            spec=spec.fingerprint,
            synthetic=False,
            n_folds=5,
            seed=0,
            counts={},
            leak_check={},
        )
        session.add(snapshot)
        session.flush()
        version = ModelRepository(session).lock_next_version(taxonomy="mood4", synthetic=False)
        model = Model(
            estimator="svm",
            inputs=kind,
            taxonomy="mood4",
            synthetic=False,
            version=version,
            spec=spec.fingerprint,
            snapshot_id=snapshot.id,
            metrics={},
            card={"classes": ["sad"], "origins": ["computed"]},
            artefact_key="",
            artefact_sha256="",
        )
        session.add(model)
        session.flush()
        return model.id

    return store.transact("test.model", write)
