"""What newer versions, failures and changed files mean for what was stored before."""

from dataclasses import asdict, replace
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.domain.features import FeatureSpec
from shared.domain.stages import stage_fingerprints
from shared.errors import Reason
from shared.inference.model_inputs import read_inputs
from shared.store import Store
from shared.store.features.coverage import FeatureCoverage
from shared.store.features.repository import FeatureRepository
from shared.store.features.spec_stages import SpecStages
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository
from shared.store.similarity.embeddings import EmbeddingRepository
from shared.store.similarity.projections import EVERY_TRACK, ProjectedVectorRepository, ProjectionRepository
from shared.store.tables import Model, ProjectedVector, SnapshotRow, SpecStage
from shared.store.tracks.duplicates import DuplicateRepository
from tests.integration.store.versions import CATALOGUE, DESCRIPTORS, FIRST, MEL, Library, model_of, register


def test_what_is_outdated_is_counted_by_stage(store: Store, library: Library) -> None:
    with store.read_session() as session:
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
    with store.read_session() as session:
        assert FeatureRepository(session, spec=FIRST.fingerprint).list_outdated_stages(nobody, stages=every) == []


def test_the_same_sound_is_found_across_specs_that_hash_it_alike(store: Store, library: Library) -> None:
    copies = {name: register(store, name) for name in ("copy", "other copy")}
    library.tracks.update(copies)
    library.analyse("copy", CATALOGUE, sound="old")
    library.analyse("other copy", DESCRIPTORS, sound="new")

    def look(session: Session) -> dict[str, list[UUID]]:
        asked = {"copy": CATALOGUE, "other copy": DESCRIPTORS}
        found = {
            name: DuplicateRepository(session).list_same_excerpt([copies[name]], spec=asked[name].fingerprint)
            for name in asked
        }
        return {name: [pair.other for pair in pairs] for name, pairs in found.items()}

    assert store.transact_session("test.look", look) == {"copy": [library.tracks["old"]], "other copy": []}, (
        "of another window nothing is said"
    )


def test_a_spec_of_which_nothing_is_known_is_read_alone(store: Store, library: Library) -> None:
    forget = delete(SpecStage).where(SpecStage.spec == CATALOGUE.fingerprint)
    store.transact_session("test.forget", lambda session: session.execute(forget))
    with store.read_session() as session:
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
    with store.read_session() as session:
        assert SpecStages(session).get_fingerprints(FIRST.fingerprint) == stage_fingerprints(FIRST)


@pytest.mark.parametrize(
    ("reason", "reads_on"), [(Reason.SILENT, False), (Reason.TOO_SHORT, False), (Reason.AUDIO_GONE, True)]
)
def test_a_failure_under_a_newer_spec_stands_where_it_is_about_the_sound(
    store: Store, library: Library, reason: Reason, *, reads_on: bool
) -> None:
    """A file that is silent now is not what was analysed before; one that is gone leaves what was computed of it."""
    track_id = library.tracks["old"]
    store.transact_session(
        "test.failure",
        lambda s: FeatureRepository(s, spec=CATALOGUE.fingerprint).save_failures([(track_id, reason, "why")]),
    )
    with store.read_session() as session:
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
        assert isinstance(found.x, np.ndarray)
        assert found.x[0, 1] == float(sum(b"another"))


def test_what_models_said_is_dropped_where_the_stage_that_they_read_changed_and_only_there(
    store: Store, library: Library
) -> None:
    def said() -> set[str]:
        with store.read_session() as session:
            return {
                f"{model.inputs} of {name}"
                for name in ("old", "again")
                for model in session.scalars(select(Model))
                if ModelRepository(session).get_prediction(library.tracks[name], model.id) is not None
            }

    def standing() -> set[UUID]:
        with store.read_session() as session:
            return set(session.scalars(select(ProjectedVector.track_id)))

    models = {kind: published(store, FIRST, kind) for kind in ("descriptors", "mel", "sound", "waveform", "fusion")}

    def say(session: Session) -> None:
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

    store.transact_session("test.say", say)
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
    with store.read_session() as session:
        assert EmbeddingRepository(session).get_vector(library.tracks["old"], models["sound"]) is None
        assert EmbeddingRepository(session).get_vector(library.tracks["again"], models["sound"]) is not None
    failures = [(library.tracks["again"], Reason.SILENT, "why")]

    def fail(session: Session, spec: FeatureSpec) -> None:
        features = FeatureRepository(session, spec=spec.fingerprint)
        features.declare_spec(asdict(spec), descriptor_names=["a", "b"], descriptor_units=["1", "1"])
        features.save_failures(failures)

    store.transact_session("test.failure", lambda s: fail(s, DESCRIPTORS))
    assert said() == {f"{kind} of again" for kind in models}, "what was computed stays until something new is"
    newer = replace(DESCRIPTORS, descriptors=replace(DESCRIPTORS.descriptors, version=109))
    store.transact_session("test.failure", lambda s: fail(s, newer))
    assert said() == {"descriptors of again", "fusion of again"}, "of the stages that are of one version"


def published(store: Store, spec: FeatureSpec, kind: str) -> UUID:
    def write(session: Session) -> UUID:
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

    return store.transact_session("test.model", write)
