"""The command that makes the starter, on drawn clips."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from services.starter import graphs
from services.starter.building import MADE_AT, BuiltStarter
from services.starter.training_sets import find_same_recordings, standardise
from services.starter.writing import write_starter
from shared.domain.emotion import QUADRANT4
from shared.inference.predictor import OnnxModel
from shared.starter.models import load_starter_models
from shared.starter.rows import hash_artist_group, load_starter_rows
from tests.support.made_up_clips import draw_clips, draw_fingerprint

pytestmark = pytest.mark.slow


def test_another_encoding_of_a_clip_is_left_out(built: BuiltStarter) -> None:
    assert len(built.prepared.clips) == 64
    assert built.models[0].card.data_counts["set_aside"]["duplicate"] == 1


def test_recordings_in_two_files_are_found_by_their_fingerprints() -> None:
    clips = draw_clips(4)
    again = replace(clips[2].analysis, audio_sha256="f" * 64, fingerprint=draw_fingerprint(2))

    pairs = find_same_recordings([*clips[:4], replace(clips[2], analysis=again)])

    assert pairs == [("0002", "0004")]


def test_rows_are_read_as_they_were_written(built: BuiltStarter, written: Path) -> None:
    rows = load_starter_rows(written)

    assert rows is not None
    kept = np.array([clip.analysis.row for clip in built.prepared.clips])
    # eleven significant bits of a standardised value
    assert np.abs((rows.x - kept) / kept.std(axis=0)).max() < 2e-3
    assert rows.quadrants == tuple(clip.quadrant for clip in built.prepared.clips)
    assert rows.artist_hashes[5] == hash_artist_group(built.prepared.items[5].group)
    assert {hash_artist_group("artist3"), hash_artist_group("artist3guest")} < rows.known_artist_hashes
    assert np.array_equal(rows.fingerprints[7].words, built.prepared.clips[7].analysis.fingerprint.words)
    assert np.array_equal(rows.fingerprints[7].levels, built.prepared.clips[7].analysis.fingerprint.levels)
    assert np.allclose(rows.out_of_fold.sum(axis=1), 1)


def test_models_know_the_rows_that_are_shipped_and_answer_them(written: Path) -> None:
    rows = load_starter_rows(written)
    assert rows is not None
    models = {model.taxonomy: model for model in load_starter_models(written)}

    answers = OnnxModel(models["quadrant4"].artefact).run(rows.x)

    right = [QUADRANT4.emotion_index(quadrant) for quadrant in rows.quadrants]
    assert (answers.argmax(axis=1) == right).mean() > 0.9
    assert models["quadrant4"].card.metrics["export_max_difference"] < 1e-6


def test_valence_and_arousal_are_probabilities_of_the_quadrants_on_either_side(written: Path) -> None:
    rows = load_starter_rows(written)
    assert rows is not None
    quadrants, plane, _ = (OnnxModel(model.artefact).run(rows.x) for model in load_starter_models(written))

    assert np.abs(plane[:, 0] - (2 * (quadrants[:, 0] + quadrants[:, 3]) - 1)).max() < 1e-6
    assert np.abs(plane[:, 1] - (2 * (quadrants[:, 0] + quadrants[:, 1]) - 1)).max() < 1e-6


def test_the_reading_is_trained_on_the_clips_that_name_one_word(written: Path) -> None:
    reading = load_starter_models(written)[2]

    assert reading.card.classes == ("calm", "sad", "energetic", "happy")
    assert OnnxModel(reading.artefact).classes == reading.card.classes
    assert reading.card.starter is not None
    assert reading.card.starter["derived"]
    assert reading.card.starter["word_lists"]["n_trained_on"] == dict.fromkeys(reading.card.classes, 16)
    assert not {"macro_f1", "accuracy", "confusion", "conformal"} & set(reading.card.metrics)


def test_what_the_reading_answers_is_counted_out_of_fold(written: Path) -> None:
    starter = load_starter_models(written)[2].card.starter

    assert starter is not None
    # it is surer of clips that it knows: none of them would be below the limit
    assert starter["word_lists"]["none_share"]["trained_on"] == pytest.approx(0.1, abs=0.03)


def test_the_same_starter_gives_the_same_bytes(built: BuiltStarter, written: Path, tmp_path: Path) -> None:
    assert {model.card.created_at for model in built.models} == {MADE_AT}
    write_starter(built, tmp_path)

    for file in written.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_graph_is_put_together_with_its_rows(built: BuiltStarter, written: Path) -> None:
    outside = onnx.load(written / "mood4.onnx", load_external_data=False)
    (rows,) = (tensor for tensor in outside.graph.initializer if tensor.name == graphs.ROWS)

    assert not rows.raw_data
    assert len(load_starter_models(written)[2].artefact) > built.rounded.nbytes


def test_columns_that_do_not_vary_are_kept_as_they_are() -> None:
    x = np.array([[1.0, 7.0], [3.0, 7.0]], dtype=np.float32)

    rounded, mean, scale = standardise(x)

    assert rounded.tolist() == [[-1, 0], [1, 0]]
    assert mean.tolist() == [2, 7]
    assert scale.tolist() == [1, 1]
