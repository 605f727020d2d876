from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.spotify_album_response import SpotifyAlbumResponse
    from ..models.spotify_artist_response import SpotifyArtistResponse
    from ..models.spotify_track_response_external_ids import SpotifyTrackResponseExternalIds
    from ..models.spotify_track_response_external_urls import SpotifyTrackResponseExternalUrls
    from ..models.track_provenance_response import TrackProvenanceResponse


T = TypeVar("T", bound="SpotifyTrackResponse")


@_attrs_define
class SpotifyTrackResponse:
    """A track of the library. What no file, table or source says is null or empty.

    Attributes:
        id (str): As it was asked for; a UUID with hyphens as 32 hexadecimal digits
        name (str): Empty where it is not known, as of Spotify's local tracks
        uri (str):
        href (str):
        artists (list[SpotifyArtistResponse]): At least one; its name is empty where none is known
        album (SpotifyAlbumResponse): An album by name: albums have no ids of their own here.
        duration_ms (int | None):
        track_number (int | None):
        disc_number (int | None):
        external_ids (SpotifyTrackResponseExternalIds):
        external_urls (SpotifyTrackResponseExternalUrls): The page at Spotify, where a source gave Spotify's own id
        mer (TrackProvenanceResponse): The track in the terms of this API.
        type_ (str | Unset):  Default: 'track'.
        explicit (bool | None | Unset):
        popularity (int | None | Unset):
        preview_url (None | str | Unset):
        is_local (bool | Unset): False: clients pass over local tracks, which have no id Default: False.
        available_markets (list[str] | Unset):
    """

    id: str
    name: str
    uri: str
    href: str
    artists: list[SpotifyArtistResponse]
    album: SpotifyAlbumResponse
    duration_ms: int | None
    track_number: int | None
    disc_number: int | None
    external_ids: SpotifyTrackResponseExternalIds
    external_urls: SpotifyTrackResponseExternalUrls
    mer: TrackProvenanceResponse
    type_: str | Unset = "track"
    explicit: bool | None | Unset = UNSET
    popularity: int | None | Unset = UNSET
    preview_url: None | str | Unset = UNSET
    is_local: bool | Unset = False
    available_markets: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        uri = self.uri

        href = self.href

        artists = []
        for artists_item_data in self.artists:
            artists_item = artists_item_data.to_dict()
            artists.append(artists_item)

        album = self.album.to_dict()

        duration_ms: int | None
        duration_ms = self.duration_ms

        track_number: int | None
        track_number = self.track_number

        disc_number: int | None
        disc_number = self.disc_number

        external_ids = self.external_ids.to_dict()

        external_urls = self.external_urls.to_dict()

        mer = self.mer.to_dict()

        type_ = self.type_

        explicit: bool | None | Unset
        if isinstance(self.explicit, Unset):
            explicit = UNSET
        else:
            explicit = self.explicit

        popularity: int | None | Unset
        if isinstance(self.popularity, Unset):
            popularity = UNSET
        else:
            popularity = self.popularity

        preview_url: None | str | Unset
        if isinstance(self.preview_url, Unset):
            preview_url = UNSET
        else:
            preview_url = self.preview_url

        is_local = self.is_local

        available_markets: list[str] | Unset = UNSET
        if not isinstance(self.available_markets, Unset):
            available_markets = self.available_markets

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "uri": uri,
                "href": href,
                "artists": artists,
                "album": album,
                "duration_ms": duration_ms,
                "track_number": track_number,
                "disc_number": disc_number,
                "external_ids": external_ids,
                "external_urls": external_urls,
                "mer": mer,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_
        if explicit is not UNSET:
            field_dict["explicit"] = explicit
        if popularity is not UNSET:
            field_dict["popularity"] = popularity
        if preview_url is not UNSET:
            field_dict["preview_url"] = preview_url
        if is_local is not UNSET:
            field_dict["is_local"] = is_local
        if available_markets is not UNSET:
            field_dict["available_markets"] = available_markets

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.spotify_album_response import SpotifyAlbumResponse  # noqa: PLC0415
        from ..models.spotify_artist_response import SpotifyArtistResponse  # noqa: PLC0415
        from ..models.spotify_track_response_external_ids import SpotifyTrackResponseExternalIds  # noqa: PLC0415
        from ..models.spotify_track_response_external_urls import SpotifyTrackResponseExternalUrls  # noqa: PLC0415
        from ..models.track_provenance_response import TrackProvenanceResponse  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        uri = d.pop("uri")

        href = d.pop("href")

        artists = []
        _artists = d.pop("artists")
        for artists_item_data in _artists:
            artists_item = SpotifyArtistResponse.from_dict(artists_item_data)

            artists.append(artists_item)

        album = SpotifyAlbumResponse.from_dict(d.pop("album"))

        def _parse_duration_ms(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        duration_ms = _parse_duration_ms(d.pop("duration_ms"))

        def _parse_track_number(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        track_number = _parse_track_number(d.pop("track_number"))

        def _parse_disc_number(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        disc_number = _parse_disc_number(d.pop("disc_number"))

        external_ids = SpotifyTrackResponseExternalIds.from_dict(d.pop("external_ids"))

        external_urls = SpotifyTrackResponseExternalUrls.from_dict(d.pop("external_urls"))

        mer = TrackProvenanceResponse.from_dict(d.pop("mer"))

        type_ = d.pop("type", UNSET)

        def _parse_explicit(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        explicit = _parse_explicit(d.pop("explicit", UNSET))

        def _parse_popularity(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        popularity = _parse_popularity(d.pop("popularity", UNSET))

        def _parse_preview_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        preview_url = _parse_preview_url(d.pop("preview_url", UNSET))

        is_local = d.pop("is_local", UNSET)

        available_markets = cast(list[str], d.pop("available_markets", UNSET))

        spotify_track_response = cls(
            id=id,
            name=name,
            uri=uri,
            href=href,
            artists=artists,
            album=album,
            duration_ms=duration_ms,
            track_number=track_number,
            disc_number=disc_number,
            external_ids=external_ids,
            external_urls=external_urls,
            mer=mer,
            type_=type_,
            explicit=explicit,
            popularity=popularity,
            preview_url=preview_url,
            is_local=is_local,
            available_markets=available_markets,
        )

        spotify_track_response.additional_properties = d
        return spotify_track_response

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
