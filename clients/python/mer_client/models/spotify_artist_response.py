from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.spotify_artist_response_external_urls import SpotifyArtistResponseExternalUrls


T = TypeVar("T", bound="SpotifyArtistResponse")


@_attrs_define
class SpotifyArtistResponse:
    """An artist by name: artists have no ids of their own here.

    Attributes:
        name (str): Empty where it is not known, as of Spotify's local tracks
        id (None | str | Unset):
        type_ (str | Unset):  Default: 'artist'.
        uri (None | str | Unset):
        href (None | str | Unset):
        external_urls (SpotifyArtistResponseExternalUrls | Unset):
    """

    name: str
    id: None | str | Unset = UNSET
    type_: str | Unset = "artist"
    uri: None | str | Unset = UNSET
    href: None | str | Unset = UNSET
    external_urls: SpotifyArtistResponseExternalUrls | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        type_ = self.type_

        uri: None | str | Unset
        if isinstance(self.uri, Unset):
            uri = UNSET
        else:
            uri = self.uri

        href: None | str | Unset
        if isinstance(self.href, Unset):
            href = UNSET
        else:
            href = self.href

        external_urls: dict[str, Any] | Unset = UNSET
        if not isinstance(self.external_urls, Unset):
            external_urls = self.external_urls.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if type_ is not UNSET:
            field_dict["type"] = type_
        if uri is not UNSET:
            field_dict["uri"] = uri
        if href is not UNSET:
            field_dict["href"] = href
        if external_urls is not UNSET:
            field_dict["external_urls"] = external_urls

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.spotify_artist_response_external_urls import SpotifyArtistResponseExternalUrls  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        type_ = d.pop("type", UNSET)

        def _parse_uri(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        uri = _parse_uri(d.pop("uri", UNSET))

        def _parse_href(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        href = _parse_href(d.pop("href", UNSET))

        _external_urls = d.pop("external_urls", UNSET)
        external_urls: SpotifyArtistResponseExternalUrls | Unset
        if isinstance(_external_urls, Unset):
            external_urls = UNSET
        else:
            external_urls = SpotifyArtistResponseExternalUrls.from_dict(_external_urls)

        spotify_artist_response = cls(
            name=name,
            id=id,
            type_=type_,
            uri=uri,
            href=href,
            external_urls=external_urls,
        )

        spotify_artist_response.additional_properties = d
        return spotify_artist_response

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
