from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AnswerAccuracyResponse")


@_attrs_define
class AnswerAccuracyResponse:
    """How often answers of one emotion were right.

    Attributes:
        emotion (str):
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        right (int):
        answered (int):
    """

    emotion: str
    emotion_name: None | str
    right: int
    answered: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        right = self.right

        answered = self.answered

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "emotion": emotion,
                "emotion_name": emotion_name,
                "right": right,
                "answered": answered,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        emotion = d.pop("emotion")

        def _parse_emotion_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion_name = _parse_emotion_name(d.pop("emotion_name"))

        right = d.pop("right")

        answered = d.pop("answered")

        answer_accuracy_response = cls(
            emotion=emotion,
            emotion_name=emotion_name,
            right=right,
            answered=answered,
        )

        answer_accuracy_response.additional_properties = d
        return answer_accuracy_response

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
