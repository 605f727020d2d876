from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.upload_emotion_response_basis import UploadEmotionResponseBasis, check_upload_emotion_response_basis
from ..models.upload_emotion_response_content_kind_type_0 import (
    UploadEmotionResponseContentKindType0,
    check_upload_emotion_response_content_kind_type_0,
)
from ..models.upload_emotion_response_reason_type_0 import (
    UploadEmotionResponseReasonType0,
    check_upload_emotion_response_reason_type_0,
)
from ..models.upload_emotion_response_sets import UploadEmotionResponseSets, check_upload_emotion_response_sets
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.model_reference import ModelReference
    from ..models.track_record_response import TrackRecordResponse
    from ..models.upload_emotion_response_probabilities import UploadEmotionResponseProbabilities
    from ..models.valence_arousal_response import ValenceArousalResponse


T = TypeVar("T", bound="UploadEmotionResponse")


@_attrs_define
class UploadEmotionResponse:
    """The emotion of a song that was sent in.

    Example:
        {'basis': 'held_out', 'coverage': 0.9, 'duration_s': 214.6, 'emotion': 'calm', 'emotion_name': 'calm',
            'job_href': '/jobs/019aa0f3-0000-7000-8000-000000000001', 'model': {'derived': False, 'estimator': 'svm',
            'href': '/models/019aa0f3-0000-7000-8000-000000000000', 'id': '019aa0f3-0000-7000-8000-000000000000', 'inputs':
            'descriptors', 'starter': False, 'taxonomy': 'mood4', 'version': 1}, 'name': 'my song.mp3', 'prediction_set':
            ['calm', 'sad'], 'probabilities': {'calm': 0.61, 'energetic': 0.02, 'happy': 0.05, 'sad': 0.32}, 'set_promise':
            'of 100 songs, the set holds the right word in 90', 'sets': 'marginal', 'sure': False, 'taxonomy': 'mood4',
            'track_id': '019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001'}

    Attributes:
        name (str):
        taxonomy (str):
        emotion (None | str): Null for a song that is no music, and that nobody gave a mood, and where the model says
            that it is none of its emotions
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        probabilities (UploadEmotionResponseProbabilities):
        prediction_set (list[str] | None): Every emotion that cannot be excluded at `coverage`, the likeliest first;
            null for old models, and for what is no music
        sets (UploadEmotionResponseSets): `marginal` or `by_class`: which promise the set makes
        coverage (float):
        set_promise (str): The promise of the set in words; it says nothing of a single answer
        sure (bool | None): Whether answers of `emotion` with so high a probability were right in 90 of 100, on artists
            that the model had not heard; null for old models, where `basis` is `in_sample`, and for what is no music
        basis (UploadEmotionResponseBasis): What the model's prediction rests on: `held_out` (the track is not in its
            training set), `out_of_fold` (it is; predicted by a model fitted without it), `in_sample` (predicted by the
            model that learned from it); null where no model answers
        model (ModelReference): The model that a prediction comes from.
        duration_s (float | None):
        track_id (None | UUID): Where the song was to be kept: the track that it became
        job_href (str):
        reason (None | Unset | UploadEmotionResponseReasonType0): Why `emotion` is null: `out_of_domain` (it is no
            music) or `none_of_these` (the model says that it is none of its emotions); null where there is one
        content_kind (None | Unset | UploadEmotionResponseContentKindType0): What is heard in what is no music, by
            YAMNet: `speech`, `noise`, `applause`, `other`; null for music, for what somebody gave a mood, and where YAMNet
            was not asked
        valence_arousal (None | Unset | ValenceArousalResponse): As the same model predicts them, whoever decided; null
            for a model that predicts classes only
        track_record (None | TrackRecordResponse | Unset): How often such answers of the starter were right; null for an
            own model, whose card says it, for a derived answer, which was not measured, and where the starter has no answer
    """

    name: str
    taxonomy: str
    emotion: None | str
    emotion_name: None | str
    probabilities: UploadEmotionResponseProbabilities
    prediction_set: list[str] | None
    sets: UploadEmotionResponseSets
    coverage: float
    set_promise: str
    sure: bool | None
    basis: UploadEmotionResponseBasis
    model: ModelReference
    duration_s: float | None
    track_id: None | UUID
    job_href: str
    reason: None | Unset | UploadEmotionResponseReasonType0 = UNSET
    content_kind: None | Unset | UploadEmotionResponseContentKindType0 = UNSET
    valence_arousal: None | Unset | ValenceArousalResponse = UNSET
    track_record: None | TrackRecordResponse | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.track_record_response import TrackRecordResponse  # noqa: PLC0415
        from ..models.valence_arousal_response import ValenceArousalResponse  # noqa: PLC0415

        name = self.name

        taxonomy = self.taxonomy

        emotion: None | str
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        probabilities = self.probabilities.to_dict()

        prediction_set: list[str] | None
        if isinstance(self.prediction_set, list):
            prediction_set = self.prediction_set

        else:
            prediction_set = self.prediction_set

        sets: str = self.sets

        coverage = self.coverage

        set_promise = self.set_promise

        sure: bool | None
        sure = self.sure

        basis: str = self.basis

        model = self.model.to_dict()

        duration_s: float | None
        duration_s = self.duration_s

        track_id: None | str
        if isinstance(self.track_id, UUID):
            track_id = str(self.track_id)
        else:
            track_id = self.track_id

        job_href = self.job_href

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        elif isinstance(self.reason, str):
            reason = self.reason
        else:
            reason = self.reason

        content_kind: None | str | Unset
        if isinstance(self.content_kind, Unset):
            content_kind = UNSET
        elif isinstance(self.content_kind, str):
            content_kind = self.content_kind
        else:
            content_kind = self.content_kind

        valence_arousal: dict[str, Any] | None | Unset
        if isinstance(self.valence_arousal, Unset):
            valence_arousal = UNSET
        elif isinstance(self.valence_arousal, ValenceArousalResponse):
            valence_arousal = self.valence_arousal.to_dict()
        else:
            valence_arousal = self.valence_arousal

        track_record: dict[str, Any] | None | Unset
        if isinstance(self.track_record, Unset):
            track_record = UNSET
        elif isinstance(self.track_record, TrackRecordResponse):
            track_record = self.track_record.to_dict()
        else:
            track_record = self.track_record

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "taxonomy": taxonomy,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "probabilities": probabilities,
                "prediction_set": prediction_set,
                "sets": sets,
                "coverage": coverage,
                "set_promise": set_promise,
                "sure": sure,
                "basis": basis,
                "model": model,
                "duration_s": duration_s,
                "track_id": track_id,
                "job_href": job_href,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if content_kind is not UNSET:
            field_dict["content_kind"] = content_kind
        if valence_arousal is not UNSET:
            field_dict["valence_arousal"] = valence_arousal
        if track_record is not UNSET:
            field_dict["track_record"] = track_record

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.track_record_response import TrackRecordResponse  # noqa: PLC0415
        from ..models.upload_emotion_response_probabilities import UploadEmotionResponseProbabilities  # noqa: PLC0415
        from ..models.valence_arousal_response import ValenceArousalResponse  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        taxonomy = d.pop("taxonomy")

        def _parse_emotion(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion = _parse_emotion(d.pop("emotion"))

        def _parse_emotion_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion_name = _parse_emotion_name(d.pop("emotion_name"))

        probabilities = UploadEmotionResponseProbabilities.from_dict(d.pop("probabilities"))

        def _parse_prediction_set(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                prediction_set_type_0 = cast(list[str], data)

                return prediction_set_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        prediction_set = _parse_prediction_set(d.pop("prediction_set"))

        sets = check_upload_emotion_response_sets(d.pop("sets"))

        coverage = d.pop("coverage")

        set_promise = d.pop("set_promise")

        def _parse_sure(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        sure = _parse_sure(d.pop("sure"))

        basis = check_upload_emotion_response_basis(d.pop("basis"))

        model = ModelReference.from_dict(d.pop("model"))

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        def _parse_track_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                track_id_type_0 = UUID(data)

                return track_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        track_id = _parse_track_id(d.pop("track_id"))

        job_href = d.pop("job_href")

        def _parse_reason(data: object) -> None | Unset | UploadEmotionResponseReasonType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_type_0 = check_upload_emotion_response_reason_type_0(data)

                return reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UploadEmotionResponseReasonType0, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_content_kind(data: object) -> None | Unset | UploadEmotionResponseContentKindType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                content_kind_type_0 = check_upload_emotion_response_content_kind_type_0(data)

                return content_kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UploadEmotionResponseContentKindType0, data)

        content_kind = _parse_content_kind(d.pop("content_kind", UNSET))

        def _parse_valence_arousal(data: object) -> None | Unset | ValenceArousalResponse:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                valence_arousal_type_0 = ValenceArousalResponse.from_dict(data)

                return valence_arousal_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | ValenceArousalResponse, data)

        valence_arousal = _parse_valence_arousal(d.pop("valence_arousal", UNSET))

        def _parse_track_record(data: object) -> None | TrackRecordResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                track_record_type_0 = TrackRecordResponse.from_dict(data)

                return track_record_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TrackRecordResponse | Unset, data)

        track_record = _parse_track_record(d.pop("track_record", UNSET))

        upload_emotion_response = cls(
            name=name,
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            probabilities=probabilities,
            prediction_set=prediction_set,
            sets=sets,
            coverage=coverage,
            set_promise=set_promise,
            sure=sure,
            basis=basis,
            model=model,
            duration_s=duration_s,
            track_id=track_id,
            job_href=job_href,
            reason=reason,
            content_kind=content_kind,
            valence_arousal=valence_arousal,
            track_record=track_record,
        )

        upload_emotion_response.additional_properties = d
        return upload_emotion_response

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
