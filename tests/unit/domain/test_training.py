import json
from typing import Any

import pytest

from shared.domain.crawl import CrawlRequest
from shared.domain.training import ESTIMATORS, TrainRequest


@pytest.mark.parametrize(
    ("field", "value", "known"),
    [
        ("estimators", ("forest",), "svm, majority"),
        ("inputs", ("lyrics",), "descriptors, catalogue, mel"),
        ("taxonomy", "mood5", "mood4, mood3, binary, quadrant4"),
        ("library", "both", "real, synthetic"),
    ],
)
def test_a_name_that_does_not_exist_is_refused_naming_those_that_do(field: str, value: Any, known: str) -> None:
    with pytest.raises(ValueError, match=f"{field}.*{known}"):
        TrainRequest(**{field: value})


@pytest.mark.parametrize("field", ["estimators", "inputs"])
def test_asking_for_nothing_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=f"{field}: nothing"):
        TrainRequest(**{field: ()})


def test_one_bad_name_among_good_ones_is_named() -> None:
    with pytest.raises(ValueError, match="'forest' is not known"):
        TrainRequest(estimators=("svm", "forest"))


def test_every_estimator_is_tried_on_every_input_in_the_order_asked_for() -> None:
    request = TrainRequest(estimators=ESTIMATORS, inputs=("mel", "descriptors"))
    assert request.candidates() == [
        ("svm", "mel"), ("svm", "descriptors"), ("majority", "mel"), ("majority", "descriptors"),
    ]  # fmt: skip


def test_a_training_request_comes_back_from_its_job_as_it_was_asked() -> None:
    request = TrainRequest(estimators=ESTIMATORS, inputs=("catalogue",), taxonomy="binary", library="synthetic", seed=7)
    assert TrainRequest.from_params(json.loads(json.dumps(request.to_params()))) == request
    assert request.synthetic
    assert not TrainRequest().synthetic


def test_a_crawl_request_comes_back_from_its_job_without_what_was_not_asked() -> None:
    request = CrawlRequest(source="folder", path="rock", emotion="sad")
    params = json.loads(json.dumps(request.to_params()))
    assert params == {"source": "folder", "path": "rock", "emotion": "sad"}
    assert CrawlRequest.from_params(params) == request
