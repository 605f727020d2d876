"""What merges and contradictions come to in a training set."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.trainer.dataset.snapshot import freeze_snapshot, load_training_set
from shared.blobs.folder import FolderBlobs
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.track import CATALOGUE_COLUMNS, CollectedTrack, SourceRef
from shared.domain.training import TrainRequest
from shared.store import Store
from shared.store.features.repository import ExtractedFeatures, FeatureRepository
from shared.store.models.snapshots import SnapshotRepository
from shared.store.repositories import RepositorySession
from shared.store.tables import Job, SnapshotRow
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.merges import MergePair, MergeReason, MergeRepository
from shared.store.tracks.repository import TrackRepository
from tests.integration.store.snapshots import freeze

ONE, OTHER = (Annotator(AnnotatorKind.IMPORT, name) for name in ("one", "other"))


def add(session: Session, name: str, emotion: str, *, artist: str) -> UUID:
    piece = CollectedTrack(refs=(SourceRef("table", name),), title=name, artist=artist)
    track_id = TrackRepository(session).register_track(piece).track_id
    TrackRepository(session).save_catalogue(track_id, dict.fromkeys(CATALOGUE_COLUMNS, 0.5), origin="table")
    AnnotationRepository(session).append_annotation(track_id, ONE, taxonomy="mood4", emotion=emotion)
    return track_id


def test_tracks_whose_annotators_differ_evenly_are_counted_and_left_out(store: Store, folder: Path) -> None:
    def write(session: RepositorySession) -> tuple[list[UUID], SnapshotRow]:
        tracks = [add(session, f"Ode {n}", ("calm", "sad")[n % 2], artist=f"vox {n}") for n in range(8)]
        AnnotationRepository(session).append_annotation(tracks[0], OTHER, taxonomy="mood4", emotion="happy")
        return tracks, freeze(session, folder)

    tracks, snapshot = store.transact_session("test.freeze", write)
    assert snapshot.counts["set_aside"] == {"duplicate": 0, "ambiguous": 1, "contradictory": 1}
    with store.read_session() as session:
        assert tracks[0] not in {item.track_id for item in SnapshotRepository(session).list_items(snapshot.id)}


def test_a_training_goes_on_with_the_set_that_was_frozen_for_it_and_with_no_other(store: Store, folder: Path) -> None:
    def write(session: RepositorySession) -> tuple[UUID, UUID]:
        tracks = [add(session, f"Ode {n}", ("calm", "sad")[n % 2], artist=f"vox {n}") for n in range(8)]
        before = Job(kind="train", params={})
        session.add(before)
        session.flush()
        frozen = freeze(session, folder)
        job_id = session.scalars(select(Job.id).where(Job.snapshot_id == frozen.id)).one()
        AnnotationRepository(session).append_annotation(tracks[0], ONE, taxonomy="mood4", emotion="happy")
        request = TrainRequest(inputs=("catalogue",))
        again = freeze_snapshot(session, job_id, request, spec="s", blobs=FolderBlobs(folder))
        assert SnapshotRepository(session).get_by_job(before.id) is None
        return frozen.id, again.id

    frozen_id, again_id = store.transact_session("test.freeze", write)
    assert again_id == frozen_id


def test_the_items_of_a_snapshot_are_its_own_in_order_of_their_tracks(store: Store, folder: Path) -> None:
    def write(session: RepositorySession) -> tuple[UUID, UUID]:
        for n in range(8):
            add(session, f"Ode {n}", ("calm", "sad")[n % 2], artist=f"vox {n}")
        return freeze(session, folder).id, freeze(session, folder).id

    first, second = store.transact_session("test.freeze", write)
    with store.read_session() as session:
        for snapshot_id in (first, second):
            items = SnapshotRepository(session).list_items(snapshot_id)
            assert [item.snapshot_id for item in items] == [snapshot_id] * 8
            assert [item.track_id for item in items] == sorted(item.track_id for item in items)


def test_a_merged_recording_is_one_example_and_its_artists_share_a_fold(store: Store, folder: Path) -> None:
    def write(session: RepositorySession) -> tuple[list[UUID], UUID, SnapshotRow]:
        tracks = [add(session, f"Ode {n}", ("calm", "sad")[n % 2], artist=f"vox {n}") for n in range(8)]
        alone = add(session, "Hymn", "calm", artist="vox 2")
        pair = MergePair(one=tracks[0], other=tracks[2], reason=MergeReason.SAME_AUDIO, who="the tests")
        MergeRepository(session).unite_pairs([pair])
        return tracks, alone, freeze(session, folder)

    tracks, alone, snapshot = store.transact_session("test.freeze", write)
    with store.read_session() as session:
        items = {item.track_id: item for item in SnapshotRepository(session).list_items(snapshot.id)}
    assert tracks[0] in items
    assert tracks[2] not in items
    assert items[alone].artist_group == items[tracks[0]].artist_group
    assert snapshot.leak_check["clean"]


def hash_audio(session: Session, audio_sha256: str, *track_ids: UUID) -> None:
    """Features of the audio of these tracks, of which a training on catalogue columns reads the hash alone."""
    found = [
        ExtractedFeatures(
            track_id=track_id,
            descriptors=[1.0],
            audio_sha256=audio_sha256,
            duration_s=9.0,
            n_damaged_packets=0,
            arrays=(),
        )
        for track_id in track_ids
    ]
    FeatureRepository(session, spec="s").save_extractions(found)


def test_the_same_audio_under_two_artists_is_one_example_and_their_other_tracks_share_a_fold(
    store: Store, folder: Path
) -> None:
    def write(session: RepositorySession) -> tuple[list[UUID], list[UUID], SnapshotRow]:
        tracks = [add(session, f"Ode {n}", ("calm", "sad")[n % 2], artist=f"vox {n}") for n in range(8)]
        beside = [add(session, "Hymn", "calm", artist=f"vox {n}") for n in (0, 2)]
        hash_audio(session, "a" * 64, tracks[0], tracks[2])
        hash_audio(session, "b" * 64, tracks[1])
        return tracks, beside, freeze(session, folder)

    tracks, beside, snapshot = store.transact_session("test.freeze", write)
    assert snapshot.counts["set_aside"] == {"duplicate": 1, "ambiguous": 0, "contradictory": 0}
    with store.read_session() as session:
        items = {item.track_id: item for item in SnapshotRepository(session).list_items(snapshot.id)}
    assert set(items) == {tracks[0], tracks[1], *tracks[3:], *beside}
    first, second = (items[track_id] for track_id in beside)
    assert (first.artist_group, first.fold) == (second.artist_group, second.fold)
    assert items[tracks[1]].artist_group != first.artist_group


def test_the_same_audio_with_two_labels_is_left_out(store: Store, folder: Path) -> None:
    def write(session: RepositorySession) -> tuple[list[UUID], SnapshotRow]:
        tracks = [add(session, f"Ode {n}", ("calm", "sad")[n % 2], artist=f"vox {n}") for n in range(8)]
        hash_audio(session, "a" * 64, tracks[0], tracks[1])
        return tracks, freeze(session, folder)

    tracks, snapshot = store.transact_session("test.freeze", write)
    assert snapshot.counts["set_aside"] == {"duplicate": 0, "ambiguous": 2, "contradictory": 0}
    with store.read_session() as session:
        assert not {item.track_id for item in SnapshotRepository(session).list_items(snapshot.id)} & set(tracks[:2])


def test_each_example_keeps_who_decided_its_label(store: Store, folder: Path) -> None:
    def write(session: RepositorySession) -> tuple[list[UUID], SnapshotRow]:
        tracks = [add(session, f"Ode {n}", ("calm", "sad")[n % 2], artist=f"vox {n}") for n in range(8)]
        ada = Annotator(AnnotatorKind.PERSON, "ada")
        AnnotationRepository(session).append_annotation(tracks[0], ada, taxonomy="mood4", emotion="happy")
        AnnotationRepository(session).append_annotation(tracks[2], ada, taxonomy="mood4", emotion="happy")
        return tracks, freeze(session, folder)

    tracks, snapshot = store.transact_session("test.freeze", write)
    with store.read() as session:
        loaded = load_training_set(session, snapshot, blobs=FolderBlobs(folder), folder=folder)
    origins = {UUID(item.example.track_id): item.example.origin for item in loaded.items}
    assert {origins[tracks[0]], origins[tracks[2]]} == {"person: ada"}
    assert {origins[track_id] for track_id in tracks[3:]} == {"import: one"}
