from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.track_record_response_measured_on import (
    TrackRecordResponseMeasuredOn,
    check_track_record_response_measured_on,
)

T = TypeVar("T", bound="TrackRecordResponse")


@_attrs_define
class TrackRecordResponse:
    """How often answers like this one were right.

    Attributes:
        measured_on (TrackRecordResponseMeasuredOn): `training_clips`: the clips that the starter was made from, held
            out, until 50 of your labels have judged it; then `library`: your labelled tracks that are new to it
        right (int): Answers of this emotion that were right
        answered (int): Answers of this emotion
        judged (int): Clips or labelled tracks that were judged, of all emotions
        sentence (str):
    """

    measured_on: TrackRecordResponseMeasuredOn
    right: int
    answered: int
    judged: int
    sentence: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        measured_on: str = self.measured_on

        right = self.right

        answered = self.answered

        judged = self.judged

        sentence = self.sentence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "measured_on": measured_on,
                "right": right,
                "answered": answered,
                "judged": judged,
                "sentence": sentence,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        measured_on = check_track_record_response_measured_on(d.pop("measured_on"))

        right = d.pop("right")

        answered = d.pop("answered")

        judged = d.pop("judged")

        sentence = d.pop("sentence")

        track_record_response = cls(
            measured_on=measured_on,
            right=right,
            answered=answered,
            judged=judged,
            sentence=sentence,
        )

        track_record_response.additional_properties = d
        return track_record_response

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
