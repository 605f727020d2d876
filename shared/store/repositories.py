"""The unit of work that services use: all repositories, in one transaction.

`Store.transact` and `Store.read` create it. A service uses `repositories.tracks` or `repositories.features(spec=…)`; it
writes no SQL and has no access to the session.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.domain.track import CollectedTrack
from shared.store.access_repositories import AccessRepositories
from shared.store.features.catalogue import CatalogueFeatureRepository
from shared.store.features.coverage import FeatureCoverage
from shared.store.features.fingerprints import FingerprintRepository
from shared.store.features.given_tags import GivenTagRepository
from shared.store.features.learned_columns import LearnedColumnRepository
from shared.store.features.packs import PackItems, PackRepository
from shared.store.features.repository import FeatureRepository
from shared.store.features.reusable_features import ReusableFeatures
from shared.store.features.sounds import SoundRepository
from shared.store.features.spec_stages import SpecStages
from shared.store.features.tagger_outputs import TaggerOutputRepository
from shared.store.features.unused_blobs import UnusedBlobs
from shared.store.jobs.cool_downs import CoolDowns
from shared.store.jobs.folder_changes import FolderChanges, WatchedRoots
from shared.store.jobs.items import JobItemRepository
from shared.store.jobs.leases import JobLeases
from shared.store.jobs.library_mounts import LibraryMounts
from shared.store.jobs.pulses import PulseRepository
from shared.store.jobs.repository import JobRepository
from shared.store.jobs.resting_jobs import RestingJobs
from shared.store.live_settings import LiveSettingRows
from shared.store.media_repositories import MediaRepositories
from shared.store.models.evaluations import EvaluationRepository
from shared.store.models.folds import FoldResults
from shared.store.models.leaderboards import LeaderboardRepository
from shared.store.models.personal_heads import PersonalHeadRepository
from shared.store.models.prediction_diff import HeadChanges, TagFlips
from shared.store.models.repository import ModelRepository
from shared.store.models.scores import ScoreRepository
from shared.store.models.snapshots import SnapshotRepository
from shared.store.models.training_predictions import TrainingPredictionRepository
from shared.store.similarity_repositories import SimilarityRepositories
from shared.store.summary_repositories import SummaryRepositories
from shared.store.tables import Model
from shared.store.tracks.annotations import AnnotationRepository
from shared.store.tracks.annotator_names import AnnotatorNames
from shared.store.tracks.artist_groups import ArtistGroups
from shared.store.tracks.clips import ClipRepository
from shared.store.tracks.decisions import TrackDecisionRepository
from shared.store.tracks.deleted_tracks import DeletedTracks
from shared.store.tracks.duplicate_resolution import Resolution, resolve_duplicates
from shared.store.tracks.duplicates import DuplicateRepository
from shared.store.tracks.file_states import FileStates
from shared.store.tracks.listing_writer import ListingWriter
from shared.store.tracks.lookups import TrackLookups
from shared.store.tracks.merges import MergeRepository
from shared.store.tracks.missing_tracks import MissingTracks
from shared.store.tracks.moved_files import MovedFiles
from shared.store.tracks.moved_labels import withdraw_moved
from shared.store.tracks.names import TrackNaming
from shared.store.tracks.removals import RemovalRepository
from shared.store.tracks.repository import TrackRepository
from shared.store.tracks.review_draws import ReviewDrawRepository
from shared.store.tracks.source_statements import save_source_annotation, save_statements
from shared.store.tracks.tagged_tracks import TaggedTrackRepository
from shared.store.tracks.track_records import TrackRecords
from shared.store.tracks.uploads import UploadRepository
from shared.store.tracks.withdrawals import WithdrawalRepository


class Repositories(AccessRepositories, SummaryRepositories, MediaRepositories, SimilarityRepositories):
    """The repositories of one transaction. A property or method gives a new one each time, on the same transaction."""

    def send_changes(self) -> None:
        """Send to the database what was changed on rows so far, for queries that follow in this transaction."""
        self._own_session.flush()

    @property
    def annotations(self) -> AnnotationRepository:
        """Annotations."""
        return AnnotationRepository(self._own_session)

    @property
    def annotator_names(self) -> AnnotatorNames:
        """Names of annotators."""
        return AnnotatorNames(self._own_session)

    @property
    def artist_groups(self) -> ArtistGroups:
        """Artist groups."""
        return ArtistGroups(self._own_session)

    @property
    def clips(self) -> ClipRepository:
        """Kept clips."""
        return ClipRepository(self._own_session)

    @property
    def cool_downs(self) -> CoolDowns:
        """Sources that asked for a pause."""
        return CoolDowns(self._own_session)

    @property
    def decisions(self) -> TrackDecisionRepository:
        """Decisions on tracks."""
        return TrackDecisionRepository(self._own_session)

    @property
    def deleted_tracks(self) -> DeletedTracks:
        """Tracks that were removed."""
        return DeletedTracks(self._own_session)

    @property
    def duplicates(self) -> DuplicateRepository:
        """Questions whether two tracks are one recording."""
        return DuplicateRepository(self._own_session)

    @property
    def evaluations(self) -> EvaluationRepository:
        """Evaluations of models."""
        return EvaluationRepository(self._own_session)

    @property
    def file_states(self) -> FileStates:
        """Files of the library and their states."""
        return FileStates(self._own_session)

    @property
    def fingerprints(self) -> FingerprintRepository:
        """Acoustic fingerprints of the current version."""
        return FingerprintRepository(self._own_session)

    @property
    def fold_results(self) -> FoldResults:
        """Out-of-fold results of trainings under way."""
        return FoldResults(self._own_session)

    @property
    def folder_changes(self) -> FolderChanges:
        """Folders in which something changed."""
        return FolderChanges(self._own_session)

    @property
    def given_tags(self) -> GivenTagRepository:
        """Tags that a tagger gives."""
        return GivenTagRepository(self._own_session)

    @property
    def job_items(self) -> JobItemRepository:
        """Items of jobs."""
        return JobItemRepository(self._own_session)

    @property
    def job_leases(self) -> JobLeases:
        """Leases of jobs as a whole."""
        return JobLeases(self._own_session)

    @property
    def jobs(self) -> JobRepository:
        """Jobs."""
        return JobRepository(self._own_session)

    @property
    def leaderboards(self) -> LeaderboardRepository:
        """Models of a training, ranked."""
        return LeaderboardRepository(self._own_session)

    @property
    def library_mounts(self) -> LibraryMounts:
        """Mount points of the library."""
        return LibraryMounts(self._own_session)

    @property
    def live_settings(self) -> LiveSettingRows:
        """Stored live settings."""
        return LiveSettingRows(self._own_session)

    @property
    def merges(self) -> MergeRepository:
        """Merges of tracks."""
        return MergeRepository(self._own_session)

    @property
    def missing_tracks(self) -> MissingTracks:
        """Tracks whose last file is gone."""
        return MissingTracks(self._own_session)

    @property
    def models(self) -> ModelRepository:
        """Published models."""
        return ModelRepository(self._own_session)

    @property
    def moved_files(self) -> MovedFiles:
        """Files that moved."""
        return MovedFiles(self._own_session)

    @property
    def pack_items(self) -> PackItems:
        """Packing steps of jobs."""
        return PackItems(self._own_session)

    @property
    def personal_heads(self) -> PersonalHeadRepository:
        """What people's labels change of models' probabilities."""
        return PersonalHeadRepository(self._own_session)

    @property
    def pulses(self) -> PulseRepository:
        """Signs of life of the workers."""
        return PulseRepository(self._own_session)

    @property
    def removals(self) -> RemovalRepository:
        """Removals of tracks."""
        return RemovalRepository(self._own_session)

    @property
    def resting_jobs(self) -> RestingJobs:
        """Jobs that wait for a bulk stage."""
        return RestingJobs(self._own_session)

    @property
    def review_draws(self) -> ReviewDrawRepository:
        """Tracks that persons are asked to label."""
        return ReviewDrawRepository(self._own_session)

    @property
    def scores(self) -> ScoreRepository:
        """Predictions and the jobs that make them."""
        return ScoreRepository(self._own_session)

    @property
    def snapshots(self) -> SnapshotRepository:
        """Frozen training sets."""
        return SnapshotRepository(self._own_session)

    @property
    def spec_stages(self) -> SpecStages:
        """Stages of feature specs."""
        return SpecStages(self._own_session)

    @property
    def tagged_tracks(self) -> TaggedTrackRepository:
        """Lists of tracks by their tags."""
        return TaggedTrackRepository(self._own_session)

    @property
    def tagger_outputs(self) -> TaggerOutputRepository:
        """Values that audio taggers gave."""
        return TaggerOutputRepository(self._own_session)

    @property
    def track_lookups(self) -> TrackLookups:
        """Questions about many tracks at once."""
        return TrackLookups(self._own_session)

    @property
    def track_names(self) -> TrackNaming:
        """Names of tracks."""
        return TrackNaming(self._own_session)

    @property
    def tracks(self) -> TrackRepository:
        """Tracks."""
        return TrackRepository(self._own_session)

    @property
    def unused_blobs(self) -> UnusedBlobs:
        """Blobs that nothing points to any more."""
        return UnusedBlobs(self._own_session)

    @property
    def uploads(self) -> UploadRepository:
        """Uploads."""
        return UploadRepository(self._own_session)

    @property
    def watched_roots(self) -> WatchedRoots:
        """Roots that are watched."""
        return WatchedRoots(self._own_session)

    @property
    def withdrawals(self) -> WithdrawalRepository:
        """Withdrawn annotations."""
        return WithdrawalRepository(self._own_session)

    # Of one feature spec, or of certain models.

    def catalogue_features(self, *, spec: str, kind: str | None = None) -> CatalogueFeatureRepository:
        """Catalogue columns; computed ones of `spec`, or of all stages of the input `kind`."""
        return CatalogueFeatureRepository(self._own_session, spec=spec, kind=kind)

    def feature_coverage(self, *, spec: str) -> FeatureCoverage:
        """How much of the library has the features of `spec`."""
        return FeatureCoverage(self._own_session, spec=spec)

    def features(self, *, spec: str, kind: str | None = None) -> FeatureRepository:
        """Features of `spec`; `kind` narrows some queries to one kind of input."""
        return FeatureRepository(self._own_session, spec=spec, kind=kind)

    def head_changes(self, *, model: Model, against: Model, at_least: float) -> HeadChanges:
        """Tracks whose outputs of two models differ by `at_least`."""
        return HeadChanges(self._own_session, model=model, against=against, at_least=at_least)

    def learned_columns(self, *, spec: str) -> LearnedColumnRepository:
        """Learned columns, of the descriptors of `spec`."""
        return LearnedColumnRepository(self._own_session, spec=spec)

    def listing_writer(self, *, spec: str) -> ListingWriter:
        """Writes what a crawl lists, to be analysed by `spec`."""
        return ListingWriter(self._own_session, spec=spec)

    def packs(self, *, spec: str) -> PackRepository:
        """Packs of arrays of `spec`."""
        return PackRepository(self._own_session, spec=spec)

    def fingerprints_of(self, *, version: int) -> FingerprintRepository:
        """Acoustic fingerprints of a version."""
        return FingerprintRepository(self._own_session, version=version)

    def reusable_features(self, *, spec: str) -> ReusableFeatures:
        """What other specs computed that `spec` may take over."""
        return ReusableFeatures(self._own_session, spec=spec)

    def sounds(self, *, spec: str) -> SoundRepository:
        """Decoded sounds, compared under `spec`."""
        return SoundRepository(self._own_session, spec=spec)

    def tag_flips(self, *, model: Model, against: Model) -> TagFlips:
        """Tags that tracks would get or lose."""
        return TagFlips(self._own_session, model=model, against=against)

    def track_records(self, *, spec: str) -> TrackRecords:
        """Whole tracks with their features of `spec`."""
        return TrackRecords(self._own_session, spec=spec)

    def training_predictions(self, model: Model) -> TrainingPredictionRepository:
        """Out-of-fold predictions for the tracks that the model was trained on."""
        return TrainingPredictionRepository(self._own_session, model)

    # What goes through several repositories.

    def resolve_duplicates(
        self, track_ids: Sequence[UUID], *, named_together: Sequence[tuple[UUID, UUID]] = ()
    ) -> Resolution:
        """See `shared.store.tracks.duplicate_resolution`."""
        return resolve_duplicates(self._own_session, track_ids, named_together=named_together)

    def withdraw_moved(self, track_ids: Iterable[UUID]) -> int:
        """See `shared.store.tracks.moved_labels`."""
        return withdraw_moved(self._own_session, track_ids)

    def save_source_annotation(self, track_id: UUID, collected: CollectedTrack) -> bool:
        """See `shared.store.tracks.source_statements`."""
        return save_source_annotation(self._own_session, track_id, collected)

    def save_statements(self, track_id: UUID, collected: CollectedTrack) -> dict[str, Any]:
        """See `shared.store.tracks.source_statements`."""
        return save_statements(self._own_session, track_id, collected)


class RepositorySession(Session, Repositories):
    """A session that is its own unit of work, so that code of the store and of tests may query it as it is.

    Services get it as `Repositories`: their types know no method of a session.
    """

    @property
    def _own_session(self) -> Session:
        return self
