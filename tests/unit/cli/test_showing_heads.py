"""What a terminal shows of models and answers that are no class."""

import io
from typing import Any

import pytest
from rich.console import Console

from services.cli.views import heads as showing_heads
from services.cli.views.models import show_model
from services.cli.views.tracks import show_emotion, show_tags, show_valence_arousal
from services.trainer.candidates.training import TrainedCandidate
from tests.unit.trainer.heads import TAGS, placed, tagged, trained, training_set


def shown(show: Any, *documents: Any) -> str:
    console = Console(width=200, record=True, file=io.StringIO())
    show(console, *documents)
    return console.export_text()


def document(candidate: TrainedCandidate) -> dict[str, object]:
    card = candidate.card.to_document()
    plain = {name: card[name] for name in ("estimator", "inputs", "taxonomy", "synthetic", "metrics", "version")}
    return {"id": "0" * 36, "state": "champion", "is_default": True, "card": card, **plain}


@pytest.mark.slow
def test_a_model_of_tags_is_shown_tag_by_tag_and_one_of_numbers_by_its_dimensions() -> None:
    x, y = tagged()
    said = shown(show_model, document(trained(training_set(x, y, kind="tags", outputs=TAGS), "tree")))
    assert all(word in said for word in ("PR-AUC", "party", "ROC-AUC"))
    x, y = placed()
    plane = training_set(x, y, kind="dimensions", outputs=("valence", "arousal"))
    said = shown(show_model, document(trained(plane, "tree")))
    assert all(word in said for word in ("RMSE", "arousal", "synthetic targets only"))


def test_tags_and_places_are_shown_with_what_was_chosen() -> None:
    said = shown(show_tags, {"tags": ["dark"], "predicted": ["dark"], "probabilities": {"slow": 0.1, "dark": 0.8}})
    assert said.splitlines()[0] == "dark"
    assert "✓ dark" in said
    said = shown(show_valence_arousal, {"valence": -0.25, "arousal": 0.5, "quadrant": "Q2"})
    assert "valence -0.25, arousal +0.50" in said
    assert "Q2" in said


def test_an_emotion_is_shown_with_the_place_of_a_model_that_answers_both_and_without_one_otherwise() -> None:
    answer = {
        "emotion": "Q2",
        "taxonomy": "quadrant4",
        "decided_by": "model",
        "probabilities": {"Q2": 0.9, "Q1": 0.1},
        "label": None,
        "valence_arousal": {"valence": -0.25, "arousal": 0.5, "quadrant": "Q2"},
        "model": {"estimator": "cnn_attention", "inputs": "spectrogram", "version": 1, "id": "0"},
    }

    def lines(answer: Any) -> str:
        track = {"title": "Ode", "artist": None}
        return shown(lambda console, said: show_emotion(console, said, track=track), answer)

    assert "valence -0.25, arousal +0.50, by the same model" in lines(answer)
    assert "valence" not in lines({**answer, "valence_arousal": None})


BY_A_TREE = {"estimator": "tree", "inputs": "descriptors", "version": 2, "taxonomy": "mood4"}
FLIPS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "tags": (
        {
            "lost": ["slow"],
            "items": [{"title": "Ode [live]", "artist": None, "came": ["dark", "party"], "went": ["slow"]}],
        },
        ("3 of 9 tracks would change against", "no longer answered: slow", "dark, party", "Ode [live]"),
    ),
    "dimensions": (
        {
            "moved": 0.25,
            "items": [
                {
                    "title": "Ode",
                    "artist": "Vox",
                    "distance": 0.51,
                    "before": {"valence": 0.1, "arousal": 0.0, "quadrant": None},
                    "after": {"valence": -0.4, "arousal": 0.1, "quadrant": "Q2"},
                }
            ],
        },
        ("would change by 0.25 or more", "0.51", "-0.40 +0.10 Q2", "2 more differ"),
    ),
    "classes": (
        {"items": [{"title": None, "artist": None, "before": "sad", "after": "calm"}]},
        ("before", "calm", "–"),
    ),
}


def test_quadrants_are_shown_with_their_words_in_the_table_of_a_model_and_among_flips() -> None:
    figure = {"value": 0.7, "low": 0.6, "high": 0.8}
    by_class = {"Q2": {"precision": 0.9, "recall": 0.9, "f1": 0.9, "support": 170}}
    metrics = {"macro_f1": figure, "chance": {"macro_f1": figure}, "per_class": by_class, "n_items": 9, "n_groups": 9}
    leak_report = {"clean": True, "checks": {}}
    card = {"classes": ["Q2"], "split": "by artist", "leak_report": leak_report, "limits": []}
    names = {"id": "0" * 36, "state": "champion", "is_default": True, "synthetic": False, "taxonomy": "quadrant4"}
    model = {**names, "estimator": "svm", "inputs": "descriptors", "version": 1, "metrics": metrics, "card": card}
    assert "Q2 tense" in shown(show_model, model)
    flips = {"head": "classes", "flips": 1, "compared": 9, "held": 0, "against": {**BY_A_TREE, "taxonomy": "quadrant4"}}
    flip = {"title": "Ode", "artist": None, "before": "Q3", "after": "Q4"}
    said = shown(showing_heads.show_flips, {**flips, "items": [flip]})
    assert "Q3 sad" in said
    assert "Q4 calm" in said


@pytest.mark.parametrize("head", FLIPS)
def test_what_a_promotion_would_change_is_shown_in_the_words_of_its_head(head: str) -> None:
    found, expected = FLIPS[head]
    said = shown(
        showing_heads.show_flips, {"head": head, "flips": 3, "compared": 9, "held": 2, "against": BY_A_TREE, **found}
    )
    assert [words for words in expected if words not in said] == []


@pytest.mark.parametrize(
    ("key", "kept_as", "expected"),
    [
        ("macro_f1", "chance", "macro F1 0.700 (0.60–0.80), chance 0.200"),
        ("pr_auc", "chance", "PR-AUC 0.700 (0.60–0.80), chance 0.200"),
        ("r2", "chance", "R² 0.700 (0.60–0.80), chance 0.200"),
        ("macro_f1", "baseline", "macro F1 0.700 (0.60–0.80), majority class 0.200"),
    ],
    ids=["classes", "tags", "dimensions", "an older card"],
)
def test_an_evaluation_is_told_by_the_measure_of_its_head_beside_chance(key: str, kept_as: str, expected: str) -> None:
    metrics = {
        key: {"value": 0.7, "low": 0.6, "high": 0.8},
        kept_as: {key: {"value": 0.2}},
        "tags_left_out": {"rare": {}} if key == "pr_auc" else {},
    }
    said = shown(showing_heads.show_evaluation, {"metrics": metrics, "counts": {"judged": 8, "labelled": 9}})
    assert expected in said
    assert "on 8 of 9 labelled tracks" in said
    assert ("have: rare" in said) == (key == "pr_auc")
