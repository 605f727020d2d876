from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.annotator_response import AnnotatorResponse
    from ..models.label_response_shares import LabelResponseShares


T = TypeVar("T", bound="LabelResponse")


@_attrs_define
class LabelResponse:
    """The label of a track, who annotated it so, and how far others agree.

    Attributes:
        taxonomy (str):
        emotion (str):
        emotion_name (str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        annotator (AnnotatorResponse): Who annotated.
        at (datetime.datetime):
        shares (LabelResponseShares): The soft label: the shares of the annotations that decide; sums to 1
        n_voices (int): Annotators of the deciding kind who annotated the track
    """

    taxonomy: str
    emotion: str
    emotion_name: str
    annotator: AnnotatorResponse
    at: datetime.datetime
    shares: LabelResponseShares
    n_voices: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        taxonomy = self.taxonomy

        emotion = self.emotion

        emotion_name = self.emotion_name

        annotator = self.annotator.to_dict()

        at = self.at.isoformat()

        shares = self.shares.to_dict()

        n_voices = self.n_voices

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "taxonomy": taxonomy,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "annotator": annotator,
                "at": at,
                "shares": shares,
                "n_voices": n_voices,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.annotator_response import AnnotatorResponse  # noqa: PLC0415
        from ..models.label_response_shares import LabelResponseShares  # noqa: PLC0415

        d = dict(src_dict)
        taxonomy = d.pop("taxonomy")

        emotion = d.pop("emotion")

        emotion_name = d.pop("emotion_name")

        annotator = AnnotatorResponse.from_dict(d.pop("annotator"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        shares = LabelResponseShares.from_dict(d.pop("shares"))

        n_voices = d.pop("n_voices")

        label_response = cls(
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            annotator=annotator,
            at=at,
            shares=shares,
            n_voices=n_voices,
        )

        label_response.additional_properties = d
        return label_response

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
