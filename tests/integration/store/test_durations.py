"""How long a track is: what was decoded of its own audio stands over what a header or a table says."""

import importlib.util
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

import shared.store.migrations
from shared.domain.track import CollectedTrack, FetchedClip, SourceRef
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.tracks.clips import ClipRepository
from shared.store.tracks.repository import TrackRepository


def add(store: Store, source_id: str, duration_s: float | None) -> UUID:
    collected = CollectedTrack(refs=(SourceRef("table", source_id),), title=source_id, duration_s=duration_s)
    return store.transact_session(
        "test.track", lambda session: TrackRepository(session).register_track(collected).track_id
    )


def durations(store: Store, *track_ids: UUID) -> list[float | None]:
    with store.read_session() as session:
        found = {track.id: track.duration_s for track in TrackRepository(session).list_by_id(track_ids)}
    return [found[track_id] for track_id in track_ids]


def test_a_decoded_length_fills_what_was_unknown_and_corrects_what_was_promised(store: Store) -> None:
    unknown, promised, other = add(store, "unknown", None), add(store, "promised", 200.0), add(store, "other", 7.0)

    store.transact_session(
        "test.decoded", lambda session: TrackRepository(session).correct_durations({unknown: 30.5, promised: 181.25})
    )

    assert durations(store, unknown, promised, other) == [30.5, 181.25, 7.0]


def test_a_table_that_is_read_again_does_not_take_the_decoded_length_back(store: Store) -> None:
    track_id = add(store, "promised", 200.0)
    store.transact_session(
        "test.decoded", lambda session: TrackRepository(session).correct_durations({track_id: 181.25})
    )

    assert add(store, "promised", 200.0) == track_id
    assert durations(store, track_id) == [181.25]


def filled_in() -> str:
    """The statement of the migration that fills in the lengths of libraries that were analysed before."""
    (path,) = Path(next(iter(shared.store.migrations.__path__)), "versions").glob("*_decoded_durations.py")
    spec = importlib.util.spec_from_file_location("decoded_durations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    statement: str = module._FROM_FEATURES
    return statement


def test_the_migration_takes_lengths_from_analyses_but_not_of_clips_that_a_source_delivered(store: Store) -> None:
    analysed, preview, waiting = (add(store, name, 200.0) for name in ("analysed", "preview", "waiting"))
    clip = FetchedClip(key="clips/1", source="deezer", size_bytes=1, match_score=1.0)

    def write(session: Session) -> None:
        ClipRepository(session).save_clip(preview, clip)
        found = [
            ExtractedFeatures(
                track_id=track_id, descriptors=[1.0], audio_sha256="", duration_s=29.5, n_damaged_packets=0, arrays=()
            )
            for track_id in (analysed, preview)
        ]
        FeatureRepository(session, spec="s").save_extractions(found)
        session.execute(text(filled_in()))

    store.transact_session("test.migrated", write)

    assert durations(store, analysed, preview, waiting) == [29.5, 200.0, 200.0]
