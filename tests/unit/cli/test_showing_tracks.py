"""Tracks and their emotions as text for a person."""

import io
from typing import Any

from rich.console import Console

from services.cli.views.tracks import show_emotion, show_not_scored, show_tracks

MODEL = {"estimator": "svm", "inputs": "descriptors", "version": 1, "id": "0"}
ANSWER = {
    "emotion": "sad",
    "taxonomy": "mood4",
    "decided_by": "model",
    "predicted": "sad",
    "basis": "held_out",
    "probabilities": {"sad": 0.9, "calm": 0.1},
    "label": None,
    "valence_arousal": None,
    "model": MODEL,
}


def emotion(**said: Any) -> str:
    printed = io.StringIO()
    console = Console(file=printed, width=160)
    show_emotion(console, {**ANSWER, **said}, track={"title": "Ode", "artist": None})
    return printed.getvalue()


def test_an_emotion_without_a_model_says_whose_label_it_is() -> None:
    label = {"emotion": "sad", "annotator": {"kind": "playlist", "name": "[slow] songs"}}
    said = emotion(decided_by="playlist", predicted=None, basis=None, probabilities={}, model=None, label=label)
    assert "sad (says [slow] songs; no model answers)" in said
    assert "descriptors" not in said


def test_a_training_track_is_said_to_be_one() -> None:
    assert "a training track, predicted by a model fitted without it" in emotion(basis="out_of_fold")
    assert "a training track, predicted by the model that learned from it" in emotion(basis="in_sample")
    assert "training track" not in emotion()


def test_a_list_shows_what_stands_and_who_decided_and_how_many_wait() -> None:
    printed = io.StringIO()
    console = Console(file=printed, width=160)
    track: dict[str, Any] = {
        "id": "0" * 36,
        "title": "Ode",
        "artist": None,
        "synthetic": False,
        "labels": [],
        "taxonomy": "mood4",
    }
    show_tracks(
        console, [{**track, "emotion": "calm", "decided_by": "model"}, {**track, "emotion": None, "decided_by": None}]
    )
    show_not_scored(console, 19)
    said = printed.getvalue()
    assert "calm (model)" in said
    assert "19 tracks are not scored yet" in said
    show_not_scored(console, 0)
    assert printed.getvalue() == said


def test_quadrants_are_shown_with_their_words() -> None:
    answer = {
        "taxonomy": "quadrant4",
        "emotion": "Q2",
        "predicted": "Q4",
        "probabilities": {"Q4": 0.7, "Q3": 0.3},
        "prediction_set": ["Q4", "Q3"],
        "set_promise": "90 in 100",
        "label": {"taxonomy": "quadrant4", "emotion": "Q2", "annotator": {"kind": "person", "name": "ada"}},
    }
    said = emotion(**answer, decided_by="person")
    assert "quadrant4: Q2 tense (says ada; the model says Q4 calm)" in said
    assert all(line in said for line in ("  Q4 calm     0.70 ", "  Q3 sad      0.30 ", "set: Q4 calm or Q3 sad (90"))
    assert "labelled Q2 tense by ada" in emotion(**answer)
    printed = io.StringIO()
    label = {"taxonomy": "quadrant4", "emotion": "Q3", "annotator": {"kind": "playlist"}}
    track = {"id": "0" * 36, "title": "Ode", "artist": None, "synthetic": False, "labels": [label]}
    listed = {**track, "taxonomy": "quadrant4", "emotion": "Q1", "decided_by": "model"}
    show_tracks(Console(file=printed, width=160), [listed])
    assert "Q1 happy (model)" in printed.getvalue()
    assert "Q3 sad (playlist)" in printed.getvalue()
