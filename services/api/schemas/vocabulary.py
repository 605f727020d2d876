"""Closed vocabularies of requests and responses, as enumerations of the OpenAPI document.

They say which words there are and check nothing: a row of a later version can still be read. What a request may say is
checked by its own rules, whose messages name the words. Words are only ever added.
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
from shared.domain.roles import Role
from shared.errors import Reason
from shared.metrics.prediction_sets import BY_CLASS, MARGINAL
from shared.store.models.repository import CANDIDATE, CHAMPION, RETIRED, STARTER
from shared.store.tracks.merges import MergeReason


def list_words(*words: str) -> Any:
    """What to annotate `str` with, so that the OpenAPI document lists these words."""
    return WithJsonSchema({"type": "string", "enum": [str(word) for word in words]})


JobKindName = Annotated[str, list_words(*JobKind)]
JobStateName = Annotated[str, list_words(*JobState)]
ItemStateName = Annotated[str, list_words(*ItemState)]
StageName = Annotated[str, list_words(*Stage)]
AnnotatorKindName = Annotated[str, list_words(*AnnotatorKind)]
DecidedByName = Annotated[str, list_words(*AnnotatorKind, "model")]
PredictionBasisName = Annotated[str, list_words(*PredictionBasis)]
ContentKindName = Annotated[str, list_words(*ContentKind)]
QuadrantName = Annotated[str, list_words("Q1", "Q2", "Q3", "Q4")]
SetsName = Annotated[str, list_words(MARGINAL, BY_CLASS)]
ModelStateName = Annotated[str, list_words(CANDIDATE, CHAMPION, RETIRED, STARTER)]
FeatureStateName = Annotated[str, list_words("ready", "failed", "absent")]
FileStateName = Annotated[str, list_words(*FileState)]
DuplicateStateName = Annotated[str, list_words("open", "merged", "dismissed")]
MergeReasonName = Annotated[str, list_words(*MergeReason)]
TagOriginName = Annotated[str, list_words(*AnnotatorKind, "tagger")]
NoEmotionReason = Annotated[str, list_words(Reason.OUT_OF_DOMAIN, Reason.NONE_OF_THESE)]
SettingSourceName = Annotated[str, list_words(*SettingSource)]
WatchModeName = Annotated[str, list_words("events", "rescan", "away")]
MeasuredOnName = Annotated[str, list_words("training_clips", "library")]
RoleName = Annotated[str, list_words(*Role)]
DrawReasonName = Annotated[str, list_words(*ReviewReason)]
SimilarityKindName = Annotated[str, list_words("model", "taggers", "descriptors")]
ValueStatusName = Annotated[str, list_words(*ValueStatus)]
CurvePointSource = Annotated[str, list_words("quadrants", "model")]
