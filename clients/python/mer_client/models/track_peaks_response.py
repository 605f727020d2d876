from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TrackPeaksResponse")


@_attrs_define
class TrackPeaksResponse:
    """The largest absolute sample of any channel in stretches of equal length.

    Example:
        {'duration_s': 214.267, 'n_peaks': 4, 'peaks': [0.125, 0.812, 1.0, 0.471], 'track_id':
            '01a2047e-efa6-7202-a43d-270ca9b6dba5'}

    Attributes:
        track_id (UUID):
        duration_s (float): Seconds that all peaks take together: the whole file
        n_peaks (int): 800; fewer where the file is shorter than 2 s
        peaks (list[float]): 0 for silence to 1 for full scale, in steps of 1/255
    """

    track_id: UUID
    duration_s: float
    n_peaks: int
    peaks: list[float]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        track_id = str(self.track_id)

        duration_s = self.duration_s

        n_peaks = self.n_peaks

        peaks = self.peaks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "track_id": track_id,
                "duration_s": duration_s,
                "n_peaks": n_peaks,
                "peaks": peaks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        track_id = UUID(d.pop("track_id"))

        duration_s = d.pop("duration_s")

        n_peaks = d.pop("n_peaks")

        peaks = cast(list[float], d.pop("peaks"))

        track_peaks_response = cls(
            track_id=track_id,
            duration_s=duration_s,
            n_peaks=n_peaks,
            peaks=peaks,
        )

        track_peaks_response.additional_properties = d
        return track_peaks_response

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
