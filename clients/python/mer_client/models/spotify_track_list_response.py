from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.spotify_track_response import SpotifyTrackResponse


T = TypeVar("T", bound="SpotifyTrackListResponse")


@_attrs_define
class SpotifyTrackListResponse:
    """One entry an id, in the order asked for; null where there is none.

    Attributes:
        tracks (list[None | SpotifyTrackResponse]):
    """

    tracks: list[None | SpotifyTrackResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.spotify_track_response import SpotifyTrackResponse  # noqa: PLC0415

        tracks = []
        for tracks_item_data in self.tracks:
            tracks_item: dict[str, Any] | None
            if isinstance(tracks_item_data, SpotifyTrackResponse):
                tracks_item = tracks_item_data.to_dict()
            else:
                tracks_item = tracks_item_data
            tracks.append(tracks_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "tracks": tracks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.spotify_track_response import SpotifyTrackResponse  # noqa: PLC0415

        d = dict(src_dict)
        tracks = []
        _tracks = d.pop("tracks")
        for tracks_item_data in _tracks:

            def _parse_tracks_item(data: object) -> None | SpotifyTrackResponse:
                if data is None:
                    return data
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    tracks_item_type_0 = SpotifyTrackResponse.from_dict(data)

                    return tracks_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                return cast(None | SpotifyTrackResponse, data)

            tracks_item = _parse_tracks_item(tracks_item_data)

            tracks.append(tracks_item)

        spotify_track_list_response = cls(
            tracks=tracks,
        )

        spotify_track_list_response.additional_properties = d
        return spotify_track_list_response

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
