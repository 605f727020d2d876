"""Taggers of the owner's: their values equal a plain computation, and a graph that does not fit is refused by name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import onnx
import pytest
from onnx import helper

from services.featurizer.taggers.computation import COMPUTATIONS, compute_tagger_outputs
from services.featurizer.taggers.graph_digest import digest_graph
from services.featurizer.taggers.graph_file import TaggerFileError
from services.featurizer.taggers.owner_graph_file import OwnerTaggerGraph, arrange_axes
from services.featurizer.taggers.owner_tagger import check_owner_tagger, compute_owner_tagger, mel_frames
from services.featurizer.taggers.usable_taggers import split_usable
from shared.domain.owner_graph import MelInput
from shared.domain.taggers import CHORDS, MUSICNN, TaggerSpec
from shared.errors import Reason
from shared.tagger_graphs import GRAPH_FOLDER
from tests.support import audio
from tests.support.owner_taggers import (
    N_BANDS,
    N_FRAMES,
    N_TAGS,
    WEIGHTS,
    mel_graph,
    owner_tagger,
    waveform_fields,
    waveform_graph,
)

SR = 16_000
NOISE = audio.noise(duration_s=3, sr=SR, amplitude=0.2, seed=1)


def mel_of(spec: TaggerSpec) -> MelInput:
    assert spec.graph is not None
    assert spec.graph.input.mel is not None
    return spec.graph.input.mel


def refusal(spec: TaggerSpec) -> TaggerFileError:
    with pytest.raises(TaggerFileError) as refused:
        check_owner_tagger(spec)
    return refused.value


def test_values_are_statistics_over_the_patches_in_the_order_of_the_blocks(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path)
    mel = librosa.feature.melspectrogram(y=NOISE, sr=SR, n_fft=512, hop_length=256, n_mels=N_BANDS, fmax=4000).T
    frames = np.log10(10_000 * mel + 1)
    starts = [round(i * (len(frames) - N_FRAMES) / 3) for i in range(4)]
    both = np.stack([frames[start : start + N_FRAMES].mean(axis=0) @ WEIGHTS for start in starts])
    tags, embedding = both[:, :N_TAGS], both[:, N_TAGS:]
    expected = np.concatenate([tags.mean(axis=0), embedding.mean(axis=0), embedding.std(axis=0)])
    np.testing.assert_allclose(compute_owner_tagger(NOISE, spec=spec), expected, atol=1e-4)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"power": 1, "scale": "htk", "norm": "none", "fmin": 125.0},
        {"win_length": 400, "hop_length": 160},
        {"is_centred": False},
        {"hop_length": 8},
    ],
)
def test_the_mel_spectrogram_is_that_of_librosa(tmp_path: Path, changes: dict[str, Any]) -> None:
    mel = replace(mel_of(owner_tagger(tmp_path)), log="none", **changes)
    expected = librosa.feature.melspectrogram(
        y=NOISE,
        sr=SR,
        n_fft=mel.n_fft,
        win_length=mel.win_length,
        hop_length=mel.hop_length,
        center=mel.is_centred,
        power=mel.power,
        n_mels=mel.n_mels,
        fmin=mel.fmin,
        fmax=mel.fmax,
        htk=mel.scale == "htk",
        norm="slaney" if mel.norm == "slaney" else None,
    ).T
    got = mel_frames(NOISE, sr=SR, mel=mel)
    np.testing.assert_allclose(got, expected, rtol=1e-3, atol=1e-5)
    decibels = replace(mel, log="log10", log_multiplier=10.0, log_factor=1.0, log_offset=1e-4)
    np.testing.assert_allclose(mel_frames(NOISE, sr=SR, mel=decibels), 10 * np.log10(expected + 1e-4), atol=1e-2)
    natural = replace(mel, log="natural", log_multiplier=1.0, log_factor=2.0, log_offset=0.5)
    np.testing.assert_allclose(mel_frames(NOISE, sr=SR, mel=natural), np.log(2 * expected + 0.5), atol=1e-3)


def test_a_built_in_network_described_by_a_spec_file_gives_the_values_of_the_built_in_tagger(tmp_path: Path) -> None:
    mel = {"n_fft": 512, "hop_length": 256, "n_mels": 96, "log": "log10", "log_factor": 10_000, "log_offset": 1}
    spec = owner_tagger(
        tmp_path,
        graph_model=onnx.load(str(GRAPH_FOLDER / "musicnn.onnx")),
        input={"name": "log_mel", "axes": ["patches", "frames", "bands"], "mel": mel},
        patch_length=187,
        max_patches=MUSICNN.max_patches,
        outputs=[
            {"name": "tag_logits", "block": "tag", "size": 50, "pooling": ["mean", "std"]},
            {"name": "embedding", "block": "embedding", "size": 200, "pooling": ["mean", "std"]},
        ],
    )
    y = np.concatenate([NOISE, audio.tone(440, duration_s=9, sr=SR), NOISE[::-1]])
    np.testing.assert_allclose(compute_owner_tagger(y, spec=spec), COMPUTATIONS["musicnn"](y, spec=MUSICNN), atol=2e-3)


def test_a_graph_of_one_patch_at_a_time_gives_the_same_as_one_of_many(tmp_path: Path) -> None:
    many = owner_tagger(tmp_path, "many")
    single = owner_tagger(tmp_path, "single", graph_model=mel_graph(batch=1))
    np.testing.assert_allclose(
        compute_owner_tagger(NOISE, spec=single), compute_owner_tagger(NOISE, spec=many), atol=1e-5
    )


def test_axes_are_moved_to_where_the_graph_has_them() -> None:
    patches = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    moved = arrange_axes(patches, ("patches", 1, "bands", "frames"))
    np.testing.assert_array_equal(moved[:, 0], patches.transpose(0, 2, 1))
    np.testing.assert_array_equal(arrange_axes(patches[:1], ("frames", "bands")), patches[0])
    samples = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(arrange_axes(samples, ("patches", "samples", 1))[..., 0], samples)


def test_samples_are_read_where_the_spec_names_no_spectrogram(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path, "loudness", graph_model=waveform_graph(), **waveform_fields())
    loudness = [np.log((NOISE[start : start + 1600] ** 2).mean()) for start in (0, 15_467, 30_933, 46_400)]
    expected = [np.mean(loudness), np.std(loudness)]
    np.testing.assert_allclose(compute_owner_tagger(NOISE, spec=spec), expected, atol=1e-4)


def test_a_second_build_of_the_graph_keeps_its_digest_and_other_weights_or_nodes_do_not(tmp_path: Path) -> None:
    def digest(model: onnx.ModelProto) -> str:
        onnx.save(model, str(tmp_path / "graph.onnx"))
        return digest_graph(tmp_path / "graph.onnx")

    again = mel_graph(prefix="torch.", raw=False)
    again.producer_name, again.producer_version, again.doc_string = "another converter", "9", "built again"
    helper.set_model_props(again, {"built": "today"})
    assert digest(again) == digest(mel_graph())
    other = WEIGHTS.copy()
    other[0, 0] += 1e-6
    renamed = mel_graph()
    renamed.graph.node[0].attribute[0].ints[0] = 2
    crossed = mel_graph()
    crossed.graph.node[2].output[:] = ["embedding", "tags"]
    different = [mel_graph(other), renamed, crossed, mel_graph(WEIGHTS[:, ::-1].copy()), waveform_graph()]
    digests = {digest(model) for model in different}
    assert len(digests | {digest(mel_graph())}) == len(different) + 1


def test_a_graph_within_a_node_counts(tmp_path: Path) -> None:
    def model(value: float) -> onnx.ModelProto:
        def branch(name: str, number: float) -> onnx.GraphProto:
            constant = helper.make_tensor(f"{name}_value", onnx.TensorProto.FLOAT, [1], [number])
            node = helper.make_node("Add", ["x", f"{name}_value"], [f"{name}_out"])
            out = helper.make_tensor_value_info(f"{name}_out", onnx.TensorProto.FLOAT, [1])
            return helper.make_graph([node], name, [], [out], [constant])

        node = helper.make_node("If", ["c"], ["y"], then_branch=branch("then", value), else_branch=branch("else", 0.0))
        entries = [
            helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1]),
            helper.make_tensor_value_info("c", onnx.TensorProto.BOOL, []),
        ]
        out = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])
        return helper.make_model(helper.make_graph([node], "g", entries, [out]))

    digests = []
    for value in (1.0, 1.0, 2.0):
        onnx.save(model(value), str(tmp_path / "graph.onnx"))
        digests.append(digest_graph(tmp_path / "graph.onnx"))
    assert digests[0] == digests[1] != digests[2]


def test_a_graph_in_order_is_usable(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path)
    assert split_usable([CHORDS, spec]) == ((CHORDS, spec), {})
    assert check_owner_tagger(spec) > 0


def test_a_missing_file_and_a_file_that_is_no_graph_are_told_apart(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path)
    (tmp_path / "mine.onnx").write_bytes(b"half a download")
    assert refusal(spec).reason is Reason.UNREADABLE_TAGGER
    (tmp_path / "mine.onnx").unlink()
    missing = refusal(spec)
    assert (missing.reason, missing.detail) == (
        Reason.NOT_FOUND,
        f"the tagger mine has no file {tmp_path / 'mine.onnx'}",
    )


@pytest.mark.parametrize("weights", ["0123456789ab", None])
def test_other_weights_are_refused_with_those_to_write(tmp_path: Path, weights: str | None) -> None:
    refused = refusal(owner_tagger(tmp_path, weights=weights))
    assert refused.reason is Reason.TAGGER_MISMATCH
    assert refused.detail.endswith(
        f"and the spec names {weights or 'none'}: write {digest_graph(tmp_path / 'mine.onnx')} there"
    )


OUTPUT = {"block": "tag", "pooling": ["mean"]}
MEL_INPUT = {"n_fft": 512, "hop_length": 256, "n_mels": N_BANDS}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"input": {"name": "mel", "axes": ["patches", "frames", "bands"], "mel": MEL_INPUT}},
            "its graph reads log_mel, and the spec names mel",
        ),
        (
            {"input": {"name": "log_mel", "axes": ["patches", "bands", "frames"], "mel": MEL_INPUT}},
            r"log_mel is \['n', 20, 8\], and the spec gives \['patches', 8, 20\]",
        ),
        (
            {"input": {"name": "log_mel", "axes": ["frames", "bands"], "mel": MEL_INPUT}},
            r"log_mel is \['n', 20, 8\], and the spec gives \[20, 8\]",
        ),
        ({"patch_length": 21}, r"the spec gives \['patches', 21, 8\]"),
        ({"outputs": [{"name": "moods", "size": 3, **OUTPUT}]}, "its graph gives tags, embedding, and not moods"),
        ({"outputs": [{"name": "tags", "size": 4, **OUTPUT}]}, "its last axis has to be 4"),
    ],
)
def test_an_input_or_output_that_does_not_fit_is_named(tmp_path: Path, changes: dict[str, Any], told: str) -> None:
    spec = owner_tagger(tmp_path, **changes)
    with pytest.raises(TaggerFileError, match=told) as refused:
        OwnerTaggerGraph(spec)
    assert refused.value.reason is Reason.TAGGER_MISMATCH


def test_values_that_are_not_finite_on_the_trial_are_refused(tmp_path: Path) -> None:
    spec = owner_tagger(tmp_path, "loudness", graph_model=waveform_graph(), **waveform_fields())
    usable, problems = split_usable([spec, CHORDS])
    assert usable == (CHORDS,)
    assert problems["loudness"].reason is Reason.TAGGER_NOT_FINITE


def test_a_tagger_that_fails_on_one_track_leaves_the_others_their_values(tmp_path: Path) -> None:
    fails = owner_tagger(tmp_path, "loudness", graph_model=waveform_graph(), **waveform_fields())
    works = owner_tagger(tmp_path)
    silence = np.zeros(SR, dtype=np.float32)
    assert compute_tagger_outputs(silence, sr_native=SR, taggers=[fails, works]).keys() == {"mine"}
    assert compute_tagger_outputs(NOISE, sr_native=SR, taggers=[fails, works]).keys() == {"loudness", "mine"}
