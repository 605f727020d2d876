from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.track_features_response_state import TrackFeaturesResponseState, check_track_features_response_state

if TYPE_CHECKING:
    from ..models.array_response import ArrayResponse
    from ..models.catalogue_response import CatalogueResponse
    from ..models.descriptor_response import DescriptorResponse


T = TypeVar("T", bound="TrackFeaturesResponse")


@_attrs_define
class TrackFeaturesResponse:
    """Everything that was computed from the audio of a track.

    Attributes:
        track_id (UUID):
        state (TrackFeaturesResponseState): ready, failed, or absent
        spec (str):
        reason (None | str):
        detail (None | str):
        duration_s (float | None):
        n_damaged_packets (int | None):
        seconds_lost (float | None): Of the clip, what could not be decoded
        audio_sha256 (None | str):
        made_at (datetime.datetime | None):
        descriptors (list[DescriptorResponse]):
        arrays (list[ArrayResponse]):
        catalogue (list[CatalogueResponse]):
        outdated (list[str]): Stages that were computed by another version only: `POST /features/recompute` computes
            them
    """

    track_id: UUID
    state: TrackFeaturesResponseState
    spec: str
    reason: None | str
    detail: None | str
    duration_s: float | None
    n_damaged_packets: int | None
    seconds_lost: float | None
    audio_sha256: None | str
    made_at: datetime.datetime | None
    descriptors: list[DescriptorResponse]
    arrays: list[ArrayResponse]
    catalogue: list[CatalogueResponse]
    outdated: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        state: str = self.state

        spec = self.spec

        reason: None | str
        reason = self.reason

        detail: None | str
        detail = self.detail

        duration_s: float | None
        duration_s = self.duration_s

        n_damaged_packets: int | None
        n_damaged_packets = self.n_damaged_packets

        seconds_lost: float | None
        seconds_lost = self.seconds_lost

        audio_sha256: None | str
        audio_sha256 = self.audio_sha256

        made_at: None | str
        if isinstance(self.made_at, datetime.datetime):
            made_at = self.made_at.isoformat()
        else:
            made_at = self.made_at

        descriptors = []
        for descriptors_item_data in self.descriptors:
            descriptors_item = descriptors_item_data.to_dict()
            descriptors.append(descriptors_item)

        arrays = []
        for arrays_item_data in self.arrays:
            arrays_item = arrays_item_data.to_dict()
            arrays.append(arrays_item)

        catalogue = []
        for catalogue_item_data in self.catalogue:
            catalogue_item = catalogue_item_data.to_dict()
            catalogue.append(catalogue_item)

        outdated = self.outdated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "state": state,
                "spec": spec,
                "reason": reason,
                "detail": detail,
                "duration_s": duration_s,
                "n_damaged_packets": n_damaged_packets,
                "seconds_lost": seconds_lost,
                "audio_sha256": audio_sha256,
                "made_at": made_at,
                "descriptors": descriptors,
                "arrays": arrays,
                "catalogue": catalogue,
                "outdated": outdated,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.array_response import ArrayResponse  # noqa: PLC0415
        from ..models.catalogue_response import CatalogueResponse  # noqa: PLC0415
        from ..models.descriptor_response import DescriptorResponse  # noqa: PLC0415

        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        state = check_track_features_response_state(d.pop("state"))

        spec = d.pop("spec")

        def _parse_reason(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reason = _parse_reason(d.pop("reason"))

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        def _parse_duration_s(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration_s = _parse_duration_s(d.pop("duration_s"))

        def _parse_n_damaged_packets(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        n_damaged_packets = _parse_n_damaged_packets(d.pop("n_damaged_packets"))

        def _parse_seconds_lost(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        seconds_lost = _parse_seconds_lost(d.pop("seconds_lost"))

        def _parse_audio_sha256(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        audio_sha256 = _parse_audio_sha256(d.pop("audio_sha256"))

        def _parse_made_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                made_at_type_0 = datetime.datetime.fromisoformat(data)

                return made_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        made_at = _parse_made_at(d.pop("made_at"))

        descriptors = []
        _descriptors = d.pop("descriptors")
        for descriptors_item_data in _descriptors:
            descriptors_item = DescriptorResponse.from_dict(descriptors_item_data)

            descriptors.append(descriptors_item)

        arrays = []
        _arrays = d.pop("arrays")
        for arrays_item_data in _arrays:
            arrays_item = ArrayResponse.from_dict(arrays_item_data)

            arrays.append(arrays_item)

        catalogue = []
        _catalogue = d.pop("catalogue")
        for catalogue_item_data in _catalogue:
            catalogue_item = CatalogueResponse.from_dict(catalogue_item_data)

            catalogue.append(catalogue_item)

        outdated = cast(list[str], d.pop("outdated"))

        track_features_response = cls(
            track_id=track_id,
            state=state,
            spec=spec,
            reason=reason,
            detail=detail,
            duration_s=duration_s,
            n_damaged_packets=n_damaged_packets,
            seconds_lost=seconds_lost,
            audio_sha256=audio_sha256,
            made_at=made_at,
            descriptors=descriptors,
            arrays=arrays,
            catalogue=catalogue,
            outdated=outdated,
        )

        track_features_response.additional_properties = d
        return track_features_response

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
