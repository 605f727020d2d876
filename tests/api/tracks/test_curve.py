"""Curves of tracks, from the question to the answer: rows of the store, and windows that are made up."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update
from uuid_utils.compat import uuid7

from services.api.deps import ApiPorts
from services.api.tracks import curve_service
from services.beat.curves import prepare_curves
from services.featurizer.windows.computation import WindowOutputs
from services.featurizer.windows.handlers import make_windows
from services.scorer import curves
from services.scorer.curves import fit_curves
from services.trainer.candidates.training import TrainedCandidate
from shared.curve.fitting import LabelledWindows, fit_curve_head
from shared.curve.head import fingerprint_head
from shared.domain.dataset import AUDIO_TAGS
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage
from shared.domain.prediction import PredictionBasis
from shared.domain.taggers import MUSICNN, TaggerSpec, list_versions
from shared.domain.track import AudioFile, CollectedTrack, SourceRef
from shared.errors import PermanentError, Reason
from shared.store.models.curve_heads import CurveFit
from shared.store.repositories import RepositorySession
from shared.store.tables import JobItem, Model, SnapshotItem, WindowOutputRow
from shared.store.tracks.repository import TrackRepository
from shared.worker.context import WorkerContext
from tests.api.conftest import AddTrack
from tests.support.featurized_tracks import featurize_track
from tests.support.problem_answers import problem
from tests.support.published_models import Judged, publish, train
from tests.support.queued_items import queued_items
from tests.support.window_series import CLASSES, joined_windows, labelled_tracks, windows_of

SPEC = FeatureSpec()
VERSIONS = list_versions([MUSICNN])
QUADRANTS = ("Q1", "Q2", "Q3", "Q4")
N_LABELLED = 44
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tagged_candidate() -> TrainedCandidate:
    """A model of quadrants whose card says that it reads audio tags."""
    candidate = train(taxonomy="quadrant4")
    card = replace(candidate.card, inputs=AUDIO_TAGS, stage_fingerprints={**VERSIONS})
    return replace(candidate, card=card)


@dataclass
class CurveLibrary:
    """A library in which a file's name says of which classes its parts are: `0-2.wav` changes from Q1 to Q3."""

    ports: ApiPorts
    client: TestClient
    bench: WorkerContext
    model_id: UUID | None = None

    def add(self, name: str) -> UUID:
        (self.ports.library.roots[0] / name).write_bytes(b"RIFF")
        root = self.ports.library.roots[0].name
        collected = CollectedTrack(
            refs=(SourceRef("folder", f"{root}/{name}"),),
            title=name,
            artist=name,
            duration_s=45.0,
            audio=AudioFile(locator=f"{root}/{name}", size_bytes=4, mtime_ns=1),
        )
        return self.ports.store.transact_session(
            "test.track", lambda session: TrackRepository(session).register_track(collected).track_id
        )

    def publish(self, candidate: TrainedCandidate, labelled: Sequence[tuple[UUID, int]], **said: Any) -> UUID:
        judged = [
            Judged(
                track_id=track_id,
                target=QUADRANTS[k],
                group=f"artist {i // 4}",
                probabilities=np.eye(4)[k].tolist(),
            )
            for i, (track_id, k) in enumerate(labelled)
        ]
        self.model_id = publish(self.ports, candidate, judged=judged, **said)
        return self.model_id

    def predict(self, track_id: UUID, emotion: str) -> None:
        probabilities = [0.7 if one == emotion else 0.1 for one in QUADRANTS]
        model_id = self.model_id
        assert model_id is not None
        self.ports.store.transact(
            "test.predict",
            lambda repositories: repositories.models.save_prediction(
                track_id,
                model_id,
                emotion=emotion,
                probabilities=probabilities,
                valence_arousal=None,
                basis=PredictionBasis.HELD_OUT,
            ),
        )

    def ask(self, track_id: UUID, **query: Any) -> Any:
        return self.client.get(f"/tracks/{track_id}/emotion/curve", params={"taxonomy": "quadrant4", **query})

    def work(self, stage: Stage, **handler: Any) -> ItemsMessage:
        message = queued_items(self.ports, stage)
        make_windows(
            message,
            bench=self.bench,
            library=self.ports.library,
            blobs=self.ports.blobs,
            spec=SPEC,
            taggers=[MUSICNN],
            stage=stage,
            **{"compute": compute_by_name, **handler},
        )
        return message


def compute_by_name(path: Path, taggers: Sequence[TaggerSpec], span: str) -> WindowOutputs:
    assert list(taggers) == [MUSICNN]
    classes = [int(part) for part in path.stem.partition("_")[0].split("-")]
    seed = sum(path.name.encode())
    values = joined_windows(*(windows_of([k] * 13, seed=seed + i) for i, k in enumerate(classes)))
    start_s = 10.0 if span == "excerpt" else 0.5
    return WindowOutputs(
        starts_s=tuple(start_s + 1.5 * i for i in range(len(values))), values=values, audio_sha256="0" * 64
    )


@pytest.fixture
def library(ports: ApiPorts, client: TestClient, bench: WorkerContext) -> CurveLibrary:
    return CurveLibrary(ports, client, bench)


@pytest.fixture
def labelled(library: CurveLibrary, tagged_candidate: TrainedCandidate) -> list[UUID]:
    """A champion with its training tracks, of which the last has lost its file."""
    tracks = [library.add(f"{i % 4}_{i}.wav") for i in range(N_LABELLED)]
    library.publish(tagged_candidate, [(track_id, i % 4) for i, track_id in enumerate(tracks)])
    (library.ports.library.roots[0] / f"{(N_LABELLED - 1) % 4}_{N_LABELLED - 1}.wav").unlink()
    return tracks


def fit(library: CurveLibrary) -> None:
    """What beat, featurizer and scorer do after a promotion."""
    prepare_curves(library.bench)
    library.work(Stage.EXCERPT_WINDOWS)
    prepare_curves(library.bench)
    fit_curves(queued_items(library.ports, Stage.CURVE), bench=library.bench)


def test_the_first_question_makes_the_windows_and_the_answer_stays(library: CurveLibrary, labelled: list[UUID]) -> None:
    fit(library)
    track_id = library.add("0-2_new.wav")
    library.predict(track_id, "Q3")
    first = library.ask(track_id)
    assert (first.status_code, first.headers["Retry-After"]) == (202, "2")
    assert (first.json()["stage"], first.json()["state"]) == ("windows", "queued")
    library.ask(track_id)
    assert len(library.work(Stage.WINDOWS).item_ids) == 1, "the second question asks for nothing more"
    answer = library.ask(track_id)
    assert answer.status_code == 200, answer.text
    curve = answer.json()
    assert [(one["start_s"], one["end_s"], one["emotion"], one["emotion_name"]) for one in curve["segments"]] == [
        (0.5, 21.5, "Q1", "happy"),
        (21.5, 42.5, "Q3", "sad"),
    ]
    assert [one["start_s"] for one in curve["windows"]] == [0.5 + 1.5 * i for i in range(27)]
    assert curve["windows"][0]["probabilities"]["Q1"] > 0.8
    assert curve["windows"][0]["valence"] > 0.5 > -0.5 > curve["windows"][-1]["valence"]
    assert curve["answer"]["emotion"] == "Q3", "the answer stands beside it"
    assert curve["excerpt"]["emotion"] == "Q3"
    assert curve["excerpt"]["start_s"] > 18
    assert "not from the model that answers" in curve["head"]["note"]
    assert curve["head"]["valence_arousal_from"] == "quadrants"
    assert not curve["is_cut_off"]
    assert library.ask(track_id).json() == curve


@pytest.mark.usefixtures("labelled")
def test_a_head_is_judged_in_the_folds_of_its_training_set(
    library: CurveLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[LabelledWindows] = []

    def fit_and_keep(tracks: Sequence[LabelledWindows], **options: Any) -> Any:
        seen.extend(tracks)
        return fit_curve_head(tracks, **options)

    monkeypatch.setattr(curves, "fit_curve_head", fit_and_keep)
    fit(library)
    with library.ports.store.read_session() as session:
        items = session.scalars(select(SnapshotItem)).all()
    targets = [(item.fold, CLASSES.index(item.target)) for item in items]
    left_out = Counter(targets) - Counter((one.fold, int(str(one.target))) for one in seen)
    assert (len({fold for fold, _ in targets}) > 1, left_out.total()) == (True, 1), "the file of one track is gone"


def test_a_head_is_fitted_after_the_promotion_and_shown_beside_its_model(
    library: CurveLibrary, labelled: list[UUID]
) -> None:
    track_id = library.add("1_new.wav")
    library.predict(track_id, "Q2")
    pending = library.ask(track_id)
    library.work(Stage.WINDOWS)
    pending = library.ask(track_id)
    assert (pending.status_code, pending.json()["stage"]) == (202, "curve")
    prepare_curves(library.bench)
    prepare_curves(library.bench)
    assert len(queued_items(library.ports, Stage.EXCERPT_WINDOWS).item_ids) == N_LABELLED, "asked for once"
    library.work(Stage.EXCERPT_WINDOWS)
    prepare_curves(library.bench)
    fit_curves(queued_items(library.ports, Stage.CURVE), bench=library.bench)
    assert library.ask(track_id).status_code == 200
    figures = library.client.get(f"/models/{library.model_id}").json()["curve"]
    assert (figures["n_labelled"], figures["n_without_windows"]) == (N_LABELLED, 1)
    assert figures["n_tracks"] == N_LABELLED - 1
    assert figures["track_macro_f1"] > 0.9
    prepare_curves(library.bench)
    assert queued_items_or_none(library.ports, Stage.CURVE) == (), "once is enough"


def save_head(library: CurveLibrary, model_id: UUID) -> None:
    head, figures = fit_curve_head(labelled_tracks(), outputs=QUADRANTS, kind="classes", versions=VERSIONS)
    library.ports.store.transact(
        "test.head",
        lambda repositories: repositories.curve_heads.save_head(
            CurveFit(model_id=model_id, fingerprint=fingerprint_head(VERSIONS)),
            content=head.to_bytes(),
            figures=figures.to_document(),
        ),
    )


def queued_items_or_none(ports: ApiPorts, stage: Stage) -> tuple[int, ...]:
    try:
        return queued_items(ports, stage).item_ids
    except ValueError:
        return ()


def test_windows_are_float16_and_go_with_their_track_or_its_sound(
    library: CurveLibrary, tagged_candidate: TrainedCandidate
) -> None:
    library.publish(tagged_candidate, [(library.add("0_a.wav"), 0)])
    track_id = library.add("3_new.wav")
    library.predict(track_id, "Q4")
    library.ask(track_id)
    library.work(Stage.WINDOWS)
    with library.ports.store.read_session() as session:
        (row,) = session.query(WindowOutputRow).where(WindowOutputRow.track_id == track_id)
        assert len(row.values) == 13 * 250 * 2
    assert library.ask(track_id).json()["stage"] == "curve", "the windows are there"
    featurize_track(library.ports, track_id, audio_sha256="f" * 64)
    assert library.ask(track_id).json()["stage"] == "windows", "the file has other sound by now"
    assert library.client.delete(f"/tracks/{track_id}").status_code in {200, 204}
    with library.ports.store.read_session() as session:
        assert session.query(WindowOutputRow).where(WindowOutputRow.track_id == track_id).count() == 0


def test_a_file_that_cannot_be_read_says_why_and_is_tried_again_later(
    library: CurveLibrary, tagged_candidate: TrainedCandidate
) -> None:
    library.publish(tagged_candidate, [(library.add("0_a.wav"), 0)])
    track_id = library.add("0_new.wav")
    library.predict(track_id, "Q1")
    library.ask(track_id)

    def refuse(path: Path, taggers: Sequence[TaggerSpec], span: str) -> WindowOutputs:
        raise PermanentError(Reason.UNDECODABLE, "not a sound file: replace it")

    library.work(Stage.WINDOWS, compute=refuse)
    assert "replace it" in problem(library.ask(track_id), 422, "undecodable")
    library.ports.store.transact_session(
        "test.later",
        lambda session: session.execute(
            update(JobItem).where(JobItem.stage == Stage.WINDOWS).values(finished_at="2020-01-01")
        ),
    )
    assert library.ask(track_id).status_code == 202


def test_what_has_no_curve_says_what_to_do(
    library: CurveLibrary, add_track: AddTrack, tagged_candidate: TrainedCandidate
) -> None:
    problem(library.ask(library.add("0_early.wav")), 409, "no_model")
    card = replace(tagged_candidate.card, inputs="descriptors")
    untagged = library.publish(replace(tagged_candidate, card=card), [(library.add("0_a.wav"), 0)])
    detail = problem(library.ask(library.add("0_b.wav")), 409, "no_curve")
    assert '"inputs": ["descriptors+audio_tags"]' in detail
    problem(library.ask(library.add("0_c.wav"), model=str(untagged)), 409, "no_curve")
    tagged = library.publish(tagged_candidate, [(library.add("0_d.wav"), 0)])
    problem(library.ask(add_track(), model=str(tagged)), 422, "no_audio")
    problem(library.ask(add_track(synthetic=True)), 422, "synthetic")
    problem(library.client.get("/tracks/00000000-0000-7000-8000-000000000000/emotion/curve"), 404, "not_found")


def test_a_candidate_has_no_curve_and_is_not_waited_for(
    library: CurveLibrary, tagged_candidate: TrainedCandidate
) -> None:
    candidate = library.publish(tagged_candidate, [(library.add("0_a.wav"), 0)], promote=False)
    detail = problem(library.ask(library.add("0_b.wav"), model=str(candidate)), 409, "no_curve")
    assert "fitted to champions, and this model is a candidate" in detail
    assert queued_items_or_none(library.ports, Stage.WINDOWS) == (), "nothing is made in vain"


def test_too_few_tracks_with_windows_are_told_and_not_tried_for_ever(
    library: CurveLibrary, tagged_candidate: TrainedCandidate
) -> None:
    library.publish(tagged_candidate, [(library.add(f"{k}_few.wav"), k) for k in range(4)])
    fit(library)
    track_id = library.add("0_new.wav")
    library.predict(track_id, "Q1")
    assert "a curve needs 40" in problem(library.ask(track_id), 409, "no_curve_head")
    prepare_curves(library.bench)
    assert queued_items_or_none(library.ports, Stage.CURVE) == ()


def test_a_review_lets_the_windows_of_its_songs_be_made(
    library: CurveLibrary, tagged_candidate: TrainedCandidate
) -> None:
    tracks = [library.add(f"{k}_drawn.wav") for k in range(2)]
    for track_id in tracks:
        featurize_track(library.ports, track_id)
    library.publish(tagged_candidate, [(library.add("0_a.wav"), 0)])
    for track_id in tracks:
        library.predict(track_id, "Q1")
    answer = library.client.get("/review", params={"annotator": "ann", "taxonomy": "quadrant4", "n": 2})
    assert {item["track_id"] for item in answer.json()["items"]} == {str(track_id) for track_id in tracks}
    assert len(library.work(Stage.WINDOWS).item_ids) == 2
    assert library.ask(tracks[0]).json()["stage"] == "curve", "its windows are there"
    library.client.get("/review", params={"annotator": "ann", "taxonomy": "quadrant4", "n": 2})
    assert queued_items_or_none(library.ports, Stage.WINDOWS) == ()


def test_the_starter_brings_its_head_along(
    library: CurveLibrary, tagged_candidate: TrainedCandidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, figures = fit_curve_head(labelled_tracks(), outputs=QUADRANTS, kind="classes", versions=VERSIONS)
    monkeypatch.setattr(curve_service, "read_starter_curve", lambda: (head, figures.to_document()))
    model_id = library.publish(tagged_candidate, [(library.add("0_a.wav"), 0)])

    def become(taxonomy: str) -> None:
        library.ports.store.transact_session(
            "test.starter",
            lambda session: session.execute(
                update(Model).where(Model.id == model_id).values(state="starter", taxonomy=taxonomy)
            ),
        )

    become("quadrant4")
    track_id = library.add("1-3_new.wav")
    library.predict(track_id, "Q2")
    library.ask(track_id, model=str(model_id))
    library.work(Stage.WINDOWS)
    answer = library.ask(track_id, model=str(model_id))
    assert answer.status_code == 200, answer.text
    assert [one["emotion"] for one in answer.json()["segments"]] == ["Q2", "Q4"]
    prepare_curves(library.bench)
    assert queued_items_or_none(library.ports, Stage.CURVE) == (), "nothing is fitted for it"
    become("mood4")
    detail = problem(library.ask(track_id, model=str(model_id), taxonomy="mood4"), 409, "no_curve")
    assert "taxonomy=quadrant4" in detail


def test_valence_and_arousal_come_from_the_champion_that_answers_them(
    library: CurveLibrary, tagged_candidate: TrainedCandidate
) -> None:
    model_id = library.publish(tagged_candidate, [(library.add("0_a.wav"), 0)])
    save_head(library, model_id)
    track_id = library.add("0-2_new.wav")
    library.predict(track_id, "Q3")
    library.ask(track_id)
    library.work(Stage.WINDOWS)
    points = [(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)]
    tracks = [replace(one, target=points[i % 4]) for i, one in enumerate(labelled_tracks())]
    head, figures = fit_curve_head(tracks, outputs=("valence", "arousal"), kind="dimensions", versions=VERSIONS)

    def publish_point_model(session: RepositorySession) -> None:
        row = session.get_one(Model, library.model_id)
        columns = {column.name: getattr(row, column.name) for column in Model.__table__.columns}
        session.add(Model(**{**columns, "id": uuid7(), "taxonomy": "valence_arousal", "job_item_id": None}))
        session.flush()
        model = session.models.get_default(taxonomy="valence_arousal", synthetic=False)
        assert model is not None
        saved = CurveFit(model_id=model.id, fingerprint=fingerprint_head(VERSIONS))
        session.curve_heads.save_head(saved, content=head.to_bytes(), figures=figures.to_document())

    library.ports.store.transact_session("test.point", publish_point_model)
    curve = library.ask(track_id).json()
    assert curve["head"]["valence_arousal_from"] == "model"
    assert curve["segments"][0]["valence"] > 0.5 > -0.5 > curve["segments"][1]["valence"]
