"""The figure on an origin whose labels and artists had no part in the training."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.trainer.candidates.origin_holdout import MAX_ORIGINS, evaluate_origins, select_training_rows
from services.trainer.heads import HEAD_STRATEGIES
from services.trainer.heads.strategy import CandidateSpec
from shared.domain.dataset import DatasetItem, LabelledTrack, assign_fold
from shared.domain.head import CLASSES, DIMENSIONS, TAGS, VALENCE_AROUSAL, ModelHead
from shared.domain.training import TrainRequest

MOODS = ("calm", "sad")
HEAD = ModelHead(kind=CLASSES, name="mood4", outputs=MOODS)


def labelled(
    sizes: dict[str, int], *, contrary: str | None = None, only: str | None = None, seed: int = 0
) -> tuple[np.ndarray, list[DatasetItem]]:
    """Tracks of several origins. `contrary` calls sad what the others call calm; `only` labels calm tracks alone."""
    rng, rows, items = np.random.default_rng(seed), [], []
    for origin, n in sizes.items():
        for i in range(n):
            c = 0 if origin == only else int(rng.integers(2))
            rows.append(rng.normal(size=4) + 3 * np.eye(2, 4)[c])
            group = f"{origin} artist {i // 2}"
            target = MOODS[1 - c if origin == contrary else c]
            example = LabelledTrack(
                track_id=f"{origin}{i:04}", target=target, artist_group=group, audio_sha256=None, origin=origin
            )
            items.append(DatasetItem(example=example, group=group, fold=assign_fold(group, 5)))
    return np.array(rows, dtype=np.float32), items


def candidate(x: np.ndarray, items: list[DatasetItem], **changes: Any) -> CandidateSpec:
    request = TrainRequest(estimators=("logistic",), inputs=("descriptors",))
    of = CandidateSpec(request=request, estimator="logistic", inputs="descriptors", x=x, items=items, head=HEAD, seed=0)
    return replace(of, **changes)


def evaluated(of: CandidateSpec) -> dict[str, Any] | None:
    return evaluate_origins(HEAD_STRATEGIES[of.head.kind], of, pooled=0.9, measure="macro F1", n_resamples=300)


def judged(of: CandidateSpec) -> dict[str, Any]:
    found = evaluated(of)
    assert found is not None
    return found


def test_an_origin_that_means_something_else_by_its_words_is_seen_when_it_is_left_out() -> None:
    found = judged(candidate(*labelled({"table: a": 120, "table: b": 100, "playlist: c": 60}, contrary="playlist: c")))
    assert (found["pooled"], found["n_origins"]) == (0.9, 3)
    by_name = {row["origin"]: row for row in found["origins"]}
    assert list(by_name) == ["table: a", "table: b", "playlist: c"]
    other = by_name["playlist: c"]
    assert other["high"] < 0.3
    assert other["below_pooled"]
    assert (other["n_tracks"], other["n_artists"], other["n_training"]) == (60, 30, 220)
    assert by_name["table: b"]["value"] > 0.85
    assert not by_name["table: b"]["below_pooled"]
    assert by_name["table: b"]["low"] < by_name["table: b"]["value"] <= by_name["table: b"]["high"]


def test_no_artist_of_the_origin_left_out_is_learned_from() -> None:
    _, items = labelled({"a": 6, "b": 6})
    shared = replace(items[0], group=items[-1].group)
    left_out = np.array([item.example.origin == "b" for item in items])
    assert select_training_rows([shared, *items[1:]], left_out).tolist() == [1, 2, 3, 4, 5]


def test_a_figure_that_only_known_artists_would_reach_falls_when_they_are_left_out() -> None:
    """Features tell the artist, not the class: what an artist's tracks in the other origin would betray is not used."""
    rng, rows, items = np.random.default_rng(0), [], []
    for artist in range(60):
        place, target = rng.normal(size=12) * 4, MOODS[artist % 2]
        for origin in ("a", "b"):
            rows.append(place + rng.normal(size=12) * 0.1)
            example = LabelledTrack(
                track_id=f"{artist}{origin}", target=target, artist_group=str(artist), audio_sha256=None, origin=origin
            )
            items.append(DatasetItem(example=example, group=str(artist), fold=artist % 5))
    # some artists of `a` alone, or nothing would be left to learn from
    for artist in range(60, 100):
        rows.append(rng.normal(size=12) * 4)
        example = LabelledTrack(
            track_id=f"{artist}", target=MOODS[artist % 2], artist_group=str(artist), audio_sha256=None, origin="a"
        )
        items.append(DatasetItem(example=example, group=str(artist), fold=artist % 5))
    found = judged(candidate(np.array(rows, dtype=np.float32), items))
    of_b = next(row for row in found["origins"] if row["origin"] == "b")
    assert of_b["n_training"] == 40
    assert of_b["value"] < 0.7


@pytest.mark.parametrize(
    ("sizes", "only", "why"),
    [({"a": 100, "b": 100, "c": 49}, None, "fewer than 50"), ({"a": 100, "b": 100, "c": 60}, "c", "no track is sad")],
)
def test_an_origin_that_cannot_be_judged_says_why(sizes: dict[str, int], only: str | None, why: str) -> None:
    row = judged(candidate(*labelled(sizes, only=only)))["origins"][-1]
    assert (row["origin"], row["value"]) == ("c", None)
    assert why in row["not_computed"]


def test_the_eight_largest_origins_are_computed_and_the_others_are_not() -> None:
    found = judged(candidate(*labelled({f"p{i}": 60 - i for i in range(10)})))
    assert [row["value"] is not None for row in found["origins"]] == [True] * MAX_ORIGINS + [False] * 2
    assert found["origins"][-1]["not_computed"] == "not among the largest"


def test_one_origin_alone_has_no_other() -> None:
    x, items = labelled({"a": 80})
    assert evaluated(candidate(x, items)) is None
    unknown = [replace(item, example=replace(item.example, origin=None)) for item in items]
    assert evaluated(candidate(x, unknown)) is None


def test_what_is_left_without_an_origin_may_be_too_little() -> None:
    x, items = labelled({"a": 60, "b": 50}, only="b")
    row = judged(candidate(x, items))["origins"][0]
    assert (row["origin"], row["value"]) == ("a", None)
    assert "too little is left to train on: sad" in row["not_computed"]


def test_networks_are_not_fitted_for_each_origin() -> None:
    of = candidate(*labelled({"a": 60, "b": 60}), estimator="simple_nn")
    assert {row["not_computed"] for row in judged(of)["origins"]} == {"networks are not fitted again"}


@pytest.mark.parametrize("kind", [TAGS, DIMENSIONS])
def test_tags_and_numbers_have_figures_of_other_origins_too(kind: str) -> None:
    x, items = labelled({"a": 100, "b": 80})
    head = ModelHead(kind=TAGS, name="tags", outputs=("dark",)) if kind == TAGS else VALENCE_AROUSAL
    settled = []
    for row, item in zip(x, items, strict=True):
        dark = float(item.example.target == "sad")
        values = (dark,) if kind == TAGS else tuple(np.tanh(row[:2]).astype(float).tolist())
        settled.append(replace(item, example=replace(item.example, values=values)))
    estimator = "logistic" if kind == TAGS else "forest"
    request = TrainRequest(
        estimators=(estimator,),
        inputs=("descriptors",),
        kind=kind,
        hyperparameters={"forest": {"n_trees": 20}} if kind == DIMENSIONS else {},
    )
    found = judged(candidate(x, settled, head=head, request=request, estimator=estimator))
    assert all(row["value"] > 0.6 for row in found["origins"]), found
