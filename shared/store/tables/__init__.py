"""The database tables, in one module for each subject."""

from shared.store.tables.annotations import AnnotationRow, AnnotatorRow
from shared.store.tables.base import Base
from shared.store.tables.curves import CurveHeadRow, WindowOutputRow
from shared.store.tables.deleted import DeletedFile, DeletedTrack, UnusedBlob
from shared.store.tables.features import (
    ArrayRow,
    CatalogueFeatures,
    FeatureSet,
    FeatureSpecRow,
    Pack,
    SpecStage,
    VariantRow,
)
from shared.store.tables.fingerprints import FingerprintPair, FingerprintRow
from shared.store.tables.key_sessions import KeySessionRow
from shared.store.tables.keys import KeyRow
from shared.store.tables.live_settings import FolderChange, LiveSettingRow, WatchedRoot
from shared.store.tables.media import TrackMediaRow
from shared.store.tables.models import (
    EvaluationRow,
    FoldResult,
    Model,
    ModelHistory,
    OofPrediction,
    Prediction,
    ScoringRefusal,
    SnapshotItem,
    SnapshotRow,
)
from shared.store.tables.personal import PersonalHeadRow
from shared.store.tables.review import ReviewDraw
from shared.store.tables.similarity import Embedding, ProjectedVector, ProjectionRow, VectorFileRow
from shared.store.tables.taggers import LearnedColumnRow, TaggerOutputRow, TrackTagRow
from shared.store.tables.tracks import ClipRow, Duplicate, LibraryMount, Track, TrackMerge, TrackSource, Upload
from shared.store.tables.work import CoolDown, Job, JobItem, WorkerPulse

__all__ = [
    "AnnotationRow",
    "AnnotatorRow",
    "ArrayRow",
    "Base",
    "CatalogueFeatures",
    "ClipRow",
    "CoolDown",
    "CurveHeadRow",
    "DeletedFile",
    "DeletedTrack",
    "Duplicate",
    "Embedding",
    "EvaluationRow",
    "FeatureSet",
    "FeatureSpecRow",
    "FingerprintPair",
    "FingerprintRow",
    "FoldResult",
    "FolderChange",
    "Job",
    "JobItem",
    "KeyRow",
    "KeySessionRow",
    "LearnedColumnRow",
    "LibraryMount",
    "LiveSettingRow",
    "Model",
    "ModelHistory",
    "OofPrediction",
    "Pack",
    "PersonalHeadRow",
    "Prediction",
    "ProjectedVector",
    "ProjectionRow",
    "ReviewDraw",
    "ScoringRefusal",
    "SnapshotItem",
    "SnapshotRow",
    "SpecStage",
    "TaggerOutputRow",
    "Track",
    "TrackMediaRow",
    "TrackMerge",
    "TrackSource",
    "TrackTagRow",
    "UnusedBlob",
    "Upload",
    "VariantRow",
    "VectorFileRow",
    "WatchedRoot",
    "WindowOutputRow",
    "WorkerPulse",
]
