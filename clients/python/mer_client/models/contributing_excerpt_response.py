from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ContributingExcerptResponse")


@_attrs_define
class ContributingExcerptResponse:
    """The 9 s whose removal lowers the answered emotion most.

    Attributes:
        start_s (float):
        end_s (float):
        emotion (str): The one that is answered for the whole
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        probability (float): Of that emotion, by all windows
        probability_without (float): Of that emotion, by the windows that hold none of the excerpt
    """

    start_s: float
    end_s: float
    emotion: str
    emotion_name: None | str
    probability: float
    probability_without: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start_s = self.start_s

        end_s = self.end_s

        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        probability = self.probability

        probability_without = self.probability_without

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start_s": start_s,
                "end_s": end_s,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "probability": probability,
                "probability_without": probability_without,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        start_s = d.pop("start_s")

        end_s = d.pop("end_s")

        emotion = d.pop("emotion")

        def _parse_emotion_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion_name = _parse_emotion_name(d.pop("emotion_name"))

        probability = d.pop("probability")

        probability_without = d.pop("probability_without")

        contributing_excerpt_response = cls(
            start_s=start_s,
            end_s=end_s,
            emotion=emotion,
            emotion_name=emotion_name,
            probability=probability,
            probability_without=probability_without,
        )

        contributing_excerpt_response.additional_properties = d
        return contributing_excerpt_response

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
