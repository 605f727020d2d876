"""A tagger of the owner's in a library: with new tracks, in the background, and where it fails. A small network."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from shared.domain.taggers import CHORDS
from shared.store import Store
from shared.store.features.output_values import decode_values
from shared.store.tables import TaggerOutputRow
from tests.integration.featurizer.test_taggers import outputs, stored_features, tag_in_background, write_song
from tests.support.crawl_pipeline import Pipeline
from tests.support.owner_taggers import owner_tagger, waveform_fields, waveform_graph, write_tagger

pytestmark = pytest.mark.slow


@pytest.fixture
def library(store: Store, tmp_path: Path) -> Pipeline:
    (tmp_path / "music" / "songs").mkdir(parents=True)
    return Pipeline(store, tmp_path / "music", blobs=tmp_path / "blobs")


def test_a_library_gets_the_values_in_the_background_and_a_new_track_with_its_features(
    library: Pipeline, tmp_path: Path
) -> None:
    mine = owner_tagger(tmp_path)
    write_song(library, "before.wav")
    library.crawl("folder", "songs")
    before = stored_features(library)
    library.taggers = (mine,)
    (job,) = tag_in_background(library)
    assert job.params["taggers"] == {"mine": mine.fingerprint}
    assert stored_features(library) == before
    write_song(library, "after.wav", seed=1)
    library.crawl("folder", "songs")
    values = {title: decode_values(by["mine"]) for title, by in outputs(library).items()}
    assert values.keys() == {"before", "after"}
    assert all(one.size == mine.n_values and np.isfinite(one).all() for one in values.values())
    assert len(tag_in_background(library)) == 1, "nothing is left to do"


def test_another_version_is_asked_for_and_the_values_of_the_first_stay(library: Pipeline, tmp_path: Path) -> None:
    first, second = owner_tagger(tmp_path), owner_tagger(tmp_path, max_patches=2)
    write_song(library, "one.wav")
    library.taggers = (first,)
    library.crawl("folder", "songs")
    library.taggers = (second,)
    tag_in_background(library)
    with library.store.read_session() as session:
        kept = set(session.scalars(select(TaggerOutputRow.fingerprint)))
    assert kept == {first.fingerprint, second.fingerprint}


def test_a_tagger_that_fails_on_a_track_leaves_it_its_features_and_is_not_asked_again(
    library: Pipeline, tmp_path: Path
) -> None:
    # minus infinity in the quiet end of the song, which real silence gives
    fails = owner_tagger(
        tmp_path, "loudness", graph_model=waveform_graph(), **waveform_fields() | {"max_patches": 1000}
    )
    song = write_song(library, "one.wav")
    content = song.read_bytes()
    song.write_bytes(content[: len(content) // 2] + bytes(len(content) - len(content) // 2))
    library.taggers = (fails, CHORDS)
    library.crawl("folder", "songs")
    assert outputs(library)["one"].keys() == {"chords"}
    assert len(stored_features(library)) > 1
    assert [job.state for job in tag_in_background(library)] == ["done"]
    assert len(tag_in_background(library)) == 1, "it is tried once"
    assert outputs(library)["one"].keys() == {"chords"}


def test_a_featurizer_names_what_is_wrong_and_goes_on_with_the_others(tmp_path: Path) -> None:
    write_tagger(tmp_path, "good")
    write_tagger(tmp_path, "other", weights="0123456789ab")
    write_tagger(tmp_path, "typo", sr=-1)
    code = "from services.featurizer import tasks; print('usable:', [one.name for one in tasks._taggers()])"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "MER_TAGGERS": "good,other,typo", "MER_TAGGER_FILES": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "usable: ['good']" in ended.stdout
    assert ended.stdout.count("tagger.not_usable") == 2
    assert "tagger_mismatch" in ended.stdout
    assert "unreadable_tagger" in ended.stdout
