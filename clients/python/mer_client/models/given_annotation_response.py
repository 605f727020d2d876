from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.given_annotation_response_state import GivenAnnotationResponseState, check_given_annotation_response_state
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.annotator_response import AnnotatorResponse


T = TypeVar("T", bound="GivenAnnotationResponse")


@_attrs_define
class GivenAnnotationResponse:
    """An annotation, and what became of it.

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
        state (GivenAnnotationResponseState): `standing`: the latest of its annotator in its taxonomy, and it counts;
            `superseded`: its annotator said something else later; `withdrawn`: its annotator took it back, and it counts
            nowhere
        withdrawn_at (datetime.datetime | None | Unset): When it was taken back
    """

    taxonomy: None | str
    emotion: None | str
    emotion_name: None | str
    tags: list[str]
    valence: float | None
    arousal: float | None
    annotator: AnnotatorResponse
    at: datetime.datetime
    state: GivenAnnotationResponseState
    withdrawn_at: datetime.datetime | None | Unset = UNSET
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

        state: str = self.state

        withdrawn_at: None | str | Unset
        if isinstance(self.withdrawn_at, Unset):
            withdrawn_at = UNSET
        elif isinstance(self.withdrawn_at, datetime.datetime):
            withdrawn_at = self.withdrawn_at.isoformat()
        else:
            withdrawn_at = self.withdrawn_at

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
                "state": state,
            }
        )
        if withdrawn_at is not UNSET:
            field_dict["withdrawn_at"] = withdrawn_at

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

        state = check_given_annotation_response_state(d.pop("state"))

        def _parse_withdrawn_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                withdrawn_at_type_0 = datetime.datetime.fromisoformat(data)

                return withdrawn_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        withdrawn_at = _parse_withdrawn_at(d.pop("withdrawn_at", UNSET))

        given_annotation_response = cls(
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            tags=tags,
            valence=valence,
            arousal=arousal,
            annotator=annotator,
            at=at,
            state=state,
            withdrawn_at=withdrawn_at,
        )

        given_annotation_response.additional_properties = d
        return given_annotation_response

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
