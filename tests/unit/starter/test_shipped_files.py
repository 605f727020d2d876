"""The starter files that come with mer."""

import json
import shutil
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from shared.domain.dataset import AUDIO_TAGS, TAGGED_DESCRIPTORS
from shared.domain.emotion import QUADRANT4
from shared.domain.features import FeatureSpec
from shared.domain.model_card import ModelCard
from shared.domain.stages import stage_fingerprints
from shared.domain.taggers import BUILT_IN_TAGGERS, list_versions
from shared.inference.predictor import OnnxModel
from shared.starter.models import StarterModel, load_starter_models
from shared.starter.rows import DATA, ROWS_FILE, StarterRows, hash_artist_group, load_starter_rows

ROOT = Path(__file__).parents[3]
MOST_BYTES = 8_000_000
TAXONOMIES = ("quadrant4", "valence_arousal", "mood4")


@pytest.fixture(scope="module")
def rows() -> StarterRows:
    loaded = load_starter_rows()
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def models() -> dict[str, StarterModel]:
    return {model.taxonomy: model for model in load_starter_models()}


def test_the_files_are_small() -> None:
    assert sum(file.stat().st_size for file in DATA.iterdir()) <= MOST_BYTES


def test_the_licence_lies_beside_the_files() -> None:
    written = files("services.starter").joinpath("LICENCE.txt").read_text(encoding="utf-8")

    assert (DATA / "LICENCE.txt").read_text(encoding="utf-8") == written
    assert "without a stated licence: personal and research use" in written
    assert "without a stated licence:\npersonal and research use" in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_there_are_three_models_of_tagged_descriptors(models: dict[str, StarterModel]) -> None:
    assert tuple(models) == TAXONOMIES
    assert {model.inputs for model in models.values()} == {TAGGED_DESCRIPTORS}


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_a_model_answers_what_its_card_says(taxonomy: str, models: dict[str, StarterModel], rows: StarterRows) -> None:
    model = models[taxonomy]
    graph = OnnxModel(model.artefact)

    assert graph.classes == model.card.classes
    assert graph.n_features == model.card.n_features == rows.x.shape[1] == len(model.card.feature_names)
    assert ModelCard.from_json(model.card.to_json()) == model.card


def test_quadrants_of_its_own_clips_are_answered_nearly_always(
    models: dict[str, StarterModel], rows: StarterRows
) -> None:
    answers = OnnxModel(models["quadrant4"].artefact).run(rows.x[::10]).argmax(axis=1)

    assert np.mean([QUADRANT4.emotions[i] == q for i, q in zip(answers, rows.quadrants[::10], strict=True)]) > 0.95


def test_the_starter_was_made_by_the_stages_and_taggers_of_today(
    models: dict[str, StarterModel], rows: StarterRows
) -> None:
    today = {
        "descriptors": stage_fingerprints(FeatureSpec())["descriptors"],
        **list_versions(tuple(BUILT_IN_TAGGERS.values())),
    }

    assert rows.stage_fingerprints == today
    assert all(model.card.stage_fingerprints == today for model in models.values())
    assert rows.fingerprint_version == FeatureSpec().acoustic_fingerprint.version


def test_columns_are_those_of_the_inputs(rows: StarterRows) -> None:
    descriptors, tags = rows.select_columns("descriptors"), rows.select_columns(AUDIO_TAGS)

    assert descriptors is not None
    assert tags is not None
    assert np.array_equal(np.hstack([descriptors, tags]), rows.x)
    assert rows.select_columns(TAGGED_DESCRIPTORS) is rows.x
    assert rows.select_columns("mel") is None


def test_rows_hold_numbers_and_hashes_only() -> None:
    with np.load(DATA / ROWS_FILE, allow_pickle=False) as stored:
        kinds = {name: stored[name].dtype.kind for name in stored.files}
        about = json.loads(str(stored["about"]))

    assert {name for name, kind in kinds.items() if kind not in "fiu"} == {"about"}
    assert set(about) == {"n_descriptors", "classes", "fingerprint_version", "stage_fingerprints"}


def test_cards_say_what_the_starter_is(models: dict[str, StarterModel]) -> None:
    for model in models.values():
        starter = model.card.starter
        assert starter is not None
        assert "personal and research use" in starter["licence"]
        assert any("not measured on your music" in limit for limit in model.card.limits)
    assert [model.card.starter["derived"] for model in models.values() if model.card.starter] == [False, False, True]


def test_figures_of_quadrants_are_those_of_any_model(models: dict[str, StarterModel]) -> None:
    metrics = models["quadrant4"].card.metrics

    assert metrics["macro_f1"]["value"] > 0.74
    assert {"confusion", "ece", "reliability", "per_class", "chance", "without_taggers", "fold_assignments"} <= set(
        metrics
    )
    assert {"thresholds", "by_class", "sure"} <= set(metrics["conformal"])


def test_valence_and_arousal_are_calibrated_probabilities_without_r2(models: dict[str, StarterModel]) -> None:
    card = models["valence_arousal"].card

    assert "r2" not in json.dumps(card.metrics)
    assert card.starter is not None
    assert card.starter["meaning"] == "probability"
    for figures in card.metrics["per_class"].values():
        assert figures["roc_auc"]["value"] > 0.88
        # within a hundredth of what perfect probabilities would show on as many clips
        assert figures["ece"] < figures["ece_under_perfect_calibration"] + 0.01


def test_the_reading_has_no_figure_of_accuracy(models: dict[str, StarterModel]) -> None:
    card = models["mood4"].card

    assert not {"macro_f1", "accuracy", "roc_auc", "confusion", "ece", "conformal", "reliability"} & set(card.metrics)
    assert card.starter is not None
    assert 0 < card.starter["word_lists"]["kappa_of_all"] < card.starter["word_lists"]["kappa"] <= 1
    assert sum(card.starter["word_shares"]["all"]["shares"].values()) == pytest.approx(1)


def test_where_the_files_are_left_out_there_is_no_starter(tmp_path: Path) -> None:
    assert load_starter_rows(tmp_path) is None
    assert load_starter_models(tmp_path) == ()


def test_another_file_than_that_of_the_cards_is_refused(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    with (tmp_path / "data" / "mood4.onnx").open("ab") as file:
        file.write(b"\0")

    with pytest.raises(ValueError, match=r"mood4\.onnx is not the file"):
        load_starter_models(tmp_path / "data")


def test_a_hash_of_an_artist_group_never_changes() -> None:
    assert hash_artist_group("kraftwerk") == "f4a55cd295bf19c3"


def test_a_card_of_another_model_says_nothing_of_a_starter(models: dict[str, StarterModel]) -> None:
    card = models["quadrant4"].card
    own = ModelCard(**{field.name: getattr(card, field.name) for field in fields(card) if field.name != "starter"})

    assert "starter" not in own.to_document()
    assert ModelCard.from_json(own.to_json()).starter is None
