from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.spotify_track_page import SpotifyTrackPage


T = TypeVar("T", bound="SpotifySearchResponse")


@_attrs_define
class SpotifySearchResponse:
    """What was found. Other types that were asked for beside `track` have an empty page: they have no ids here.

    Attributes:
        tracks (SpotifyTrackPage): A page of the tracks that were found.
    """

    tracks: SpotifyTrackPage
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        tracks = self.tracks.to_dict()

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
        from ..models.spotify_track_page import SpotifyTrackPage  # noqa: PLC0415

        d = dict(src_dict)
        tracks = SpotifyTrackPage.from_dict(d.pop("tracks"))

        spotify_search_response = cls(
            tracks=tracks,
        )

        spotify_search_response.additional_properties = d
        return spotify_search_response

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
