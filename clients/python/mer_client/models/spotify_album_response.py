from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.spotify_album_response_external_urls import SpotifyAlbumResponseExternalUrls
    from ..models.spotify_album_response_images_item import SpotifyAlbumResponseImagesItem
    from ..models.spotify_artist_response import SpotifyArtistResponse


T = TypeVar("T", bound="SpotifyAlbumResponse")


@_attrs_define
class SpotifyAlbumResponse:
    """An album by name: albums have no ids of their own here.

    Attributes:
        name (str): Empty where it is not known, as of Spotify's local tracks
        artists (list[SpotifyArtistResponse]):
        release_date (None | str): The year
        release_date_precision (None | str):
        id (None | str | Unset):
        type_ (str | Unset):  Default: 'album'.
        album_type (None | str | Unset):
        available_markets (list[str] | Unset):
        images (list[SpotifyAlbumResponseImagesItem] | Unset):
        total_tracks (int | None | Unset):
        uri (None | str | Unset):
        href (None | str | Unset):
        external_urls (SpotifyAlbumResponseExternalUrls | Unset):
    """

    name: str
    artists: list[SpotifyArtistResponse]
    release_date: None | str
    release_date_precision: None | str
    id: None | str | Unset = UNSET
    type_: str | Unset = "album"
    album_type: None | str | Unset = UNSET
    available_markets: list[str] | Unset = UNSET
    images: list[SpotifyAlbumResponseImagesItem] | Unset = UNSET
    total_tracks: int | None | Unset = UNSET
    uri: None | str | Unset = UNSET
    href: None | str | Unset = UNSET
    external_urls: SpotifyAlbumResponseExternalUrls | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        artists = []
        for artists_item_data in self.artists:
            artists_item = artists_item_data.to_dict()
            artists.append(artists_item)

        release_date: None | str
        release_date = self.release_date

        release_date_precision: None | str
        release_date_precision = self.release_date_precision

        id: None | str | Unset
        if isinstance(self.id, Unset):
            id = UNSET
        else:
            id = self.id

        type_ = self.type_

        album_type: None | str | Unset
        if isinstance(self.album_type, Unset):
            album_type = UNSET
        else:
            album_type = self.album_type

        available_markets: list[str] | Unset = UNSET
        if not isinstance(self.available_markets, Unset):
            available_markets = self.available_markets

        images: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.images, Unset):
            images = []
            for images_item_data in self.images:
                images_item = images_item_data.to_dict()
                images.append(images_item)

        total_tracks: int | None | Unset
        if isinstance(self.total_tracks, Unset):
            total_tracks = UNSET
        else:
            total_tracks = self.total_tracks

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
                "artists": artists,
                "release_date": release_date,
                "release_date_precision": release_date_precision,
            }
        )
        if id is not UNSET:
            field_dict["id"] = id
        if type_ is not UNSET:
            field_dict["type"] = type_
        if album_type is not UNSET:
            field_dict["album_type"] = album_type
        if available_markets is not UNSET:
            field_dict["available_markets"] = available_markets
        if images is not UNSET:
            field_dict["images"] = images
        if total_tracks is not UNSET:
            field_dict["total_tracks"] = total_tracks
        if uri is not UNSET:
            field_dict["uri"] = uri
        if href is not UNSET:
            field_dict["href"] = href
        if external_urls is not UNSET:
            field_dict["external_urls"] = external_urls

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.spotify_album_response_external_urls import SpotifyAlbumResponseExternalUrls  # noqa: PLC0415
        from ..models.spotify_album_response_images_item import SpotifyAlbumResponseImagesItem  # noqa: PLC0415
        from ..models.spotify_artist_response import SpotifyArtistResponse  # noqa: PLC0415

        d = dict(src_dict)
        name = d.pop("name")

        artists = []
        _artists = d.pop("artists")
        for artists_item_data in _artists:
            artists_item = SpotifyArtistResponse.from_dict(artists_item_data)

            artists.append(artists_item)

        def _parse_release_date(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        release_date = _parse_release_date(d.pop("release_date"))

        def _parse_release_date_precision(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        release_date_precision = _parse_release_date_precision(d.pop("release_date_precision"))

        def _parse_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        id = _parse_id(d.pop("id", UNSET))

        type_ = d.pop("type", UNSET)

        def _parse_album_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        album_type = _parse_album_type(d.pop("album_type", UNSET))

        available_markets = cast(list[str], d.pop("available_markets", UNSET))

        _images = d.pop("images", UNSET)
        images: list[SpotifyAlbumResponseImagesItem] | Unset = UNSET
        if _images is not UNSET:
            images = []
            for images_item_data in _images:
                images_item = SpotifyAlbumResponseImagesItem.from_dict(images_item_data)

                images.append(images_item)

        def _parse_total_tracks(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        total_tracks = _parse_total_tracks(d.pop("total_tracks", UNSET))

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
        external_urls: SpotifyAlbumResponseExternalUrls | Unset
        if isinstance(_external_urls, Unset):
            external_urls = UNSET
        else:
            external_urls = SpotifyAlbumResponseExternalUrls.from_dict(_external_urls)

        spotify_album_response = cls(
            name=name,
            artists=artists,
            release_date=release_date,
            release_date_precision=release_date_precision,
            id=id,
            type_=type_,
            album_type=album_type,
            available_markets=available_markets,
            images=images,
            total_tracks=total_tracks,
            uri=uri,
            href=href,
            external_urls=external_urls,
        )

        spotify_album_response.additional_properties = d
        return spotify_album_response

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
