"""Learned columns in a library: made with what they are made from, made up for after an upgrade. Real networks."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from services.featurizer.learned_columns import storing
from services.featurizer.learned_columns.storing import add_missing_columns
from services.featurizer.recompute import tag_library
from shared.domain.features import FeatureSpec
from shared.domain.learned_columns import LEARNED_SPEC, LEARNED_VALUES
from shared.domain.stages import stage_fingerprints
from shared.domain.taggers import CHORDS, YAMNET
from shared.store import Store
from shared.store.tables import LearnedColumnRow, Track
from tests.integration.featurizer.test_taggers import list_jobs, sweep, write_song
from tests.support.crawl_pipeline import Pipeline

pytestmark = pytest.mark.slow

SPEC = FeatureSpec()
FINGERPRINT = LEARNED_SPEC.compute_fingerprint(descriptors=stage_fingerprints(SPEC)["descriptors"])


@pytest.fixture
def library(store: Store, tmp_path: Path) -> Pipeline:
    (tmp_path / "music" / "songs").mkdir(parents=True)
    return Pipeline(store, tmp_path / "music", blobs=tmp_path / "blobs")


def columns(library: Pipeline) -> dict[str, dict[str, Any]]:
    """`{title: values}`, of the version of today."""
    with library.store.read_session() as session:
        query = select(Track.title, LearnedColumnRow).join(LearnedColumnRow, LearnedColumnRow.track_id == Track.id)
        rows = list(session.execute(query))
    assert {row.fingerprint for _, row in rows} <= {FINGERPRINT}
    return {str(title): row.values for title, row in rows}


def forget(library: Pipeline) -> None:
    library.store.transact_session("test.forget", lambda session: session.execute(delete(LearnedColumnRow)))


def make_up(library: Pipeline) -> None:
    add_missing_columns(bench=library.bench, spec=SPEC, taggers=library.taggers)


def test_a_new_track_has_its_columns_with_its_features_and_an_upgrade_makes_up_for_them_without_its_file(
    library: Pipeline,
) -> None:
    library.taggers = LEARNED_SPEC.taggers
    write_song(library, "one.wav")
    write_song(library, "two.wav", seed=1)
    library.crawl("folder", "songs")
    made = columns(library)
    assert made.keys() == {"one", "two"}
    assert all(by.keys() == set(LEARNED_VALUES) for by in made.values())
    assert made["one"] != made["two"]
    assert all(0 <= by["energy"] <= 1 for by in made.values())

    forget(library)
    library.taggers = (YAMNET, CHORDS)
    make_up(library)
    assert columns(library) == {}, "they are made from all taggers"
    library.taggers = LEARNED_SPEC.taggers
    (library.music / "songs" / "one.wav").unlink()
    library.wanted.clear()
    make_up(library)
    assert columns(library) == made
    assert library.wanted == []


def test_more_tracks_than_a_chunk_are_made_up_for(library: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    library.taggers = LEARNED_SPEC.taggers
    for seed in range(3):
        write_song(library, f"{seed}.wav", seed=seed)
    library.crawl("folder", "songs")
    forget(library)
    monkeypatch.setattr(storing, "_CHUNK", 1)
    monkeypatch.setattr(storing, "_CHUNKS_A_PASS", 2)
    make_up(library)
    assert len(columns(library)) == 2
    make_up(library)
    assert len(columns(library)) == 3


def test_a_track_that_is_tagged_in_the_background_gets_its_columns_with_the_last_tagger(library: Pipeline) -> None:
    write_song(library, "one.wav")
    library.crawl("folder", "songs")
    for taggers in ((YAMNET, CHORDS), LEARNED_SPEC.taggers):
        assert columns(library) == {}
        library.taggers = taggers
        tag_library(bench=library.bench, taggers=taggers)
        list_jobs(library)
        sweep(library)
        library.analyse_sent()
    assert columns(library).keys() == {"one"}


def test_features_that_are_made_anew_without_a_tagger_leave_no_columns_until_it_is_on_again(library: Pipeline) -> None:
    library.taggers = LEARNED_SPEC.taggers
    path = write_song(library, "one.wav")
    library.crawl("folder", "songs")
    before = columns(library)
    assert before.keys() == {"one"}
    library.taggers = ()
    path.touch()
    library.crawl("folder", "songs")
    assert columns(library) == {}, "they may be of another sound"
    library.taggers = LEARNED_SPEC.taggers
    make_up(library)
    assert columns(library) == before


def test_a_synthetic_track_gets_none(library: Pipeline, store: Store) -> None:
    library.taggers = LEARNED_SPEC.taggers
    write_song(library, "one.wav")
    library.crawl("folder", "songs")
    forget(library)
    store.transact_session("test.synthetic", lambda session: session.execute(update(Track).values(synthetic=True)))
    make_up(library)
    assert columns(library) == {}
