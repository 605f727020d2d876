from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.curve_segment_response_probabilities import CurveSegmentResponseProbabilities


T = TypeVar("T", bound="CurveSegmentResponse")


@_attrs_define
class CurveSegmentResponse:
    """A stretch of at least 9 s between two changes.

    Attributes:
        start_s (float):
        end_s (float):
        emotion (str): The likeliest that is not that of a neighbour
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        probabilities (CurveSegmentResponseProbabilities): Of the whole segment
        valence (float | None): -1 unpleasant to 1 pleasant; null where nothing gives it
        arousal (float | None): -1 quiet to 1 excited; null where nothing gives it
    """

    start_s: float
    end_s: float
    emotion: str
    emotion_name: None | str
    probabilities: CurveSegmentResponseProbabilities
    valence: float | None
    arousal: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start_s = self.start_s

        end_s = self.end_s

        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        probabilities = self.probabilities.to_dict()

        valence: float | None
        valence = self.valence

        arousal: float | None
        arousal = self.arousal

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start_s": start_s,
                "end_s": end_s,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "probabilities": probabilities,
                "valence": valence,
                "arousal": arousal,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.curve_segment_response_probabilities import CurveSegmentResponseProbabilities  # noqa: PLC0415

        d = dict(src_dict)
        start_s = d.pop("start_s")

        end_s = d.pop("end_s")

        emotion = d.pop("emotion")

        def _parse_emotion_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion_name = _parse_emotion_name(d.pop("emotion_name"))

        probabilities = CurveSegmentResponseProbabilities.from_dict(d.pop("probabilities"))

        def _parse_valence(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        valence = _parse_valence(d.pop("valence"))

        def _parse_arousal(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        arousal = _parse_arousal(d.pop("arousal"))

        curve_segment_response = cls(
            start_s=start_s,
            end_s=end_s,
            emotion=emotion,
            emotion_name=emotion_name,
            probabilities=probabilities,
            valence=valence,
            arousal=arousal,
        )

        curve_segment_response.additional_properties = d
        return curve_segment_response

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
