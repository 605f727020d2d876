from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AnalysedTrackResponse")


@_attrs_define
class AnalysedTrackResponse:
    """The whole track. Confidences are not measured.

    Attributes:
        duration (float | None): Seconds
        loudness (float | None): LUFS where it was computed
        tempo (float | None): Beats a minute
        time_signature (int | None):
        key (int | None): Pitch class, 0 is C
        mode (int | None): 1 major, 0 minor
        tempo_confidence (float | None | Unset):
        time_signature_confidence (float | None | Unset):
        key_confidence (float | None | Unset):
        mode_confidence (float | None | Unset):
    """

    duration: float | None
    loudness: float | None
    tempo: float | None
    time_signature: int | None
    key: int | None
    mode: int | None
    tempo_confidence: float | None | Unset = UNSET
    time_signature_confidence: float | None | Unset = UNSET
    key_confidence: float | None | Unset = UNSET
    mode_confidence: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        duration: float | None
        duration = self.duration

        loudness: float | None
        loudness = self.loudness

        tempo: float | None
        tempo = self.tempo

        time_signature: int | None
        time_signature = self.time_signature

        key: int | None
        key = self.key

        mode: int | None
        mode = self.mode

        tempo_confidence: float | None | Unset
        if isinstance(self.tempo_confidence, Unset):
            tempo_confidence = UNSET
        else:
            tempo_confidence = self.tempo_confidence

        time_signature_confidence: float | None | Unset
        if isinstance(self.time_signature_confidence, Unset):
            time_signature_confidence = UNSET
        else:
            time_signature_confidence = self.time_signature_confidence

        key_confidence: float | None | Unset
        if isinstance(self.key_confidence, Unset):
            key_confidence = UNSET
        else:
            key_confidence = self.key_confidence

        mode_confidence: float | None | Unset
        if isinstance(self.mode_confidence, Unset):
            mode_confidence = UNSET
        else:
            mode_confidence = self.mode_confidence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "duration": duration,
                "loudness": loudness,
                "tempo": tempo,
                "time_signature": time_signature,
                "key": key,
                "mode": mode,
            }
        )
        if tempo_confidence is not UNSET:
            field_dict["tempo_confidence"] = tempo_confidence
        if time_signature_confidence is not UNSET:
            field_dict["time_signature_confidence"] = time_signature_confidence
        if key_confidence is not UNSET:
            field_dict["key_confidence"] = key_confidence
        if mode_confidence is not UNSET:
            field_dict["mode_confidence"] = mode_confidence

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_duration(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        duration = _parse_duration(d.pop("duration"))

        def _parse_loudness(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        loudness = _parse_loudness(d.pop("loudness"))

        def _parse_tempo(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        tempo = _parse_tempo(d.pop("tempo"))

        def _parse_time_signature(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        time_signature = _parse_time_signature(d.pop("time_signature"))

        def _parse_key(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        key = _parse_key(d.pop("key"))

        def _parse_mode(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        mode = _parse_mode(d.pop("mode"))

        def _parse_tempo_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        tempo_confidence = _parse_tempo_confidence(d.pop("tempo_confidence", UNSET))

        def _parse_time_signature_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        time_signature_confidence = _parse_time_signature_confidence(d.pop("time_signature_confidence", UNSET))

        def _parse_key_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        key_confidence = _parse_key_confidence(d.pop("key_confidence", UNSET))

        def _parse_mode_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        mode_confidence = _parse_mode_confidence(d.pop("mode_confidence", UNSET))

        analysed_track_response = cls(
            duration=duration,
            loudness=loudness,
            tempo=tempo,
            time_signature=time_signature,
            key=key,
            mode=mode,
            tempo_confidence=tempo_confidence,
            time_signature_confidence=time_signature_confidence,
            key_confidence=key_confidence,
            mode_confidence=mode_confidence,
        )

        analysed_track_response.additional_properties = d
        return analysed_track_response

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
