"""What CONTRIBUTING gives to copy works: each template is held to what the real ones are held to."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openapi_spec_validator import validate

from services.api.main import create_app, list_routers
from services.crawler.sources.m3u import M3uSource
from services.crawler.sources.port import CrawlSource
from services.trainer.estimators.logistic import LogisticConfig
from services.trainer.fitting.cross_validation import FittedModel, fit_final
from services.trainer.heads.dimensions import DimensionHead
from services.trainer.heads.strategy import CandidateSpec, HeadStrategy
from services.trainer.onnx.export import export_model
from services.trainer.protocols.classifier import Estimator
from shared.domain.crawl import CrawlRequest
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.head import DIMENSIONS
from shared.domain.training import TrainRequest
from shared.errors import PermanentError, Reason
from shared.library import MusicLibrary
from shared.registry.parity import TOLERANCE, require_parity
from tests.support.api_keys import open_to_this_machine
from tests.templates import endpoint
from tests.templates.estimator import TemplateConfig
from tests.templates.head_strategy import TemplateHead
from tests.templates.source import TemplateSource

MOODS = ("calm", "sad", "energetic", "happy")
N_TRACKS, N_FEATURES, N_FOLDS = 160, 16, 5
MISSING = CrawlRequest(source="m3u", path="gone.m3u8")


@pytest.fixture
def music(tmp_path: Path) -> Path:
    (tmp_path / "rock").mkdir()
    (tmp_path / "rock" / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "list.m3u8").write_text("rock/a.wav\n")
    (tmp_path / "list.txt").write_text("Vox - Ode\n\nPax - Hymn\n")
    return tmp_path


def test_a_source_refuses_a_payload_that_names_no_track(music: Path) -> None:
    with pytest.raises(PermanentError) as caught:
        TemplateSource(MusicLibrary([music])).collect_track({"number": 1, "line": "Ode"}, MISSING)
    assert caught.value.reason is Reason.NOT_FOUND


@pytest.mark.parametrize(
    ("kind", "path"), [pytest.param(TemplateSource, "list.txt", id="template"), pytest.param(M3uSource, "list.m3u8")]
)
def test_a_source_lists_in_a_stable_order_and_collects_again(music: Path, kind: Any, path: str) -> None:
    source: CrawlSource = kind(MusicLibrary([music]))
    request = CrawlRequest(source="m3u", path=path, emotion="sad")
    items = list(source.list_items(request).items)
    assert items == list(source.list_items(request).items)
    assert len({item.key for item in items}) == len(items) > 0
    assert all(json.loads(json.dumps(item.payload, allow_nan=False)) == item.payload for item in items)
    tracks = [source.collect_track(item.payload, request) for item in items]
    assert [track.refs for track in tracks] == [source.collect_track(item.payload, request).refs for item in items]
    assert all(track.refs and track.title and track.annotator_name for track in tracks)
    assert {track.label.emotion for track in tracks if track.label} == {"sad"}
    with pytest.raises(PermanentError) as caught:
        list(source.list_items(MISSING).items)
    assert caught.value.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("estimator", [TemplateConfig(), LogisticConfig()], ids=lambda config: config.name)
@pytest.mark.parametrize("imbalance", ["none", "weights"])
def test_an_estimator_exports_what_it_predicts(estimator: Estimator, imbalance: str) -> None:
    rng = np.random.default_rng(0)
    items = labelled_items([(0.0,)] * N_TRACKS)
    y = np.array([MOODS.index(item.example.target) for item in items])
    x = (3 * np.eye(4, N_FEATURES)[y] + rng.normal(size=(N_TRACKS, N_FEATURES))).astype(np.float32)
    fitted: FittedModel = fit_final(estimator.build_classifier, x, items, MOODS, seed=1, imbalance=imbalance)
    assert json.loads(json.dumps(estimator.hyperparameters)) == estimator.hyperparameters
    probabilities = fitted.probabilities(x)
    assert (probabilities.argmax(axis=1) == y).mean() > 0.8
    far = rng.normal(scale=3, size=(2000, N_FEATURES)).astype(np.float32)
    for values in (x, far):
        assert require_parity(export_model(fitted), values, fitted.probabilities(values)) <= TOLERANCE


@pytest.mark.parametrize("head", [TemplateHead(), DimensionHead()], ids=lambda head: type(head).__name__)
def test_a_head_is_prepared_cross_fitted_evaluated_and_exported(head: HeadStrategy) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(N_TRACKS, N_FEATURES)).astype(np.float32)
    y = np.tanh(0.6 * x[:, :2])
    request = TrainRequest(estimators=("tree",), kind=DIMENSIONS)
    prepared = head.prepare_targets(labelled_items(y.tolist()), request, words={})
    candidate = CandidateSpec(
        request=request,
        estimator="tree",
        inputs="descriptors",
        x=x,
        items=prepared.items,
        head=prepared.head,
        seed=0,
    )
    folds: list[Any] = []
    predicted = head.cross_fit(candidate, on_fold=folds.append, finished={})
    kept, metrics = head.evaluate_predictions(predicted, candidate)
    assert (len(folds), kept.shape) == (N_FOLDS, (N_TRACKS, len(prepared.head.outputs)))
    assert json.dumps(metrics, allow_nan=False)
    fitted = head.fit_final(candidate)
    assert require_parity(export_model(fitted), x, fitted.probabilities(x)) <= TOLERANCE
    assert head.list_hyperparameters(fitted, candidate)
    with pytest.raises(PermanentError) as caught:
        head.prepare_targets(prepared.items[:4], request, words={})
    assert caught.value.reason is Reason.NOT_ENOUGH_LABELS


def test_a_fold_that_was_finished_before_is_not_fitted_again() -> None:
    x = np.random.default_rng(0).normal(size=(N_TRACKS, N_FEATURES)).astype(np.float32)
    request = TrainRequest(estimators=("tree",), kind=DIMENSIONS)
    prepared = TemplateHead().prepare_targets(labelled_items(x[:, :2].tolist()), request, words={})
    candidate = CandidateSpec(
        request=request, estimator="tree", inputs="descriptors", x=x, items=prepared.items, head=prepared.head, seed=0
    )
    folds: list[Any] = []
    first = sum(item.fold == 0 for item in prepared.items)
    TemplateHead().cross_fit(candidate, on_fold=folds.append, finished={0: np.zeros((first, 2))})
    assert [fold.fold for fold in folds if fold.is_new] == [1, 2, 3, 4]


@pytest.mark.slow
def test_an_endpoint_answers_refuses_and_documents_itself() -> None:
    app = create_app()
    app.include_router(endpoint.router)
    client = open_to_this_machine(app)
    assert client.get("/taxonomies/mood4").json()["emotions"] == list(MOODS)
    refused = client.get("/taxonomies/mood5")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert refused.headers["content-type"] == "application/problem+json"
    document = app.openapi()
    validate(document)
    answers = document["paths"]["/taxonomies/{name}"]["get"]["responses"]
    assert set(answers) >= {"200", "404"}


def test_an_endpoint_of_a_new_noun_is_included_where_it_was_copied_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noun = tmp_path / "copied_api" / "taxonomies"
    noun.mkdir(parents=True)
    for folder in (noun.parent, noun):
        (folder / "__init__.py").write_text('"""A package."""\n')
    (noun / "router.py").write_bytes(Path(endpoint.__file__).read_bytes())
    monkeypatch.syspath_prepend(tmp_path)
    (router,) = list_routers(import_module("copied_api"))
    app = create_app()
    app.include_router(router)
    assert open_to_this_machine(app).get("/taxonomies/mood4").json()["emotions"] == list(MOODS)


def labelled_items(values: list[Any]) -> tuple[DatasetItem, ...]:
    """A track per row of numbers, moods in turn, four tracks an artist."""
    return tuple(
        DatasetItem(
            example=LabelledTrack(
                track_id=f"t{n:04}",
                target=MOODS[n % len(MOODS)],
                artist_group=f"artist{n // 4}",
                audio_sha256=None,
                values=tuple(map(float, row)),
            ),
            group=f"artist{n // 4}",
            fold=assign_fold(f"artist{n // 4}", N_FOLDS),
        )
        for n, row in enumerate(values)
    )
