from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.emotion_response_basis_type_0 import EmotionResponseBasisType0, check_emotion_response_basis_type_0
from ..models.emotion_response_content_kind_type_0 import (
    EmotionResponseContentKindType0,
    check_emotion_response_content_kind_type_0,
)
from ..models.emotion_response_decided_by_type_0 import (
    EmotionResponseDecidedByType0,
    check_emotion_response_decided_by_type_0,
)
from ..models.emotion_response_reason_type_0 import EmotionResponseReasonType0, check_emotion_response_reason_type_0
from ..models.emotion_response_sets import EmotionResponseSets, check_emotion_response_sets
from ..models.emotion_response_valence_arousal_basis_type_0 import (
    EmotionResponseValenceArousalBasisType0,
    check_emotion_response_valence_arousal_basis_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.emotion_response_probabilities import EmotionResponseProbabilities
    from ..models.label_response import LabelResponse
    from ..models.model_reference import ModelReference
    from ..models.personal_response import PersonalResponse
    from ..models.track_record_response import TrackRecordResponse
    from ..models.valence_arousal_response import ValenceArousalResponse


T = TypeVar("T", bound="EmotionResponse")


@_attrs_define
class EmotionResponse:
    """The emotion of a track: a person's label; else what the model predicts; else, where no model answers, the label
    consensus of playlists, tables and folders.

        Example:
            {'basis': 'held_out', 'coverage': 0.9, 'decided_by': 'model', 'emotion': 'calm', 'emotion_name': 'calm',
                'label': {'annotator': {'kind': 'playlist', 'name': 'rainy days'}, 'at': '2026-01-05T18:30:00Z', 'emotion':
                'sad', 'emotion_name': 'sad', 'n_voices': 1, 'shares': {'sad': 1.0}, 'taxonomy': 'mood4'}, 'model': {'derived':
                False, 'estimator': 'svm', 'href': '/models/019aa0f3-0000-7000-8000-000000000000', 'id':
                '019aa0f3-0000-7000-8000-000000000000', 'inputs': 'descriptors', 'starter': False, 'taxonomy': 'mood4',
                'version': 1}, 'predicted': 'calm', 'prediction_set': ['calm', 'sad'], 'probabilities': {'calm': 0.81,
                'energetic': 0.02, 'happy': 0.05, 'sad': 0.12}, 'set_promise': 'of 100 songs, the set holds the right word in
                90', 'sets': 'marginal', 'sure': False, 'synthetic': False, 'taxonomy': 'mood4', 'track_id':
                '019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001'}

        Attributes:
            track_id (UUID):
            taxonomy (str):
            emotion (None | str): Null for a track that is no music and that nobody gave a mood, and where the model says
                that it is none of its emotions
            emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
                `emotion` itself; null where `emotion` is null
            decided_by (EmotionResponseDecidedByType0 | None): `person`, `model`, `playlist` or `import`; null where nobody
                did
            predicted (None | str): What the model says, whoever decided; null where none answers
            probabilities (EmotionResponseProbabilities):
            prediction_set (list[str] | None): Every emotion that cannot be excluded at `coverage`, the likeliest first;
                null for old models, and for what is no music
            sets (EmotionResponseSets): `marginal` or `by_class`: which promise the set makes
            coverage (float):
            set_promise (str): The promise of the set in words; it says nothing of a single answer
            sure (bool | None): Whether answers of `predicted` with so high a probability were right in 90 of 100, on
                artists that the model had not heard; null for old models, where `basis` is `in_sample`, and for what is no
                music
            basis (EmotionResponseBasisType0 | None): What the model's prediction rests on: `held_out` (the track is not in
                its training set), `out_of_fold` (it is; predicted by a model fitted without it), `in_sample` (predicted by the
                model that learned from it); null where no model answers
            model (ModelReference | None): Null where no model answers: annotators decided
            label (LabelResponse | None):
            synthetic (bool):
            reason (EmotionResponseReasonType0 | None | Unset): Why `emotion` is null: `out_of_domain` (it is no music) or
                `none_of_these` (the model says that it is none of its emotions); null where there is one
            content_kind (EmotionResponseContentKindType0 | None | Unset): What is heard in what is no music, by YAMNet:
                `speech`, `noise`, `applause`, `other`; null for music, for what somebody gave a mood, and where YAMNet was not
                asked
            valence_arousal (None | Unset | ValenceArousalResponse): As the same model predicts them, whoever decided; null
                for a model that predicts classes only
            valence_arousal_basis (EmotionResponseValenceArousalBasisType0 | None | Unset): As `basis`; of a training track
                there are no out-of-fold ones
            track_record (None | TrackRecordResponse | Unset): How often such answers of the starter were right; null for an
                own model, whose card says it, for a derived answer, which was not measured, and where the starter has no answer
            personal (None | PersonalResponse | Unset): Whose answer it is; null where no `annotator` is named
    """

    track_id: UUID
    taxonomy: str
    emotion: None | str
    emotion_name: None | str
    decided_by: EmotionResponseDecidedByType0 | None
    predicted: None | str
    probabilities: EmotionResponseProbabilities
    prediction_set: list[str] | None
    sets: EmotionResponseSets
    coverage: float
    set_promise: str
    sure: bool | None
    basis: EmotionResponseBasisType0 | None
    model: ModelReference | None
    label: LabelResponse | None
    synthetic: bool
    reason: EmotionResponseReasonType0 | None | Unset = UNSET
    content_kind: EmotionResponseContentKindType0 | None | Unset = UNSET
    valence_arousal: None | Unset | ValenceArousalResponse = UNSET
    valence_arousal_basis: EmotionResponseValenceArousalBasisType0 | None | Unset = UNSET
    track_record: None | TrackRecordResponse | Unset = UNSET
    personal: None | PersonalResponse | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.label_response import LabelResponse  # noqa: PLC0415
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.personal_response import PersonalResponse  # noqa: PLC0415
        from ..models.track_record_response import TrackRecordResponse  # noqa: PLC0415
        from ..models.valence_arousal_response import ValenceArousalResponse  # noqa: PLC0415

        track_id = str(self.track_id)

        taxonomy = self.taxonomy

        emotion: None | str
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        decided_by: None | str
        if isinstance(self.decided_by, str):
            decided_by = self.decided_by
        else:
            decided_by = self.decided_by

        predicted: None | str
        predicted = self.predicted

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

        basis: None | str
        if isinstance(self.basis, str):
            basis = self.basis
        else:
            basis = self.basis

        model: dict[str, Any] | None
        if isinstance(self.model, ModelReference):
            model = self.model.to_dict()
        else:
            model = self.model

        label: dict[str, Any] | None
        if isinstance(self.label, LabelResponse):
            label = self.label.to_dict()
        else:
            label = self.label

        synthetic = self.synthetic

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

        valence_arousal_basis: None | str | Unset
        if isinstance(self.valence_arousal_basis, Unset):
            valence_arousal_basis = UNSET
        elif isinstance(self.valence_arousal_basis, str):
            valence_arousal_basis = self.valence_arousal_basis
        else:
            valence_arousal_basis = self.valence_arousal_basis

        track_record: dict[str, Any] | None | Unset
        if isinstance(self.track_record, Unset):
            track_record = UNSET
        elif isinstance(self.track_record, TrackRecordResponse):
            track_record = self.track_record.to_dict()
        else:
            track_record = self.track_record

        personal: dict[str, Any] | None | Unset
        if isinstance(self.personal, Unset):
            personal = UNSET
        elif isinstance(self.personal, PersonalResponse):
            personal = self.personal.to_dict()
        else:
            personal = self.personal

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "taxonomy": taxonomy,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "decided_by": decided_by,
                "predicted": predicted,
                "probabilities": probabilities,
                "prediction_set": prediction_set,
                "sets": sets,
                "coverage": coverage,
                "set_promise": set_promise,
                "sure": sure,
                "basis": basis,
                "model": model,
                "label": label,
                "synthetic": synthetic,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if content_kind is not UNSET:
            field_dict["content_kind"] = content_kind
        if valence_arousal is not UNSET:
            field_dict["valence_arousal"] = valence_arousal
        if valence_arousal_basis is not UNSET:
            field_dict["valence_arousal_basis"] = valence_arousal_basis
        if track_record is not UNSET:
            field_dict["track_record"] = track_record
        if personal is not UNSET:
            field_dict["personal"] = personal

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.emotion_response_probabilities import EmotionResponseProbabilities  # noqa: PLC0415
        from ..models.label_response import LabelResponse  # noqa: PLC0415
        from ..models.model_reference import ModelReference  # noqa: PLC0415
        from ..models.personal_response import PersonalResponse  # noqa: PLC0415
        from ..models.track_record_response import TrackRecordResponse  # noqa: PLC0415
        from ..models.valence_arousal_response import ValenceArousalResponse  # noqa: PLC0415

        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

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

        def _parse_decided_by(data: object) -> EmotionResponseDecidedByType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_by_type_0 = check_emotion_response_decided_by_type_0(data)

                return decided_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmotionResponseDecidedByType0 | None, data)

        decided_by = _parse_decided_by(d.pop("decided_by"))

        def _parse_predicted(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        predicted = _parse_predicted(d.pop("predicted"))

        probabilities = EmotionResponseProbabilities.from_dict(d.pop("probabilities"))

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

        sets = check_emotion_response_sets(d.pop("sets"))

        coverage = d.pop("coverage")

        set_promise = d.pop("set_promise")

        def _parse_sure(data: object) -> bool | None:
            if data is None:
                return data
            return cast(bool | None, data)

        sure = _parse_sure(d.pop("sure"))

        def _parse_basis(data: object) -> EmotionResponseBasisType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                basis_type_0 = check_emotion_response_basis_type_0(data)

                return basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmotionResponseBasisType0 | None, data)

        basis = _parse_basis(d.pop("basis"))

        def _parse_model(data: object) -> ModelReference | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                model_type_0 = ModelReference.from_dict(data)

                return model_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ModelReference | None, data)

        model = _parse_model(d.pop("model"))

        def _parse_label(data: object) -> LabelResponse | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                label_type_0 = LabelResponse.from_dict(data)

                return label_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LabelResponse | None, data)

        label = _parse_label(d.pop("label"))

        synthetic = d.pop("synthetic")

        def _parse_reason(data: object) -> EmotionResponseReasonType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reason_type_0 = check_emotion_response_reason_type_0(data)

                return reason_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmotionResponseReasonType0 | None | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_content_kind(data: object) -> EmotionResponseContentKindType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                content_kind_type_0 = check_emotion_response_content_kind_type_0(data)

                return content_kind_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmotionResponseContentKindType0 | None | Unset, data)

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

        def _parse_valence_arousal_basis(data: object) -> EmotionResponseValenceArousalBasisType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valence_arousal_basis_type_0 = check_emotion_response_valence_arousal_basis_type_0(data)

                return valence_arousal_basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(EmotionResponseValenceArousalBasisType0 | None | Unset, data)

        valence_arousal_basis = _parse_valence_arousal_basis(d.pop("valence_arousal_basis", UNSET))

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

        def _parse_personal(data: object) -> None | PersonalResponse | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                personal_type_0 = PersonalResponse.from_dict(data)

                return personal_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PersonalResponse | Unset, data)

        personal = _parse_personal(d.pop("personal", UNSET))

        emotion_response = cls(
            track_id=track_id,
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            decided_by=decided_by,
            predicted=predicted,
            probabilities=probabilities,
            prediction_set=prediction_set,
            sets=sets,
            coverage=coverage,
            set_promise=set_promise,
            sure=sure,
            basis=basis,
            model=model,
            label=label,
            synthetic=synthetic,
            reason=reason,
            content_kind=content_kind,
            valence_arousal=valence_arousal,
            valence_arousal_basis=valence_arousal_basis,
            track_record=track_record,
            personal=personal,
        )

        emotion_response.additional_properties = d
        return emotion_response

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
