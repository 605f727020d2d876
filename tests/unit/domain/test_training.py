import json
from dataclasses import fields
from typing import Any

import pytest

from shared.domain.crawl import CrawlRequest
from shared.domain.estimators import CLASS_HEADS, ESTIMATOR_SPECS
from shared.domain.training import ESTIMATORS, TrainRequest


@pytest.mark.parametrize(
    ("field", "value", "known"),
    [
        ("estimators", ("oracle",), "svm, majority"),
        ("inputs", ("lyrics",), "descriptors, catalogue, mel, fusion"),
        ("taxonomy", "mood5", "mood4, mood3, binary, quadrant4"),
        ("library", "both", "real, synthetic"),
    ],
)
def test_a_name_that_does_not_exist_is_refused_naming_those_that_do(field: str, value: Any, known: str) -> None:
    with pytest.raises(ValueError, match=f"{field}.*{known}"):
        TrainRequest(**{field: value})


@pytest.mark.parametrize("field", ["estimators", "inputs"])
def test_asking_for_nothing_is_refused(field: str) -> None:
    request: dict[str, Any] = {field: ()}
    with pytest.raises(ValueError, match=f"{field}: nothing"):
        TrainRequest(**request)


def test_one_bad_name_among_good_ones_is_named() -> None:
    with pytest.raises(ValueError, match="'oracle' is not known"):
        TrainRequest(estimators=("svm", "oracle"))


def test_every_estimator_is_tried_on_every_input_in_the_order_asked_for() -> None:
    request = TrainRequest(estimators=("svm", "majority"), inputs=("mel", "descriptors"))
    assert request.list_candidates() == [
        ("svm", "mel"),
        ("svm", "descriptors"),
        ("majority", "mel"),
        ("majority", "descriptors"),
    ]


def test_a_training_request_comes_back_from_its_job_as_it_was_asked() -> None:
    every = tuple(name for name in ESTIMATORS if "descriptors" in ESTIMATOR_SPECS[name].inputs)
    request = TrainRequest(estimators=every, inputs=("catalogue",), taxonomy="binary", library="synthetic", seed=7)
    assert TrainRequest.from_params(json.loads(json.dumps(request.to_params()))) == request
    assert request.synthetic
    assert not TrainRequest().synthetic


SOUND: dict[str, Any] = {"estimators": ("fusion",), "inputs": ("sound",)}


def test_rows_may_be_made_up_for_a_fusion_without_a_network() -> None:
    assert TrainRequest(estimators=("fusion",), inputs=("fusion",), imbalance="smote").imbalance == "smote"


def test_everything_that_can_be_asked_of_a_training_comes_back_from_its_job() -> None:
    requests = [
        TrainRequest(
            estimators=("svm", "boosting"),
            merge={"low": ["calm", "sad"], "high": ["happy"]},
            imbalance="smote",
            thresholds="macro_f1",
            search="grid",
            scoring="macro_f1",
            grid={"svm": {"C": [1, 10.0]}},
            hyperparameters={"boosting": {"n_rounds": 20}},
            protocol="talk",
        ),
        TrainRequest(
            kind="tags",
            tags=("dark", "slow"),
            min_tracks=5,
            inputs=("catalogue",),
            library="synthetic",
            exclude_sources=("demo",),
            licences=("CC-BY",),
            n_folds=4,
            seed=7,
            search="random",
            n_candidates=3,
        ),
        TrainRequest(taxonomy="quadrant4", missing=True),
    ]
    asked = {
        field.name
        for field in fields(TrainRequest)
        for request in requests
        if getattr(request, field.name) != getattr(TrainRequest(), field.name)
    }
    assert asked == {field.name for field in fields(TrainRequest)}, "a field that no request changes"
    for request in requests:
        assert TrainRequest.from_params(json.loads(json.dumps(request.to_params()))) == request


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"hyperparameters": {"svm": {"depth": 3}}}, "svm has no 'depth'; it has C, gamma"),
        ({"hyperparameters": {"svm": {"C": 0}}}, "C of svm: 0 is not a number from 0.0001 to 1e\\+06"),
        ({"hyperparameters": {"svm": {"C": True}}}, "C of svm: True"),
        ({"hyperparameters": {"svm": {"gamma": "auto"}}}, "gamma of svm: 'auto' is not .* or 'scale'"),
        ({"hyperparameters": {"forest": {"n_trees": 50}}}, "'forest' is not known; use svm"),
        ({"estimators": ("forest",), "hyperparameters": {"forest": {"n_trees": 50.5}}}, "50.5 is not a whole number"),
        ({"estimators": ("forest",), "hyperparameters": {"forest": {"n_trees": None}}}, "cannot be null"),
        ({"grid": {"svm": {"C": []}}}, "C of svm: give at least one value"),
        ({"grid": {"svm": {"C": [1, -1]}}}, "C of svm: -1"),
        ({"estimators": ("fusion",)}, "fusion does not read descriptors; it reads fusion, sound"),
        ({**SOUND, "kind": "tags"}, f"head: fusion does not learn tags; it learns {CLASS_HEADS[0]}"),
        ({**SOUND, "kind": "dimensions"}, f"head: fusion does not learn dimensions; it learns {CLASS_HEADS[0]}"),
        ({**SOUND, "imbalance": "smote"}, "imbalance: fusion makes up no tracks; use none, weights or soft_weights"),
        ({**SOUND, "hyperparameters": {"fusion": {"network": "wave_cnn"}}}, "network of fusion: 'wave_cnn' is not"),
        ({"estimators": ("svm",), "inputs": ("sound",)}, "svm does not read sound"),
        ({"imbalance": "undersample"}, "imbalance: 'undersample' is not known; use none, weights"),
        ({"protocol": "leaky"}, "use honest, talk"),
        ({"merge": {"low": ["calm"]}}, "at least two emotions"),
        ({"merge": {"low": ["calm"], "high": ["angry"]}}, "'angry' is no emotion of mood4; use calm"),
        ({"merge": {"low": ["calm"], "high": ["calm"]}}, "stands for two"),
        ({"merge": {"low": ["calm"], "High!": ["sad"]}}, "no plain word"),
        ({"merge": {"low": ["calm"], "high": []}}, "high stands for nothing"),
        ({"taxonomy": "mood4.loud-energetic.quiet-calm", "merge": {"a": ["loud"], "b": ["quiet"]}}, "use mood4"),
    ],
)
def test_a_value_out_of_range_is_refused_saying_what_is_allowed(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        TrainRequest(**asked)


def test_a_custom_taxonomy_is_a_merge_of_labels_and_has_one_name() -> None:
    asked = {"quiet": ["calm", "sad"], "loud": ["energetic"]}
    request = TrainRequest(merge=asked)
    assert request.build_taxonomy().name == "mood4.loud-energetic.quiet-calm-sad"
    assert request.build_taxonomy().emotions == ("loud", "quiet")
    assert TrainRequest(taxonomy=request.build_taxonomy().name).build_taxonomy() == request.build_taxonomy()
    assert (
        request.build_taxonomy().name == TrainRequest(merge={**asked, "quiet": ["sad", "calm"]}).build_taxonomy().name
    )
    assert request.build_taxonomy().name != TrainRequest(merge={**asked, "loud": ["happy"]}).build_taxonomy().name


def test_every_estimator_declares_defaults_that_it_allows() -> None:
    for name, spec in ESTIMATOR_SPECS.items():
        spec.check_hyperparameters(name, {key: told.default for key, told in spec.hyperparameters.items()})
        for key, values in spec.grid.items():
            for value in values:
                spec.check_hyperparameters(name, {key: value})


def test_a_crawl_request_comes_back_from_its_job_without_what_was_not_asked() -> None:
    request = CrawlRequest(source="folder", path="rock", emotion="sad")
    params = json.loads(json.dumps(request.to_params()))
    assert params == {"source": "folder", "path": "rock", "emotion": "sad"}
    assert CrawlRequest.from_params(params) == request
