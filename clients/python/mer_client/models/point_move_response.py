from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.valence_arousal_response import ValenceArousalResponse


T = TypeVar("T", bound="PointMoveResponse")


@_attrs_define
class PointMoveResponse:
    """A track that would lie elsewhere.

    Attributes:
        track_id (UUID):
        title (None | str):
        artist (None | str):
        before (ValenceArousalResponse): A point on Russell's plane, as a model predicts it.
        after (ValenceArousalResponse): A point on Russell's plane, as a model predicts it.
        distance (float): Between the two, straight: the plane's sides are 2, its diagonal 2.83
        href (str):
    """

    track_id: UUID
    title: None | str
    artist: None | str
    before: ValenceArousalResponse
    after: ValenceArousalResponse
    distance: float
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        before = self.before.to_dict()

        after = self.after.to_dict()

        distance = self.distance

        href = self.href

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "title": title,
                "artist": artist,
                "before": before,
                "after": after,
                "distance": distance,
                "href": href,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.valence_arousal_response import ValenceArousalResponse  # noqa: PLC0415

        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        def _parse_title(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        title = _parse_title(d.pop("title"))

        def _parse_artist(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        artist = _parse_artist(d.pop("artist"))

        before = ValenceArousalResponse.from_dict(d.pop("before"))

        after = ValenceArousalResponse.from_dict(d.pop("after"))

        distance = d.pop("distance")

        href = d.pop("href")

        point_move_response = cls(
            track_id=track_id,
            title=title,
            artist=artist,
            before=before,
            after=after,
            distance=distance,
            href=href,
        )

        point_move_response.additional_properties = d
        return point_move_response

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
