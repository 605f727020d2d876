"""One decode of a clip gives its descriptors and what the taggers say of it."""

from pathlib import Path

import numpy as np
import pytest

from services.featurizer.analysis import analyse_clip
from services.featurizer.taggers.graph_file import TaggerGraph
from shared.arrays import Tensor
from shared.domain.features import FeatureSpec
from shared.domain.taggers import BUILT_IN_TAGGERS, CHORDS, MUSICNN, MUSICNN_POOL, list_versions
from shared.settings import FeatureSettings
from tests.support import audio

SPEC = FeatureSpec()
TAGGERS = tuple(BUILT_IN_TAGGERS.values())


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Longer than the window that is described, at a rate that is resampled for every tagger."""
    path = tmp_path_factory.mktemp("songs") / "song.wav"
    noise = audio.noise(duration_s=70, sr=44_100, seed=3)
    tone = audio.tone(440, duration_s=70, sr=44_100, amplitude=0.3)
    return audio.write(path, 0.2 * noise + tone, sr=44_100, form="wav16")


@pytest.mark.slow
def test_one_decode_gives_descriptors_and_the_values_of_every_tagger(song: Path) -> None:
    both = analyse_clip(song, spec=SPEC, taggers=TAGGERS)
    assert {name: values.size for name, values in both.tagger_outputs.items()} == {
        tagger.name: tagger.n_values for tagger in TAGGERS
    }
    assert all(np.isfinite(values).all() for values in both.tagger_outputs.values())
    np.testing.assert_array_equal(both.descriptors, analyse_clip(song, spec=SPEC).descriptors)


@pytest.mark.slow
def test_the_values_of_taggers_are_the_same_where_nothing_else_is_computed(song: Path) -> None:
    alone = analyse_clip(song, spec=SPEC, wanted=(), taggers=TAGGERS)
    both = analyse_clip(song, spec=SPEC, wanted={"descriptors"}, taggers=TAGGERS)
    for name, values in both.tagger_outputs.items():
        np.testing.assert_array_equal(alone.tagger_outputs[name], values)
    assert not alone.descriptors.size
    assert not alone.mel.size
    assert not alone.catalogue
    assert alone.fingerprint is None


def test_only_the_taggers_that_are_asked_for_are_run(song: Path) -> None:
    assert analyse_clip(song, spec=SPEC, wanted=(), taggers=(CHORDS,)).tagger_outputs.keys() == {"chords"}
    assert analyse_clip(song, spec=SPEC, wanted=()).tagger_outputs == {}


def test_the_setting_names_taggers_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MER_TAGGERS", " chords, musicnn,")
    assert FeatureSettings().tagger_specs == (MUSICNN, CHORDS)
    assert list_versions(FeatureSettings().tagger_specs) == {
        "musicnn": MUSICNN.fingerprint,
        "chords": CHORDS.fingerprint,
    }
    monkeypatch.setenv("MER_TAGGERS", "")
    assert FeatureSettings().tagger_specs == ()
    monkeypatch.delenv("MER_TAGGERS")
    assert FeatureSettings().tagger_specs == TAGGERS


def test_an_unknown_tagger_is_an_error_that_names_those_that_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MER_TAGGERS", "musicnn,vggish")
    with pytest.raises(ValueError, match=r"no such tagger: vggish; there are musicnn, yamnet, chords"):
        FeatureSettings()


def test_what_is_pooled_is_stored_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MER_TAGGERS", "chords")
    assert FeatureSettings().stored_taggers == (CHORDS,)
    monkeypatch.setenv("MER_STORE_TAGGER_POOL", "true")
    assert FeatureSettings().stored_taggers == (CHORDS, MUSICNN_POOL)
    assert FeatureSettings().tagger_specs == (CHORDS,), "the inputs of audio tags do not read it"
    assert MUSICNN_POOL.weights == MUSICNN.weights
    assert MUSICNN_POOL.fingerprint != MUSICNN.fingerprint


@pytest.mark.slow
def test_what_is_pooled_is_the_same_alone_and_beside_the_tags_of_one_run_of_the_network(
    song: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, tags = (analyse_clip(song, spec=SPEC, wanted=(), taggers=(one,)) for one in (MUSICNN_POOL, MUSICNN))
    runs: list[int] = []
    run = TaggerGraph.run

    def counted(graph: TaggerGraph, values: Tensor) -> dict[str, Tensor]:
        runs.append(len(values))
        return run(graph, values)

    monkeypatch.setattr(TaggerGraph, "run", counted)
    both = analyse_clip(song, spec=SPEC, wanted=(), taggers=(MUSICNN, MUSICNN_POOL)).tagger_outputs
    assert runs == [MUSICNN.max_patches]
    np.testing.assert_array_equal(both["musicnn_pool"], alone.tagger_outputs["musicnn_pool"])
    np.testing.assert_array_equal(both["musicnn"], tags.tagger_outputs["musicnn"])
    assert both["musicnn_pool"].shape == (1506,)
    assert both["musicnn_pool"].std() > 0.1
