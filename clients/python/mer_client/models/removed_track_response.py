from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.removed_track_response_annotations import RemovedTrackResponseAnnotations


T = TypeVar("T", bound="RemovedTrackResponse")


@_attrs_define
class RemovedTrackResponse:
    """What goes with one recording.

    Attributes:
        track_id (UUID):
        title (None | str):
        artist (None | str):
        files (list[str]): Where its files lie. They stay on the disk, and later crawls pass them over
        n_tracks (int): 1, and those that were merged into it: a recording goes whole
        n_features (int):
        n_arrays (int): In the blob store, where it deletes what nobody else refers to
        n_predictions (int):
        annotations (RemovedTrackResponseAnnotations): How many go, by kind of annotator
    """

    track_id: UUID
    title: None | str
    artist: None | str
    files: list[str]
    n_tracks: int
    n_features: int
    n_arrays: int
    n_predictions: int
    annotations: RemovedTrackResponseAnnotations
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        title: None | str
        title = self.title

        artist: None | str
        artist = self.artist

        files = self.files

        n_tracks = self.n_tracks

        n_features = self.n_features

        n_arrays = self.n_arrays

        n_predictions = self.n_predictions

        annotations = self.annotations.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "title": title,
                "artist": artist,
                "files": files,
                "n_tracks": n_tracks,
                "n_features": n_features,
                "n_arrays": n_arrays,
                "n_predictions": n_predictions,
                "annotations": annotations,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.removed_track_response_annotations import RemovedTrackResponseAnnotations  # noqa: PLC0415

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

        files = cast(list[str], d.pop("files"))

        n_tracks = d.pop("n_tracks")

        n_features = d.pop("n_features")

        n_arrays = d.pop("n_arrays")

        n_predictions = d.pop("n_predictions")

        annotations = RemovedTrackResponseAnnotations.from_dict(d.pop("annotations"))

        removed_track_response = cls(
            track_id=track_id,
            title=title,
            artist=artist,
            files=files,
            n_tracks=n_tracks,
            n_features=n_features,
            n_arrays=n_arrays,
            n_predictions=n_predictions,
            annotations=annotations,
        )

        removed_track_response.additional_properties = d
        return removed_track_response

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
