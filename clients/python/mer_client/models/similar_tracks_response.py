from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.similar_track_response import SimilarTrackResponse
    from ..models.similarity_basis_response import SimilarityBasisResponse


T = TypeVar("T", bound="SimilarTracksResponse")


@_attrs_define
class SimilarTracksResponse:
    """Tracks like a track, or like a song that was sent in; the nearest first.

    Attributes:
        track_id (None | UUID): The track that was asked about; null for a song that was sent in
        name (None | str): The file that was sent in; null for a track
        by (SimilarityBasisResponse): What the distances are measured by.
        taxonomy (str):
        emotion (None | str): The filter; null where there was none
        emotion_name (None | str): The word for `emotion`: of `quadrant4` happy, tense, sad or calm, of other taxonomies
            `emotion` itself; null where `emotion` is null
        per_artist (int): No artist has more tracks than that among the items
        items (list[SimilarTrackResponse]):
    """

    track_id: None | UUID
    name: None | str
    by: SimilarityBasisResponse
    taxonomy: str
    emotion: None | str
    emotion_name: None | str
    per_artist: int
    items: list[SimilarTrackResponse]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id: None | str
        if isinstance(self.track_id, UUID):
            track_id = str(self.track_id)
        else:
            track_id = self.track_id

        name: None | str
        name = self.name

        by = self.by.to_dict()

        taxonomy = self.taxonomy

        emotion: None | str
        emotion = self.emotion

        emotion_name: None | str
        emotion_name = self.emotion_name

        per_artist = self.per_artist

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "name": name,
                "by": by,
                "taxonomy": taxonomy,
                "emotion": emotion,
                "emotion_name": emotion_name,
                "per_artist": per_artist,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.similar_track_response import SimilarTrackResponse  # noqa: PLC0415
        from ..models.similarity_basis_response import SimilarityBasisResponse  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_track_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                track_id_type_0 = UUID(data)

                return track_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        track_id = _parse_track_id(d.pop("track_id"))

        def _parse_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        name = _parse_name(d.pop("name"))

        by = SimilarityBasisResponse.from_dict(d.pop("by"))

        taxonomy = d.pop("taxonomy")

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

        per_artist = d.pop("per_artist")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = SimilarTrackResponse.from_dict(items_item_data)

            items.append(items_item)

        similar_tracks_response = cls(
            track_id=track_id,
            name=name,
            by=by,
            taxonomy=taxonomy,
            emotion=emotion,
            emotion_name=emotion_name,
            per_artist=per_artist,
            items=items,
        )

        similar_tracks_response.additional_properties = d
        return similar_tracks_response

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
