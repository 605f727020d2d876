from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.section_mood_response_probabilities import SectionMoodResponseProbabilities


T = TypeVar("T", bound="SectionMoodResponse")


@_attrs_define
class SectionMoodResponse:
    """The mood of a section.

    Attributes:
        taxonomy (str):
        emotion (str):
        emotion_name (None | str):
        probabilities (SectionMoodResponseProbabilities):
    """

    taxonomy: str
    emotion: str
    emotion_name: None | str
    probabilities: SectionMoodResponseProbabilities
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        taxonomy = self.taxonomy

        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        probabilities = self.probabilities.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taxonomy": taxonomy,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "probabilities": probabilities,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.section_mood_response_probabilities import SectionMoodResponseProbabilities  # noqa: PLC0415

        d = dict(src_dict)
        taxonomy = d.pop("taxonomy")

        emotion = d.pop("emotion")

        def _parse_emotion_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        emotion_name = _parse_emotion_name(d.pop("emotion_name"))

        probabilities = SectionMoodResponseProbabilities.from_dict(d.pop("probabilities"))

        section_mood_response = cls(
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            probabilities=probabilities,
        )

        section_mood_response.additional_properties = d
        return section_mood_response

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
