"""What the API shows of the curve of a track, and of a song that was sent in."""

from uuid import UUID

from pydantic import BaseModel, Field

from services.api.models.schemas import UploadEmotionResponse
from services.api.schemas.emotion_name import EMOTION_NAME
from services.api.schemas.model import ModelReference
from services.api.schemas.vocabulary import CurvePointSource
from services.api.tracks.emotion_schemas import EmotionResponse
from shared.json_objects import JsonObject

_VALENCE = Field(description="-1 unpleasant to 1 pleasant; null where nothing gives it")
_AROUSAL = Field(description="-1 quiet to 1 excited; null where nothing gives it")


class CurveWindowResponse(BaseModel):
    """Three seconds, as the head reads them together with their neighbours."""

    start_s: float = Field(description="Seconds from the start of the file")
    end_s: float
    probabilities: dict[str, float] = Field(description="Smoothed over 9 s, not across a change")
    valence: float | None = _VALENCE
    arousal: float | None = _AROUSAL


class CurveSegmentResponse(BaseModel):
    """A stretch of at least 9 s between two changes."""

    start_s: float
    end_s: float
    emotion: str = Field(description="The likeliest that is not that of a neighbour")
    emotion_name: str | None = EMOTION_NAME
    probabilities: dict[str, float] = Field(description="Of the whole segment")
    valence: float | None = _VALENCE
    arousal: float | None = _AROUSAL


class ContributingExcerptResponse(BaseModel):
    """The 9 s whose removal lowers the answered emotion most."""

    start_s: float
    end_s: float
    emotion: str = Field(description="The one that is answered for the whole")
    emotion_name: str | None = EMOTION_NAME
    probability: float = Field(description="Of that emotion, by all windows")
    probability_without: float = Field(description="Of that emotion, by the windows that hold none of the excerpt")


class CurveHeadResponse(BaseModel):
    """What the curve comes from: a small head, which is another one than the model of the answer."""

    model: ModelReference = Field(description="The model that the head goes with")
    note: str
    figures: JsonObject = Field(description="Held out, of the training tracks: what a curve may be trusted for")
    valence_arousal_from: CurvePointSource | None = Field(
        description="`quadrants` (2p - 1 of being positive, or active), `model` (a head of the champion of valence and "
        "arousal), or null where there are none"
    )


class CurveResponse(BaseModel):
    """How the emotion changes over a track, and in which stretches."""

    taxonomy: str
    window_s: float
    hop_s: float
    is_cut_off: bool = Field(description="Whether the file is longer than the five minutes that are looked at")
    windows: list[CurveWindowResponse]
    segments: list[CurveSegmentResponse]
    excerpt: ContributingExcerptResponse | None = Field(
        description="Null for a track so short that nothing would be left"
    )
    head: CurveHeadResponse


class TrackCurveResponse(CurveResponse):
    """The curve of a track."""

    track_id: UUID
    answer: EmotionResponse = Field(description="The answer of `/tracks/<id>/emotion`, by another head than the curve")


class UploadCurveResponse(CurveResponse):
    """The curve of a song that was sent in."""

    name: str
    track_id: UUID | None = Field(description="Where the song was to be kept: the track that it became")
    answer: UploadEmotionResponse = Field(
        description="The answer of `/predict/<job id>`, by another head than the curve"
    )
