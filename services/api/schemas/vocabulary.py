"""Closed vocabularies of responses, as enumerations of the OpenAPI document.

They say which words there are and check nothing: a row of a later version can still be read. Words are only ever added.
"""

from typing import Annotated, Any

from pydantic import WithJsonSchema

from shared.domain.annotation import AnnotatorKind
from shared.domain.catalogue import ValueStatus
from shared.domain.content_kind import ContentKind
from shared.domain.file_state import FileState
from shared.domain.job import ItemState, JobKind, JobState, Stage
from shared.domain.live_settings import SettingSource
from shared.domain.prediction import PredictionBasis
from shared.domain.review import ReviewReason
from shared.errors import Reason
from shared.metrics.prediction_sets import BY_CLASS, MARGINAL
from shared.store.models.repository import CANDIDATE, CHAMPION, RETIRED, STARTER
from shared.store.tracks.merges import MergeReason


def _words(*words: str) -> Any:
    return WithJsonSchema({"type": "string", "enum": [str(word) for word in words]})


JobKindName = Annotated[str, _words(*JobKind)]
JobStateName = Annotated[str, _words(*JobState)]
ItemStateName = Annotated[str, _words(*ItemState)]
StageName = Annotated[str, _words(*Stage)]
AnnotatorKindName = Annotated[str, _words(*AnnotatorKind)]
DecidedByName = Annotated[str, _words(*AnnotatorKind, "model")]
PredictionBasisName = Annotated[str, _words(*PredictionBasis)]
ContentKindName = Annotated[str, _words(*ContentKind)]
QuadrantName = Annotated[str, _words("Q1", "Q2", "Q3", "Q4")]
SetsName = Annotated[str, _words(MARGINAL, BY_CLASS)]
ModelStateName = Annotated[str, _words(CANDIDATE, CHAMPION, RETIRED, STARTER)]
FeatureStateName = Annotated[str, _words("ready", "failed", "absent")]
FileStateName = Annotated[str, _words(*FileState)]
DuplicateStateName = Annotated[str, _words("open", "merged", "dismissed")]
MergeReasonName = Annotated[str, _words(*MergeReason)]
TagOriginName = Annotated[str, _words(*AnnotatorKind, "tagger")]
NoEmotionReason = Annotated[str, _words(Reason.OUT_OF_DOMAIN, Reason.NONE_OF_THESE)]
SettingSourceName = Annotated[str, _words(*SettingSource)]
WatchModeName = Annotated[str, _words("events", "rescan", "away")]
MeasuredOnName = Annotated[str, _words("training_clips", "library")]
DrawReasonName = Annotated[str, _words(*ReviewReason)]
SimilarityKindName = Annotated[str, _words("model", "taggers", "descriptors")]
ValueStatusName = Annotated[str, _words(*ValueStatus)]
CurvePointSource = Annotated[str, _words("quadrants", "model")]
