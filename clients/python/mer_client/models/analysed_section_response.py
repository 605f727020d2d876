from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.section_mood_response import SectionMoodResponse


T = TypeVar("T", bound="AnalysedSectionResponse")


@_attrs_define
class AnalysedSectionResponse:
    """A segment between two changes of mood. What Spotify measures in a section is not measured here.

    Attributes:
        start (float): Seconds
        duration (float): Seconds
        mer (SectionMoodResponse): The mood of a section.
        confidence (float | None | Unset):
        loudness (float | None | Unset):
        tempo (float | None | Unset):
        tempo_confidence (float | None | Unset):
        key (int | None | Unset):
        key_confidence (float | None | Unset):
        mode (int | None | Unset):
        mode_confidence (float | None | Unset):
        time_signature (int | None | Unset):
        time_signature_confidence (float | None | Unset):
    """

    start: float
    duration: float
    mer: SectionMoodResponse
    confidence: float | None | Unset = UNSET
    loudness: float | None | Unset = UNSET
    tempo: float | None | Unset = UNSET
    tempo_confidence: float | None | Unset = UNSET
    key: int | None | Unset = UNSET
    key_confidence: float | None | Unset = UNSET
    mode: int | None | Unset = UNSET
    mode_confidence: float | None | Unset = UNSET
    time_signature: int | None | Unset = UNSET
    time_signature_confidence: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start = self.start

        duration = self.duration

        mer = self.mer.to_dict()

        confidence: float | None | Unset
        if isinstance(self.confidence, Unset):
            confidence = UNSET
        else:
            confidence = self.confidence

        loudness: float | None | Unset
        if isinstance(self.loudness, Unset):
            loudness = UNSET
        else:
            loudness = self.loudness

        tempo: float | None | Unset
        if isinstance(self.tempo, Unset):
            tempo = UNSET
        else:
            tempo = self.tempo

        tempo_confidence: float | None | Unset
        if isinstance(self.tempo_confidence, Unset):
            tempo_confidence = UNSET
        else:
            tempo_confidence = self.tempo_confidence

        key: int | None | Unset
        if isinstance(self.key, Unset):
            key = UNSET
        else:
            key = self.key

        key_confidence: float | None | Unset
        if isinstance(self.key_confidence, Unset):
            key_confidence = UNSET
        else:
            key_confidence = self.key_confidence

        mode: int | None | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        else:
            mode = self.mode

        mode_confidence: float | None | Unset
        if isinstance(self.mode_confidence, Unset):
            mode_confidence = UNSET
        else:
            mode_confidence = self.mode_confidence

        time_signature: int | None | Unset
        if isinstance(self.time_signature, Unset):
            time_signature = UNSET
        else:
            time_signature = self.time_signature

        time_signature_confidence: float | None | Unset
        if isinstance(self.time_signature_confidence, Unset):
            time_signature_confidence = UNSET
        else:
            time_signature_confidence = self.time_signature_confidence

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "start": start,
                "duration": duration,
                "mer": mer,
            }
        )
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if loudness is not UNSET:
            field_dict["loudness"] = loudness
        if tempo is not UNSET:
            field_dict["tempo"] = tempo
        if tempo_confidence is not UNSET:
            field_dict["tempo_confidence"] = tempo_confidence
        if key is not UNSET:
            field_dict["key"] = key
        if key_confidence is not UNSET:
            field_dict["key_confidence"] = key_confidence
        if mode is not UNSET:
            field_dict["mode"] = mode
        if mode_confidence is not UNSET:
            field_dict["mode_confidence"] = mode_confidence
        if time_signature is not UNSET:
            field_dict["time_signature"] = time_signature
        if time_signature_confidence is not UNSET:
            field_dict["time_signature_confidence"] = time_signature_confidence

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.section_mood_response import SectionMoodResponse  # noqa: PLC0415

        d = dict(src_dict)
        start = d.pop("start")

        duration = d.pop("duration")

        mer = SectionMoodResponse.from_dict(d.pop("mer"))

        def _parse_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        confidence = _parse_confidence(d.pop("confidence", UNSET))

        def _parse_loudness(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        loudness = _parse_loudness(d.pop("loudness", UNSET))

        def _parse_tempo(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        tempo = _parse_tempo(d.pop("tempo", UNSET))

        def _parse_tempo_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        tempo_confidence = _parse_tempo_confidence(d.pop("tempo_confidence", UNSET))

        def _parse_key(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        key = _parse_key(d.pop("key", UNSET))

        def _parse_key_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        key_confidence = _parse_key_confidence(d.pop("key_confidence", UNSET))

        def _parse_mode(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_mode_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        mode_confidence = _parse_mode_confidence(d.pop("mode_confidence", UNSET))

        def _parse_time_signature(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        time_signature = _parse_time_signature(d.pop("time_signature", UNSET))

        def _parse_time_signature_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        time_signature_confidence = _parse_time_signature_confidence(d.pop("time_signature_confidence", UNSET))

        analysed_section_response = cls(
            start=start,
            duration=duration,
            mer=mer,
            confidence=confidence,
            loudness=loudness,
            tempo=tempo,
            tempo_confidence=tempo_confidence,
            key=key,
            key_confidence=key_confidence,
            mode=mode,
            mode_confidence=mode_confidence,
            time_signature=time_signature,
            time_signature_confidence=time_signature_confidence,
        )

        analysed_section_response.additional_properties = d
        return analysed_section_response

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
