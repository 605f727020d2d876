"""What the featurizer says of two files that are one recording, or look like one: real analysis, real PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.featurizer.analysis import ClipAnalysis, analyse_clip
from services.featurizer.handlers import featurize_items
from services.featurizer.recompute import list_stale
from services.trainer.dataset.snapshot import freeze_snapshot
from shared.blobs.folder import FolderBlobs
from shared.domain.annotation import Annotator, AnnotatorKind
from shared.domain.features import FeatureSpec
from shared.domain.job import Stage
from shared.domain.messages import ItemsMessage, JobMessage
from shared.domain.track import AudioFile, CollectedTrack, SourceRef
from shared.domain.training import TrainRequest
from shared.fingerprints.matching import SAME_RECORDING
from shared.library import MusicLibrary
from shared.settings import WorkSettings
from shared.store import Store
from shared.store.features.coverage import FeatureCoverage
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.features.repository import FeatureRepository
from shared.store.jobs.repository import JobRepository, NewItem
from shared.store.models.snapshots import SnapshotRepository
from shared.store.repositories import RepositorySession
from shared.store.tables import Duplicate, FeatureSet, FingerprintPair, FingerprintRow, Job, JobItem, SnapshotRow, Track
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.duplicates import DuplicateRepository
from shared.store.tracks.repository import TrackRepository
from shared.worker.context import WorkerContext
from tests.support import audio
from tests.support.buses import SilentBus

SR = 22_050
SPEC = FeatureSpec()


def music(seed: int, *, duration_s: float) -> audio.Signal:
    """A new chord every half second over a soft noise."""
    rng = np.random.default_rng(seed)
    chords = [
        audio.chord(*rng.uniform(150, 6000, 24), duration_s=0.5, sr=SR, amplitude=0.9) * rng.uniform(0.3, 1)
        for _ in range(round(2 * duration_s))
    ]
    y = np.concatenate(chords).astype(np.float32)
    return y + audio.noise(duration_s=y.size / SR, sr=SR, amplitude=0.01, seed=seed)[: y.size]


class Featurizer:
    """The featurizer's own handler over a folder of files, without its queue."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.library = MusicLibrary([folder])
        self.blobs = FolderBlobs(folder / ".blobs")

    def add(self, name: str, y: audio.Signal | None = None, *, artist: str = "Vox", form: str = "wav16") -> UUID:
        """A track with a file, analysed."""
        path = self.folder / name
        if y is not None:
            audio.write(path, y, sr=SR, form=form)
        stat = path.stat()
        piece = CollectedTrack(
            refs=(SourceRef("folder", name),),
            title=name,
            artist=artist,
            audio=AudioFile(locator=self.library.locate_file(path), size_bytes=stat.st_size, mtime_ns=stat.st_mtime_ns),
        )
        track_id = self.store.transact_session(
            "test.add", lambda session: TrackRepository(session).register_track(piece).track_id
        )
        self.analyse(track_id)
        return track_id

    @property
    def bench(self) -> WorkerContext:
        return WorkerContext(store=self.store, bus=SilentBus(), work=WorkSettings(), worker="here:1")

    def analyse(self, *track_ids: UUID, spec: FeatureSpec = SPEC, seen: list[frozenset[str]] | None = None) -> None:
        """Analyse tracks as a crawl that comes to them does; `seen` takes which stages were asked for."""

        def prepare(session: Session) -> list[int]:
            job = Job(kind="crawl", params={})
            session.add(job)
            session.flush()
            items = [NewItem(str(track_id), {}, track_id) for track_id in track_ids]
            return JobRepository(session).add_items(job.id, Stage.FEATURIZE, items)

        self.work_on(self.store.transact_session("test.items", prepare), spec=spec, seen=seen)

    def work_on(
        self, item_ids: Sequence[int], *, spec: FeatureSpec = SPEC, seen: list[frozenset[str]] | None = None
    ) -> None:
        def analyse_seen(path: Path, wanted: frozenset[str]) -> ClipAnalysis:
            if seen is not None:
                seen.append(wanted)
            return analyse_clip(path, spec=spec, wanted=wanted)

        message = ItemsMessage(tuple(item_ids))
        featurize_items(
            message, bench=self.bench, library=self.library, blobs=self.blobs, spec=spec, analyse=analyse_seen
        )

    def recordings(self, *track_ids: UUID) -> int:
        with self.store.read_session() as session:
            return len(set(session.scalars(select(Track.survivor_id).where(Track.id.in_(track_ids)))))

    def questions(self) -> list[set[UUID]]:
        with self.store.read_session() as session:
            return [{row.one_id, row.other_id} for row, _, _ in DuplicateRepository(session).list_page()]


@pytest.fixture
def featurizer(store: Store, folder: Path) -> Featurizer:
    return Featurizer(store, folder)


def hashes(store: Store, *track_ids: UUID) -> list[str | None]:
    with store.read_session() as session:
        rows = session.scalars(select(FeatureSet).where(FeatureSet.track_id.in_(track_ids)))
        return [row.decoded_sha256 for row in sorted(rows, key=lambda row: row.track_id)]


def test_two_songs_that_are_equal_from_55_to_95_seconds_only_are_two_tracks(featurizer: Featurizer) -> None:
    one, other = music(1, duration_s=150), music(2, duration_s=150)
    other[55 * SR : 95 * SR] = one[55 * SR : 95 * SR]
    tracks = [featurizer.add("one.wav", one), featurizer.add("other.flac", other, form="flac")]
    with featurizer.store.read_session() as session:
        windows = {row.audio_sha256 for row in session.scalars(select(FeatureSet))}
    assert len(windows) == 1, "the window that is described is the same"
    assert None not in hashes(featurizer.store, *tracks)
    assert featurizer.recordings(*tracks) == 2
    assert featurizer.questions() == []


def test_files_whose_decoded_samples_are_all_equal_become_one_track(featurizer: Featurizer) -> None:
    song = music(3, duration_s=70)
    first = featurizer.add("one.wav", song)
    assert hashes(featurizer.store, first) == [None], "hashed only where another track has the same window"
    tracks = [first, featurizer.add("other.flac", song, form="flac")]
    assert len(set(hashes(featurizer.store, *tracks))) == 1
    assert featurizer.recordings(*tracks) == 1
    assert featurizer.questions() == []


def test_of_a_file_that_is_gone_the_fingerprint_tells_that_all_samples_are_equal(featurizer: Featurizer) -> None:
    song = music(4, duration_s=70)
    first = featurizer.add("one.wav", song)
    (featurizer.folder / "one.wav").unlink()
    second = featurizer.add("other.flac", song, form="flac")
    assert hashes(featurizer.store, first) == [None]
    assert featurizer.recordings(first, second) == 1
    assert featurizer.questions() == []


def test_of_a_file_that_is_gone_without_a_fingerprint_a_person_is_asked(featurizer: Featurizer) -> None:
    song = music(4, duration_s=70)
    first = featurizer.add("one.wav", song)
    featurizer.store.transact_session("test.forget", lambda session: session.execute(delete(FingerprintRow)))
    (featurizer.folder / "one.wav").unlink()
    second = featurizer.add("other.flac", song, form="flac")
    assert featurizer.recordings(first, second) == 2
    assert featurizer.questions() == [{first, second}]


def test_a_file_that_was_replaced_since_says_nothing_about_the_track(featurizer: Featurizer) -> None:
    song = music(5, duration_s=70)
    first = featurizer.add("one.wav", song)
    featurizer.store.transact_session("test.forget", lambda session: session.execute(delete(FingerprintRow)))
    audio.write(featurizer.folder / "one.wav", music(6, duration_s=70), sr=SR, form="wav16")
    second = featurizer.add("other.flac", song, form="flac")
    assert featurizer.recordings(first, second) == 2
    assert hashes(featurizer.store, first) == [None]


def test_another_encoding_is_asked_about_and_another_song_is_not(featurizer: Featurizer) -> None:
    song = music(7, duration_s=40)
    original = featurizer.add("song.wav", song)
    other = featurizer.add("other.wav", music(8, duration_s=40))
    copy = featurizer.add("copy.mp3", 0.5 * song[SR:], form="mp3")
    assert featurizer.recordings(original, copy, other) == 3
    assert featurizer.questions() == [{original, copy}]
    with featurizer.store.read_session() as session:
        fingerprints = FingerprintRepository(session)
        assert fingerprints.list_pairs([original, copy, other], threshold=SAME_RECORDING) == [(original, copy)]
        assert fingerprints.list_alike([copy]) == {original}
        assert fingerprints.list_alike([other]) == set()
        assert fingerprints.count_not_compared([original, copy, other]) == 0


def test_a_preview_is_asked_about_beside_the_whole_song(featurizer: Featurizer) -> None:
    song = music(9, duration_s=120)
    whole = featurizer.add("song.wav", song)
    preview = featurizer.add("preview.mp3", song[63 * SR : 93 * SR], form="mp3")
    assert featurizer.questions() == [{whole, preview}]


def test_copies_that_a_person_parted_are_not_asked_about_again(featurizer: Featurizer) -> None:
    song = music(10, duration_s=30)
    tracks = [featurizer.add("one.wav", song), featurizer.add("copy.mp3", song, form="mp3")]

    def dismiss(session: Session) -> None:
        ((row, _, _),) = DuplicateRepository(session).list_page()
        DuplicateRepository(session).resolve_pair(row.id, merge=False, who="ada")

    featurizer.store.transact_session("test.dismiss", dismiss)
    featurizer.analyse(*tracks)
    assert featurizer.questions() == []


def test_another_sound_in_the_same_file_leaves_the_pairs_of_the_old_one(featurizer: Featurizer) -> None:
    song = music(11, duration_s=30)
    one, copy = featurizer.add("one.wav", song), featurizer.add("copy.mp3", song, form="mp3")
    featurizer.add("copy.mp3", music(12, duration_s=30), form="mp3")
    with featurizer.store.read_session() as session:
        assert FingerprintRepository(session).list_pairs([one, copy]) == [(one, copy)]
        new = set(session.scalars(select(Track.id))) - {one, copy}
        assert FingerprintRepository(session).list_pairs([one, *new]) == []


def test_a_clip_in_which_nothing_moves_is_counted_as_not_compared(featurizer: Featurizer) -> None:
    tones = [featurizer.add(f"{n}.wav", audio.tone(n, duration_s=10, sr=SR, amplitude=0.4)) for n in (440, 441)]
    with featurizer.store.read_session() as session:
        assert FingerprintRepository(session).list_pairs(tones) == []
        assert FingerprintRepository(session).count_not_compared(tones) == 2
        assert session.scalars(select(FingerprintRow.words)).all() == [b"", b""]


def test_copies_are_one_recording_of_a_training_set(featurizer: Featurizer, folder: Path) -> None:
    says = Annotator(AnnotatorKind.IMPORT, "table")
    song = music(13, duration_s=20)
    tracks = [featurizer.add(f"{n}.wav", music(20 + n, duration_s=20), artist=f"vox {n}") for n in range(4)]
    tracks += [
        featurizer.add("a.wav", song, artist="Somebody"),
        featurizer.add("b.mp3", song, artist="Else", form="mp3"),
    ]
    silent = featurizer.add("tone.wav", audio.tone(440, duration_s=10, sr=SR, amplitude=0.4), artist="vox 9")

    def freeze(session: RepositorySession) -> SnapshotRow:
        labels = ("calm", "calm", "sad", "sad", "sad", "sad", "calm")
        for track_id, emotion in zip([*tracks, silent], labels, strict=True):
            AnnotationRepository(session).append_annotation(track_id, says, taxonomy="mood4", emotion=emotion)
        job = Job(kind="train", params={})
        session.add(job)
        session.flush()
        return freeze_snapshot(
            session, job.id, TrainRequest(inputs=("descriptors",)), spec=SPEC.fingerprint, blobs=featurizer.blobs
        )

    snapshot = featurizer.store.transact_session("test.freeze", freeze)
    assert snapshot.counts["set_aside"]["duplicate"] == 1
    assert snapshot.counts["same_recording_pairs"] == 1
    assert snapshot.counts["not_compared"] == 1
    with featurizer.store.read_session() as session:
        items = {item.track_id: item for item in SnapshotRepository(session).list_items(snapshot.id)}
    assert len(items.keys() & set(tracks[4:])) == 1


def forget_fingerprints(featurizer: Featurizer) -> None:
    """As after an upgrade from a version without them."""

    def forget(session: Session) -> None:
        session.execute(delete(FingerprintRow))
        session.execute(delete(FingerprintPair))
        session.execute(delete(Duplicate))

    featurizer.store.transact_session("test.forget", forget)


def made_at(store: Store, track_id: UUID) -> datetime:
    with store.read_session() as session:
        return session.get_one(FeatureSet, (track_id, SPEC.fingerprint)).made_at


def test_existing_tracks_get_their_fingerprint_in_the_background_and_nothing_else_of_them_is_touched(
    featurizer: Featurizer,
) -> None:
    song = music(14, duration_s=20)
    tracks = [featurizer.add("one.wav", song), featurizer.add("copy.mp3", song, form="mp3")]
    gone = featurizer.add("gone.wav", music(15, duration_s=20))
    changed = featurizer.add("changed.wav", music(16, duration_s=20))
    before = made_at(featurizer.store, tracks[0])
    forget_fingerprints(featurizer)
    (featurizer.folder / "gone.wav").unlink()
    audio.write(featurizer.folder / "changed.wav", music(17, duration_s=21), sr=SR, form="wav16")
    with featurizer.store.read_session() as session:
        assert len(FeatureCoverage(session, spec="another").list_without_fingerprint()) == 4

    def start(session: Session) -> UUID:
        job = Job(kind="recompute", params={"fingerprints": True})
        session.add(job)
        session.flush()
        return job.id

    job_id = featurizer.store.transact_session("test.job", start)
    list_stale(JobMessage(str(job_id)), bench=featurizer.bench, spec=SPEC)
    with featurizer.store.read_session() as session:
        items = session.scalars(select(JobItem).where(JobItem.job_id == job_id)).all()
    featurizer.work_on([item.id for item in items])
    with featurizer.store.read_session() as session:
        states = {
            item.track_id: item.state for item in session.scalars(select(JobItem).where(JobItem.job_id == job_id))
        }
        assert FingerprintRepository(session).count_not_compared([*tracks, gone, changed]) == 2
    assert states == {tracks[0]: "done", tracks[1]: "done", gone: "skipped", changed: "skipped"}
    assert featurizer.questions() == [set(tracks)]
    assert made_at(featurizer.store, tracks[0]) == before


def test_a_change_of_the_spec_takes_the_fingerprint_over(featurizer: Featurizer) -> None:
    track_id = featurizer.add("one.wav", music(18, duration_s=20))
    newer = replace(SPEC, descriptors=replace(SPEC.descriptors, version=99))
    seen: list[frozenset[str]] = []
    featurizer.analyse(track_id, spec=newer, seen=seen)
    assert seen == [frozenset({"descriptors", "catalogue"})]


def test_a_clip_that_is_too_short_keeps_its_labels_when_it_is_renamed(featurizer: Featurizer) -> None:
    old = featurizer.add("click.wav", audio.tone(440, duration_s=0.4))
    other = featurizer.add("clack.wav", audio.tone(880, duration_s=0.4))
    (featurizer.folder / "click.wav").rename(featurizer.folder / "renamed.wav")
    new = featurizer.add("renamed.wav")
    assert featurizer.recordings(old, new) == 1
    assert featurizer.recordings(old, other) == 2
    with featurizer.store.read_session() as session:
        assert session.get_one(Track, new).survivor_id == old
        features = FeatureRepository(session, spec=SPEC.fingerprint).get_own(new)
        assert features is not None
        assert features.reason == "too_short"


def test_two_short_clips_of_silence_are_not_one(featurizer: Featurizer) -> None:
    silence = np.zeros(SR // 2, np.float32)
    assert featurizer.recordings(featurizer.add("a.wav", silence), featurizer.add("b.wav", silence)) == 2
