from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.similar_track_response_basis_type_0 import (
    SimilarTrackResponseBasisType0,
    check_similar_track_response_basis_type_0,
)
from ..models.similar_track_response_decided_by_type_0 import (
    SimilarTrackResponseDecidedByType0,
    check_similar_track_response_decided_by_type_0,
)

T = TypeVar("T", bound="SimilarTrackResponse")


@_attrs_define
class SimilarTrackResponse:
    """A track that is like the one asked about.

    Attributes:
        track_id (UUID):
        title (None | str):
        artist (None | str):
        album (None | str):
        duration_s (float | None):
        path (None | str): Its file, as the person who runs mer knows it
        distance (float): 1 less the cosine: 0 for the same direction, 2 for the opposite one
        emotion (None | str): What stands for it in the taxonomy, as `/tracks/<id>/emotion` says it
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        decided_by (None | SimilarTrackResponseDecidedByType0): person, model, playlist or import; null where nothing is
            known
        basis (None | SimilarTrackResponseBasisType0): What the champion's prediction rests on; null where there is none
        href (str):
    """

    track_id: UUID
    title: None | str
    artist: None | str
    album: None | str
    duration_s: float | None
    path: None | str
    distance: float
    emotion: None | str
    emotion_name: None | str
    decided_by: None | SimilarTrackResponseDecidedByType0
    basis: None | SimilarTrackResponseBasisType0
    href: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        album: None | str
        album = self.album

        duration_s: float | None
        duration_s = self.duration_s

        path: None | str
        path = self.path

        distance = self.distance

        emotion: None | str
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        decided_by: None | str
        if isinstance(self.decided_by, str):
            decided_by = self.decided_by
        else:
            decided_by = self.decided_by

        basis: None | str
        if isinstance(self.basis, str):
            basis = self.basis
        else:
            basis = self.basis

        href = self.href

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "title": title,
                "artist": artist,
                "album": album,
                "duration_s": duration_s,
                "path": path,
                "distance": distance,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "decided_by": decided_by,
                "basis": basis,
                "href": href,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
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

        def _parse_album(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        album = _parse_album(d.pop("album"))

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        def _parse_path(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        path = _parse_path(d.pop("path"))

        distance = d.pop("distance")

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

        def _parse_decided_by(data: object) -> None | SimilarTrackResponseDecidedByType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_by_type_0 = check_similar_track_response_decided_by_type_0(data)

                return decided_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SimilarTrackResponseDecidedByType0, data)

        decided_by = _parse_decided_by(d.pop("decided_by"))

        def _parse_basis(data: object) -> None | SimilarTrackResponseBasisType0:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                basis_type_0 = check_similar_track_response_basis_type_0(data)

                return basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SimilarTrackResponseBasisType0, data)

        basis = _parse_basis(d.pop("basis"))

        href = d.pop("href")

        similar_track_response = cls(
            track_id=track_id,
            title=title,
            artist=artist,
            album=album,
            duration_s=duration_s,
            path=path,
            distance=distance,
            emotion=emotion,
            emotion_name=emotion_name,
            decided_by=decided_by,
            basis=basis,
            href=href,
        )

        similar_track_response.additional_properties = d
        return similar_track_response

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
