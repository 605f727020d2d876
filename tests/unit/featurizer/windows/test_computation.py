"""Windows of 3 s every 1.5 s, by the real networks."""

from pathlib import Path

import numpy as np
import pytest

from services.featurizer.analysis import analyse_clip
from services.featurizer.taggers.graph_file import load_graph
from services.featurizer.taggers.musicnn import log_mel_patches
from services.featurizer.windows.computation import compute_file_windows, compute_windows, compute_windows_at
from shared.domain.dataset import AUDIO_TAGS
from shared.domain.features import FeatureSpec
from shared.domain.taggers import CHORDS, MUSICNN, YAMNET
from shared.domain.windows import list_window_starts, read_window_versions
from shared.errors import PermanentError
from tests.support import audio

SPEC = FeatureSpec()
SR = 16_000


def test_windows_lie_every_second_and_a_half_and_are_whole() -> None:
    assert list_window_starts(3.0) == (0.0,)
    assert list_window_starts(6.0) == (0.0, 1.5, 3.0)
    assert list_window_starts(7.4) == (0.0, 1.5, 3.0)
    assert list_window_starts(1.0) == (0.0,), "a short sound has one all the same"
    assert len(list_window_starts(3600.0)) == 199, "five minutes at most"


@pytest.mark.slow
def test_a_window_is_what_the_taggers_give_for_its_sound_alone() -> None:
    y = np.concatenate([audio.tone(440, duration_s=6, sr=SR), audio.noise(duration_s=6, sr=SR, amplitude=0.3, seed=1)])
    y = y.astype(np.float32)
    starts_s, values = compute_windows(y, taggers=(MUSICNN, YAMNET))
    assert starts_s == tuple(1.5 * i for i in range(7))
    assert values.shape == (7, 50 + 200 + 521 + 1024)
    logits = load_graph(MUSICNN).run(log_mel_patches(y, (188,)))["tag_logits"][0]
    assert np.allclose(values[2, :50], logits, atol=1e-4), "the third window starts at 3 s"
    alone = compute_windows_at(y[: 3 * SR], [0.0], taggers=(YAMNET,))
    assert np.abs(values[0, 250:] - alone[0]).max() < 0.05, "nothing of a window is of its neighbours"
    assert np.abs(values[0] - values[6]).mean() > 5 * np.abs(values[0] - values[1]).mean()


@pytest.mark.slow
def test_times_are_those_of_the_file_and_the_excerpt_is_the_one_that_is_described(tmp_path: Path) -> None:
    y = audio.noise(duration_s=80, sr=22_050, amplitude=0.2, seed=3)
    path = audio.write(tmp_path / "song.wav", y, sr=22_050, form="wav16")
    excerpt = compute_file_windows(path, spec=SPEC, taggers=(YAMNET,), span="excerpt")
    whole = compute_file_windows(path, spec=SPEC, taggers=(YAMNET,), span="file")
    assert (whole.starts_s[0], whole.starts_s[-1]) == (0.0, 76.5)
    assert len(excerpt.starts_s) == 19
    assert 20 < excerpt.starts_s[0] < 41, "from the middle"
    analysis = analyse_clip(path, spec=SPEC, wanted=frozenset())
    assert excerpt.audio_sha256 == whole.audio_sha256 == analysis.audio_sha256


def test_a_file_that_cannot_be_described_has_no_windows(tmp_path: Path) -> None:
    path = audio.write(tmp_path / "short.wav", audio.tone(440, duration_s=2, sr=SR), sr=SR, form="wav16")
    with pytest.raises(PermanentError, match="too_short"):
        compute_file_windows(path, spec=SPEC, taggers=(), span="file")


def test_models_have_curves_where_a_tagger_of_theirs_reads_a_few_seconds() -> None:
    fingerprints = {"descriptors": "d" * 12, "chords": CHORDS.fingerprint, "yamnet": "y" * 12, "musicnn": "m" * 12}
    card = {"stage_fingerprints": fingerprints, "taggers": {}}
    assert read_window_versions(AUDIO_TAGS, card) == {"musicnn": "m" * 12, "yamnet": "y" * 12}
    assert list(read_window_versions(AUDIO_TAGS, card)) == ["musicnn", "yamnet"], "in their order"
    assert read_window_versions("descriptors", card) == {}
    assert read_window_versions(AUDIO_TAGS, {"stage_fingerprints": {"chords": "c" * 12}, "taggers": {}}) == {}
