from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.annotator_response import AnnotatorResponse


T = TypeVar("T", bound="AnnotationResponse")


@_attrs_define
class AnnotationResponse:
    """One annotation, as it was given.

    Attributes:
        taxonomy (None | str):
        emotion (None | str):
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        tags (list[str]):
        valence (float | None):
        arousal (float | None):
        annotator (AnnotatorResponse): Who annotated.
        at (datetime.datetime):
    """

    taxonomy: None | str
    emotion: None | str
    emotion_name: None | str
    tags: list[str]
    valence: float | None
    arousal: float | None
    annotator: AnnotatorResponse
    at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        taxonomy: None | str
        taxonomy = self.taxonomy

        emotion: None | str
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        tags = self.tags

        valence: float | None
        valence = self.valence

        arousal: float | None
        arousal = self.arousal

        annotator = self.annotator.to_dict()

        at = self.at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taxonomy": taxonomy,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "tags": tags,
                "valence": valence,
                "arousal": arousal,
                "annotator": annotator,
                "at": at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.annotator_response import AnnotatorResponse  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_taxonomy(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        taxonomy = _parse_taxonomy(d.pop("taxonomy"))

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

        tags = cast(list[str], d.pop("tags"))

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

        annotator = AnnotatorResponse.from_dict(d.pop("annotator"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        annotation_response = cls(
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            tags=tags,
            valence=valence,
            arousal=arousal,
            annotator=annotator,
            at=at,
        )

        annotation_response.additional_properties = d
        return annotation_response

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
