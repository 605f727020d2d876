from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.track_tag_response_origin import TrackTagResponseOrigin, check_track_tag_response_origin

T = TypeVar("T", bound="TrackTagResponse")


@_attrs_define
class TrackTagResponse:
    """A tag of a track, and who gave it.

    Attributes:
        tag (str):
        origin (TrackTagResponseOrigin): `person`, `playlist` or `import`, else `tagger`
        score (float | None): The tagger's logit in deviations from its mean over a public set; null where it gives no
            such tag
    """

    tag: str
    origin: TrackTagResponseOrigin
    score: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tag = self.tag

        origin: str = self.origin

        score: float | None
        score = self.score

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tag": tag,
                "origin": origin,
                "score": score,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        tag = d.pop("tag")

        origin = check_track_tag_response_origin(d.pop("origin"))

        def _parse_score(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        score = _parse_score(d.pop("score"))

        track_tag_response = cls(
            tag=tag,
            origin=origin,
            score=score,
        )

        track_tag_response.additional_properties = d
        return track_tag_response

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
